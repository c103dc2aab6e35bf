//! Packets of this node: the header that its user wants, and the way.
//!
//! A packet that no user gave a flow label gets one that is the same for all packets with the
//! same ends, protocol and ports, and that nobody can foresee who does not know what it is drawn
//! from.
//!
//! Spec: RFC 8200 §3; RFC 4291 §2.5.2, §2.5.3, §2.7 (sources that do not leave a node); RFC 6437
//! §3 (flow label); RFC 4861 §6.3.2 (hop limit).
//! Not here: packets of others (`forward`).

use core::net::{IpAddr, Ipv6Addr};

use layercake_base::{Context, Ici, Instant, Notice, Pdu, Reason};

use super::extension::Chain;
use super::scope::{Scope, is_one_host};
use super::sent::Flow;
use super::way::{Way, flow};
use super::{Header, Ipv6};
use crate::Protocol;
use crate::icmpv6::{PacketTooBig, Unreachable};

impl Ipv6 {
    /// The header that the user of this layer asks for.
    pub(super) fn header_for(
        &mut self,
        sdu: &Pdu,
        cx: &mut Context<'_>,
    ) -> Result<Header, Reason> {
        let ici = *sdu.ici();
        let destination = destination_for(&ici)?;
        let source = match ici.source {
            Some(IpAddr::V6(source)) => source,
            Some(address) => return Err(not_ipv6("Source Address", address)),
            None if ici.group => self
                .source_at(ici.port, destination)
                .unwrap_or(Ipv6Addr::UNSPECIFIED),
            None => self
                .source_towards(destination, ici.port)
                .unwrap_or_else(|| self.nobody(destination, ici.port)),
        };
        let (field, value) = ("Next Header", ici.next.into());
        let protocol = u8::try_from(ici.next);
        let protocol = protocol.map_err(|_| Reason::Unhandled { field, value })?;
        let header = self.header((source, destination), Protocol(protocol), sdu.len())?;
        let hops = self.hop_limit_towards(destination, ici.port);
        let hops = ici.hops.unwrap_or(hops);
        Reason::require(hops != 0, "Hop Limit", hops, "must not be 0")?;
        let header = Header {
            traffic_class: ici.class,
            flow_label: ici.flow_label & Header::MOST_FLOW_LABEL,
            hop_limit: hops,
            ..header
        };
        Ok(match header.flow_label {
            0 => self.labelled(header, sdu.octets(), cx),
            _ => header,
        })
    }

    /// The source where no address will do: what goes nowhere comes from this node all the same,
    /// so that its user can be told.
    fn nobody(&self, destination: Ipv6Addr, zone: u16) -> Ipv6Addr {
        match self.port_towards(destination, zone) {
            Some(_) => Ipv6Addr::UNSPECIFIED,
            None => Ipv6Addr::LOCALHOST,
        }
    }

    /// A header for a packet of this node. `data` counts octets.
    pub(super) fn header(
        &self,
        (source, destination): (Ipv6Addr, Ipv6Addr),
        next_header: Protocol,
        data: usize,
    ) -> Result<Header, Reason> {
        let length = u16::try_from(data).map_err(|_| Reason::TooLong {
            field: "data of an IPv6 packet",
            have: data,
            most: u16::MAX.into(),
        })?;
        Ok(Header {
            traffic_class: 0,
            flow_label: 0,
            payload_length: length,
            next_header,
            hop_limit: self.default_hop_limit,
            source,
            destination,
        })
    }

    /// The same header with a flow label. RFC 6437 §3.
    pub(super) fn labelled(
        &mut self,
        header: Header,
        data: &[u8],
        cx: &mut Context<'_>,
    ) -> Header {
        let secret = *self.secret.get_or_insert_with(|| cx.rng().next_u64());
        let mut flow = flow(&header, data);
        if header.next_header == Protocol::ICMPV6 {
            // All questions and answers of one ping, which share type and identifier.
            let [kind, _, _, _, high, low] = flow.head;
            flow.head = match kind {
                128 | 129 => [0, 0, 0, 0, high, low],
                _ => [kind, 0, 0, 0, 0, 0],
            };
        }
        let [a, b, c, ..] = flow.hash(secret).to_be_bytes();
        let label = u32::from_be_bytes([0, a, b, c]) >> 4;
        Header {
            flow_label: label.max(1),
            ..header
        }
    }

