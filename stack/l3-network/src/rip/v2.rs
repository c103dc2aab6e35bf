//! An entry of RIPv2.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-------------------------------+-------------------------------+
//! |   Address Family Identifier   |           Route Tag           |
//! +-------------------------------+-------------------------------+
//! |                          IP Address                           |
//! +---------------------------------------------------------------+
//! |                          Subnet Mask                          |
//! +---------------------------------------------------------------+
//! |                           Next Hop                            |
//! +---------------------------------------------------------------+
//! |                            Metric                             |
//! +---------------------------------------------------------------+
//! ```
//! Spec: RFC 2453 §4; what an address must be §3.9.2; authentication §4.1.
//! Checks: family 2, or 0 with metric 16 for the whole table; a mask of ones and then zeros; an
//! address that, as far as it is masked, hosts can have, or 0.0.0.0/0; a next hop that is a host's or zero; metric 1 to
//! 16. Family ffff in the first entry is authentication, which nobody here expects (§4.1: such a
//! message is discarded by a router that does not authenticate).

use core::net::{IpAddr, Ipv4Addr};

use layercake_base::Reason;

use super::{ENTRY, Entry, INFINITY, Route, foreign, metric};
use crate::octets::chunk;
use crate::route::Prefix;

/// IPv4 as RIP numbers it.
const INTERNET: u16 = 2;
/// An entry that carries a password.
const AUTHENTICATION: u16 = 0xffff;

pub(super) fn not_authenticated(entries: &[u8]) -> Result<(), Reason> {
    let family = u16::from_be_bytes(chunk(entries, 0));
    let rule = "is authentication, which is not expected here";
    Reason::require(family != AUTHENTICATION, FAMILY, family, rule)
}

const FAMILY: &str = "Address Family Identifier";

pub(super) fn decode(octets: &[u8; ENTRY]) -> Result<Entry, Reason> {
    let number = |at| u32::from_be_bytes(chunk(octets, at));
    let address = |at| Ipv4Addr::from_bits(number(at));
    match u16::from_be_bytes(chunk(octets, 0)) {
        0 if number(16) == u32::from(INFINITY) => return Ok(Entry::Whole),
        INTERNET => {}
        other => {
            return Err(Reason::Unhandled {
                field: FAMILY,
                value: other.into(),
            });
        }
    }
    Ok(Entry::Route(Route {
        prefix: prefix(address(4), number(8))?,
        tag: u16::from_be_bytes(chunk(octets, 2)),
        next_hop: next_hop(address(12))?,
        metric: metric(number(16))?,
    }))
}

fn prefix(address: Ipv4Addr, mask: u32) -> Result<Prefix, Reason> {
    let length = mask.leading_ones();
    let whole = mask.count_ones() == length;
    let dotted = Ipv4Addr::from_bits(mask);
    Reason::require(whole, "Subnet Mask", dotted, "has a gap")?;
    let length = u8::try_from(length).unwrap_or(32);
    let network = Ipv4Addr::from_bits(address.to_bits() & mask);
    let rule = "is no destination of a route";
    let legal = mask == 0 || is_unicast(network);
    Reason::require(legal, "IP Address", address, rule)?;
    Ok(Prefix::clamped(network.into(), length))
}

/// Not net 0, not loopback, not of class D or E.
fn is_unicast(address: Ipv4Addr) -> bool {
    !matches!(address.octets()[0], 0 | 127 | 224..)
}

fn next_hop(address: Ipv4Addr) -> Result<Option<IpAddr>, Reason> {
    if address.is_unspecified() {
        return Ok(None);
    }
    Reason::require(is_unicast(address), "Next Hop", address, "is no host's")?;
    Ok(Some(address.into()))
}

pub(super) fn encode(entry: &Entry) -> Result<[u8; ENTRY], Reason> {
    let (family, address, mask, route) = match entry {
        Entry::Whole => return Ok(whole()),
        Entry::NextHop(_) => return Err(foreign()),
        Entry::Route(route) => match route.prefix.address() {
            IpAddr::V4(address) => {
                let host = u32::MAX.checked_shr(route.prefix.length().into());
                (INTERNET, address, !host.unwrap_or(0), route)
            }
            IpAddr::V6(_) => return Err(foreign()),
        },
    };
    let next_hop = match route.next_hop {
        None => Ipv4Addr::UNSPECIFIED,
        Some(IpAddr::V4(address)) => address,
        Some(IpAddr::V6(_)) => return Err(foreign()),
    };
    let [f0, f1] = family.to_be_bytes();
    let [t0, t1] = route.tag.to_be_bytes();
    let [a0, a1, a2, a3] = address.octets();
    let [m0, m1, m2, m3] = mask.to_be_bytes();
    let [n0, n1, n2, n3] = next_hop.octets();
    Ok([
        f0,
        f1,
        t0,
        t1,
        a0,
        a1,
        a2,
        a3,
        m0,
        m1,
        m2,
        m3,
        n0,
        n1,
        n2,
        n3,
        0,
        0,
        0,
        route.metric,
    ])
}

/// All zero but for the metric.
fn whole() -> [u8; ENTRY] {
    let mut octets = [0; ENTRY];
    octets[ENTRY - 1] = INFINITY;
    octets
}
