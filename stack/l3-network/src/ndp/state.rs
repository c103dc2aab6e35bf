//! What is known of a neighbour, and what leads from one state to another.
//!
//! ```text
//!            a packet              told of a link address (NS, RS, RA, redirect)
//!   (none) ------------> INCOMPLETE -------------------------> STALE <---- 30 s ---- REACHABLE
//!                            | solicited NA                      | a packet              ^
//!                            +------------------> REACHABLE      v                       |
//!                                                              DELAY --- 5 s ---> PROBE -+
//!      three questions without an answer end INCOMPLETE and PROBE         solicited NA
//! ```
//! Spec: RFC 4861 §7.3 and Appendix C, one arm for each row of its tables; where an
//! advertisement that is not to override names another link address, §7.2.5 (I) counts, which
//! makes a REACHABLE neighbour STALE whether it was asked for or not; and where an answer names
//! none, §7.2.5 (II), by which it confirms what is known.
//! Not here: the timers and what waits (`cache`).

/// RFC 4861 §7.3.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum State {
    /// There is no entry.
    Absent,
    /// Its link address is being asked for.
    Incomplete,
    /// It was there a short time ago.
    Reachable,
    /// It was there, and nobody has wanted it since.
    Stale,
    /// Somebody wants it; a layer above may find out that it is there.
    Delay,
    /// It is being asked whether it is still there.
    Probe,
}

/// What a message says about the neighbour's link address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Link {
    /// Nothing.
    Unsaid,
    /// It is what is known.
    Same,
    /// It is another than what is known, or nothing is known.
    Other,
}

/// What happens to a neighbour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// A packet for it is sent.
    Packet,
    /// A question had no answer for so long; fewer than the most were sent.
    Retransmit,
    /// The same after the last question.
    Exhausted,
    /// A neighbour advertisement.
    Advertised {
        /// It answers a question.
        solicited: bool,
        /// It replaces what is known.
        overrides: bool,
        /// What it says.
        link: Link,
    },
    /// Another message of its own, or a redirect to it.
    Told(Link),
    /// A layer above had an answer by it.
    Confirmed,
    /// It was not confirmed for the reachable time.
    Aged,
    /// No layer above has confirmed it in time.
    DelayOver,
}

/// What is to be done with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Nothing more.
    Nothing,
    /// Make an entry and ask all who has the address.
    AskAll,
    /// Ask again as before.
    AskAgain,
    /// Give up: the entry goes, and so does what waits.
    GiveUp,
    /// Take down the link address; what waits is sent there.
    Record,
    /// Start the delay.
    StartDelay,
    /// Ask the neighbour itself.
    AskIt,
}

/// The state that follows, and what is to be done. `None` where the tables have no row.
pub(super) fn next(state: State, event: Event) -> Option<(State, Action)> {
    use {Action as A, Event as E, State as S};
    Some(match (state, event) {
        (S::Absent, E::Packet) => (S::Incomplete, A::AskAll),
        (S::Incomplete, E::Packet) => (S::Incomplete, A::Nothing),
        (S::Incomplete, E::Retransmit) => (S::Incomplete, A::AskAgain),
        (S::Incomplete, E::Exhausted) => (S::Absent, A::GiveUp),

        (S::Absent, E::Advertised { .. }) => (S::Absent, A::Nothing), // §7.2.5
        (
            S::Incomplete,
            E::Advertised {
                link: Link::Unsaid, ..
            },
        ) => (S::Incomplete, A::Nothing),
        (
            S::Incomplete,
            E::Advertised {
                solicited: false, ..
            },
        ) => (S::Stale, A::Record),
        (
            S::Incomplete,
            E::Advertised {
                solicited: true, ..
            },
        ) => (S::Reachable, A::Record),
        (known, advertised @ E::Advertised { .. }) => believed(known, advertised)?,

        (S::Absent, E::Told(Link::Unsaid)) => (S::Absent, A::Nothing),
        (S::Absent | S::Incomplete, E::Told(Link::Other)) => (S::Stale, A::Record),
        (same, E::Told(Link::Unsaid | Link::Same)) => (same, A::Nothing),
        (_, E::Told(Link::Other)) => (S::Stale, A::Record),

        (S::Absent | S::Incomplete, E::Confirmed) => return None,
        (_, E::Confirmed) => (S::Reachable, A::Nothing),
        (S::Reachable, E::Packet) => (S::Reachable, A::Nothing),
        (S::Reachable, E::Aged) => (S::Stale, A::Nothing),
        (S::Stale, E::Packet) => (S::Delay, A::StartDelay),
        (S::Delay, E::Packet) => (S::Delay, A::Nothing),
        (S::Delay, E::DelayOver) => (S::Probe, A::AskIt),
        (S::Probe, E::Packet) => (S::Probe, A::Nothing),
        (S::Probe, E::Retransmit) => (S::Probe, A::AskIt),
        (S::Probe, E::Exhausted) => (S::Absent, A::GiveUp),
        _ => return None,
    })
}

