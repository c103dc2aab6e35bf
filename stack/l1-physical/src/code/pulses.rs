//! Pulses of alternating polarity on three levels: what AMI and MLT-3 have in common.
//!
//! A word holds 64 symbols as two masks, one for the positive and one for the negative; on the
//! line a symbol is two bits, negative and positive, the first symbol most significant.

use layercake_base::Reason;

use super::steps::levels;
use crate::bits::halves;

/// Where the pulses are, and the polarity of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pulses {
    plus: u64,
    minus: u64,
}

impl Pulses {
    /// Pulses where `present`, whose polarity changes at each of `turns`; `sign` is 1 when
    /// the last was positive, and is so again afterwards.
    #[inline]
    pub(super) const fn alternating(present: u64, turns: u64, sign: &mut u64) -> Self {
        let signs = levels(turns, *sign);
        *sign = signs & 1;
        Pulses {
            plus: present & signs,
            minus: present & !signs,
        }
    }

    /// Where there is a pulse of either polarity.
    #[inline]
    pub(super) const fn present(self) -> u64 {
        self.plus | self.minus
    }

    /// Silence instead of the first symbols.
    fn without(self, symbols: usize) -> Self {
        let shift = u32::try_from(symbols).unwrap_or(u32::MAX);
        let heard = u64::MAX.checked_shr(shift).unwrap_or(0);
        Pulses {
            plus: self.plus & heard,
            minus: self.minus & heard,
        }
    }

    /// The sign that the first pulse, perhaps a turn, says there was before it.
    const fn sign_before(self, turns: u64) -> u64 {
        let first = self.present().leading_zeros();
        (self.plus ^ turns) << first >> 63
    }

    /// 64 symbols as they are packed.
    #[inline]
    pub(super) fn to_symbols(self) -> [u8; 16] {
        let [plus, minus] = [self.plus, self.minus].map(|mask| (mask >> 32, mask & LOW));
        let first = spread(minus.0) << 1 | spread(plus.0);
        let second = spread(minus.1) << 1 | spread(plus.1);
        (u128::from(first) << 64 | u128::from(second)).to_be_bytes()
    }

    /// From 64 packed symbols.
    #[inline]
    pub(super) fn from_symbols(symbols: [u8; 16]) -> Self {
        let (first, second) = halves(u128::from_be_bytes(symbols));
        Pulses {
            plus: gather(first) << 32 | gather(second),
            minus: gather(first >> 1) << 32 | gather(second >> 1),
        }
    }
}

/// Holds pulses on the line against those that there should be.
#[derive(Debug, Default)]
pub(super) struct Checker {
    /// 1 when the last pulse was positive; unknown before the first one, so that a line upside
    /// down is read as well.
    sign: Option<u64>,
    /// The first symbol that is wrong.
    wrong: Option<usize>,
    /// Symbols seen.
    seen: usize,
    /// Symbols before this one are not judged.
    from: usize,
}

impl Checker {
    /// For a transmission that begins at symbol `from`, after something else.
    pub(super) fn beginning_at(from: usize) -> Self {
        let checker = Checker::default();
        Checker { from, ..checker }
    }

    /// Takes the next 64 symbols, in which the polarity should change at each of `turns`.
    #[inline]
    pub(super) fn check(&mut self, found: Pulses, turns: u64) {
        let found = match self.from.saturating_sub(self.seen) {
            0 => found,
            unheard => found.without(unheard),
        };
        let (present, place) = (found.present(), self.seen);
        self.seen += 64;
        let turns = turns & present;
        let before = match self.sign {
            None if present == 0 => return,
            None => found.sign_before(turns),
            Some(sign) => sign,
        };
        let mut sign = before;
        let expected = Pulses::alternating(present, turns, &mut sign);
        self.sign = Some(sign);
        if found != expected && self.wrong.is_none() {
            let wrong = found.plus ^ expected.plus | found.minus ^ expected.minus;
            self.wrong =
                Some(place + usize::try_from(wrong.leading_zeros()).unwrap_or(0));
        }
    }

    /// The first symbol that is wrong.
    pub(super) const fn wrong(&self) -> Option<usize> {
        self.wrong
    }

    /// The first violation among `symbols`, if there was one.
    pub(super) fn verdict(
        &self,
        code: &'static str,
        symbols: &[u8],
    ) -> Result<(), Reason> {
        self.wrong.map_or(Ok(()), |cell| {
            let octet = symbols.get(cell / 4).copied().unwrap_or(0);
            let found = u16::from(octet >> (6 - 2 * (cell % 4)) & 0b11);
            Err(Reason::Violation { code, cell, found })
        })
    }
}

const LOW: u64 = 0xffff_ffff;

/// The low 32 bits, each moved to an even place.
#[inline]
const fn spread(mut bits: u64) -> u64 {
    bits = (bits | bits << 16) & 0x0000_ffff_0000_ffff;
    bits = (bits | bits << 8) & 0x00ff_00ff_00ff_00ff;
    bits = (bits | bits << 4) & 0x0f0f_0f0f_0f0f_0f0f;
    bits = (bits | bits << 2) & 0x3333_3333_3333_3333;
    (bits | bits << 1) & 0x5555_5555_5555_5555
}

/// The bits in even places, moved to the low 32.
#[inline]
const fn gather(mut bits: u64) -> u64 {
    bits &= 0x5555_5555_5555_5555;
    bits = (bits | bits >> 1) & 0x3333_3333_3333_3333;
    bits = (bits | bits >> 2) & 0x0f0f_0f0f_0f0f_0f0f;
    bits = (bits | bits >> 4) & 0x00ff_00ff_00ff_00ff;
    bits = (bits | bits >> 8) & 0x0000_ffff_0000_ffff;
    (bits | bits >> 16) & LOW
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn symbols_are_masks_and_lead_back(plus: u64, any_minus: u64) {
            let pulses = Pulses { plus, minus: any_minus & !plus };
            let symbols = pulses.to_symbols();
            prop_assert_eq!(Pulses::from_symbols(symbols), pulses);
            for (at, symbol) in crate::Alphabet::Ternary.unpack(&symbols).enumerate() {
                let bit = |mask: u64| mask << at >> 63;
                prop_assert_eq!(u64::from(symbol), bit(pulses.minus) << 1 | bit(plus));
            }
        }
    }
}
