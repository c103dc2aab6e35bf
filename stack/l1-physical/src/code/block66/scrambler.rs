//! The self-synchronising scrambler 1 + x^39 + x^58: `s[n] = d[n] + s[n-39] + s[n-58]`.
//!
//! Spec: IEEE 802.3-2018 §49.2.6. What was sent is the state, so a receiver has it after 58 bits.
//! A word holds 64 bits, the first least significant.

/// The 64 bits on the line before the next word; all ones at first.
#[derive(Clone, Copy, Debug)]
pub(super) struct State(u64);

impl Default for State {
    fn default() -> Self {
        State(u64::MAX)
    }
}

impl State {
    /// The state of a receiver that has just heard these 64 bits.
    pub(super) const fn after(heard: u64) -> Self {
        State(heard)
    }

    /// What the bits before this word add to it.
    #[inline]
    const fn carried(self) -> u64 {
        self.0 >> (64 - 39) ^ self.0 >> (64 - 58)
    }

    #[inline]
    pub(super) const fn scramble(&mut self, word: u64) -> u64 {
        let sent = word ^ self.carried(); // the first 39 bits are right now,
        self.0 = sent ^ sent << 39 ^ sent << 58; // and all that the others still need
        self.0
    }

    #[inline]
    pub(super) const fn descramble(&mut self, heard: u64) -> u64 {
        let word = heard ^ heard << 39 ^ heard << 58 ^ self.carried();
        self.0 = heard;
        word
    }
}
