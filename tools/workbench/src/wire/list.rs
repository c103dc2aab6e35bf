//! What the line codes are like: levels, efficiency, and, measured on random data, the longest
//! run of one level and how far the line is from balance.

use std::fmt::Write as _;

use layercake_base::Rng;
use layercake_physical::{LineCode, code};

use super::line::level;

/// Octets of random data to measure with, after as many that are zero and as many that are ones.
const MEASURED: usize = 4_096;

/// A line for each code.
pub(super) fn table() -> String {
    let mut text = String::from(
        "code                     levels  efficiency       longest run of one level   mean level\n\
         \x20                                                 random   zeros    ones   random\n",
    );
    let mut random = vec![0; MEASURED];
    Rng::seeded(1).fill(&mut random);
    for name in code::NAMES {
        let Some(mut code) = code::named(name) else {
            continue;
        };
        let (bits, symbols) = code.efficiency();
        let efficiency = format!(
            "{bits}/{symbols} = {}",
            crate::output::share(f64::from(bits), f64::from(symbols))
        );
        let of_random = Look::at(&mut *code, &random);
        let of_zeros = Look::at(&mut *code, &[0; MEASURED]);
        let of_ones = Look::at(&mut *code, &[0xff; MEASURED]);
        let _ = writeln!(
            text,
            "{name:25}{:>6}  {efficiency:17}{:>6}  {:>6}  {:>6}   {:+.4}",
            code.alphabet().levels(),
            of_random.run(),
            of_zeros.run(),
            of_ones.run(),
            of_random.mean,
        );
    }
    let _ = writeln!(
        text,
        "Measured on {MEASURED} octets each. A run that is as long as the transmission is unbounded."
    );
    text
}

/// What was measured.
struct Look {
    run: usize,
    symbols: usize,
    mean: f64,
}

impl Look {
    fn at(code: &mut dyn LineCode, octets: &[u8]) -> Look {
        let (alphabet, mut packed) = (code.alphabet(), Vec::new());
        code.encode(octets, &mut packed);
        let levels: Vec<i8> = alphabet
            .unpack(&packed)
            .map(|s| level(alphabet, s))
            .collect();
        let runs = levels.chunk_by(|a, b| a == b).map(<[i8]>::len);
        let sum: i64 = levels.iter().map(|level| i64::from(*level)).sum();
        #[expect(clippy::cast_precision_loss, reason = "a mean for people")]
        let mean = sum as f64 / levels.len().max(1) as f64;
        Look {
            run: runs.max().unwrap_or(0),
            symbols: levels.len(),
            mean,
        }
    }

    /// The longest run, or that it has no bound.
    fn run(&self) -> String {
        match self.run * 2 > self.symbols {
            true => "no end".into(),
            false => self.run.to_string(),
        }
    }
}
