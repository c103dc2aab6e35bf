//! rtrace in the built-in network: what it prints, and that it prints it again.

#![allow(clippy::unwrap_used, reason = "a step that fails ends the test")]

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

fn rtrace(arguments: &str) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rtrace"));
    command.args(arguments.split_whitespace()).output().unwrap()
}

fn stdout(arguments: &str) -> String {
    let output = rtrace(arguments);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The table in `lab.toml`: sums of the wires' delays to each hop, one way in milliseconds.
const SUMS: [(u8, f64); 8] = [
    (1, 0.02),
    (2, 2.02),
    (3, 7.02),
    (4, 10.02),
    (5, 14.02),
    (7, 32.02),
    (8, 44.02),
    (9, 44.12),
];

/// Beyond the delays, 64 to 126 octets take 50 to 85 µs on each of up to three wires of a LAN, there and back, and 5 to
/// 10 µs on each serial line; the first probe of a host waits for ARP as well, and over
/// IPv6 both ends ask for each other. Around the south of the lake it takes 2 ms more, there or back.
#[test]
fn every_delay_is_twice_the_sum_of_the_wires() {
    for method in ["-I", "-U", "", "-6", "-6 -I", "-6 -U"] {
        let said = stdout(&format!("{method} -n far.lab"));
        let most = if method.starts_with("-6") { 1.6 } else { 0.9 };
        for (hop, sum) in SUMS {
            let start = format!("\n{hop:2}  ");
            let (_, rest) = said.split_once(&start).unwrap();
            let line = rest.lines().next().unwrap();
            for time in line.split("  ").filter_map(|part| part.split_once(" ms")) {
                let beyond = time.0.parse::<f64>().unwrap() - 2.0 * sum;
                let around = if hop >= 5 {
                    2.0 * (beyond / 2.0).floor()
                } else {
                    0.0
                };
                assert!(around <= 4.0, "{method} hop {hop}: {line}");
                let octets = beyond - around;
                assert!((0.2..most).contains(&octets), "{method} hop {hop}: {line}");
            }
        }
    }
}

#[test]
fn far_lab_is_nine_hops_away_and_the_sixth_is_silent() {
    let expected = "\
traceroute to far.lab (203.0.113.7), 30 hops max, 60 byte packets
 1  gateway.lab (192.0.2.1)  0.579 ms  0.334 ms  0.334 ms
 2  edge.lab (10.0.1.2)  4.348 ms  4.348 ms  4.348 ms
 3  city.lab (10.0.2.2)  14.362 ms  14.362 ms  14.362 ms
 4  north.lab (10.0.3.2)  20.375 ms  20.375 ms  20.375 ms
 5  plaza.lab (10.0.5.2)  30.389 ms  30.389 ms  30.389 ms
 6  * * *
 7  strict.lab (10.0.8.2)  64.416 ms  64.416 ms *
 8  shore.lab (10.0.9.2)  88.430 ms  88.430 ms  88.430 ms
 9  far.lab (203.0.113.7)  88.996 ms  88.694 ms  88.694 ms
";
    assert_eq!(stdout("-I far.lab"), expected);
    let readme = include_str!("../README.md");
    assert!(readme.contains(&format!("$ rtrace -I far.lab\n{expected}")));
}

#[test]
fn the_same_routers_answer_over_ipv6() {
    let said = stdout("-6 -I far.lab");
    let hops: Vec<_> = said.lines().map(|line| line.split("  ").nth(1)).collect();
    assert_eq!(hops[1], Some("gateway.lab (2001:db8:192::1)"), "{said}");
    assert!(
        said.contains("\n 6  * * *\n"),
        "quiet.lab says nothing: {said}"
    );
    assert_eq!(hops[9], Some("far.lab (2001:db8:203::7)"), "{said}");
    let first = "traceroute to far.lab (2001:db8:203::7), 30 hops max, 80 byte packets\n";
    assert!(said.starts_with(first), "{said}");
}

#[test]
fn a_host_that_is_not_there_is_refused_by_the_last_router() {
    let said = stdout("-n -q 1 gone.lab");
    assert!(said.ends_with("\n 4  10.0.2.2  2784.362 ms !H\n"), "{said}");
}

struct Recorded(PathBuf);

impl Recorded {
    fn new(name: &str) -> Self {
        let name = format!("rtrace-{}-{name}.pcapng", std::process::id());
        Recorded(std::env::temp_dir().join(name))
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }

    fn octets(&self) -> Vec<u8> {
        std::fs::read(&self.0).unwrap()
    }
}

impl Drop for Recorded {
    fn drop(&mut self) {
        std::fs::remove_file(&self.0).unwrap();
    }
}

#[test]
fn the_same_seed_repeats_a_run_to_the_octet() {
    for target in ["far.lab", "lossy.lab -q 10"] {
        let (one, two, other) = (
            Recorded::new("one"),
            Recorded::new("two"),
            Recorded::new("other"),
        );
        let run = |seed: u32, file: &Recorded| {
            stdout(&format!("--seed {seed} {target} --write {}", file.path()))
        };
        assert_eq!(run(7, &one), run(7, &two));
        assert_eq!(one.octets(), two.octets());
        run(8, &other);
        if target.starts_with("lossy") {
            assert_ne!(one.octets(), other.octets());
        }
        assert!(one.octets().len() > 1_000);
    }
}

#[test]
fn json_is_one_versioned_object_a_line() {
    let said = stdout("--json -I -q 1 web.lab");
    let lines: Vec<serde_json::Value> = said
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(lines.iter().all(|line| line["version"] == 1));
    let of = |kind: &str| lines.iter().filter(|line| line["record"] == kind).count();
    assert_eq!((of("started"), of("path-finished")), (1, 1));
    let finished = lines.last().unwrap();
    assert_eq!(
        (&finished["reached"], &finished["hops"]),
        (&true.into(), &4.into())
    );
    assert_eq!(
        of("probe-sent"),
        usize::try_from(finished["sent"].as_u64().unwrap()).unwrap()
    );
}

#[test]
fn an_explanation_follows_the_report_and_names_every_layer() {
    let said = stdout("--explain -I -q 1 web.lab");
    let (report, explanation) = said.split_once("\n\n").unwrap();
    assert!(report.lines().last().unwrap().starts_with(" 4  web.lab"));
    for words in [
        "Ethernet, octets 0-13",
        "IPv4, octets 14-33",
        "Time to Live",
        "RFC 792",
    ] {
        assert!(explanation.contains(words), "{words} is missing");
    }
    let kinds = explanation
        .lines()
        .filter(|line| line.contains("time exceeded"))
        .count();
    assert!(kinds >= 1);
}

/// The user stops a run that takes its time: the report ends with its line, the file is whole.
#[test]
fn an_interrupt_ends_the_report_and_the_file() {
    let file = Recorded::new("interrupted");
    let mut command = Command::new(env!("CARGO_BIN_EXE_rtrace"));
    command.args([
        "--real-time",
        "-z",
        "0.2",
        "far.lab",
        "--write",
        file.path(),
    ]);
    let running = command.stdout(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(700));
    let id = running.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    let output = running.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.contains("\n 1  gateway.lab") && said.ends_with('\n'),
        "{said}"
    );
    let octets = file.octets();
    let mut reader = layercake_capfile::Reader::new(octets.as_slice()).unwrap();
    while reader.next_record().unwrap().is_some() {}
    assert!(reader.count() >= 4);
}

