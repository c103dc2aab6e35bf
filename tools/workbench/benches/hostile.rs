//! Ten million hostile frames from the kernel into `layercake host` on a TAP device: how long it
//! takes, what the host counts, memory after a tenth and at the end, and whether it answers then.
//!
//! `cargo bench -p layercake-workbench --bench hostile [-- FRAMES]` (root; makes a network
//! namespace and removes it).
#![allow(clippy::unwrap_used, reason = "a bench fails by panicking")]

#[path = "../tests/cli/flood.rs"]
mod flood;
#[path = "../tests/cli/kernel.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod kernel;

use std::time::Instant;

use flood::{Flood, assert_answers, forget_neighbours, resident, told};
use kernel::{alone, start};

const FRAMES: usize = 10_000_000;
/// The host may take so much more memory between a tenth and the end, in kB: what an allocator
/// keeps in reserve.
const GROWTH: u64 = 2048;

fn main() {
    let asked = std::env::args().find_map(|word| word.parse().ok());
    let frames: usize = asked.unwrap_or(FRAMES);
    let chain = alone().unwrap();
    let ends = "--addr 10.0.0.2/24,fd00::2/64 --kernel-addr 10.0.0.1/24";
    let host = start(&chain, 0, &format!("host --tap lc0 {ends}"));
    let mut flood = Flood::new(&chain, 21);
    let start = Instant::now();
    flood.send(frames / 10);
    let early = resident(host.process());
    flood.send(frames - frames / 10);
    let taken = start.elapsed().as_secs_f64();
    forget_neighbours(&chain);
    assert_answers(&chain, 100);
    let late = resident(host.process());
    let (out, dropped) = flood.device();
    let end = host.stop();
    println!("{end}");
    #[expect(clippy::cast_precision_loss, reason = "a rate, to be read by people")]
    let rate = flood.sent as f64 / taken;
    println!(
        "{} hostile frames in {taken:.1} s, {rate:.0} a second",
        flood.sent
    );
    println!("the kernel sent {out} frames and dropped {dropped}; 100 pings answered");
    println!(
        "resident, and the most so far, after a tenth: {early:?} kB, at the end: {late:?} kB"
    );
    assert_eq!(dropped, 0, "the host did not get all");
    assert_eq!(told(&end, "frames from the kernel"), out);
    assert!(late.0 <= early.0 + GROWTH, "memory has grown");
}
