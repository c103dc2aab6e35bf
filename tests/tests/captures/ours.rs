//! A packet as the codecs of the layers see it, in the words of tshark.
//!
//! Each header is decoded, encoded again and compared with its octets on the way.

use std::collections::BTreeMap;

use layercake_base::Reason;
use layercake_capfile::LinkType;
use layercake_datalink::llc::snap;
use layercake_datalink::lldp::{Lldpdu, Tlv};
use layercake_datalink::stp::Bpdu;
use layercake_datalink::{EtherType, arp, ether_type, ethernet, llc, ppp, vlan};

use crate::files::Packet;

/// Status of a checksum in tshark: wrong.
pub(crate) const BAD: &str = "0";
/// Status of a checksum in tshark: right.
pub(crate) const GOOD: &str = "1";

/// The outermost headers of a packet.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// tshark's names of the protocols, outermost first.
    pub(crate) layers: Vec<&'static str>,
    /// tshark's names of the fields, and their values as tshark writes them.
    pub(crate) fields: BTreeMap<&'static str, String>,
    /// Octets of headers that came out again as they went in.
    pub(crate) encoded: usize,
    /// Headers that did not.
    pub(crate) changed: Vec<String>,
    /// Why the walk ended before its time: what a decoder refused.
    pub(crate) refused: Option<String>,
    /// Layers that were not encoded again, and why.
    pub(crate) left: Vec<(&'static str, String)>,
    /// Fields that the layout of their header tells as the codec does.
    pub(crate) laid: usize,
    /// Options of IPv6 headers and of neighbour discovery.
    pub(crate) options_seen: usize,
    /// The IP packet, from its header on.
    pub(crate) packet: Vec<u8>,
}

/// Linux's own number for a cooked frame that begins with LLC. ETH_P_802_2 of linux/if_ether.h.
const COOKED_LLC: EtherType = EtherType(4);
/// Where Cisco's bridges put the BPDUs of a tree for each VLAN.
const CISCO_BPDU: ([u8; 3], u16) = ([0, 0, 0x0c], 0x010b);
/// Reverse ARP. RFC 903.
const RARP: EtherType = EtherType(0x8035);

/// The headers of a packet; `None` when its link type is none of ours.
pub(crate) fn look(packet: &Packet) -> Option<Seen> {
    let mut seen = Seen::default();
    let octets = packet.octets.as_slice();
    match packet.link_type {
        LinkType::ETHERNET => seen.ethernet(octets),
        LinkType::RAW | LinkType::RAW_BSD => seen.by_version(octets),
        LinkType::IPV4 => seen.ipv4(octets),
        LinkType::IPV6 => seen.ipv6(octets),
        LinkType::LINUX_SLL => seen.cooked(octets, 14, 16),
        LinkType::LINUX_SLL2 => seen.cooked(octets, 0, 20),
        LinkType::PPP => seen.ppp(octets),
        _ => return None,
    }
    Some(seen)
}

impl Seen {
    pub(crate) fn set(&mut self, name: &'static str, value: impl ToString) {
        self.fields.entry(name).or_insert(value.to_string());
    }

    pub(crate) fn same(&mut self, encoded: &[u8], wire: &[u8]) {
        if wire.starts_with(encoded) {
            self.encoded += encoded.len();
        } else {
            let wire = &wire[..encoded.len().min(wire.len())];
            self.changed.push(format!("{encoded:02x?} was {wire:02x?}"));
        }
    }

    /// Says why a layer is not encoded again.
    pub(crate) fn left(&mut self, layer: &'static str, why: impl ToString) {
        self.left.push((layer, why.to_string()));
    }

    /// The value that was decoded; notes the reason where nothing was.
    pub(crate) fn got<T>(&mut self, decoded: Result<T, Reason>) -> Option<T> {
        let noted = decoded.map_err(|reason| self.refused = Some(reason.to_string()));
        noted.ok()
    }

    fn ethernet(&mut self, octets: &[u8]) {
        let Some(header) = self.got(ethernet::Header::decode(octets)) else {
            return;
        };
        self.layers.push("eth");
        self.set("eth.dst", header.destination);
        self.set("eth.src", header.source);
        self.same(&header.encode(), octets);
        let body = &octets[ethernet::OCTETS..];
        match self.got(header.body()) {
            Some(ethernet::Body::Typed(ether_type)) => {
                self.set("eth.type", hex(ether_type.0));
                self.tagged(ether_type, body);
            }
            Some(ethernet::Body::Counted(length)) => {
                self.set("eth.len", length);
                self.counted(length, body);
            }
            None => {}
        }
    }

