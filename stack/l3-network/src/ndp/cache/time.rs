//! What time brings to the neighbours: questions to ask again, and the end of those that nobody
//! answers.

use core::net::Ipv6Addr;

use layercake_base::{Instant, Mac, Pdu};

use super::Cache;
use crate::ndp::neighbour::Neighbour;
use crate::ndp::state::{Action, next};

/// A question that is to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ndp) struct Question {
    /// Who is asked for.
    pub(in crate::ndp) neighbour: Ipv6Addr,
    /// Who is asked: all when `None`.
    pub(in crate::ndp) to: Option<Mac>,
    /// The sender of the packet that led to it.
    pub(in crate::ndp) source: Ipv6Addr,
}

/// What time has brought for one neighbour.
#[derive(Debug)]
pub(in crate::ndp) enum Due {
    /// Ask.
    Ask(Question),
    /// It does not answer, and is forgotten. What waited for it comes next.
    Absent(Ipv6Addr),
    /// This waited for one that does not answer.
    Bounce(Pdu),
}

impl Cache {
    /// When time next brings something.
    pub(in crate::ndp) fn deadline(&self) -> Option<Instant> {
        match self.returning.is_empty() {
            true => self.due,
            false => Some(Instant::ZERO),
        }
    }

    /// One thing that time has brought; called until there is none left.
    pub(in crate::ndp) fn due(&mut self, now: Instant) -> Option<Due> {
        if let Some(pdu) = self.returning.pop_front() {
            return Some(Due::Bounce(pdu));
        }
        self.due.filter(|&due| due <= now)?;
        let over = |known: &Neighbour| known.timer.is_some_and(|timer| timer <= now);
        let found = self.entries.iter().find(|(_, known)| over(known));
        let due = found
            .map(|(at, _)| *at)
            .and_then(|at| self.overdue(at, now));
        self.find_due();
        due
    }

    fn overdue(&mut self, neighbour: Ipv6Addr, now: Instant) -> Option<Due> {
        let retrans_timer = self.retrans_timer;
        let known = self.entries.get_mut(&neighbour)?;
        let (state, action) = next(known.state, known.timeout())?;
        if action == Action::GiveUp {
            self.returning = self.remove(neighbour)?.waiting;
            return Some(Due::Absent(neighbour));
        }
        known.asked = match known.state == state {
            true => known.asked + 1,
            false => 1,
        };
        known.state = state;
        known.timer = Some(now + retrans_timer);
        Some(Due::Ask(Question {
            neighbour,
            to: known.link,
            source: known.source,
        }))
    }

    /// A timer was changed: only one that was the earliest makes all be looked at.
    pub(super) fn retime(&mut self, before: Option<Instant>, after: Option<Instant>) {
        if before == after {
            return;
        }
        let earlier = |timer| self.due.is_none_or(|due| timer < due);
        if after.is_some_and(earlier) {
            self.due = after;
        } else if before == self.due {
            self.find_due();
        }
    }

    pub(super) fn find_due(&mut self) {
        self.due = self.entries.values().filter_map(|known| known.timer).min();
    }
}
