//! A transmission as a figure.

use std::fs;
use std::path::Path;

use layercake_figure::{Cell, Input, Look, Signal, Verdict, figure};

use super::cells::{labels, symbols_per_cell};
use super::line::Run;
use crate::Failure;

/// Symbols that are drawn: more cannot be told apart.
const MOST: usize = 256;

/// Writes the figure of this name to `path`, if there is one.
pub(super) fn write(run: &Run, path: Option<&Path>, name: &str) -> Result<(), Failure> {
    let Some(path) = path else { return Ok(()) };
    let picture = figure(name, &Input::Signals(vec![signal(run)]));
    let picture = picture.map_err(|error| Failure::Asked(error.to_string()))?;
    fs::write(path, picture).map_err(|error| Failure::at(path, error))
}

fn signal(run: &Run) -> Signal {
    let alphabet = run.code.alphabet();
    let per_cell = symbols_per_cell(&*run.code);
    let shown = run.symbols.len().min(MOST);
    let per_symbol = run.waveform.per_symbol();
    let samples = shown * usize::from(per_symbol);
    let mut code = layercake_physical::code::named(run.code.name());
    let labels = code
        .as_mut()
        .map_or(Vec::new(), |code| labels(&mut **code, &run.octets));
    let cell = |start: usize| Cell {
        text: labels.get(start / per_cell).cloned().unwrap_or_default(),
        symbols: u16::try_from(per_cell.min(shown - start)).unwrap_or(u16::MAX),
    };
    let mut levels: Vec<f64> = (0..4)
        .filter_map(|symbol| alphabet.level(symbol).map(f64::from))
        .collect();
    levels.sort_by(f64::total_cmp);
    levels.dedup();
    Signal {
        name: run.code.name().into(),
        samples: run
            .waveform
            .samples()
            .iter()
            .take(samples)
            .copied()
            .collect(),
        per_symbol,
        levels,
        cells: (0..shown).step_by(per_cell).map(cell).collect(),
        decisions: looks(run, shown),
    }
}

/// Where the receiver looked, and what came of it.
fn looks(run: &Run, shown: usize) -> Vec<Look> {
    let violation = run.violation().unwrap_or(0..0);
    let wrong: Vec<usize> = run.errors().collect();
    let decisions = run.decisions.iter().enumerate().take(shown);
    let look = decisions.map(|(place, decision)| Look {
        at: decision.at,
        value: decision.value,
        text: decision.symbol.to_string(),
        verdict: match (violation.contains(&place), wrong.contains(&place)) {
            (true, _) => Verdict::Violation,
            (_, true) => Verdict::Wrong,
            _ => Verdict::Right,
        },
    });
    look.collect()
}
