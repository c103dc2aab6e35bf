//! Reassembly: fragments for this node become the packet again that they were cut from.
//!
//! ```text
//!        0       1480      2960         4440  4508
//!        +---------+ . . . . +------------+-----+
//! data   | piece 0 |  hole   |  piece 2   | last|      have 3028 of 4508 octets
//! +------+---------+ . . . . +------------+-----+
//! ```
//! Pieces may come in any order. No two may overlap, so that the packet is whole when as many
//! octets are there as the last piece says; what RFC 815 calls holes are the gaps between the
//! pieces, and need no list of their own.
//!
//! | a fragment | what happens |
//! |---|---|
//! | carries nothing; is not the last and no multiple of 8; ends beyond 65 535 octets | discard it alone |
//! | the same octets in the same place as one before it | discard it alone |
//! | overlaps another; contradicts the length that is known | discard the whole packet, and what is still to come of it |
//! | closes the last hole | put together, up |
//! | the packet's time is over | discard all; tell the sender if the first fragment is there |
//! | too many packets or octets wait | discard the oldest packet |
//!
//! Spec: RFC 791 §3.2; RFC 815; RFC 1122 §3.3.2 (time, message), RFC 3168 §5.3 (congestion
//! marks); overlaps by the rule of RFC 5722 §3, which is for IPv6, since what RFC 791 says
//! (the later octets win) is how filters are passed by.  Units: octets.
//! Bound: [`Reassembly::octets`] of data and lists of pieces, and [`Reassembly::packets`] PDUs.
//! Not here: cutting (`fragment`).

mod datagram;
mod gather;
mod store;

use core::time::Duration;
use std::collections::VecDeque;

use layercake_base::{Instant, Reason};

use self::datagram::{Datagram, Key};
use self::store::Store;

/// How much a node keeps of packets that are not whole yet, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reassembly {
    /// Seconds from the first fragment that comes until the packet is given up; from 15
    /// (RFC 791 §3.2) to 120, the upper end of what RFC 1122 §3.3.2 says. What is less or more
    /// counts as that.
    pub time: Duration,
    /// Packets at a time, at least one; each keeps one PDU.
    pub packets: usize,
    /// Octets of memory for data and lists of pieces, at least [`Reassembly::LEAST`], which is
    /// what a single packet may need.
    pub octets: usize,
}

impl Reassembly {
    /// What a single packet may need: 65 515 octets of data, rounded up to a power of two, and
    /// 8192 pieces of 4 octets.
    pub const LEAST: usize = (64 + 32) * 1024;

    /// The same within the limits of each field.
    fn clamped(self) -> Self {
        let [least, most] = [15, 120].map(Duration::from_secs);
        Reassembly {
            time: self.time.clamp(least, most),
            packets: self.packets.max(1),
            octets: self.octets.max(Self::LEAST),
        }
    }
}

impl Default for Reassembly {
    /// One minute (RFC 1122 §3.3.2), 64 packets, 1 MiB.
    fn default() -> Self {
        Reassembly {
            time: Duration::from_secs(60),
            packets: 64,
            octets: 1024 * 1024,
        }
    }
}

/// The packets of which some fragments have come and some have not, oldest first.
#[derive(Debug)]
pub(super) struct Waiting {
    limits: Reassembly,
    packets: VecDeque<Datagram>,
    /// Memory that packets before used, for those to come: after warm-up nothing is allocated.
    spare: Vec<Store>,
}

impl Waiting {
    /// Stores that are kept for later.
    const SPARES: usize = 4;

    pub(super) fn new(limits: Reassembly) -> Self {
        Waiting {
            limits: limits.clamped(),
            packets: VecDeque::new(),
            spare: Vec::new(),
        }
    }

    /// When the oldest packet is given up: all wait for the same time, so it is the first.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.packets.front().map(|oldest| oldest.expires)
    }

    /// Octets of memory for data and lists of pieces.
    fn octets(&self) -> usize {
        let waiting = self.packets.iter().map(|packet| packet.store.memory());
        let spare = self.spare.iter().map(Store::memory);
        waiting.sum::<usize>() + spare.sum::<usize>()
    }

    fn find(&self, key: &Key) -> Option<usize> {
        self.packets.iter().position(|packet| packet.key == *key)
    }

    /// Takes a packet out whose time is over.
    fn expired(&mut self, now: Instant) -> Option<Datagram> {
        let over = self.packets.front()?.expires <= now;
        over.then(|| self.remove(0)).flatten()
    }

    /// Takes a packet out; what it held of memory stays here. Its data must have been read.
    fn remove(&mut self, index: usize) -> Option<Datagram> {
        let mut packet = self.packets.remove(index)?;
        self.keep(core::mem::take(&mut packet.store));
        Some(packet)
    }

    fn keep(&mut self, mut store: Store) {
        if self.spare.len() < Self::SPARES && store.memory() > 0 {
            store.clear();
            self.spare.push(store);
        }
    }

    /// The packet with this key, new if need be.
    fn entry(&mut self, key: Key, now: Instant) -> Option<&mut Datagram> {
        let index = self.find(&key).unwrap_or_else(|| {
            let store = self.spare.pop().unwrap_or_default();
            let expires = now + self.limits.time;
            self.packets.push_back(Datagram::new(key, expires, store));
            self.packets.len() - 1
        });
        self.packets.get_mut(index)
    }

    /// What must go before a fragment of this packet that ends at `end` is taken in: the oldest
    /// packet but this. Memory that nobody uses goes first.
    fn make_room(&mut self, key: &Key, end: u16) -> Option<(Datagram, Reason)> {
        let (queue, limit) = ("table of packets in fragments", self.limits.packets);
        let own = self.find(key);
        if own.is_none() && self.packets.len() >= limit {
            return Some((self.remove(0)?, Reason::Full { queue, limit }));
        }
        let (queue, limit) = ("memory for fragments", self.limits.octets);
        let own = own.and_then(|index| self.packets.get(index));
        if own.is_some_and(|own| own.dead) {
            return None; // nothing more of it is taken in
        }
        let more = match (own, self.spare.last()) {
            (Some(own), _) => own.store.growth(end),
            (None, Some(spare)) => spare.growth(end),
            (None, None) => Store::default().growth(end),
        };
        if self.octets() + more <= limit {
            return None;
        }
        if self.spare.pop().is_some() {
            return self.make_room(key, end);
        }
        let holds = |other: &Datagram| other.key != *key && other.store.memory() > 0;
        let mut packet = self.packets.remove(self.packets.iter().position(holds)?)?;
        packet.store = Store::default();
        Some((packet, Reason::Full { queue, limit }))
    }
}

#[cfg(test)]
mod model;
#[cfg(test)]
mod tests;
