//! The layer that moves IPv4 packets: sends those of its host, takes in those for it, and hands
//! on those for others.
//!
//! | event | what happens | file |
//! |---|---|---|
//! | from above: data | header in front, down by the route | `own.rs` |
//! | from above: ICMP was told something | a path MTU, if it may be true, a redirect: remembered | `sent.rs`, `destinations.rs`, `redirect.rs` |
//! | from above: bounced | the sender is told why nobody wants it | `errors.rs` |
//! | from below: for this node | header off, up; a fragment waits for the others | `deliver.rs`, `reassembly.rs` |
//! | from below: with options | malformed ones and source routes are refused | `ask.rs` |
//! | from below: for others | time to live less one, down by the route, or an error | `forward.rs` |
//! | from below: bounced | the sender is told that the next hop is not there, or that a filter forbids it | `errors.rs` |
//! | from below: there is room again | more fragments go down | `fragment.rs` |
//! | time is over for a packet in fragments | it is given up | `reassembly.rs` |
//!
//! Spec: RFC 791; RFC 1122 §3 for hosts, RFC 1812 for routers.
//! Not here: multicast beyond the all-hosts group.

use core::net::Ipv4Addr;
use core::time::Duration;
use std::collections::VecDeque;

use layercake_base::{
    Context, Direction, Instant, Layer, Notice, Pdu, Reason, Service, Spec,
};

use super::fragment::{self, Cutting};
use super::identification::Identifications;
use super::reassembly::Waiting;
use super::sent::{Quote, Sent};
use super::{Config, Header, Interface};
use crate::destinations::Destinations;
use crate::octets::settle;
use crate::rate::Bucket;
use crate::route::{SharedTable, Table};

/// What every network takes. RFC 791 §3.2.
const LEAST_MTU: u16 = 68;

/// Moves IPv4 packets.
#[derive(Debug)]
pub struct Ipv4 {
    pub(super) interfaces: Vec<Interface>,
    pub(super) table: SharedTable,
    /// Groups that this node listens to, beside all hosts.
    pub(super) groups: Vec<Ipv4Addr>,
    pub(super) forward: bool,
    pub(super) silent: bool,
    pub(super) per_packet: bool,
    pub(super) default_ttl: u8,
    pub(super) limit: Option<Bucket>,
    pub(super) identifications: Identifications,
    /// Packets that go out in fragments.
    pub(super) cutting: VecDeque<Cutting>,
    /// Packets that come in in fragments.
    pub(super) waiting: Waiting,
    pub(super) time_of_day: Option<Duration>,
    pub(super) redirects: bool,
    pub(super) interface_information: bool,
    /// With these labels packets came, say its errors.
    pub(super) labels: Vec<u32>,
    /// What this node has sent lately.
    pub(super) sent: Sent,
    /// What was told about single destinations.
    pub(super) destinations: Destinations<Ipv4Addr>,
    /// Makes this node's choices between equal routes its own.
    pub(super) salt: u64,
    /// Packets that had a choice between equal routes.
    pub(super) turn: u64,
}

impl Ipv4 {
    /// A node that is as `config` says. Its routes are the given ones and one to the network
    /// of each interface.
    pub fn new(config: Config) -> Self {
        let connected = config.interfaces.iter().map(Interface::route);
        let routes = connected.chain(config.routes).collect();
        let first = config.interfaces.first();
        Ipv4 {
            table: Table::new(routes).into(),
            groups: Vec::new(),
            salt: first.map_or(0, |first| u64::from(first.address.to_bits())),
            interfaces: config.interfaces,
            forward: config.forward,
            silent: config.silent,
            per_packet: config.per_packet,
            default_ttl: match config.default_ttl {
                0 => Config::TIME_TO_LIVE,
                own => own,
            },
            limit: config.icmp_rate.map(Bucket::full),
            identifications: Identifications::new(),
            cutting: VecDeque::with_capacity(fragment::MOST),
            waiting: Waiting::new(config.reassembly),
            time_of_day: config.time_of_day,
            redirects: config.redirects,
            interface_information: config.interface_information,
            labels: config.labels,
            sent: Sent::default(),
            destinations: Destinations::new(LEAST_MTU),
            turn: 0,
        }
    }

    /// The same, which also takes in what is sent to this multicast group. RFC 1112 §6.1.
    #[must_use]
    pub fn join(mut self, group: Ipv4Addr) -> Self {
        self.groups.push(group);
        self
    }

