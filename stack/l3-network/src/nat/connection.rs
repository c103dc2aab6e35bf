//! The states of a TCP connection as NAT sees it pass, and how long each is kept.
//!
//! ```text
//!              SYN from inside                 SYN from outside
//!            +---------------> InsideInit ------------------+
//!            |                                              v
//!         (none)                                       Established --- RST ---> Transitory
//!            |                                              ^    \                  |
//!            +---------------> OutsideInit -----------------+     \     not RST     |
//!              SYN from outside                SYN from inside     \  <-------------+
//!                                                                   \
//!            FIN from one: InsideFin or OutsideFin; then from the other: BothFin
//! ```
//! A SYN on what is closed begins anew. A RST ends nothing at once: it may be forged, and what
//! comes after it shows that it was.
//!
//! Spec: RFC 6146 §3.5.2.2, which RFC 7857 §2 asks of every NAT; times RFC 5382 §5, REQ-5.
//! Not here: whether the sequence number of a RST is in the window.

use core::time::Duration;

/// RFC 5382 §5, REQ-5: not less than 2 hours 4 minutes for an established connection, which is
/// when keep-alives come (RFC 1122 §4.2.3.6).
const ESTABLISHED: Duration = Duration::from_secs(2 * 3600 + 4 * 60);
/// The same: not less than 4 minutes for one that opens or is closed.
const TRANSITORY: Duration = Duration::from_secs(4 * 60);

/// Where a segment comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Inside,
    Outside,
}

/// What a segment says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    Syn,
    Fin,
    Rst,
    Other,
}

impl Event {
    /// By the flags of the header. RFC 9293 §3.1.
    pub(super) const fn of(flags: u8) -> Event {
        match flags {
            flags if flags & 0x04 != 0 => Event::Rst,
            flags if flags & 0x02 != 0 => Event::Syn,
            flags if flags & 0x01 != 0 => Event::Fin,
            _ => Event::Other,
        }
    }
}

/// Where a connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    InsideInit,
    OutsideInit,
    Established,
    InsideFin,
    OutsideFin,
    BothFin,
    Transitory,
}

/// The figure, one arm for each arrow; an event without an arrow changes nothing. `None` when
/// there is no connection and none begins.
pub(super) fn next(state: Option<State>, side: Side, event: Event) -> Option<State> {
    use Side::{Inside, Outside};
    Some(match (state, side, event) {
        (None | Some(State::BothFin | State::Transitory), Inside, Event::Syn) => {
            State::InsideInit
        }
        (None | Some(State::BothFin | State::Transitory), Outside, Event::Syn) => {
            State::OutsideInit
        }
        (Some(State::InsideInit), Outside, Event::Syn)
        | (Some(State::OutsideInit), Inside, Event::Syn)
        | (Some(State::Transitory), _, Event::Fin | Event::Other) => State::Established,
        (Some(State::Established), Inside, Event::Fin) => State::InsideFin,
        (Some(State::Established), Outside, Event::Fin) => State::OutsideFin,
        (Some(State::InsideFin), Outside, Event::Fin)
        | (Some(State::OutsideFin), Inside, Event::Fin) => State::BothFin,
        (
            Some(State::Established | State::InsideFin | State::OutsideFin),
            _,
            Event::Rst,
        ) => State::Transitory,
        (state, _, _) => return state,
    })
}

impl State {
    /// How long it is kept.
    pub(super) const fn time(self) -> Duration {
        match self {
            State::Established | State::InsideFin | State::OutsideFin => ESTABLISHED,
            _ => TRANSITORY,
        }
    }

    /// True when `event`, after which the connection is in this state as it was before, lets the
    /// time begin anew.
    pub(super) const fn is_refreshed(self, event: Event) -> bool {
        match self {
            State::Established | State::InsideFin | State::OutsideFin => true,
            State::InsideInit | State::OutsideInit => matches!(event, Event::Syn),
            State::BothFin | State::Transitory => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The states after each of these segments.
    fn story(segments: &[(Side, Event)]) -> Vec<Option<State>> {
        let mut state = None;
        let step = |&(side, event): &(Side, Event)| {
            state = next(state, side, event);
            state
        };
        segments.iter().map(step).collect()
    }

    /// RFC 9293 §3.5, figure 6, and §3.6, figure 12.
    #[test]
    fn a_connection_opens_and_closes() {
        use {Event as E, Side as S, State as T};
        let states = story(&[
            (S::Inside, E::Syn),
            (S::Outside, E::Syn),
            (S::Inside, E::Other),
            (S::Inside, E::Fin),
            (S::Outside, E::Other),
            (S::Outside, E::Fin),
            (S::Inside, E::Other),
            (S::Inside, E::Syn),
        ]);
        let expected = [
            T::InsideInit,
            T::Established,
            T::Established,
            T::InsideFin,
            T::InsideFin,
            T::BothFin,
            T::BothFin,
            T::InsideInit,
        ];
        assert_eq!(states, expected.map(Some));
    }

    /// RFC 5382 §4, REQ-2: simultaneous open, SYN and SYN, SYN-ACK and SYN-ACK.
    #[test]
    fn both_may_open_at_once() {
        let syn = Event::Syn;
        let states = story(&[
            (Side::Inside, syn),
            (Side::Outside, syn),
            (Side::Inside, syn),
            (Side::Outside, syn),
        ]);
        assert_eq!(states[1..], [Some(State::Established); 3]);
    }

    /// RFC 6146 §3.5.2.2: what comes after a reset shows that it was forged.
    #[test]
    fn a_forged_reset_does_not_end_a_connection() {
        let states = story(&[
            (Side::Outside, Event::Syn),
            (Side::Inside, Event::Syn),
            (Side::Outside, Event::Rst),
            (Side::Inside, Event::Other),
        ]);
        let end = [State::Transitory, State::Established].map(Some);
        assert_eq!(states[2..], end);
    }

    #[test]
    fn only_a_syn_begins_a_connection() {
        for side in [Side::Inside, Side::Outside] {
            for event in [Event::Fin, Event::Rst, Event::Other] {
                assert_eq!(next(None, side, event), None);
            }
        }
    }

    #[test]
    fn a_segment_says_the_strongest_of_its_flags() {
        let events = [0x02, 0x12, 0x11, 0x14, 0x10, 0x07].map(Event::of);
        use Event::{Fin, Other, Rst, Syn};
        assert_eq!(events, [Syn, Syn, Fin, Rst, Other, Rst]);
    }
}