/// An advertisement of a neighbour whose link address is known: the rows for `!INCOMPLETE`.
fn believed(state: State, event: Event) -> Option<(State, Action)> {
    use {Action as A, Event as E, Link as L, State as S};
    let E::Advertised {
        solicited,
        overrides,
        link,
    } = event
    else {
        return None;
    };
    Some(match (solicited, overrides, link) {
        (true, _, L::Same | L::Unsaid) => (S::Reachable, A::Nothing),
        (true, true, L::Other) => (S::Reachable, A::Record),
        (false, true, L::Other) => (S::Stale, A::Record),
        (_, false, L::Other) if state == S::Reachable => (S::Stale, A::Nothing),
        (_, false, L::Other) => (state, A::Nothing),
        (false, _, L::Same | L::Unsaid) => (state, A::Nothing),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use State::{Absent, Delay, Incomplete, Probe, Reachable, Stale};

    const KNOWN: [State; 4] = [Reachable, Stale, Delay, Probe];

    fn advertised(solicited: bool, overrides: bool, link: Link) -> Event {
        Event::Advertised {
            solicited,
            overrides,
            link,
        }
    }

    #[track_caller]
    fn row(states: &[State], events: &[Event], action: Action, to: Option<State>) {
        for &state in states {
            for &event in events {
                let expected = Some((to.unwrap_or(state), action));
                assert_eq!(next(state, event), expected, "{state:?} {event:?}");
            }
        }
    }

    /// Advertisements with each of these flags and link addresses.
    fn any(solicited: &[bool], overrides: &[bool], link: Link) -> Vec<Event> {
        let pairs = solicited
            .iter()
            .flat_map(|&s| overrides.iter().map(move |&o| (s, o)));
        pairs.map(|(s, o)| advertised(s, o, link)).collect()
    }

    const BOTH: [bool; 2] = [false, true];
    const DOUBTFUL: [State; 3] = [Stale, Probe, Delay];

    /// RFC 4861 Appendix C, first table, row by row; `None` is "unchanged". First the rows of
    /// packets and timers.
    #[test]
    fn every_row_of_appendix_c_about_packets_and_time() {
        use Action as A;
        row(&[Absent], &[Event::Packet], A::AskAll, Some(Incomplete));
        let again = Some(Incomplete);
        row(&[Incomplete], &[Event::Retransmit], A::AskAgain, again);
        row(&[Incomplete], &[Event::Exhausted], A::GiveUp, Some(Absent));
        row(&KNOWN, &[Event::Confirmed], A::Nothing, Some(Reachable));
        row(&[Reachable], &[Event::Aged], A::Nothing, Some(Stale));
        row(&[Stale], &[Event::Packet], A::StartDelay, Some(Delay));
        row(&[Delay], &[Event::DelayOver], A::AskIt, Some(Probe));
        row(&[Probe], &[Event::Retransmit], A::AskIt, Some(Probe));
        row(&[Probe], &[Event::Exhausted], A::GiveUp, Some(Absent));
    }

    /// The same table, the rows of advertisements.
    #[test]
    fn every_row_of_appendix_c_about_advertisements() {
        use Action as A;
        use Link::{Other, Same, Unsaid};
        let (no, yes) = ([false], [true]);
        row(
            &[Incomplete],
            &any(&no, &BOTH, Other),
            A::Record,
            Some(Stale),
        );
        let there = Some(Reachable);
        row(&[Incomplete], &any(&yes, &BOTH, Other), A::Record, there);
        row(&[Incomplete], &any(&BOTH, &BOTH, Unsaid), A::Nothing, None);
        row(&KNOWN, &any(&yes, &no, Same), A::Nothing, there);
        row(&KNOWN, &any(&no, &BOTH, Unsaid), A::Nothing, None);
        row(
            &[Reachable],
            &any(&yes, &no, Other),
            A::Nothing,
            Some(Stale),
        );
        row(&DOUBTFUL, &any(&yes, &no, Other), A::Nothing, None);
        row(&KNOWN, &any(&yes, &yes, Other), A::Record, there);
        row(&KNOWN, &any(&yes, &yes, Same), A::Nothing, there);
        row(&KNOWN, &any(&no, &no, Same), A::Nothing, None);
        row(&DOUBTFUL, &any(&no, &no, Other), A::Nothing, None);
        row(&KNOWN, &any(&no, &yes, Same), A::Nothing, None);
        row(&KNOWN, &any(&no, &yes, Other), A::Record, Some(Stale));
    }

    /// The same, second table: messages other than advertisements of neighbours.
    #[test]
    fn every_row_of_the_second_table_of_appendix_c() {
        let told = |link| [Event::Told(link)];
        row(&[Absent], &told(Link::Unsaid), Action::Nothing, None);
        row(&[Absent], &told(Link::Other), Action::Record, Some(Stale));
        row(
            &[Incomplete],
            &told(Link::Other),
            Action::Record,
            Some(Stale),
        );
        row(&KNOWN, &told(Link::Other), Action::Record, Some(Stale));
        row(&[Incomplete], &told(Link::Unsaid), Action::Nothing, None);
        row(&KNOWN, &told(Link::Unsaid), Action::Nothing, None);
        row(&KNOWN, &told(Link::Same), Action::Nothing, None);
    }

    /// RFC 4861 §7.2.5 (I a), for which the table has no row of its own.
    #[test]
    fn another_address_that_shall_not_override_makes_who_was_reachable_stale() {
        let unsolicited = advertised(false, false, Link::Other);
        row(&[Reachable], &[unsolicited], Action::Nothing, Some(Stale));
    }

    /// RFC 4861 §7.2.5 (II), where Appendix C has it unchanged: Linux leaves the option out
    /// when it alone was asked.
    #[test]
    fn an_answer_that_names_no_link_address_confirms_the_one_that_is_known() {
        let answers = any(&[true], &BOTH, Link::Unsaid);
        row(&KNOWN, &answers, Action::Nothing, Some(Reachable));
    }

    #[test]
    fn who_is_reachable_delayed_or_probed_is_sent_packets_without_more_ado() {
        for state in [Incomplete, Reachable, Delay, Probe] {
            row(&[state], &[Event::Packet], Action::Nothing, None);
        }
    }

    /// RFC 4861 §7.2.5: who nobody asked for gets no entry by an advertisement.
    #[test]
    fn an_advertisement_makes_no_entry_and_a_confirmation_neither() {
        let told = advertised(true, true, Link::Other);
        row(&[Absent], &[told], Action::Nothing, None);
        assert_eq!(next(Absent, Event::Confirmed), None);
        assert_eq!(next(Incomplete, Event::Confirmed), None);
        assert_eq!(next(Stale, Event::Aged), None);
    }
}
