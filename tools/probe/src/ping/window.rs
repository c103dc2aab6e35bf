//! The probes that may still be answered: when each left, and what became of it.
//!
//! A probe has a number of 64 bits that never repeats; its sequence number on the wire is the
//! low half of a word and repeats after 65 536 probes. The window keeps exactly one round of
//! sequence numbers, so each names at most one probe. Times come from here and never from what
//! a peer echoes (CVE-2025-47268, CVE-2025-48964).
//!
//! Units: at most 65 536 entries of about 40 octets; an entry costs memory only once sent.

use std::collections::VecDeque;

use crate::net::{Sent, Stamp};

/// How many probes are remembered: one round of sequence numbers.
const MOST: usize = 65_536;

/// A stamp of sending is looked for among this many of the newest probes: it comes at once.
const STAMPED: usize = 64;

/// What became of a probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nothing yet.
    Open,
    /// Nothing within the timeout.
    Late,
    /// A reply came.
    Answered,
    /// An error came, or it never left.
    Failed,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) sent: Sent,
    pub(super) fate: Fate,
}

/// The newest probes of one target, numbered from 1.
#[derive(Debug, Default)]
pub(super) struct Window {
    entries: VecDeque<Entry>,
    /// Probes sent so far; the number of the newest.
    last: u64,
    /// No probe below this number is open.
    settled_below: u64,
}

/// The sequence number of a probe: the low 16 bits of its number.
pub(super) fn sequence_of(number: u64) -> u16 {
    let [.., high, low] = number.to_be_bytes();
    u16::from_be_bytes([high, low])
}

impl Window {
    /// The number of the newest probe; 0 before the first.
    pub(super) fn last(&self) -> u64 {
        self.last
    }

    /// Remembers one more probe.
    pub(super) fn push(&mut self, sent: Sent, fate: Fate) {
        if self.entries.len() == MOST {
            self.entries.pop_front();
        }
        self.entries.push_back(Entry { sent, fate });
        self.last += 1;
    }

    /// The number of the remembered probe that has this sequence number.
    pub(super) fn find(&self, sequence: u16) -> Option<u64> {
        let behind = u64::from(sequence_of(self.last).wrapping_sub(sequence));
        let number = self.last.checked_sub(behind)?;
        self.entry(number).map(|_| number)
    }

    pub(super) fn entry(&self, number: u64) -> Option<&Entry> {
        self.entries.get(self.index(number)?)
    }

    pub(super) fn entry_mut(&mut self, number: u64) -> Option<&mut Entry> {
        let index = self.index(number)?;
        self.entries.get_mut(index)
    }

    fn index(&self, number: u64) -> Option<usize> {
        let behind = usize::try_from(self.last.checked_sub(number)?).ok()?;
        self.entries.len().checked_sub(behind + 1)
    }

    /// A finer time of sending has come; true when it was for one of these probes.
    pub(super) fn refine(&mut self, ticket: u64, at: Stamp) -> bool {
        let newest = self.entries.iter_mut().rev().take(STAMPED);
        let mut matching = newest.filter(|entry| entry.sent.ticket == ticket);
        let Some(entry) = matching.next() else {
            return false;
        };
        if at.at >= entry.sent.at.at {
            entry.sent.at = at;
        }
        true
    }

    /// The oldest probe that is still open, with its time of sending.
    pub(super) fn oldest_open(&mut self) -> Option<(u64, Stamp)> {
        let oldest = self.last + 1 - self.entries.len() as u64;
        let mut number = self.settled_below.max(oldest);
        let open = loop {
            match self.entry(number) {
                Some(entry) if entry.fate == Fate::Open => {
                    break Some((number, entry.sent.at));
                }
                Some(_) => number += 1,
                None => break None,
            }
        };
        self.settled_below = number;
        open
    }
}

#[cfg(test)]
mod tests {
    use layercake_base::Instant;

    use super::*;
    use crate::net::Clock;

    fn sent(ticket: u64) -> Sent {
        let at = Stamp {
            at: Instant::from_nanos(ticket * 10),
            clock: Clock::User,
        };
        Sent { at, ticket }
    }

    fn window(probes: u64) -> Window {
        let mut window = Window::default();
        (0..probes).for_each(|ticket| window.push(sent(ticket), Fate::Open));
        window
    }

    #[test]
    fn a_sequence_number_names_the_newest_probe_that_has_it() {
        let window = window(65_540);
        assert_eq!(window.find(4), Some(65_540));
        assert_eq!(window.find(5), Some(5));
        assert_eq!(window.find(0), Some(65_536));
        assert_eq!(window.entry(5).unwrap().sent.ticket, 4);
        assert!(window.entry(4).is_none(), "the round before is forgotten");
    }

    #[test]
    fn a_sequence_number_that_was_never_sent_names_nothing() {
        assert_eq!(window(0).find(0), None);
        assert_eq!(window(3).find(0), None);
        assert_eq!(window(3).find(4), None);
        assert_eq!(window(3).find(65_535), None);
    }

    #[test]
    fn the_oldest_open_probe_is_found_past_settled_ones() {
        let mut window = window(4);
        assert_eq!(window.oldest_open().unwrap().0, 1);
        window.entry_mut(1).unwrap().fate = Fate::Answered;
        window.entry_mut(2).unwrap().fate = Fate::Failed;
        assert_eq!(window.oldest_open().unwrap().0, 3);
        assert!(super::Window::default().oldest_open().is_none());
    }

    #[test]
    fn a_finer_time_is_taken_and_one_before_the_call_is_not() {
        let mut window = window(3);
        let kernel = |nanos| Stamp {
            at: Instant::from_nanos(nanos),
            clock: Clock::Kernel,
        };
        assert!(window.refine(1, kernel(15)));
        assert!(window.refine(2, kernel(3)));
        assert!(!window.refine(9, kernel(95)));
        assert_eq!(window.entry(2).unwrap().sent.at, kernel(15));
        assert_eq!(window.entry(3).unwrap().sent.at.clock, Clock::User);
    }
}
