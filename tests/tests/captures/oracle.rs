//! What the crate etherparse, which shares no code with the layers, makes of a packet.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use etherparse::checksum::Sum16BitWords;
use etherparse::{
    Ipv4Header, Ipv6Header, LaxLinkExtSlice, LaxNetSlice, LaxSlicedPacket, LinkSlice,
};
use layercake_capfile::LinkType;

use crate::files::Packet;
use crate::reference::Frame;

/// The fields that etherparse is asked for, in the words of tshark: of link headers, and all.
pub(crate) const FIELDS: &[&str] = &[
    "eth.type",
    "vlan.id",
    "ip.hdr_len",
    "ip.dsfield",
    "ip.len",
    "ip.id",
    "ip.flags.df",
    "ip.flags.mf",
    "ip.frag_offset",
    "ip.ttl",
    "ip.proto",
    "ip.checksum.status",
    "ip.src",
    "ip.dst",
    "ipv6.tclass",
    "ipv6.flow",
    "ipv6.plen",
    "ipv6.nxt",
    "ipv6.hlim",
    "ipv6.src",
    "ipv6.dst",
    "udp.srcport",
    "udp.dstport",
    "udp.length",
    "udp.checksum.status",
    "tcp.srcport",
    "tcp.dstport",
    "tcp.seq_raw",
    "tcp.ack_raw",
    "tcp.hdr_len",
    "tcp.window_size_value",
    "tcp.urgent_pointer",
    "tcp.checksum.status",
    "icmp.type",
    "icmp.code",
    "icmp.checksum.status",
    "icmp.ident",
    "icmp.seq",
    "icmp.mtu",
    "icmp.pointer",
    "icmp.redir_gw",
    "icmp.originate_timestamp",
    "icmp.receive_timestamp",
    "icmp.transmit_timestamp",
    "icmpv6.type",
    "icmpv6.code",
    "icmpv6.checksum.status",
    "icmpv6.echo.identifier",
    "icmpv6.echo.sequence_number",
    "ipv6.hopopts.nxt",
    "ipv6.dstopts.nxt",
    "ipv6.routing.nxt",
    "ipv6.routing.type",
    "ipv6.routing.segleft",
    "ipv6.fraghdr.nxt",
    "ipv6.fraghdr.offset",
    "ipv6.fraghdr.more",
    "ipv6.fraghdr.ident",
    "icmpv6.mtu",
    "icmpv6.pointer",
    "icmpv6.nd.ra.cur_hop_limit",
    "icmpv6.nd.ra.flag.m",
    "icmpv6.nd.ra.flag.o",
    "icmpv6.nd.ra.router_lifetime",
    "icmpv6.nd.ra.reachable_time",
    "icmpv6.nd.ra.retrans_timer",
    "icmpv6.nd.ns.target_address",
    "icmpv6.nd.na.flag.r",
    "icmpv6.nd.na.flag.s",
    "icmpv6.nd.na.flag.o",
    "icmpv6.nd.na.target_address",
    "icmpv6.nd.rd.target_address",
    "icmpv6.rd.na.destination_address",
    "icmpv6.opt.src_linkaddr",
    "icmpv6.opt.target_linkaddr",
    "icmpv6.opt.prefix.length",
    "icmpv6.opt.prefix.flag.l",
    "icmpv6.opt.prefix.flag.a",
    "icmpv6.opt.prefix.valid_lifetime",
    "icmpv6.opt.prefix.preferred_lifetime",
    "icmpv6.opt.prefix",
    "icmpv6.opt.mtu",
];

/// The same without those of link headers.
pub(crate) const INTERNET: &[&str] = FIELDS.split_at(2).1;

/// The headers of an Ethernet frame or IP packet; `None` for anything else.
pub(crate) fn look(packet: &Packet) -> Option<Frame> {
    let mut frame = nothing();
    match packet.link_type {
        LinkType::ETHERNET => {
            let sliced = LaxSlicedPacket::from_ethernet(&packet.octets).ok()?;
            frame.link(&sliced);
            let tagged = sliced.link_exts.iter();
            let mac_sec = tagged.filter(|tag| !matches!(tag, LaxLinkExtSlice::Vlan(_)));
            if mac_sec.count() == 0 {
                frame.network(&sliced, &packet.octets)?;
            }
        }
        LinkType::IPV4 | LinkType::IPV6 => {
            frame.network(
                &LaxSlicedPacket::from_ip(&packet.octets).ok()?,
                &packet.octets,
            )?;
        }
        LinkType::RAW | LinkType::RAW_BSD => {
            frame.layers.push("raw".to_owned());
            frame.network(
                &LaxSlicedPacket::from_ip(&packet.octets).ok()?,
                &packet.octets,
            )?;
        }
        _ => return None,
    }
    Some(frame)
}

