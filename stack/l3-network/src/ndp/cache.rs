//! The neighbour cache: who is on the link, and the packets that wait to know it.
//!
//! Bounds: 512 neighbours, of which 64 may be asked for at a time, each with 8 packets that
//! wait, so 512 packets in all; with another number if the layer is told to hold more.

mod room;
mod time;

use core::net::Ipv6Addr;
use core::time::Duration;
use std::collections::{BTreeMap, VecDeque};

use layercake_base::{Instant, Mac, Pdu, Reason};

use super::message::NeighborAdvertisement;
use super::neighbour::Neighbour;
use super::neighbour::WAITING;
use super::state::{Action, Event, State, next};
use super::timers::{DELAY_FIRST_PROBE_TIME, RETRANS_TIMER};

pub(super) use time::{Due, Question};

/// Neighbours in the cache.
pub(super) const NEIGHBOURS: usize = 512;
/// Of these, those whose link address is being asked for.
pub(super) const INCOMPLETE: usize = 64;

/// Neighbours by address. In order, so that what falls due at one instant is always dealt with
/// in the same order.
#[derive(Debug)]
pub(super) struct Cache {
    entries: BTreeMap<Ipv6Addr, Neighbour>,
    /// Entries that are INCOMPLETE.
    incomplete: usize,
    /// What waited for one that does not answer, on its way back up.
    returning: VecDeque<Pdu>,
    /// No timer ends before this; a neighbour that had to go may have had the one that did.
    due: Option<Instant>,
    /// Between two questions.
    pub(super) retrans_timer: Duration,
    /// Packets that may wait for one neighbour.
    pub(super) most: usize,
}

/// What became of a packet that shall wait.
#[derive(Debug)]
pub(super) struct Waits {
    /// All must be asked for the neighbour.
    pub(super) ask: bool,
    /// Packets that had to make room.
    pub(super) displaced: VecDeque<Pdu>,
}

/// What a message has brought.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// Where it is, and what waited to know that.
    pub(super) waiting: VecDeque<Pdu>,
    /// It was a router, and says that it is none now.
    pub(super) left_routing: bool,
}

impl Default for Cache {
    fn default() -> Self {
        Cache {
            entries: BTreeMap::new(),
            incomplete: 0,
            returning: VecDeque::new(),
            due: None,
            retrans_timer: RETRANS_TIMER,
            most: WAITING,
        }
    }
}

impl Cache {
    /// The link address of a neighbour for a packet from `source`; `None` when it must wait.
    pub(super) fn way(
        &mut self,
        neighbour: Ipv6Addr,
        source: Ipv6Addr,
        now: Instant,
    ) -> Option<Mac> {
        let known = self.entries.get_mut(&neighbour)?;
        let link = known.link?;
        (known.used, known.source) = (true, source);
        let (state, action) = next(known.state(now), Event::Packet)?;
        known.state = state;
        if action == Action::StartDelay {
            let timer = Some(now + DELAY_FIRST_PROBE_TIME);
            let before = core::mem::replace(&mut known.timer, timer);
            self.retime(before, timer);
        }
        Some(link)
    }

    /// Keeps a packet for a neighbour whose link address is not known.
    pub(super) fn wait(
        &mut self,
        neighbour: Ipv6Addr,
        source: Ipv6Addr,
        pdu: Pdu,
        now: Instant,
    ) -> Result<Waits, Reason> {
        if let Some(known) = self.entries.get_mut(&neighbour) {
            known.source = source;
            let displaced = known.keep(pdu, self.most).into_iter().collect();
            let ask = false;
            return Ok(Waits { ask, displaced });
        }
        let displaced = self.make_room_to_ask();
        self.make_room(|_| true)?;
        let (state, _) = (State::Incomplete, Action::AskAll);
        let timer = Some(now + self.retrans_timer);
        let mut entry = Neighbour {
            state,
            used: true,
            timer,
            asked: 1,
            source,
            ..Neighbour::new(now)
        };
        entry.keep(pdu, self.most);
        self.entries.insert(neighbour, entry);
        self.incomplete += 1;
        self.retime(None, timer);
        let ask = true;
        Ok(Waits { ask, displaced })
    }

