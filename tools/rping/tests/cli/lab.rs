//! The command on the emulated network: no privilege, no network, the same every time.

use std::fs;
use std::path::PathBuf;

use crate::common::{rping, stdout};
use layercake_capfile::Reader;

fn scratch(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    folder.join(format!("rping-{}-{name}", std::process::id()))
}

#[test]
fn a_host_of_the_lab_answers_in_the_lines_of_ping() {
    let output = rping(&["web.lab", "-c", "3"]).output().unwrap();
    let text = stdout(&output);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[0],
        "PING web.lab (198.51.100.80) 56(84) bytes of data."
    );
    let second = "64 bytes from web.lab (198.51.100.80): icmp_seq=2 ttl=61 time=14.8 ms";
    assert_eq!(lines[2], second);
    assert_eq!(lines[5], "--- web.lab ping statistics ---");
    let sums = "3 packets transmitted, 3 received, 0% packet loss, time 2000ms";
    assert_eq!((lines[6], lines.len()), (sums, 8));
    assert_eq!(output.status.code(), Some(0));
}

/// The words of iputils for IPv6; RFC 4443 §3.1 code 3 and §3.3.
#[test]
fn a_host_of_the_lab_answers_over_ipv6_too() {
    let output = rping(&["-6", "web.lab", "-c", "2"]).output().unwrap();
    let text = stdout(&output);
    let lines: Vec<&str> = text.lines().collect();
    let first = "PING web.lab(web.lab (2001:db8:198::80)) 56 data bytes";
    assert_eq!(lines[0], first);
    let second =
        "64 bytes from web.lab (2001:db8:198::80): icmp_seq=2 ttl=61 time=14.9 ms";
    assert_eq!(lines[2], second);
    for (arguments, line) in [
        (
            ["-6", "far.lab", "-c", "1", "-t", "3"],
            "From city.lab (2001:db8:10:2::2) icmp_seq=1 Time exceeded: Hop limit\n",
        ),
        (
            ["-6", "gone.lab", "-c", "1", "-t", "9"],
            "From city.lab (2001:db8:10:2::2) icmp_seq=1 Destination unreachable: Address \
             unreachable\n",
        ),
        (
            ["-6", "web.lab", "-c", "1", "-s", "9000"],
            "9008 bytes from web.lab (2001:db8:198::80): icmp_seq=1 ttl=61 time=",
        ),
    ] {
        let output = rping(&arguments).output().unwrap();
        assert!(stdout(&output).contains(line), "{output:?}");
    }
}

/// What both READMEs show of a command is what it prints, but for what is left out at `…`.
#[test]
fn the_readmes_show_what_is_printed() {
    let own = include_str!("../../README.md");
    let first = include_str!("../../../../README.md");
    for (readme, prompt) in [
        (own, "```console\n$ rping "),
        (first, "```console\n$ cargo run -q --bin rping -- "),
    ] {
        let (_, block) = readme.split_once(prompt).unwrap();
        let (block, _) = block.split_once("```").unwrap();
        let (arguments, shown) = block.split_once('\n').unwrap();
        let arguments: Vec<&str> = arguments.split(' ').collect();
        let printed = stdout(&rping(&arguments).output().unwrap());
        let mut rest = printed.as_str();
        for piece in shown.split("…\n") {
            let at = rest
                .find(piece)
                .unwrap_or_else(|| panic!("{piece}not in\n{rest}"));
            rest = &rest[at + piece.len()..];
        }
        let (begin, _) = shown.split_once("…\n").unwrap_or((shown, ""));
        assert!(printed.starts_with(begin) && rest.is_empty(), "{printed}");
    }
}

/// ping(8): 0 with answers, 1 without, 1 with -w and -c and too few, 2 for anything else.
#[test]
fn exit_codes_are_those_of_the_manual() {
    for (line, code) in [
        ("web.lab -c 1", 0),
        ("gone.lab -c 1", 1),
        ("web.lab gone.lab -c 1", 1),
        ("web.lab -c 9 -w 3", 1),
        ("web.lab -w 3", 0),
        ("web.lab -q -c 1", 0),
        ("nobody.lab", 2),
        ("web.lab -c 0", 2),
        ("", 2),
        ("-Z web.lab", 2),
        ("web.lab 127.0.0.1", 2),
        ("web.lab --net /nonexistent.toml", 2),
        ("web.lab -c 1 --write /nonexistent/x.pcapng", 2),
        ("web.lab -6 -c 1", 0),
        ("tiny.lab -6 -c 1", 2),
        ("gone.lab -6 -c 1", 1),
        ("--help", 0),
        ("-V", 0),
    ] {
        let arguments: Vec<&str> = line.split_whitespace().collect();
        let output = rping(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "rping {line}: {output:?}");
    }
}

