//! An entry of RIPng.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------------------------------------------------------+
//! |                                                               |
//! +                                                               +
//! |                          IPv6 Prefix                          |
//! +                                                               +
//! |                                                               |
//! +                                                               +
//! |                                                               |
//! +-------------------------------+---------------+---------------+
//! |           Route Tag           |  Prefix Len   |    Metric     |
//! +-------------------------------+---------------+---------------+
//! ```
//! With a metric of 255 the prefix is not one, but the next hop of the entries behind it.
//!
//! Spec: RFC 2080 §2.1; next hops §2.1.1; what a prefix must be §2.4.2.
//! Checks: prefix length up to 128; a prefix that is no group's and not link-local; metric 1 to
//! 16. A next hop that is not link-local stands for the sender of the message, as §2.1.1 wants.

use core::net::{IpAddr, Ipv6Addr};

use layercake_base::Reason;

use super::{Command, ENTRY, Entry, INFINITY, Route, foreign, metric};
use crate::octets::chunk;
use crate::route::Prefix;

/// The metric of an entry that tells a next hop.
const NEXT_HOP: u8 = 0xff;

pub(super) fn decode(octets: &[u8; ENTRY], command: Command) -> Result<Entry, Reason> {
    let address = Ipv6Addr::from(chunk::<16>(octets, 0));
    let [length, number] = chunk(octets, 18);
    let tag = u16::from_be_bytes(chunk(octets, 16));
    if number == NEXT_HOP {
        return Ok(Entry::NextHop(
            Some(address).filter(Ipv6Addr::is_unicast_link_local),
        ));
    }
    // No bit of the address counts then. In a response this is the default route, which has gone.
    if command == Command::Request && (length, number) == (0, INFINITY) {
        return Ok(Entry::Whole);
    }
    Reason::require(length <= 128, "Prefix Len", length, "must be at most 128")?;
    let prefix = Prefix::clamped(address.into(), length);
    let foreign = match prefix.address() {
        IpAddr::V6(own) => own.is_multicast() || own.is_unicast_link_local(),
        IpAddr::V4(_) => true,
    };
    let rule = "is no destination of a route";
    Reason::require(!foreign, "IPv6 Prefix", address, rule)?;
    Ok(Entry::Route(Route {
        prefix,
        tag,
        next_hop: None,
        metric: metric(number.into())?,
    }))
}

pub(super) fn encode(entry: &Entry) -> Result<[u8; ENTRY], Reason> {
    let (address, tag, length, metric) = match entry {
        Entry::Whole => (Ipv6Addr::UNSPECIFIED, 0, 0, INFINITY),
        Entry::NextHop(next_hop) => {
            let address = next_hop.unwrap_or(Ipv6Addr::UNSPECIFIED);
            (address, 0, 0, NEXT_HOP)
        }
        Entry::Route(route) => match (route.prefix.address(), route.next_hop) {
            (IpAddr::V6(address), None) => {
                (address, route.tag, route.prefix.length(), route.metric)
            }
            _ => return Err(foreign()),
        },
    };
    let mut octets = [0; ENTRY];
    let (prefix, rest) = octets.split_at_mut(16);
    prefix.copy_from_slice(&address.octets());
    let [high, low] = tag.to_be_bytes();
    rest.copy_from_slice(&[high, low, length, metric]);
    Ok(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 2080 §2.4.1. Of a prefix of no length no bit counts, whatever the address says.
    #[test]
    fn a_request_for_no_prefix_and_infinity_asks_for_the_whole_table() {
        let mut octets = encode(&Entry::Whole).unwrap();
        assert_eq!(decode(&octets, Command::Request), Ok(Entry::Whole));
        octets[7] = 0x3c;
        assert_eq!(decode(&octets, Command::Request), Ok(Entry::Whole));
        let told = decode(&octets, Command::Response).unwrap();
        assert!(matches!(told, Entry::Route(route) if route.prefix.length() == 0));
    }
}
