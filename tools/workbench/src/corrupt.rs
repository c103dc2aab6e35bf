//! `layercake corrupt`: damage that a line does to a stream, with a seed so that it can be
//! repeated.

mod damage;

use std::io::{self, BufWriter, Write as _};
use std::path::PathBuf;

use clap::Args;

use crate::cli::probability;
use crate::{Failure, input, output};
use damage::{Damage, Damager};

/// Damage a stream: flip bits, in bursts or alone, drop or insert octets
///
/// Writes the damaged stream to standard output and tells on standard error how much was done,
/// beside what chance should do. Bits are counted from the least significant of each octet on,
/// the order of a serial line.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("damage").required(true)
    .args(["flip", "burst", "drop", "insert", "at"]))]
pub(crate) struct Corrupt {
    /// Stream to damage; `-` is standard input
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,

    /// Flip each bit with this probability
    #[arg(long, value_name = "P", value_parser = probability)]
    flip: Option<f64>,

    /// Let a burst of LEN bits begin at each bit with this probability: its first and last bit
    /// are flipped, those between as a coin falls
    #[arg(long, value_name = "LEN:P", value_parser = burst)]
    burst: Option<(u32, f64)>,

    /// Leave out each octet with this probability
    #[arg(long, value_name = "P", value_parser = probability)]
    drop: Option<f64>,

    /// Put a random octet in front of each octet with this probability
    #[arg(long, value_name = "P", value_parser = probability)]
    insert: Option<f64>,

    /// Flip these bits, counted from 0
    #[arg(long, value_name = "BIT", value_delimiter = ',')]
    at: Option<Vec<u64>>,

    /// Seed of chance: the same seed does the same damage
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

impl Corrupt {
    fn damage(&self) -> Damage {
        if let Some(probability) = self.flip {
            Damage::Flip(probability)
        } else if let Some((bits, probability)) = self.burst {
            Damage::Burst { bits, probability }
        } else if let Some(probability) = self.drop {
            Damage::Drop(probability)
        } else if let Some(probability) = self.insert {
            Damage::Insert(probability)
        } else {
            let mut bits = self.at.clone().unwrap_or_default();
            bits.sort_unstable_by(|a, b| b.cmp(a));
            bits.dedup();
            Damage::At(bits)
        }
    }
}

/// Copies the stream with its damage.
pub(crate) fn run(arguments: &Corrupt) -> Result<bool, Failure> {
    let mut damager = Damager::new(arguments.damage(), arguments.seed);
    let mut out = BufWriter::new(io::stdout().lock());
    let mut damaged = Vec::new();
    input::each_piece(&arguments.file, |piece| {
        damaged.clear();
        damager.damage(piece, &mut damaged);
        Ok(out.write_all(&damaged)?)
    })?;
    out.flush()?;
    output::tell(damager);
    Ok(true)
}

/// `LEN:P`.
fn burst(text: &str) -> Result<(u32, f64), String> {
    let (bits, chance) = text
        .split_once(':')
        .ok_or("LEN:P expected, such as 20:1e-5")?;
    let bits = bits.parse().map_err(|error| format!("{bits:?}: {error}"))?;
    match bits {
        0 => Err("a burst has at least one bit".into()),
        _ => Ok((bits, probability(chance)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_a_length_and_a_probability() {
        assert_eq!(burst("20:1e-5"), Ok((20, 1e-5)));
        for bad in ["20", "0:0.1", "x:0.1", "20:2", ":"] {
            assert!(burst(bad).is_err(), "{bad}");
        }
    }
}
