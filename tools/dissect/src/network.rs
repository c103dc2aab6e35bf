//! What link headers carry: IP with its extension headers, and ARP.

mod arp;
mod extension;
mod icmp;
mod ipv4;
mod ipv6;
mod neighbour;

use layercake_base::Reason;

use crate::routing;
use crate::span::Span;
use crate::transport;
use crate::walk::{Onward, Walk};

pub(crate) use arp::decode as arp;
pub(crate) use ipv4::decode as ipv4;
pub(crate) use ipv6::decode as ipv6;

/// A packet without a link header: its version tells which IP it is.
pub(crate) fn raw(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    let Some(first) = walk.captured(span).first() else {
        let (field, need, have) = ("IP packet", 1, 0);
        return Err(Reason::TooShort { field, need, have });
    };
    match first >> 4 {
        4 => ipv4(walk, span),
        6 => ipv6(walk, span),
        version => Err(Reason::Illegal {
            field: "Version",
            value: version.into(),
            rule: "must be 4 or 6",
        }),
    }
}

/// Goes on with what a Protocol or Next Header field announces.
fn payload_of(protocol: u64, body: Span) -> Onward {
    let decoder = match protocol {
        0 => extension::hop_by_hop,
        1 => icmp::v4,
        4 => ipv4,
        6 => transport::tcp,
        17 => transport::udp,
        41 => ipv6,
        43 => extension::routing,
        44 => extension::fragment,
        58 => icmp::v6,
        60 => extension::destination,
        253 => routing::link_state,
        _ => return Onward::Payload(body),
    };
    Onward::Next(decoder, body)
}
