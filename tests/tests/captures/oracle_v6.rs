//! What etherparse makes of IPv6 extension headers and of neighbour discovery.
//!
//! Weak here, so tshark alone is the witness: it reads no options of hop-by-hop and destination
//! headers; of neighbour discovery it knows the options 1 to 5 and no preferences; its own walk
//! over the chain stops at a header that comes twice (so the chain is walked here, by its slices);
//! it computes checksums over the addresses of the IPv6 header, not over the end of a route or a
//! home address.

use std::net::Ipv6Addr;

use etherparse::icmpv6::{Icmpv6PayloadSlice, NdpOptionSlice, NdpOptionsIterator};
use etherparse::{
    Icmpv6Slice, Icmpv6Type, Ipv6FragmentHeaderSlice, Ipv6RawExtHeaderSlice, TcpSlice,
    UdpSlice,
};

use crate::reference::Frame;

impl Frame {
    /// Extension headers, then what follows them.
    pub(crate) fn behind_ipv6(
        &mut self,
        mut next: u8,
        mut rest: &[u8],
        (source, destination): (Ipv6Addr, Ipv6Addr),
    ) {
        while let Some((behind, octets)) = self.extension(next, rest) {
            (next, rest) = (behind, &rest[octets..]);
        }
        let (from, to) = (source.octets(), destination.octets());
        match next {
            17 => match UdpSlice::from_slice_lax(rest) {
                Ok(slice) => self.udp(&slice, source.into(), destination.into()),
                Err(error) => self.stopped = Some(error.to_string()),
            },
            6 => match TcpSlice::from_slice(rest) {
                Ok(slice) => self.tcp(&slice, source.into(), destination.into()),
                Err(error) => self.stopped = Some(error.to_string()),
            },
            58 => match Icmpv6Slice::from_slice(rest) {
                Ok(slice) => self.icmpv6(&slice, from, to),
                Err(error) => self.stopped = Some(error.to_string()),
            },
            _ => {}
        }
    }

    /// One extension header: what follows it, and its octets. `None` at the end of the chain.
    fn extension(&mut self, kind: u8, rest: &[u8]) -> Option<(u8, usize)> {
        let layer = match kind {
            0 => "ipv6.hopopts",
            43 => "ipv6.routing",
            60 => "ipv6.dstopts",
            44 => return self.fragment(rest),
            _ => return None,
        };
        let slice = match Ipv6RawExtHeaderSlice::from_slice(rest) {
            Ok(slice) => slice,
            Err(error) => {
                self.stopped = Some(error.to_string());
                return None;
            }
        };
        self.layer(layer);
        let next = slice.next_header().0;
        self.set(&format!("{layer}.nxt"), next);
        if let (43, [kind, left, ..]) = (kind, slice.payload()) {
            self.set("ipv6.routing.type", kind);
            self.set("ipv6.routing.segleft", left);
        }
        Some((next, slice.slice().len()))
    }

    /// `None` too for a fragment that is not all of its packet.
    fn fragment(&mut self, rest: &[u8]) -> Option<(u8, usize)> {
        let slice = Ipv6FragmentHeaderSlice::from_slice(rest).ok()?;
        self.layer("ipv6.fraghdr");
        self.set("ipv6.fraghdr.nxt", slice.next_header().0);
        self.set("ipv6.fraghdr.offset", slice.fragment_offset().value());
        self.set("ipv6.fraghdr.more", u8::from(slice.more_fragments()));
        self.set(
            "ipv6.fraghdr.ident",
            format!("{:#010x}", slice.identification()),
        );
        let next = (slice.next_header().0, slice.slice().len());
        (!slice.is_fragmenting_payload()).then_some(next)
    }

