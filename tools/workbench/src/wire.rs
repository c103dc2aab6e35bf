//! `layercake wire`: text as a line code on a wire that is not perfect, and what its receiver
//! makes of it.

mod cells;
mod draw;
mod line;
mod list;
mod picture;
mod report;

use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use layercake_physical::analog::{Channel, ClockRecovery, Filter};
use layercake_physical::code;

use crate::Failure;
use line::{Line, Noise};

/// Send text over a noisy wire: bits, symbols, voltages, decisions, and text again
///
/// Prints the bits above the levels that are sent, marks the symbols that were decided wrongly,
/// and what the line code noticed of them.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 the text arrived; 1 it did not; 2 bad usage or bad file."
)]
pub(crate) struct Wire {
    /// What to send; without it, standard input
    #[arg(value_name = "TEXT", conflicts_with = "hex")]
    text: Option<String>,

    /// Send these octets
    #[arg(long, value_name = "DIGITS", value_parser = octets)]
    hex: Option<Octets>,

    /// Line code
    #[arg(long, value_name = "NAME", default_value = "manchester", value_parser = code_names())]
    code: String,

    /// Send with every line code, one after the other
    #[arg(long, conflicts_with_all = ["code", "svg", "eye"])]
    all: bool,

    /// Print levels, efficiency, longest run and balance of each line code, and send nothing
    #[arg(long, conflicts_with_all = ["text", "hex", "all", "code"])]
    list: bool,

    /// Draw the voltage under its bits into this file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,

    /// Draw the eye diagram into this file
    #[arg(long, value_name = "FILE")]
    eye: Option<PathBuf>,

    #[command(flatten)]
    cable: Cable,
}

/// The wire and its ends.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "The wire")]
struct Cable {
    /// Standard deviation of the noise in each sample; 1 is the level of a symbol
    #[arg(
        long, value_name = "SIGMA", default_value_t = 0.0, conflicts_with = "ebn0",
        value_parser = not_negative
    )]
    noise: f64,

    /// As much noise as gives this ratio of energy per bit to noise density
    #[arg(long, value_name = "DB", value_parser = number, allow_negative_numbers = true)]
    ebn0: Option<f64>,

    /// Duration of an edge, in symbol times
    #[arg(long, value_name = "SYMBOLS", default_value_t = 0.0, value_parser = not_negative)]
    rise: f64,

    /// Loss of the cable in dB
    #[arg(long, value_name = "DB", default_value_t = 0.0, value_parser = not_negative)]
    attenuation: f64,

    /// Where the cable passes half the power, in symbol rates
    #[arg(long, value_name = "RATE", value_parser = not_negative)]
    bandwidth: Option<f64>,

    /// How much faster than the receiver's the sender's clock runs, in parts in a million
    #[arg(
        long, value_name = "PPM", default_value_t = 0.0, value_parser = number,
        allow_negative_numbers = true
    )]
    drift: f64,

    /// Standard deviation of the place of an edge, in symbol times
    #[arg(long, value_name = "SYMBOLS", default_value_t = 0.0, value_parser = not_negative)]
    jitter: f64,

    /// What the receiver decides by
    #[arg(long, value_name = "HOW", value_enum, default_value_t = Decide::Matched)]
    receiver: Decide,

    /// Let the receiver find its clock from the edges, not be told
    #[arg(long)]
    recover: bool,

    /// Seed of chance: the same seed makes the same noise
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

/// What a receiver decides by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Decide {
    /// The mean over the symbol: the matched filter.
    Matched,
    /// One sample, in the middle of the symbol.
    Threshold,
}

impl Cable {
    fn channel(&self) -> Channel {
        Channel {
            rise: self.rise,
            drift: self.drift,
            jitter: self.jitter,
            bandwidth: self.bandwidth,
            attenuation: self.attenuation,
            ..Channel::default()
        }
    }

    fn line(&self) -> Line {
        Line {
            channel: self.channel(),
            noise: match self.ebn0 {
                Some(decibels) => Noise::EbN0(decibels),
                None => Noise::Sigma(self.noise),
            },
            filter: match self.receiver {
                Decide::Matched => Filter::Matched,
                Decide::Threshold => Filter::Threshold,
            },
            clock: self.recover.then(ClockRecovery::default),
            seed: self.seed,
        }
    }
}

/// Octets that are read at most from standard input: more is no text to look at.
const MOST: u64 = 65_536;

/// Sends and prints; false when what arrived is not what was sent.
pub(crate) fn run(arguments: &Wire) -> Result<bool, Failure> {
    let mut out = io::stdout().lock();
    if arguments.list {
        out.write_all(list::table().as_bytes())?;
        return Ok(true);
    }
    let octets = sent(arguments)?;
    let names = match arguments.all {
        true => code::NAMES.to_vec(),
        false => vec![arguments.code.as_str()],
    };
    let mut arrived = true;
    for (number, name) in names.iter().enumerate() {
        let code = code::named(name).ok_or_else(|| Failure::Asked((*name).into()))?;
        let run = arguments.cable.line().carry(code, &octets);
        let gap = if number > 0 { "\n" } else { "" };
        write!(
            out,
            "{gap}{}{}",
            picture::picture(&run),
            report::report(&run)
        )?;
        draw::write(&run, arguments.svg.as_deref(), "waveform")?;
        draw::write(&run, arguments.eye.as_deref(), "eye")?;
        arrived &= run.decoded.as_ref() == Ok(&octets);
    }
    Ok(arrived)
}

/// What to send.
fn sent(arguments: &Wire) -> Result<Vec<u8>, Failure> {
    let mut octets = Vec::new();
    match (&arguments.text, &arguments.hex) {
        (Some(text), _) => octets.extend_from_slice(text.as_bytes()),
        (None, Some(hex)) => octets.clone_from(&hex.0),
        (None, None) => {
            let input = io::stdin().lock().take(MOST).read_to_end(&mut octets);
            let name = || "standard input".to_owned();
            input.map_err(|source| Failure::File {
                name: name(),
                source,
            })?;
        }
    }
    match octets.is_empty() {
        true => Err(Failure::Asked("there is nothing to send".into())),
        false => Ok(octets),
    }
}

/// Octets written in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Octets(Vec<u8>);

/// Hexadecimal digits, two for each octet; spaces and colons between them.
pub(crate) fn octets(text: &str) -> Result<Octets, String> {
    let digits = text.chars().filter(|c| !matches!(c, ' ' | ':'));
    let digits: Option<Vec<u8>> = digits
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let digits = digits.ok_or("hexadecimal digits expected")?;
    match digits.as_chunks::<2>() {
        (pairs, []) => Ok(Octets(
            pairs.iter().map(|[high, low]| high << 4 | low).collect(),
        )),
        _ => Err(format!("{} digits do not make whole octets", digits.len())),
    }
}

/// The names of line codes, for the command line.
fn code_names() -> clap::builder::PossibleValuesParser {
    clap::builder::PossibleValuesParser::new(code::NAMES)
}

fn number(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(value),
        Ok(value) => Err(format!("{value} is no usual number")),
        Err(error) => Err(error.to_string()),
    }
}

fn not_negative(text: &str) -> Result<f64, String> {
    match number(text)? {
        value if value >= 0.0 => Ok(value),
        value => Err(format!("{value} is below zero")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_are_pairs_of_digits() {
        assert_eq!(octets("68 69:FF"), Ok(Octets(vec![0x68, 0x69, 0xff])));
        assert!(octets("686").is_err() && octets("no").is_err());
    }
}