    /// A neighbour advertisement, whose sender is reachable `until` then if it answers a
    /// question. Nobody gets into the cache by one. RFC 4861 §7.2.5.
    pub(super) fn advertised(
        &mut self,
        advertisement: &NeighborAdvertisement,
        link: Option<Mac>,
        now: Instant,
        until: Instant,
    ) -> Heard {
        let neighbour = advertisement.target_address;
        let Some(known) = self.entries.get_mut(&neighbour) else {
            return Heard::default();
        };
        let event = Event::Advertised {
            solicited: advertisement.solicited,
            overrides: advertisement.overrides,
            link: known.compare(link),
        };
        // Not of an advertisement that is to be ignored, §7.2.5 (I b).
        let ignored = known.link.is_some()
            && link
                .is_some_and(|link| Some(link) != known.link && !advertisement.overrides);
        let left_routing = known.router && !advertisement.router && !ignored;
        if !ignored {
            known.router = advertisement.router;
        }
        Heard {
            waiting: self.happen(neighbour, event, link, now, until),
            left_routing,
        }
    }

    /// Another message says where a neighbour is. It gets into the cache by that.
    pub(super) fn told(
        &mut self,
        neighbour: Ipv6Addr,
        link: Option<Mac>,
        now: Instant,
    ) -> Result<VecDeque<Pdu>, Reason> {
        if link.is_some() && !self.entries.contains_key(&neighbour) {
            self.make_room(|known| !known.used || known.state(now) != State::Reachable)?;
            self.entries.insert(neighbour, Neighbour::new(now));
        }
        let Some(known) = self.entries.get(&neighbour) else {
            return Ok(VecDeque::new());
        };
        let event = Event::Told(known.compare(link));
        Ok(self.happen(neighbour, event, link, now, now))
    }

    /// A layer above had an answer by it, so it is reachable `until` then.
    pub(super) fn confirmed(
        &mut self,
        neighbour: Ipv6Addr,
        now: Instant,
        until: Instant,
    ) {
        self.happen(neighbour, Event::Confirmed, None, now, until);
    }

    /// Takes down that a neighbour is a router, or is none.
    pub(super) fn set_router(&mut self, neighbour: Ipv6Addr, router: bool) {
        if let Some(known) = self.entries.get_mut(&neighbour) {
            known.router = router;
        }
    }

    /// True for a neighbour that was taken down as a router.
    pub(super) fn is_router(&self, neighbour: Ipv6Addr) -> bool {
        let known = self.entries.get(&neighbour);
        known.is_some_and(|known| known.router)
    }

    /// An event that asks for nothing; gives what waited, if it has brought the link address.
    fn happen(
        &mut self,
        neighbour: Ipv6Addr,
        event: Event,
        link: Option<Mac>,
        now: Instant,
        until: Instant,
    ) -> VecDeque<Pdu> {
        let nothing = VecDeque::new();
        let Some(known) = self.entries.get_mut(&neighbour) else {
            return nothing;
        };
        let before = known.state(now);
        let Some((state, action)) = next(before, event) else {
            return nothing;
        };
        known.state = state;
        let timer = known.timer;
        match state {
            State::Reachable => {
                (known.heard, known.until, known.timer) = (now, until, None)
            }
            State::Stale => known.timer = None,
            _ => {}
        }
        let mut waiting = nothing;
        let after = known.timer;
        if action == Action::Record {
            (known.link, known.heard) = (link, now);
            waiting = core::mem::take(&mut known.waiting);
            self.incomplete -= usize::from(before == State::Incomplete);
        }
        self.retime(timer, after);
        waiting
    }

    /// What is known of a neighbour.
    #[cfg(test)]
    pub(super) fn state(&self, neighbour: Ipv6Addr, now: Instant) -> State {
        self.entries
            .get(&neighbour)
            .map_or(State::Absent, |known| known.state(now))
    }
}

#[cfg(test)]
mod tests;
