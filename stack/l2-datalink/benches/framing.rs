//! Each framing: what it takes, what it adds beside its law, and what one error costs beside
//! its bound.
//!
//! Nanoseconds for each octet of the frame, the median of several runs; `memcpy` copies the
//! same octets in the same run. `cargo bench -p layercake-datalink --bench framing`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a bench stops at what it does not expect"
)]

#[path = "../tests/single_errors/mod.rs"]
mod single_errors;

use std::hint::black_box;
use std::time::Instant;

use layercake_base::Rng;
use layercake_datalink::framing::{self, Framing};
use layercake_datalink::octet_stuffing::{self, Accm};

const FRAME: usize = 1500;
const RUNS: usize = 201;
/// Half-width of a 99 % interval in standard deviations.
const SIGMAS: f64 = 2.5758;

/// The framings by name, and octet stuffing once more with all control characters escaped.
fn codecs() -> Vec<(&'static str, Box<dyn Framing>)> {
    let mut codecs: Vec<_> = framing::NAMES
        .into_iter()
        .map(|name| (name, framing::named(name).unwrap()))
        .collect();
    let all = octet_stuffing::Codec::new(Accm::ALL, framing::LIMIT);
    codecs.insert(2, ("  accm ffffffff", Box::new(all)));
    codecs
}

fn random(octets: usize) -> Vec<u8> {
    let mut frame = vec![0; octets];
    Rng::seeded(7).fill(&mut frame);
    frame
}

/// Nanoseconds for each octet of a frame.
fn time(octets: usize, mut run: impl FnMut()) -> f64 {
    let rounds = 50_000 / octets.max(1);
    let mut median: Vec<f64> = (0..RUNS)
        .map(|_| {
            let start = Instant::now();
            (0..rounds).for_each(|_| run());
            start.elapsed().as_secs_f64() * 1e9 / (rounds * octets) as f64
        })
        .collect();
    median.sort_by(f64::total_cmp);
    median[RUNS / 2]
}

fn speed(title: &str, frame: &[u8]) {
    println!("\n{title}, {} octets: ns/octet", frame.len());
    println!("{:<18}{:>9}{:>9}", "framing", "encode", "decode");
    let mut copy = Vec::new();
    let memcpy = time(frame.len(), || {
        copy.clear();
        copy.extend_from_slice(black_box(frame));
        black_box(&copy);
    });
    println!("{:<18}{memcpy:>9.3}{memcpy:>9.3}", "memcpy");
    for (name, mut codec) in codecs() {
        let mut line = Vec::new();
        let encode = time(frame.len(), || {
            line.clear();
            codec.encode(black_box(frame), &mut line).unwrap();
            black_box(&line);
        });
        let mut found = 0;
        let decode = time(frame.len(), || {
            codec.decode(black_box(&line), &mut |frame| found += frame.unwrap().len());
        });
        assert!(found > 0);
        println!("{name:<18}{encode:>9.3}{decode:>9.3}");
    }
}

/// A frame that makes each framing add as much as it can.
fn worst(name: &str) -> Vec<u8> {
    let octet = match name {
        "octet-stuffing" => octet_stuffing::FLAG,
        "slip" => layercake_datalink::slip::END,
        "  accm ffffffff" => 0,
        _ => 0xff,
    };
    vec![octet; FRAME]
}

fn overhead() {
    let frames = 2000;
    println!(
        "\nadded to a frame of {FRAME} octets, in octets; random is the mean of {frames}, with its\n99 % interval, beside the law for it; worst is the worst frame, beside its bound"
    );
    println!(
        "{:<18}{:>10}{:>9}{:>10}{:>10}{:>10}",
        "framing", "random", "+-", "law", "worst", "bound"
    );
    for (name, codec) in codecs() {
        let (mut rng, mut line) = (Rng::seeded(11), Vec::new());
        let mut frame = vec![0; FRAME];
        let (mut sum, mut squares) = (0.0, 0.0);
        for _ in 0..frames {
            rng.fill(&mut frame);
            line.clear();
            codec.encode(&frame, &mut line).unwrap();
            let added = (line.len() - FRAME) as f64;
            (sum, squares) = (sum + added, squares + added * added);
        }
        let mean = sum / f64::from(frames);
        let deviation = (squares / f64::from(frames) - mean * mean).max(0.0).sqrt();
        let off = SIGMAS * deviation / f64::from(frames).sqrt();
        let law = codec.expected(1500) - FRAME as f64;
        line.clear();
        codec.encode(&worst(name), &mut line).unwrap();
        let (worst, bound) = (line.len() - FRAME, codec.longest(FRAME) - FRAME);
        println!("{name:<18}{mean:>10.3}{off:>9.3}{law:>10.3}{worst:>10}{bound:>10}");
    }
}

fn resynchronisation() {
    println!(
        "\nframes lost in a row after one error, for every error in 40 lines of five"
    );
    println!(
        "short frames: a bit flipped, an octet lost, any octet inserted; wrong: the most"
    );
    println!(
        "frames of one case that came out and were never sent; silent: cases in which a"
    );
    println!("frame was lost with neither a reason nor a wrong frame\n");
    println!(
        "{:<18}{:<8}{:>9}{:>9}{:>9}{:>9}{:>9}{:>9}",
        "framing", "error", "cases", "worst", "bound", "mean", "wrong", "silent"
    );
    for bound in &single_errors::BOUNDS {
        for (harm, most) in single_errors::HARMS.into_iter().zip(bound.most) {
            let mut measured = single_errors::Measured::default();
            for seed in 0..40 {
                let frames = single_errors::frames(&mut Rng::seeded(seed));
                single_errors::measure(bound, harm, &frames, &mut measured);
            }
            let name = match bound.silence {
                true => "  silence between",
                false => bound.framing,
            };
            let single_errors::Measured {
                cases, lost, wrong, ..
            } = measured;
            println!(
                "{name:<18}{:<8}{cases:>9}{lost:>9}{most:>9}{:>9.3}{wrong:>9}{:>9}",
                format!("{harm:?}"),
                measured.sum as f64 / cases as f64,
                measured.silent,
            );
        }
    }
}

fn main() {
    speed("random octets", &random(FRAME));
    speed(
        "text",
        &b"the quick brown fox jumps over ".repeat(49)[..FRAME],
    );
    speed("short and random", &random(46));
    overhead();
    resynchronisation();
}
