//! The engine against anything: no arrival makes it panic, hang, or count wrongly.

use std::net::IpAddr;
use std::time::Duration;

use layercake_base::Instant;
use proptest::prelude::*;

use super::script::plan;
use super::text::{Style, Text};
use super::{Ping, Plan, Record};
use crate::engine::{Engine, Step};
use crate::net::{Cause, Clock, Incoming, Kind, Quoted, Report, SendError, Sent, Stamp};

fn cause() -> impl Strategy<Value = Cause> {
    prop_oneof![
        Just(Cause::HostUnreachable),
        any::<u32>().prop_map(|mtu| Cause::TooBig { mtu }),
        any::<u32>().prop_map(|pointer| Cause::ParameterProblem { pointer }),
        any::<(u8, u8)>().prop_map(|(icmp_type, code)| Cause::Other { icmp_type, code }),
    ]
}

fn kind() -> impl Strategy<Value = Kind> {
    let sequence = || prop_oneof![0..8_u16, any::<u16>()];
    let payload = prop::collection::vec(any::<u8>(), 0..80);
    let reply = (0..2_u16, sequence(), payload, any::<bool>());
    let reply =
        reply.prop_map(
            |(identifier, sequence, payload, corrupted)| Kind::EchoReply {
                identifier,
                sequence,
                payload,
                corrupted,
            },
        );
    let address = any::<Option<[u8; 4]>>().prop_map(|octets| octets.map(IpAddr::from));
    let error = (
        cause(),
        sequence(),
        address,
        any::<bool>(),
        any::<Option<u8>>(),
    );
    let error = error.prop_map(|(cause, sequence, destination, local, quoted_ttl)| {
        let probe = Quoted::Echo {
            identifier: 0,
            sequence,
        };
        let extensions = Vec::new();
        Kind::Error(Report {
            cause,
            probe,
            destination,
            local,
            quoted_ttl,
            extensions,
        })
    });
    let left = (0..9_u64).prop_map(|ticket| Kind::Left { ticket });
    prop_oneof![reply, error, left]
}

fn incoming() -> impl Strategy<Value = Incoming> {
    let from = any::<Option<[u8; 16]>>().prop_map(|octets| octets.map(IpAddr::from));
    (
        any::<u64>(),
        any::<u64>(),
        from,
        any::<Option<u8>>(),
        kind(),
    )
        .prop_map(|(at, seen, from, ttl, kind)| Incoming {
            at: Stamp {
                at: Instant::from_nanos(at),
                clock: Clock::Kernel,
            },
            seen: Instant::from_nanos(seen),
            from,
            ttl,
            kind,
        })
}

/// What the world does between two polls.
#[derive(Clone, Debug)]
enum Happening {
    Arrival(Incoming),
    Time(u64),
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let one = prop_oneof![
        3 => incoming().prop_map(Happening::Arrival),
        1 => (0..3_000_000_000_u64).prop_map(Happening::Time),
    ];
    prop::collection::vec(one, 0..60)
}

fn choices() -> impl Strategy<Value = Plan> {
    let times = (0..1_500_u64, 0..3_000_u64, prop::option::of(1..4_000_u64));
    (
        1..6_u64,
        times,
        0..70_usize,
        1..4_u64,
        any::<(bool, bool)>(),
    )
        .prop_map(
            |(
                count,
                (interval, timeout, deadline),
                size,
                preload,
                (adaptive, outstanding),
            )| Plan {
                interval: Duration::from_millis(interval),
                timeout: Duration::from_millis(timeout.max(1)),
                deadline: deadline.map(Duration::from_millis),
                size,
                preload,
                adaptive,
                outstanding,
                ..plan(count)
            },
        )
}

proptest! {
    /// Whatever arrives, a run with a count ends within bounded steps, and its sums agree.
    #[test]
    fn no_arrival_hangs_or_confuses_the_engine(
        plan in choices(), happenings in happenings(), busy in prop::collection::vec(any::<bool>(), 0..5)
    ) {
        let (mut ping, mut now) = (Ping::new(plan), Instant::ZERO);
        let (mut world, mut busy) = (happenings.into_iter(), busy.into_iter());
        let mut records: Vec<Record> = Vec::new();
        let mut over = false;
        for ticket in 0..20_000 {
            let step = ping.poll(now);
            records.extend(ping.records().drain(..));
            match step {
                Step::Send(_) => {
                    let at = Stamp { at: now, clock: Clock::User };
                    let refused = busy.next().unwrap_or(false);
                    let outcome = if refused { Err(SendError::Busy) } else { Ok(Sent { at, ticket }) };
                    ping.on_sent(outcome, now);
                }
                Step::Wait(until) => match world.next() {
                    Some(Happening::Arrival(incoming)) => ping.on_incoming(&incoming, now),
                    Some(Happening::Time(nanos)) => now = now + Duration::from_nanos(nanos),
                    None => now = now.max(until.expect("a run with a timeout never waits for ever")),
                },
                Step::Finished => {
                    over = true;
                    break;
                }
            }
        }
        prop_assert!(over, "the run must end");
        for summary in ping.summaries() {
            prop_assert!(summary.received <= summary.transmitted);
            prop_assert!((0.0..=100.0).contains(&summary.loss_percent));
        }
        let (mut output, mut errors) = (Vec::new(), Vec::new());
        let mut text = Text::new(&mut output, &mut errors, None, Style::default());
        for record in &records {
            text.on(record).unwrap();
            crate::json::write_line(&mut std::io::sink(), record).unwrap();
        }
        let harmless = |octet: &u8| *octet == b'\n' || *octet == b'\t' || *octet >= b' ';
        prop_assert!(output.iter().all(harmless));
    }
}
