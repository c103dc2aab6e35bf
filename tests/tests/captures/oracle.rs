//! What the crate etherparse, which shares no code with the layers, makes of a packet.

use std::collections::BTreeMap;
use std::net::IpAddr;

use etherparse::checksum::Sum16BitWords;
use etherparse::{
    Icmpv4Slice, LaxLinkExtSlice, LaxNetSlice, LaxSlicedPacket, LinkSlice, TcpSlice,
    TransportSlice, UdpSlice,
};
use layercake_capfile::LinkType;

use crate::files::Packet;
use crate::reference::Frame;

/// The fields that etherparse is asked for, in the words of tshark.
pub(crate) const FIELDS: &[&str] = &[
    "eth.type",
    "vlan.id",
    "ip.hdr_len",
    "ip.len",
    "ip.ttl",
    "ip.proto",
    "ip.checksum.status",
    "ipv6.plen",
    "ipv6.nxt",
    "ipv6.hlim",
    "udp.srcport",
    "udp.dstport",
    "udp.length",
    "udp.checksum.status",
    "tcp.srcport",
    "tcp.dstport",
    "tcp.seq_raw",
    "tcp.hdr_len",
    "tcp.checksum.status",
    "icmp.type",
    "icmp.code",
    "icmp.checksum.status",
    "icmpv6.type",
    "icmpv6.code",
    "icmpv6.checksum.status",
];

/// The headers of an Ethernet frame or IP packet; `None` for anything else.
pub(crate) fn look(packet: &Packet) -> Option<Frame> {
    let mut frame = Frame {
        layers: Vec::new(),
        fields: BTreeMap::new(),
    };
    match packet.link_type {
        LinkType::ETHERNET => {
            let sliced = LaxSlicedPacket::from_ethernet(&packet.octets).ok()?;
            frame.link(&sliced);
            let tagged = sliced.link_exts.iter();
            let mac_sec = tagged.filter(|tag| !matches!(tag, LaxLinkExtSlice::Vlan(_)));
            if mac_sec.count() == 0 {
                frame.network(&sliced)?;
            }
        }
        LinkType::IPV4 | LinkType::IPV6 => {
            frame.network(&LaxSlicedPacket::from_ip(&packet.octets).ok()?)?;
        }
        LinkType::RAW | LinkType::RAW_BSD => {
            frame.layers.push("raw".to_owned());
            frame.network(&LaxSlicedPacket::from_ip(&packet.octets).ok()?)?;
        }
        _ => return None,
    }
    Some(frame)
}

impl Frame {
    fn layer(&mut self, name: &str) {
        self.layers.push(name.to_owned());
    }

    fn set(&mut self, name: &str, value: impl ToString) {
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
    fn network(&mut self, sliced: &LaxSlicedPacket<'_>) -> Option<()> {
        let payload = match sliced.net.as_ref()? {
            LaxNetSlice::Ipv4(slice) => {
                let header = slice.header().to_header();
                self.layer("ip");
                self.set("ip.hdr_len", header.header_len());
                self.set("ip.len", header.total_len);
                self.set("ip.ttl", header.time_to_live);
                self.set("ip.proto", header.protocol.0);
                self.status("ip", sum(slice.header().slice()) == 0);
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
        self.set("ipv6.plen", header.payload_length);
        self.set("ipv6.nxt", header.next_header.0);
        self.set("ipv6.hlim", header.hop_limit);
        // Behind extension headers, which the layers do not read, etherparse goes on.
        if payload.payload().ip_number == header.next_header {
            self.transport(sliced, header.source.into(), header.destination.into());
        }
        Some(())
    }

    fn status(&mut self, protocol: &str, good: bool) {
        self.set(&format!("{protocol}.checksum.status"), u8::from(good));
    }

    /// Of a body that is not all there the checksum stays open, as tshark's status 2.
    fn transport(
        &mut self,
        sliced: &LaxSlicedPacket<'_>,
        source: IpAddr,
        destination: IpAddr,
    ) {
        let whole = sliced
            .ip_payload()
            .is_some_and(|payload| !payload.incomplete);
        match &sliced.transport {
            Some(TransportSlice::Udp(slice)) => self.udp(slice, source, destination),
            Some(TransportSlice::Tcp(slice)) => self.tcp(slice, source, destination),
            Some(TransportSlice::Icmpv4(slice)) => self.icmp(slice),
            Some(TransportSlice::Icmpv6(slice)) => {
                self.layer("icmpv6");
                self.set("icmpv6.type", slice.type_u8());
                self.set("icmpv6.code", slice.code_u8());
                if let (IpAddr::V6(source), IpAddr::V6(destination)) =
                    (source, destination)
                {
                    let good =
                        slice.is_checksum_valid(source.octets(), destination.octets());
                    self.status("icmpv6", good);
                }
            }
            _ => {}
        }
        if !whole {
            for (name, value) in &mut self.fields {
                if name.ends_with(".status") && name != "ip.checksum.status" {
                    *value = "2".to_owned();
                }
            }
        }
    }

    fn udp(&mut self, slice: &UdpSlice<'_>, source: IpAddr, destination: IpAddr) {
        let header = slice.to_header();
        self.layer("udp");
        self.set("udp.srcport", header.source_port);
        self.set("udp.dstport", header.destination_port);
        self.set("udp.length", header.length);
        let payload = slice.payload();
        let computed = match (source, destination) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => header
                .calc_checksum_ipv4_raw(source.octets(), destination.octets(), payload),
            (IpAddr::V6(source), IpAddr::V6(destination)) => header
                .calc_checksum_ipv6_raw(source.octets(), destination.octets(), payload),
            _ => unreachable!(),
        };
        match header.checksum {
            0 if source.is_ipv4() => self.set("udp.checksum.status", 3),
            found => self.status("udp", computed.unwrap() == found),
        }
    }

    fn tcp(&mut self, slice: &TcpSlice<'_>, source: IpAddr, destination: IpAddr) {
        self.layer("tcp");
        self.set("tcp.srcport", slice.source_port());
        self.set("tcp.dstport", slice.destination_port());
        self.set("tcp.seq_raw", slice.sequence_number());
        self.set("tcp.hdr_len", usize::from(slice.data_offset()) * 4);
        let computed = match (source, destination) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => {
                slice.calc_checksum_ipv4(source.octets(), destination.octets())
            }
            (IpAddr::V6(source), IpAddr::V6(destination)) => {
                slice.calc_checksum_ipv6(source.octets(), destination.octets())
            }
            _ => unreachable!(),
        };
        self.status("tcp", computed.unwrap() == slice.checksum());
    }

    fn icmp(&mut self, slice: &Icmpv4Slice<'_>) {
        self.layer("icmp");
        self.set("icmp.type", slice.type_u8());
        self.set("icmp.code", slice.code_u8());
        self.status("icmp", sum(slice.slice()) == 0);
    }
}

fn sum(octets: &[u8]) -> u16 {
    Sum16BitWords::new().add_slice(octets).ones_complement()
}
