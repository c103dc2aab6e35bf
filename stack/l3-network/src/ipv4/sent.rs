//! What this node has sent lately: an error about anything else is made up.
//!
//! Anybody who can send a packet here can claim that one of ours was too large, and so make every
//! packet to a host as small as 68 octets. A router can claim it only of a packet that it has
//! seen, so the claim is held against what went out:
//!
//! | rule | what a forger must know or do |
//! |---|---|
//! | the quote says "don't fragment" (RFC 1191 §3) | nothing |
//! | the told MTU is below the quoted Total Length | nothing |
//! | source, destination, protocol: such a packet went out within [`LATELY`] | with whom this node speaks now |
//! | the quoted Total Length is not above the longest of them | about how large they are |
//! | the quoted Identification is one of the last [`IDENTIFICATIONS`], where this layer chose them | to be near the packets, or to guess: once in 64 at best |
//!
//! A forger on the path knows all of it. One beside it who knows with whom this node speaks needs
//! some tens of guesses; the counts of [`Identifications`](super::identification) begin at 1, so
//! fewer while few packets went there. A transport knows more, and can ask for more.
//!
//! Spec: RFC 5927 §4, §7; RFC 8899 §4.6.1; RFC 1191 §3 and §6.3.  Units: octets.
//! Bound: [`SETS`] times [`WAYS`] flows; in a full set the one that was silent longest makes room.
//! Not here: whether the message itself is whole (`icmp/told.rs`), and the other errors: those
//! change nothing here and are told to transports, each of which knows its own ports and numbers,
//! while this table may have forgotten them.

use core::net::{IpAddr, Ipv4Addr};
use core::time::Duration;

use layercake_base::{Instant, Notice};

use super::Header;
use crate::Protocol;

/// Flows whose hash is the same share a set.
const SETS: usize = 64;
/// Flows in a set.
const WAYS: usize = 4;
/// An error comes back within this time; a packet lives for no more than two minutes (RFC 791).
const LATELY: Duration = Duration::from_secs(60);
/// Packets of a flow that may be on their way when an error comes back.
const IDENTIFICATIONS: u16 = 1024;

/// What the packets between two hosts of one protocol have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flow {
    pub(super) source: Ipv4Addr,
    pub(super) destination: Ipv4Addr,
    pub(super) protocol: Protocol,
}

impl Flow {
    fn set(&self) -> usize {
        let ends = self.source.to_bits().rotate_left(16) ^ self.destination.to_bits();
        // Fibonacci hashing, see `identification`.
        let mixed = (ends ^ u32::from(self.protocol.0)).wrapping_mul(0x9e37_79b9);
        let [high, ..] = mixed.to_be_bytes();
        usize::from(high) % SETS
    }
}

/// A packet that an error quotes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quote {
    pub(super) flow: Flow,
    pub(super) identification: u16,
    pub(super) total_length: u16,
}

impl Quote {
    /// What a notice quotes; `None` for other notices, and where it is no IPv4 packet.
    pub(super) fn of(notice: &Notice) -> Option<Self> {
        let Notice::TooLarge {
            source: IpAddr::V4(source),
            destination: IpAddr::V4(destination),
            protocol,
            identification: Some(identification),
            length,
            ..
        } = *notice
        else {
            return None;
        };
        let protocol = Protocol(protocol);
        Some(Quote {
            flow: Flow {
                source,
                destination,
                protocol,
            },
            identification,
            total_length: u16::try_from(length).ok()?,
        })
    }
}

/// The packets of a flow that went out lately.
#[derive(Clone, Copy, Debug)]
struct Entry {
    flow: Flow,
    last: Instant,
    longest: u16,
    /// The first and the last identification; `None` where its user chose one.
    identifications: Option<(u16, u16)>,
}

impl Entry {
    fn of(header: &Header, flow: Flow, chosen: bool, now: Instant) -> Self {
        let own = (header.identification, header.identification);
        Entry {
            flow,
            last: now,
            longest: header.total_length,
            identifications: (!chosen).then_some(own),
        }
    }