    /// What routers on the link say, or the configuration.
    fn hop_limit_towards(&self, destination: Ipv6Addr, zone: u16) -> u8 {
        let port = self.port_towards(destination, zone);
        let link = self.links.iter().find(|link| Some(link.port) == port);
        let told = link.and_then(|link| link.hop_limit);
        told.unwrap_or(self.default_hop_limit)
    }

    /// Where a packet of this node goes; `None` when to this node itself. Only there may its
    /// source be loopback or a group; nobody's (::) may ask a group who is there. `known_mtu` is
    /// what the path was told to take (RFC 8201 §4), which may be less than the first link.
    pub(super) fn plan(
        &mut self,
        packet: &Pdu,
        header: &Header,
        known_mtu: Option<u16>,
    ) -> Result<Option<Way>, Reason> {
        let (source, destination) = (header.source, header.destination);
        let zone = packet.ici().port;
        let inside = destination.is_multicast()
            && Scope::of(destination) <= Scope::INTERFACE
            && self.addresses.hears(destination, zone);
        if inside || self.addresses.has(destination, zone) {
            return Ok(None);
        }
        let rule = "must not leave this node";
        let wide = Scope::of(destination) > Scope::INTERFACE;
        Reason::require(wide, "Destination Address", destination, rule)?;
        let data = packet.octets().get(Header::OCTETS..).unwrap_or_default();
        let way = self.way(header, data, zone);
        let mut way = way.ok_or_else(|| no_route(destination))?;
        let nobody = source.is_unspecified() && destination.is_multicast();
        let may = is_one_host(source) || nobody;
        Reason::require(may, "Source Address", source, rule)?;
        way.mtu = way.mtu.min(known_mtu.map_or(usize::MAX, usize::from));
        if packet.ici().dont_fragment {
            way.fits(packet.len())?;
        }
        Ok(Some(way))
    }

    /// Remembers that such a packet goes out, so that an error about it can be true.
    pub(super) fn note(
        &mut self,
        packet: &Pdu,
        header: &Header,
        way: &Way,
        now: Instant,
    ) {
        let upper = Chain::of(packet.octets()).end();
        let flow = Flow {
            source: header.source,
            destination: header.destination,
            protocol: upper.map_or(header.next_header, |chain| chain.next_header()),
        };
        self.sent.note(flow, packet.len().min(way.mtu), now);
    }

    /// The user's packet cannot go out: says so upwards.
    pub(super) fn tell_user(
        &mut self,
        packet: &Pdu,
        header: &Header,
        why: &Reason,
        cx: &mut Context<'_>,
    ) {
        match *why {
            Reason::TooLong { most: mtu, .. } if packet.ici().dont_fragment => {
                let destination = header.destination.into();
                cx.notify_up(Notice::PathMtu { destination, mtu });
                let mtu = u32::try_from(mtu).unwrap_or(u32::MAX);
                self.report(packet, header, PacketTooBig { mtu }.into(), cx);
            }
            Reason::DeadEnd { .. } => {
                self.report(packet, header, Unreachable::NO_ROUTE.into(), cx);
            }
            _ => (), // the user's own doing
        }
    }
}

/// Where the user wants a packet to go.
fn destination_for(ici: &Ici) -> Result<Ipv6Addr, Reason> {
    let field = "Destination Address";
    match ici.destination {
        Some(IpAddr::V6(address)) => {
            let known = !address.is_unspecified() && address.to_ipv4_mapped().is_none();
            Reason::require(known, field, address, "is no destination")?;
            Ok(address)
        }
        Some(address) => Err(not_ipv6(field, address)),
        None => Err(Reason::NoWay("no destination address")),
    }
}

fn not_ipv6(field: &'static str, address: IpAddr) -> Reason {
    Reason::dead_end(field, address, "is not an IPv6 address")
}

/// No entry in the table of routes leads to `destination`, and no router takes it.
pub(super) fn no_route(destination: Ipv6Addr) -> Reason {
    Reason::dead_end("Destination Address", destination, "has no route here")
}