#[test]
fn errors_on_the_way_are_told_with_the_name_of_the_router() {
    let output = rping(&["far.lab", "-c", "1", "-t", "3"]).output().unwrap();
    let line = "From city.lab (10.0.2.2) icmp_seq=1 Time to live exceeded\n";
    assert!(stdout(&output).contains(line), "{output:?}");
    let output = rping(&["tiny.lab", "-c", "1", "-s", "1000", "-M", "do"])
        .output()
        .unwrap();
    let line = "From city.lab (10.0.2.2) icmp_seq=1 Frag needed and DF set (mtu = 576)\n";
    assert!(stdout(&output).contains(line), "{output:?}");
}

#[test]
fn an_emulated_host_has_no_other_place_to_send_from() {
    let output = rping(&["web.lab", "-c", "1", "-I", "eth0"])
        .output()
        .unwrap();
    let told = "rping: cannot choose -I here: probes leave from 192.0.2.10\n";
    assert_eq!(String::from_utf8_lossy(&output.stderr), told);
    assert_eq!((output.stdout.len(), output.status.code()), (0, Some(2)));
}

#[test]
fn the_same_seed_gives_the_same_octets_and_another_does_not() {
    let run = |seed: &str, name: &str| {
        let file = scratch(name);
        let path = file.to_str().unwrap().to_owned();
        let line = ["lossy.lab", "-c", "40", "--seed", seed, "--write", &path];
        let printed = rping(&line).output().unwrap().stdout;
        let recorded = fs::read(&file).unwrap();
        fs::remove_file(&file).unwrap();
        (printed, recorded)
    };
    let (one, again, other) = (run("7", "a"), run("7", "b"), run("8", "c"));
    assert_eq!(one, again);
    assert_ne!(one.0, other.0);
    assert_ne!(one.1, other.1);
}

#[test]
fn the_recording_holds_each_question_and_its_answer() {
    let file = scratch("pairs.pcapng");
    let path = file.to_str().unwrap();
    let output = rping(&["web.lab", "-c", "2", "--write", path])
        .output()
        .unwrap();
    assert!(output.status.success());
    let octets = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();
    let mut reader = Reader::new(octets.as_slice()).unwrap();
    let mut icmp_types = Vec::new();
    while let Some(record) = reader.next_record().unwrap() {
        let frame = record.octets;
        if frame.get(12..14) == Some(&[8, 0]) {
            icmp_types.push(frame[34]);
        }
    }
    assert_eq!(icmp_types, [8, 0, 8, 0]);
}

#[test]
fn the_explanation_shows_every_layer_and_what_the_answer_changes() {
    let output = rping(&["web.lab", "-c", "1", "--explain"])
        .output()
        .unwrap();
    let text = stdout(&output);
    for expected in [
        "[ethernet 14][ipv4 20][icmp 64][frame-check 4]",
        "Destination Address",
        "Time to Live",
        "a usual start: no router has forwarded it",
        "RFC 792",
        "the same but for:",
        "now  61 hops",
        "1 packets transmitted, 1 received",
    ] {
        assert!(
            text.contains(expected),
            "{expected:?} is missing in\n{text}"
        );
    }
    assert!(!text.contains('\u{1b}'), "no colours into a pipe");
    let colored =
        rping(&["web.lab", "-c", "1", "--explain", "--color", "always"]).output();
    assert!(stdout(&colored.unwrap()).contains('\u{1b}'));
}

