//! Bit error rates behind each correcting code on a line with Gaussian noise, beside theory,
//! and how much less signal each needs than no code at all.
//!
//! `cargo bench -p layercake-datalink --bench correct`
//!
//! Bits are sent as levels of -1 and +1; each data bit has the same energy, so a code of rate R
//! has R of it for each coded bit. Theory is exact for Hamming (all error patterns of a word)
//! and for Reed-Solomon (words with more than t wrong octets; the one in t! of them that is
//! mended into another word is left out). For the convolutional code there is a bound from above,
//! the sum over wrong paths with their weights. It is cut after the six lightest, so it is a
//! bound only where errors are rare, below 1e-3, and heavier paths weigh nothing.

#![allow(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    reason = "a table printed for people"
)]

use layercake_base::Rng;
use layercake_datalink::correct::viterbi::Trellis;
use layercake_datalink::correct::{Correction, Hamming, ReedSolomon, convolutional};

/// Half-width of a 99 % interval in standard deviations.
const SIGMAS: f64 = 2.5758;
/// Data octets in each trial.
const OCTETS: usize = 223 * 8;

fn main() {
    println!("bit error rate behind a correcting code, measured and theory\n");
    println!(
        "{:>6} {:>9} | {:>9} {:>9} {:>4} | {:>9} {:>9} {:>4} | {:>9} {:>9} | {:>9} {:>9}",
        "Eb/N0",
        "no code",
        "Hamming",
        "theory",
        "99%",
        "RS blocks",
        "theory",
        "99%",
        "conv hard",
        "bound",
        "conv soft",
        "bound"
    );
    let decibels: Vec<f64> = (0..=18).map(|half| f64::from(half) / 2.0).collect();
    let rows: Vec<Row> = decibels.iter().map(|db| Row::measure(*db)).collect();
    rows.iter().for_each(Row::print);
    gains(&rows);
}

/// How much less signal each code needs than no code at all.
fn gains(rows: &[Row]) {
    println!("\nEb/N0 for a bit error rate of 1e-4, and the gain over no code (dB)\n");
    let curve = |rate: Curve| needed(rows, rate);
    let none = curve(|row| row.uncoded);
    let gains: [(&str, Curve, Curve); 4] = [
        (
            "Hamming(7,4), hard",
            |row| row.hamming.rate(),
            |row| row.hamming_theory,
        ),
        (
            "RS(255,223), hard",
            |row| row.octets.rate(),
            |row| row.octets_theory,
        ),
        (
            "convolutional, hard",
            |row| row.hard.rate(),
            |row| row.hard_bound,
        ),
        (
            "convolutional, soft",
            |row| row.soft.rate(),
            |row| row.soft_bound,
        ),
    ];
    println!("{:<22} {none:>6.2}", "no code");
    for (name, measured, theory) in gains {
        let (measured, theory) = (curve(measured), curve(theory));
        println!(
            "{name:<22} {measured:>6.2}   gain {:>5.2}, theory {:>5.2}{}",
            none - measured,
            none - theory,
            if name.starts_with("conv") {
                " at least"
            } else {
                ""
            },
        );
    }
    println!(
        "\nasymptotic gain of the soft convolutional code: 10 log10(10/2) = 6.99 dB"
    );
}

/// One column of the table.
type Curve = fn(&Row) -> f64;

/// Errors among trials.
#[derive(Clone, Copy, Default)]
struct Count {
    errors: u64,
    trials: u64,
    /// For errors that come in groups, the sum of the squares of their numbers in each; else
    /// nothing.
    squares: u64,
}

impl Count {
    fn rate(&self) -> f64 {
        self.errors as f64 / self.trials as f64
    }

    /// Whether `theory` lies in the 99 % interval: Wilson's, with as many trials as would give
    /// the same variance if errors did not come in groups.
    fn holds(&self, theory: f64) -> &'static str {
        let group = self.squares as f64 / self.errors.max(1) as f64;
        let (n, p) = (self.trials as f64 / group.max(1.0), self.rate());
        let square = SIGMAS * SIGMAS / n;
        let middle = (p + square / 2.0) / (1.0 + square);
        let half =
            SIGMAS / (1.0 + square) * (p * (1.0 - p) / n + square / (4.0 * n)).sqrt();
        if (theory - middle).abs() <= half + 1e-12 {
            "in"
        } else {
            "out"
        }
    }
}

struct Row {
    decibel: f64,
    uncoded: f64,
    hamming: Count,
    hamming_theory: f64,
    blocks: Count,
    blocks_theory: f64,
    /// Wrong bits behind the Reed-Solomon code.
    octets: Count,
    octets_theory: f64,
    hard: Count,
    hard_bound: f64,
    soft: Count,
    soft_bound: f64,
}