/// `rtrace far.lab | head -1` ends well and says nothing more.
#[test]
fn a_reader_that_goes_away_is_no_trouble() {
    for arguments in [
        &["far.lab"][..],
        &["--json", "far.lab"],
        &["--explain", "far.lab"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = Command::new(env!("CARGO_BIN_EXE_rtrace"));
        let output = command.args(arguments).stdout(writer).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        assert_eq!(output.stderr, b"", "{output:?}");
    }
}

#[test]
fn a_hostile_name_does_not_reach_the_terminal_raw() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rtrace"));
    let output = command.arg("\x1b[31mred.lab").output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.starts_with("rtrace: \\x1b[31mred.lab: no host"),
        "{said}"
    );
}

#[test]
fn the_usual_mistakes_are_named_and_end_with_status_2() {
    for (arguments, words) in [
        ("", "TARGET"),
        ("nobody.lab", "no host of this network"),
        ("--net /nonexistent x", "cannot read /nonexistent"),
        ("-q 11 web.lab", "no more than 10 probes per hop"),
        ("-f 9 -m 8 web.lab", "first hop out of range"),
        ("-6 tiny.lab", "tiny.lab: has no IPv6 address"),
        ("-I -U web.lab", "cannot be used with"),
        ("-s 192.0.2.20 web.lab", "cannot choose"),
        ("-i eth0 web.lab", "cannot choose"),
    ] {
        let output = rtrace(arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments}: {said}");
        assert!(said.contains(words), "{arguments}: {said}");
    }
}
