//! Bit error rates measured beside theory: `cargo bench -p layercake-figure --bench ber`.
//!
//! Prints a table of three ways to send (NRZ, Manchester, NRZ protected by Hamming(7,4) with
//! hard decisions) at six values of Eb/N0, with the 99 % interval and whether theory lies in
//! it, and writes the curves to `ber.svg` in the folder of the build (or to the file named as
//! an argument). A right program sees about one point in a hundred outside.
#![allow(clippy::expect_used, reason = "a bench fails by panicking")]

use std::path::PathBuf;
use std::{env, fs};

use layercake_base::Rng;
use layercake_figure::{Ber, Curve, Input, Point, figure};
use layercake_physical::analog::ber::{
    BitErrors, Link, Modulation, Received, measure, measure_coded,
};
use layercake_physical::analog::theory;

const POINTS: [f64; 6] = [0.0, 2.0, 4.0, 6.0, 8.0, 9.0];
const BITS: u64 = 4_000_000;
const SEED: u64 = 1;

/// One way to send: its name, the rate of theory and a measurement at an Eb/N0 in dB.
type Way = (&'static str, fn(f64) -> f64, fn(f64, &mut Rng) -> BitErrors);

const WAYS: [Way; 3] = [
    (
        "NRZ",
        |eb_n0| link(Modulation::Nrz, eb_n0).theory(),
        |eb_n0, rng| measure(&link(Modulation::Nrz, eb_n0), BITS, rng),
    ),
    (
        "Manchester",
        |eb_n0| link(Modulation::Manchester, eb_n0).theory(),
        |eb_n0, rng| measure(&link(Modulation::Manchester, eb_n0), BITS, rng),
    ),
    (
        "NRZ, Hamming(7,4)",
        |eb_n0| {
            let on_the_line = link(Modulation::Nrz, eb_n0).coded(4.0 / 7.0).theory();
            theory::hamming_7_4(on_the_line)
        },
        |eb_n0, rng| {
            let link = link(Modulation::Nrz, eb_n0);
            measure_coded(&link, 4, BITS, encode, decode, rng)
        },
    ),
];

const fn link(modulation: Modulation, eb_n0: f64) -> Link {
    Link {
        modulation,
        per_symbol: 2,
        eb_n0,
    }
}

/// Places 1 to 7; the parities at 1, 2 and 4 make the numbers of the places that hold a 1 add
/// up, without carry, to 0.
fn encode(message: &[bool]) -> Vec<bool> {
    let places = [3_usize, 5, 6, 7].into_iter().zip(message.iter().copied());
    let sum = places.clone().filter(|(_, bit)| *bit);
    let sum = sum.fold(0, |sum, (place, _)| sum ^ place);
    let bit = |place: usize| match place {
        1 | 2 | 4 => sum & place != 0,
        _ => places.clone().any(|(at, bit)| at == place && bit),
    };
    (1..=7).map(bit).collect()
}

/// The sum of the places names the one that is wrong.
fn decode(received: &Received) -> Vec<bool> {
    let places = (1_usize..).zip(received.bits.iter().copied());
    let wrong = places.clone().filter(|(_, bit)| *bit);
    let wrong = wrong.fold(0, |sum, (place, _)| sum ^ place);
    let message = places.filter(|(place, _)| !place.is_power_of_two());
    message.map(|(place, bit)| bit ^ (place == wrong)).collect()
}

fn main() {
    println!("bit error rates, {BITS} bits a point, seed {SEED}");
    println!(
        "{:<18} {:>5}  {:>10}  {:>10}  {:^23}  theory inside",
        "", "Eb/N0", "theory", "measured", "99 % interval"
    );
    let curves = WAYS.iter().map(curve).collect();
    let title = "measured and theory".to_owned();
    let picture = figure("ber", &Input::Ber(Ber { title, curves }));
    let path = path();
    fs::write(&path, picture.expect("a picture")).expect("a file");
    println!("curves: {}", path.display());
}

fn curve((name, theory, measure): &Way) -> Curve {
    let mut rng = Rng::seeded(SEED).split(name);
    let point = |eb_n0: f64| {
        let (rate, found) = (theory(eb_n0), measure(eb_n0, &mut rng));
        let (low, high) = found.interval();
        let inside = if found.agrees_with(rate) { "yes" } else { "NO" };
        println!(
            "{name:<18} {eb_n0:>2} dB  {rate:>10.3e}  {:>10.3e}  {low:>10.3e} .. {high:<10.3e} {inside}",
            found.rate(),
        );
        Point {
            eb_n0,
            rate: found.rate(),
            low,
            high,
        }
    };
    let points = POINTS.into_iter().map(point).collect();
    let line = (0..=40).map(|quarter| f64::from(quarter) / 4.0);
    Curve {
        name: (*name).to_owned(),
        theory: line.map(|eb_n0| (eb_n0, theory(eb_n0))).collect(),
        points,
    }
}

/// The argument that is not cargo's own, else a file in the folder of the build.
fn path() -> PathBuf {
    let named = env::args()
        .skip(1)
        .find(|argument| !argument.starts_with("--"));
    named.map_or_else(
        || PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("ber.svg"),
        PathBuf::from,
    )
}
