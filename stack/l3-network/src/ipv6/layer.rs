//! The layer that moves IPv6 packets: sends those of its host, takes in those for it, and hands
//! on those for others.
//!
//! | event | what happens | file |
//! |---|---|---|
//! | from above: data | header in front, down by the route | `own.rs`, `way.rs`, `select.rs` |
//! | from above: ICMP was told something | a path MTU, if it may be true: remembered | `heard.rs`, `sent.rs` |
//! | from above: bounced | the sender is told why nobody wants it | `errors.rs` |
//! | from below: for this node | headers off, up; a fragment waits for the others | `deliver.rs`, `gather.rs` |
//! | from below: with extension headers | what is malformed or not understood is refused | `open.rs` |
//! | from below: for others | hop limit less one, down by the route, or an error; a redirect | `forward.rs`, `redirect.rs` |
//! | from below: bounced | the sender is told that the next hop is not there, or that a filter forbids it | `errors.rs` |
//! | from below: there is room again | more fragments go down | `cut.rs` |
//! | time is over for a packet in fragments | it is given up | `gather.rs` |
//! | from below: an address, a network, a router, a link's parameters, a redirect | remembered | `heard.rs` |
//!
//! Spec: RFC 8200; RFC 4291 (addresses), RFC 4007 (zones), RFC 8504 for nodes.

use core::net::Ipv6Addr;
use std::collections::VecDeque;

use layercake_base::{
    Context, Direction, Instant, Layer, Notice, Pdu, Reason, Service, Spec,
};

use super::addresses::{Addresses, Own};
use super::cut::{self, Cutting};
use super::gather::Waiting;
use super::links::{Link, Routers};
use super::open::admit;
use super::scope::is_link_local;
use super::sent::Sent;
use super::{Config, Header, Interface};
use crate::Protocol;
use crate::destinations::Destinations;
use crate::octets::settle;
use crate::rate::Bucket;
use crate::route::{Prefix, Route, SharedTable, Table};

/// What every link takes. RFC 8200 §5, RFC 8201 §4.
const LEAST_MTU: u16 = 1280;

/// Moves IPv6 packets.
#[derive(Debug)]
pub struct Ipv6 {
    pub(super) links: Vec<Link>,
    pub(super) addresses: Addresses,
    pub(super) table: SharedTable,
    /// Routes to networks that neighbour discovery has brought.
    pub(super) learnt: Vec<Route>,
    pub(super) routers: Routers,
    pub(super) forward: bool,
    pub(super) silent: bool,
    pub(super) per_packet: bool,
    pub(super) redirects: bool,
    pub(super) interface_information: bool,
    /// With these labels packets came, say its errors.
    pub(super) labels: Vec<u32>,
    pub(super) default_hop_limit: u8,
    pub(super) limit: Option<Bucket>,
    /// The same for redirects.
    pub(super) redirect_limit: Option<Bucket>,
    /// Packets that go out in fragments.
    pub(super) cutting: VecDeque<Cutting>,
    /// Packets that come in in fragments.
    pub(super) waiting: Waiting,
    /// What this node has sent lately.
    pub(super) sent: Sent,
    /// What was told about single destinations.
    pub(super) destinations: Destinations<Ipv6Addr>,
    /// Makes this node's choices between equal routes its own.
    pub(super) salt: u64,
    /// Packets that were routed.
    pub(super) turn: u64,
    /// What flow labels are drawn from, once one was needed.
    pub(super) secret: Option<u64>,
}

impl Ipv6 {
    /// A node that is as `config` says. Its routes are the given ones and one to the network
    /// of each address.
    pub fn new(config: Config) -> Self {
        let interfaces = &config.interfaces;
        let connected = interfaces.iter().flat_map(Interface::routes);
        let routes = connected.chain(config.routes).collect();
        let own: Vec<Own> = interfaces.iter().flat_map(Interface::own).collect();
        let first = own.iter().find(|own| !is_link_local(own.address));
        let bits = first.map_or(0, |first| first.address.to_bits());
        Ipv6 {
            table: Table::new(routes).into(),
            learnt: Vec::new(),
            routers: Routers::default(),
            salt: u64::try_from((bits ^ bits >> 64) & u128::from(u64::MAX)).unwrap_or(0),
            links: interfaces.iter().map(Link::of).collect(),
            addresses: Addresses::new(own, config.forward),
            forward: config.forward,
            silent: config.silent,
            per_packet: config.per_packet,
            redirects: config.redirects,
            interface_information: config.interface_information,
            labels: config.labels,
            default_hop_limit: match config.default_hop_limit {
                0 => Config::HOP_LIMIT,
                own => own,
            },
            limit: config.icmp_rate.map(Bucket::full),
            redirect_limit: config.icmp_rate.map(Bucket::full),
            cutting: VecDeque::with_capacity(cut::MOST),
            waiting: Waiting::new(config.reassembly),
            sent: Sent::default(),
            destinations: Destinations::new(LEAST_MTU),
            turn: 0,
            secret: None,
        }
    }

