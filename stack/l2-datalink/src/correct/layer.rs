//! Correction as a layer.

use layercake_base::{Context, Kind, Layer, Pdu, Reason, Service, Spec};

use super::Correction;

/// Replaces each transmission by its code going down, and mends it coming up.
///
/// It stands between what delimits frames and the line code, so that flags are protected too.
#[derive(Clone, Debug, Default)]
pub struct Corrected<C> {
    code: C,
    /// Where octets are put together; its memory is used again for each PDU.
    scratch: Vec<u8>,
    mended: u64,
}

impl<C: Correction> Corrected<C> {
    /// The layer for one attachment.
    pub const fn new(code: C) -> Self {
        Corrected {
            code,
            scratch: Vec::new(),
            mended: 0,
        }
    }

    /// Errors mended so far, in the units of [`Correction::decode`].
    pub fn mended(&self) -> u64 {
        self.mended
    }

    /// A PDU with the octets of the scratch in place of `old`.
    fn rewritten(&self, old: &Pdu, cx: &mut Context<'_>) -> Result<Pdu, Reason> {
        let mut new = cx.allocate_from(old, self.scratch.len())?;
        new.octets_mut().copy_from_slice(&self.scratch);
        Ok(new)
    }
}

impl<C: Correction> Layer for Corrected<C> {
    fn spec(&self) -> Spec {
        Spec::new(self.code.name(), 2)
            .between(Service::Bits, Service::Bits)
            .kind(Kind::Rewrite)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        self.code.encode(sdu.octets(), &mut self.scratch);
        let coded = self.rewritten(&sdu, cx)?;
        cx.send_down(coded);
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let mended = self.code.decode(pdu.octets(), &mut self.scratch)?;
        self.mended += u64::try_from(mended).unwrap_or(u64::MAX);
        let data = self.rewritten(&pdu, cx)?;
        cx.send_up(data);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::correct::{NAMES, named};
    use crate::rig::Rig;
    use layercake_base::Ici;

    #[test]
    fn a_flipped_bit_is_mended_on_the_way_up_by_every_code() {
        for name in NAMES {
            let mut rig = Rig::new(Corrected::new(named(name).unwrap()));
            rig.send(b"\x7eframe\x7e", Ici::NONE).unwrap();
            let mut hurt = rig.sent().octets().to_vec();
            hurt[3] ^= 0b0001_0000;
            rig.receive(&hurt, Ici::NONE).unwrap();
            assert_eq!(rig.received().octets(), b"\x7eframe\x7e", "{name}");
            assert_eq!(rig.layer.mended(), 1, "{name}");
        }
    }

    #[test]
    fn what_cannot_be_mended_is_refused_with_a_reason() {
        let mut rig = Rig::new(Corrected::new(named("secded-8-4").unwrap()));
        let error = rig.receive(&[0b0000_0011, 0], Ici::NONE).unwrap_err();
        assert_eq!(error.to_string(), "code word = 3 has two wrong bits");
        assert!(rig.receive(&[0], Ici::NONE).is_err());
    }
}
