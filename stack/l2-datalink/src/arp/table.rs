//! The neighbours that ARP knows or is asking for, and the PDUs that wait for an answer.

use core::net::Ipv4Addr;
use std::collections::{BTreeMap, VecDeque};

use layercake_base::{Instant, Mac, Pdu, Reason};

use super::Station;
use super::neighbour::{Entry, PAUSE, Question, REQUESTS, Resolved, State};

/// PDUs that usually wait for one neighbour; RFC 1122 §2.3.2.2 asks for at least one, the latest.
pub(super) const WAITING: usize = 8;
/// Neighbours in the table.
pub(super) const NEIGHBOURS: usize = 512;

/// Neighbours by network address. In order, so that what falls due at one instant is always
/// dealt with in the same order.
#[derive(Debug)]
pub(super) struct Table {
    entries: BTreeMap<Ipv4Addr, Entry>,
    /// PDUs that may wait for one neighbour.
    pub(super) most: usize,
    /// The earliest time of all entries that are being asked for.
    due: Option<Instant>,
}

/// What to do with a PDU for a neighbour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Send it there.
    To(Mac),
    /// Send it there, and ask that station whether it is still the one.
    ToAndPoll(Mac),
    /// Let it wait.
    Unknown,
}

/// What became of a PDU that shall wait.
#[derive(Debug)]
pub(super) enum Waits {
    /// It is the first: the neighbour must be asked for.
    First,
    /// It waits behind others.
    Behind,
    /// It waits, and the oldest had to make room.
    Displaced(Pdu),
}

/// What time has brought for one neighbour.
#[derive(Debug)]
pub(super) enum Due {
    /// Ask again: all, or the one station that had the address.
    Ask(Ipv4Addr, Mac),
    /// It never answered; these waited for it.
    Absent(VecDeque<Pdu>),
}

impl Default for Table {
    fn default() -> Self {
        Table {
            entries: BTreeMap::new(),
            most: WAITING,
            due: None,
        }
    }
}

impl Table {
    /// What is known of a neighbour.
    pub(super) fn state(&self, neighbour: Ipv4Addr, now: Instant) -> State {
        match self.entries.get(&neighbour) {
            None => State::Unknown,
            Some(Entry::Incomplete(..)) => State::Incomplete,
            Some(Entry::Resolved(known)) => known.state(now),
        }
    }

    /// The way to a neighbour. RFC 1122 §2.3.2.1 (2), unicast poll: one that was not heard of
    /// late is asked as soon as somebody wants it.
    pub(super) fn way(&mut self, neighbour: Ipv4Addr, now: Instant) -> Way {
        let Some(Entry::Resolved(known)) = self.entries.get_mut(&neighbour) else {
            return Way::Unknown;
        };
        known.used = true;
        let hardware = known.hardware;
        match known.state(now) {
            State::Unknown | State::Incomplete => Way::Unknown,
            State::Reachable | State::Probing => Way::To(hardware),
            State::Stale => {
                known.poll = Some(Question::first(now));
                self.find_due();
                Way::ToAndPoll(hardware)
            }
        }
    }

    /// Keeps a PDU for a neighbour whose link address is not known.
    pub(super) fn wait(
        &mut self,
        neighbour: Ipv4Addr,
        pdu: Pdu,
        now: Instant,
    ) -> Result<Waits, Reason> {
        if let Some(Entry::Incomplete(_, waiting)) = self.entries.get_mut(&neighbour) {
            let full = waiting.len() >= self.most;
            let oldest = if full { waiting.pop_front() } else { None };
            waiting.push_back(pdu);
            return Ok(oldest.map_or(Waits::Behind, Waits::Displaced));
        }
        self.make_room(neighbour, |_| true)?;
        let mut waiting = VecDeque::with_capacity(WAITING.min(self.most));
        waiting.push_back(pdu);
        let entry = Entry::Incomplete(Question::first(now), waiting);
        self.entries.insert(neighbour, entry);
        self.find_due();
        Ok(Waits::First)
    }

    /// A station said what its link address is. RFC 826 believes it of every neighbour in the
    /// table, and takes a new one into it only if it `asks` for us: a reply that nobody waits
    /// for is no reason. Gives what waited for it.
    pub(super) fn hear(
        &mut self,
        station: Station,
        asks: bool,
        now: Instant,
    ) -> Result<VecDeque<Pdu>, Reason> {
        let Station { hardware, protocol } = station;
        let state = self.state(protocol, now);
        if state == State::Unknown && !asks {
            return Ok(VecDeque::new());
        }
        if state == State::Unknown {
            // Questions of strangers must not drive out who is spoken with.
            self.make_room(protocol, |known| {
                !known.used || known.state(now) != State::Reachable
            })?;
        }
        let heard = Resolved {
            hardware,
            heard: now,
            used: self.is_used(protocol),
            poll: None,
        };
        let waiting = match self.entries.insert(protocol, Entry::Resolved(heard)) {
            Some(Entry::Incomplete(_, waiting)) => waiting,
            Some(Entry::Resolved(_)) | None => VecDeque::new(),
        };
        self.find_due();
        Ok(waiting)
    }

    /// True for a neighbour that PDUs went to, or wait for.
    fn is_used(&self, neighbour: Ipv4Addr) -> bool {
        match self.entries.get(&neighbour) {
            Some(Entry::Incomplete(..)) => true,
            Some(Entry::Resolved(known)) => known.used,
            None => false,
        }
    }

