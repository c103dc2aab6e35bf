//! Manchester code as G. E. Thomas wrote it: a 1 steps down, a 0 steps up.
//!
//! ```text
//! bit       1     0     0     1     1
//! high   +--+     +--+  +-----+  +--+    the figure of IEEE 802.3's Manchester upside down
//!        |  |     |  |  |     |  |  |
//! low   -+  +-----+  +--+     +--+  +--
//! cell   |  1  |  2  |  3  |  4  |  5  |
//! ```
//! Spec: G. E. Thomas (University of Manchester), 1949, as textbooks tell it; IEEE 802.3-2018
//! §7.3.1.1 chose the other sense.
//! Units: as [`manchester`].
//! Checks: as [`manchester`].
//! Not here: finding out which of the two a line speaks; each is the other with its wires exchanged.

use layercake_base::Reason;

use crate::{Alphabet, LineCode, manchester};

/// Manchester code in the sense of G. E. Thomas, least significant bit first.
#[derive(Clone, Debug, Default)]
pub struct Thomas;

impl LineCode for Thomas {
    fn name(&self) -> &'static str {
        "manchester-thomas"
    }

    fn alphabet(&self) -> Alphabet {
        Alphabet::Binary
    }

    fn efficiency(&self) -> (u32, u32) {
        (1, 2)
    }

    fn encode(&mut self, octets: &[u8], symbols: &mut Vec<u8>) {
        symbols.resize(octets.len() * 2, 0);
        manchester::encode(octets, symbols);
        invert(symbols);
    }

    fn decode(&mut self, symbols: &[u8], octets: &mut Vec<u8>) -> Result<(), Reason> {
        octets.resize(symbols.len() / 2, 0);
        manchester::decode(symbols, octets)?;
        invert(octets); // inverted symbols are the symbols of inverted octets
        Ok(())
    }
}

fn invert(octets: &mut [u8]) {
    octets.iter_mut().for_each(|octet| *octet = !*octet);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The figure of Wikipedia's article "Manchester code" draws the bits 10100111001 in both
    /// conventions; here are its first eight.
    #[test]
    fn agrees_with_the_usual_figure() {
        let (mut symbols, first_sent_in_least_place) = (Vec::new(), 0b1110_0101);
        Thomas.encode(&[first_sent_in_least_place], &mut symbols);
        assert_eq!(symbols, [0b1001_1001, 0b0110_1010]);
    }
}
