//! What ARQ is worth: the share of a line that carries frames which arrive in order, by scheme,
//! window and loss, beside a simulation of the bare rule and beside the textbooks' formulas.
//!
//! `cargo bench -p layercake-datalink --bench arq`. All in virtual time and with the same losses
//! for the layer and for the simulation, so every run prints the same table. It fails when the
//! layer falls below 97 % of the simulation.
//!
//! 1500-octet frames, header included, at 10 Mbit/s; 20 ms from the end of a frame to its
//! acknowledgement, so a = 16.67; a time-out of exactly that; acknowledgements take no time on
//! the line and are not lost; 20 000 frames.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a bench: a panic is a failure"
)]

#[path = "../tests/line/mod.rs"]
mod line;
#[path = "arq/reference.rs"]
mod reference;

use core::time::Duration;
use std::process::ExitCode;

use layercake_base::Rng;
use layercake_datalink::arq::search::{Outcome, shortest_failure};
use layercake_datalink::arq::{Config, OCTETS, Scheme, Timer};
use line::{Line, Way};
use reference::{A, FRAME, ROUND_TRIP};

const FRAMES: usize = 20_000;
const FRAME_OCTETS: usize = 1500;
const SEED: u64 = 7;
/// What the layer must reach of the simulation.
const BOUND: f64 = 0.97;

/// The ways of the line: data with loss `p`, answers without.
fn ways(p: f64) -> [Way; 2] {
    let half = Duration::from_nanos(ROUND_TRIP / 2);
    let data = Way {
        octet: Duration::from_nanos(FRAME / FRAME_OCTETS as u64),
        delay: half,
        loss: p,
        ..Way::default()
    };
    let answers = Way {
        delay: half,
        ..Way::default()
    };
    [data, answers]
}

fn config(scheme: Scheme, window: u16) -> Config {
    Config {
        scheme,
        window,
        sequence_bits: 8,
        timer: Timer::Fixed(Duration::from_nanos(FRAME + ROUND_TRIP)),
        reject: false,
        ack_delay: Duration::ZERO,
        queue: 8,
        retries: u32::MAX,
    }
}

/// Utilisation by the layer: from the first I frame to the last answer.
fn measured(config: Config, p: f64) -> f64 {
    let mut line = Line::new(config, ways(0.0), FRAME_OCTETS - OCTETS, SEED);
    // The link is set up before the losses begin.
    line.offer(0, 1);
    assert!(line.run([0, 1], Duration::from_secs(9)));
    line.pass(Duration::from_secs(1));
    line.ways = ways(p);
    let started = line.world.now;
    line.offer(0, FRAMES as u64);
    assert!(line.run([0, 1 + FRAMES], Duration::from_secs(1_000_000)));
    assert!(line.ends[1].got.iter().copied().eq(0..=FRAMES as u64));
    let took = line.world.now.since(started) + Duration::from_nanos(ROUND_TRIP / 2);
    Duration::from_nanos(FRAMES as u64 * FRAME).as_secs_f64() / took.as_secs_f64()
}

fn simulated(scheme: Scheme, window: u16, p: f64) -> f64 {
    let mut rng = Rng::seeded(2 * SEED);
    let lost = move || rng.chance(p);
    match scheme {
        Scheme::SelectiveRepeat => {
            reference::selective_repeat(window.into(), FRAMES, lost)
        }
        _ => reference::go_back_n(window.into(), FRAMES, lost),
    }
}

fn formula(scheme: Scheme, window: u16, p: f64) -> f64 {
    match scheme {
        Scheme::StopAndWait => reference::stop_and_wait_formula(p),
        Scheme::GoBackN => reference::go_back_n_formula(window.into(), p),
        Scheme::SelectiveRepeat => reference::selective_repeat_formula(window.into(), p),
    }
}

/// For selective repeat the estimate that knows of stalls; the others have none.
fn estimate(scheme: Scheme, window: u16, p: f64) -> String {
    match scheme {
        Scheme::SelectiveRepeat => {
            format!(
                "{:.4}",
                reference::selective_repeat_estimate(window.into(), p)
            )
        }
        _ => String::from("-"),
    }
}