    /// The body of an 802.3 frame. Old IPX frames, whose body begins with ones, have no LLC.
    fn counted(&mut self, length: usize, body: &[u8]) {
        let body = body.get(..length).unwrap_or(body);
        if !body.starts_with(&[0xff, 0xff]) {
            self.llc(body);
        }
    }

    fn llc(&mut self, octets: &[u8]) {
        let Some(header) = self.got(llc::Header::decode(octets)) else {
            return;
        };
        self.layers.push("llc");
        let mut again = [0; llc::Header::LONGEST];
        header.encode(&mut again).unwrap();
        self.same(&again[..header.octets()], octets);
        self.set("llc.dsap", format!("{:#04x}", header.destination.0));
        let ssap = header.source.0 | u8::from(header.response);
        self.set("llc.ssap", format!("{ssap:#04x}"));
        if header == llc::Header::information(llc::Sap::SNAP) {
            self.set("llc.control", "0x0003");
            self.snap(&octets[llc::UNNUMBERED_OCTETS..]);
        }
        if header == llc::Header::information(llc::Sap::BRIDGE) {
            self.bpdu(&octets[llc::UNNUMBERED_OCTETS..]);
        }
    }

    /// tshark shows the bridge of a later version from another place of the BPDU.
    fn bpdu(&mut self, octets: &[u8]) {
        let Some(bpdu) = self.got(Bpdu::decode(octets)) else {
            return;
        };
        self.layers.push("stp");
        let version = octets[2];
        self.set("stp.version", version);
        self.set("stp.type", format!("{:#04x}", octets[3]));
        let (again, len) = bpdu.encode();
        if version <= 2 {
            self.same(&again[..len], octets);
        }
        let own = match bpdu {
            Bpdu::TopologyChange => return,
            Bpdu::Configuration(own) => own,
            Bpdu::Rapid(own) => own.configuration,
        };
        self.set("stp.flags", format!("{:#04x}", again[4]));
        self.set("stp.root.hw", own.vector.root.address);
        self.set("stp.root.cost", own.vector.cost);
        self.set("stp.port", hex(own.vector.port.0));
        if version <= 2 {
            self.set("stp.bridge.hw", own.vector.bridge.address);
        }
        for (field, time) in [
            ("stp.msg_age", own.message_age),
            ("stp.max_age", own.max_age),
            ("stp.hello", own.hello_time),
            ("stp.forward", own.forward_delay),
        ] {
            self.set(field, f64::from(time.0) / 256.0);
        }
    }

    fn snap(&mut self, octets: &[u8]) {
        let Some(header) = self.got(snap::Header::decode(octets)) else {
            return;
        };
        self.same(&header.encode(), octets);
        let [a, b, c] = header.organisation;
        self.set("llc.oui", u32::from_be_bytes([0, a, b, c]));
        if (header.organisation, header.protocol) == CISCO_BPDU {
            self.bpdu(&octets[snap::OCTETS..]);
        }
        if header.organisation == [0; 3] {
            self.set("llc.type", hex(header.protocol));
            self.network(EtherType(header.protocol), &octets[snap::OCTETS..]);
        }
    }

    fn lldp(&mut self, octets: &[u8]) {
        let Some(lldpdu) = self.got(Lldpdu::decode(octets)) else {
            return;
        };
        self.layers.push("lldp");
        let optional: Vec<_> = lldpdu.optional().collect();
        let (chassis, port) = (lldpdu.chassis, lldpdu.port);
        let again = Lldpdu::encode(chassis, port, lldpdu.time_to_live, &optional);
        self.same(&again.unwrap(), octets);
        self.set("lldp.chassis.subtype", chassis.subtype);
        self.set("lldp.port.subtype", port.subtype);
        self.set("lldp.time_to_live", lldpdu.time_to_live);
        for tlv in optional {
            self.lldp_element(&tlv);
        }
    }

