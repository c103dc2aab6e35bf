//! Our view of IPv6 extension headers: each decoded, encoded again, and its options walked.

use std::net::Ipv6Addr;

use layercake_network::Protocol;
use layercake_network::icmpv6::Ends;
use layercake_network::ipv6::Header;
use layercake_network::ipv6::extension::{
    Chain, Extension, FragmentHeader, Options, RoutingHeader, fragment, options, routing,
};

use crate::ours::Seen;

/// The option with the address that a mobile node is known by. RFC 6275 §6.3.
const HOME_ADDRESS: u8 = 0xc9;

/// Fields of a fragment header that codec and layout must tell alike.
const FRAGMENT_FIELDS: &[(&str, &str)] = &[
    ("ipv6.fraghdr.nxt", "Next Header"),
    ("ipv6.fraghdr.offset", "Fragment Offset"),
    ("ipv6.fraghdr.more", "M"),
    ("ipv6.fraghdr.ident", "Identification"),
];
const ROUTING_FIELDS: &[(&str, &str)] = &[
    ("ipv6.routing.nxt", "Next Header"),
    ("ipv6.routing.type", "Routing Type"),
    ("ipv6.routing.segleft", "Segments Left"),
];

/// What stands behind the extension headers.
pub(crate) struct Upper {
    pub(crate) protocol: Protocol,
    /// Octets of the packet in front of it.
    pub(crate) at: usize,
    /// Whose addresses its checksum covers.
    pub(crate) ends: Ends,
}

impl Seen {
    /// The chain behind an IPv6 header; `None` where nothing follows it that can be read.
    pub(crate) fn chain(&mut self, packet: &[u8], header: &Header) -> Option<Upper> {
        let mut chain = Chain::of(packet);
        let mut ends = (header.source, header.destination);
        for found in chain.by_ref() {
            let extension = self.got(found)?;
            match extension.kind {
                Protocol::IPV6_FRAG => self.fragment_header(&extension)?,
                Protocol::IPV6_ROUTE => self.routing_header(&extension, &mut ends)?,
                kind => self.options_header(kind, &extension, &mut ends)?,
            }
        }
        Some(Upper {
            protocol: chain.next_header(),
            at: chain.at(),
            ends,
        })
    }

    /// `None` for a fragment that is not all of its packet.
    fn fragment_header(&mut self, extension: &Extension<'_>) -> Option<()> {
        let own = self.got(FragmentHeader::decode(extension.octets))?;
        self.layers.push("ipv6.fraghdr");
        self.set("ipv6.fraghdr.nxt", own.next_header.0);
        self.set("ipv6.fraghdr.offset", own.fragment_offset);
        self.set("ipv6.fraghdr.more", u8::from(own.more_fragments));
        self.set(
            "ipv6.fraghdr.ident",
            format!("{:#010x}", own.identification),
        );
        self.laid(&fragment::LAYOUT, extension.octets, FRAGMENT_FIELDS);
        let wire = extension.octets;
        match wire[1] == 0 && wire[3] & 0b110 == 0 {
            true => self.same(&own.encode(), wire),
            false => self.left("ipv6.fraghdr", "reserved bits in use"),
        }
        if !own.is_atomic() {
            self.refused = Some("fragment".to_owned());
        }
        own.is_atomic().then_some(())
    }

    /// The last station of a route is where the packet goes in the end. RFC 8200 §8.1.
    fn routing_header(
        &mut self,
        extension: &Extension<'_>,
        ends: &mut Ends,
    ) -> Option<()> {
        let own = self.got(RoutingHeader::decode(extension.octets))?;
        self.layers.push("ipv6.routing");
        self.set("ipv6.routing.nxt", own.next_header.0);
        self.set("ipv6.routing.type", own.routing_type);
        self.set("ipv6.routing.segleft", own.segments_left);
        self.laid(&routing::LAYOUT, extension.octets, ROUTING_FIELDS);
        self.same(&own.encode(), extension.octets);
        let stations = extension.octets.get(8..).unwrap_or_default();
        let (stations, _) = stations.as_chunks::<16>();
        // Segment routing lists them from the last to the first. RFC 8754 §2.
        let last = match own.routing_type {
            0 | 2 => stations.last(),
            4 => stations.first(),
            _ => None,
        };
        if let Some(last) = last.filter(|_| own.segments_left > 0) {
            ends.1 = Ipv6Addr::from(*last);
        }
        Some(())
    }

    fn options_header(
        &mut self,
        kind: Protocol,
        extension: &Extension<'_>,
        ends: &mut Ends,
    ) -> Option<()> {
        let own = self.got(Options::decode(extension.octets))?;
        let (layer, next, layout) = match kind {
            Protocol::HOPOPT => {
                ("ipv6.hopopts", "ipv6.hopopts.nxt", &options::HOP_BY_HOP)
            }
            _ => ("ipv6.dstopts", "ipv6.dstopts.nxt", &options::DESTINATION),
        };
        self.layers.push(layer);
        self.set(next, own.next_header.0);
        self.laid(layout, extension.octets, &[(next, "Next Header")]);
        let mut again = vec![0; extension.octets.len()];
        own.encode(&mut again).unwrap();
        self.same(&again, extension.octets);
        for option in own.walk().map_while(Result::ok).map(|(_, option)| option) {
            self.options_seen += 1;
            if let (5, &[high, low]) = (option.kind.0, option.data) {
                self.set("ipv6.opt.router_alert", u16::from_be_bytes([high, low]));
            }
            if let (HOME_ADDRESS, Ok(home)) =
                (option.kind.0, <[u8; 16]>::try_from(option.data))
            {
                ends.0 = home.into();
            }
        }
        if let Some(Err(flaw)) = own.walk().find(Result::is_err) {
            self.refused = Some(format!("an option: {}", flaw.reason));
            return None;
        }
        let first = own.octets.first().filter(|kind| **kind != 0);
        if let (Some(kind), Some(length)) = (first, own.octets.get(1)) {
            self.set("ipv6.opt.type", format!("{kind:#04x}"));
            self.set("ipv6.opt.length", length);
        }
        Some(())
    }
}
