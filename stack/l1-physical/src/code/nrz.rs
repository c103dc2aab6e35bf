//! NRZ-L, non-return-to-zero level: the level is the bit.
//!
//! ```text
//! bit       1     0     0     1     1
//! high   +-----+           +-----------
//!        |     |           |
//! low   -+     +-----------+
//! cell   |  1  |  2  |  3  |  4  |  5  |
//! ```
//! Spec: the name is of IRIG 106 Chapter 4 (PCM codes). An EIA/TIA-232 line looks so upside down:
//! there a 1 is the negative voltage.
//! Units: one octet is eight cells, one cell one symbol, 1 for high.
//! Checks: nothing; every sequence of levels is a sequence of bits, so no flipped symbol is seen.
//! Not here: a clock. A long run of equal bits has no step that a receiver could follow.

use layercake_base::Reason;

use crate::{Alphabet, BitOrder, LineCode};

/// Non-return-to-zero level.
#[derive(Clone, Debug, Default)]
pub struct NrzL {
    order: BitOrder,
}

impl NrzL {
    /// With the bits of each octet in this order.
    pub const fn new(order: BitOrder) -> Self {
        NrzL { order }
    }
}

impl LineCode for NrzL {
    fn name(&self) -> &'static str {
        "nrz-l"
    }

    fn alphabet(&self) -> Alphabet {
        Alphabet::Binary
    }

    fn efficiency(&self) -> (u32, u32) {
        (1, 1)
    }

    fn encode(&mut self, octets: &[u8], symbols: &mut Vec<u8>) {
        symbols.clear();
        match self.order {
            BitOrder::LsbFirst => symbols.extend(octets.iter().map(|o| o.reverse_bits())),
            BitOrder::MsbFirst => symbols.extend_from_slice(octets),
        }
    }

    fn decode(&mut self, symbols: &[u8], octets: &mut Vec<u8>) -> Result<(), Reason> {
        self.encode(symbols, octets); // its own inverse
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_is_the_bit_in_the_order_asked_for() {
        let mut symbols = Vec::new();
        NrzL::new(BitOrder::LsbFirst).encode(&[0b0001_1001], &mut symbols);
        assert_eq!(symbols, [0b1001_1000]);
        NrzL::new(BitOrder::MsbFirst).encode(&[0b0001_1001], &mut symbols);
        assert_eq!(symbols, [0b0001_1001]);
    }
}
