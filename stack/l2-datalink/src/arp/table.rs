//! The neighbours that ARP knows or is asking for, and the PDUs that wait for an answer.

use core::net::Ipv4Addr;
use core::time::Duration;
use std::collections::{BTreeMap, VecDeque};

use layercake_base::{Instant, Mac, Pdu, Reason};

/// How long an answer is believed. RFC 1122 §2.3.2.1: of the order of a minute.
pub(super) const BELIEF: Duration = Duration::from_secs(60);
/// Between two requests for one neighbour. RFC 1122 §2.3.2.1: at most one a second.
pub(super) const PAUSE: Duration = Duration::from_secs(1);
/// Requests for one neighbour before it counts as absent.
pub(super) const REQUESTS: u32 = 3;
/// PDUs that wait for one neighbour; RFC 1122 §2.3.2.2 asks for at least one, the latest.
pub(super) const WAITING: usize = 8;
/// Neighbours in the table.
pub(super) const NEIGHBOURS: usize = 512;

/// Neighbours by network address. In order, so that what falls due at one instant is always
/// dealt with in the same order.
#[derive(Debug, Default)]
pub(super) struct Table {
    entries: BTreeMap<Ipv4Addr, Entry>,
    /// The earliest time of all entries that are being asked for.
    due: Option<Instant>,
}

#[derive(Debug)]
enum Entry {
    Known { hardware: Mac, until: Instant },
    Asking(Asking),
}

#[derive(Debug)]
struct Asking {
    requests: u32,
    again: Instant,
    waiting: VecDeque<Pdu>,
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
    /// Ask again.
    Ask(Ipv4Addr),
    /// It never answered; these waited for it.
    Absent(VecDeque<Pdu>),
}

impl Table {
    /// The link address of a neighbour, if it is known and still believed.
    pub(super) fn known(&self, neighbour: Ipv4Addr, now: Instant) -> Option<Mac> {
        match self.entries.get(&neighbour)? {
            Entry::Known { hardware, until } if now < *until => Some(*hardware),
            Entry::Known { .. } | Entry::Asking(_) => None,
        }
    }

    /// True for a neighbour that is asked for, or known and still believed. RFC 826 updates
    /// those from every packet.
    pub(super) fn has(&self, neighbour: Ipv4Addr, now: Instant) -> bool {
        match self.entries.get(&neighbour) {
            Some(Entry::Known { until, .. }) => now < *until,
            Some(Entry::Asking(_)) => true,
            None => false,
        }
    }

    /// Keeps a PDU for a neighbour that is not known.
    pub(super) fn wait(
        &mut self,
        neighbour: Ipv4Addr,
        pdu: Pdu,
        now: Instant,
    ) -> Result<Waits, Reason> {
        if let Some(Entry::Asking(asking)) = self.entries.get_mut(&neighbour) {
            return Ok(asking.wait(pdu));
        }
        self.make_room(neighbour)?;
        let mut waiting = VecDeque::with_capacity(WAITING);
        waiting.push_back(pdu);
        let (requests, again) = (1, now + PAUSE);
        let asking = Asking {
            requests,
            again,
            waiting,
        };
        self.entries.insert(neighbour, Entry::Asking(asking));
        self.find_due();
        Ok(Waits::First)
    }

    /// Believes that `neighbour` has this link address, and gives what waited for it.
    pub(super) fn learn(
        &mut self,
        neighbour: Ipv4Addr,
        hardware: Mac,
        now: Instant,
    ) -> Result<VecDeque<Pdu>, Reason> {
        self.make_room(neighbour)?;
        let until = now + BELIEF;
        let known = Entry::Known { hardware, until };
        match self.entries.insert(neighbour, known) {
            Some(Entry::Asking(asking)) => {
                self.find_due();
                Ok(asking.waiting)
            }
            Some(Entry::Known { .. }) | None => Ok(VecDeque::new()),
        }
    }

    /// When time next brings something.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.due
    }

    /// One thing that time has brought; called until there is none left.
    pub(super) fn due(&mut self, now: Instant) -> Option<Due> {
        let neighbour = self.asking().find(|(_, a)| a.again <= now)?.0;
        let due = self.overdue(neighbour, now);
        self.find_due();
        due
    }

    fn overdue(&mut self, neighbour: Ipv4Addr, now: Instant) -> Option<Due> {
        if let Some(Entry::Asking(asking)) = self.entries.get_mut(&neighbour)
            && asking.requests < REQUESTS
        {
            asking.requests += 1;
            asking.again = now + PAUSE;
            return Some(Due::Ask(neighbour));
        }
        match self.entries.remove(&neighbour)? {
            Entry::Asking(asking) => Some(Due::Absent(asking.waiting)),
            Entry::Known { .. } => None,
        }
    }

    /// A full table forgets the neighbour heard longest ago; those asked for stay.
    fn make_room(&mut self, neighbour: Ipv4Addr) -> Result<(), Reason> {
        if self.entries.len() < NEIGHBOURS || self.entries.contains_key(&neighbour) {
            return Ok(());
        }
        let known = self
            .entries
            .iter()
            .filter_map(|(neighbour, entry)| match entry {
                Entry::Known { until, .. } => Some((*until, *neighbour)),
                Entry::Asking(_) => None,
            });
        let (queue, limit) = ("arp table", NEIGHBOURS);
        let (_, oldest) = known.min().ok_or(Reason::Full { queue, limit })?;
        self.entries.remove(&oldest);
        Ok(())
    }

    fn find_due(&mut self) {
        self.due = self.asking().map(|(_, asking)| asking.again).min();
    }

    fn asking(&self) -> impl Iterator<Item = (Ipv4Addr, &Asking)> {
        self.entries
            .iter()
            .filter_map(|(neighbour, entry)| match entry {
                Entry::Asking(asking) => Some((*neighbour, asking)),
                Entry::Known { .. } => None,
            })
    }
}

impl Asking {
    fn wait(&mut self, pdu: Pdu) -> Waits {
        let oldest = match self.waiting.len() {
            WAITING.. => self.waiting.pop_front(),
            _ => None,
        };
        self.waiting.push_back(pdu);
        oldest.map_or(Waits::Behind, Waits::Displaced)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use layercake_base::{Pool, Room};

    fn address(number: usize) -> Ipv4Addr {
        Ipv4Addr::from_bits(u32::try_from(number).unwrap())
    }

    #[test]
    fn a_full_table_forgets_the_neighbour_heard_longest_ago() {
        let mut table = Table::default();
        for number in 0..=NEIGHBOURS {
            let now = Instant::from_nanos(u64::try_from(number).unwrap());
            table.learn(address(number), Mac::local(1), now).unwrap();
        }
        assert_eq!(table.entries.len(), NEIGHBOURS);
        let has = |number| table.has(address(number), Instant::ZERO);
        assert!(!has(0));
        assert!(has(1) && has(NEIGHBOURS));
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
    }
}
