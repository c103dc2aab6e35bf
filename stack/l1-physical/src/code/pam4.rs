//! PAM-4 with Gray mapping: two bits in one of four levels.
//!
//! ```text
//! bits    00    01    11    10
//! level   -3    -1    +1    +3     neighbouring levels differ in one bit
//! symbol   0     1     2     3
//! ```
//! Spec: IEEE 802.3-2018 §120.5.7 (200 and 400 Gigabit Ethernet).
//! Units: one octet is four symbols; in each pair the earlier bit is the left one.
//! Checks: nothing; every sequence of symbols is a sequence of bits.
//! Not here: the forward error correction that 802.3 always sends over it, and precoding.
//!
//! Noise moves a symbol to a neighbouring level long before it moves it further: thanks to Gray's
//! order that is one wrong bit, not two.

use layercake_base::Reason;

use crate::bits::map_words;
use crate::{Alphabet, BitOrder, LineCode};

/// The later bit of each pair.
const LATER: u64 = 0x5555_5555_5555_5555;

/// Four levels with Gray mapping.
#[derive(Clone, Debug, Default)]
pub struct Pam4 {
    order: BitOrder,
}

impl Pam4 {
    /// With the bits of each octet in this order.
    pub const fn new(order: BitOrder) -> Self {
        Pam4 { order }
    }
}

/// Gray's mapping of 32 pairs, in both directions: the later bit tells whether the two differ.
const fn gray(pairs: u64) -> u64 {
    pairs ^ (pairs >> 1 & LATER)
}

impl LineCode for Pam4 {
    fn name(&self) -> &'static str {
        "pam-4"
    }

    fn alphabet(&self) -> Alphabet {
        Alphabet::Quaternary
    }

    fn efficiency(&self) -> (u32, u32) {
        (2, 1)
    }

    fn encode(&mut self, octets: &[u8], symbols: &mut Vec<u8>) {
        symbols.resize(octets.len(), 0);
        map_words(octets, symbols, |word| {
            gray(self.order.word_in_time(word)).to_be_bytes()
        });
    }

    fn decode(&mut self, symbols: &[u8], octets: &mut Vec<u8>) -> Result<(), Reason> {
        octets.resize(symbols.len(), 0);
        map_words(symbols, octets, |word| {
            self.order.octets_of(gray(u64::from_be_bytes(word)))
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(octets: &[u8], order: BitOrder) -> Vec<i8> {
        let mut symbols = Vec::new();
        Pam4::new(order).encode(octets, &mut symbols);
        let alphabet = Alphabet::Quaternary;
        alphabet
            .unpack(&symbols)
            .map(|symbol| alphabet.level(symbol).unwrap())
            .collect()
    }

    /// IEEE 802.3-2018 §120.5.7: {0, 0} maps to 0, {0, 1} to 1, {1, 1} to 2, {1, 0} to 3.
    #[test]
    fn pairs_map_in_grays_order() {
        assert_eq!(levels(&[0b00_01_11_10], BitOrder::MsbFirst), [-3, -1, 1, 3]);
        // The same bits on the line from an octet that is sent least significant first.
        assert_eq!(levels(&[0b01_11_10_00], BitOrder::LsbFirst), [-3, -1, 1, 3]);
    }

    #[test]
    fn one_level_up_or_down_is_one_wrong_bit() {
        let mut code = Pam4::default();
        for symbol in 0..3 {
            let mut bits = [0, 0];
            for (side, bits) in bits.iter_mut().enumerate() {
                let mut octets = Vec::new();
                code.decode(&[symbol + u8::from(side == 1)], &mut octets)
                    .unwrap();
                *bits = octets[0];
            }
            assert_eq!((bits[0] ^ bits[1]).count_ones(), 1, "{symbol}");
        }
    }
}