    /// When time next brings something.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.due
    }

    /// One thing that time has brought; called until there is none left.
    pub(super) fn due(&mut self, now: Instant) -> Option<Due> {
        let asked = |(at, entry): (&Ipv4Addr, &Entry)| {
            entry.question().filter(|q| q.again <= now).map(|_| *at)
        };
        let neighbour = self.entries.iter().find_map(asked)?;
        let due = self.overdue(neighbour, now);
        self.find_due();
        due
    }

    fn overdue(&mut self, neighbour: Ipv4Addr, now: Instant) -> Option<Due> {
        let entry = self.entries.get_mut(&neighbour)?;
        let (question, to) = match entry {
            Entry::Incomplete(question, _) => (question, Mac::BROADCAST),
            Entry::Resolved(known) => (known.poll.as_mut()?, known.hardware),
        };
        if question.requests < REQUESTS {
            question.requests += 1;
            question.again = now + PAUSE;
            return Some(Due::Ask(neighbour, to));
        }
        match self.entries.remove(&neighbour)? {
            Entry::Incomplete(_, waiting) => Some(Due::Absent(waiting)),
            Entry::Resolved(_) => Some(Due::Absent(VecDeque::new())),
        }
    }

    /// Forgets all; gives the PDUs that waited.
    pub(super) fn clear(&mut self) -> impl Iterator<Item = Pdu> + use<> {
        self.due = None;
        let entries = core::mem::take(&mut self.entries).into_values();
        entries.flat_map(|entry| match entry {
            Entry::Incomplete(_, waiting) => waiting,
            Entry::Resolved(_) => VecDeque::new(),
        })
    }

    /// A full table forgets the neighbour heard longest ago among those that `may` go, first
    /// of all one that nothing was sent to; those asked for stay.
    fn make_room(
        &mut self,
        neighbour: Ipv4Addr,
        may: impl Fn(&Resolved) -> bool,
    ) -> Result<(), Reason> {
        if self.entries.len() < NEIGHBOURS || self.entries.contains_key(&neighbour) {
            return Ok(());
        }
        let known = self.entries.iter().filter_map(|(at, entry)| match entry {
            Entry::Resolved(known) if may(known) => Some((known.used, known.heard, *at)),
            Entry::Resolved(_) | Entry::Incomplete(..) => None,
        });
        let (queue, limit) = ("arp table", NEIGHBOURS);
        let (_, _, oldest) = known.min().ok_or(Reason::Full { queue, limit })?;
        self.entries.remove(&oldest);
        Ok(())
    }

    fn find_due(&mut self) {
        let questions = self.entries.values().filter_map(Entry::question);
        self.due = questions.map(|question| question.again).min();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arp::neighbour::REACHABLE;
    use layercake_base::{Pool, Room};

    fn address(number: usize) -> Ipv4Addr {
        Ipv4Addr::from_bits(u32::try_from(number).unwrap())
    }

    fn station(number: usize) -> Station {
        Station {
            hardware: Mac::local(1),
            protocol: address(number),
        }
    }

    fn nanos(number: usize) -> Instant {
        Instant::from_nanos(u64::try_from(number).unwrap())
    }

    /// A table whose neighbours all asked for us, each a nanosecond after the one before.
    fn full() -> Table {
        let mut table = Table::default();
        for number in 0..NEIGHBOURS {
            table.hear(station(number), true, nanos(number)).unwrap();
        }
        table
    }

    #[test]
    fn a_full_table_forgets_the_neighbour_heard_longest_ago() {
        let mut table = full();
        table
            .hear(station(NEIGHBOURS), true, nanos(NEIGHBOURS))
            .unwrap();
        assert_eq!(table.entries.len(), NEIGHBOURS);
        let state = |number| table.state(address(number), nanos(NEIGHBOURS));
        assert_eq!(state(0), State::Unknown);
        assert_eq!(
            (state(1), state(NEIGHBOURS)),
            (State::Reachable, State::Reachable)
        );
    }

    #[test]
    fn questions_of_strangers_drive_out_nobody_that_is_spoken_with() {
        let mut table = full();
        let now = nanos(NEIGHBOURS);
        assert_eq!(table.way(address(0), now), Way::To(Mac::local(1)));
        for number in NEIGHBOURS..3 * NEIGHBOURS {
            table.hear(station(number), true, now).unwrap();
        }
        assert_eq!(table.entries.len(), NEIGHBOURS);
        assert_eq!(table.state(address(0), now), State::Reachable);
        // All are spoken with: a stranger finds no room, until one of them was silent for long.
        let all: Vec<_> = table.entries.keys().copied().collect();
        for neighbour in all {
            table.way(neighbour, now);
        }
        let reason = table.hear(station(9 * NEIGHBOURS), true, now).unwrap_err();
        assert_eq!(reason.to_string(), "arp table is full at 512");
        let later = now + REACHABLE;
        table.hear(station(9 * NEIGHBOURS), true, later).unwrap();
    }

    #[test]
    fn a_table_full_of_questions_takes_no_more() {
        let (pool, mut table) = (Pool::new(NEIGHBOURS + 1), Table::default());
        let mut wait = |number| {
            let pdu = pool.allocate(Room::default(), 1).unwrap();
            table.wait(address(number), pdu, Instant::ZERO)
        };
        for number in 0..NEIGHBOURS {
            assert!(matches!(wait(number), Ok(Waits::First)));
        }
        let reason = wait(NEIGHBOURS).unwrap_err();
        assert_eq!(reason.to_string(), "arp table is full at 512");
        let told = table.hear(station(NEIGHBOURS), true, Instant::ZERO);
        assert_eq!(told.unwrap_err().kind(), "full");
        assert_eq!(table.clear().count(), NEIGHBOURS);
    }

    #[test]
    fn replies_that_nobody_asked_for_do_not_fill_the_table() {
        let mut table = Table::default();
        for number in 0..NEIGHBOURS {
            table.hear(station(number), false, Instant::ZERO).unwrap();
        }
        assert!(table.entries.is_empty());
    }
}