impl Row {
    fn measure(decibel: f64) -> Row {
        let ratio = 10_f64.powf(decibel / 10.0);
        let coded = |rate: f64| q((2.0 * rate * ratio).sqrt());
        let mut line = Line {
            ratio,
            rng: Rng::seeded(decibel.to_bits()),
            spare: None,
        };
        let (hamming, _) = line.correct(&mut Hamming, 4.0 / 7.0, 400);
        let rs_rate = 223.0 / 255.0;
        let (octets, blocks) = line.correct(&mut ReedSolomon::default(), rs_rate, 400);
        let (hard, _) =
            line.correct(&mut convolutional::Convolutional::default(), 0.5, 250);
        Row {
            decibel,
            uncoded: coded(1.0),
            hamming,
            hamming_theory: hamming_theory(coded(4.0 / 7.0)),
            blocks,
            blocks_theory: block_theory(coded(rs_rate)).0,
            octets,
            octets_theory: block_theory(coded(rs_rate)).1,
            hard,
            hard_bound: union(|weight| hard_path(coded(0.5), weight)),
            soft: line.soft(250),
            soft_bound: union(|weight| q((2.0 * 0.5 * f64::from(weight) * ratio).sqrt())),
        }
    }

    fn print(&self) {
        println!(
            "{:>6.1} {:>9.2e} | {:>9.2e} {:>9.2e} {:>4} | {:>9.2e} {:>9.2e} {:>4} | {:>9.2e} {:>9.2e} | {:>9.2e} {:>9.2e}",
            self.decibel,
            self.uncoded,
            self.hamming.rate(),
            self.hamming_theory,
            self.hamming.holds(self.hamming_theory),
            self.blocks.rate(),
            self.blocks_theory,
            self.blocks.holds(self.blocks_theory),
            self.hard.rate(),
            self.hard_bound.min(0.5),
            self.soft.rate(),
            self.soft_bound.min(0.5),
        );
    }
}

/// A line that adds Gaussian noise to levels.
struct Line {
    /// Energy of a data bit to the noise's density.
    ratio: f64,
    rng: Rng,
    spare: Option<f64>,
}

impl Line {
    /// Box and Muller's way to normal numbers.
    fn normal(&mut self) -> f64 {
        if let Some(spare) = self.spare.take() {
            return spare;
        }
        let radius = (-2.0 * (1.0 - self.rng.unit()).ln()).sqrt();
        let (sin, cos) = (core::f64::consts::TAU * self.rng.unit()).sin_cos();
        self.spare = Some(radius * sin);
        radius * cos
    }

    /// Deviation of the noise on levels of one, at this rate.
    fn deviation(&self, rate: f64) -> f64 {
        (1.0 / (2.0 * rate * self.ratio)).sqrt()
    }

    /// Wrong data bits, and wrong blocks of 223 octets, behind `code` with hard decisions.
    fn correct(
        &mut self,
        code: &mut dyn Correction,
        rate: f64,
        trials: usize,
    ) -> (Count, Count) {
        let (mut bits, mut blocks) = (Count::default(), Count::default());
        let (mut coded, mut back) = (Vec::new(), Vec::new());
        let deviation = self.deviation(rate);
        for _ in 0..trials {
            let mut data = vec![0; OCTETS];
            self.rng.fill(&mut data);
            code.encode(&data, &mut coded);
            for octet in &mut coded {
                for bit in 0..8 {
                    *octet ^= u8::from(self.normal() * deviation > 1.0) << bit;
                }
            }
            bits.trials += 8 * OCTETS as u64;
            if code.name() == "reed-solomon" {
                for (coded, data) in coded.chunks(255).zip(data.chunks(223)) {
                    if code.decode(coded, &mut back).is_err() {
                        back.clear(); // it is known to be wrong, but the data stand in it
                        back.extend_from_slice(&coded[..data.len()]);
                    }
                    let wrong = differing(&back, data);
                    bits.errors += wrong;
                    blocks.errors += u64::from(wrong > 0);
                    blocks.trials += 1;
                }
            } else if code.decode(&coded, &mut back).is_ok() {
                bits.errors += differing(&back, &data);
                bits.squares += squares(&back, &data);
            }
        }
        (bits, blocks)
    }

