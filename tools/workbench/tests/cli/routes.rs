//! `layercake routes`: which ways routers choose, and what traffic feels of it.

use crate::bench::layercake;

/// The topologies that this crate ships.
const WAYS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/two-ways.toml");
const ROW: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/three-in-a-row.toml");

/// The numbers of a line of the last table, by what the line begins with; a dash is no number.
fn numbers(text: &str, name: &str) -> Vec<f64> {
    let line = text.lines().rfind(|line| line.starts_with(name)).unwrap();
    let words = line.get(name.len()..).unwrap().split_whitespace();
    let number = |word: &str| word.replace(',', "").parse().ok();
    words.filter_map(number).collect()
}

/// The waiting time of a queue with Poisson arrivals of bursts that take `burst` seconds to send,
/// at this use, and of a packet within its burst. Pollaczek and Khinchine, for constant service.
fn waiting(load: f64, burst: f64, packet: f64) -> f64 {
    load * burst / (2.0 * (1.0 - load)) + (burst - packet) / 2.0
}

/// The course: the shortest route may not be the best; use a long-term average, or adapt. Adapting
/// to the delay of late makes all traffic swing to and fro between the two ways.
#[test]
fn adaptive_routing_oscillates_and_the_long_term_average_does_not() {
    let svg =
        std::env::temp_dir().join(format!("layercake-ways-{}.svg", std::process::id()));
    let ran = layercake(
        &format!(
            "routes {WAYS} --load 1500k --metric hops,delay,average-delay --seconds 150 --svg {}",
            svg.display()
        ),
        b"",
    );
    assert_eq!((ran.code, ran.told.as_str()), (0, ""));
    let text = ran.text();
    let of = |name| {
        let found = numbers(&text, name);
        let [changes, _, _, lost, mean, ..] = found[..] else {
            panic!("{name}: {text}");
        };
        (changes, lost, mean)
    };
    let (hops, delay, average) = (of("hops"), of("delay"), of("average-delay"));
    assert!(
        hops.0 == 0.0 && average.0 == 0.0 && delay.0 >= 6.0,
        "{text}"
    );
    // The coast carries two thirds of the load, less what framing adds.
    assert!(hops.1 > 33.0 && average.1 < 3.0, "{text}");
    assert!(average.1 < delay.1 && delay.1 < hops.1, "{text}");
    assert!(average.2 < delay.2 && delay.2 < hops.2, "{text}");
    // A packet takes 2 ms on each wire over the hill, and a burst of 25 some 50 ms.
    let theory = 8.0 + 1000.0 * waiting(0.75, 0.05, 0.002);
    assert!((average.2 / theory - 1.0).abs() < 0.25, "{theory}: {text}");
    let picture = std::fs::read_to_string(&svg).unwrap();
    std::fs::remove_file(&svg).unwrap();
    assert!(picture.contains("average-delay: what each way is believed to take, ms"));
}

/// Idle wires take what the file says, half of a round trip: 2 x 2 ms and what a probe takes to
/// send, or 30 ms.
#[test]
fn the_costs_that_a_router_believes_in_are_told() {
    let ran = layercake(
        &format!("routes {WAYS} --load 10k --metric delay --seconds 20"),
        b"",
    );
    let text = ran.text();
    let line = text
        .lines()
        .find(|line| line.starts_with("    20 "))
        .unwrap();
    let words: Vec<_> = line.split_whitespace().collect();
    assert_eq!(words[1], "hill.lab", "{text}");
    let costs: Vec<u32> = words[2..4]
        .iter()
        .map(|word| word.parse().unwrap())
        .collect();
    assert!(
        (41..=45).contains(&costs[0]) && (301..=307).contains(&costs[1]),
        "{text}"
    );
}

/// RFC 2453 §3.4.2 and §3.4.3: without what helps, routers count to infinity, one update after
/// the other; with it they know at the next update that the network is gone, or at once.
#[test]
fn routers_count_to_infinity_and_the_cures_are_seen() {
    let ran = layercake(
        &format!(
            "routes {ROW} --cures none,split,poison,all --cut c.lab,far.lab@100 --seconds 420"
        ),
        b"",
    );
    assert_eq!(ran.code, 0, "{}", ran.told);
    let text = ran.text();
    let runs: Vec<&str> = text.split("\n\n").collect();
    // At c: it counts in twos, as b and c believe each other in turn.
    for metric in [3, 5, 7, 9, 11, 13, 15] {
        assert!(
            runs[0].contains(&format!("  {metric} b.lab\n")),
            "{metric}: {}",
            runs[0]
        );
    }
    for run in &runs[1..4] {
        assert!(!run.contains("3 b.lab\n"), "c believes b: {run}");
        let last = run.lines().next_back().unwrap();
        assert!(
            last.split_whitespace().skip(1).all(|word| word == "-"),
            "{run}"
        );
    }
    let all = text.lines().next_back().unwrap();
    assert_eq!(all.matches("1, last at 101 s").count(), 3, "{text}");
}

#[test]
fn a_wire_that_is_joined_again_is_used_again() {
    let ran = layercake(
        &format!(
            "routes {WAYS} --metric cost --at gate.lab --cut gate.lab,hill.lab@40 \
             --join gate.lab,hill.lab@80 --seconds 120"
        ),
        b"",
    );
    let text = ran.text();
    let ways: Vec<&str> = text
        .lines()
        .skip(3)
        .map_while(|line| line.split_whitespace().nth(2))
        .collect();
    assert_eq!(ways, ["hill.lab", "port.lab", "hill.lab"], "{text}");
}

#[test]
fn what_cannot_be_watched_is_told() {
    let told = |arguments: &str| {
        let ran = layercake(arguments, b"");
        assert_eq!((ran.code, ran.text().as_str()), (2, ""), "{arguments}");
        ran.told
    };
    for (more, expected) in [
        (
            "--metric speed",
            "expected one of hops, cost, delay, average-delay",
        ),
        (
            "--cures none",
            "no router has routing = \"rip\" in the topology",
        ),
        ("--to nowhere.lab", "no host is named nowhere.lab"),
        ("--at west.lab", "no router is named west.lab"),
        (
            "--cut west.lab,east.lab@3",
            "no wire leads from west.lab to east.lab",
        ),
        ("--load 100G", "datagrams: expected 1 to 5000000"),
        ("--burst 7", "--load <RATE>"),
    ] {
        let told = told(&format!("routes {WAYS} {more}"));
        assert!(told.contains(expected), "{more}: {told}");
    }
    assert!(told("routes lab --metric delay").contains("no router has routing"));
}
