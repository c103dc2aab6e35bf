//! How often errors go unseen, measured over millions of frames beside what theory says, and
//! how few wrong bits can, by the length of frames.
//!
//! Seeds are fixed, so each run prints the same. An interval holds the expected count with 99 %
//! (normal approximation): each row by itself falls outside once in a hundred seeds.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot start may stop"
)]

use std::collections::HashSet;

use layercake_base::Rng;
use layercake_datalink::Check;
use layercake_datalink::check::{Order, distance};

/// Octets of each frame before its check value.
const FRAME: usize = 46;
/// Frames for each row.
const FRAMES: u32 = 4_000_000;
/// A normal variable is within so many standard deviations with 99 %.
const WITHIN_99: f64 = 2.576;

fn main() {
    bursts();
    replaced();
    blindness();
    short_frames();
    distances();
}

fn named(name: &str) -> Check {
    name.parse().unwrap()
}

/// Bursts, from one wrong bit to another with anything in between, at any place.
fn bursts() {
    println!("bursts unseen, of {FRAMES} frames of {FRAME} octets");
    println!(
        "  check               burst  expected        99 % interval   unseen  within"
    );
    for name in [
        "CRC-8/I-432-1",
        "CRC-8/MAXIM-DOW",
        "CRC-16/ARC",
        "CRC-16/IBM-SDLC",
    ] {
        let check = named(name);
        let width = check.width_bits();
        // Koopman and others: none up to the width, 2^-(width - 1) one above it, then 2^-width.
        let expected = |bits: u32| match bits {
            bits if bits <= width => 0.0,
            bits if bits == width + 1 => 0.5_f64.powf(f64::from(width - 1)),
            _ => 0.5_f64.powf(f64::from(width)),
        };
        for bits in [width - 1, width, width + 1, width + 2, 3 * width] {
            let seed = u64::from(bits) << 8 | u64::from(width);
            let unseen = count(check, seed, |rng, wrong| burst(rng, check, bits, wrong));
            row(name, &bits.to_string(), expected(bits), unseen);
        }
    }
}

/// All octets of the frame but not of the value replaced by chance: nothing is left but 2^-width.
fn replaced() {
    println!("\nframes replaced by others of chance");
    println!(
        "  check                      expected        99 % interval   unseen  within"
    );
    for name in ["CRC-8/SMBUS", "CRC-16/IBM-SDLC", "internet", "Fletcher-16"] {
        let check = named(name);
        let values = match name {
            "internet" => 65_535.0, // one's complement: ffff stands for 0000 as well
            "Fletcher-16" => 255.0 * 255.0,
            _ => 2.0_f64.powi(check.width_bits().try_into().unwrap()),
        };
        let unseen = count(check, 7, |rng, wrong| {
            for octet in &mut wrong[..FRAME] {
                *octet = byte(rng);
            }
        });
        row(name, "", 1.0 / values, unseen);
    }
}

/// How many of the frames of chance look right with the wrong bits that `spoil` writes.
fn count(check: Check, seed: u64, spoil: impl Fn(&mut Rng, &mut [u8])) -> u32 {
    let mut rng = Rng::seeded(seed);
    let mut whole = vec![0; FRAME + check.octets()];
    let mut unseen = 0;
    for _ in 0..FRAMES {
        let (frame, trailer) = whole.split_at_mut(FRAME);
        rng.fill(frame);
        check.write(check.compute(frame), trailer);
        let mut wrong = vec![0; whole.len()];
        spoil(&mut rng, &mut wrong);
        for (octet, wrong) in whole.iter_mut().zip(&wrong) {
            *octet ^= wrong;
        }
        let (frame, trailer) = whole.split_at(FRAME);
        unseen += u32::from(check.compute(frame) == check.read(trailer));
    }
    unseen
}

/// A burst of `bits` bits in the order in which a line carries them.
fn burst(rng: &mut Rng, check: Check, bits: u32, wrong: &mut [u8]) {
    let all = u64::try_from(8 * wrong.len()).unwrap();
    let first = rng.below(all - u64::from(bits) + 1);
    let last = u64::from(bits) - 1;
    for at in 0..=last {
        if at == 0 || at == last || byte(rng) & 1 == 1 {
            let place = first + at;
            let bit = match check.order() {
                Order::LeastFirst => place % 8,
                Order::MostFirst => 7 - place % 8,
            };
            wrong[usize::try_from(place / 8).unwrap()] ^= 1 << bit;
        }
    }
}