/// The headers of an IP packet, behind the link headers that others have seen.
pub(crate) fn internet(link: &[&str], packet: &[u8]) -> Frame {
    let mut frame = nothing();
    for name in link {
        frame.layer(name);
    }
    match LaxSlicedPacket::from_ip(packet) {
        Ok(sliced) => {
            let _none_is_left_out = frame.network(&sliced, packet);
            let error = sliced.stop_err.map(|(error, _)| error.to_string());
            frame.stopped = frame.stopped.or(error);
        }
        Err(error) => frame.stopped = Some(error.to_string()),
    }
    frame
}

fn nothing() -> Frame {
    Frame {
        layers: Vec::new(),
        fields: BTreeMap::new(),
        stopped: None,
    }
}

impl Frame {
    pub(crate) fn layer(&mut self, name: &str) {
        self.layers.push(name.to_owned());
    }

    pub(crate) fn set(&mut self, name: &str, value: impl ToString) {
        let fields = self.fields.entry(name.to_owned());
        fields.or_insert(value.to_string());
    }

    fn link(&mut self, sliced: &LaxSlicedPacket<'_>) {
        if let Some(LinkSlice::Ethernet2(slice)) = &sliced.link {
            self.layer("eth");
            self.set("eth.type", format!("{:#06x}", slice.ether_type().0));
        }
        let mut outer = sliced.link.as_ref().and_then(|link| match link {
            LinkSlice::Ethernet2(slice) => Some(slice.ether_type().0),
            _ => None,
        });
        for extension in &sliced.link_exts {
            let LaxLinkExtSlice::Vlan(tag) = extension else {
                return;
            };
            if outer == Some(0x8100) {
                self.layer("vlan");
                self.set("vlan.id", tag.vlan_identifier().value());
            } else {
                self.layer("ieee8021ad");
            }
            outer = Some(tag.ether_type().0);
        }
    }

    /// `None` for what etherparse refuses to look at.
    fn network(&mut self, sliced: &LaxSlicedPacket<'_>, whole: &[u8]) -> Option<()> {
        let payload = match sliced.net.as_ref()? {
            LaxNetSlice::Ipv4(slice) => {
                let header = slice.header().to_header();
                self.layer("ip");
                self.ipv4(&header, sum(slice.header().slice()) == 0);
                self.transport(sliced, header.source.into(), header.destination.into());
                return Some(());
            }
            LaxNetSlice::Ipv6(slice) => slice,
            LaxNetSlice::Arp(_) => {
                self.layer("arp");
                return Some(());
            }
        };
        let header = payload.header().to_header();
        self.layer("ipv6");
        self.ipv6(&header);
        let start = payload.header().slice().as_ptr().addr() - whole.as_ptr().addr();
        let packet = &whole[start..];
        let length = Ipv6Header::LEN + usize::from(header.payload_length);
        if header.payload_length > 0 {
            let rest = &packet[Ipv6Header::LEN..length.min(packet.len())];
            let ends = (header.source_addr(), header.destination_addr());
            self.behind_ipv6(header.next_header.0, rest, ends);
        }
        // See `oracle_v6` for what it does not sum up.
        let elsewhere = self
            .fields
            .get("ipv6.routing.segleft")
            .is_some_and(|left| left != "0")
            || self.fields.contains_key("ipv6.dstopts.nxt");
        if packet.len() < length || elsewhere {
            self.unverified();
        }
        Some(())
    }

    /// What the checksum covers is not all there, as tshark's status 2.
    pub(crate) fn unverified(&mut self) {
        for (name, value) in &mut self.fields {
            if name.ends_with(".status") && name != "ip.checksum.status" {
                *value = "2".to_owned();
            }
        }
    }

    fn ipv4(&mut self, header: &Ipv4Header, good: bool) {
        let class = header.dscp.value() << 2 | header.ecn.value();
        self.set("ip.hdr_len", header.header_len());
        self.set("ip.dsfield", format!("{class:#04x}"));
        self.set("ip.len", header.total_len);
        self.set("ip.id", format!("{:#06x}", header.identification));
        self.set("ip.flags.df", u8::from(header.dont_fragment));
        self.set("ip.flags.mf", u8::from(header.more_fragments));
        self.set("ip.frag_offset", header.fragment_offset.value());
        self.set("ip.ttl", header.time_to_live);
        self.set("ip.proto", header.protocol.0);
        self.set("ip.src", Ipv4Addr::from(header.source));
        self.set("ip.dst", Ipv4Addr::from(header.destination));
        self.status("ip", good);
    }

    fn ipv6(&mut self, header: &Ipv6Header) {
        self.set("ipv6.tclass", format!("{:#010x}", header.traffic_class));
        self.set("ipv6.flow", format!("{:#08x}", header.flow_label.value()));
        self.set("ipv6.plen", header.payload_length);
        self.set("ipv6.nxt", header.next_header.0);
        self.set("ipv6.hlim", header.hop_limit);
        self.set("ipv6.src", header.source_addr());
        self.set("ipv6.dst", header.destination_addr());
    }

    pub(crate) fn status(&mut self, protocol: &str, good: bool) {
        self.set(&format!("{protocol}.checksum.status"), u8::from(good));
    }
}

pub(crate) fn sum(octets: &[u8]) -> u16 {
    Sum16BitWords::new().add_slice(octets).ones_complement()
}
