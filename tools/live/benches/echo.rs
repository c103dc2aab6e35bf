//! Echoes per second and round-trip time: our host on a TAP device and on a veth pair, beside the kernel itself on a veth
//! pair, each under `ping -f`.
//!
//! `cargo bench -p layercake-live` (root; makes network namespaces and removes them).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a bench fails by panicking"
)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::process::Command;
use std::time::{Duration, Instant};

use common::{NEAR, alone, beside, on_tap, pair, run};
use layercake_tests::netns::available;

/// Questions in one run, and runs of which the median counts.
const QUESTIONS: u32 = 10_000;
const RUNS: usize = 5;

fn flood() -> Command {
    let mut command = Command::new("ping");
    let count = QUESTIONS.to_string();
    command.args(["-n", "-q", "-f", "-c", &count, "10.99.1.2"]);
    command
}

/// Echoes per second, and the average round-trip time in microseconds.
#[derive(Clone, Copy, Debug)]
struct Figures {
    rate: f64,
    average: f64,
}

/// Times one run, and reads the average from `rtt min/avg/max/mdev = a/b/c/d ms`.
fn measure(what: impl FnOnce() -> String) -> Figures {
    let start = Instant::now();
    let said = what();
    let taken = start.elapsed();
    assert!(said.contains(" 0% packet loss"), "{said}");
    let (_, figures) = said.split_once(" = ").unwrap();
    let average: f64 = figures.split('/').nth(1).unwrap().parse().unwrap();
    Figures {
        rate: f64::from(QUESTIONS) / taken.as_secs_f64(),
        average: average * 1000.0,
    }
}

fn tap() -> Figures {
    let chain = alone().unwrap();
    chain
        .enter(0, || {
            let mut live = on_tap(NEAR);
            measure(|| run(&mut live, &mut flood()))
        })
        .unwrap()
}

fn veth() -> Figures {
    let chain = pair().unwrap();
    measure(|| beside(&chain, NEAR, &mut flood()))
}

fn kernel() -> Figures {
    let chain = available("live", 1).unwrap().unwrap();
    std::thread::sleep(Duration::from_millis(100));
    measure(|| {
        let output = chain.run(0, &mut flood()).unwrap();
        String::from_utf8(output.stdout).unwrap()
    })
}

fn median(mut all: Vec<Figures>) -> Figures {
    all.sort_by(|one, other| one.rate.total_cmp(&other.rate));
    all.get(all.len() / 2).copied().unwrap()
}

fn main() {
    let mut rows = [
        (
            "the kernel on a veth pair",
            kernel as fn() -> Figures,
            Vec::new(),
        ),
        ("our host on a veth pair", veth, Vec::new()),
        ("our host on a TAP device", tap, Vec::new()),
    ];
    for _ in 0..RUNS {
        for (_, run, figures) in &mut rows {
            figures.push(run());
        }
    }
    println!("{RUNS} runs of {QUESTIONS} questions each, one after the other; medians\n");
    println!(
        "{:<28} {:>12} {:>14} {:>10}",
        "who answers", "echoes/s", "average rtt", "rate"
    );
    let mut bound = None;
    for (name, _, figures) in rows {
        let Figures { rate, average } = median(figures);
        let share = rate / *bound.get_or_insert(rate);
        println!("{name:<28} {rate:>12.0} {average:>11.1} us {share:>9.2}x");
    }
}