    /// The same, which also takes in what is sent to this multicast group.
    #[must_use]
    pub fn join(mut self, group: Ipv6Addr) -> Self {
        self.addresses.join(group);
        self
    }

    /// The routes, for a routing protocol to change.
    pub fn table(&self) -> SharedTable {
        self.table.clone()
    }

    /// The attachments to links, with the addresses and the MTU that they have now.
    pub fn interfaces(&self) -> Vec<Interface> {
        let interface = |link: &Link| Interface {
            port: link.port,
            addresses: self.addresses_at(link.port),
            mtu: u32::try_from(link.mtu()).unwrap_or(u32::MAX),
            point_to_point: link.point_to_point,
        };
        self.links.iter().map(interface).collect()
    }

    fn addresses_at(&self, port: u16) -> Vec<(Ipv6Addr, u8)> {
        let here = self.addresses.all().filter(|own| own.port == port);
        here.map(|own| (own.address, own.prefix_len)).collect()
    }
}

impl Interface {
    /// The routes to the neighbours on the networks of its addresses. Link-local ones are found
    /// by their zone, and an address without a network has no neighbours.
    fn routes(&self) -> impl Iterator<Item = Route> {
        let networks = self.addresses.iter().filter(|(address, prefix_len)| {
            !is_link_local(*address) && *prefix_len < 128
        });
        networks.map(|&(address, prefix_len)| Route {
            prefix: Prefix::clamped(address.into(), prefix_len),
            next_hop: None,
            port: self.port,
            metric: 0,
        })
    }

    fn own(&self) -> impl Iterator<Item = Own> {
        self.addresses.iter().map(|&(address, prefix_len)| Own {
            port: self.port,
            address,
            prefix_len: prefix_len.min(128),
            deprecated: false,
        })
    }
}

impl Layer for Ipv6 {
    fn spec(&self) -> Spec {
        let mtus = self.links.iter().map(Link::most);
        Spec::new("ipv6", 3)
            .between(Service::Network, Service::Link)
            .adds(Header::OCTETS, 0)
            .limits(usize::from(u16::MAX))
            .hands_down(mtus.max().unwrap_or(0)) // what is larger is refused here
    }

    fn send(&mut self, mut sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let ici = *sdu.ici();
        if let Some(bounce) = ici.bounce {
            sdu.unstrip_front(ici.network_header)?;
            return self.bounced(sdu, bounce, cx);
        }
        let header = self.header_for(&sdu, cx)?;
        let ends = (header.source.into(), header.destination.into());
        settle(&mut sdu, ends)?;
        sdu.set_ici(|ici| (ici.source, ici.destination) = (Some(ends.0), Some(ends.1)));
        sdu.prepend(Header::OCTETS)?
            .copy_from_slice(&header.encode());
        let known_mtu = match ici.mtu_probe {
            true => None,
            false => self.destinations.mtu(header.destination, cx.now()),
        };
        match self.plan(&sdu, &header, known_mtu) {
            Ok(Some(way)) => {
                self.note(&sdu, &header, &way, cx.now());
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
        let padding = pdu.len() - Header::OCTETS - usize::from(header.payload_length);
        if padding > 0 && !may_be_jumbo(&header) {
            pdu.strip_back(padding)?;
        }
        let for_us = self.is_for_us(&header, &mut pdu)?;
        if let Some(bounce) = bounce {
            return self.bounced(pdu, bounce, cx);
        }
        if let Err(refusal) = admit(&pdu, &header) {
            return self.refuse(&pdu, &header, refusal, cx);
        }
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
            (Direction::Up, _) => self.hear(&notice, cx.now()),
            (Direction::Down, _) => return self.heard(notice, cx),
        }
        cx.pass(notice);
    }
}

/// A payload length of 0 may mean that an option says it. RFC 2675 §2.
fn may_be_jumbo(header: &Header) -> bool {
    header.payload_length == 0 && header.next_header == Protocol::HOPOPT
}

#[cfg(test)]
mod tests;
