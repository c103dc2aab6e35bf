//! The second half of our view of a packet: what IP carries.

use std::net::IpAddr;

use layercake_base::ChecksumState;
use layercake_base::checksum::Sum;
use layercake_network::Protocol;
use layercake_transport::{tcp, udp};

use crate::ours::{BAD, GOOD, Seen, hex};

/// Status of a checksum in tshark: there is none.
const ABSENT: &str = "3";

/// Fields that codec and layout must tell alike.
const UDP_FIELDS: &[(&str, &str)] = &[
    ("udp.srcport", "Source Port"),
    ("udp.dstport", "Destination Port"),
    ("udp.length", "Length"),
];
const TCP_FIELDS: &[(&str, &str)] = &[
    ("tcp.srcport", "Source Port"),
    ("tcp.dstport", "Destination Port"),
    ("tcp.seq_raw", "Sequence Number"),
    ("tcp.ack_raw", "Acknowledgment Number"),
    ("tcp.hdr_len", "Data Offset"),
    ("tcp.window_size_value", "Window"),
    ("tcp.urgent_pointer", "Urgent Pointer"),
];

/// Source and destination.
pub(crate) type Ends = (IpAddr, IpAddr);

impl Seen {
    /// What follows an IP header; `whole` when all of it was captured.
    pub(crate) fn transport(
        &mut self,
        protocol: Protocol,
        ends: Ends,
        body: &[u8],
        whole: bool,
    ) {
        match (protocol, ends) {
            (Protocol::UDP, _) => self.udp(ends, body),
            (Protocol::TCP, _) => self.tcp(ends, body, whole),
            (Protocol::ICMP, (IpAddr::V4(_), _)) => self.icmp(body, whole),
            (Protocol::ICMPV6, (IpAddr::V6(source), IpAddr::V6(destination))) => {
                self.icmpv6((source, destination), body, whole);
            }
            _ => self.refused = Some(format!("no codec for protocol {protocol}")),
        }
    }

    fn udp(&mut self, ends: Ends, body: &[u8]) {
        let Some(header) = self.got(udp::Header::decode_lax(body)) else {
            return;
        };
        self.layers.push("udp");
        self.same(&header.encode(), body);
        self.set("udp.srcport", header.source_port);
        self.set("udp.dstport", header.destination_port);
        self.set("udp.length", header.length);
        self.laid(&udp::LAYOUT, body, UDP_FIELDS);
        if self.got(udp::Header::decode(body)).is_some() {
            let datagram = &body[..usize::from(header.length)];
            let status = match udp::verify(ends.0, ends.1, datagram) {
                Ok(ChecksumState::Absent) => ABSENT,
                Ok(_) => GOOD,
                Err(_) => BAD,
            };
            self.set("udp.checksum.status", status);
        }
    }

    fn tcp(&mut self, ends: Ends, body: &[u8], whole: bool) {
        let Some(header) = self.got(tcp::Header::decode(body)) else {
            return;
        };
        self.layers.push("tcp");
        let mut again = [0; tcp::Header::SHORTEST + tcp::Header::MOST_OPTIONS];
        header.encode(&mut again).unwrap();
        self.same(&again[..header.octets()], body);
        self.set("tcp.srcport", header.source_port);
        self.set("tcp.dstport", header.destination_port);
        self.set("tcp.seq_raw", header.sequence_number);
        self.set("tcp.ack_raw", header.acknowledgment_number);
        self.set("tcp.hdr_len", header.octets());
        let flags = u16::from(header.reserved) << 8 | u16::from(header.control_bits);
        self.set("tcp.flags", hex(flags));
        self.set("tcp.window_size_value", header.window);
        self.set("tcp.urgent_pointer", header.urgent_pointer);
        self.laid(&tcp::LAYOUT, body, TCP_FIELDS);
        if whole {
            let good = pseudo_header(ends, tcp::PROTOCOL, body.len())
                .octets(body)
                .finish()
                == 0;
            self.set("tcp.checksum.status", if good { GOOD } else { BAD });
        }
    }
}

/// The sum over addresses, protocol and length. RFC 9293 §3.1; the same over IPv6.
fn pseudo_header(ends: Ends, protocol: u16, length: usize) -> Sum {
    let sum = [ends.0, ends.1]
        .iter()
        .fold(Sum::default(), |sum, end| match end {
            IpAddr::V4(address) => sum.octets(&address.octets()),
            IpAddr::V6(address) => sum.octets(&address.octets()),
        });
    sum.word(protocol).word(u16::try_from(length).unwrap())
}