/// One line of the table; what was measured, as a share of the simulation.
fn row(config: Config, p: f64, what: &str) -> f64 {
    let (scheme, window) = (config.scheme, config.window);
    let (own, bare) = (measured(config, p), simulated(scheme, window, p));
    println!(
        "{:<17}{window:>4}{p:>6.2}{own:>10.4}{bare:>12.4}{:>10.4}{:>10}{:>8.1}{:>8.1}{what}",
        scheme.name(),
        formula(scheme, window, p),
        estimate(scheme, window, p),
        100.0 * own / bare,
        100.0 * own,
    );
    own / bare
}

fn head(title: &str) {
    println!("\n{title}");
    println!(
        "{:<17}{:>4}{:>6}{:>10}{:>12}{:>10}{:>10}{:>8}{:>8}",
        "scheme",
        "W",
        "loss",
        "measured",
        "simulation",
        "formula",
        "estimate",
        "% sim",
        "% line"
    );
}

/// The three schemes under the conditions of the simulation; the least share of it.
fn schemes() -> f64 {
    head("Time-out of exactly a round trip, no rejects: as the simulation has it");
    let mut least = f64::MAX;
    for p in [0.0, 0.01, 0.1] {
        least = least.min(row(config(Scheme::StopAndWait, 1), p, ""));
    }
    for scheme in [Scheme::GoBackN, Scheme::SelectiveRepeat] {
        for window in [4, 8, 16, 18, 36, 72] {
            for p in [0.0, 0.01, 0.1] {
                least = least.min(row(config(scheme, window), p, ""));
            }
        }
    }
    least
}

/// What the adaptive timer loses beside an exact time-out, and what rejects gain when the
/// time-out is long.
fn variations() {
    head(
        "Adaptive timer; and a time-out of four round trips, without and with REJ or SREJ;\n\
         simulation and formula as above, with an exact time-out and no rejects",
    );
    for (scheme, window) in [
        (Scheme::StopAndWait, 1),
        (Scheme::GoBackN, 18),
        (Scheme::GoBackN, 72),
        (Scheme::SelectiveRepeat, 18),
        (Scheme::SelectiveRepeat, 72),
    ] {
        for p in [0.01, 0.1] {
            let exact = config(scheme, window);
            let adaptive = Config {
                timer: Timer::ADAPTIVE,
                ..exact
            };
            let long = Config {
                timer: Timer::Fixed(Duration::from_nanos(FRAME + 4 * ROUND_TRIP)),
                ..exact
            };
            row(adaptive, p, "  adaptive timer");
            row(long, p, "  long time-out");
            if scheme != Scheme::StopAndWait {
                let reject = true;
                row(Config { reject, ..long }, p, "  long time-out, rejects");
                row(
                    Config { reject, ..adaptive },
                    p,
                    "  adaptive timer, rejects",
                );
            }
        }
    }
}

/// The shortest failure one above the limit of a window, and that there is none at it.
fn limit(scheme: Scheme, bits: u8) {
    let limit = scheme.largest_window(bits);
    let name = scheme.name();
    println!("\n{name}, {bits}-bit numbers, window {limit}, the limit:");
    match shortest_failure(scheme, limit, bits) {
        Ok(Outcome::Safe { states }) => {
            println!("  no schedule of losses fails: all {states} states were looked at");
        }
        other => panic!("{other:?}"),
    }
    println!(
        "{name}, {bits}-bit numbers, window {}, one above it:",
        limit + 1
    );
    match shortest_failure(scheme, limit + 1, bits) {
        Ok(Outcome::Fails(steps)) => steps.iter().for_each(|step| println!("  {step}")),
        other => panic!("{other:?}"),
    }
}

fn main() -> ExitCode {
    println!(
        "{FRAMES} frames of {FRAME_OCTETS} octets at 10 Mbit/s, a = {A:.2}, one seed; shares of the line"
    );
    println!(
        "formula: the textbooks', which for selective repeat forgets that a window stalls on its\n\
         oldest hole; estimate: a window in rounds until all of it has arrived"
    );
    let least = schemes();
    println!(
        "least of all rows: {:.1} % of the simulation; at least {:.0} % wanted",
        100.0 * least,
        100.0 * BOUND
    );
    variations();
    limit(Scheme::SelectiveRepeat, 2);
    limit(Scheme::GoBackN, 2);
    if least < BOUND {
        println!("the layer falls below the bound");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
