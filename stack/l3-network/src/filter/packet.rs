//! What a filter reads of a packet, of IPv4 or IPv6.
//!
//! Checks: version; the IP header all there, and of IPv6 the whole chain of extension headers;
//! no fragment of TCP that is too short for its header or begins inside it. The network layer
//! checks the rest.

use core::net::IpAddr;

use layercake_base::Reason;

use crate::ipv6::extension::{Chain, FragmentHeader};
use crate::octets::{chunk, too_short};
use crate::{Protocol, ipv4, ipv6};

/// A packet as a filter sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packet {
    pub(super) source: IpAddr,
    pub(super) destination: IpAddr,
    pub(super) protocol: Protocol,
    pub(super) fragment: bool,
    pub(super) head: Head,
}

/// What the transport header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// Of TCP or UDP. Established is a TCP segment with ACK or RST.
    Ports {
        source: u16,
        destination: u16,
        established: bool,
    },
    /// Of ICMP or ICMPv6.
    Message { kind: u8, code: u8 },
    /// Nothing: it was in the first fragment.
    Later,
    /// Nothing: not all of it is there.
    Short { need: usize, have: usize },
    /// Nothing that rules ask for.
    Other,
}

/// Where a fragment belongs in its packet.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// In steps of 8 octets.
    offset: u16,
    more: bool,
}

impl Packet {
    /// # Errors
    /// See Checks in the module.
    pub(super) fn read(octets: &[u8]) -> Result<Packet, Reason> {
        let version = octets.first().map(|octet| octet >> 4);
        match version {
            Some(4) => Self::v4(octets),
            Some(6) => Self::v6(octets),
            Some(version) => {
                let (field, value) = ("Version", version.into());
                Err(Reason::Unhandled { field, value })
            }
            None => Err(too_short("IP header", 1, 0)),
        }
    }

    fn v4(octets: &[u8]) -> Result<Packet, Reason> {
        let header = ipv4::Header::decode_lax(octets)?;
        let all = octets.get(..header.total_length.into()).unwrap_or(octets);
        let data = all.get(header.octets()..).unwrap_or_default();
        let place = Place {
            offset: header.fragment_offset,
            more: header.more_fragments,
        };
        let ends = (header.source.into(), header.destination.into());
        Self::of(ends, header.protocol, data, place)
    }

    fn v6(octets: &[u8]) -> Result<Packet, Reason> {
        let header = ipv6::Header::decode_lax(octets)?;
        let end = ipv6::Header::OCTETS + usize::from(header.payload_length);
        let all = octets.get(..end).unwrap_or(octets);
        let mut place = Place {
            offset: 0,
            more: false,
        };
        let mut chain = Chain::of(all);
        for extension in chain.by_ref() {
            let extension = extension?;
            if extension.kind == Protocol::IPV6_FRAG {
                let fragment = FragmentHeader::decode(extension.octets)?;
                (place.offset, place.more) =
                    (fragment.fragment_offset, fragment.more_fragments);
            }
        }
        let data = all.get(chain.at()..).unwrap_or_default();
        let ends = (header.source.into(), header.destination.into());
        Self::of(ends, chain.next_header(), data, place)
    }

    fn of(
        (source, destination): (IpAddr, IpAddr),
        protocol: Protocol,
        data: &[u8],
        place: Place,
    ) -> Result<Packet, Reason> {
        let fragment = place.more || place.offset != 0;
        let head = match place.offset {
            0 => head(protocol, data),
            _ => Head::Later,
        };
        if protocol == Protocol::TCP && fragment {
            judge(place, head)?;
        }
        Ok(Packet {
            source,
            destination,
            protocol,
            fragment,
            head,
        })
    }
}

/// RFC 3128 §4: neither a TCP header in two fragments, nor one that begins within it.
fn judge(place: Place, head: Head) -> Result<(), Reason> {
    if let Head::Short { need, have } = head {
        return Err(too_short("TCP header in a first fragment", need, have));
    }
    let rule = "is inside the TCP header";
    Reason::require(place.offset != 1, "Fragment Offset", place.offset, rule)
}

fn head(protocol: Protocol, data: &[u8]) -> Head {
    let (need, have) = match protocol {
        Protocol::TCP => (20, data.len()),
        Protocol::UDP | Protocol::ICMP | Protocol::ICMPV6 => (8, data.len()),
        _ => return Head::Other,
    };
    if have < need {
        return Head::Short { need, have };
    }
    match protocol {
        Protocol::ICMP | Protocol::ICMPV6 => {
            let [kind, code] = chunk(data, 0);
            Head::Message { kind, code }
        }
        _ => {
            let [source, destination] =
                [0, 2].map(|at| u16::from_be_bytes(chunk(data, at)));
            let [flags] = chunk(data, 13);
            Head::Ports {
                source,
                destination,
                // ACK or RST: RFC 9293 §3.1
                established: protocol == Protocol::TCP && flags & 0x14 != 0,
            }
        }
    }
}
