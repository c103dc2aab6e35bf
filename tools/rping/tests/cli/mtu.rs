//! `--mtu`: in the emulated network, and through kernel routers beside tracepath.
//!
//! The latter needs root, network namespaces, iputils-tracepath and nft; says so where they are missing, and fails there
//! on a machine that calls itself a continuous integration machine.

use std::process::{Command, Output};

use crate::common::{rping, stdout};
use layercake_tests::lack::lacking;
use layercake_tests::netns::{Chain, available};

const BLACK_HOLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/black-hole.toml");

/// The line of the lab with 576 octets is below what the search begins with: it goes by way of ERROR.
#[test]
fn the_mtu_of_the_old_line_in_the_lab_is_found() {
    let output = rping(&["--mtu", "tiny.lab"]).output().unwrap();
    let expected = "\
MTU of the path to tiny.lab (10.0.11.2)
  1  BASE              1200  too large: 10.0.2.2 takes 576
  2  ERROR               68  arrived, 16.972 ms
  3  SEARCHING          576  arrived, 22.896 ms
  4  SEARCHING          577  too large: 10.0.2.2 takes 576
the path takes 576 octets, as 10.0.2.2 says; 4 probes, 0 lost, 0.073 s
";
    assert_eq!(stdout(&output), expected);
    assert_eq!(output.status.code(), Some(0));
}

/// The story that the example tells, and that it ends otherwise where the router speaks.
#[test]
fn the_mtu_behind_a_silent_router_is_found_by_what_is_lost() {
    let text = stdout(
        &rping(&["--net", BLACK_HOLE, "--mtu", "shop.lab"])
            .output()
            .unwrap(),
    );
    let last = "the path takes 1420 octets, no router says so: a black hole; 15 probes, 9 lost, 9.088 s";
    assert_eq!(text.lines().last(), Some(last), "{text}");
    for (size, times) in [(1500, 3), (1450, 3), (1421, 3)] {
        let lost = format!("{size:5}  lost");
        let found = text.lines().filter(|line| line.ends_with(&lost)).count();
        assert_eq!(found, times, "{size} in {text}");
    }
    let story = std::fs::read_to_string(BLACK_HOLE).unwrap();
    let speaking = story.replace("\nsilent = true", "");
    let file = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("speaking.toml");
    std::fs::write(&file, speaking).unwrap();
    let net = file.to_str().unwrap();
    let text = stdout(
        &rping(&["--net", net, "--mtu", "shop.lab"])
            .output()
            .unwrap(),
    );
    let last = "the path takes 1420 octets, as 10.7.0.1 says; 5 probes, 0 lost, 0.036 s";
    assert_eq!(text.lines().last(), Some(last), "{text}");
}

#[test]
fn the_readme_shows_what_is_printed() {
    let readme = include_str!("../../README.md");
    let (_, block) = readme.split_once("$ rping --net ").unwrap();
    let (arguments, shown) = block.split_once('\n').unwrap();
    let (shown, _) = shown.split_once("```").unwrap();
    let (begin, end) = shown.split_once("…\n").unwrap();
    let arguments: Vec<&str> = arguments.split(' ').collect();
    let mut command = rping(&["--net"]);
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let text = stdout(&command.args(arguments).current_dir(root).output().unwrap());
    assert!(text.starts_with(begin) && text.ends_with(end), "{text}");
}

