//! IP headers for messages whose own header a socket does not show.
//!
//! Spec: RFC 791, RFC 8200; RFC 768 and RFC 4443 for checksums over the addresses.
//! Not here: what is known of a message (`notes`).

use std::net::IpAddr;

use layercake_base::checksum;
use layercake_network::{Protocol, ipv4, ipv6};
use layercake_transport::udp;

/// Both ends of a packet and what its IP header says.
pub(super) struct Envelope {
    pub(super) source: IpAddr,
    pub(super) destination: IpAddr,
    pub(super) hops: u8,
    pub(super) class: u8,
    pub(super) dont_fragment: bool,
    pub(super) protocol: Protocol,
}

impl Envelope {
    /// The packet with this header around `body`; `None` when it is too long, or the families differ.
    pub(super) fn around(&self, body: &[u8]) -> Option<Vec<u8>> {
        let length = u16::try_from(body.len()).ok()?;
        match (self.source, self.destination) {
            (IpAddr::V4(source), IpAddr::V4(destination)) => {
                let new = ipv4::Header::new(source, destination, self.protocol, length);
                let header = ipv4::Header {
                    type_of_service: self.class,
                    time_to_live: self.hops,
                    dont_fragment: self.dont_fragment,
                    ..new
                };
                let mut packet = vec![0; header.octets()];
                packet.extend_from_slice(body);
                header.encode(&mut packet).ok()?;
                Some(packet)
            }
            (IpAddr::V6(source), IpAddr::V6(destination)) => {
                let header = ipv6::Header {
                    traffic_class: self.class,
                    flow_label: 0,
                    payload_length: length,
                    next_header: self.protocol,
                    hop_limit: self.hops,
                    source,
                    destination,
                };
                Some([header.encode().as_slice(), body].concat())
            }
            _ => None,
        }
    }

    /// Computes the checksum at `place` of an ICMP message over all that it covers in this family.
    pub(super) fn write_checksum(&self, message: &mut [u8], place: usize) {
        let sum = match (self.source, self.destination) {
            (IpAddr::V6(source), IpAddr::V6(destination)) => {
                let length = u32::try_from(message.len()).unwrap_or(0);
                ipv6::pseudo_header(source, destination, length, self.protocol)
            }
            _ => checksum::Sum::default(),
        };
        put(message, place, 0);
        put(message, place, sum.octets(message).finish());
    }
}

/// Writes a field of two octets, where there is one.
pub(super) fn put(message: &mut [u8], place: usize, value: u16) {
    if let Some(field) = message.get_mut(place..place + 2) {
        field.copy_from_slice(&value.to_be_bytes());
    }
}

/// A datagram with this header in front; `length` is that of the whole datagram when it was sent.
pub(super) fn datagram(
    source_port: u16,
    destination_port: u16,
    length: usize,
    payload: &[u8],
) -> Vec<u8> {
    let header = udp::Header {
        source_port,
        destination_port,
        length: u16::try_from(length).unwrap_or(u16::MAX),
        checksum: 0,
    };
    [header.encode().as_slice(), payload].concat()
}
