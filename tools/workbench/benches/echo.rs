//! Echoes per second and round-trip time: `layercake host` on a TAP device and on a veth pair,
//! beside the kernel itself on a veth pair, each under `ping -f`.
//!
//! `cargo bench -p layercake-workbench` (root; makes network namespaces and removes them).
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a bench fails by panicking"
)]

#[path = "../tests/cli/kernel.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod kernel;

use std::time::{Duration, Instant};

use kernel::{alone, assert_all_back, pair, said, start};
use layercake_tests::netns::{Chain, available};

/// Questions in one run, and runs of which the median counts.
const QUESTIONS: u32 = 10_000;
const RUNS: usize = 5;

/// Echoes per second, and the average round-trip time in microseconds.
#[derive(Clone, Copy, Debug)]
struct Figures {
    rate: f64,
    average: f64,
}

/// Floods from the first namespace, and reads the average from `rtt min/avg/max/mdev = a/b/c/d ms`.
fn flood(chain: &Chain, target: &str) -> Figures {
    let start = Instant::now();
    let text = said(chain, &format!("ping -n -q -f -c {QUESTIONS} {target}"));
    let taken = start.elapsed();
    assert_all_back(chain, &text, QUESTIONS);
    let (_, figures) = text.split_once(" = ").unwrap();
    let average: f64 = figures.split('/').nth(1).unwrap().parse().unwrap();
    Figures {
        rate: f64::from(QUESTIONS) / taken.as_secs_f64(),
        average: average * 1000.0,
    }
}

fn tap() -> Figures {
    let chain = alone().unwrap();
    let ends = "--addr 10.0.0.2/24 --kernel-addr 10.0.0.1/24";
    let host = start(&chain, 0, &format!("host --tap lc0 {ends}"));
    let figures = flood(&chain, "10.0.0.2");
    host.stop();
    figures
}

fn veth() -> Figures {
    let chain = pair().unwrap();
    let host = start(&chain, 1, "host --link left --addr 10.99.1.2/30");
    let figures = flood(&chain, "10.99.1.2");
    host.stop();
    figures
}

fn kernel() -> Figures {
    let chain = available("lake", 1).unwrap().unwrap();
    std::thread::sleep(Duration::from_millis(100));
    flood(&chain, "10.99.1.2")
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
        ("layercake host on a veth pair", veth, Vec::new()),
        ("layercake host on a TAP device", tap, Vec::new()),
    ];
    for _ in 0..RUNS {
        for (_, run, figures) in &mut rows {
            figures.push(run());
        }
    }
    println!("{RUNS} runs of {QUESTIONS} questions each, one after the other; medians\n");
    println!(
        "{:<32} {:>12} {:>14} {:>10}",
        "who answers", "echoes/s", "average rtt", "rate"
    );
    let mut bound = None;
    for (name, _, figures) in rows {
        let Figures { rate, average } = median(figures);
        let share = rate / *bound.get_or_insert(rate);
        println!("{name:<32} {rate:>12.0} {average:>11.1} us {share:>9.2}x");
    }
}
