//! Each line code: its rates beside a copy of the same octets, its efficiency beside theory, and
//! how much of single wrong symbols it sees.
//!
//! `cargo bench -p layercake-physical --bench codes`

use std::hint::black_box;
use std::time::Instant;

use layercake_base::Rng;
use layercake_physical::{LineCode, code};

/// Octets in one transmission.
const LEN: usize = 64 * 1024;
/// Each rate is the median of so many calls. The codes and the copy take turns, and each call is
/// timed by itself, so that other work on the machine disturbs few of them.
const ROUNDS: usize = 201;

/// What is measured of one code.
struct Row {
    code: Box<dyn LineCode>,
    symbols: Vec<u8>,
    /// Octets of data per nanosecond, which is GB/s.
    encode: Vec<f64>,
    decode: Vec<f64>,
}

fn main() {
    let mut octets = vec![0; LEN];
    Rng::seeded(1).fill(&mut octets);
    let mut rows: Vec<Row> = code::NAMES.iter().filter_map(|name| row(name)).collect();
    let (mut copies, mut back) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        copies.push(rate(|| {
            back.resize(LEN, 0);
            back.copy_from_slice(black_box(&octets));
        }));
        for row in &mut rows {
            let (code, symbols) = (&mut row.code, &mut row.symbols);
            row.encode
                .push(rate(|| code.encode(black_box(&octets), symbols)));
            row.decode.push(rate(|| {
                let outcome = code.decode(black_box(symbols), &mut back);
                assert_eq!(outcome, Ok(()), "{}", code.name());
            }));
            assert_eq!(back, octets);
        }
    }
    print(&mut rows, median(&mut copies));
}

fn row(name: &str) -> Option<Row> {
    Some(Row {
        code: code::named(name)?,
        symbols: Vec::new(),
        encode: Vec::new(),
        decode: Vec::new(),
    })
}

/// Data octets per nanosecond, in the second of two calls: the first fills the caches.
fn rate(mut once: impl FnMut()) -> f64 {
    once();
    let start = Instant::now();
    once();
    65_536.0 / (start.elapsed().as_secs_f64() * 1e9)
}

fn median(rates: &mut [f64]) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or(0.0)
}

fn print(rows: &mut [Row], copy: f64) {
    println!(
        "{LEN} random octets a transmission; median of {ROUNDS} calls; GB/s of octets, not of symbols."
    );
    println!(
        "Bound of the rates: copying the octets (memcpy), {copy:.2} GB/s in this run."
    );
    println!(
        "Bound of the efficiency: bits per symbol in theory; idle and delimiters make the rest."
    );
    println!("Seen: violations among all single wrong symbols of 64 octets.\n");
    println!(
        "code                     encode  of copy   decode  of copy   bits/symbol    theory     seen"
    );
    for row in rows {
        let (encode, decode) = (median(&mut row.encode), median(&mut row.decode));
        let (bits, per) = row.code.efficiency();
        let theory = f64::from(bits) / f64::from(per);
        println!(
            "{:23} {encode:7.2} {:6.1} % {decode:8.2} {:6.1} % {:11.4} {theory:11.4} {:6.1} %",
            row.code.name(),
            100.0 * encode / copy,
            100.0 * decode / copy,
            efficiency(row),
            100.0 * seen(&mut *row.code),
        );
    }
}

/// Bits of data per symbol of a transmission.
fn efficiency(row: &Row) -> f64 {
    let symbols = row.symbols.len() * row.code.alphabet().symbols_per_octet();
    let symbols = u32::try_from(symbols).unwrap_or(u32::MAX);
    8.0 * 65_536.0 / f64::from(symbols)
}

/// The share of single wrong symbols that are violations.
fn seen(code: &mut dyn LineCode) -> f64 {
    let (mut octets, mut symbols, mut back) = (vec![0; 64], Vec::new(), Vec::new());
    Rng::seeded(2).fill(&mut octets);
    code.encode(&octets, &mut symbols);
    let alphabet = code.alphabet();
    let sent: Vec<u8> = alphabet.unpack(&symbols).collect();
    let (mut all, mut violations) = (0.0, 0.0);
    for (at, right) in sent.iter().enumerate() {
        for wrong in (0..4).filter(|wrong| wrong != right) {
            if alphabet.level(wrong).is_none() {
                continue;
            }
            let heard = sent.iter().enumerate();
            let heard =
                heard.map(|(place, symbol)| if place == at { wrong } else { *symbol });
            let outcome = code.decode(&alphabet.pack(heard), &mut back);
            all += 1.0;
            violations += f64::from(u8::from(outcome.is_err()));
        }
    }
    violations / all
}
