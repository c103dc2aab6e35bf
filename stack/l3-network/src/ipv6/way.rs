//! Where a packet goes next, and which address it comes from.
//!
//! | destination | next hop | attachment |
//! |---|---|---|
//! | link-local, or a group | itself | the one that its user says |
//! | in the table of routes | as the best route says | as the route says |
//! | any other | a router that has said that it is there | the router's |
//! | one that a host has been redirected for | as the redirect says | as before |
//!
//! Spec: RFC 4861 §5.2 (next hop), §6.3.6 (default routers); RFC 6437 §4 and RFC 6438 §3 (the
//! flow label in the choice between equal routes); RFC 6724 §4 (candidates for the source).

use core::net::{IpAddr, Ipv6Addr};

use layercake_base::{Context, Ici, Pdu, Reason};

use super::addresses::Own;
use super::scope::{has_zone, is_link_local};
use super::select::{self, Candidate};
use super::{Header, Ipv6};
use crate::Protocol;
use crate::octets::chunk;
use crate::route::Flow;

/// The EtherType of IPv6, by which layers below know it. IANA, IEEE 802 Numbers.
pub(crate) const ETHER_TYPE: u16 = 0x86dd;

/// Where a packet goes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Way {
    /// The attachment that it goes out by.
    pub(super) port: u16,
    /// The neighbour, or the group, that gets it.
    pub(super) next_hop: Ipv6Addr,
    /// The largest packet that gets through, in octets.
    pub(super) mtu: usize,
}

impl Way {
    /// Hands a packet to the layer below.
    pub(super) fn hand_down(&self, mut packet: Pdu, cx: &mut Context<'_>) {
        packet.set_ici(|ici| {
            *ici = Ici {
                source: ici.source,
                destination: ici.destination,
                next_hop: Some(self.next_hop.into()),
                next: ETHER_TYPE,
                class: ici.class,
                port: self.port,
                ..Ici::NONE
            }
        });
        cx.send_down(packet);
    }

    /// Refuses a packet that is larger than gets through.
    pub(super) fn fits(&self, have: usize) -> Result<(), Reason> {
        let (field, most) = ("IPv6 packet", self.mtu);
        match have <= most {
            true => Ok(()),
            false => Err(Reason::TooLong { field, have, most }),
        }
    }
}

impl Ipv6 {
    /// The way of a packet. `port` is the zone of a destination that needs one.
    pub(super) fn way(&mut self, header: &Header, data: &[u8], port: u16) -> Option<Way> {
        let destination = header.destination;
        let (port, next_hop) = match has_zone(destination) {
            true => (port, destination),
            false => self.route(header, data)?,
        };
        let mtu = self.links.iter().find(|link| link.port == port)?.mtu();
        Some(Way {
            port,
            next_hop,
            mtu,
        })
    }

    /// Attachment and next hop of a packet whose destination needs no zone.
    fn route(&mut self, header: &Header, data: &[u8]) -> Option<(u16, Ipv6Addr)> {
        self.turn = self.turn.wrapping_add(1);
        let hash = || match self.per_packet {
            // Multiples of the golden ratio fill the circle evenly.
            true => self.turn.wrapping_mul(0x9e37_79b9_7f4a_7c15),
            false => flow(header, data).hash(self.salt),
        };
        self.first_hop(header.destination, hash)
    }

    /// Attachment and neighbour by the table of routes, a default router, or a redirect. `hash`
    /// chooses one of several equal routes.
    pub(super) fn first_hop(
        &self,
        destination: Ipv6Addr,
        hash: impl FnOnce() -> u64,
    ) -> Option<(u16, Ipv6Addr)> {
        let (port, first) = match self.table.choose(destination.into(), hash) {
            None => self.routers.choose()?,
            Some(route) => match route.next_hop {
                None => (route.port, destination),
                Some(IpAddr::V6(router)) => (route.port, router),
                Some(IpAddr::V4(_)) => return None,
            },
        };
        let nearer = self.destinations.gateway(destination, port);
        Some((port, nearer.filter(|_| !self.forward).unwrap_or(first)))
    }

    /// The attachment by which packets to `destination` go out, or the first of several.
    pub(super) fn port_towards(&self, destination: Ipv6Addr, zone: u16) -> Option<u16> {
        if has_zone(destination) {
            return Some(zone);
        }
        self.first_hop(destination, || 0).map(|(port, _)| port)
    }

    /// The address to speak to `destination` from; `None` when there is none that may go out.
    /// An address of another interface than the one by which the packet goes out may do where
    /// no zone is crossed.
    pub(super) fn source_towards(
        &self,
        destination: Ipv6Addr,
        zone: u16,
    ) -> Option<Ipv6Addr> {
        if self.addresses.has(destination, zone) {
            return Some(destination);
        }
        let port = self.port_towards(destination, zone);
        let zoned = has_zone(destination);
        let may =
            |own: &&Own| port == Some(own.port) || !zoned && !is_link_local(own.address);
        self.best_source(destination, port, may)
    }

    /// The address of this attachment to speak to `destination` from: what answers a question to
    /// a group. RFC 4443 §4.2.
    pub(super) fn source_at(&self, port: u16, destination: Ipv6Addr) -> Option<Ipv6Addr> {
        self.best_source(destination, Some(port), |own| own.port == port)
    }

    fn best_source(
        &self,
        destination: Ipv6Addr,
        port: Option<u16>,
        may: impl Fn(&&Own) -> bool,
    ) -> Option<Ipv6Addr> {
        let candidates = self.addresses.all().filter(may).map(|own| Candidate {
            deprecated: own.deprecated,
            outgoing: port == Some(own.port),
            ..Candidate::plain(own.address, own.prefix_len)
        });
        select::source(destination, candidates).map(|own| own.address)
    }
}

/// What the choice between equal routes depends on: the flow label, where there is one; else the
/// first octets behind the header, as for IPv4 ([`Flow`]).
pub(super) fn flow(header: &Header, data: &[u8]) -> Flow {
    let mut head = [0; 6];
    let label = header.flow_label.to_be_bytes();
    let octets: &[u8] = match header.next_header {
        _ if header.flow_label != 0 => &label,
        Protocol::ICMPV6 => &chunk::<6>(data, 0),
        Protocol::TCP | Protocol::UDP | Protocol::SCTP => &chunk::<4>(data, 0),
        _ => &[],
    };
    head.iter_mut()
        .zip(octets)
        .for_each(|(to, from)| *to = *from);
    Flow {
        source: header.source.into(),
        destination: header.destination.into(),
        protocol: match header.flow_label {
            0 => header.next_header.0,
            _ => 0, // RFC 6438 §3: addresses and label say it all
        },
        head,
    }
}
