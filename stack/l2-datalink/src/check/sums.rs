//! Fletcher and Adler: two running sums, the second of which sees the order of the words.
//!
//! ```text
//! for each word w:   low  = low  + w    modulo M
//!                    high = high + low  modulo M      value: high, then low
//!
//!              words                        M       low begins at
//! Fletcher-16  octets                       255     0
//! Fletcher-32  16 bits, low octet first     65535   0
//! Adler-32     octets                       65521   1, the largest prime below 2^16
//! ```
//! Spec: RFC 1146, appendix I (8-bit Fletcher, here Fletcher-16); RFC 1950 §8.2 (Adler-32).
//! Units: octets. Fletcher-32 takes words as programs on little-endian machines do, an odd octet
//! at the end with 00 above it. RFC 1146, appendix II, takes them big-endian and has other values.
//! Not here: the internet checksum, which `layercake_base::checksum` has for every layer.

/// The two sums, each smaller than the modulus `M`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair<const M: u64> {
    pub(super) low: u64,
    pub(super) high: u64,
}

/// Words between two divisions. The high sum grows by less than 2^16 * WORDS * (WORDS + 1), so
/// that 64 bits are far from full.
const WORDS: usize = 4096;

impl<const M: u64> Pair<M> {
    /// Adds octets as words of one octet.
    pub(super) fn octets(&mut self, octets: &[u8]) {
        for part in octets.chunks(WORDS) {
            self.words(part.iter().map(|&octet| octet.into()));
        }
    }

    /// Adds words of two octets, least significant first; an odd one at the end counts as a
    /// word with 00 above it.
    pub(super) fn pairs(&mut self, octets: &[u8]) {
        let (pairs, odd) = octets.as_chunks::<2>();
        for part in pairs.chunks(WORDS) {
            self.words(part.iter().map(|&pair| u16::from_le_bytes(pair).into()));
        }
        self.words(odd.iter().map(|&octet| octet.into()));
    }

    /// Adds at most [`WORDS`] words.
    fn words(&mut self, words: impl Iterator<Item = u64>) {
        let Pair { mut low, mut high } = *self;
        for word in words {
            low += word;
            high += low;
        }
        (self.low, self.high) = (low % M, high % M);
    }

    /// The value, of which each sum takes half of `width_bits`.
    pub(super) fn value(self, width_bits: u32) -> u64 {
        self.high << (width_bits / 2) | self.low
    }
}