    fn add(&mut self, header: &Header, chosen: bool, now: Instant) {
        if now - self.last > LATELY {
            *self = Entry::of(header, self.flow, chosen, now);
            return;
        }
        self.last = now;
        self.longest = self.longest.max(header.total_length);
        let new = header.identification;
        self.identifications = match self.identifications {
            Some((first, _)) if !chosen => {
                let span = new.wrapping_sub(first).min(IDENTIFICATIONS - 1);
                Some((new.wrapping_sub(span), new))
            }
            _ => None,
        };
    }

    fn may_be(&self, quote: &Quote) -> bool {
        let known = self.identifications.is_none_or(|(first, last)| {
            last.wrapping_sub(quote.identification) <= last.wrapping_sub(first)
        });
        known && quote.total_length <= self.longest
    }
}

/// The flows that this node sends packets of that must not be fragmented.
#[derive(Clone, Debug, Default)]
pub(super) struct Sent(Vec<[Option<Entry>; WAYS]>);

impl Sent {
    /// A packet that must not be fragmented goes out. `chosen` says that the layer above chose
    /// its identification.
    pub(super) fn note(&mut self, header: &Header, chosen: bool, now: Instant) {
        let flow = Flow {
            source: header.source,
            destination: header.destination,
            protocol: header.protocol,
        };
        if self.0.is_empty() {
            self.0.resize(SETS, [None; WAYS]);
        }
        let Some(set) = self.0.get_mut(flow.set()) else {
            return;
        };
        let mut known = set.iter_mut().flatten();
        if let Some(entry) = known.find(|entry| entry.flow == flow) {
            return entry.add(header, chosen, now);
        }
        let silent = |way: &&mut Option<Entry>| way.as_ref().map(|entry| entry.last);
        if let Some(way) = set.iter_mut().min_by_key(silent) {
            *way = Some(Entry::of(header, flow, chosen, now));
        }
    }

