//! The engine on scripted paths, with a time column.

use core::num::NonZeroU16;
use core::time::Duration;

use layercake_base::Instant;

use super::fake::{Path, TARGET, report, router, silent, story, target, trace};
use super::{Method, Plan, Record, Text, Trace, Waits};
use crate::engine::{Engine, Step};
use crate::net::{Cause, Kind, Packets, Probe, SendError};

fn plan() -> Plan {
    Plan::new(TARGET)
}

fn at(ms: u64) -> Instant {
    Instant::ZERO + Duration::from_millis(ms)
}

fn report_of(records: &[Record]) -> String {
    let mut output = Vec::new();
    let mut text = Text::new(&mut output, None);
    for record in records {
        text.on(record).unwrap();
    }
    String::from_utf8(output).unwrap()
}

#[test]
fn one_probe_a_hop_over_two_routers() {
    let mut path = Path::new(vec![router(1, 2), router(2, 5), target(9)]);
    let plan = Plan {
        queries: 1,
        max: 4,
        ..plan()
    };
    let expected = "
    0.000 > 1.1
    0.000 > 2.1
    0.000 > 3.1
    0.000 > 4.1
    2.000 < 1.1 192.0.2.1
    5.000 < 2.1 192.0.2.2
    9.000 < 3.1 192.0.2.99
    9.000 < 4.1 192.0.2.99
    9.000 end 3 true
";
    assert_eq!(format!("\n{}", story(&trace(&mut path, plan))), expected);
}

#[test]
fn the_report_of_a_silent_router_and_two_responders_reads_as_traceroute_s() {
    let mut other = router(9, 1);
    other.most = 1;
    let mut path = Path::new(vec![router(1, 2), silent(2), target(9)]);
    path.hops[0].most = 2;
    let mut records = trace(&mut path, plan());
    for record in &mut records {
        if let Record::HopReply { probe, from, .. } = record
            && (probe.hop, probe.query) == (1, 2)
        {
            *from = other.from;
        }
    }
    let expected = "\
traceroute to target.example (192.0.2.99), 30 hops max, 60 byte packets
 1  192.0.2.1  2.000 ms 192.0.2.9  2.000 ms *
 2  * * *
 3  192.0.2.99  9.000 ms  9.000 ms  9.000 ms
";
    assert_eq!(report_of(&records), expected);
}

/// The goals of a default trace over 12 hops that answer after 20 ms: one round trip, and not
/// more packets than the 48 of `traceroute -n`; with one probe a hop at most 1.5 for each hop.
#[test]
fn twelve_hops_take_one_round_trip_and_few_packets() {
    let hops = || (1..12).map(|n| router(n, 20)).chain([target(20)]).collect();
    let mut path = Path::new(hops());
    trace(&mut path, plan());
    assert_eq!((path.now, path.sent.len()), (at(20), 48));
    let mut path = Path::new(hops());
    trace(
        &mut path,
        Plan {
            queries: 1,
            ..plan()
        },
    );
    assert_eq!((path.now, path.sent.len()), (at(20), 16));
}

#[test]
fn answers_that_are_there_at_once_save_every_wasted_packet() {
    let hops = (1..29).map(|n| router(n, 0)).chain([target(0)]).collect();
    let mut path = Path::new(hops);
    let records = trace(&mut path, plan());
    assert_eq!(path.sent.len(), 3 * 29);
    assert!(story(&records).ends_with("end 29 true\n"));
}

/// Two silent routers cost three round trips, not ten.
#[test]
fn silent_routers_are_given_up_soon_after_the_target_answered() {
    let mut hops: Vec<_> = (1..12).map(|n| router(n, 20)).chain([target(20)]).collect();
    hops[3] = silent(4);
    hops[7] = silent(8);
    let mut path = Path::new(hops);
    trace(&mut path, plan());
    assert_eq!(path.now, at(63));
}

#[test]
fn scouts_explore_beyond_sixteen_hops_and_the_rest_follows() {
    let hops = (1..19).map(|n| router(n, 20)).chain([target(20)]).collect();
    let mut path = Path::new(hops);
    let records = trace(&mut path, plan());
    // 16 hops of 3, scouts to hops 17 to 30, and two more to hops 17, 18 and 19.
    assert_eq!((path.now, path.sent.len()), (at(60), 48 + 14 + 6));
    assert!(
        report_of(&records)
            .ends_with("19  192.0.2.99  20.000 ms  20.000 ms  20.000 ms\n")
    );
}

