//! Differential Manchester code: always a step in the middle of a cell; one at its beginning
//! is a 0, none a 1.
//!
//! ```text
//! bit     idle    1     0     0     1     1
//! high    +--+     +--+  +--+  +-----+     +--
//!         |  |     |  |  |  |  |     |     |
//! low    -+  +-----+  +--+  +--+     +-----+
//! cell    |     |  1  |  2  |  3  |  4  |  5  |
//! ```
//! Spec: IEEE 802.5 (token ring), whose sense this is. IRIG 106's biphase-space is the same with
//! its cells half a cell later, from one step that is always there to the next.
//! Units: one octet is eight cells, one cell two symbols, 1 for high. The first eight cells of a
//! transmission are idle: zeros. Most significant bit of each octet first, as 802.5 does.
//! Checks: a step in the middle of every cell; idle is there and all zeros.
//! Not here: the cells without a step, J and K, of which 802.5 makes its delimiters.
//!
//! It is two codes one after the other: NRZI makes steps of the ones, and Manchester sends each
//! level of NRZI as a cell. Like NRZI it may be upside down.

use layercake_base::Reason;

use super::{Nrzi, Sense};
use crate::{Alphabet, BitOrder, LineCode, manchester};

/// Differential Manchester code.
#[derive(Clone, Debug)]
pub struct Differential {
    levels: Nrzi,
    scratch: Vec<u8>,
}

impl Differential {
    /// With the bits of each octet in this order.
    pub const fn new(order: BitOrder) -> Self {
        let levels = Nrzi::new(Sense::Mark, order);
        let scratch = Vec::new();
        Differential { levels, scratch }
    }
}

impl LineCode for Differential {
    fn name(&self) -> &'static str {
        "differential-manchester"
    }

    fn alphabet(&self) -> Alphabet {
        Alphabet::Binary
    }

    fn efficiency(&self) -> (u32, u32) {
        (1, 2)
    }

    fn encode(&mut self, octets: &[u8], symbols: &mut Vec<u8>) {
        self.levels.encode(octets, &mut self.scratch);
        turn(&mut self.scratch);
        symbols.resize(self.scratch.len() * 2, 0);
        manchester::encode(&self.scratch, symbols);
    }

    fn decode(&mut self, symbols: &[u8], octets: &mut Vec<u8>) -> Result<(), Reason> {
        self.scratch.resize(symbols.len() / 2, 0);
        manchester::decode(symbols, &mut self.scratch)?;
        turn(&mut self.scratch);
        self.levels.decode(&self.scratch, octets)
    }
}

/// From the order of time, first bit most significant, to the order in which
/// [`manchester`] takes the bits of an octet, and back.
fn turn(levels: &mut [u8]) {
    levels
        .iter_mut()
        .for_each(|octet| *octet = octet.reverse_bits());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// IEEE 802.5's rule, cell by cell: a 0 begins with a step, a 1 without, each has one
    /// in the middle.
    fn naive(octets: &[u8]) -> Vec<u8> {
        let idle_and_data = core::iter::once(&0).chain(octets);
        let mut level = 0;
        let bits =
            idle_and_data.flat_map(|octet| (0..8).rev().map(move |at| octet >> at & 1));
        let halves = bits.flat_map(|bit| {
            let first = if bit == 0 { 1 - level } else { level };
            level = 1 - first;
            [first, level]
        });
        Alphabet::Binary.pack(halves)
    }

    proptest! {
        #[test]
        fn agrees_with_the_rule_cell_by_cell(octets in proptest::collection::vec(any::<u8>(), 0..40)) {
            let mut symbols = Vec::new();
            Differential::new(BitOrder::MsbFirst).encode(&octets, &mut symbols);
            prop_assert_eq!(symbols, naive(&octets));
        }
    }

    #[test]
    fn a_cell_without_a_step_is_told() {
        let (mut code, mut symbols) = (Differential::new(BitOrder::MsbFirst), Vec::new());
        code.encode(b"J", &mut symbols);
        symbols[2] |= 0b1100_0000;
        let reason = code.decode(&symbols, &mut Vec::new()).unwrap_err();
        assert_eq!(reason.to_string(), "Manchester violation in cell 8: 0b11");
    }
}
