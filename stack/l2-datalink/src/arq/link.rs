//! The link: set up, reset, closed, and in which epoch it is.
//!
//! ```text
//!             SABM sent                            SABM 7 -->
//!   Closed ------------> SettingUp                            A: SettingUp, epoch 7
//!     ^  ^                   | UA                  <-- UA 7   B: Up, epoch 7, numbers from 0
//!     |  +-- no answer ------+                                A: Up, epoch 7, numbers from 0
//!     |                      v   <-+               I 7, 0 -->
//!   Closing <-- DISC ------ Up     | SABM          I 6, 3 -->    of the epoch before: refused
//!                            +-----+
//! ```
//! Spec: the modes of ISO/IEC 13239 (asynchronous balanced mode), with an epoch in each frame.
//! Units: an epoch is a number of 8 bits that begins again at 0 after 255.
//! Not here: timers and frames (`layer`).
//!
//! An epoch is one life of the link. Each reset begins the next, so that a frame which is still
//! on the wire from before cannot be mistaken for one of now, unless it stays there for 256
//! resets. Of two epochs the one is newer that is fewer steps ahead of the other than behind
//! it, as in RFC 1982. Both ends may begin a reset at once: the newer epoch wins. An end that
//! lost its memory may propose an old epoch; it is told the present one, and proposes the next.
//! It may also propose the present one, by chance; who has had frames of it from there knows that
//! such a proposal comes too late to be the first one again, and proposes the next.
//!
//! | event | Closed | SettingUp | Up | Closing |
//! |---|---|---|---|---|
//! | open | propose: SettingUp | – | – | – |
//! | close | – | fail: Closed | DISC: Closing | – |
//! | line below fails | – | fail: Closed | fail: Closed | fail: Closed |
//! | no answer, retries used up | – | fail: Closed | propose: SettingUp | fail: Closed |
//! | SABM, our epoch | DM | accept: Up | UA | – |
//! | forgotten: SABM, our epoch, after other frames of it | – | – | propose: SettingUp | – |
//! | SABM, newer | accept: Up | accept: Up | accept: Up | – |
//! | SABM, older | DM | – | UA | – |
//! | UA, our epoch | – | enter: Up | – | fail: Closed |
//! | UA, newer | – | propose: SettingUp | – | – |
//! | DISC, our epoch | deny | deny | agree: Closed | agree: Closed |
//! | DISC, another | deny | deny | deny | deny |
//! | DM, our epoch | – | propose: SettingUp | propose: SettingUp | fail: Closed |
//! | DM, newer | – | propose: SettingUp | – | – |
//! | I, RR, REJ, SREJ, our epoch | deny | – | take | – |
//! | I, RR, REJ, SREJ, newer | deny | – | deny | – |
//! | I, RR, REJ, SREJ, older | deny | – | – | – |
//!
//! "–" is: a frame is refused as stale, anything else is ignored; UA and DM of older epochs are
//! refused in every state. "Propose" takes the next epoch and sends SABM; "accept" takes over
//! the epoch and answers UA; "deny" answers DM in the epoch of the frame, "DM" and "UA" in our
//! own, so that the other end learns it; "fail" gives up all SDUs, "agree" too, after UA.

/// Where the link is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum State {
    /// There is no link.
    #[default]
    Closed,
    /// SABM is out.
    SettingUp,
    /// SDUs flow.
    Up,
    /// DISC is out.
    Closing,
}

/// An epoch of a frame, beside our own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    Same,
    Newer,
    Older,
}

impl Age {
    /// How a frame's epoch compares with ours; to who has none, any is newer.
    pub(super) fn of(epoch: u8, ours: Option<u8>) -> Self {
        let Some(ours) = ours else {
            return Age::Newer;
        };
        match epoch.wrapping_sub(ours) {
            0 => Age::Same,
            1..=127 => Age::Newer,
            // Half a circle apart: the larger number is newer for both ends.
            128 if epoch > ours => Age::Newer,
            _ => Age::Older,
        }
    }
}

