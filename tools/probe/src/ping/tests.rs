//! The engine against scripts: what ping(8) says about ends, counts and waits.

use std::time::Duration;

use super::script::{HOST, Script, plan, run};
use super::text::{Style, Text};
use super::{Plan, Record, Reply, Summary, Target};
use crate::net::{Cause, Clock, SendError};

fn summary(records: &[Record]) -> &Summary {
    match records.last() {
        Some(Record::Summary(summary)) => summary,
        other => panic!("{other:?} is no summary"),
    }
}

fn replies(records: &[Record]) -> Vec<&Reply> {
    let mut found = Vec::new();
    for record in records {
        if let Record::Reply(reply) = record {
            found.push(reply);
        }
    }
    found
}

fn text(records: &[Record]) -> (String, String) {
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let style = Style {
        program: "ping",
        ..Style::default()
    };
    let mut text = Text::new(&mut output, &mut errors, None, style);
    records.iter().for_each(|record| text.on(record).unwrap());
    (
        String::from_utf8(output).unwrap(),
        String::from_utf8(errors).unwrap(),
    )
}

#[test]
fn three_answers_end_a_run_at_once() {
    let mut script = Script::new("15 reply 1\n 1016 reply 2\n 2017 reply 3");
    let (records, end) = run(plan(3), &mut script);
    assert_eq!(end, 2017);
    let expected = "\
PING host (192.0.2.1) 56(84) bytes of data.
64 bytes from 192.0.2.1: icmp_seq=1 ttl=64 time=15.0 ms
64 bytes from 192.0.2.1: icmp_seq=2 ttl=64 time=16.0 ms
64 bytes from 192.0.2.1: icmp_seq=3 ttl=64 time=17.0 ms

--- host ping statistics ---
3 packets transmitted, 3 received, 0% packet loss, time 2000ms
rtt min/avg/max/mdev = 15.000/16.000/17.000/0.816 ms
";
    assert_eq!(text(&records).0, expected);
    let clocks = replies(&records)
        .iter()
        .all(|r| r.received_by == Clock::Kernel);
    assert!(clocks && replies(&records)[0].sent_by == Clock::User);
}

/// ping(8), -W: ten seconds by default, counted from the last probe.
#[test]
fn silence_is_waited_out() {
    let (records, end) = run(plan(2), &mut Script::default());
    assert_eq!(end, 11_000);
    let timeouts = records.iter().filter(|r| matches!(r, Record::Timeout(_)));
    assert_eq!(timeouts.count(), 2);
    assert!(text(&records).0.ends_with(
        "2 packets transmitted, 0 received, 100% packet loss, time 1000ms\n\n"
    ));
}

/// ping(8), -W: "applies only in absence of any responses, otherwise ping waits for two RTTs".
#[test]
fn after_an_answer_the_wait_is_twice_the_longest_round_trip() {
    let short = Plan {
        timeout: Duration::from_secs(1),
        ..plan(2)
    };
    let (_, end) = run(short.clone(), &mut Script::new("700 reply 1"));
    assert_eq!(end, 1000 + 2 * 700);
    // But at least one interval.
    let (_, end) = run(short.clone(), &mut Script::new("10 reply 1"));
    assert_eq!(end, 1000 + 1000);
    let quick = Plan {
        interval: Duration::from_millis(300),
        ..short
    };
    let (_, end) = run(quick, &mut Script::new("250 reply 1"));
    assert_eq!(end, 300 + 2 * 250);
}

#[test]
fn a_timeout_of_zero_waits_for_ever() {
    let patient = Plan {
        timeout: Duration::ZERO,
        ..plan(1)
    };
    let (records, end) = run(patient, &mut Script::new("99999999 reply 1"));
    assert_eq!((end, summary(&records).received), (99_999_999, 1));
}

/// ping(8), -w: with a count too, probes go on until so many answers have come.
#[test]
fn under_a_deadline_probes_go_on_beyond_the_count() {
    let timed = Plan {
        deadline: Some(Duration::from_secs(5)),
        ..plan(2)
    };
    let mut script = Script::new("10 reply 1\n 3010 reply 4");
    let (records, end) = run(timed.clone(), &mut script);
    assert_eq!((end, summary(&records).transmitted), (3010, 4));
    let (records, end) = run(timed, &mut Script::new("10 reply 1"));
    assert_eq!((end, summary(&records).received), (5000, 1));
    assert!(!summary(&records).is_success(Some(2), true));
    assert!(summary(&records).is_success(None, false));
}

