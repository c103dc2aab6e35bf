//! Which of its addresses a node speaks from.
//!
//! Two candidates are compared by one rule after another, until one of them is the better:
//!
//! | rule | the better one |
//! |---|---|
//! | 1 | is the destination itself |
//! | 2 | has the smallest scope that reaches the destination; else the largest |
//! | 3 | is not deprecated |
//! | 4 | is where a mobile node is at home, not where it is |
//! | 5 | is of the interface by which the packet goes out |
//! | 6 | has the destination's label |
//! | 7 | is temporary |
//! | 8 | shares more bits with the destination, up to its own prefix |
//!
//! Spec: RFC 6724 §5.
//! Not here: rule 5.5, which wants to know which router told of which prefix; which addresses
//! are candidates (`way`).

use core::cmp::Ordering;
use core::net::Ipv6Addr;

use super::policy::{Policy, common};
use super::scope::Scope;

/// An address that a packet might have as its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The address.
    pub address: Ipv6Addr,
    /// How many bits the addresses of its network share.
    pub prefix_len: u8,
    /// It is not for anything new.
    pub deprecated: bool,
    /// It is of the interface by which the packet goes out.
    pub outgoing: bool,
    /// A mobile node has it only as long as it is here.
    pub care_of: bool,
    /// It changes now and then, so that nobody can follow the node.
    pub temporary: bool,
}

impl Candidate {
    /// An address that nothing special is known of.
    pub const fn plain(address: Ipv6Addr, prefix_len: u8) -> Self {
        Candidate {
            address,
            prefix_len,
            deprecated: false,
            outgoing: true,
            care_of: false,
            temporary: false,
        }
    }
}

/// The best of these addresses to speak to `destination` from; of equal ones the first.
pub fn source(
    destination: Ipv6Addr,
    candidates: impl IntoIterator<Item = Candidate>,
) -> Option<Candidate> {
    let better =
        |best: Candidate, next: Candidate| match compare(destination, &next, &best) {
            Ordering::Greater => next,
            _ => best,
        };
    candidates.into_iter().reduce(better)
}

/// `Greater` when `a` is the better. RFC 6724 §5.
fn compare(destination: Ipv6Addr, a: &Candidate, b: &Candidate) -> Ordering {
    let wanted = Policy::of(destination).label;
    let by = |yes: &dyn Fn(&Candidate) -> bool| yes(a).cmp(&yes(b));
    by(&|own| own.address == destination)
        .then_with(|| by_scope(destination, a, b))
        .then_with(|| by(&|own| !own.deprecated))
        .then_with(|| by(&|own| !own.care_of))
        .then_with(|| by(&|own| own.outgoing))
        .then_with(|| by(&|own| Policy::of(own.address).label == wanted))
        .then_with(|| by(&|own| own.temporary))
        .then_with(|| shared(destination, a).cmp(&shared(destination, b)))
}

/// Rule 2.
fn by_scope(destination: Ipv6Addr, a: &Candidate, b: &Candidate) -> Ordering {
    let wanted = Scope::of(destination);
    let [a, b] = [a, b].map(|own| Scope::of(own.address));
    match (a >= wanted, b >= wanted) {
        (true, true) => b.cmp(&a),
        _ => a.cmp(&b),
    }
}

/// CommonPrefixLen. RFC 6724 §2.2.
fn shared(destination: Ipv6Addr, own: &Candidate) -> u32 {
    common(own.address, destination).min(own.prefix_len.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Candidate {
        Candidate::plain(text.parse().unwrap(), 64)
    }

    /// The examples of RFC 6724 §10.1 in their order: destination, the better and the worse.
    #[test]
    fn the_examples_of_rfc_6724_come_out() {
        let deprecated = |text| Candidate {
            deprecated: true,
            ..plain(text)
        };
        let temporary = |text| Candidate {
            temporary: true,
            ..plain(text)
        };
        let care_of = |text| Candidate {
            care_of: true,
            ..plain(text)
        };
        let one = "2001:db8:1::1";
        for (destination, better, worse) in [
            (one, plain("2001:db8:3::1"), plain("fe80::1")),
            ("ff05::1", plain("2001:db8:3::1"), plain("fe80::1")),
            (one, deprecated(one), plain("2001:db8:2::1")),
            ("fe80::1", deprecated("fe80::2"), plain("2001:db8:1::1")),
            (one, plain("2001:db8:1::2"), plain("2001:db8:3::2")),
            (one, plain("2001:db8:3::2"), care_of("2001:db8:1::2")),
            (
                "2002:c633:6401::1",
                temporary("2002:c633:6401::d5e3:7953:13eb:22e8"),
                plain("2001:db8:1::2"),
            ),
            (
                "2001:db8:1::d5e3:0:0:1",
                temporary("2001:db8:1::d5e3:7953:13eb:22e8"),
                plain("2001:db8:1::2"),
            ),
        ] {
            let destination = destination.parse().unwrap();
            for both in [[better, worse], [worse, better]] {
                assert_eq!(source(destination, both), Some(better), "{destination}");
            }
        }
    }

    /// Rules 3 and 5, which have no example there.
    #[test]
    fn what_is_for_new_things_and_at_hand_is_better() {
        let to = "2001:db8:9::1".parse().unwrap();
        let old = Candidate {
            deprecated: true,
            ..plain("2001:db8:9::2")
        };
        let elsewhere = Candidate {
            outgoing: false,
            ..plain("2001:db8:9::3")
        };
        let here = plain("2001:db8:1::2");
        assert_eq!(source(to, [old, elsewhere, here]), Some(here));
        assert_eq!(source(to, [old, elsewhere]), Some(elsewhere));
        assert_eq!(source(to, []), None);
    }
}
