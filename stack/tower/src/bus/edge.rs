//! The edges of signals, and what an ended signal is.

use layercake_base::Reason;

/// One edge of a signal reaches a tap.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge {
    pub(crate) tap: usize,
    pub(super) number: u64,
    /// Which edge; an end that was entered before the station jammed is void.
    pub(super) way: Way,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    Begins,
    Ends { jammed: bool },
}

/// What an ended signal is at a tap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// The station's own transmission.
    Own,
    /// Heard whole.
    Whole,
    /// Of no use.
    Spoilt(Reason),
}

impl Edge {
    /// It is the beginning of a signal.
    pub(crate) fn begins(self) -> bool {
        self.way == Way::Begins
    }
}