/// As `rping --help` says.
#[test]
fn exit_codes_say_whether_it_was_found() {
    for (line, code) in [
        ("--mtu web.lab", 0),
        ("--mtu gone.lab", 1),
        ("--mtu -w 0.01 web.lab", 1),
        ("--mtu web.lab dns.lab", 2),
        ("--mtu -c 3 web.lab", 2),
        ("--mtu nobody.lab", 2),
    ] {
        let arguments: Vec<&str> = line.split(' ').collect();
        let output = rping(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{line}: {output:?}");
    }
}

#[test]
fn records_come_as_json_lines() {
    let text = stdout(&rping(&["--mtu", "--json", "tiny.lab"]).output().unwrap());
    let records: Vec<serde_json::Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(records.iter().all(|record| record["version"] == 1));
    assert_eq!(records[0]["record"], "started");
    let probes = records.iter().filter(|record| record["record"] == "probe");
    let outcomes: Vec<_> = probes
        .map(|probe| probe["outcome"].as_str().unwrap())
        .collect();
    let expected = [
        "sent", "too-big", "sent", "arrived", "sent", "arrived", "sent", "too-big",
    ];
    assert_eq!(outcomes, expected);
    let last = records.last().unwrap();
    assert_eq!(
        (&last["record"], &last["mtu"]),
        (&"finished".into(), &576.into())
    );
    assert_eq!(last["limit"], "router");
}

/// ip(7), IP_MTU_DISCOVER: `do` keeps to what was told of the path, so that this host refuses the second message
/// itself; `probe` sends it.
#[test]
fn a_probe_ignores_what_was_told_of_the_path() {
    for (hint, second) in [
        ("do", "here.lab (192.0.2.10)"),
        ("probe", "city.lab (10.0.2.2)"),
    ] {
        let line = ["tiny.lab", "-c", "2", "-s", "1000", "-M", hint];
        let text = stdout(&rping(&line).output().unwrap());
        let told = |from, number| {
            format!("From {from} icmp_seq={number} Frag needed and DF set (mtu = 576)\n")
        };
        assert!(
            text.contains(&told("city.lab (10.0.2.2)", 1)),
            "-M {hint}: {text}"
        );
        assert!(text.contains(&told(second, 2)), "-M {hint}: {text}");
    }
}

/// A chain of three links of which the second takes less; `None` where the machine cannot.
fn chain(mtu: u16) -> Option<Chain> {
    let chain = available("mtu", 3).unwrap()?;
    for program in ["tracepath", "nft"] {
        if Command::new(program).arg("-V").output().is_err() {
            lacking(&format!("{program} is needed"));
            return None;
        }
    }
    let mtu = mtu.to_string();
    chain.ip(1, &["link", "set", "right", "mtu", &mtu]).unwrap();
    chain.ip(2, &["link", "set", "left", "mtu", &mtu]).unwrap();
    Some(chain)
}

fn run(chain: &Chain, command: &mut Command) -> Output {
    // What one run taught the kernel about the path must not help the next.
    chain.ip(0, &["route", "flush", "cache"]).unwrap();
    chain.ip(0, &["-6", "route", "flush", "cache"]).unwrap();
    chain.run(0, command).unwrap()
}

/// What tracepath says in the end: ` Resume: pmtu 1400 hops 3 back 3`.
fn theirs(chain: &Chain, target: &str) -> Option<u16> {
    let output = run(
        chain,
        Command::new("tracepath").args(["-n", "-m", "4", target]),
    );
    let text = stdout(&output);
    let (_, rest) = text.split_once("Resume: pmtu ")?;
    rest.split_whitespace().next()?.parse().ok()
}

/// What ours finds, and who says so.
fn ours(chain: &Chain, target: &str) -> (Option<u16>, String) {
    let output = run(chain, &mut rping(&["--mtu", "--json", "-W", "2", target]));
    let text = stdout(&output);
    let last = text.lines().last().unwrap_or_else(|| panic!("{output:?}"));
    let last: serde_json::Value = serde_json::from_str(last).unwrap();
    let mtu = last["mtu"].as_u64().and_then(|mtu| u16::try_from(mtu).ok());
    (mtu, last["limit"].as_str().unwrap_or_default().to_owned())
}

/// Kernel routers that say "fragmentation needed" or "packet too big": the same number as tracepath.
#[test]
fn finds_what_tracepath_finds_where_routers_speak() {
    for mtu in [1500, 1492, 1399, 1280, 577] {
        let Some(chain) = chain(mtu) else { return };
        let limit = if mtu == 1500 { "first-link" } else { "router" };
        let mut targets = vec![Chain::v4(3).to_string()];
        if mtu >= 1280 {
            targets.push(Chain::v6(3).to_string()); // RFC 8200 §5: no link takes less
        }
        for target in targets {
            let found = ours(&chain, &target);
            assert_eq!(found, (Some(mtu), limit.to_owned()), "{target}");
            assert_eq!(theirs(&chain, &target), Some(mtu), "tracepath {target}");
        }
    }
}

/// The same routers with a filter that lets no ICMP error out: tracepath has nothing to go by, and keeps to what the
/// first link takes.
fn at_a_black_hole(mtu: u16) {
    let Some(chain) = chain(mtu) else { return };
    let rules = "table ip mute { chain out { type filter hook output priority 0; \
                 icmp type { destination-unreachable, time-exceeded } drop; }; }";
    let output = chain.run(1, Command::new("nft").arg(rules)).unwrap();
    assert!(output.status.success(), "{output:?}");
    let target = Chain::v4(3).to_string();
    let found = ours(&chain, &target);
    assert_eq!(found, (Some(mtu), "silence".to_owned()));
    assert_eq!(theirs(&chain, &target), Some(1500), "tracepath");
}

#[test]
fn finds_a_common_mtu_at_a_black_hole_where_tracepath_does_not() {
    at_a_black_hole(1400);
}

#[test]
fn finds_any_mtu_at_a_black_hole_where_tracepath_does_not() {
    at_a_black_hole(1333);
}
