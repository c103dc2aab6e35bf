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
use layercake_datalink::correct::{Correction, Hamming};
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
        hamming,
    ),
];

const fn link(modulation: Modulation, eb_n0: f64) -> Link {
    Link {
        modulation,
        per_symbol: 2,
        eb_n0,
    }
}

/// Bits of a message that is measured at once: 64 code words, whose 448 bits fill whole octets.
const MESSAGE: usize = 256;

/// Counts errors behind the code of `l2-datalink`, 64 words at a time; words of one message are
/// independent, and the interval is computed from what differs between messages.
fn hamming(eb_n0: f64, rng: &mut Rng) -> BitErrors {
    let link = link(Modulation::Nrz, eb_n0);
    let encode = |message: &[bool]| {
        let mut coded = Vec::new();
        Hamming.encode(&octets(message), &mut coded);
        bits(&coded)
    };
    let decode = |received: &Received| {
        let mut data = Vec::new();
        let mended = Hamming.decode(&octets(&received.bits), &mut data);
        mended.expect("every word of seven bits decodes");
        bits(&data)
    };
    measure_coded(&link, MESSAGE, BITS, encode, decode, rng)
}

/// Bits as octets, the least significant bit first.
fn octets(bits: &[bool]) -> Vec<u8> {
    let octet =
        |bits: &[bool]| bits.iter().rev().fold(0, |o, bit| o << 1 | u8::from(*bit));
    bits.chunks(8).map(octet).collect()
}

fn bits(octets: &[u8]) -> Vec<bool> {
    let bits = |octet: &u8| {
        let octet = *octet;
        (0..8).map(move |place| octet >> place & 1 == 1)
    };
    octets.iter().flat_map(bits).collect()
}

fn main() {
    println!("bit error rates, {BITS} bits a point, seed {SEED}");
    println!(
        "{:<18} {:>5}  {:>10}  {:>10}  {:^23}  theory inside",
        "", "Eb/N0", "theory", "measured", "99 % interval"
    );
    let curves = WAYS.iter().map(curve).collect();
    let title = "three ways to send, measured and in theory".to_owned();
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
