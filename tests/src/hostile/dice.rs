//! Chance, from a seed.

use layercake_base::Rng;

/// A number generator with the questions that a frame is made by.
#[derive(Debug)]
pub(super) struct Dice(Rng);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Dice(Rng::seeded(seed))
    }

    /// From 0 up to, not including, `bound`.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX);
        usize::try_from(self.0.below(bound.max(1))).unwrap_or(0)
    }

    /// True once in so many.
    pub(super) fn chance(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    pub(super) fn octet(&mut self) -> u8 {
        self.0.next_u64().to_le_bytes()[0]
    }

    pub(super) fn word(&mut self) -> [u8; 2] {
        self.array()
    }

    pub(super) fn array<const N: usize>(&mut self) -> [u8; N] {
        let mut octets = [0; N];
        self.0.fill(&mut octets);
        octets
    }

    /// One of several; `all` is not empty.
    pub(super) fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// Appends so many random octets.
    pub(super) fn fill(&mut self, to: &mut Vec<u8>, count: usize) {
        let from = to.len();
        to.resize(from + count, 0);
        self.0.fill(&mut to[from..]);
    }
}
