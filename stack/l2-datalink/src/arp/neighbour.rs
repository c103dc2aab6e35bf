//! One neighbour of ARP: what is known of it, and how that ages.

use core::time::Duration;
use std::collections::VecDeque;

use layercake_base::{Instant, Mac, Pdu};

/// How long an answer is believed without a doubt. RFC 1122 §2.3.2.1: of the order of a minute.
pub(super) const REACHABLE: Duration = Duration::from_secs(60);
/// After this long nothing is left of an answer. RFC 1122 §2.3.2.1 asks for some timeout even of
/// entries in use; here those in use are polled long before.
pub(super) const FORGOTTEN: Duration = Duration::from_secs(1200);
/// Between two requests for one neighbour. RFC 1122 §2.3.2.1: at most one a second.
pub(super) const PAUSE: Duration = Duration::from_secs(1);
/// Requests for one neighbour before it counts as absent. RFC 1122 §2.3.2.1 has 2 as typical.
pub(super) const REQUESTS: u32 = 3;

/// What is known of a neighbour; [`Arp`](super::Arp) says what leads from one to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Nothing.
    Unknown,
    /// Its link address is being asked for, from all.
    Incomplete,
    /// Its link address, heard of late.
    Reachable,
    /// Its link address, not heard of late.
    Stale,
    /// The same, and it is being asked whether it still has it.
    Probing,
}

/// What the table holds of it.
#[derive(Debug)]
pub(super) enum Entry {
    /// Requests are under way, and PDUs wait.
    Incomplete(Question, VecDeque<Pdu>),
    /// It has answered.
    Resolved(Resolved),
}

/// A link address, and what to think of it.
#[derive(Debug)]
pub(super) struct Resolved {
    pub(super) hardware: Mac,
    pub(super) heard: Instant,
    /// PDUs went to it; what was only heard makes room first.
    pub(super) used: bool,
    pub(super) poll: Option<Question>,
}

/// Requests that are under way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question {
    pub(super) requests: u32,
    pub(super) again: Instant,
}

impl Entry {
    /// The requests that are under way for it.
    pub(super) fn question(&self) -> Option<Question> {
        match self {
            Entry::Incomplete(question, _) => Some(*question),
            Entry::Resolved(known) => known.poll,
        }
    }
}

impl Resolved {
    pub(super) fn state(&self, now: Instant) -> State {
        let age = now.since(self.heard);
        match self.poll {
            Some(_) => State::Probing,
            None if age < REACHABLE => State::Reachable,
            None if age < FORGOTTEN => State::Stale,
            None => State::Unknown,
        }
    }
}

impl Question {
    pub(super) fn first(now: Instant) -> Self {
        let (requests, again) = (1, now + PAUSE);
        Question { requests, again }
    }
}
