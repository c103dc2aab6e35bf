//! AMI, alternate mark inversion: a 0 is no pulse, a 1 is one, and pulses alternate in polarity.
//!
//! ```text
//! bit       1     0     0     1     1
//!   +    +-----+                 +-----
//!   0   -+     +-----------+     |
//!   -                      +-----+
//! cell   |  1  |  2  |  3  |  4  |  5  |
//! ```
//! Spec: ITU-T G.703 (the interfaces at 1544 kbit/s), most significant bit of each octet first as
//! ITU-T G.704 numbers them.
//! Units: one octet is eight cells, one cell one symbol of three levels. The first pulse is sent
//! positive.
//! Checks: no two pulses in a row have the same polarity (a bipolar violation).
//! Not here: what keeps the clock alive in long runs of zeros by violating on purpose: B8ZS, HDB3.
//!
//! The sum of all levels is never above 1 or below 0, so nothing of the signal is direct current. A
//! pulse that is added, lost or turned round breaks the alternation with one of its neighbours.
//! Only at the ends, where a neighbour is missing, may it fit by chance.

use layercake_base::Reason;

use super::pulses::{Checker, Pulses};
use crate::bits::map_words;
use crate::{Alphabet, BitOrder, LineCode};

/// Alternate mark inversion.
#[derive(Clone, Debug)]
pub struct Ami {
    order: BitOrder,
}

impl Ami {
    /// With the bits of each octet in this order.
    pub const fn new(order: BitOrder) -> Self {
        Ami { order }
    }
}

impl LineCode for Ami {
    fn name(&self) -> &'static str {
        "ami"
    }

    fn alphabet(&self) -> Alphabet {
        Alphabet::Ternary
    }

    fn efficiency(&self) -> (u32, u32) {
        (1, 1)
    }

    fn encode(&mut self, octets: &[u8], symbols: &mut Vec<u8>) {
        symbols.resize(octets.len() * 2, 0);
        let mut sign = 0;
        map_words(octets, symbols, |word| {
            let ones = self.order.word_in_time(word);
            Pulses::alternating(ones, ones, &mut sign).to_symbols()
        });
    }

    fn decode(&mut self, symbols: &[u8], octets: &mut Vec<u8>) -> Result<(), Reason> {
        let length = u64::try_from(symbols.len()).unwrap_or(u64::MAX);
        let rule = "must be even";
        Reason::require(length % 2 == 0, "octets of symbols", length, rule)?;
        octets.resize(symbols.len() / 2, 0);
        let mut checker = Checker::default();
        map_words(symbols, octets, |word| {
            let found = Pulses::from_symbols(word);
            let ones = found.present();
            checker.check(found, ones);
            self.order.octets_of(ones)
        });
        checker.verdict("AMI", symbols)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The figure above, continued to eight bits by hand.
    #[test]
    fn marks_alternate_in_polarity() {
        let mut symbols = Vec::new();
        Ami::new(BitOrder::MsbFirst).encode(&[0b1001_1000], &mut symbols);
        assert_eq!(symbols, [0b01_00_00_10, 0b01_00_00_00]);
    }

    #[test]
    fn two_pulses_of_one_polarity_are_a_bipolar_violation() {
        let mut code = Ami::new(BitOrder::MsbFirst);
        let pulses_at_1_and_70 =
            [&[0b00_01_00_00][..], &[0; 16], &[0b00_00_01_00, 0, 0, 0, 0]].concat();
        let reason = code
            .decode(&pulses_at_1_and_70, &mut Vec::new())
            .unwrap_err();
        assert_eq!(reason.to_string(), "AMI violation in cell 70: 0b1");
    }

    #[test]
    fn what_is_no_level_is_a_violation() {
        let mut code = Ami::new(BitOrder::MsbFirst);
        let reason = code
            .decode(&[0b00_00_11_00, 0], &mut Vec::new())
            .unwrap_err();
        assert_eq!(reason.to_string(), "AMI violation in cell 2: 0b11");
    }
}
