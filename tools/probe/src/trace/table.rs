//! The table of all probes of a trace: where each stands, and what can be concluded from them.
//!
//! ```text
//!   slot   0   1   2 | 3   4   5 | …      by hop, then by query
//!   hop        1     |     2     | …
//! ```
//! The number of a probe counts the probes in the order of sending; it is what the octets carry.
//! At most 255 hops of 10 probes: 2550 slots.

use core::net::IpAddr;
use core::time::Duration;

use layercake_base::Instant;

use super::{Meaning, Plan, Position};
use crate::net::{Sent, Stamp};

/// Where a probe stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Not sent yet.
    Unsent,
    /// Sent and not answered yet.
    Pending,
    /// Answered in time, after this long.
    Answered(Duration, Meaning, IpAddr),
    /// Not answered in time.
    Silent,
    /// Too long for this host's own link, and not to be cut.
    TooLong,
}

/// One probe of the plan.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot {
    pub(super) position: Position,
    pub(super) state: State,
    /// When it left, by the finest clock so far.
    pub(super) left: Stamp,
    /// When it left by this program's clock, and the back end's number for it.
    pub(super) sent: Sent,
}

impl Slot {
    /// Sent and neither answered nor given up.
    pub(super) fn is_pending(&self) -> bool {
        self.state == State::Pending
    }

    /// Answered or given up.
    pub(super) fn is_done(&self) -> bool {
        !matches!(self.state, State::Unsent | State::Pending)
    }

    fn round_trip(&self) -> Option<Duration> {
        match self.state {
            State::Answered(round_trip, ..) => Some(round_trip),
            _ => None,
        }
    }

    fn is_final(&self) -> bool {
        match self.state {
            State::Answered(_, meaning, _) => meaning.is_final(),
            State::TooLong => true,
            _ => false,
        }
    }
}

/// All probes of a plan.
#[derive(Debug)]
pub(super) struct Table {
    slots: Vec<Slot>,
    queries: usize,
    /// The slot of each probe, in the order of sending.
    order: Vec<usize>,
}

impl Table {
    pub(super) fn new(plan: &Plan, unsent: Sent) -> Self {
        let slot = |hop, query| Slot {
            position: Position { hop, query },
            state: State::Unsent,
            left: unsent.at,
            sent: unsent,
        };
        let hops = plan.first..=plan.max;
        let slots = hops.flat_map(|hop| (1..=plan.queries).map(move |q| slot(hop, q)));
        Table {
            slots: slots.collect(),
            queries: usize::from(plan.queries),
            order: Vec::new(),
        }
    }

    /// Every slot, nearest hop first.
    pub(super) fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// A slot with its place.
    pub(super) fn at(&self, place: usize) -> Option<(usize, Slot)> {
        self.slots.get(place).map(|slot| (place, *slot))
    }

    pub(super) fn slot_mut(&mut self, index: usize) -> Option<&mut Slot> {
        self.slots.get_mut(index)
    }

    /// The number that the next probe gets.
    pub(super) fn next_number(&self) -> u16 {
        u16::try_from(self.order.len()).unwrap_or(u16::MAX)
    }

    /// The probe in `slot` has left.
    pub(super) fn sent(&mut self, slot: usize, sent: Sent) {
        self.order.push(slot);
        if let Some(slot) = self.slots.get_mut(slot) {
            slot.state = State::Pending;
            slot.left = sent.at;
            slot.sent = sent;
        }
    }

    /// How many probes have left.
    pub(super) fn count_sent(&self) -> usize {
        self.order.len()
    }

    /// The slot of probe `number`, if that probe was sent.
    pub(super) fn find(&self, number: u16) -> Option<usize> {
        self.order.get(usize::from(number)).copied()
    }

    /// The slot of the probe that was sent last.
    pub(super) fn last(&self) -> Option<usize> {
        self.order.last().copied()
    }

    /// The slot of the probe that the back end sent under this number.
    pub(super) fn find_ticket(&self, ticket: u64) -> Option<usize> {
        let same = |slot: &&usize| {
            let slot = self.slots.get(**slot);
            slot.is_some_and(|slot| slot.sent.ticket == ticket)
        };
        self.order.iter().rev().find(same).copied()
    }

    /// The nearest hop from which a final answer came: the end of the path.
    pub(super) fn end(&self) -> Option<u8> {
        let last = self.slots.iter().find(|slot| slot.is_final());
        last.map(|slot| slot.position.hop)
    }

    /// The hop furthest away from which any answer came.
    pub(super) fn furthest_answer(&self) -> Option<u8> {
        let answered = |slot: &&Slot| slot.round_trip().is_some();
        self.slots
            .iter()
            .rev()
            .find(answered)
            .map(|slot| slot.position.hop)
    }

    /// The longest round trip to any hop.
    pub(super) fn longest(&self) -> Option<Duration> {
        self.slots.iter().filter_map(Slot::round_trip).max()
    }

    /// The slot that a refusal by `from` counts for when the probe in `slot` brought it.
    ///
    /// A router that answered for hop k and refuses a probe to a hop further away refuses all
    /// beyond k: the path ends at hop k+1. When it is slow to say so, or says it seldom, only
    /// some far probe brings the refusal; it then counts for the first probe behind hop k that
    /// nobody has answered yet. A probe to that very hop keeps its place, whichever of its
    /// hop's answers comes first.
    pub(super) fn place_of_refusal(&self, slot: usize, from: IpAddr) -> usize {
        let router = |other: &Slot| {
            let state = other.state;
            matches!(state, State::Answered(_, Meaning::Expired, who) if who == from)
        };
        let Some(last) = self.slots.iter().rposition(router) else {
            return slot;
        };
        let hop = self.slots.get(last).map_or(0, |slot| slot.position.hop);
        let behind =
            |(_, other): &(usize, &Slot)| other.position.hop > hop && other.is_pending();
        let first = self.slots.iter().enumerate().find(behind);
        let own = self.slots.get(slot).map(|slot| slot.position.hop);
        match first {
            Some((place, other)) if Some(other.position.hop) < own => place,
            _ => slot,
        }
    }

    /// Until when each pending probe may be answered, furthest hop first: slot and instant.
    ///
    /// One pass from the far end carries the longest round trip seen so far along.
    pub(super) fn deadlines(&self, plan: &Plan) -> Vec<(usize, Instant)> {
        let mut deadlines = Vec::new();
        let mut near = None;
        let hops = self.slots.chunks(self.queries.max(1)).enumerate().rev();
        for (place, hop) in hops {
            let here = hop.iter().filter_map(Slot::round_trip).max();
            let patience = plan.waits.patience(here, near);
            let first = place * self.queries;
            for (query, slot) in hop.iter().enumerate().filter(|(_, s)| s.is_pending()) {
                deadlines.push((first + query, slot.sent.at.at + patience));
            }
            near = near.max(here);
        }
        deadlines
    }
}
