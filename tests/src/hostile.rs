//! Frames that a wire might bring: valid ones of every kind that we know, wrong ones, and valid
//! ones spoilt. Built by hand, octet by octet, so that no codec of ours agrees with itself.
//!
//! ```text
//!   kind by weight ──▶ a valid frame ──▶ half of them spoilt ──▶ checksums repaired, mostly
//! ```
//! The same seed and the same [`Target`] give the same frames. A frame is made in 0.2 to 2 µs, and
//! nothing is allocated for it once the buffer has grown.

#![expect(
    clippy::indexing_slicing,
    reason = "a wrong place is a mistake of the generator, which every test would meet"
)]

mod dice;
mod fragments;
mod icmp;
mod ipv4;
mod ipv6;
mod link;
mod neighbour;
mod spoil;
mod sums;
mod upper;

use core::net::{Ipv4Addr, Ipv6Addr};

use dice::Dice;
use fragments::Pieces;
use layercake_base::Mac;

/// Whom the frames are for, and whom they claim to come from.
#[derive(Clone, Debug)]
pub struct Target {
    /// Link address of the attachment.
    pub mac: Mac,
    /// Its addresses, at least one.
    pub v4: Vec<Ipv4Addr>,
    /// Its addresses in IPv6, at least one; made up where it has none.
    pub v6: Vec<Ipv6Addr>,
    /// Hosts on all sides, some of them real; at least one.
    pub hosts: Vec<Ipv4Addr>,
    /// The same in IPv6.
    pub hosts_v6: Vec<Ipv6Addr>,
}

/// What a frame was before it was spoilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Random octets, of any EtherType.
    Noise,
    /// ARP.
    Arp,
    /// Tags, LLC, LLDP, BPDUs.
    Link,
    /// ICMP echo over IPv4.
    Echo,
    /// UDP over IPv4.
    Udp,
    /// TCP over IPv4.
    Tcp,
    /// Any other protocol in IPv4.
    Protocol,
    /// IPv4 with options.
    Options,
    /// A fragment over IPv4.
    Fragment,
    /// An ICMP error, and what it quotes.
    Error,
    /// Any other ICMP message.
    Message,
    /// RIP, RIPng, link state.
    Routing,
    /// UDP, TCP, echo over IPv6.
    Plain6,
    /// IPv6 with extension headers.
    Chain6,
    /// A fragment over IPv6.
    Fragment6,
    /// An ICMPv6 error, and what it quotes.
    Error6,
    /// Neighbour discovery.
    Neighbour,
    /// Any other ICMPv6 message.
    Message6,
}

/// Kinds and how often each of them comes, in parts of all.
const KINDS: [(Kind, usize); 18] = [
    (Kind::Noise, 3),
    (Kind::Arp, 4),
    (Kind::Link, 3),
    (Kind::Echo, 8),
    (Kind::Udp, 8),
    (Kind::Tcp, 3),
    (Kind::Protocol, 3),
    (Kind::Options, 9),
    (Kind::Fragment, 12),
    (Kind::Error, 9),
    (Kind::Message, 5),
    (Kind::Routing, 3),
    (Kind::Plain6, 5),
    (Kind::Chain6, 8),
    (Kind::Fragment6, 5),
    (Kind::Error6, 3),
    (Kind::Neighbour, 6),
    (Kind::Message6, 3),
];

/// Makes frames, one after the other.
#[derive(Debug)]
pub struct Generator {
    dice: Dice,
    target: Target,
    pieces: Pieces,
    pieces_v6: Pieces,
}

impl Generator {
    /// The frames of this seed for that target.
    #[must_use]
    pub fn new(seed: u64, target: Target) -> Self {
        Generator {
            dice: Dice::new(seed),
            target,
            pieces: Pieces::default(),
            pieces_v6: Pieces::default(),
        }
    }

    /// Puts the next frame into `frame`: an Ethernet frame without its check sequence.
    pub fn next(&mut self, frame: &mut Vec<u8>) -> Kind {
        frame.clear();
        let kind = self.kind();
        self.make(kind, frame);
        if self.dice.chance(2) {
            spoil::spoil(&mut self.dice, frame);
            if !self.dice.chance(4) {
                sums::repair(frame);
            }
        }
        kind
    }

    fn kind(&mut self) -> Kind {
        let all = KINDS.iter().map(|(_, parts)| parts).sum();
        let mut rest = self.dice.below(all);
        for (kind, parts) in KINDS {
            if rest < parts {
                return kind;
            }
            rest -= parts;
        }
        Kind::Noise
    }

    fn make(&mut self, kind: Kind, frame: &mut Vec<u8>) {
        let (dice, target) = (&mut self.dice, &self.target);
        match kind {
            Kind::Noise => link::noise(dice, target, frame),
            Kind::Arp => link::arp(dice, target, frame),
            Kind::Link => link::other(dice, target, frame),
            Kind::Echo => ipv4::with(dice, target, frame, 1, upper::echo),
            Kind::Udp => ipv4::with(dice, target, frame, 17, upper::udp),
            Kind::Tcp => ipv4::with(dice, target, frame, 6, upper::tcp),
            Kind::Protocol => {
                let protocol = dice.octet();
                ipv4::with(dice, target, frame, protocol, upper::anything);
            }
            Kind::Options => ipv4::with_options(dice, target, frame),
            Kind::Fragment => self.pieces.ipv4(dice, target, frame),
            Kind::Error => icmp::error(dice, target, frame),
            Kind::Message => icmp::message(dice, target, frame),
            Kind::Routing => upper::routing(dice, target, frame),
            Kind::Plain6 => ipv6::plain(dice, target, frame),
            Kind::Chain6 => ipv6::chained(dice, target, frame),
            Kind::Fragment6 => self.pieces_v6.ipv6(dice, target, frame),
            Kind::Error6 => neighbour::error(dice, target, frame),
            Kind::Neighbour => neighbour::discovery(dice, target, frame),
            Kind::Message6 => neighbour::message(dice, target, frame),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn target() -> Target {
        Target {
            mac: Mac::local(1),
            v4: vec![Ipv4Addr::new(192, 0, 2, 1)],
            v6: vec!["2001:db8::1".parse().unwrap()],
            hosts: vec![Ipv4Addr::new(192, 0, 2, 2)],
            hosts_v6: vec!["2001:db8::2".parse().unwrap()],
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_frames_of_every_kind() {
        let (mut one, mut other) =
            (Generator::new(7, target()), Generator::new(7, target()));
        let (mut frame, mut again) = (Vec::new(), Vec::new());
        let mut seen = BTreeMap::new();
        for _ in 0..20_000 {
            let kind = one.next(&mut frame);
            assert_eq!(kind, other.next(&mut again));
            assert_eq!(frame, again);
            assert!(frame.len() <= 4000, "{kind:?} of {}", frame.len());
            *seen.entry(kind).or_insert(0) += 1;
        }
        assert_eq!(seen.len(), KINDS.len(), "{seen:?}");
        let mut third = Generator::new(8, target());
        third.next(&mut again);
        assert_ne!(frame, again);
    }
}
