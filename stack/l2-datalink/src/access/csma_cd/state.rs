//! The states of a station with CSMA/CD: one arm for each arrow.

/// What a station is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It has nothing to send.
    Idle,
    /// A frame waits until the medium is free and the gap is over.
    Deferring,
    /// A frame is on the medium.
    Sending,
    /// It has heard a collision, and spoils what is left of its frame.
    Jamming,
    /// A frame that collided waits a random time.
    BackingOff,
}

/// What happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The layer above has a frame.
    Frame,
    /// The medium is silent, and the gap is over.
    Free,
    /// Another station is heard while this one sends.
    Collision,
    /// The transmission is over, and no frame waits behind it.
    SentLast,
    /// The transmission is over, and another frame waits.
    Sent,
    /// The jam is over, and the frame may be tried again.
    Again,
    /// The random wait is over.
    BackOffOver,
}

/// What it does about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    Nothing,
    /// Sends the first frame.
    Send,
    /// Jams.
    Jam,
    /// Draws the random wait.
    BackOff,
}

/// One arm for each arrow; `None` when there is no such arrow. `Sent` and `SentLast` while
/// jamming are for a frame that is given up.
pub fn next(state: State, event: Event) -> Option<(State, Action)> {
    use {Action as A, Event as E, State as S};
    Some(match (state, event) {
        (S::Idle, E::Frame) => (S::Deferring, A::Nothing),
        (S::Deferring, E::Free) => (S::Sending, A::Send),
        (S::Sending, E::Collision) => (S::Jamming, A::Jam),
        (S::Sending | S::Jamming, E::Sent) => (S::Deferring, A::Nothing),
        (S::Sending | S::Jamming, E::SentLast) => (S::Idle, A::Nothing),
        (S::Jamming, E::Again) => (S::BackingOff, A::BackOff),
        (S::BackingOff, E::BackOffOver) => (S::Deferring, A::Nothing),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table in the module's doc: states down, events across.
    #[test]
    fn the_table_is_what_happens() {
        use {Event as E, State as S};
        let events = [
            E::Frame,
            E::Free,
            E::Collision,
            E::SentLast,
            E::Sent,
            E::Again,
            E::BackOffOver,
        ];
        let table = [
            (S::Idle, "Deferring - - - - - -"),
            (S::Deferring, "- Sending - - - - -"),
            (S::Sending, "- - Jamming Idle Deferring - -"),
            (S::Jamming, "- - - Idle Deferring BackingOff -"),
            (S::BackingOff, "- - - - - - Deferring"),
        ];
        for (state, row) in table {
            let found = events.map(|event| match next(state, event) {
                Some((state, _)) => format!("{state:?}"),
                None => "-".to_owned(),
            });
            assert_eq!(found.join(" "), row, "{state:?}");
        }
    }
}