/// What happens to a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Event {
    /// There is something to send, or the layer above asks for the link.
    Open,
    /// The layer above asks for an end.
    Close,
    /// The layer below says that its line is gone.
    Break,
    /// The retries are used up.
    NoAnswer,
    Sabm(Age),
    /// SABM of our epoch, though the other end has sent SDUs or answers in it.
    Forgotten,
    Ua(Age),
    Disc(Age),
    Dm(Age),
    /// I, RR, REJ or SREJ.
    Numbered(Age),
}

/// What to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Nothing.
    Ignore,
    /// Begin the next epoch: send SABM.
    Propose,
    /// Take over the epoch of the frame, begin at 0, answer UA.
    Accept,
    /// Our epoch is agreed on: begin at 0.
    Enter,
    /// Answer UA with our epoch.
    Confirm,
    /// Answer DM with our epoch.
    Decline,
    /// Answer DM with the epoch of the frame.
    Deny,
    /// Send DISC.
    Part,
    /// Answer UA, then give up all SDUs.
    Agree,
    /// Give up all SDUs.
    Fail,
    /// Give the frame to sender and receiver.
    Take,
}

/// The table above, one arm for each arrow; `None` for a frame that is stale.
pub(super) fn next(state: State, event: Event) -> Option<(State, Action)> {
    use {Action as A, Age::*, Event as E, State as S};
    Some(match (state, event) {
        (S::Closed, E::Open) => (S::SettingUp, A::Propose),
        (S::SettingUp, E::Close) => (S::Closed, A::Fail),
        (S::Up, E::Close) => (S::Closing, A::Part),
        (S::SettingUp | S::Up | S::Closing, E::Break) => (S::Closed, A::Fail),
        (S::SettingUp | S::Closing, E::NoAnswer) => (S::Closed, A::Fail),
        (S::Up, E::NoAnswer) => (S::SettingUp, A::Propose),
        (_, E::Open | E::Close | E::Break | E::NoAnswer) => (state, A::Ignore),

        (S::Closed | S::SettingUp | S::Up, E::Sabm(Newer)) => (S::Up, A::Accept),
        (S::SettingUp, E::Sabm(Same)) => (S::Up, A::Accept), // both proposed it
        (S::Closed, E::Sabm(_)) => (S::Closed, A::Decline),
        (S::Up, E::Sabm(_)) => (S::Up, A::Confirm), // our UA was lost, or it is behind
        (S::Up, E::Forgotten) => (S::SettingUp, A::Propose), // it lost its memory

        (S::SettingUp, E::Ua(Same)) => (S::Up, A::Enter),
        (S::SettingUp, E::Ua(Newer) | E::Dm(Same | Newer)) => (S::SettingUp, A::Propose),
        (S::Up, E::Dm(Same)) => (S::SettingUp, A::Propose), // it lost its memory
        (S::Closing, E::Ua(Same) | E::Dm(Same)) => (S::Closed, A::Fail),

        (S::Up | S::Closing, E::Disc(Same)) => (S::Closed, A::Agree),
        (_, E::Disc(_)) => (state, A::Deny),

        (S::Up, E::Numbered(Same)) => (S::Up, A::Take),
        (S::Closed, E::Numbered(_)) => (S::Closed, A::Deny),
        (S::Up, E::Numbered(Newer)) => (S::Up, A::Deny), // it is where we never were

        (_, E::Sabm(_) | E::Forgotten | E::Ua(_) | E::Dm(_) | E::Numbered(_)) => {
            return None;
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STATES: [State; 4] =
        [State::Closed, State::SettingUp, State::Up, State::Closing];

    /// The events of a row of the table, by its first cell.
    fn events(row: &str) -> Vec<Event> {
        use {Age::*, Event as E};
        if row.starts_with("forgotten") {
            return vec![E::Forgotten];
        }
        let ages: &[Age] = match row.split_once(", ").map_or("", |(_, age)| age) {
            age if age.ends_with("our epoch") => &[Same],
            age if age.ends_with("newer") => &[Newer],
            age if age.ends_with("older") => &[Older],
            "another" => &[Newer, Older],
            _ => &[],
        };
        let of = |event: fn(Age) -> Event| ages.iter().copied().map(event).collect();
        match row.split([' ', ',']).next().unwrap() {
            "open" => vec![E::Open],
            "close" => vec![E::Close],
            "line" => vec![E::Break],
            "no" => vec![E::NoAnswer],
            "SABM" => of(E::Sabm),
            "UA" => of(E::Ua),
            "DISC" => of(E::Disc),
            "DM" => of(E::Dm),
            "I" => of(E::Numbered),
            other => panic!("{other} is no event"),
        }
    }

    /// What a cell of the table says about a state.
    fn cell(text: &str, state: State, event: Event) -> Option<(State, Action)> {
        use {Action as A, State as S};
        let (what, then) = text.split_once(": ").unwrap_or((text, ""));
        let then = match then {
            "" => state,
            "Closed" => S::Closed,
            "SettingUp" => S::SettingUp,
            "Up" => S::Up,
            "Closing" => S::Closing,
            other => panic!("{other} is no state"),
        };
        let action = match what {
            "–" => match event {
                Event::Open | Event::Close | Event::Break | Event::NoAnswer => A::Ignore,
                _ => return None,
            },
            "propose" => A::Propose,
            "accept" => A::Accept,
            "enter" => A::Enter,
            "UA" => A::Confirm,
            "DM" => A::Decline,
            "deny" => A::Deny,
            "DISC" => A::Part,
            "agree" => A::Agree,
            "fail" => A::Fail,
            "take" => A::Take,
            other => panic!("{other} is no action"),
        };
        Some((then, action))
    }

    /// Every state with every event, against the table in the documentation of this file.
    #[test]
    fn the_machine_is_the_table() {
        let mut told = Vec::new();
        let rows = include_str!("link.rs")
            .lines()
            .filter_map(|line| line.strip_prefix("//! | ")?.strip_suffix(" |"))
            .skip(1);
        for row in rows {
            let (first, cells) = row.split_once(" | ").unwrap();
            let cells: Vec<_> = cells.split(" | ").collect();
            assert_eq!(cells.len(), STATES.len(), "{row}");
            for event in events(first) {
                for (state, text) in STATES.into_iter().zip(&cells) {
                    let expected = cell(text, state, event);
                    assert_eq!(next(state, event), expected, "{state:?}, {event:?}");
                }
                told.push(event);
            }
        }
        // What the table leaves out it speaks of below: UA and DM of older epochs.
        for event in [Event::Ua(Age::Older), Event::Dm(Age::Older)] {
            assert!(STATES.iter().all(|state| next(*state, event).is_none()));
        }
        assert_eq!(told.len() + 2, 5 + 5 * 3, "each event once");
    }

    #[test]
    fn to_who_has_no_epoch_any_is_newer() {
        assert_eq!(Age::of(0, None), Age::Newer);
        assert_eq!(Age::of(0, Some(255)), Age::Newer);
        assert_eq!(Age::of(255, Some(0)), Age::Older);
    }

    proptest! {
        /// Whatever the two epochs are, both ends agree on which one is newer.
        #[test]
        fn both_ends_agree_on_the_newer_epoch(a: u8, b: u8) {
            let seen = (Age::of(a, Some(b)), Age::of(b, Some(a)));
            let fits = matches!(
                seen,
                (Age::Same, Age::Same) | (Age::Newer, Age::Older) | (Age::Older, Age::Newer)
            );
            prop_assert!(fits, "{seen:?}");
        }
    }
}
