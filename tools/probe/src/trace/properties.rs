//! What holds on every path, and whatever arrives.

use core::net::IpAddr;
use core::num::NonZeroU16;

use layercake_base::Instant;
use proptest::prelude::*;

use super::fake::{Hop, Path, TARGET, router, silent, target, trace};
use super::{Method, Plan, Record};
use crate::net::{Cause, Kind, Quoted, Report};

fn method() -> impl Strategy<Value = Method> {
    prop_oneof![Just(Method::Default), Just(Method::Udp), Just(Method::Icmp)]
}

/// Routers up to 10 ms apart, each third one silent, then the target.
fn path() -> impl Strategy<Value = Vec<Hop>> {
    let hop = (0_u64..10, 0..3_u8);
    proptest::collection::vec(hop, 1..25).prop_map(|links| {
        let mut delay = 0;
        let mut hops = Vec::new();
        for ((link, kind), n) in links.into_iter().zip(1..) {
            delay += link;
            hops.push(if kind == 0 {
                silent(n)
            } else {
                router(n, delay)
            });
        }
        hops.push(target(delay));
        hops
    })
}

fn plan() -> impl Strategy<Value = Plan> {
    let numbers = (1_u8..=4, 0_u16..20, 0_u16..=u16::MAX);
    (method(), numbers).prop_map(|(method, (queries, parallel, port))| Plan {
        queries,
        parallel: NonZeroU16::new(parallel),
        port,
        ..Plan::new(TARGET).with_method(method)
    })
}

/// Who answered for this hop, if anybody; `None` also when the trace never asked.
fn seen(records: &[Record], hop: usize) -> Option<IpAddr> {
    records.iter().find_map(|record| match record {
        Record::HopReply { probe, from, .. } if usize::from(probe.hop) == hop => {
            Some(*from)
        }
        _ => None,
    })
}

fn cause() -> impl Strategy<Value = Cause> {
    let other = (any::<u8>(), any::<u8>());
    prop_oneof![
        Just(Cause::TimeExceeded),
        Just(Cause::PortUnreachable),
        any::<u32>().prop_map(|mtu| Cause::TooBig { mtu }),
        other.prop_map(|(icmp_type, code)| Cause::Other { icmp_type, code }),
    ]
}

/// Anything that could arrive, with numbers close to those in use.
fn hostile() -> impl Strategy<Value = (u64, bool, Kind)> {
    let port = prop_oneof![
        0xc000_u16..0xc010,
        33_434_u16..33_500,
        0_u16..40,
        any::<u16>()
    ];
    let (first, second) = (port.clone(), port.clone());
    let quoted = prop_oneof![
        (first, second).prop_map(|(source_port, destination_port)| Quoted::Udp {
            source_port,
            destination_port
        }),
        port.clone().prop_map(|sequence| Quoted::Echo {
            identifier: 0,
            sequence
        }),
        Just(Quoted::Unknown),
    ];
    let octets = proptest::collection::vec(any::<u8>(), 0..40);
    let error = (
        cause(),
        quoted,
        any::<bool>(),
        any::<bool>(),
        octets.clone(),
    );
    let error = error.prop_map(|(cause, probe, ours, local, extensions)| {
        let destination = ours.then_some(TARGET);
        let quoted_ttl = None;
        Kind::Error(Report {
            cause,
            probe,
            destination,
            local,
            quoted_ttl,
            extensions,
        })
    });
    let reply =
        (port, octets, any::<bool>()).prop_map(|(sequence, payload, corrupted)| {
            Kind::EchoReply {
                identifier: 0,
                sequence,
                payload,
                corrupted,
            }
        });
    let left = (0_u64..100).prop_map(|ticket| Kind::Left { ticket });
    (
        0_u64..3_000_000_000,
        any::<bool>(),
        prop_oneof![error, reply, left],
    )
}

proptest! {
    /// Any path is told as it is: each router at its hop, silence where it is silent, the target
    /// last, however many probes are in flight.
    #[test]
    fn a_path_is_told_as_it_is(hops in path(), plan in plan()) {
        let mut fake = Path::new(hops.clone());
        let records = trace(&mut fake, plan.clone());
        for (place, hop) in hops.iter().enumerate() {
            let expected = hop.cause.map(|_| hop.from);
            prop_assert_eq!(seen(&records, place + 1), expected, "hop {}", place + 1);
        }
        let Some(Record::PathFinished { reached, hops: last, sent, .. }) = records.last() else {
            panic!("no end");
        };
        prop_assert!(*reached);
        prop_assert_eq!(usize::from(*last), hops.len());
        prop_assert!(*sent <= 30 * usize::from(plan.queries));
    }

    /// Whatever arrives, the trace ends in bounded time, sends no more than planned, and says
    /// of every probe at most once what became of it.
    #[test]
    fn hostile_arrivals_neither_stop_nor_multiply_a_trace(
        arrivals in proptest::collection::vec(hostile(), 0..60),
        hops in path(),
        plan in plan(),
    ) {
        let mut fake = Path::new(hops);
        for (at, known, kind) in arrivals {
            let from = known.then_some(TARGET);
            fake.arrive(Instant::from_nanos(at), from, kind);
        }
        let records = trace(&mut fake, plan.clone());
        prop_assert!(fake.sent.len() <= 30 * usize::from(plan.queries));
        let mut told: Vec<_> = records.iter().filter_map(|record| match record {
            Record::HopReply { probe, .. } | Record::Timeout { probe, .. } => {
                Some((probe.hop, probe.query))
            }
            _ => None,
        }).collect();
        let all = told.len();
        told.sort_unstable();
        told.dedup();
        prop_assert_eq!(told.len(), all);
        let finished = matches!(records.last(), Some(Record::PathFinished { .. }));
        prop_assert!(finished);
    }
}
