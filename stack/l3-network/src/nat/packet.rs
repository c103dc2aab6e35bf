//! What NAT reads of a packet: its ends, or those of the packet that an ICMP error quotes.
//!
//! Checks: the IPv4 header as `ipv4` does; as many octets as the transport's shortest header
//! has, so that no first fragment is too short to say where it goes (RFC 1858 §3); the checksum
//! of an ICMP error that is not in fragments (RFC 5508 REQ-3).

use layercake_base::Reason;

use super::{Endpoint, Transport};
use crate::icmp::{self, Quoted, Type};
use crate::ipv4::Header;
use crate::octets::{chunk, too_short};

/// A packet as NAT sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packet {
    pub(super) header: Header,
    pub(super) content: Content,
}

/// What is behind the IP header.
#[derive(Clone, Copy, Debug)]
pub(super) enum Content {
    /// TCP, or UDP.
    Ports(Ports),
    /// An ICMP question with this identifier, which is its sender's.
    Question(u16),
    /// The answer to one.
    Answer(u16),
    /// An ICMP error.
    Error(Cited),
    /// A fragment other than the first.
    Later,
    /// Nothing that is translated.
    Other,
}

/// A datagram or segment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ports {
    pub(super) transport: Transport,
    pub(super) source: u16,
    pub(super) destination: u16,
    /// Those of TCP; 0 for UDP.
    pub(super) flags: u8,
}

/// The packet that an ICMP error quotes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cited {
    /// Octets of its IP header.
    pub(super) header: usize,
    pub(super) transport: Transport,
    /// Its ends, as far as they can be mapped: an ICMP question has no destination, an answer
    /// no source.
    pub(super) source: Option<Endpoint>,
    pub(super) destination: Option<Endpoint>,
}

impl Packet {
    /// # Errors
    /// See Checks in the module.
    pub(super) fn read(octets: &[u8]) -> Result<Packet, Reason> {
        let header = Header::decode(octets)?;
        let all = octets.get(..header.total_length.into()).unwrap_or(octets);
        let data = all.get(header.octets()..).unwrap_or_default();
        let content = content(&header, data)?;
        Ok(Packet { header, content })
    }

    /// Whole, and stays so: its identification means nothing. RFC 6864 §4.
    pub(super) fn is_atomic(&self) -> bool {
        self.header.dont_fragment && !self.is_fragment()
    }

    pub(super) fn is_fragment(&self) -> bool {
        self.header.more_fragments || self.header.is_later_fragment()
    }
}

fn content(header: &Header, data: &[u8]) -> Result<Content, Reason> {
    if header.is_later_fragment() {
        return Ok(Content::Later);
    }
    let Some(transport) = Transport::of(header.protocol) else {
        return Ok(Content::Other);
    };
    let need = transport.header();
    if data.len() < need {
        return Err(too_short("transport header", need, data.len()));
    }
    let [source, destination] = ports(data);
    let flags = match transport {
        Transport::Icmp => return of_icmp(header, data),
        Transport::Tcp => data.get(13).copied().unwrap_or_default(),
        Transport::Udp => 0,
    };
    Ok(Content::Ports(Ports {
        transport,
        source,
        destination,
        flags,
    }))
}

fn of_icmp(header: &Header, message: &[u8]) -> Result<Content, Reason> {
    let identifier = u16::from_be_bytes(chunk(message, 4));
    match Type::of(message) {
        Some(kind) if is_question(kind) => Ok(Content::Question(identifier)),
        Some(kind) if is_answer(kind) => Ok(Content::Answer(identifier)),
        Some(kind) if kind.is_error() => {
            if !header.more_fragments {
                icmp::check(message)?;
            }
            Ok(cited(message).map_or(Content::Other, Content::Error))
        }
        _ => Ok(Content::Other),
    }
}

/// `None` for a quote whose ends nobody can tell.
fn cited(message: &[u8]) -> Option<Cited> {
    let quoted = Quoted::in_message(message).ok()?;
    let transport = Transport::of(quoted.header.protocol)?;
    if quoted.header.is_later_fragment() || quoted.data.len() < 8 {
        return None;
    }
    let ends = [quoted.header.source, quoted.header.destination];
    let [source, destination] = match transport {
        Transport::Tcp | Transport::Udp => ports(quoted.data).map(Some),
        Transport::Icmp => {
            let kind = Type::of(quoted.data)?;
            let identifier = u16::from_be_bytes(chunk(quoted.data, 4));
            [is_question(kind), is_answer(kind)].map(|is| is.then_some(identifier))
        }
    };
    let end = |address, port: Option<u16>| Some(Endpoint::new(address, port?));
    Some(Cited {
        header: quoted.header.octets(),
        transport,
        source: end(ends[0], source),
        destination: end(ends[1], destination),
    })
}

fn ports(data: &[u8]) -> [u16; 2] {
    [0, 2].map(|at| u16::from_be_bytes(chunk(data, at)))
}

const fn is_question(kind: Type) -> bool {
    matches!(kind, Type::ECHO | Type::TIMESTAMP | Type::EXTENDED_ECHO)
}

const fn is_answer(kind: Type) -> bool {
    matches!(
        kind,
        Type::ECHO_REPLY | Type::TIMESTAMP_REPLY | Type::EXTENDED_ECHO_REPLY
    )
}