#[test]
fn errors_count_towards_the_end_and_are_told() {
    let mut script = Script::new("20 unreachable 1\n 1020 expired 2\n 2020 too-big 3");
    let (records, end) = run(plan(3), &mut script);
    assert_eq!(end, 2020);
    let (output, _) = text(&records);
    let expected = "\
From 192.0.2.254 icmp_seq=1 Destination Host Unreachable
From 192.0.2.254 icmp_seq=2 Time to live exceeded
From 192.0.2.254 icmp_seq=3 Frag needed and DF set (mtu = 1280)

--- host ping statistics ---
3 packets transmitted, 0 received, +3 errors, 100% packet loss, time 2000ms
";
    assert!(output.contains(expected), "{output}");
    let causes = records.iter().filter(|r| {
        matches!(
            r,
            Record::Error {
                cause: Cause::HostUnreachable | Cause::TimeExceeded,
                ..
            }
        )
    });
    assert_eq!(causes.count(), 2);
}

#[test]
fn a_second_answer_is_a_duplicate_and_no_answer() {
    let mut script = Script::new("10 reply 1\n 11 reply 1\n 1010 reply 2");
    let (records, _) = run(plan(2), &mut script);
    assert_eq!(
        (summary(&records).received, summary(&records).duplicates),
        (2, 1)
    );
    let (output, _) = text(&records);
    assert!(
        output.contains("icmp_seq=1 ttl=64 time=11.0 ms (DUP!)\n"),
        "{output}"
    );
    assert!(
        output.contains("2 received, +1 duplicates, 0% packet loss"),
        "{output}"
    );
}

#[test]
fn a_late_answer_counts_and_says_that_it_is_late() {
    let hasty = Plan {
        timeout: Duration::from_millis(500),
        ..plan(3)
    };
    let mut script = Script::new("700 reply 1\n 1010 reply 2\n 2010 reply 3");
    let (records, _) = run(hasty, &mut script);
    let late: Vec<bool> = replies(&records).iter().map(|reply| reply.late).collect();
    assert_eq!(
        (late, summary(&records).received),
        (vec![true, false, false], 3)
    );
}

#[test]
fn damage_is_seen_and_not_measured() {
    let mut script =
        Script::new("10 corrupted 1\n 1010 wrong 2\n 2010 short 3\n 3010 elsewhere 4");
    let (records, _) = run(plan(4), &mut script);
    let (output, _) = text(&records);
    assert!(
        output.contains("icmp_seq=1 ttl=64 time=10.0 ms (BAD CHECKSUM!)\n"),
        "{output}"
    );
    assert!(
        output.contains(
            "\nwrong data byte #20 should be 0x14 but was 0xeb\n#16\t10 11 12 13 eb 15 "
        ),
        "{output}"
    );
    assert!(
        output.contains("28 bytes from 192.0.2.1: icmp_seq=3 ttl=64 (truncated)\n"),
        "{output}"
    );
    assert!(
        output.contains("icmp_seq=4 ttl=64 time=10.0 ms (DIFFERENT ADDRESS!)\n"),
        "{output}"
    );
    assert!(
        output.contains("3 received, +1 corrupted, 25% packet loss"),
        "{output}"
    );
}

/// CVE-2025-48964: what a peer echoes must not change a time; that it was changed is told.
#[test]
fn a_forged_seal_changes_no_time() {
    let (records, _) = run(plan(1), &mut Script::new("10 forged 1"));
    let reply = replies(&records)[0];
    assert_eq!((reply.sealed, reply.rtt_ns), (Some(false), 10_000_000));
    assert_eq!(
        reply.wrong.as_ref().unwrap().octet,
        7,
        "the number 1 became 0"
    );
}

#[test]
fn strangers_and_sequence_numbers_never_sent_are_not_answers() {
    let hasty = Plan {
        timeout: Duration::from_secs(1),
        ..plan(1)
    };
    let (records, _) = run(
        hasty,
        &mut Script::new("10 stranger 1\n 20 reply 2\n 30 expired 9"),
    );
    assert_eq!(
        (summary(&records).received, summary(&records).errors),
        (0, 0)
    );
}

#[test]
fn outstanding_probes_are_told_when_asked_for() {
    let told = Plan {
        outstanding: true,
        ..plan(3)
    };
    let (records, _) = run(told, &mut Script::new("10 reply 1\n 2010 reply 3"));
    let (output, _) = text(&records);
    assert_eq!(output.matches("no answer yet for icmp_seq=2\n").count(), 1);
    assert_eq!(output.matches("no answer yet").count(), 1);
}

#[test]
fn a_message_too_long_is_a_local_error() {
    let mut script = Script::default();
    script
        .outcomes
        .push_back(Err(SendError::TooLong { mtu: 1500 }));
    let (records, end) = run(plan(1), &mut script);
    let (output, errors) = text(&records);
    assert_eq!(
        (end, &*errors),
        (0, "ping: local error: message too long, mtu=1500\n")
    );
    assert!(output.contains(
        "1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms\n\n"
    ));
}

