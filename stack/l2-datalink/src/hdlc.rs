//! HDLC framing: where a frame begins and ends in a run of bits.
//!
//! ```text
//!  flag      frame, least significant bit of each octet first,      flag      idle
//!            a 0 stuffed after every five ones
//! +---------+-----------------------------------------------------+---------+------+
//! | 01111110|  1 1 1 1 1 0 1 1 1 …                                | 01111110| 11…  |
//! +---------+-----------------------------------------------------+---------+------+
//! ```
//! Spec: RFC 1662 §5 (bit-synchronous framing), after ISO/IEC 13239.
//! Units: bits; they fill octets from the least significant bit on, the order of the wire.
//! Checks: a flag in front, a flag behind, no run of seven ones (an abort), whole octets.
//! Not here: octet stuffing (RFC 1662 §4), several frames in one transmission; what follows
//! the closing flag is not looked at.
//!
//! A flag has six ones in a row, and stuffing sees to it that the frame never has: the receiver
//! drops the 0 after five ones, and takes a sixth for a flag, a seventh for an abort.

mod stuffing;

use layercake_base::{Context, Kind, Layer, Pdu, Reason, Service, Spec};

pub use stuffing::{stuff, unstuff};

/// Puts each frame between flags and stuffs its bits going down; finds and unstuffs it coming
/// up. Idle ones fill the last octet.
#[derive(Clone, Debug, Default)]
pub struct Hdlc {
    /// Where bits are put together; its memory is used again for each PDU.
    scratch: Vec<u8>,
}

impl Layer for Hdlc {
    fn spec(&self) -> Spec {
        Spec::new("hdlc", 2)
            .between(Service::Frames, Service::Bits)
            .kind(Kind::Rewrite)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        stuff(sdu.octets(), &mut self.scratch);
        let bits = self.rewritten(&sdu, cx)?;
        cx.send_down(bits);
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        unstuff(pdu.octets(), &mut self.scratch)?;
        let frame = self.rewritten(&pdu, cx)?;
        cx.send_up(frame);
        Ok(())
    }
}

impl Hdlc {
    /// A PDU with the octets of the scratch in place of `old`.
    fn rewritten(&self, old: &Pdu, cx: &mut Context<'_>) -> Result<Pdu, Reason> {
        let mut new = cx.allocate_from(old, self.scratch.len())?;
        new.octets_mut().copy_from_slice(&self.scratch);
        Ok(new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rig::Rig;
    use layercake_base::Ici;

    #[test]
    fn a_frame_crosses_as_other_octets_and_comes_back_with_what_travels_beside_it() {
        let mut rig = Rig::new(Hdlc::default());
        let ici = Ici {
            port: 3,
            ..Ici::NONE
        };
        rig.send(b"frame", ici).unwrap();
        let sent = rig.sent();
        assert_eq!(sent.octets()[0], 0x7e);
        assert_eq!(sent.ici().port, 3);
        rig.receive(sent.octets(), ici).unwrap();
        let received = rig.received();
        assert_eq!((received.octets(), received.ici().port), (&b"frame"[..], 3));
    }

    #[test]
    fn a_transmission_without_frame_is_refused() {
        let mut rig = Rig::new(Hdlc::default());
        assert_eq!(rig.receive(&[], Ici::NONE).unwrap_err().kind(), "too-short");
        assert_eq!(
            rig.receive(&[0xff; 9], Ici::NONE).unwrap_err().kind(),
            "illegal"
        );
    }
}
