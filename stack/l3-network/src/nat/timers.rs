//! When what is kept is given up.
//!
//! Each thing has one entry, which is never late but may be early: a refresh only writes the new
//! time into the thing itself, and the entry is put right when its time has come. So a packet
//! costs no change here.

use std::collections::BTreeSet;

use layercake_base::Instant;

use super::{Endpoint, Transport};

/// What is kept for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kept {
    /// A mapping, by its outside end.
    Mapping(Transport, Endpoint),
    /// A connection, by its outside end and its peer.
    Connection(Endpoint, Endpoint),
}

/// A time that may move, and the entry for it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expiry {
    pub(super) at: Instant,
    armed: Instant,
}

/// The entries, earliest first.
#[derive(Debug, Default)]
pub(super) struct Timers(BTreeSet<(Instant, Kept)>);

impl Timers {
    pub(super) fn arm(&mut self, kept: Kept, at: Instant) -> Expiry {
        self.0.insert((at, kept));
        Expiry { at, armed: at }
    }

    /// The new time of `kept`.
    pub(super) fn set(&mut self, kept: Kept, expiry: &mut Expiry, at: Instant) {
        if at < expiry.armed {
            self.disarm(kept, expiry);
            *expiry = self.arm(kept, at);
        }
        expiry.at = at;
    }

    pub(super) fn disarm(&mut self, kept: Kept, expiry: &Expiry) {
        self.0.remove(&(expiry.armed, kept));
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.0.first().map(|(at, _)| *at)
    }

    /// Takes an entry out whose time has come.
    pub(super) fn due(&mut self, now: Instant) -> Option<Kept> {
        let (at, kept) = *self.0.first()?;
        if at > now {
            return None;
        }
        self.0.remove(&(at, kept));
        Some(kept)
    }
}
