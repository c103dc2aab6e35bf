//! Reasons in neighbour discovery and its options.

use core::net::Ipv6Addr;

use layercake_base::Mac;
use layercake_base::layout::{Raw, Value};

use super::{Scene, address, ip, printable};

/// A lifetime without an end. RFC 4861 §4.6.2.
const FOR_EVER: u64 = 0xffff_ffff;

pub(super) fn why(
    _: &Scene<'_>,
    name: &str,
    number: u64,
    value: &Value<'_>,
) -> Option<String> {
    let text = match (name, number) {
        ("Code", 0) => "there is no other".into(),
        ("Cur Hop Limit", 0) => "0: the router does not say".into(),
        ("Cur Hop Limit", _) => format!("hosts shall start with {number}"),
        ("Router Lifetime", 0) => "0: no default router, though it knows the link".into(),
        ("Router Lifetime", _) => format!("a default router for {number} s"),
        ("Reachable Time" | "Retrans Timer", 0) => "0: the router does not say".into(),
        (
            "Valid Lifetime" | "Preferred Lifetime" | "Lifetime" | "Route Lifetime",
            FOR_EVER,
        ) => "all ones: for ever".into(),
        ("Valid Lifetime" | "Lifetime" | "Route Lifetime", 0) => {
            "0: from now on no more".into()
        }
        ("Prefix Length", 64) => {
            "half of the address: hosts may make the other half".into()
        }
        ("Link-Layer Address", _) => return link_layer(value),
        _ => return ip::address(value),
    };
    Some(text)
}

fn link_layer(value: &Value<'_>) -> Option<String> {
    let octets: [u8; 6] = match value.raw {
        Raw::Number(number) => number.to_be_bytes().last_chunk().copied()?,
        Raw::Octets(octets) => octets.try_into().ok()?,
    };
    Some(address::mac(Mac(octets)))
}

/// What stands in an option behind its fields.
pub(super) fn rest(kind: Option<u64>, octets: &[u8]) -> Option<String> {
    match kind? {
        25 => {
            let (servers, _) = octets.as_chunks::<16>();
            let texts = servers.iter().map(|one| Ipv6Addr::from(*one).to_string());
            Some(texts.collect::<Vec<_>>().join(", "))
        }
        31 => Some(format!("{:?}", printable(octets))),
        _ => None,
    }
}
