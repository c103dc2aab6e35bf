//! One neighbour: its state, its link address and what waits for it.

use core::net::Ipv6Addr;
use std::collections::VecDeque;

use layercake_base::{Instant, Mac, Pdu};

use super::state::{Event, Link, State, next};

/// Packets that wait for one neighbour. RFC 4861 §7.2.2: a small queue, the oldest makes room.
pub(super) const WAITING: usize = 8;
/// Questions to all for one address, a retransmission timer apart. RFC 4861 §10.
pub(super) const MAX_MULTICAST_SOLICIT: u32 = 3;
/// Questions to a neighbour whether it is still there. RFC 4861 §10.
pub(super) const MAX_UNICAST_SOLICIT: u32 = 3;

/// What is known of one neighbour.
#[derive(Debug)]
pub(super) struct Neighbour {
    pub(super) state: State,
    /// `None` while INCOMPLETE.
    pub(super) link: Option<Mac>,
    /// It says that it is a router.
    pub(super) router: bool,
    /// Packets went to it; what was only heard makes room first.
    pub(super) used: bool,
    /// It was last heard of, or asked for.
    pub(super) heard: Instant,
    /// REACHABLE ends.
    pub(super) until: Instant,
    /// The retransmission timer, or the delay, ends.
    pub(super) timer: Option<Instant>,
    /// Questions that were sent.
    pub(super) asked: u32,
    /// Sender of the last packet for it; questions come from the same address.
    pub(super) source: Ipv6Addr,
    pub(super) waiting: VecDeque<Pdu>,
}

impl Neighbour {
    /// One of which nothing is known.
    pub(super) const fn new(now: Instant) -> Self {
        Neighbour {
            state: State::Absent,
            link: None,
            router: false,
            used: false,
            heard: now,
            until: Instant::ZERO,
            timer: None,
            asked: 0,
            source: Ipv6Addr::UNSPECIFIED,
            waiting: VecDeque::new(),
        }
    }

    /// The state, in which REACHABLE has ended when its time has.
    pub(super) fn state(&self, now: Instant) -> State {
        match self.state {
            State::Reachable if self.until <= now => next(State::Reachable, Event::Aged)
                .map_or(State::Absent, |(state, _)| state),
            state => state,
        }
    }

    /// What a message says, compared with what is known.
    pub(super) fn compare(&self, said: Option<Mac>) -> Link {
        match said {
            None => Link::Unsaid,
            Some(_) if said == self.link => Link::Same,
            Some(_) => Link::Other,
        }
    }

    /// What the end of the timer is to this neighbour.
    pub(super) fn timeout(&self) -> Event {
        let most = match self.state {
            State::Delay => return Event::DelayOver,
            State::Incomplete => MAX_MULTICAST_SOLICIT,
            _ => MAX_UNICAST_SOLICIT,
        };
        match self.asked < most {
            true => Event::Retransmit,
            false => Event::Exhausted,
        }
    }

    /// Keeps a packet; gives the oldest that had to make room for it, where there were `most`.
    pub(super) fn keep(&mut self, pdu: Pdu, most: usize) -> Option<Pdu> {
        let full = self.waiting.len() >= most;
        let oldest = if full { self.waiting.pop_front() } else { None };
        self.waiting.push_back(pdu);
        oldest
    }
}
