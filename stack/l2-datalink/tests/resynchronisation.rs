//! Every single error in a line of frames: how many frames it costs, beside the bound.
//! `cargo bench --bench framing` prints the same for more lines, as a table.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    unreachable_pub,
    reason = "a test stops at what it does not expect"
)]

mod single_errors;

use layercake_base::Rng;
use single_errors::{BOUNDS, HARMS, Measured, frames, measure};

#[test]
fn no_single_error_costs_more_frames_than_the_bound_and_some_cost_as_many() {
    for bound in &BOUNDS {
        for (harm, most) in HARMS.into_iter().zip(bound.most) {
            let mut measured = Measured::default();
            for seed in 0..10 {
                let frames = frames(&mut Rng::seeded(seed));
                measure(bound, harm, &frames, &mut measured);
            }
            let what = format!("{} {} {harm:?}", bound.framing, bound.silence);
            assert_eq!(measured.lost, most, "{what}: {measured:?}");
            assert!(measured.wrong <= 2, "{what}: {measured:?}");
        }
    }
}

/// The table in the documentation of `framing` has the bounds that are measured here.
#[test]
fn the_table_of_the_module_is_that_of_the_bounds() {
    let source = include_str!("../src/framing.rs");
    for bound in &BOUNDS {
        let name = match bound.silence {
            true => "  with silence",
            false => bound.framing,
        };
        let [flip, lose, insert] = bound.most;
        let row = format!("//! | {name:<14} |{flip:^15}|{lose:^15}|{insert:^19}|");
        assert!(source.contains(&row), "{row}");
    }
}
