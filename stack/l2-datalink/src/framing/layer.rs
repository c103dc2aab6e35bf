//! The layer over any framing: frames go down as octets on the line, and come up from them.

use layercake_base::{Context, Kind, Layer, Pdu, Reason, Service, Spec};

use crate::framing::{Framing, Pause};

/// Frames over a run of bits, marked by `F`.
///
/// Each frame goes out as a transmission of its own. A transmission that comes in may hold
/// several frames, each of which goes up by itself, and reasons for what is no frame, each of
/// which is counted as a discard. Where [`Pause::Continues`], it may also begin and end in the
/// middle of a frame.
#[derive(Clone, Debug)]
pub struct Framed<F> {
    framing: F,
    pause: Pause,
    /// Where the line is put together; its memory is used again for each PDU.
    line: Vec<u8>,
}

impl<F: Framing> Framed<F> {
    /// The layer for one attachment.
    pub fn new(framing: F) -> Self {
        let pause = framing.pause();
        Framed {
            framing,
            pause,
            line: Vec::new(),
        }
    }

    /// What the silence after each transmission means, if not what is usual for this framing.
    #[must_use]
    pub fn with_pause(mut self, pause: Pause) -> Self {
        self.pause = pause;
        self
    }
}

impl<F: Framing + Default> Default for Framed<F> {
    fn default() -> Self {
        Framed::new(F::default())
    }
}

impl<F: Framing> Layer for Framed<F> {
    fn spec(&self) -> Spec {
        Spec::new(self.framing.name(), 2)
            .between(Service::Frames, Service::Bits)
            .kind(Kind::Rewrite)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        self.line.clear();
        self.framing.encode(sdu.octets(), &mut self.line)?;
        let line = rewritten(&sdu, &self.line, cx)?;
        cx.send_down(line);
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let mut last = Ok(());
        let mut sink = |found: Result<&[u8], Reason>| {
            discard(&pdu, core::mem::replace(&mut last, Ok(())), cx);
            last = found
                .and_then(|frame| rewritten(&pdu, frame, cx))
                .map(|frame| cx.send_up(frame));
        };
        self.framing.decode(pdu.octets(), &mut sink);
        if self.pause == Pause::Ends {
            self.framing.end(&mut sink);
        }
        last
    }
}

/// A PDU with `octets` in place of those of `old`.
fn rewritten(old: &Pdu, octets: &[u8], cx: &mut Context<'_>) -> Result<Pdu, Reason> {
    let mut new = cx.allocate_from(old, octets.len())?;
    new.octets_mut().copy_from_slice(octets);
    Ok(new)
}

/// Counts what was refused before something else was found in the same transmission; the last
/// refusal discards the transmission itself. What stands for it has no octets.
fn discard(transmission: &Pdu, found: Result<(), Reason>, cx: &mut Context<'_>) {
    if let Err(reason) = found
        && let Ok(refused) = cx.allocate_from(transmission, 0)
    {
        cx.discard(refused, reason);
    }
}
