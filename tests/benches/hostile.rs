//! Ten million hostile frames into a host and into a router, in memory: packets a second, what
//! became of each, and memory after a tenth and at the end.
//!
//! `cargo bench -p layercake-tests --bench hostile [-- FRAMES]`
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a bench fails by panicking"
)]

#[path = "../tests/hostile/bench.rs"]
mod bench;
#[path = "../tests/captures/files.rs"]
#[expect(dead_code, reason = "only the generated frames are needed here")]
mod files;
#[path = "../tests/hostile/flood.rs"]
mod flood;
#[path = "../tests/hostile/frames.rs"]
#[expect(dead_code, reason = "only the generated frames are needed here")]
mod frames;
#[path = "../tests/hostile/ledger.rs"]
mod ledger;

use std::fs;
use std::time::Instant;

use flood::Flood;

/// Frames into each node.
const FRAMES: usize = 10_000_000;

/// Memory may grow by so much between a tenth and the end: a slot of the pool grows to the largest
/// PDU that it has carried, and not all of them have carried one then.
const GROWTH_KB: u64 = 1024;

fn main() {
    let asked = std::env::args().find_map(|word| word.parse().ok());
    let frames = asked.unwrap_or(FRAMES);
    for (node, seed) in [("host", 11), ("router", 12)] {
        run(node, seed, frames);
    }
}

fn run(node: &str, seed: u64, frames: usize) {
    let mut flood = Flood::of(node, seed);
    let start = Instant::now();
    flood.send(frames / 10);
    let early = memory();
    flood.send(frames - frames / 10);
    let taken = start.elapsed().as_secs_f64();
    let late = memory();
    flood.settle();
    println!("{node}, seed {seed}\n{}", flood.table());
    flood.nothing_is_lost();
    #[expect(clippy::cast_precision_loss, reason = "a rate, to be read by people")]
    let rate = frames as f64 / taken;
    println!("{rate:.0} frames a second, made, sent and told of, in {taken:.1} s");
    let [(now, most), (end, peak)] = [early, late];
    println!(
        "resident after a tenth {now} kB (most {most}), at the end {end} kB (most {peak})\n"
    );
    assert!(end <= now + GROWTH_KB, "memory has grown");
}

/// Resident memory now, and the most so far, in kB. proc(5), `VmRSS` and `VmHWM`.
fn memory() -> (u64, u64) {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|line| line.split_whitespace().next());
        number.and_then(|number| number.parse().ok()).unwrap()
    };
    (field("VmRSS:"), field("VmHWM:"))
}
