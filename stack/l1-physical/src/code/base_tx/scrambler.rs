//! The stream cipher of 100BASE-TX: `X[n] = X[n-9] + X[n-11]`, a sequence that repeats after 2047
//! bits.
//!
//! Spec: ANSI X3.263 (TP-PMD), the stream cipher scrambler.
//!
//! Squaring the polynomial three times gives `X[n] = X[n-72] + X[n-88]` for the same sequence:
//! every bit of a word of 64 follows from the two words before it.

use crate::bits::halves;

/// The key from some bit on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Key {
    /// The 128 bits before, the last least significant.
    before: u128,
}

impl Key {
    /// The key that follows these eleven bits, the first most significant.
    pub(super) fn from_state(eleven: u64) -> Self {
        let Key { before } = Key::beginning_with(eleven);
        let before = before << 11 | u128::from(eleven);
        Key { before }
    }

    /// The key that begins with these eleven bits, the first most significant.
    pub(super) fn beginning_with(eleven: u64) -> Self {
        let places = BEFORE.iter().enumerate();
        let set = places.filter(|(place, _)| eleven >> place & 1 == 1);
        let before = set.fold(0, |all, (_, before)| all ^ before);
        Key { before }
    }

    /// The key some bits earlier, 40 at most: of the 128 bits kept, 88 are needed.
    pub(super) const fn rewound(self, bits: usize) -> Self {
        let before = self.before >> bits;
        Key { before }
    }

    /// Adds the key to `bits`; twice is not at all.
    pub(super) fn apply(mut self, bits: &mut [u8]) {
        let (words, rest) = bits.as_chunks_mut::<8>();
        for word in words {
            *word = (u64::from_be_bytes(*word) ^ self.next()).to_be_bytes();
        }
        let key = self.next().to_be_bytes();
        rest.iter_mut()
            .zip(key)
            .for_each(|(octet, key)| *octet ^= key);
    }

    #[inline]
    fn next(&mut self) -> u64 {
        let (_, next) = halves(self.before >> 8 ^ self.before >> 24);
        self.before = self.before << 64 | u128::from(next);
        next
    }
}

/// The 128 bits before those eleven of which only the one at each place, counted from the last,
/// is set.
static BEFORE: [u128; 11] = before();

#[expect(clippy::indexing_slicing, reason = "computed by the compiler")]
const fn before() -> [u128; 11] {
    let mut table = [0; 11];
    let mut place = 0;
    while place < table.len() {
        let mut eleven: u128 = 1 << place;
        let mut count = 0;
        while count < 128 {
            let earlier = (eleven ^ eleven >> 9) & 1; // X[n-11] = X[n] + X[n-9]
            eleven = eleven >> 1 | earlier << 10;
            table[place] |= earlier << count;
            count += 1;
        }
        place += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, bit by bit.
    fn naive(state: u64) -> impl Iterator<Item = u8> {
        let mut last: Vec<u8> = (0..11)
            .rev()
            .map(|at| u8::from(state >> at & 1 == 1))
            .collect();
        core::iter::from_fn(move || {
            let next = last[last.len() - 9] ^ last[last.len() - 11];
            last.push(next);
            Some(next)
        })
    }

    #[test]
    fn the_key_is_that_of_the_definition_from_any_state() {
        for state in 0..2048 {
            let mut bits = [0; 45];
            Key::from_state(state).apply(&mut bits);
            let expected: Vec<u8> = naive(state).take(45 * 8).collect();
            assert_eq!(crate::Alphabet::Binary.pack(expected), bits, "{state}");
            let eleven = u64::from(bits[0]) << 3 | u64::from(bits[1] >> 5);
            let key = Key::beginning_with(eleven);
            let (mut again, mut earlier) = ([0; 45], [0; 45]);
            key.apply(&mut again);
            assert_eq!(again, bits);
            key.rewound(40).apply(&mut earlier);
            assert_eq!(earlier[5..], bits[..40]);
        }
    }

    /// x^11 + x^9 + 1 is primitive: every state but zero comes once in 2047 bits.
    #[test]
    fn the_key_repeats_after_2047_bits_and_not_before() {
        let key: Vec<u8> = naive(0x7ff).take(3 * 2047).collect();
        let repeats =
            |after: usize| key.iter().skip(after).zip(&key).all(|(a, b)| a == b);
        assert!(repeats(2047));
        assert!((1..2047).all(|after| !repeats(after)));
    }
}
