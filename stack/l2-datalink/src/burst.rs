//! Burst: one transmission is one frame, because the medium is silent before and after it.
//!
//! Spec: the way Ethernet ends a frame, by the end of the carrier: IEEE 802.3-2018 §4.2.9.
//! Units: octets.  Checks: a transmission has at least one octet.
//! Not here: preamble and start frame delimiter, by which a receiver of the real medium finds
//! the clock and the first bit; the emulated wire delivers whole transmissions.

use layercake_base::{Context, Layer, Pdu, Reason, Service, Spec};

/// Frames over a run of bits, one to one. On serial links [`Hdlc`](crate::Hdlc) stands here.
#[derive(Clone, Debug, Default)]
pub struct Burst;

impl Layer for Burst {
    fn spec(&self) -> Spec {
        Spec::new("burst", 2).between(Service::Frames, Service::Bits)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        require_octets(&sdu)?;
        cx.send_down(sdu);
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        require_octets(&pdu)?;
        cx.send_up(pdu);
        Ok(())
    }
}

/// Silence cannot be told from a frame without octets.
fn require_octets(pdu: &Pdu) -> Result<(), Reason> {
    let (field, need, have) = ("transmission", 1, pdu.len());
    let short = Reason::TooShort { field, need, have };
    if pdu.is_empty() { Err(short) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rig::Rig;
    use layercake_base::Ici;

    #[test]
    fn a_frame_crosses_as_it_is() {
        let mut rig = Rig::new(Burst);
        rig.send(b"frame", Ici::NONE).unwrap();
        assert_eq!(rig.sent().octets(), b"frame");
        rig.receive(b"frame", Ici::NONE).unwrap();
        assert_eq!(rig.received().octets(), b"frame");
    }

    #[test]
    fn silence_is_no_frame() {
        let mut rig = Rig::new(Burst);
        assert_eq!(rig.send(b"", Ici::NONE).unwrap_err().kind(), "too-short");
        assert_eq!(rig.receive(b"", Ici::NONE).unwrap_err().kind(), "too-short");
    }
}
