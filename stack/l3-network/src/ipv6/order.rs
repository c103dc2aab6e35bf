//! Which of several addresses of a host is tried first.
//!
//! Two destinations are compared by one rule after another, until one of them is the better;
//! each with the [source](super::select::source) that would speak to it:
//!
//! | rule | the better one |
//! |---|---|
//! | 1 | has a source, and a way that leads there |
//! | 2 | has the same scope as its source |
//! | 3 | has a source that is not deprecated |
//! | 4 | has a source where a mobile node is at home |
//! | 5 | has the same label as its source |
//! | 6 | has the higher precedence |
//! | 7 | is reached without a tunnel (nobody here knows of tunnels) |
//! | 8 | has the smaller scope |
//! | 9 | shares more bits with its source, up to its prefix; within one family |
//! | 10 | stood first |
//!
//! An IPv4 address takes part as the IPv6 address ::ffff:0:0/96 that stands for it.
//!
//! Spec: RFC 6724 §6.
//! Not here: asking names, and who has a way where (the caller knows).

use core::cmp::Ordering;
use core::net::{IpAddr, Ipv6Addr};

use super::policy::{Policy, common};
use super::scope::Scope;
use super::select::Candidate;

/// An address of the host that is wanted, and what would speak to it; `None` when nothing can,
/// or no way leads there.
pub type Destination = (IpAddr, Option<Candidate>);

/// Puts the address that is to be tried first in front, and so on.
pub fn sort(destinations: &mut [Destination]) {
    destinations.sort_by(|a, b| match (mapped(a), mapped(b)) {
        (Some(a), Some(b)) => compare(b, a), // the better comes first
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
}

/// A destination as IPv6 sees it, with its source; `None` without one. Rule 1.
fn mapped((address, source): &Destination) -> Option<(Ipv6Addr, Candidate)> {
    let address = match address {
        IpAddr::V4(address) => address.to_ipv6_mapped(),
        IpAddr::V6(address) => *address,
    };
    Some((address, (*source)?))
}

/// `Greater` when `a` is the better. Rules 2 to 9.
fn compare(a: (Ipv6Addr, Candidate), b: (Ipv6Addr, Candidate)) -> Ordering {
    type Pair = (Ipv6Addr, Candidate);
    let by = |yes: fn(&Pair) -> bool| yes(&a).cmp(&yes(&b));
    let policy = |pair: &Pair| Policy::of(pair.0);
    let families = [a.0, b.0].map(|address| address.to_ipv4_mapped().is_some());
    let shared = |(to, own): &Pair| common(own.address, *to).min(own.prefix_len.into());
    by(|(to, own)| Scope::of(*to) == Scope::of(own.address))
        .then_with(|| by(|(_, own)| !own.deprecated))
        .then_with(|| by(|(_, own)| !own.care_of))
        .then_with(|| {
            by(|(to, own)| Policy::of(*to).label == Policy::of(own.address).label)
        })
        .then_with(|| policy(&a).precedence.cmp(&policy(&b).precedence))
        .then_with(|| Scope::of(b.0).cmp(&Scope::of(a.0)))
        .then_with(|| match families {
            [true, true] | [false, false] => shared(&a).cmp(&shared(&b)),
            _ => Ordering::Equal,
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipv6::select::source;
    use core::net::Ipv4Addr;

    /// A candidate source: "deprecated" and "care-of" behind it say so.
    fn candidate(text: &str) -> Candidate {
        let (address, note) = text.split_once(' ').unwrap_or((text, ""));
        let plain = match address.parse() {
            Ok(IpAddr::V4(own)) => Candidate::plain(own.to_ipv6_mapped(), 96 + 24),
            Ok(IpAddr::V6(own)) => Candidate::plain(own, 64),
            Err(_) => panic!("{text}"),
        };
        Candidate {
            deprecated: note == "deprecated",
            care_of: note == "care-of",
            ..plain
        }
    }

    fn with_source(to: &str, sources: &[&str]) -> Destination {
        let to: IpAddr = to.parse().unwrap();
        let mapped = match to {
            IpAddr::V4(to) => to.to_ipv6_mapped(),
            IpAddr::V6(to) => to,
        };
        let is_v4 = |own: &Candidate| own.address.to_ipv4_mapped().is_some();
        let candidates = sources.iter().map(|text| candidate(text));
        let family = candidates.filter(|own| is_v4(own) == to.is_ipv4());
        (to, source(mapped, family))
    }

    /// The examples of RFC 6724 §10.2 in their order: sources, and the destinations as they come
    /// out. They come out so whichever stood first.
    #[test]
    fn the_examples_of_rfc_6724_come_out() {
        let examples: [(&[&str], [&str; 2]); 9] = [
            (
                &["2001:db8:1::2", "fe80::1", "169.254.13.78"],
                ["2001:db8:1::1", "198.51.100.121"],
            ),
            (
                &["fe80::1", "198.51.100.117"],
                ["198.51.100.121", "2001:db8:1::1"],
            ),
            (
                &["2001:db8:1::2", "fe80::1", "10.1.2.4"],
                ["2001:db8:1::1", "10.1.2.3"],
            ),
            (&["2001:db8:1::2", "fe80::2"], ["fe80::1", "2001:db8:1::1"]),
            (
                &["2001:db8:1::2 care-of", "2001:db8:3::1", "fe80::2 care-of"],
                ["2001:db8:1::1", "fe80::1"],
            ),
            (
                &["2001:db8:1::2", "fe80::2 deprecated"],
                ["2001:db8:1::1", "fe80::1"],
            ),
            (
                &["2001:db8:1::2", "2001:db8:3f44::2", "fe80::2"],
                ["2001:db8:1::1", "2001:db8:3ffe::1"],
            ),
            (
                &["2002:c633:6401::2", "fe80::2"],
                ["2002:c633:6401::1", "2001:db8:1::1"],
            ),
            (
                &["2002:c633:6401::2", "2001:db8:1::2", "fe80::2"],
                ["2001:db8:1::1", "2002:c633:6401::1"],
            ),
        ];
        for (sources, expected) in examples {
            let mut given = expected.map(|to| with_source(to, sources));
            for _ in 0..2 {
                given.reverse();
                sort(&mut given);
                assert_eq!(given.map(|(to, _)| to.to_string()), expected);
            }
        }
    }

    /// Rules 1 and 10.
    #[test]
    fn what_cannot_be_reached_comes_last_and_equals_stay() {
        let mut given = [
            (Ipv4Addr::LOCALHOST.into(), None),
            with_source("2001:db8:1::9", &["2001:db8:1::2"]),
            with_source("2001:db8:1::8", &["2001:db8:1::2"]),
        ];
        given[1].1.as_mut().unwrap().prefix_len = 48;
        given[2].1.as_mut().unwrap().prefix_len = 48;
        sort(&mut given);
        let order = given.map(|(to, _)| to.to_string());
        assert_eq!(order, ["2001:db8:1::9", "2001:db8:1::8", "127.0.0.1"]);
    }
}
