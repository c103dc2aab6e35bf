//! Windows: how many numbers may be out at a time, and why not one more.
//!
//! ```text
//!   sender      acknowledged | sent, not acknowledged |  may be sent  | must wait
//!                 … 4    5   |   6     7     0        |    1     2    |  3   4  …
//!                            ^ V(A)                   ^ V(S)          ^ V(A) + Ws
//!
//!   receiver        delivered     |  accepted, in any order  |  refused
//!                 … 4  5  6  7    |    0    1    2    3      |  4  5  …
//!                                 ^ V(R)                     ^ V(R) + Wr
//! ```
//! Spec: the state variables V(A), V(S), V(R) of ISO/IEC 13239. The limit Ws + Wr ≤ 2^m is
//! that of A. S. Tanenbaum, Computer Networks, §3.4 (its §3.5 in later editions).
//! Units: frames.
//!
//! The limit is one rule for all three schemes. When every acknowledgement of a full window is
//! lost, the receiver has moved on by Ws and the sender has not: the sender sends the Ws old
//! numbers again while the receiver accepts the Wr numbers behind them. Both must be different
//! numbers. Stop-and-wait has Ws = Wr = 1, so 1 bit is enough; go-back-N has Wr = 1, so
//! Ws ≤ 2^m − 1; selective repeat with Ws = Wr has Ws ≤ 2^(m − 1).
//!
//! What happens one above the limit is found by [`search`](super::search).

use super::sequence::{MOST_BITS, Sequence};

/// The three schemes of the textbooks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scheme {
    /// One frame at a time.
    StopAndWait,
    /// A window of frames; the receiver takes them only in order, and the sender repeats all
    /// from the one that is missing.
    GoBackN,
    /// A window of frames on both sides; only what is missing is repeated.
    #[default]
    SelectiveRepeat,
}

/// The names of the schemes, in the order of [`Scheme`].
pub const SCHEMES: [&str; 3] = ["stop-and-wait", "go-back-n", "selective-repeat"];

impl Scheme {
    const ALL: [Scheme; 3] = [
        Scheme::StopAndWait,
        Scheme::GoBackN,
        Scheme::SelectiveRepeat,
    ];

    /// The scheme with one of the [`SCHEMES`] names.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scheme| scheme.name() == name)
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        let [stop_and_wait, go_back_n, selective_repeat] = SCHEMES;
        match self {
            Scheme::StopAndWait => stop_and_wait,
            Scheme::GoBackN => go_back_n,
            Scheme::SelectiveRepeat => selective_repeat,
        }
    }

    /// The receive window that belongs to a send window.
    const fn receive(self, send: u16) -> u16 {
        match self {
            Scheme::StopAndWait | Scheme::GoBackN => 1,
            Scheme::SelectiveRepeat => send,
        }
    }

    /// The largest send window with numbers of so many bits.
    pub fn largest_window(self, bits: u8) -> u16 {
        let numbers = Sequence::first(bits).map_or(0, Sequence::modulus);
        let largest = match self {
            Scheme::StopAndWait => 1,
            Scheme::GoBackN => numbers.saturating_sub(1),
            Scheme::SelectiveRepeat => numbers / 2,
        };
        u16::try_from(largest).unwrap_or(u16::MAX)
    }
}

/// Why a window cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WindowError {
    /// Numbers have 1 to 16 bits.
    #[error("sequence numbers of {bits} bits; 1 to 16 are possible")]
    Bits {
        /// The bits asked for.
        bits: u8,
    },
    /// Nothing could ever be sent.
    #[error("a window of 0 frames; at least 1 is needed")]
    Empty,
    /// Old and new frames could have the same number.
    #[error(
        "a window of {window} frames; {scheme} with {bits}-bit numbers allows at most {limit}"
    )]
    TooLarge {
        /// The scheme's name.
        scheme: &'static str,
        /// The send window asked for.
        window: u16,
        /// Bits of a number.
        bits: u8,
        /// The largest send window for them.
        limit: u16,
    },
}

/// A pair of windows that the numbers are enough for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    pub(super) scheme: Scheme,
    /// Frames out at a time.
    pub(super) send: usize,
    /// Frames that the receiver takes, counted from the one that it expects.
    pub(super) receive: usize,
    /// The number 0.
    pub(super) first: Sequence,
}

impl Window {
    /// The windows of a scheme with a send window of so many frames.
    ///
    /// # Errors
    /// [`WindowError`] when `bits` is not 1 to 16, or `window` is 0 or above
    /// [`Scheme::largest_window`].
    pub fn new(scheme: Scheme, window: u16, bits: u8) -> Result<Self, WindowError> {
        let limit = scheme.largest_window(bits);
        if window > limit && (1..=MOST_BITS).contains(&bits) {
            let scheme = scheme.name();
            return Err(WindowError::TooLarge {
                scheme,
                window,
                bits,
                limit,
            });
        }
        Self::of_any_size(scheme, window, bits)
    }

    /// The same without the limit, to see what goes wrong beyond it.
    pub(super) fn of_any_size(
        scheme: Scheme,
        window: u16,
        bits: u8,
    ) -> Result<Self, WindowError> {
        let first = Sequence::first(bits).ok_or(WindowError::Bits { bits })?;
        if window == 0 {
            return Err(WindowError::Empty);
        }
        let (send, receive) = (window.into(), scheme.receive(window).into());
        Ok(Window {
            scheme,
            send,
            receive,
            first,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ws + Wr ≤ 2^m, for every width and each scheme: the largest window is allowed, the next
    /// one is refused and both are named.
    #[test]
    fn the_limit_is_enforced_for_every_width() {
        for bits in 1..=MOST_BITS {
            for scheme in Scheme::ALL {
                let limit = scheme.largest_window(bits);
                let window = Window::new(scheme, limit, bits).unwrap();
                let (numbers, sum) = (1 << bits, window.send + window.receive);
                assert!(sum <= numbers, "{scheme:?} {bits}");
                let tight = scheme == Scheme::StopAndWait || sum == numbers;
                assert!(tight, "{scheme:?} {bits}");
                if limit < u16::MAX {
                    assert!(Window::new(scheme, limit + 1, bits).is_err());
                }
            }
        }
    }

    #[test]
    fn a_refusal_names_what_was_asked_for_and_the_limit() {
        let refused = |scheme, window, bits| {
            Window::new(scheme, window, bits).unwrap_err().to_string()
        };
        assert_eq!(
            refused(Scheme::SelectiveRepeat, 5, 3),
            "a window of 5 frames; selective-repeat with 3-bit numbers allows at most 4"
        );
        assert_eq!(
            refused(Scheme::GoBackN, 8, 3),
            "a window of 8 frames; go-back-n with 3-bit numbers allows at most 7"
        );
        assert_eq!(
            refused(Scheme::StopAndWait, 2, 3),
            "a window of 2 frames; stop-and-wait with 3-bit numbers allows at most 1"
        );
        assert_eq!(
            refused(Scheme::GoBackN, 0, 3),
            "a window of 0 frames; at least 1 is needed"
        );
        for bits in [0, 17] {
            let text = format!("sequence numbers of {bits} bits; 1 to 16 are possible");
            assert_eq!(refused(Scheme::GoBackN, 1, bits), text);
        }
    }

    #[test]
    fn a_scheme_is_found_by_its_name() {
        for scheme in Scheme::ALL {
            assert_eq!(Scheme::named(scheme.name()), Some(scheme));
        }
        assert_eq!(Scheme::named("hope"), None);
    }
}