/// The timeout is for answers; a probe that never left will have none.
#[test]
fn probes_that_never_left_are_not_waited_for() {
    let mut script = Script::default();
    let refused = || SendError::Refused("Network is unreachable".into());
    script.outcomes.extend([Err(refused()), Err(refused())]);
    let (records, end) = run(plan(2), &mut script);
    assert_eq!((end, summary(&records).transmitted), (1000, 2));
    let mut script = Script::default();
    script.outcomes.push_back(Err(refused()));
    let (_, end) = run(plan(2), &mut script);
    assert_eq!(end, 11_000, "the second left and may be answered");
}

#[test]
fn a_full_queue_delays_a_probe_and_counts_nothing() {
    let mut script = Script::new("600 reply 1");
    script.outcomes.push_back(Err(SendError::Busy));
    let (records, _) = run(plan(1), &mut script);
    assert_eq!(script.sent[0].0, 500, "half an interval later");
    assert_eq!(
        (summary(&records).transmitted, summary(&records).received),
        (1, 1)
    );
}

#[test]
fn an_interrupt_ends_with_a_summary() {
    let mut script = Script {
        interrupt_at: Some(1500),
        ..Script::new("10 reply 1")
    };
    let endless = Plan {
        count: None,
        ..plan(1)
    };
    let (records, end) = run(endless, &mut script);
    assert_eq!((end, summary(&records).transmitted), (1500, 2));
}

#[test]
fn sequence_numbers_wrap_and_replies_still_match() {
    let many = 65_538;
    let quick = Plan {
        interval: Duration::from_millis(1),
        size: 16,
        ..plan(many)
    };
    let answer = |n: u64| format!("{n} reply {}\n", n % 65_536);
    // Probe n leaves at n - 1 ms and is answered one millisecond later.
    let mut script = Script::new(&(1..=many).map(answer).collect::<String>());
    let (records, _) = run(quick, &mut script);
    let summary = summary(&records);
    assert_eq!(
        (summary.received, summary.duplicates, summary.pipe),
        (many, 0, 1)
    );
    let last = replies(&records).last().unwrap().place.clone();
    assert_eq!((last.probe, last.sequence), (65_538, 2));
}

#[test]
fn several_targets_take_turns_and_are_summed_up_in_order() {
    let mut two = plan(2);
    let other = "192.0.2.2".parse().unwrap();
    two.targets.push(Target {
        name: "other".into(),
        address: other,
    });
    two.timeout = Duration::from_secs(1);
    let mut script = Script::new("5 reply 1\n 1005 reply 2");
    let (records, _) = run(two, &mut script);
    let times: Vec<u64> = script.sent.iter().map(|(at, ..)| *at).collect();
    assert_eq!(times, [0, 10, 1000, 1010]);
    let names = records.iter().filter_map(|record| match record {
        Record::Summary(summary) => Some((summary.address == HOST, summary.received)),
        _ => None,
    });
    assert_eq!(names.collect::<Vec<_>>(), [(true, 2), (false, 0)]);
}

/// Recorded from Debian's ping with SIGQUIT (formats.md).
#[test]
fn a_status_line_says_how_it_goes() {
    let (records, _) = run(plan(2), &mut Script::new("15 reply 1\n 1025 reply 2"));
    let status = Record::Status(summary(&records).clone());
    let (_, errors) = text(&[status]);
    let expected =
        "\r2/2 packets, 0% loss, min/avg/ewma/max = 15.000/20.000/16.250/25.000 ms\n";
    assert_eq!(errors, expected);
}

/// A resolver may answer anything; a terminal must not obey it.
#[test]
fn hostile_names_reach_no_terminal() {
    struct Evil;
    impl crate::trace::Names for Evil {
        fn ask(&mut self, _: std::net::IpAddr) {}
        fn name(&mut self, _: std::net::IpAddr) -> Option<String> {
            Some("\u{1b}[2Jevil\n".to_owned())
        }
    }
    let (records, _) = run(plan(2), &mut Script::new("15 reply 1\n 1015 expired 2"));
    let (mut output, mut errors, mut evil) = (Vec::new(), Vec::new(), Evil);
    let style = Style {
        identifier: Some(7),
        ..Style::default()
    };
    let mut text = Text::new(&mut output, &mut errors, Some(&mut evil), style);
    records.iter().for_each(|record| text.on(record).unwrap());
    let output = String::from_utf8(output).unwrap();
    let reply = "64 bytes from \\x1b[2Jevil\\x0a (192.0.2.1): icmp_seq=1 ident=7 ttl=64 time=15.0 ms\n";
    assert!(output.contains(reply), "{output}");
    assert!(
        output.contains("From \\x1b[2Jevil\\x0a (192.0.2.254) icmp_seq=2 "),
        "{output}"
    );
}
