//! The simulation that the bench `arq` measures against, held against values that were found
//! elsewhere, and against the formulas where they hold.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::indexing_slicing,
    reason = "the module is a bench's too; a panic is a failed test"
)]

#[path = "../benches/arq/reference.rs"]
mod reference;

use layercake_base::Rng;

const FRAMES: usize = 20_000;

/// Window, loss, and utilisation by selective repeat and by go-back-N: another event simulation
/// of the same rule, with 20 000 frames and one seed, whose repeat error was found to be about
/// 1 %. The seeds here are fixed; 4 % leaves room for both errors.
const ELSEWHERE: [(usize, f64, f64, f64); 13] = [
    (1, 0.0, 0.0566, 0.0566),
    (1, 0.01, 0.0560, 0.0560),
    (1, 0.1, 0.0508, 0.0508),
    (4, 0.01, 0.219, 0.219),
    (4, 0.1, 0.176, 0.171),
    (8, 0.01, 0.426, 0.424),
    (8, 0.1, 0.307, 0.264),
    (16, 0.01, 0.789, 0.770),
    (16, 0.1, 0.514, 0.333),
    (18, 0.01, 0.860, 0.830),
    (18, 0.1, 0.550, 0.335),
    (36, 0.1, 0.818, 0.335),
    (72, 0.1, 0.897, 0.335),
];

fn near(ours: f64, theirs: f64) -> bool {
    (ours / theirs - 1.0).abs() < 0.04
}

#[test]
fn agrees_with_a_simulation_that_was_made_elsewhere() {
    for (window, p, selective, back) in ELSEWHERE {
        let mut rng = Rng::seeded(1);
        let ours = reference::selective_repeat(window, FRAMES, || rng.chance(p));
        assert!(
            near(ours, selective),
            "selective repeat, {window}, {p}: {ours}"
        );
        let mut rng = Rng::seeded(1);
        let ours = reference::go_back_n(window, FRAMES, || rng.chance(p));
        assert!(near(ours, back), "go-back-n, {window}, {p}: {ours}");
    }
}

/// Where the textbooks' formulas hold: selective repeat with a wide window, go-back-N with one
/// that covers the round trip, stop-and-wait always.
#[test]
fn agrees_with_the_formulas_where_they_hold() {
    for p in [0.0, 0.01, 0.1] {
        let mut rng = Rng::seeded(2);
        let wide = reference::selective_repeat(72, FRAMES, || rng.chance(p));
        assert!(
            near(wide, reference::selective_repeat_formula(72.0, p)),
            "{p}: {wide}"
        );
        let back = reference::go_back_n(36, FRAMES, || rng.chance(p));
        assert!(
            near(back, reference::go_back_n_formula(36.0, p)),
            "{p}: {back}"
        );
        let one = reference::go_back_n(1, FRAMES, || rng.chance(p));
        assert!(near(one, reference::stop_and_wait_formula(p)), "{p}: {one}");
    }
}

/// Worked out elsewhere, to three digits.
#[test]
fn the_estimate_by_rounds_is_the_one_worked_out_elsewhere() {
    for (window, few, many) in [
        (4.0, 0.218, 0.163),
        (8.0, 0.420, 0.274),
        (16.0, 0.787, 0.457),
        (18.0, 0.873, 0.501),
        (36.0, 0.990, 0.878),
        (72.0, 0.990, 0.900),
    ] {
        for (p, expected) in [(0.01, few), (0.1, many)] {
            let estimate = reference::selective_repeat_estimate(window, p);
            assert!(
                (estimate - expected).abs() < 0.0006,
                "{window} {p}: {estimate}"
            );
        }
    }
}
