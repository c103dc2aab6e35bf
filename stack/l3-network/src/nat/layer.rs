//! The layer: which packets are translated, and in which direction.
//!
//! ```text
//!            Ipv4                 inside addresses only
//!         -----------
//!             Nat
//!         -----------
//!      inside | outside           attachments
//!
//!   out   Ipv4 ─▶ outward ─▶ outside
//!   in    outside ─▶ inward ─▶ Ipv4
//!   hairpin   inside ─▶ inward ─▶ Ipv4 ─▶ outward ─▶ inside
//! ```
//! A hairpin comes up as if from outside, and is known on its way down by the origin of its PDU.
//!
//! Spec: RFC 3022 §2; RFC 4787 §6, REQ-9 (hairpin, with the outside address as its source).

use core::net::Ipv4Addr;
use std::collections::VecDeque;

use layercake_base::{
    Context, Direction, Instant, Layer, Pdu, Reason, Rng, Service, Spec,
};

use super::fragments::{Fragments, Key};
use super::packet::Packet;
use super::rewrite::Change;
use super::table::Table;
use super::{Config, Outside};
use crate::ipv4::{Header, Identifications};
use crate::octets::chunk;

/// Hairpins between their way up and their way down.
const HAIRPINS: usize = 32;

/// Translates addresses and ports between the inside and the outside.
#[derive(Debug)]
pub struct Nat {
    outside: Vec<Outside>,
    pub(super) table: Table,
    pub(super) identifications: Identifications,
    fragments: Fragments,
    /// PDUs, by their origin, that come down inside but are to go out and in again, and our
    /// address there. The oldest is forgotten first.
    hairpins: VecDeque<(u64, Ipv4Addr)>,
}

impl Nat {
    /// A NAT that is as `config` says.
    pub fn new(config: Config) -> Self {
        Nat {
            table: Table::new(&config),
            outside: config.outside,
            identifications: Identifications::new(),
            fragments: Fragments::new(),
            hairpins: VecDeque::with_capacity(HAIRPINS),
        }
    }

    /// Our address at an attachment to the outside.
    fn outside_at(&self, port: u16) -> Option<Ipv4Addr> {
        let outside = self.outside.iter().find(|outside| outside.port == port);
        outside.map(|outside| outside.address)
    }

    fn hairpin(&self, pdu: &Pdu) -> Option<Ipv4Addr> {
        let mut hairpins = self.hairpins.iter();
        let known = hairpins.find(|(origin, _)| *origin == pdu.origin());
        known.map(|(_, address)| *address)
    }

    /// Translates a packet and hands it on; with a first fragment those that waited for it.
    fn carry(
        &mut self,
        pdu: Pdu,
        way: Direction,
        outside: Outside,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        let (now, packet) = (cx.now(), Packet::read(pdu.octets())?);
        let key = Key::of(&packet, way);
        if packet.header.is_later_fragment() {
            return match self.fragments.change(&key, now) {
                Some(change) => self.hand_on(pdu, &packet, &change, (way, outside), cx),
                None => self.fragments.hold(key, pdu, now),
            };
        }
        let change = self.change(&packet, way, outside.address, (now, cx.rng()))?;
        self.hand_on(pdu, &packet, &change, (way, outside), cx)?;
        if packet.header.more_fragments {
            self.fragments.first(key, change, now);
            while let Some(pdu) = self.fragments.waiting(&key) {
                let packet = Packet::read(pdu.octets())?;
                self.hand_on(pdu, &packet, &change, (way, outside), cx)?;
            }
        }
        Ok(())
    }

    fn change(
        &mut self,
        packet: &Packet,
        way: Direction,
        address: Ipv4Addr,
        (now, rng): (Instant, &mut Rng),
    ) -> Result<Change, Reason> {
        self.table.expire(now);
        match way {
            Direction::Down => self.outward(packet, address, (now, rng)),
            Direction::Up => self.inward(packet, address, now),
        }
    }

    /// Makes the change, and remembers what comes up as if from outside but is from inside.
    fn hand_on(
        &mut self,
        mut pdu: Pdu,
        packet: &Packet,
        change: &Change,
        (way, outside): (Direction, Outside),
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        change.apply(packet, &mut pdu)?;
        if way == Direction::Down {
            cx.send_down(pdu);
            return Ok(());
        }
        if change.end.is_some() && pdu.ici().port != outside.port {
            if self.hairpins.len() == HAIRPINS {
                self.hairpins.pop_front();
            }
            self.hairpins.push_back((pdu.origin(), outside.address));
            pdu.set_ici(|ici| ici.port = outside.port);
        }
        cx.send_up(pdu);
        Ok(())
    }
}

impl Layer for Nat {
    fn spec(&self) -> Spec {
        Spec::new("nat", 3).between(Service::Link, Service::Link)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let port = sdu.ici().port;
        let address = self.outside_at(port).or_else(|| self.hairpin(&sdu));
        match address.filter(|_| destination(&sdu).is_some_and(is_one)) {
            Some(address) => {
                self.carry(sdu, Direction::Down, Outside { port, address }, cx)
            }
            None => {
                cx.send_down(sdu);
                Ok(())
            }
        }
    }

    fn receive(&mut self, mut pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let Some(to) = destination(&pdu).filter(|to| is_one(*to) && !pdu.ici().group)
        else {
            cx.send_up(pdu);
            return Ok(());
        };
        if pdu.ici().bounce.is_some() {
            self.take_back(&mut pdu)?;
            cx.send_up(pdu);
            return Ok(());
        }
        let port = pdu.ici().port;
        if let Some(address) = self.outside_at(port) {
            let (field, why) = ("Destination Address", "is not the one outside");
            return match to == address {
                true => self.carry(pdu, Direction::Up, Outside { port, address }, cx),
                false => Err(Reason::dead_end(field, to, why)),
            };
        }
        let outside = self.outside.iter().find(|outside| outside.address == to);
        match outside.copied() {
            Some(outside) => self.carry(pdu, Direction::Up, outside, cx),
            None => {
                cx.send_up(pdu);
                Ok(())
            }
        }
    }

    fn deadline(&self) -> Option<Instant> {
        let both = [self.table.deadline(), self.fragments.deadline()];
        both.into_iter().flatten().min()
    }

    fn on_deadline(&mut self, cx: &mut Context<'_>) {
        self.table.expire(cx.now());
        while let Some(pdu) = self.fragments.expired(cx.now()) {
            cx.discard(pdu, Reason::NoWay("the first fragment did not come"));
        }
    }
}

/// Where an IPv4 packet goes; `None` for what is no IPv4.
fn destination(pdu: &Pdu) -> Option<Ipv4Addr> {
    let octets = pdu.octets();
    let version = octets.first()? >> 4;
    let whole = version == 4 && octets.len() >= Header::SHORTEST;
    whole.then(|| chunk(octets, 16).into())
}

/// True for an address that is no group's.
const fn is_one(address: Ipv4Addr) -> bool {
    !address.is_multicast() && !address.is_broadcast()
}
