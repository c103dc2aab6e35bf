//! Runs of bits in order of time, the first in the most significant place of the first octet:
//! written, read at any place, and mapped word by word.

/// Appends bits to octets.
pub(crate) struct BitWriter<'a> {
    octets: &'a mut Vec<u8>,
    /// The last `count` bits, which do not fill an octet yet, in the least significant places.
    pending: u64,
    count: u32,
}

impl<'a> BitWriter<'a> {
    /// Begins behind the whole octets that are there.
    pub(crate) fn new(octets: &'a mut Vec<u8>) -> Self {
        BitWriter {
            octets,
            pending: 0,
            count: 0,
        }
    }

    /// Appends the `width` least significant bits, 56 at most.
    pub(crate) fn push(&mut self, bits: u64, width: u32) {
        self.pending = self.pending << width | bits;
        self.count += width;
        while self.count >= 8 {
            self.count -= 8;
            let [.., octet] = (self.pending >> self.count).to_be_bytes();
            self.octets.push(octet);
        }
    }

    /// Appends 40 bits: five octets, whatever stands before them.
    #[inline]
    pub(crate) fn push_40(&mut self, bits: u64) {
        self.pending = self.pending << 40 | bits;
        let [.., a, b, c, d, e] = (self.pending >> self.count).to_be_bytes();
        self.octets.extend_from_slice(&[a, b, c, d, e]);
    }

    /// Appends 66 bits: two, and 64.
    #[inline]
    pub(crate) fn push_66(&mut self, two: u64, word: u64) {
        let all = u128::from(self.pending << 2 | two) << 64 | u128::from(word);
        self.count += 2;
        let (_, whole) = halves(all >> self.count);
        self.octets.extend_from_slice(&whole.to_be_bytes());
        self.pending = word;
        self.push(0, 0);
    }
}

/// The two halves of a word twice as wide, the first in time first.
#[inline]
pub(crate) const fn halves(wide: u128) -> (u64, u64) {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = wide.to_be_bytes();
    let first = u64::from_be_bytes([a, b, c, d, e, f, g, h]);
    (first, u64::from_be_bytes([i, j, k, l, m, n, o, p]))
}

/// The first `N` octets, with zeros behind when there are fewer.
#[inline]
pub(crate) fn padded<const N: usize>(octets: &[u8]) -> [u8; N] {
    let mut all = [0; N];
    all.iter_mut()
        .zip(octets)
        .for_each(|(to, octet)| *to = *octet);
    all
}

/// The 64 bits that begin at bit `at`; zero where there are none.
#[inline]
pub(crate) fn word_at(octets: &[u8], at: usize) -> u64 {
    let rest = octets.get(at / 8..).unwrap_or_default();
    let (word, next) = match rest.split_first_chunk::<8>() {
        Some((word, rest)) => (*word, rest.first().copied().unwrap_or(0)),
        None => (padded(rest), 0),
    };
    let word = u64::from_be_bytes(word);
    match at % 8 {
        0 => word,
        shift => word << shift | u64::from(next) >> (8 - shift),
    }
}

/// The `width` bits, 1 to 64, that begin at bit `at`; `None` when they are not all there.
#[inline]
pub(crate) fn bits_at(octets: &[u8], at: usize, width: usize) -> Option<u64> {
    (at + width <= octets.len() * 8).then(|| word_at(octets, at) >> (64 - width))
}

/// Writes to `output` what `map` makes of the words of `input`, `I` octets to `O`. The last word
/// may be cut short: `map` then sees zeros at its end, and what it makes of them may not fit.
#[inline]
pub(crate) fn map_words<const I: usize, const O: usize>(
    input: &[u8],
    output: &mut [u8],
    mut map: impl FnMut([u8; I]) -> [u8; O],
) {
    let (whole, short) = input.as_chunks::<I>();
    let (places, rest) = output.as_chunks_mut::<O>();
    let mut places = places.iter_mut();
    for (word, place) in whole.iter().zip(&mut places) {
        *place = map(*word);
    }
    if !short.is_empty() {
        let word = padded(short);
        let place = places.next().map_or(rest, |place| place.as_mut_slice());
        place
            .iter_mut()
            .zip(map(word))
            .for_each(|(to, octet)| *to = octet);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Alphabet::Binary;
    use proptest::prelude::*;

    fn naive(octets: &[u8]) -> Vec<u8> {
        Binary.unpack(octets).collect()
    }

    proptest! {
        #[test]
        fn bits_are_read_as_from_a_list_of_bits(octets in proptest::collection::vec(any::<u8>(), 0..30), at in 0..250_usize, width in 1..=64_usize) {
            let all = naive(&octets);
            let expected = all.get(at..at + width).map(|bits| bits.iter().fold(0, |word, bit| word << 1 | u64::from(*bit)));
            prop_assert_eq!(bits_at(&octets, at, width), expected);
        }

        #[test]
        fn bits_are_written_as_to_a_list_of_bits(parts in proptest::collection::vec((any::<u64>(), 0..3_u8), 0..30), first in 0..8_u32) {
            let (mut octets, mut expected) = (Vec::new(), Vec::new());
            let mut bits = BitWriter::new(&mut octets);
            let mut list = |word: u64, width: u32| expected.extend((0..width).rev().map(|place| u8::from(word >> place & 1 == 1)));
            bits.push(0, first);
            list(0, first);
            for (word, kind) in parts {
                match kind {
                    0 => { bits.push(word & 0x1f, 5); list(word, 5); }
                    1 => { bits.push_40(word & 0xff_ffff_ffff); list(word, 40); }
                    _ => { bits.push_66(0b10, word); list(0b10, 2); list(word, 64); }
                }
            }
            expected.truncate(expected.len() / 8 * 8);
            prop_assert_eq!(naive(&octets), expected);
        }

        #[test]
        fn words_are_mapped_and_the_last_may_be_short(octets in proptest::collection::vec(any::<u8>(), 0..40)) {
            let mut doubled = vec![0; octets.len() * 2];
            map_words(&octets, &mut doubled, |[a, b, c]: [u8; 3]| [a, a, b, b, c, c]);
            let expected: Vec<u8> = octets.iter().flat_map(|octet| [*octet; 2]).collect();
            prop_assert_eq!(doubled, expected);
        }
    }
}