#[test]
fn a_dead_end_takes_little_more_than_one_long_wait() {
    let mut path = Path::new((1..4).map(|n| router(n, 20)).chain([silent(4)]).collect());
    let records = trace(&mut path, plan());
    assert_eq!(path.sent.len(), 90);
    assert!(path.now < at(5_200), "{}", path.now);
    assert!(report_of(&records).ends_with("29  * * *\n30  * * *\n"));
}

#[test]
fn a_refusal_ends_the_path_with_its_sign() {
    let mut last = router(3, 7);
    last.cause = Some(Cause::HostUnreachable);
    let mut path = Path::new(vec![router(1, 1), router(2, 2), last]);
    let records = trace(
        &mut path,
        Plan {
            queries: 2,
            ..plan()
        },
    );
    let text = report_of(&records);
    assert!(
        text.ends_with(" 3  192.0.2.3  7.000 ms !H  7.000 ms !H\n"),
        "{text}"
    );
    assert!(story(&records).ends_with("end 3 false\n"));
}

/// A router that looks for the next host for three seconds says "host unreachable" about a
/// single probe, the last of all: it counts for the hop behind the router.
#[test]
fn a_refusal_that_a_far_probe_brings_counts_for_the_hop_behind_its_router() {
    let mut gone = router(2, 3_000);
    gone.cause = Some(Cause::HostUnreachable);
    gone.most = 1;
    let mut path =
        Path::new(vec![router(1, 1), router(2, 2), silent(3), silent(4), gone]);
    let records = trace(
        &mut path,
        Plan {
            queries: 2,
            max: 5,
            ..plan()
        },
    );
    let text = report_of(&records);
    assert!(
        text.ends_with(" 3  192.0.2.2  3000.000 ms !H *\n"),
        "{text}"
    );
    assert!(story(&records).ends_with("end 3 false\n"));
}

/// Refusals overtake each other; each is that of its own probe all the same.
#[test]
fn refusals_in_another_order_than_their_probes_keep_their_places() {
    let mut path = Path::new(vec![silent(1), silent(2)]);
    let mut engine = Trace::new(Plan { max: 2, ..plan() }, "target", 0).unwrap();
    let mut probes = Vec::new();
    while let Step::Send(probe) = poll_past_glances(&mut engine, at(0)) {
        let sent = path.send(&probe).unwrap();
        engine.on_sent(Ok(sent), at(0));
        probes.push(probe);
    }
    for (ms, probe) in [(2, 0), (9, 5), (10, 4), (11, 3), (12, 1), (13, 2)] {
        let cause = match probe {
            0..3 => Cause::TimeExceeded,
            _ => Cause::HostUnreachable,
        };
        let kind = Kind::Error(report(cause, &probes[probe].what, TARGET));
        path.arrive(at(ms), Some([192, 0, 2, 1].into()), kind);
        path.now = at(ms);
        let incoming = path.receive().unwrap().unwrap();
        engine.on_incoming(&incoming, at(ms));
    }
    assert_eq!(poll_past_glances(&mut engine, at(13)), Step::Finished);
    let records: Vec<_> = engine.records().drain(..).collect();
    let report = report_of(&records);
    let expected = " 2  192.0.2.1  11.000 ms !H  10.000 ms !H  9.000 ms !H\n";
    assert!(report.ends_with(expected), "{report}");
}

/// The next step that is more than to look for arrivals before the next probe.
fn poll_past_glances(engine: &mut Trace, now: Instant) -> Step {
    let step = engine.poll(now);
    match step {
        Step::Wait(Some(at)) if at <= now => engine.poll(now),
        step => step,
    }
}

#[test]
fn one_probe_at_a_time_is_what_a_parallelism_of_one_means() {
    let mut path = Path::new(vec![router(1, 10), target(20)]);
    let plan = Plan {
        parallel: NonZeroU16::new(1),
        queries: 1,
        ..plan()
    };
    let records = trace(&mut path, plan);
    assert_eq!((path.now, path.sent), (at(30), vec![1, 2]));
    assert!(story(&records).ends_with("end 2 true\n"));
}

#[test]
fn probes_keep_their_distance() {
    let mut path = Path::new(vec![router(1, 100), router(2, 100), target(100)]);
    let interval = Duration::from_millis(30);
    trace(
        &mut path,
        Plan {
            queries: 1,
            interval,
            max: 3,
            ..plan()
        },
    );
    assert_eq!(path.now, at(160));
}

