//! Extension headers: what may stand between the IPv6 header and the packet of the upper layer.
//!
//! ```text
//! +---------------+----------------+---------------+-----------------+
//! | IPv6 header   | Routing header | Fragment      | fragment of TCP |
//! |               |                | header        | header + data   |
//! | Next Header = | Next Header =  | Next Header = |                 |
//! | Routing (43)  | Fragment (44)  | TCP (6)       |                 |
//! +---------------+----------------+---------------+-----------------+
//! ```
//! Each header says what the next one is; the [`Chain`] goes from one to the next.
//!
//! Spec: RFC 8200 §4.
//! Checks: each header is all there.
//! Bound: [`Chain::MOST`] headers, whatever their order; RFC 8200 §4.1 recommends one of each
//! and a second Destination Options header, RFC 8504 §5.3 lets a host set limits.
//! Not here: what a node makes of them (`ipv6/open.rs`); headers that are not understood
//! (authentication, mobility), which end the chain as an upper layer does.

pub mod fragment;
pub mod option;
pub mod options;
pub mod routing;

use layercake_base::Reason;

use super::Header;
use crate::Protocol;
use crate::octets::too_short;
pub use fragment::FragmentHeader;
pub use option::Opt;
pub use options::Options;
pub use routing::RoutingHeader;

/// One extension header as it stands in its packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension<'a> {
    /// What it is.
    pub kind: Protocol,
    /// Octets of the packet in front of it.
    pub at: usize,
    /// Octets of the packet in front of the field that says what it is.
    pub named_at: usize,
    /// All of it.
    pub octets: &'a [u8],
}

/// The extension headers of a packet one after another, up to the first that is not all there,
/// one too many, or the fragment of another packet's middle.
#[derive(Clone, Copy, Debug)]
pub struct Chain<'a> {
    packet: &'a [u8],
    next: Protocol,
    named_at: usize,
    at: usize,
    seen: usize,
    /// The octets here are not the next header, but come from somewhere behind it.
    later: bool,
}

/// Where the IPv6 header says what follows it, in octets.
const NEXT_HEADER: usize = 6;

impl<'a> Chain<'a> {
    /// Headers that are looked at.
    pub const MOST: usize = 8;

    /// The headers of a packet that begins with an IPv6 header.
    pub fn of(packet: &'a [u8]) -> Self {
        let next = packet.get(NEXT_HEADER).copied();
        Chain {
            packet,
            next: next.map_or(Protocol::IPV6_NONXT, Protocol),
            named_at: NEXT_HEADER,
            at: Header::OCTETS,
            seen: 0,
            later: false,
        }
    }

    /// What comes next: once the chain is at its end, the protocol of the upper layer.
    pub fn next_header(&self) -> Protocol {
        self.next
    }

    /// Octets of the packet in front of what comes next.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Octets of the packet in front of the field that says what comes next.
    pub fn named_at(&self) -> usize {
        self.named_at
    }

    /// True behind the header of a fragment other than the first: what comes next is no header.
    pub fn is_later_fragment(&self) -> bool {
        self.later
    }

    /// The chain behind its last extension header; `None` where the packet is cut short before
    /// that, or has too many.
    pub fn end(mut self) -> Option<Self> {
        self.by_ref()
            .all(|extension| extension.is_ok())
            .then_some(self)
    }

    /// The extension header that begins here.
    fn extension(&self) -> Result<Extension<'a>, Reason> {
        if self.seen >= Self::MOST {
            let (queue, limit) = ("chain of IPv6 extension headers", Self::MOST);
            return Err(Reason::Full { queue, limit });
        }
        let rest = self.packet.get(self.at..).unwrap_or_default();
        let (field, have) = ("IPv6 extension header", rest.len());
        let &[_, length, ..] = rest else {
            return Err(too_short(field, 8, have));
        };
        let need = match self.next {
            Protocol::IPV6_FRAG => FragmentHeader::OCTETS,
            _ => (usize::from(length) + 1) * 8,
        };
        Ok(Extension {
            kind: self.next,
            at: self.at,
            named_at: self.named_at,
            octets: rest.get(..need).ok_or(too_short(field, need, have))?,
        })
    }
}

/// True for a header that a [`Chain`] goes on behind.
pub fn is_extension(next_header: Protocol) -> bool {
    matches!(
        next_header,
        Protocol::HOPOPT
            | Protocol::IPV6_ROUTE
            | Protocol::IPV6_FRAG
            | Protocol::IPV6_OPTS
    )
}

impl<'a> Iterator for Chain<'a> {
    type Item = Result<Extension<'a>, Reason>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.later || !is_extension(self.next) {
            return None;
        }
        let found = self.extension();
        match &found {
            Ok(extension) => {
                let next = extension.octets.first().copied();
                let fragment = extension.kind == Protocol::IPV6_FRAG;
                let header = FragmentHeader::decode(extension.octets);
                self.later = fragment && header.is_ok_and(|h| h.fragment_offset != 0);
                self.next = next.map_or(Protocol::IPV6_NONXT, Protocol);
                self.named_at = self.at;
                self.at += extension.octets.len();
                self.seen += 1;
            }
            Err(_) => self.later = true, // nothing more can be read
        }
        Some(found)
    }
}

#[cfg(test)]
mod tests;
