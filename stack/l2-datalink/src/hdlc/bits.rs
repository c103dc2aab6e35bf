//! Bits in words and octets, least significant first: what both directions do with them.

/// Bits on their way into octets.
pub(super) struct Bits<'a> {
    out: &'a mut [u8],
    /// Octets of `out` that are whole.
    at: usize,
    /// Bits that are not in `out` yet, fewer than 8 after a store.
    pending: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    /// Writes to `out`, which needs eight octets more than will be used. The first `count` bits,
    /// fewer than 8, are those of `pending`.
    pub(super) fn new(out: &'a mut [u8], pending: u64, count: u32) -> Self {
        Bits {
            out,
            at: 0,
            pending,
            count,
        }
    }

    /// Adds bits; with those that are pending at most 64.
    #[inline]
    pub(super) fn push(&mut self, bits: impl Into<u64>, count: u8) {
        self.pending |= bits.into() << self.count;
        self.count += u32::from(count);
    }

    /// Writes what is pending; the octets that are whole stay.
    #[inline]
    pub(super) fn store(&mut self) {
        self.write(self.pending);
        let whole = self.count / 8;
        self.at += whole as usize;
        self.pending >>= whole * 8;
        self.count %= 8;
    }

    /// Writes a whole word behind what is pending, which must be fewer than 8 bits.
    #[inline]
    pub(super) fn store_word(&mut self, word: u64) {
        self.write(self.pending | word << self.count);
        self.at += 8;
        // Twice, because a shift by 64 is none.
        self.pending = word >> 1 >> (63 - self.count);
    }

    #[inline]
    fn write(&mut self, word: u64) {
        let octets = word.to_le_bytes();
        if let Some(place) = self.out.get_mut(self.at..self.at + octets.len()) {
            place.copy_from_slice(&octets);
        }
    }

    /// Fills the last octet with ones; how many octets there are.
    pub(super) fn finish(mut self) -> usize {
        self.pending |= u64::MAX << self.count;
        self.count = self.count.next_multiple_of(8);
        self.store();
        self.at
    }

    /// How many octets there are, and the bits behind them with their number.
    pub(super) fn pause(self) -> (usize, u64, u32) {
        (self.at, self.pending, self.count)
    }
}

/// True when five ones in a row end in one of `words`, after so many ones in front of them.
#[inline]
pub(super) fn has_five_ones<const N: usize>(mut before: u32, words: &[u64; N]) -> bool {
    let mut seen = false;
    for word in words {
        let two = word & word >> 1;
        let run = two & two >> 2 & word >> 4;
        seen |= run != 0 || before + word.trailing_ones() >= 5;
        before = word.leading_ones();
    }
    seen
}

/// True when six ones in a row end in `word`, after so many ones in front of it.
#[inline]
pub(super) fn has_six_ones(before: u32, word: u64) -> bool {
    let two = word & word >> 1;
    two & two >> 2 & two >> 4 != 0 || before + word.trailing_ones() >= 6
}
