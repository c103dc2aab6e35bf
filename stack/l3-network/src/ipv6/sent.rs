//! What this node has sent lately: a "packet too big" about anything else is made up.
//!
//! Anybody who can send a packet here can claim that one of ours was too large. A router can claim
//! it only of a packet that it has seen, so the claim is held against what went out:
//!
//! | rule | what a forger must know |
//! |---|---|
//! | the told MTU is below the quoted packet's length, and not below 1280 | nothing |
//! | source, destination, protocol: such a packet went out within [`LATELY`] | with whom this node speaks now |
//! | the quoted length is not above the longest of them | about how large they are |
//!
//! An IPv6 packet has no identification that would say more (`ipv4/sent.rs`). The worst that a
//! forger reaches is that packets of 1280 octets go out, each of which still gets through.
//!
//! Spec: RFC 8201 §4, §6; RFC 8899 §4.6.1.  Units: octets.
//! Bound: [`SETS`] times [`WAYS`] flows; in a full set the one that was silent longest makes room.

use core::net::{IpAddr, Ipv6Addr};
use core::time::Duration;

use layercake_base::{Instant, Notice};

use crate::Protocol;

/// Flows whose hash is the same share a set.
const SETS: usize = 64;
/// Flows in a set.
const WAYS: usize = 4;
/// An error comes back within this time.
const LATELY: Duration = Duration::from_secs(60);

/// What the packets between two hosts of one protocol have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flow {
    pub(super) source: Ipv6Addr,
    pub(super) destination: Ipv6Addr,
    pub(super) protocol: Protocol,
}

impl Flow {
    /// The flow of the packet that a notice quotes, its length and what a link takes; `None` for
    /// other notices, and where it is no IPv6 packet.
    pub(super) fn quoted(notice: &Notice) -> Option<(Self, usize, usize)> {
        let Notice::TooLarge {
            source: IpAddr::V6(source),
            destination: IpAddr::V6(destination),
            protocol,
            length,
            mtu,
            ..
        } = *notice
        else {
            return None;
        };
        let flow = Flow {
            source,
            destination,
            protocol: Protocol(protocol),
        };
        Some((flow, length, mtu))
    }

    fn set(&self) -> usize {
        let ends = self.source.to_bits().rotate_left(64) ^ self.destination.to_bits();
        let ends = (ends >> 64 ^ ends) & u128::from(u64::MAX);
        let key = u64::try_from(ends).unwrap_or(0) ^ u64::from(self.protocol.0);
        // Fibonacci hashing: the upper bits of the product depend on all of the key.
        let [high, ..] = key.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes();
        usize::from(high) % SETS
    }
}

/// The packets of a flow that went out lately.
#[derive(Clone, Copy, Debug)]
struct Entry {
    flow: Flow,
    last: Instant,
    longest: usize,
}

/// The flows that this node sends packets of.
#[derive(Clone, Debug, Default)]
pub(super) struct Sent(Vec<[Option<Entry>; WAYS]>);

impl Sent {
    /// A packet of so many octets goes out.
    pub(super) fn note(&mut self, flow: Flow, length: usize, now: Instant) {
        if self.0.is_empty() {
            self.0.resize(SETS, [None; WAYS]);
        }
        let Some(set) = self.0.get_mut(flow.set()) else {
            return;
        };
        let mut known = set.iter_mut().flatten();
        let new = Entry {
            flow,
            last: now,
            longest: length,
        };
        if let Some(entry) = known.find(|entry| entry.flow == flow) {
            let old = now - entry.last > LATELY;
            let longest = if old {
                length
            } else {
                entry.longest.max(length)
            };
            *entry = Entry { longest, ..new };
            return;
        }
        let silent = |way: &&mut Option<Entry>| way.as_ref().map(|entry| entry.last);
        if let Some(way) = set.iter_mut().min_by_key(silent) {
            *way = Some(new);
        }
    }

    /// True when a packet of this flow and length may be one of ours that went out lately.
    pub(super) fn may_be(&self, flow: &Flow, length: usize, now: Instant) -> bool {
        let set = self.0.get(flow.set());
        let mut known = set.into_iter().flatten().flatten();
        let entry = known.find(|entry| entry.flow == *flow);
        entry.is_some_and(|entry| now - entry.last <= LATELY && length <= entry.longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipv6::lab::{FAR, NEAR};

    fn to(last: u16) -> Flow {
        let [a, b, c, d, e, f, g, _] = FAR.segments();
        Flow {
            source: NEAR,
            destination: Ipv6Addr::new(a, b, c, d, e, f, g, last),
            protocol: Protocol::UDP,
        }
    }

    fn second(seconds: u64) -> Instant {
        Instant::from_nanos(seconds * 1_000_000_000)
    }

    #[test]
    fn what_went_out_lately_may_be_ours_and_nothing_else() {
        let mut sent = Sent::default();
        assert!(!sent.may_be(&to(2), 100, second(0)));
        sent.note(to(2), 1500, second(0));
        sent.note(to(2), 100, second(50));
        let other = Flow {
            protocol: Protocol::TCP,
            ..to(2)
        };
        for (flow, length, at, ours) in [
            (to(2), 1500, 110, true),
            (to(2), 1501, 50, false),
            (to(2), 1500, 111, false),
            (to(3), 1500, 50, false),
            (other, 1500, 50, false),
        ] {
            assert_eq!(
                sent.may_be(&flow, length, second(at)),
                ours,
                "{flow:?} at {at}"
            );
        }
        sent.note(to(2), 100, second(120));
        assert!(!sent.may_be(&to(2), 1500, second(120)), "that was long ago");
    }

    #[test]
    fn no_more_flows_than_the_bound_are_remembered() {
        let mut sent = Sent::default();
        (0..5000).for_each(|host| sent.note(to(host), 1500, second(host.into())));
        let known = |host: &u16| sent.may_be(&to(*host), 1500, second(5000));
        let kept = (4940..5000).filter(known).count();
        assert!(kept > 50, "the latest are kept: {kept}");
        assert_eq!(sent.0.len() * WAYS, 256);
    }
}