    /// The routes, for a routing protocol to change.
    pub fn table(&self) -> SharedTable {
        self.table.clone()
    }

    /// The attachments to networks.
    pub fn interfaces(&self) -> &[Interface] {
        &self.interfaces
    }

    /// ICMP above has heard something: this layer takes it to heart, and tells the transports.
    fn heard(&mut self, notice: Notice, cx: &mut Context<'_>) {
        match notice {
            Notice::Undelivered { .. } => cx.notify_up(notice),
            Notice::TooLarge { mtu, .. } => {
                if let Some(quote) = Quote::of(&notice) {
                    self.too_large(&quote, mtu, cx);
                }
            }
            Notice::Redirect {
                destination,
                gateway,
                reporter,
                ..
            } => self.redirected((destination, gateway, reporter), cx),
            _ => cx.pass(notice),
        }
    }

    /// A router says that a packet was too large: the path MTU to its destination becomes
    /// smaller, if it may be one of ours.
    fn too_large(&mut self, quote: &Quote, mtu: usize, cx: &mut Context<'_>) {
        let (now, destination) = (cx.now(), quote.flow.destination);
        let Ok(told) = u16::try_from(mtu) else { return };
        let ours = told < quote.total_length && self.sent.may_be(quote, now);
        if ours && self.destinations.lower(destination, told, now) {
            let destination = destination.into();
            cx.notify_up(Notice::PathMtu { destination, mtu });
        }
    }

    /// True for an address of this node, and for loopback, which never leaves it.
    pub(super) fn is_own(&self, address: Ipv4Addr) -> bool {
        address.is_loopback() || self.interfaces.iter().any(|i| i.address == address)
    }
}

impl Layer for Ipv4 {
    fn spec(&self) -> Spec {
        let largest = usize::from(u16::MAX) - Header::SHORTEST;
        let mtus = self.interfaces.iter().map(|i| usize::from(i.mtu));
        Spec::new("ipv4", 3)
            .between(Service::Network, Service::Link)
            .adds(Header::SHORTEST, 0)
            .limits(largest)
            .hands_down(mtus.max().unwrap_or(0)) // what is larger is refused here
    }

    fn send(&mut self, mut sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let ici = *sdu.ici();
        if let Some(bounce) = ici.bounce {
            sdu.unstrip_front(ici.network_header)?;
            return self.bounced(sdu, bounce, cx);
        }
        let header = self.header_for(&sdu, cx.now())?;
        let ends = (header.source.into(), header.destination.into());
        settle(&mut sdu, ends)?;
        header.encode(sdu.prepend(header.octets())?)?;
        let known_mtu = match ici.mtu_probe {
            true => None,
            false => self.destinations.mtu(header.destination, cx.now()),
        };
        match self.plan(&sdu, &header, known_mtu) {
            Ok(Some(way)) => {
                if header.dont_fragment {
                    let chosen = ici.identification.is_some();
                    self.sent.note(&header, chosen, cx.now());
                }
                self.dispatch(sdu, &header, way, cx)
            }
            Ok(None) => self.deliver(sdu, &header, cx),
            Err(reason) => {
                self.tell_user(&sdu, &header, &reason, cx);
                Err(reason)
            }
        }
    }

    fn receive(&mut self, mut pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let bounce = pdu.ici().bounce;
        if let Some(bounce) = bounce.filter(|_| pdu.ici().next_hop.is_some()) {
            return self.bounced(pdu, bounce, cx); // it was on its way out
        }
        let header = Header::decode(pdu.octets())?;
        let padding = pdu.len() - usize::from(header.total_length);
        if padding > 0 {
            pdu.strip_back(padding)?;
        }
        let for_us = self.is_for_us(&header, &mut pdu)?;
        if let Some(bounce) = bounce {
            return self.bounced(pdu, bounce, cx);
        }
        self.admit(&pdu, &header, cx)?;
        if for_us {
            self.deliver(pdu, &header, cx)
        } else {
            self.hand_on(pdu, &header, cx)
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.waiting.deadline()
    }

    fn on_deadline(&mut self, cx: &mut Context<'_>) {
        self.give_up(cx);
    }

    fn notice(&mut self, notice: Notice, cx: &mut Context<'_>) {
        match (cx.flow(), &notice) {
            (Direction::Up, Notice::Room) => self.cut(cx),
            (Direction::Down, _) => return self.heard(notice, cx),
            _ => (),
        }
        cx.pass(notice);
    }
}

#[cfg(test)]
mod tests;
