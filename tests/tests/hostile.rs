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
#[path = "hostile/frames.rs"]
mod frames;

use core::time::Duration;

use bench::Bench;
use frames::Maker;
use layercake_base::Rng;

/// Frames for each node; a build without optimisation takes fewer.
const FRAMES: usize = if cfg!(debug_assertions) {
    40_000
} else {
    100_000
};

/// Layers that may be the goal of a PDU: line code and framing replace it by another, ARP takes
/// its own packets. All others hand on, answer with the same PDU, or discard.
const GOALS: [&str; 3] = ["manchester", "hdlc", "arp"];

#[test]
fn a_host_survives_any_frame_and_forgets_none() {
    torment("web.lab", 1);
}

#[test]
fn a_router_survives_any_frame_and_forgets_none() {
    torment("gateway.lab", 2);
}

fn torment(node: &str, seed: u64) {
    let mut bench = Bench::of_the_lab(node);
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
    nothing_is_lost(&bench);
    let discards = &bench.world.discards;
    println!(
        "{node}: {FRAMES} frames, {} answers, {discards:?}",
        bench.sent
    );
    let frames = u64::try_from(FRAMES).unwrap();
    assert!(discards.total() > frames / 4, "too few frames were bad");
    assert!(bench.sent > FRAMES / 50, "too few frames were good");
}

/// Every slot is free again, and of every PDU somebody told what became of it.
fn nothing_is_lost(bench: &Bench) {
    let witness = bench.witness.borrow();
    let (shown, counted) = (witness.discards, bench.world.discards.total());
    assert_eq!(bench.world.pool.in_use(), 0, "a PDU did not go home");
    assert_eq!(shown, counted, "discards shown and counted differ");
    assert!(
        witness.open.is_empty(),
        "what became of {:?}?",
        witness.open
    );
    for (layer, count) in &witness.goals {
        assert!(
            GOALS.contains(layer),
            "{count} PDUs ended in {layer}, uncounted"
        );
    }
}
