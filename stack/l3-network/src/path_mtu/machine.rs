//! The states of the search and the arrows between them.
//!
//! ```text
//!            +----------+   nothing gets through    +-------+
//!            | DISABLED |<--------------------------| ERROR |<---------+
//!            +----------+                           +-------+          |
//!      a peer |                  BASE lost, or too big  ^  | MIN acked |
//!             v                   +---------------------+  |           |
//!          +------+---------------+                        v           |
//!     +--->| BASE |  BASE acked   +----------------> +-----------+-----+
//!     |    +------+                                  | SEARCHING | told less than BASE
//!     |        ^   black hole, told less than PLPMTU +-----------+     |
//!     |        +------------------------------------------+ |  ^       |
//!     |                          nothing left, told PLPMTU  |  | raise |
//!     |                                                     v  | timer |
//!     |    black hole, told less than PLPMTU    +-----------------+    |
//!     +-----------------------------------------| SEARCH_COMPLETE |----+
//!                                               +-----------------+
//! ```
//! Spec: RFC 8899 §5.2, Figure 5. Two things are as the text has them and the figure has not: in
//! ERROR the least size is tried, and if it does not get through nothing does; and a search goes
//! on below a size that was given up (§5.3.1: "any other size"), until none is left.

use core::fmt;

/// Where a search is. RFC 8899 §5.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// There is no peer, or nothing gets through to it.
    Disabled,
    /// Finds out whether BASE_PLPMTU gets through.
    Base,
    /// BASE_PLPMTU does not: finds out whether MIN_PLPMTU does.
    Error,
    /// Tries larger sizes.
    Searching,
    /// The largest is found; confirms it now and then, and looks for a larger one later.
    SearchComplete,
}

/// As RFC 8899 writes it.
impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            State::Disabled => "DISABLED",
            State::Base => "BASE",
            State::Error => "ERROR",
            State::Searching => "SEARCHING",
            State::SearchComplete => "SEARCH_COMPLETE",
        })
    }
}

/// What may happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// The user has a peer.
    Connected,
    /// The user has none any more.
    Disconnected,
    /// The peer has a probe.
    Acknowledged,
    /// A probe was lost; PROBE_COUNT < MAX_PROBES.
    Lost,
    /// A probe was lost; PROBE_COUNT = MAX_PROBES.
    GivenUp,
    /// No size is left between what gets through and what does not.
    NothingLeft,
    /// Packets of PLPMTU vanish.
    BlackHole,
    /// PLPMTU < PL_PTB_SIZE < PROBED_SIZE.
    TooBigBelowProbed,
    /// PL_PTB_SIZE = PLPMTU < PROBED_SIZE.
    TooBigAtPlpmtu,
    /// BASE_PLPMTU <= PL_PTB_SIZE < PLPMTU.
    TooBigBelowPlpmtu,
    /// MIN_PLPMTU <= PL_PTB_SIZE < BASE_PLPMTU, and below PLPMTU.
    TooBigBelowBase,
    /// PMTU_RAISE_TIMER has expired.
    RaiseTimer,
    /// CONFIRMATION_TIMER has expired.
    ConfirmationTimer,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Probe nothing.
    Stop,
    /// Fall back to BASE_PLPMTU, and probe it.
    FromBase,
    /// Fall back to MIN_PLPMTU, and probe it.
    FromLeast,
    /// Another probe of the same size.
    Repeat,
    /// Probe the next size.
    Search,
    /// Forget what does not get through, and probe the next size.
    Reopen,
    /// Start both timers.
    Rest,
    /// Probe PLPMTU.
    Confirm,
    /// Start the timer of the confirmation again.
    Confirmed,
}

/// RFC 8899 §5.2: one arm per arrow; `None` when there is no such arrow.
pub(super) fn next(state: State, event: Event) -> Option<(State, Action)> {
    use {Action as A, Event as E, State as S};
    Some(match (state, event) {
        (S::Disabled, E::Connected) => (S::Base, A::FromBase),
        (S::Disabled, _) => return None,
        (_, E::Disconnected) => (S::Disabled, A::Stop),
        (S::Base, E::Acknowledged) => (S::Searching, A::Search),
        (S::Base, E::Lost) => (S::Base, A::Repeat),
        (S::Base, E::GivenUp) => (S::Error, A::FromLeast),
        (S::Base, E::TooBigBelowBase) => (S::Error, A::FromLeast),
        (S::Error, E::Acknowledged) => (S::Searching, A::Search),
        (S::Error, E::Lost) => (S::Error, A::Repeat),
        (S::Error, E::GivenUp) => (S::Disabled, A::Stop),
        (S::Searching, E::Acknowledged) => (S::Searching, A::Search),
        (S::Searching, E::Lost) => (S::Searching, A::Repeat),
        (S::Searching, E::GivenUp) => (S::Searching, A::Search),
        (S::Searching, E::TooBigBelowProbed) => (S::Searching, A::Search),
        (S::Searching, E::TooBigAtPlpmtu) => (S::SearchComplete, A::Rest),
        (S::Searching, E::NothingLeft) => (S::SearchComplete, A::Rest),
        (S::Searching, E::TooBigBelowPlpmtu) => (S::Base, A::FromBase),
        (S::Searching, E::TooBigBelowBase) => (S::Error, A::FromLeast),
        (S::Searching, E::BlackHole) => (S::Base, A::FromBase),
        (S::SearchComplete, E::ConfirmationTimer) => (S::SearchComplete, A::Confirm),
        (S::SearchComplete, E::Acknowledged) => (S::SearchComplete, A::Confirmed),
        (S::SearchComplete, E::Lost) => (S::SearchComplete, A::Repeat),
        (S::SearchComplete, E::GivenUp) => (S::Base, A::FromBase), // a black hole
        (S::SearchComplete, E::BlackHole) => (S::Base, A::FromBase),
        (S::SearchComplete, E::TooBigBelowPlpmtu) => (S::Base, A::FromBase),
        (S::SearchComplete, E::TooBigBelowBase) => (S::Error, A::FromLeast),
        (S::SearchComplete, E::RaiseTimer) => (S::Searching, A::Reopen),
        _ => return None,
    })
}