    fn lldp_element(&mut self, tlv: &Tlv<'_>) {
        let text = |text: &[u8]| {
            let text = str::from_utf8(text).ok();
            let plain = text.filter(|text| !text.contains(char::is_control));
            plain.map(str::to_owned)
        };
        match *tlv {
            Tlv::SystemName(name) => {
                if let Some(name) = text(name) {
                    self.set("lldp.tlv.system.name", name);
                }
            }
            Tlv::PortDescription(name) => {
                if let Some(name) = text(name) {
                    self.set("lldp.port.desc", name);
                }
            }
            Tlv::SystemCapabilities { capable, enabled } => {
                self.set("lldp.tlv.system_cap", hex(capable));
                self.set("lldp.tlv.enable_system_cap", hex(enabled));
            }
            Tlv::ManagementAddress(management) => {
                self.set("lldp.mgn.address.subtype", management.subtype);
                self.set("lldp.mgn.interface.subtype", management.numbering);
                self.set("lldp.mgn.interface.number", management.interface);
            }
            Tlv::Organisation { oui, .. } => {
                let [a, b, c] = oui;
                self.set("lldp.orgtlv.oui", u32::from_be_bytes([0, a, b, c]));
            }
            _ => {}
        }
    }

    fn tagged(&mut self, mut kind: EtherType, mut octets: &[u8]) {
        while matches!(kind, ether_type::VLAN | ether_type::SERVICE_VLAN) {
            let Some(tag) = self.got(vlan::Header::decode(octets)) else {
                return;
            };
            self.same(&tag.encode(), octets);
            if kind == ether_type::VLAN {
                self.layers.push("vlan");
                self.set("vlan.id", tag.identifier);
                self.set("vlan.priority", tag.priority);
                self.set("vlan.dei", u8::from(tag.drop_eligible));
            } else {
                self.layers.push("ieee8021ad");
            }
            (kind, octets) = (tag.ether_type, &octets[vlan::OCTETS..]);
        }
        if kind <= ether_type::LARGEST_LENGTH {
            return self.counted(kind.0.into(), octets);
        }
        self.network(kind, octets);
    }

    /// Linux cooked capture: `at` is where its protocol field is, `len` its length.
    fn cooked(&mut self, octets: &[u8], at: usize, len: usize) {
        if octets.len() >= len {
            self.layers.push("sll");
            let kind = EtherType(u16::from_be_bytes([octets[at], octets[at + 1]]));
            match kind {
                COOKED_LLC => self.llc(&octets[len..]),
                _ => self.network(kind, &octets[len..]),
            }
        }
    }

    fn ppp(&mut self, octets: &[u8]) {
        let Some(header) = self.got(ppp::Header::decode(octets)) else {
            return;
        };
        self.layers.push("ppp");
        self.same(&header.encode(), octets);
        if let Some(kind) = header.ether_type() {
            self.network(kind, &octets[ppp::OCTETS..]);
        }
    }

    fn by_version(&mut self, octets: &[u8]) {
        self.layers.push("raw");
        let kind = match octets.first().map(|octet| octet >> 4) {
            Some(4) => ether_type::IPV4,
            Some(6) => ether_type::IPV6,
            _ => return,
        };
        self.network(kind, octets);
    }

    fn network(&mut self, kind: EtherType, octets: &[u8]) {
        match kind {
            ether_type::IPV4 => self.ipv4(octets),
            ether_type::IPV6 => self.ipv6(octets),
            ether_type::ARP => self.arp(octets),
            ether_type::LLDP => self.lldp(octets),
            RARP => self.refused = Some("RARP, which tshark calls ARP".to_owned()),
            _ => {}
        }
    }

    fn arp(&mut self, octets: &[u8]) {
        let Some(packet) = self.got(arp::Packet::decode(octets)) else {
            return;
        };
        self.layers.push("arp");
        self.same(&packet.encode(), octets);
        self.set(
            "arp.opcode",
            if packet.opcode == arp::Opcode::Request {
                1
            } else {
                2
            },
        );
        self.set("arp.src.hw_mac", packet.sender.hardware);
        self.set("arp.src.proto_ipv4", packet.sender.protocol);
        self.set("arp.dst.hw_mac", packet.target.hardware);
        self.set("arp.dst.proto_ipv4", packet.target.protocol);
    }
}

pub(crate) fn hex(value: u16) -> String {
    format!("{value:#06x}")
}
