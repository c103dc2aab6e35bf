//! The packets that wait for fragments, and which of them goes when there are too many.

use core::net::IpAddr;
use std::collections::VecDeque;

use layercake_base::{Context, Instant, Pdu, Reason};

use super::packet::Packet;
use super::shares::{Shares, holder};
use super::store::Store;
use super::{Key, Reassembly};

/// A fragment that has come: where it belongs. The caller has seen that it ends within 65 535
/// octets of data, is not empty, and is a multiple of 8 octets if more follow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fragment<K, H> {
    pub(crate) key: K,
    /// Its header, for the packet to keep.
    pub(crate) header: H,
    /// Octets in front of the data in its PDU.
    pub(crate) front: usize,
    /// Where in the packet the data begins.
    pub(crate) start: u16,
    /// It is not the last.
    pub(crate) more: bool,
    /// Its class of service.
    pub(crate) class: u8,
}

impl<K, H> Fragment<K, H> {
    pub(super) fn data<'a>(&self, packet: &'a Pdu) -> &'a [u8] {
        packet.octets().get(self.front..).unwrap_or_default()
    }
}

/// The packets of which some fragments have come and some have not, oldest first.
#[derive(Debug)]
pub(crate) struct Waiting<K, H> {
    limits: Reassembly,
    packets: VecDeque<Packet<K, H>>,
    /// Memory that packets before used, for those to come: where they are small, nothing is
    /// allocated after warm-up.
    spare: Vec<Store>,
    shares: Shares,
}

impl<K: Key, H> Waiting<K, H> {
    /// Stores that are kept for later.
    const SPARES: usize = 4;
    /// The largest of them, in octets of memory. A packet that takes one has this much from the
    /// beginning.
    const SPARE: usize = 8 * 1024;

    pub(crate) fn new(limits: Reassembly) -> Self {
        Waiting {
            limits: limits.clamped(),
            packets: VecDeque::new(),
            spare: Vec::new(),
            shares: Shares::default(),
        }
    }

    /// When the oldest packet is given up: all wait for the same time, so it is the first.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.packets.front().map(|oldest| oldest.expires)
    }

    /// Packets that wait.
    #[cfg(test)]
    pub(crate) fn packets(&self) -> usize {
        self.packets.len()
    }

    /// Stores that nobody uses.
    #[cfg(test)]
    pub(crate) fn spares(&self) -> usize {
        self.spare.len()
    }

    /// Octets of memory for data and lists of pieces.
    pub(crate) fn octets(&self) -> usize {
        let waiting = self.packets.iter().map(|packet| packet.store.memory());
        let spare = self.spare.iter().map(Store::memory);
        waiting.sum::<usize>() + spare.sum::<usize>()
    }

    /// Takes in a fragment. What must make room for it is discarded. Gives the PDU back when its
    /// data is all that was wanted of it.
    ///
    /// # Errors
    /// Why the fragment is of no use. Where it shows that the packet is none, what had come of
    /// it has been discarded too.
    pub(crate) fn take(
        &mut self,
        packet: Pdu,
        fragment: Fragment<K, H>,
        cx: &mut Context<'_>,
    ) -> Result<Option<Pdu>, Reason> {
        let (key, length) = (fragment.key, fragment.data(&packet).len());
        while let Some((other, why)) = self.make_room(&key, length) {
            other.discard(why, cx);
        }
        match self.entry(key, cx.now()) {
            Some(own) => own.put(packet, fragment, cx),
            None => Err(Reason::NoWay("no place for a packet in fragments")),
        }
    }

    /// The packet with this key, if all of it is there.
    pub(crate) fn whole(&self, key: &K) -> Option<&Packet<K, H>> {
        let packet = self.packets.get(self.find(key)?)?;
        packet.store.is_whole().then_some(packet)
    }

    /// Lets go of a packet that is put together, and gives back the fragment that was kept of it.
    pub(crate) fn done(&mut self, key: &K) -> Option<Pdu> {
        let packet = self.packets.remove(self.find(key)?)?;
        self.keep(packet.store);
        packet.face.map(|face| face.packet)
    }

    /// Takes a packet out whose time is over.
    pub(crate) fn expired(&mut self, now: Instant) -> Option<Packet<K, H>> {
        let over = self.packets.front()?.expires <= now;
        let mut packet = over.then(|| self.packets.pop_front()).flatten()?;
        self.keep(core::mem::take(&mut packet.store));
        Some(packet)
    }

    fn keep(&mut self, mut store: Store) {
        let fits = (1..=Self::SPARE).contains(&store.memory());
        if fits && self.spare.len() < Self::SPARES {
            store.clear();
            self.spare.push(store);
        }
    }

    fn find(&self, key: &K) -> Option<usize> {
        self.packets.iter().position(|packet| packet.key == *key)
    }

    /// The packet with this key, new if need be.
    fn entry(&mut self, key: K, now: Instant) -> Option<&mut Packet<K, H>> {
        let index = self.find(&key).unwrap_or_else(|| {
            let store = self.spare.pop().unwrap_or_default();
            let expires = now + self.limits.time;
            self.packets.push_back(Packet::new(key, expires, store));
            self.packets.len() - 1
        });
        self.packets.get_mut(index)
    }

    /// What must go before a fragment of this packet with `length` octets of data is taken in.
    /// Memory that nobody uses goes first.
    fn make_room(&mut self, key: &K, length: usize) -> Option<(Packet<K, H>, Reason)> {
        let (queue, limit) = ("table of packets in fragments", self.limits.packets);
        let own = self.find(key);
        if own.is_none() && self.packets.len() >= limit {
            let oldest = self.oldest(key, limit, |_| 1)?;
            return Some((oldest, Reason::Full { queue, limit }));
        }
        let (queue, limit) = ("memory for fragments", self.limits.octets);
        let own = own.and_then(|index| self.packets.get(index));
        if own.is_some_and(|own| own.dead) {
            return None; // nothing more of it is taken in
        }
        let more = match (own, self.spare.last()) {
            (Some(own), _) => own.store.growth(length),
            (None, Some(spare)) => spare.growth(length),
            (None, None) => Store::default().growth(length),
        };
        if self.octets() + more <= limit {
            return None;
        }
        if self.spare.pop().is_some() {
            return self.make_room(key, length);
        }
        let oldest = self.oldest(key, limit, |packet| packet.store.memory())?;
        Some((oldest, Reason::Full { queue, limit }))
    }

    /// Takes out the oldest packet but this that holds something of what there is `limit` of:
    /// the oldest of the sender that has most, if that is more than its share.
    fn oldest(
        &mut self,
        but: &K,
        limit: usize,
        held: impl Fn(&Packet<K, H>) -> usize,
    ) -> Option<Packet<K, H>> {
        let sender = |packet: &Packet<K, H>| -> IpAddr { holder(packet.key.sender()) };
        let all = self.packets.iter();
        self.shares
            .count(all.map(|packet| (sender(packet), held(packet))));
        let other = |packet: &Packet<K, H>| packet.key != *but && held(packet) > 0;
        let share = limit / Reassembly::SHARES;
        let largest = self.shares.largest().filter(|(_, held)| *held > share);
        let greedy = |packet: &Packet<K, H>| {
            other(packet) && largest.is_some_and(|(most, _)| sender(packet) == most)
        };
        let place = self.packets.iter().position(greedy);
        let index = place.or_else(|| self.packets.iter().position(other))?;
        self.packets.remove(index)
    }
}
