//! The symbols of a line, how they are packed into octets, and the levels that they stand for.
//!
//! ```text
//! octet          most significant                        least significant
//! Binary         | 1st | 2nd | 3rd | 4th | 5th | 6th | 7th | 8th |  in order of time
//! Ternary        |    1st    |    2nd    |    3rd    |    4th    |
//! Quaternary     |    1st    |    2nd    |    3rd    |    4th    |
//! ```
//! Units: levels in steps of the alphabet, no volts.

/// The symbols that a line code uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alphabet {
    /// Two levels, one bit each: 0 is low (-1), 1 is high (+1).
    Binary,
    /// Three levels, two bits each: 00 is 0, 01 is +1, 10 is -1; 11 is no symbol.
    Ternary,
    /// Four levels, two bits each: 0 to 3 are -3, -1, +1, +3.
    Quaternary,
}

impl Alphabet {
    /// How many levels there are.
    pub const fn levels(self) -> u32 {
        match self {
            Alphabet::Binary => 2,
            Alphabet::Ternary => 3,
            Alphabet::Quaternary => 4,
        }
    }

    /// Bits of an octet that one symbol takes.
    pub const fn bits_per_symbol(self) -> usize {
        match self {
            Alphabet::Binary => 1,
            Alphabet::Ternary | Alphabet::Quaternary => 2,
        }
    }

    /// Symbols in one octet.
    pub const fn symbols_per_octet(self) -> usize {
        8 / self.bits_per_symbol()
    }

    /// The level of a symbol; `None` when there is no such symbol.
    pub const fn level(self, symbol: u8) -> Option<i8> {
        Some(match (self, symbol) {
            (Alphabet::Binary, 0) | (Alphabet::Ternary, 0b10) => -1,
            (Alphabet::Binary, 1) | (Alphabet::Ternary, 0b01) => 1,
            (Alphabet::Ternary, 0b00) => 0,
            (Alphabet::Quaternary, 0) => -3,
            (Alphabet::Quaternary, 1) => -1,
            (Alphabet::Quaternary, 2) => 1,
            (Alphabet::Quaternary, 3) => 3,
            _ => return None,
        })
    }

    /// The symbols in octets of symbols, in order of time.
    pub fn unpack(self, octets: &[u8]) -> impl Iterator<Item = u8> {
        let width = self.bits_per_symbol();
        let mask = (1 << width) - 1;
        let places = (0..self.symbols_per_octet()).rev();
        octets.iter().flat_map(move |octet| {
            let octet = *octet;
            places
                .clone()
                .map(move |place| octet >> (place * width) & mask)
        })
    }

    /// Octets of symbols; the last is filled with zero bits.
    pub fn pack(self, symbols: impl IntoIterator<Item = u8>) -> Vec<u8> {
        let (width, mut octets) = (self.bits_per_symbol(), Vec::new());
        let mask = (1 << width) - 1;
        for (at, symbol) in symbols.into_iter().enumerate() {
            let place = at % self.symbols_per_octet();
            if place == 0 {
                octets.push(0);
            }
            if let Some(octet) = octets.last_mut() {
                *octet |= (symbol & mask) << (8 - width * (place + 1));
            }
        }
        octets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Alphabet; 3] =
        [Alphabet::Binary, Alphabet::Ternary, Alphabet::Quaternary];

    #[test]
    fn symbols_are_packed_from_the_most_significant_bit_on() {
        assert_eq!(Alphabet::Binary.pack([1, 0, 1]), [0b1010_0000]);
        assert_eq!(
            Alphabet::Ternary.pack([0b01, 0b10, 0, 0b01, 0b10]),
            [0b0110_0001, 0b1000_0000]
        );
    }

    #[test]
    fn unpacking_and_packing_is_identity() {
        let octets: Vec<u8> = (0..=255).collect();
        for alphabet in ALL {
            assert_eq!(alphabet.pack(alphabet.unpack(&octets)), octets);
        }
    }

    #[test]
    fn an_alphabet_has_as_many_levels_as_it_says_all_different_and_their_sum_is_zero() {
        for alphabet in ALL {
            let mut levels: Vec<i8> = (0..=255)
                .filter_map(|symbol| alphabet.level(symbol))
                .collect();
            assert_eq!(levels.iter().sum::<i8>(), 0);
            levels.sort_unstable();
            levels.dedup();
            assert_eq!(levels.len(), usize::try_from(alphabet.levels()).unwrap());
        }
    }
}
