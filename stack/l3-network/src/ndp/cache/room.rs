//! Who has to leave the neighbour cache when it is full.
//!
//! Spec: RFC 6583 §4: a flood of packets to addresses that nobody has must not push out
//! neighbours that are there. So the oldest question makes room for the next one, and a full
//! cache forgets the neighbour heard longest ago, first of all one that nothing was sent to.
//! Messages of strangers push out nobody who is spoken with.

use core::net::Ipv6Addr;
use std::collections::VecDeque;

use layercake_base::{Pdu, Reason};

use super::{Cache, INCOMPLETE, NEIGHBOURS};
use crate::ndp::neighbour::Neighbour;
use crate::ndp::state::State;

impl Cache {
    pub(super) fn remove(&mut self, neighbour: Ipv6Addr) -> Option<Neighbour> {
        let known = self.entries.remove(&neighbour)?;
        if known.state == State::Incomplete {
            self.incomplete -= 1;
        }
        Some(known)
    }

    /// Where as many are asked for as may be, the oldest question ends; gives what waited.
    pub(super) fn make_room_to_ask(&mut self) -> VecDeque<Pdu> {
        if self.incomplete < INCOMPLETE {
            return VecDeque::new();
        }
        let asked = |known: &Neighbour| known.state == State::Incomplete;
        let questions = self.entries.iter().filter(|(_, known)| asked(known));
        let oldest = questions.map(|(at, known)| (known.heard, *at)).min();
        let removed = oldest.and_then(|(_, at)| self.remove(at));
        removed.map(|known| known.waiting).unwrap_or_default()
    }

    /// A full cache forgets the neighbour heard longest ago among those that `may` go, first
    /// of all one that nothing was sent to; those asked for stay.
    pub(super) fn make_room(
        &mut self,
        may: impl Fn(&Neighbour) -> bool,
    ) -> Result<(), Reason> {
        if self.entries.len() < NEIGHBOURS {
            return Ok(());
        }
        let may_go = |known: &Neighbour| known.state != State::Incomplete && may(known);
        let known = self.entries.iter().filter(|(_, known)| may_go(known));
        let ages = known.map(|(at, known)| (known.used, known.heard, *at));
        let (queue, limit) = ("ndp cache", NEIGHBOURS);
        let (_, _, oldest) = ages.min().ok_or(Reason::Full { queue, limit })?;
        self.entries.remove(&oldest);
        Ok(())
    }
}