fn byte(rng: &mut Rng) -> u8 {
    u8::try_from(rng.below(256)).unwrap()
}

fn row(name: &str, what: &str, probability: f64, unseen: u32) {
    let expected = f64::from(FRAMES) * probability;
    let spread = WITHIN_99 * (expected * (1.0 - probability)).sqrt();
    let (low, high) = (expected - spread, expected + spread);
    let within = (low..=high).contains(&f64::from(unseen));
    let within = if within { "yes" } else { "NO" };
    println!(
        "  {name:18} {what:>6} {expected:>9.1}  {low:>9.1} to {high:>8.1} {unseen:>8}  {within}"
    );
}

/// What sums do not see by their nature, of frames of chance.
fn blindness() {
    const TRIES: u32 = 100_000;
    println!("\nunseen of {TRIES} frames with");
    println!("  check              words in other order   0000 made ffff");
    for name in [
        "internet",
        "Fletcher-16",
        "Fletcher-32",
        "Adler-32",
        "CRC-16/IBM-SDLC",
    ] {
        let (check, mut rng) = (named(name), Rng::seeded(11));
        let (mut swapped, mut zeros) = (0, 0);
        for _ in 0..TRIES {
            let mut frame = [0; FRAME];
            rng.fill(&mut frame);
            let mut other = frame;
            other.rotate_left(2); // every word, the first behind the last
            swapped += u32::from(check.compute(&frame) == check.compute(&other));
            frame[20..22].fill(0x00);
            other = frame;
            other[20..22].fill(0xff);
            zeros += u32::from(check.compute(&frame) == check.compute(&other));
        }
        println!("  {name:18} {swapped:>17} {zeros:>16}");
    }
}

/// Values that frames of chance share: few if the values are spread evenly over 2^32.
fn short_frames() {
    const FRAMES: u32 = 1 << 17;
    let pairs = f64::from(FRAMES) * f64::from(FRAMES - 1) / 2.0;
    let expected = pairs / 2.0_f64.powi(32);
    println!(
        "\nvalues met before, of {FRAMES} frames of chance; evenly spread: {expected:.1}"
    );
    println!("  check                 8 octets  32 octets  128 octets");
    for name in ["Adler-32", "Fletcher-32", "CRC-32"] {
        let met = [8, 32, 128].map(|length| {
            let (check, mut rng) = (named(name), Rng::seeded(13));
            let mut seen = HashSet::new();
            let mut frame = vec![0; length];
            let mut met = 0;
            for _ in 0..FRAMES {
                rng.fill(&mut frame);
                met += u32::from(!seen.insert(check.compute(&frame)));
            }
            met
        });
        println!("  {name:18} {:>11} {:>10} {:>11}", met[0], met[1], met[2]);
    }
}

/// The longest frames for each Hamming distance, found by our own search.
fn distances() {
    println!(
        "\nlongest frames in bits, without the value, in which fewer than D wrong bits are always seen"
    );
    println!(
        "  check              searched       D=3      D=4      D=5      D=6      D=7      D=8"
    );
    for (name, most) in [
        ("CRC-8/I-432-1", 1000),
        ("CRC-16/IBM-SDLC", 40_000),
        ("CRC-16/ARC", 40_000),
        ("CRC-32/ISO-HDLC", 200_000),
        ("CRC-32/ISCSI", 20_000),
    ] {
        let crc = named(name).crc().unwrap();
        let reach = distance::reaches(&crc, 7, most);
        let cells = reach.iter().map(|reach| match reach.longest_bits {
            bits if bits == most => format!("{:>8}", format!(">={bits}")),
            bits => format!("{bits:>8}"),
        });
        let cells: Vec<String> = cells.collect();
        println!("  {name:18} {most:>8}  {}", cells.join(" "));
    }
    println!("published by Koopman: 119 119; 32751 32751; 32751 32751;");
    println!(
        "  4294967263 91607 2974 268 171 91; 2147483615 2147483615 5243 5243 177 177"
    );
    for name in ["CRC-16/IBM-SDLC", "CRC-32/ISCSI", "CRC-32/ISO-HDLC"] {
        let crc = named(name).crc().unwrap();
        let period = distance::period(&crc, 1 << 32).unwrap();
        let longest = period - u64::from(crc.width_bits);
        println!("  {name:18} two wrong bits are always seen in up to {longest} bits");
    }
}
