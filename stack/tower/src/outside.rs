//! The outside: a node through which frames come into a network and go out of it.
//!
//! ```text
//!      the world outside             whoever runs the network carries frames between the two:
//!        ^           |               a TAP device, a card, a test
//!   +----|-----------v----+
//!   |      Outside        |          whole Ethernet frames, without frame check sequence
//!   +---------------------+
//!   | FrameCheck … line code |       the column of any other node on that wire
//!   +----------|----------+
//!             wire                   rate, delay, loss: as between any two nodes
//! ```
//! Spec: IEEE 802.3-2018 §3.2.7, §4.4.2: a frame has at least 60 octets in front of its check sequence.
//! Units: octets.
//! Checks: a frame from outside has a whole header; a frame from inside finds something attached.
//! Not here: the device itself and the real clock (`tools/live`).

use layercake_base::{Context, Layer, Notice, Pdu, Reason, Service, Spec};

use crate::{Misfit, Tower};

/// Octets of an Ethernet header: two addresses and the EtherType.
const HEADER: usize = 14;
/// The shortest frame that may be sent.
const SHORTEST: usize = 60;

/// The top of an outside node: passes whole Ethernet frames while something is attached.
///
/// [`Notice::LinkUp`] from above says that something is, [`Notice::LinkDown`] that nothing is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outside {
    attached: bool,
}

impl Layer for Outside {
    fn spec(&self) -> Spec {
        let tail = SHORTEST - HEADER;
        Spec::new("outside", 2)
            .between(Service::User, Service::Frames)
            .adds(0, tail)
    }

    fn send(&mut self, mut sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let (field, need, have) = ("Ethernet frame", HEADER, sdu.len());
        if have < need {
            return Err(Reason::TooShort { field, need, have });
        }
        if have < SHORTEST {
            sdu.append(SHORTEST - have)?.fill(0);
        }
        cx.send_down(sdu);
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        if !self.attached {
            return Err(Reason::NoWay("nothing is attached outside"));
        }
        cx.send_up(pdu);
        Ok(())
    }

    fn notice(&mut self, notice: Notice, _cx: &mut Context<'_>) {
        match notice {
            Notice::LinkUp { .. } => self.attached = true,
            Notice::LinkDown { .. } => self.attached = false,
            // Nobody outside asks.
            _ => {}
        }
    }
}

/// An outside node above its column, which turns frames into symbols.
///
/// # Errors
/// [`Misfit`] when the column does not offer frames.
pub(crate) fn tower(column: impl Layer + 'static) -> Result<Tower, Misfit> {
    Tower::builder()
        .layer(Outside::default())
        .layer(column)
        .build()
}
