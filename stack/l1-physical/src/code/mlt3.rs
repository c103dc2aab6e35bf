//! MLT-3, multi-level transmit: a 1 moves on in the cycle 0, +, 0, -; a 0 stays.
//!
//! ```text
//! bit       1     0     1     1     1     1
//!   +    +-----------+                 +-----
//!   0   -+           +-----+     +-----+
//!   -                      +-----+
//! cell   |  1  |  2  |  3  |  4  |  5  |  6  |
//! ```
//! Spec: ANSI X3.263 (TP-PMD), which IEEE 802.3-2018 §25 takes for 100BASE-TX.
//! Units: one octet is eight cells, one cell one symbol of three levels. A transmission begins
//! from level 0, and goes to + first.
//! Checks: never from + to - or back without a 0 between, never twice to the same side.
//! Not here: a bound on the cells without a step; 100BASE-TX scrambles for that.
//!
//! It is two codes one after the other: NRZI makes steps of the ones, and its high runs go out
//! like the pulses of AMI, alternating in polarity. The cycle takes four steps, so the
//! fundamental frequency is at most a quarter of the bit rate.

use layercake_base::Reason;

use super::pulses::{Checker, Pulses};
use super::steps::{delayed, levels, steps};
use crate::bits::map_words;
use crate::{Alphabet, BitOrder, LineCode};

/// Multi-level transmit with three levels.
#[derive(Clone, Debug)]
pub struct Mlt3 {
    order: BitOrder,
}

impl Mlt3 {
    /// With the bits of each octet in this order.
    pub const fn new(order: BitOrder) -> Self {
        Mlt3 { order }
    }

    /// Decodes as well as can be done; whether the rules were kept from symbol `from` on is left
    /// for the checker to say.
    pub(super) fn read(
        &self,
        symbols: &[u8],
        from: usize,
        octets: &mut Vec<u8>,
    ) -> Checker {
        octets.resize(symbols.len() / 2, 0);
        let (mut checker, mut before) = (Checker::beginning_at(from), 0);
        map_words(symbols, octets, |word| {
            let found = Pulses::from_symbols(word);
            let high = found.present();
            checker.check(found, high & !delayed(high, before));
            let ones = steps(high, before);
            before = high & 1;
            self.order.octets_of(ones)
        });
        checker
    }
}

impl LineCode for Mlt3 {
    fn name(&self) -> &'static str {
        "mlt-3"
    }

    fn alphabet(&self) -> Alphabet {
        Alphabet::Ternary
    }

    fn efficiency(&self) -> (u32, u32) {
        (1, 1)
    }

    fn encode(&mut self, octets: &[u8], symbols: &mut Vec<u8>) {
        symbols.resize(octets.len() * 2, 0);
        let (mut before, mut sign) = (0, 0);
        map_words(octets, symbols, |word| {
            let high = levels(self.order.word_in_time(word), before);
            let rises = high & !delayed(high, before);
            before = high & 1;
            Pulses::alternating(high, rises, &mut sign).to_symbols()
        });
    }

    fn decode(&mut self, symbols: &[u8], octets: &mut Vec<u8>) -> Result<(), Reason> {
        let length = u64::try_from(symbols.len()).unwrap_or(u64::MAX);
        let rule = "must be even";
        Reason::require(length % 2 == 0, "octets of symbols", length, rule)?;
        self.read(symbols, 0, octets).verdict("MLT-3", symbols)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// TP-PMD's rule, bit by bit: a place in the cycle that a 1 moves on.
    fn naive(octets: &[u8]) -> Vec<u8> {
        let cycle = [0b00, 0b01, 0b00, 0b10];
        let bits = octets
            .iter()
            .flat_map(|octet| (0..8).map(move |at| octet >> at & 1));
        let mut place = 0;
        let symbols = bits.map(|bit| {
            place = (place + usize::from(bit)) % 4;
            cycle[place]
        });
        Alphabet::Ternary.pack(symbols)
    }

    proptest! {
        #[test]
        fn agrees_with_the_cycle_bit_by_bit(octets in proptest::collection::vec(any::<u8>(), 0..60)) {
            let mut symbols = Vec::new();
            Mlt3::new(BitOrder::LsbFirst).encode(&octets, &mut symbols);
            prop_assert_eq!(symbols, naive(&octets));
        }
    }

    fn violation(symbols: &[u8]) -> String {
        let mut code = Mlt3::new(BitOrder::MsbFirst);
        code.decode(symbols, &mut Vec::new())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn a_leap_and_a_second_turn_to_the_same_side_are_violations() {
        let leap = [0b00_01_01_10, 0];
        assert_eq!(violation(&leap), "MLT-3 violation in cell 3: 0b10");
        let same_side = [0b00_01_00_01, 0];
        assert_eq!(violation(&same_side), "MLT-3 violation in cell 3: 0b1");
        assert_eq!(violation(&[0]), "octets of symbols = 1 must be even");
    }
}
