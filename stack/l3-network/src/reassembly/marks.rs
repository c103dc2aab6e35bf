//! Which congestion marks the fragments of a packet had.

use layercake_base::Reason;

/// Which congestion marks the fragments had. RFC 3168 §5.3.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks {
    /// One bit for each of the four codepoints.
    seen: u8,
    last: u8,
}

impl Marks {
    /// A fragment of this class of service has come.
    pub(super) fn add(&mut self, class: u8) {
        self.last = class & 0b11;
        self.seen |= 1 << self.last;
    }

    /// The mark of the whole: "congestion" if one fragment met it, unless another says that its
    /// transport does not know such marks, which cannot be.
    pub(super) fn all(self) -> Result<u8, Reason> {
        let has = |codepoint: u8| self.seen & 1 << codepoint != 0;
        match (has(0b11), has(0b00)) {
            (true, true) => Err(Reason::Illegal {
                field: "ECN of fragments",
                value: self.seen.into(),
                rule: "must not hold both 0 and 3 (one bit for each value)",
            }),
            (true, false) => Ok(0b11),
            (false, _) => Ok(self.last),
        }
    }
}