    pub(crate) fn icmpv6(
        &mut self,
        slice: &Icmpv6Slice<'_>,
        from: [u8; 16],
        to: [u8; 16],
    ) {
        self.layer("icmpv6");
        self.set("icmpv6.type", slice.type_u8());
        self.set("icmpv6.code", slice.code_u8());
        self.status("icmpv6", slice.is_checksum_valid(from, to));
        match slice.icmp_type() {
            Icmpv6Type::EchoRequest(echo) | Icmpv6Type::EchoReply(echo) => {
                self.set("icmpv6.echo.identifier", format!("{:#06x}", echo.id));
                self.set("icmpv6.echo.sequence_number", echo.seq);
            }
            Icmpv6Type::PacketTooBig { mtu } => self.set("icmpv6.mtu", mtu),
            Icmpv6Type::ParameterProblem(problem) => {
                self.set("icmpv6.pointer", problem.pointer)
            }
            Icmpv6Type::RouterAdvertisement(own) => {
                self.set("icmpv6.nd.ra.cur_hop_limit", own.cur_hop_limit);
                self.set("icmpv6.nd.ra.flag.m", u8::from(own.managed_address_config));
                self.set("icmpv6.nd.ra.flag.o", u8::from(own.other_config));
                self.set("icmpv6.nd.ra.router_lifetime", own.router_lifetime);
            }
            Icmpv6Type::NeighborAdvertisement(own) => {
                self.set("icmpv6.nd.na.flag.r", u8::from(own.router));
                self.set("icmpv6.nd.na.flag.s", u8::from(own.solicited));
                self.set("icmpv6.nd.na.flag.o", u8::from(own.r#override));
            }
            _ => {}
        }
        if let Ok(payload) = slice.payload_slice() {
            self.discovery(&payload);
        }
    }

    fn discovery(&mut self, payload: &Icmpv6PayloadSlice<'_>) {
        use Icmpv6PayloadSlice as Is;
        match payload {
            Is::RouterSolicitation(own) => self.options(own.options_iterator()),
            Is::RouterAdvertisement(own) => {
                self.set("icmpv6.nd.ra.reachable_time", own.reachable_time());
                self.set("icmpv6.nd.ra.retrans_timer", own.retrans_timer());
                self.options(own.options_iterator());
            }
            Is::NeighborSolicitation(own) => {
                self.set("icmpv6.nd.ns.target_address", own.target_address());
                self.options(own.options_iterator());
            }
            Is::NeighborAdvertisement(own) => {
                self.set("icmpv6.nd.na.target_address", own.target_address());
                self.options(own.options_iterator());
            }
            Is::Redirect(own) => {
                let to = own.destination_address();
                self.set("icmpv6.nd.rd.target_address", own.target_address());
                self.set("icmpv6.rd.na.destination_address", to);
                self.options(own.options_iterator());
            }
            _ => {}
        }
    }

    fn options(&mut self, options: NdpOptionsIterator<'_>) {
        for option in options.flatten() {
            match option {
                NdpOptionSlice::SourceLinkLayerAddress(own) => {
                    self.set("icmpv6.opt.src_linkaddr", colons(own.link_layer_address()));
                }
                NdpOptionSlice::TargetLinkLayerAddress(own) => {
                    self.set(
                        "icmpv6.opt.target_linkaddr",
                        colons(own.link_layer_address()),
                    );
                }
                NdpOptionSlice::PrefixInformation(own) => {
                    let own = own.prefix_information();
                    let (valid, preferred) = (own.valid_lifetime, own.preferred_lifetime);
                    let autonomous = own.autonomous_address_configuration;
                    self.set("icmpv6.opt.prefix.length", own.prefix_length);
                    self.set("icmpv6.opt.prefix.flag.l", u8::from(own.on_link));
                    self.set("icmpv6.opt.prefix.flag.a", u8::from(autonomous));
                    self.set("icmpv6.opt.prefix.valid_lifetime", valid);
                    self.set("icmpv6.opt.prefix.preferred_lifetime", preferred);
                    self.set("icmpv6.opt.prefix", Ipv6Addr::from(own.prefix));
                }
                NdpOptionSlice::Mtu(own) => self.set("icmpv6.opt.mtu", own.mtu()),
                _ => {}
            }
        }
    }
}

fn colons(octets: &[u8]) -> String {
    let octets: Vec<_> = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    octets.join(":")
}
