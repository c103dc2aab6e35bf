//! `layercake ber`: bit error rates against the signal, measured beside theory.

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::Args;
use layercake_base::Rng;
use layercake_figure::{Curve, Input, Point, figure};
use layercake_physical::analog::ber::{Link, Modulation, measure};

use crate::Failure;

/// Values of Eb/N0 that one run may ask for.
const MOST_POINTS: usize = 100;
/// Curves that a picture has room for.
const MOST_CURVES: usize = 6;
/// Steps of the line of theory between two points of the picture.
const FINENESS: u32 = 4;

/// Measure bit error rates of line codes at several strengths of the signal, beside theory
///
/// A right receiver lies outside the 99 % interval at one point in a hundred.
#[derive(Debug, Args)]
#[command(after_help = "Exit codes: 0 done; 2 bad usage or bad file.")]
pub(crate) struct Ber {
    /// How bits are sent and received; several, apart by commas
    #[arg(
        long, value_name = "NAME", value_delimiter = ',', value_parser = modulation,
        default_value = "nrz,manchester"
    )]
    code: Vec<Modulation>,

    /// All ways to send
    #[arg(long, conflicts_with = "code")]
    all: bool,

    /// Eb/N0 in dB; several, apart by commas
    #[arg(
        long, value_name = "DB", value_delimiter = ',', value_parser = decibels,
        default_value = "0,2,4,6,8,9", allow_negative_numbers = true
    )]
    ebn0: Vec<f64>,

    /// Bits to send for each point
    #[arg(
        long, value_name = "N", default_value_t = 1_000_000,
        value_parser = clap::value_parser!(u64).range(1_000..=1_000_000_000)
    )]
    bits: u64,

    /// Draw the curves into this file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,

    /// Seed of chance: the same seed makes the same noise
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

pub(crate) fn run(asked: &Ber) -> Result<bool, Failure> {
    if asked.ebn0.len() > MOST_POINTS {
        let count = asked.ebn0.len();
        let text = format!("{count} values of Eb/N0: at most {MOST_POINTS} in one run");
        return Err(Failure::Asked(text));
    }
    let ways = if asked.all {
        &Modulation::ALL[..]
    } else {
        &asked.code
    };
    if asked.svg.is_some() && ways.len() > MOST_CURVES {
        let count = ways.len();
        let text = format!("{count} curves: at most {MOST_CURVES} in one picture");
        return Err(Failure::Asked(text));
    }
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{} bits a point, seed {}",
        crate::output::thousands(asked.bits),
        asked.seed
    )?;
    writeln!(
        out,
        "{:<22} {:>8} {:>11} {:>11} {:^25} theory inside",
        "", "Eb/N0", "theory", "measured", "99 % interval"
    )?;
    let mut curves = Vec::new();
    for way in ways {
        curves.push(curve(*way, asked, &mut out)?);
    }
    asked
        .svg
        .as_ref()
        .map_or(Ok(true), |path| draw(curves, path))
}

/// Measures one way at each strength and prints a line for each.
fn curve(
    way: Modulation,
    asked: &Ber,
    out: &mut impl io::Write,
) -> Result<Curve, Failure> {
    let mut rng = Rng::seeded(asked.seed).split(way.name());
    let mut points = Vec::new();
    for &eb_n0 in &asked.ebn0 {
        let link = link(way, eb_n0);
        let found = measure(&link, asked.bits, &mut rng);
        let (rate, theory) = (found.rate(), link.theory());
        let (low, high) = found.interval();
        let inside = if found.agrees_with(theory) {
            "yes"
        } else {
            "NO"
        };
        writeln!(
            out,
            "{:<22} {eb_n0:>5} dB {theory:>11.3e} {rate:>11.3e} {low:>11.3e} .. {high:<10.3e} {inside}",
            way.name(),
        )?;
        points.push(Point {
            eb_n0,
            rate,
            low,
            high,
        });
    }
    Ok(Curve {
        name: way.name().to_owned(),
        theory: theory(way, &asked.ebn0),
        points,
    })
}

/// Theory from the weakest signal to the strongest, in steps finer than the points.
fn theory(way: Modulation, ebn0: &[f64]) -> Vec<(f64, f64)> {
    let (least, most) = ebn0
        .iter()
        .fold((f64::MAX, f64::MIN), |(least, most), own| {
            (least.min(*own), most.max(*own))
        });
    let steps = u32::try_from(ebn0.len()).unwrap_or(1) * FINENESS;
    let at = |step: u32| least + (most - least) * f64::from(step) / f64::from(steps);
    let point = |step| (at(step), link(way, at(step)).theory());
    (0..=steps).map(point).collect()
}

const fn link(modulation: Modulation, eb_n0: f64) -> Link {
    Link {
        modulation,
        per_symbol: 3, // odd, as the theory of a single sample wants
        eb_n0,
    }
}

fn draw(curves: Vec<Curve>, path: &PathBuf) -> Result<bool, Failure> {
    let title = "bit error rates, measured and in theory".to_owned();
    let input = Input::Ber(layercake_figure::Ber { title, curves });
    let asked = |error| Failure::Asked(format!("no picture: {error}"));
    let picture = figure("ber", &input).map_err(asked)?;
    fs::write(path, picture).map_err(|error| Failure::at(path, error))?;
    Ok(true)
}

/// The name of a way to send, as one types it: "differential-manchester".
fn typed(way: Modulation) -> String {
    let letters = way.name().replace(", ", "-").replace(' ', "-");
    letters.to_lowercase()
}

fn modulation(text: &str) -> Result<Modulation, String> {
    let found = Modulation::ALL.into_iter().find(|way| typed(*way) == text);
    let names = || Modulation::ALL.map(typed).join(", ");
    found.ok_or_else(|| format!("expected one of {}", names()))
}

fn decibels(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(value) if (-20.0..=30.0).contains(&value) => Ok(value),
        Ok(value) => Err(format!("{value} dB: expected -20 to 30")),
        Err(error) => Err(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_send_can_be_typed() {
        for way in Modulation::ALL {
            assert_eq!(modulation(&typed(way)), Ok(way));
        }
        assert_eq!(typed(Modulation::NrzByOneSample), "nrz-one-sample");
        assert!(modulation("morse").unwrap_err().contains("pam-4"));
    }

    #[test]
    fn theory_is_drawn_between_the_outermost_points() {
        let line = theory(Modulation::Nrz, &[4.0, 0.0]);
        assert_eq!((line.len(), line[0].0, line[8].0), (9, 0.0, 4.0));
        assert!(line.windows(2).all(|pair| pair[1].1 < pair[0].1));
    }
}
