//! Slotted ALOHA: sends at the beginning of a slot.
//!
//! ```text
//!   state     Frame                     the slot begins   Sent                       else
//!   idle      wait for the next slot    -                 -                          -
//!   waiting   queue it                  send one          -                          -
//!   sending   queue it                  -                 wait for the next slot     -
//!                                                         if there is one, or idle
//! ```
//! Spec: L. G. Roberts, ALOHA packet system with and without slots and capture, 1972.
//! Units: nanoseconds; slots are counted from the beginning of the world, alike at all stations.
//! Checks: the queue's limit.
//! Not here: how stations agree on the beginning of a slot; acknowledgement and repetition.
//!
//! Frames that fit into a slot collide only with those of the same slot: S = G e^(−G), 0.368 at
//! most. A slot must be longer than a frame by the longest delay on the medium.

use core::time::Duration;

use layercake_base::{
    Context, Instant, Kind, Layer, Notice, Pdu, Reason, Service, Signal, Spec,
};

use super::QUEUE;
use super::outgoing::Outgoing;

/// Sends at the next slot, whatever others do.
#[derive(Debug)]
pub struct SlottedAloha {
    slot: Duration,
    outgoing: Outgoing,
    /// When the slot begins that the first frame waits for.
    begins: Option<Instant>,
}

impl SlottedAloha {
    /// Slots of this length, at least a nanosecond.
    pub fn new(slot: Duration) -> Self {
        SlottedAloha {
            slot: slot.max(Duration::from_nanos(1)),
            outgoing: Outgoing::new(QUEUE),
            begins: None,
        }
    }

    fn wait_for_slot(&mut self, now: Instant) {
        if self.outgoing.is_ready() && self.begins.is_none() {
            self.begins = Some(self.next_slot(now));
        }
    }

    /// The beginning of a slot that is not before `now`.
    fn next_slot(&self, now: Instant) -> Instant {
        let slot = u64::try_from(self.slot.as_nanos()).unwrap_or(u64::MAX);
        let slots = now.as_nanos().div_ceil(slot);
        Instant::from_nanos(slots.saturating_mul(slot))
    }
}

impl Layer for SlottedAloha {
    fn spec(&self) -> Spec {
        Spec::new("slotted-aloha", 2)
            .between(Service::Bits, Service::Bits)
            .kind(Kind::Queue)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        self.outgoing.push(sdu)?;
        self.wait_for_slot(cx.now());
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        cx.send_up(pdu);
        Ok(())
    }

    fn deadline(&self) -> Option<Instant> {
        self.begins
    }

    fn on_deadline(&mut self, cx: &mut Context<'_>) {
        if self.begins.is_some_and(|begins| begins <= cx.now()) {
            self.begins = None;
            self.outgoing.send_first(cx);
        }
    }

    fn notice(&mut self, notice: Notice, cx: &mut Context<'_>) {
        if self.outgoing.hear(notice, cx) == Some(Signal::Sent) {
            self.wait_for_slot(cx.now());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rig::Rig;
    use layercake_base::{Direction, Ici};

    #[test]
    fn every_frame_begins_with_a_slot() {
        let mut rig = Rig::new(SlottedAloha::new(Duration::from_nanos(100)));
        rig.world.now = Instant::from_nanos(201);
        rig.send(b"one", Ici::NONE).unwrap();
        rig.send(b"two", Ici::NONE).unwrap();
        rig.wait(Duration::from_nanos(98));
        assert!(rig.pop().is_none());
        rig.wait(Duration::from_nanos(1));
        assert_eq!(rig.sent().octets(), b"one");
        assert_eq!(rig.layer.deadline(), None);
        rig.world.now = Instant::from_nanos(400); // a frame that fills its slot
        let signal = Signal::Sent;
        rig.tell(Direction::Up, Notice::Medium { port: 0, signal });
        rig.wait(Duration::ZERO);
        assert_eq!(rig.sent().octets(), b"two");
    }
}