#[test]
fn a_late_answer_is_told_and_not_counted() {
    let mut path = Path::new(vec![router(1, 2_000), target(5)]);
    let mut slow = router(1, 2_000);
    slow.most = 1;
    path.hops[0] = slow;
    path.hops.insert(1, silent(2));
    let waits = Waits {
        max: Duration::from_secs(3),
        near: 0.0,
        ..Waits::DEFAULT
    };
    let records = trace(
        &mut path,
        Plan {
            queries: 1,
            waits,
            max: 3,
            ..plan()
        },
    );
    assert!(story(&records).contains("2000.000 < 1.1"));
    let hasty = Waits {
        max: Duration::from_secs(1),
        ..waits
    };
    let mut path = Path::new(vec![slow_start(), silent(2), silent(3)]);
    path.hops[2].cause = None;
    let plan = Plan {
        queries: 1,
        waits: hasty,
        max: 30,
        interval: at(90).since(at(0)),
        ..plan()
    };
    let told = story(&trace(&mut path, plan));
    assert!(told.contains("1000.000 * 1.1\n"), "{told}");
    assert!(told.contains("1500.000 late 1.1\n"), "{told}");
}

fn slow_start() -> super::fake::Hop {
    router(1, 1_500)
}

#[test]
fn a_full_queue_delays_a_probe_and_loses_none() {
    let mut path = Path::new(vec![target(5)]);
    path.busy = 2;
    let records = trace(
        &mut path,
        Plan {
            queries: 1,
            max: 1,
            ..plan()
        },
    );
    let expected = "   20.000 > 1.1\n   25.000 < 1.1 192.0.2.99\n   25.000 end 1 true\n";
    assert_eq!(story(&records), expected);
}

#[test]
fn a_probe_that_cannot_leave_ends_the_trace_with_the_reason() {
    let mut path = Path::new(vec![target(5)]);
    path.refuse = Some(SendError::Refused("Network is unreachable".to_owned()));
    let told = story(&trace(&mut path, plan()));
    assert!(
        told.starts_with("failed    Network is unreachable\n"),
        "{told}"
    );
}

#[test]
fn a_probe_too_long_for_the_first_link_ends_the_path_there() {
    let mut path = Path::new(vec![target(5)]);
    path.refuse = Some(SendError::TooLong { mtu: 1500 });
    let records = trace(
        &mut path,
        Plan {
            queries: 1,
            ..plan()
        },
    );
    assert_eq!(
        story(&records),
        "    0.000 long 1.1 1500\n    0.000 end 1 false\n"
    );
    let text = report_of(&records);
    assert!(text.ends_with("\n 1  *  0.000 ms !F-1500\n"), "{text}");
}

#[test]
fn an_interrupt_ends_the_trace_and_its_report() {
    let mut engine = Trace::new(plan(), "x", 0).unwrap();
    assert!(matches!(engine.poll(Instant::ZERO), Step::Send(_)));
    engine.on_interrupt(Instant::ZERO);
    assert_eq!(engine.poll(Instant::ZERO), Step::Finished);
    assert_eq!(engine.poll(Instant::ZERO), Step::Finished);
    let ends = |record: &&Record| matches!(record, Record::PathFinished { .. });
    assert_eq!(engine.records().iter().filter(ends).count(), 1);
}

#[test]
fn each_method_traces_the_same_path() {
    for method in [Method::Default, Method::Udp, Method::Icmp] {
        let mut path = Path::new(vec![router(1, 2), router(2, 5), target(9)]);
        let records = trace(&mut path, plan().with_method(method));
        assert!(
            story(&records).ends_with("9.000 end 3 true\n"),
            "{method:?}"
        );
    }
}

#[test]
fn errors_about_other_packets_are_nobody_s_answer() {
    let mut path = Path::new(vec![silent(1)]);
    let strangers = [
        (49_152, 33_434 + 90, Some(TARGET)),
        (49_152, 33_433, Some(TARGET)),
        (49_152, 33_434, Some([203, 0, 113, 1].into())),
    ];
    for (source_port, destination_port, destination) in strangers {
        let probe = Probe::Udp {
            source_port,
            destination_port,
            payload: Vec::new(),
        };
        let mut error = report(Cause::TimeExceeded, &probe, TARGET);
        error.destination = destination;
        path.arrive(at(1), Some([192, 0, 2, 66].into()), Kind::Error(error));
    }
    let told = story(&trace(
        &mut path,
        Plan {
            max: 1,
            queries: 1,
            ..plan()
        },
    ));
    assert_eq!(
        told,
        "    0.000 > 1.1\n 5000.000 * 1.1\n 5000.000 end 1 false\n"
    );
}