/// With this seed the first question is lost: its explanation must not be given the answer to the second.
#[test]
fn the_explanation_of_a_lost_question_says_so() {
    let line = ["lossy.lab", "-c", "5", "--seed", "3", "--explain"];
    let text = stdout(&rping(&line).output().unwrap());
    let clause =
        "No answer to it has come. What came first is about sequence number 2.\n";
    assert!(text.contains(clause), "{text}");
    let sequence = |line: &str| line.contains("Sequence Number") && line.contains("now");
    assert!(!text.lines().any(sequence), "{text}");
    let (_, up) = text.split_once("on its way up:\n").unwrap();
    let steps: Vec<&str> = up.lines().take_while(|line| !line.is_empty()).collect();
    assert!(steps[0].contains("manchester") && steps.len() == 5, "{up}");
}

#[test]
fn a_screen_s_width_is_kept_by_the_table_of_fields() {
    let mut command = rping(&["web.lab", "-c", "1", "--explain"]);
    let text = stdout(&command.env("COLUMNS", "80").output().unwrap());
    let (_, table) = text.split_once("The frame of 98 octets").unwrap();
    let (table, _) = table.split_once("The answer shrinks").unwrap();
    assert!(
        table.lines().all(|line| line.chars().count() <= 80),
        "{table}"
    );
}

/// The first command of the README must not run out of sight.
#[test]
fn an_explanation_is_told_in_eighty_lines() {
    let line = ["web.lab", "-c", "3", "--explain"];
    let text = stdout(&rping(&line).env("COLUMNS", "120").output().unwrap());
    assert!(text.lines().count() <= 80, "{text}");
}

#[test]
fn a_message_longer_than_the_link_that_must_not_be_cut_is_a_local_error() {
    let ping = |line: &str| {
        let line: Vec<&str> = line.split_whitespace().collect();
        rping(&line).output().unwrap()
    };
    let output = ping("web.lab -c 1 -s 1473 -M do");
    let message = String::from_utf8_lossy(&output.stderr);
    let expected = "rping: local error: message too long, mtu=1500\n";
    assert_eq!(
        (message.as_ref(), output.status.code()),
        (expected, Some(1))
    );
    let fits = ping("web.lab -c 1 -s 1472 -M do");
    assert_eq!(fits.status.code(), Some(0));
}

/// Cut by the host for its own link, and again by the routers for theirs.
#[test]
fn a_message_longer_than_the_link_goes_in_fragments() {
    for line in ["web.lab -c 1 -s 1473", "tiny.lab -c 1 -s 4000"] {
        let line: Vec<&str> = line.split_whitespace().collect();
        let output = rping(&line).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
}

#[test]
fn what_cannot_be_said_at_once_or_written_is_refused_in_words() {
    for (line, words) in [
        ("web.lab --explain --json", "cannot be used with '--json'"),
        (
            "tiny.lab -6",
            "tiny.lab: has no IPv6 address in this network",
        ),
        ("web.lab --seed x", "invalid value 'x' for '--seed <N>'"),
        ("web.lab -c 1 --write /dev/full", "/dev/full: "),
        ("web.lab -c 1 --write /nonexistent/x", "/nonexistent/x: "),
        (
            "web\u{1b}[2J.lab",
            "web\\x1b[2J.lab: no host of this network",
        ),
    ] {
        let arguments: Vec<&str> = line.split(' ').collect();
        let output = rping(&arguments).output().unwrap();
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(message.contains(words), "rping {line}: {message}");
        assert!(!message.contains('\u{1b}'), "rping {line}: {message:?}");
        assert_eq!(output.status.code(), Some(2), "rping {line}: {output:?}");
    }
}

#[test]
fn json_is_one_versioned_object_a_line() {
    let output = rping(&["web.lab", "-c", "2", "--json"]).output().unwrap();
    let text = stdout(&output);
    let lines = text.lines().map(serde_json::from_str::<serde_json::Value>);
    let objects: Vec<_> = lines.collect::<Result<_, _>>().unwrap();
    assert!(objects.iter().all(|object| object["version"] == 1));
    let kinds: Vec<&str> = objects
        .iter()
        .filter_map(|o| o["record"].as_str())
        .collect();
    let expected = [
        "started",
        "probe-sent",
        "reply",
        "probe-sent",
        "reply",
        "summary",
    ];
    assert_eq!(kinds, expected);
    assert_eq!(objects[5]["received"], 2);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut command = rping(&["web.lab", "-c", "2000"]);
    let mut child = command
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.stderr.is_empty(), "{output:?}");
    assert_ne!(output.status.code(), Some(2), "{output:?}");
}