    /// True when this packet may be one of ours that went out lately.
    pub(super) fn may_be(&self, quote: &Quote, now: Instant) -> bool {
        let set = self.0.get(quote.flow.set());
        let mut known = set.into_iter().flatten().flatten();
        let entry = known.find(|entry| entry.flow == quote.flow);
        entry.is_some_and(|entry| now - entry.last <= LATELY && entry.may_be(quote))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ipv4::lab::{FAR, NEAR};
    use proptest::prelude::*;

    fn second(seconds: u64) -> Instant {
        Instant::from_nanos(seconds * 1_000_000_000)
    }

    fn header(identification: u16, total_length: u16) -> Header {
        Header {
            identification,
            total_length,
            dont_fragment: true,
            ..Header::new(NEAR, FAR, Protocol::UDP, 0)
        }
    }

    fn quote(identification: u16, total_length: u16) -> Quote {
        Quote {
            flow: Flow {
                source: NEAR,
                destination: FAR,
                protocol: Protocol::UDP,
            },
            identification,
            total_length,
        }
    }

    /// One line for each rule that a quote can break.
    #[test]
    fn only_what_was_sent_lately_may_be_quoted() {
        let mut sent = Sent::default();
        let good = quote(71, 1500);
        assert!(!sent.may_be(&good, second(0)), "nothing was sent");
        sent.note(&header(70, 600), false, second(10));
        sent.note(&header(72, 1500), false, second(11));
        assert!(sent.may_be(&good, second(11)));
        assert!(sent.may_be(&good, second(11 + 60)));
        assert!(!sent.may_be(&good, second(11 + 61)), "too long ago");
        let flow = good.flow;
        let of = |flow| Quote { flow, ..good };
        for (why, wrong) in [
            (
                "source",
                of(Flow {
                    source: FAR,
                    ..flow
                }),
            ),
            (
                "destination",
                of(Flow {
                    destination: NEAR,
                    ..flow
                }),
            ),
            (
                "protocol",
                of(Flow {
                    protocol: Protocol::TCP,
                    ..flow
                }),
            ),
            ("longer than any", quote(71, 1501)),
            ("before the first", quote(69, 1500)),
            ("not sent yet", quote(73, 1500)),
        ] {
            assert!(!sent.may_be(&wrong, second(11)), "{why}");
        }
    }

    #[test]
    fn identifications_are_those_of_the_last_thousand_packets() {
        let mut sent = Sent::default();
        for number in 0..70_000_u32 {
            let [.., high, low] = number.to_be_bytes();
            sent.note(
                &header(u16::from_be_bytes([high, low]), 1500),
                false,
                second(1),
            );
        }
        let last = 69_999_u32 - 65_536;
        let counts: Vec<u16> = (0..=u16::MAX)
            .filter(|&n| sent.may_be(&quote(n, 1500), second(1)))
            .collect();
        assert_eq!(counts.len(), 1024);
        assert_eq!(counts.last().map(|&n| u32::from(n)), Some(last));
    }

    #[test]
    fn a_flow_that_was_silent_begins_anew() {
        let mut sent = Sent::default();
        sent.note(&header(70, 1500), false, second(0));
        sent.note(&header(90, 600), false, second(61));
        assert!(sent.may_be(&quote(90, 600), second(61)));
        assert!(!sent.may_be(&quote(70, 600), second(61)));
        assert!(!sent.may_be(&quote(90, 601), second(61)));
    }

    #[test]
    fn what_its_user_numbers_is_believed_under_any_number() {
        let mut sent = Sent::default();
        sent.note(&header(70, 1500), false, second(0));
        sent.note(&header(5, 1500), true, second(0));
        assert!(sent.may_be(&quote(4711, 1500), second(0)));
        assert!(!sent.may_be(&quote(4711, 1501), second(0)));
    }

    #[test]
    fn the_table_keeps_to_its_bound_and_knows_the_flow_that_spoke_last() {
        let mut sent = Sent::default();
        for host in 0..5000 {
            let destination = Ipv4Addr::from_bits(0x0a00_0000 + host);
            let to = Header {
                destination,
                ..header(1, 1500)
            };
            sent.note(&to, false, second(host.into()));
            let flow = Flow {
                destination,
                ..quote(0, 0).flow
            };
            let quote = Quote {
                flow,
                ..quote(1, 1500)
            };
            assert!(sent.may_be(&quote, second(host.into())));
        }
        assert_eq!(sent.0.len() * WAYS, 256);
    }

    /// Four flows fit into a set at least, so that no three others can hide one.
    #[test]
    fn four_flows_that_speak_in_turn_are_all_known() {
        let flow = |host| Flow {
            destination: Ipv4Addr::from_bits(host),
            ..quote(0, 0).flow
        };
        let same: Vec<Flow> = (0..)
            .map(flow)
            .filter(|flow| flow.set() == 7)
            .take(5)
            .collect();
        let mut sent = Sent::default();
        let note = |sent: &mut Sent, flow: Flow, at| {
            let destination = flow.destination;
            sent.note(
                &Header {
                    destination,
                    ..header(1, 1500)
                },
                false,
                second(at),
            );
        };
        for at in 0..8 {
            note(&mut sent, same[usize::try_from(at % 4).unwrap()], at);
        }
        let knows = |sent: &Sent, flow| {
            let quote = Quote {
                flow,
                ..quote(1, 1500)
            };
            sent.may_be(&quote, second(8))
        };
        assert!(same[..4].iter().all(|&flow| knows(&sent, flow)));
        note(&mut sent, same[4], 8);
        let known: Vec<bool> = same.iter().map(|&flow| knows(&sent, flow)).collect();
        assert_eq!(
            known,
            [false, true, true, true, true],
            "the first was silent longest"
        );
    }

    proptest! {
        /// What was sent within the minute is always believed, whatever was sent before it to
        /// the same host.
        #[test]
        fn a_packet_that_was_just_sent_may_be_quoted(
            packets in proptest::collection::vec((any::<u16>(), any::<bool>(), 0..100_u64), 1..50),
            first: u16,
        ) {
            let (mut sent, mut now, mut number) = (Sent::default(), 0, first);
            for (length, chosen, pause) in packets {
                now += pause;
                number = number.wrapping_add(1);
                sent.note(&header(number, length), chosen, second(now));
                prop_assert!(sent.may_be(&quote(number, length), second(now)));
            }
        }
    }
}
