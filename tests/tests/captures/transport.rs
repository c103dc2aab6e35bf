//! The second half of our view of a packet: what IP carries.

use std::net::IpAddr;

use layercake_base::checksum::Sum;
use layercake_base::layout::{Field, Kind, Raw, Value};
use layercake_base::{ChecksumState, Layout};
use layercake_network::{Protocol, icmp, icmpv6};
use layercake_transport::{tcp, udp};

use crate::ours::{BAD, GOOD, Seen, hex};

/// Status of a checksum in tshark: there is none.
const ABSENT: &str = "3";

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
            _ => {}
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
        if whole {
            let good = pseudo_header(ends, tcp::PROTOCOL, body.len())
                .octets(body)
                .finish()
                == 0;
            self.set("tcp.checksum.status", if good { GOOD } else { BAD });
        }
    }

    fn icmp(&mut self, message: &[u8], whole: bool) {
        let Some(kind) = icmp::Type::of(message) else {
            return;
        };
        self.layers.push("icmp");
        self.set("icmp.type", kind.0);
        if let Some(code) = message.get(1) {
            self.set("icmp.code", code);
        }
        if !whole || message.len() < icmp::HEADER {
            self.refused = Some("cut".to_owned());
            return;
        }
        let good = icmp::check(message).is_ok();
        self.set("icmp.checksum.status", if good { GOOD } else { BAD });
        let mut again = message.to_vec();
        let (encoded, layout) = if let Ok(echo) = icmp::Echo::decode(message) {
            self.set("icmp.ident", echo.identifier);
            self.set("icmp.seq", echo.sequence_number);
            (echo.encode(&mut again), &icmp::echo::LAYOUT)
        } else if let Ok(error) = icmp::Unreachable::decode(message) {
            (error.encode(&mut again), &icmp::unreachable::LAYOUT)
        } else if let Ok(error) = icmp::TimeExceeded::decode(message) {
            (error.encode(&mut again), &icmp::time_exceeded::LAYOUT)
        } else {
            return;
        };
        encoded.unwrap();
        self.same_message(&again, message, layout);
    }

    /// What a sender must leave zero is not kept, so that the checksum changes with it.
    fn same_message(&mut self, encoded: &[u8], wire: &[u8], layout: &Layout) {
        let reserved = layout
            .fields
            .iter()
            .filter(|field| field.kind == Kind::Reserved);
        let zero = |field: &'static Field| {
            Value::read(field, wire).is_some_and(|value| value.raw == Raw::Number(0))
        };
        if reserved.into_iter().all(zero) {
            self.same(encoded, wire);
        }
    }

    fn icmpv6(&mut self, ends: icmpv6::Ends, message: &[u8], whole: bool) {
        let Some(kind) = icmpv6::Type::of(message) else {
            return;
        };
        self.layers.push("icmpv6");
        self.set("icmpv6.type", kind.0);
        if let Some(code) = message.get(1) {
            self.set("icmpv6.code", code);
        }
        if !whole || message.len() < icmpv6::HEADER {
            self.refused = Some("cut".to_owned());
            return;
        }
        let good = icmpv6::check(message, ends).is_ok();
        self.set("icmpv6.checksum.status", if good { GOOD } else { BAD });
        let mut again = message.to_vec();
        let (encoded, layout) = if let Ok(echo) = icmpv6::Echo::decode(message, ends) {
            self.set("icmpv6.echo.identifier", hex(echo.identifier));
            self.set("icmpv6.echo.sequence_number", echo.sequence_number);
            (echo.encode(&mut again, ends), &icmpv6::echo::LAYOUT)
        } else if let Ok(error) = icmpv6::Unreachable::decode(message, ends) {
            (error.encode(&mut again, ends), &icmpv6::unreachable::LAYOUT)
        } else if let Ok(error) = icmpv6::TimeExceeded::decode(message, ends) {
            (
                error.encode(&mut again, ends),
                &icmpv6::time_exceeded::LAYOUT,
            )
        } else if let Ok(error) = icmpv6::PacketTooBig::decode(message, ends) {
            (
                error.encode(&mut again, ends),
                &icmpv6::packet_too_big::LAYOUT,
            )
        } else {
            return;
        };
        encoded.unwrap();
        self.same_message(&again, message, layout);
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
