//! A host and a router of the built-in network take anything that a wire can bring: frames of
//! captures, changed at random, cut, aimed or not. Nothing panics, every PDU goes home, and each
//! that is thrown away is counted and shown.
//!
//! The same seed gives the same frames.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a wrong assumption must fail the test"
)]

#[path = "hostile/bench.rs"]
mod bench;
#[path = "captures/files.rs"]
#[expect(dead_code, reason = "only the captures of the project are needed here")]
mod files;
#[path = "hostile/flood.rs"]
mod flood;
#[path = "hostile/frames.rs"]
mod frames;
#[path = "hostile/ledger.rs"]
mod ledger;

use core::time::Duration;
use std::collections::BTreeSet;

use bench::Bench;
use flood::Flood;
use frames::Maker;
use layercake_base::Rng;
use layercake_tower::Network;
use ledger::Fate;

/// Frames for each node; a build without optimisation takes fewer.
const FRAMES: usize = if cfg!(debug_assertions) {
    40_000
} else {
    100_000
};

/// Generated frames for each node.
const FLOOD: usize = 100_000;

#[test]
fn a_host_survives_any_frame_and_forgets_none() {
    torment("web.lab", 1);
}

#[test]
fn a_router_survives_any_frame_and_forgets_none() {
    torment("gateway.lab", 2);
}

/// Valid frames of every kind, spoilt ones, and noise: the short form of
/// `cargo bench -p layercake-tests --bench hostile`, which takes ten million.
#[test]
fn of_every_generated_frame_into_a_host_it_is_told_what_became_of_it() {
    flood("host", 3);
}

#[test]
fn of_every_generated_frame_into_a_router_it_is_told_what_became_of_it() {
    flood("router", 4);
}

fn flood(node: &str, seed: u64) {
    let mut flood = Flood::of(node, seed);
    flood.send(FLOOD);
    flood.settle();
    println!("{node}\n{}", flood.table());
    flood.nothing_is_lost();
    let ledger = flood.bench.ledger.borrow();
    let count = |fate| ledger.fates.get(&fate).copied().unwrap_or(0);
    println!("{:?}", ledger.fates);
    let frames = u64::try_from(FLOOD).unwrap();
    assert!(ledger.discarded() > frames / 4, "too few frames were bad");
    for fate in [Fate::Answered, Fate::Taken("arp"), Fate::Taken("ndp")] {
        assert!(count(fate) > frames / 1000, "too few were {fate:?}");
    }
    let layers: BTreeSet<_> = ledger.discards.keys().map(|(layer, ..)| *layer).collect();
    for layer in ["ethernet", "arp", "ndp", "ipv4", "ipv6", "icmp", "icmpv6"] {
        assert!(layers.contains(layer), "{layer} discarded nothing");
    }
}

fn torment(node: &str, seed: u64) {
    let mut bench = Bench::of(&Network::builtin(1).unwrap(), node);
    let mut rng = Rng::seeded(seed);
    let maker = Maker::new(&bench.attachments);
    for number in 0..FRAMES {
        let (port, symbols) = maker.make(&mut rng);
        bench.arrive(port, &symbols);
        if number % 64 == 0 {
            bench.wait(Duration::from_millis(rng.below(50)));
        }
    }
    bench.wait(Duration::from_secs(60));
    let frames = u64::try_from(FRAMES).unwrap();
    bench.nothing_is_lost(frames);
    let discards = &bench.world.discards;
    println!(
        "{node}: {FRAMES} frames, {} answers, {discards:?}",
        bench.sent
    );
    println!("{:?}", bench.ledger.borrow().fates);
    assert!(discards.total() > frames / 4, "too few frames were bad");
    assert!(bench.sent > FRAMES / 50, "too few frames were good");
}
