//! Packets of this node: the header that its user wants, and the way.
//!
//! Spec: RFC 791 §3.1; RFC 1122 §3.2.1 (fields), §3.3.4.3 (source address); RFC 1191 §3.
//! Not here: packets of others (`forward`).

use core::net::{IpAddr, Ipv4Addr};

use layercake_base::{Context, Ici, Instant, Notice, Pdu, Reason};

use super::way::Way;
use super::{Header, Ipv4, Options};
use crate::Protocol;
use crate::icmp::Unreachable;
use crate::icmp::unreachable::Code;

impl Ipv4 {
    /// A header for a packet of this node, with a time to live and an identification of its
    /// own. `data` counts octets. A packet that `may` be fragmented must not while there is no
    /// number for it that is not on its way already (RFC 6864 §4.3).
    pub(super) fn header(
        &mut self,
        (source, destination): (Ipv4Addr, Ipv4Addr),
        protocol: Protocol,
        data: usize,
        (may, now): (bool, Instant),
    ) -> Result<Header, Reason> {
        let most = usize::from(u16::MAX) - Header::SHORTEST;
        let fits = u16::try_from(data).ok().filter(|_| data <= most);
        let length = fits.ok_or(Reason::TooLong {
            field: "data of an IPv4 packet",
            have: data,
            most,
        })?;
        let (ends, numbers) = ((source, destination), &mut self.identifications);
        let unique = may.then(|| numbers.unique(ends, protocol, now)).flatten();
        Ok(Header {
            time_to_live: self.default_ttl,
            dont_fragment: unique.is_none(),
            identification: unique.unwrap_or_else(|| numbers.next(ends, protocol)),
            ..Header::new(source, destination, protocol, length)
        })
    }

    /// The header that the user of this layer asks for.
    pub(super) fn header_for(
        &mut self,
        sdu: &Pdu,
        now: Instant,
    ) -> Result<Header, Reason> {
        let ici = *sdu.ici();
        let destination = destination_for(&ici)?;
        let source = match ici.source {
            Some(IpAddr::V4(source)) => source,
            Some(address) => return Err(not_ipv4("Source Address", address)),
            None => self.source_towards(destination),
        };
        let (field, value) = ("Protocol", ici.next.into());
        let protocol = u8::try_from(ici.next);
        let protocol = protocol.map_err(|_| Reason::Unhandled { field, value })?;
        let hops = ici.hops.unwrap_or(self.default_ttl);
        Reason::require(hops != 0, "Time to Live", hops, "must not be 0")?;
        let ends = (source, destination);
        let options = match ici.network_header {
            0..=Header::SHORTEST => Options::NONE,
            _ => self.options_for(sdu, ends, now),
        };
        let data = sdu.len() + options.octets().len();
        let may = !ici.dont_fragment;
        let header = self.header(ends, Protocol(protocol), data, (may, now))?;
        Ok(Header {
            options,
            type_of_service: ici.class,
            time_to_live: hops,
            identification: ici.identification.unwrap_or(header.identification),
            ..header
        })
    }

    /// Where a packet of this node goes; `None` when to this node itself. Only there may its
    /// source be loopback, a broadcast or nobody's: RFC 1122 §3.2.1.3 (a), (c), (d), (g). The
    /// exception of (a), a host that asks for its address (DHCP), is not here. `known_mtu` is
    /// what the path was told to take (RFC 1191 §3), which may be less than the first network.
    pub(super) fn plan(
        &mut self,
        packet: &Pdu,
        header: &Header,
        known_mtu: Option<u16>,
    ) -> Result<Option<Way>, Reason> {
        if self.is_own(header.destination) {
            return Ok(None);
        }
        let (source, rule) = (header.source, "must not leave this node");
        Reason::require(self.is_host(source), "Source Address", source, rule)?;
        let data = packet.octets().get(header.octets()..).unwrap_or_default();
        let way = self.way(header, data, packet.ici().port);
        let mut way = way.ok_or_else(|| no_route(header.destination))?;
        way.mtu = way.mtu.min(known_mtu.unwrap_or(u16::MAX));
        way.fits(header)?;
        Ok(Some(way))
    }

    /// The user's packet cannot go out: says so upwards. RFC 1122 §3.2.2.1, RFC 1191 §3.
    pub(super) fn tell_user(
        &mut self,
        packet: &Pdu,
        header: &Header,
        why: &Reason,
        cx: &mut Context<'_>,
    ) {
        match *why {
            Reason::TooLong { most: mtu, .. } if header.dont_fragment => {
                let destination = header.destination.into();
                cx.notify_up(Notice::PathMtu { destination, mtu });
                let error = Unreachable {
                    next_hop_mtu: u16::try_from(mtu).unwrap_or(u16::MAX),
                    ..Unreachable::new(Code::FRAGMENTATION_NEEDED)
                };
                self.report(packet, header, error.into(), cx);
            }
            Reason::DeadEnd { .. } => {
                self.report(packet, header, Unreachable::new(Code::NET).into(), cx);
            }
            _ => (), // the user's own doing
        }
    }
}

/// Where the user wants a packet to go.
fn destination_for(ici: &Ici) -> Result<Ipv4Addr, Reason> {
    let field = "Destination Address";
    match ici.destination {
        Some(IpAddr::V4(address)) => {
            let known = !address.is_unspecified();
            Reason::require(known, field, address, "is no destination")?;
            Ok(address)
        }
        Some(address) => Err(not_ipv4(field, address)),
        None => Err(Reason::NoWay("no destination address")),
    }
}

fn not_ipv4(field: &'static str, address: IpAddr) -> Reason {
    Reason::dead_end(field, address, "is not an IPv4 address")
}

/// No entry in the table of routes leads to `destination`.
pub(super) fn no_route(destination: Ipv4Addr) -> Reason {
    Reason::dead_end("Destination Address", destination, "has no route here")
}