    /// Wrong data bits behind the convolutional code whose decoder is told how sure each bit is.
    fn soft(&mut self, trials: usize) -> Count {
        let mut count = Count::default();
        let (mut coded, mut back, mut trellis) =
            (Vec::new(), Vec::new(), Trellis::default());
        let deviation = self.deviation(0.5);
        for _ in 0..trials {
            let mut data = vec![0; OCTETS];
            self.rng.fill(&mut data);
            convolutional::encode(&data, &mut coded);
            let bits = coded
                .iter()
                .flat_map(|octet| (0..8).rev().map(move |bit| octet >> bit & 1));
            let levels = bits.map(|bit| f64::from(2 * i8::from(bit == 1) - 1));
            let soft: Vec<i8> = levels
                .map(|level| (32.0 * (level + self.normal() * deviation)) as i8)
                .collect();
            trellis.decode(&soft, &mut back);
            count.errors += differing(&back, &data);
            count.trials += 8 * OCTETS as u64;
        }
        count
    }
}

fn differing(a: &[u8], b: &[u8]) -> u64 {
    a.iter()
        .zip(b)
        .map(|(a, b)| u64::from((a ^ b).count_ones()))
        .sum()
}

/// The squares of the wrong bits in each half octet, which is what one word of Hamming's code
/// carries.
fn squares(a: &[u8], b: &[u8]) -> u64 {
    let halves = a
        .iter()
        .zip(b)
        .flat_map(|(a, b)| [(a ^ b) & 15, (a ^ b) >> 4]);
    halves.map(|half| u64::from(half.count_ones()).pow(2)).sum()
}

/// The tail of the normal distribution, by Simpson's rule over enough steps for eight digits.
fn q(x: f64) -> f64 {
    let (steps, end) = (4000_u32, 12.0_f64);
    let width = (end - x) / f64::from(steps);
    let density = |t: f64| (-t * t / 2.0).exp() / core::f64::consts::TAU.sqrt();
    let weight = |i: u32| match i {
        0 => 1.0,
        i if i == steps => 1.0,
        i if i % 2 == 1 => 4.0,
        _ => 2.0,
    };
    (0..=steps)
        .map(|i| weight(i) * density(x + f64::from(i) * width))
        .sum::<f64>()
        * width
        / 3.0
}

/// Wrong data bits behind Hamming(7,4) when each coded bit is wrong with `p`: over all patterns
/// of a word, which the code, being linear, mends alike for all words.
fn hamming_theory(p: f64) -> f64 {
    let mut back = Vec::new();
    let pattern = |pattern: u8| {
        Hamming.decode(&[pattern, 0], &mut back).unwrap();
        let wrong = f64::from((back[0] & 15).count_ones());
        let ones = pattern.count_ones() as i32;
        p.powi(ones) * (1.0 - p).powi(7 - ones) * wrong / 4.0
    };
    (0..128).map(pattern).sum()
}

/// Words of 255 octets with more than 16 wrong ones, and wrong bits in such words, when each bit
/// is wrong with `p`.
fn block_theory(p: f64) -> (f64, f64) {
    let octet = 1.0 - (1.0 - p).powi(8);
    let mut term = (1.0 - octet).powi(255);
    let (mut words, mut octets) = (0.0, 0.0);
    for wrong in 0..=255 {
        if wrong > 16 {
            words += term;
            octets += term * f64::from(wrong) / 255.0;
        }
        term *= f64::from(255 - wrong) / f64::from(wrong + 1) * octet / (1.0 - octet);
    }
    (words, octets * p / octet)
}

/// The sum over wrong paths: data bits on all paths of a weight (the code's published spectrum)
/// times the chance that such a path looks nearer.
fn union(path: impl Fn(u32) -> f64) -> f64 {
    let spectrum = [36.0, 211.0, 1404.0, 11_633.0, 77_433.0, 502_690.0];
    let weights = (10..).step_by(2).zip(spectrum);
    weights.map(|(weight, bits)| bits * path(weight)).sum()
}

/// A path of even weight looks nearer when more than half of its bits are wrong, or half and a
/// coin falls so.
fn hard_path(p: f64, weight: u32) -> f64 {
    let chance = |wrong: u32| {
        let ways = (0..wrong).fold(1.0, |ways, i| {
            ways * f64::from(weight - i) / f64::from(i + 1)
        });
        ways * p.powi(wrong as i32) * (1.0 - p).powi((weight - wrong) as i32)
    };
    (weight / 2 + 1..=weight).map(chance).sum::<f64>() + chance(weight / 2) / 2.0
}

/// Where a falling curve crosses 1e-4, between the two nearest points (in logarithms).
fn needed(rows: &[Row], rate: impl Fn(&Row) -> f64) -> f64 {
    let target = 1e-4_f64.ln();
    let crosses = |pair: &&[Row]| rate(&pair[0]) >= 1e-4 && rate(&pair[1]) < 1e-4;
    let Some(pair) = rows.windows(2).find(crosses) else {
        return f64::NAN;
    };
    let (high, low) = (rate(&pair[0]).ln(), rate(&pair[1]).max(1e-9).ln());
    pair[0].decibel + 0.5 * (high - target) / (high - low)
}
