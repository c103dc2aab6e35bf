//! What `waveform` and `eye` have in common: bounds, and the axis of voltages.

use crate::scale::{Scale, float};
use crate::svg::Svg;
use crate::{Error, Signal};

/// Signals in one picture.
const MOST_SIGNALS: usize = 16;
/// Levels of one signal.
const MOST_LEVELS: usize = 16;
/// Symbols of one signal.
const MOST_SYMBOLS: usize = 1024;
/// Samples of one signal.
const MOST_SAMPLES: usize = 200_000;

/// Whether all of this can be drawn with at most `symbols` symbols each.
pub(crate) fn check(signals: &[Signal]) -> Result<(), Error> {
    Error::count("signals", signals.len(), MOST_SIGNALS)?;
    for signal in signals {
        Error::count("samples", signal.samples.len(), MOST_SAMPLES)?;
        Error::at_most("levels", signal.levels.len(), MOST_LEVELS)?;
        Error::at_most("cells", signal.cells.len(), MOST_SAMPLES)?;
        Error::at_most("decisions", signal.decisions.len(), MOST_SAMPLES)?;
        let looks = signal
            .decisions
            .iter()
            .flat_map(|look| [look.at, look.value]);
        let voltages = signal.samples.iter().chain(&signal.levels).copied();
        voltages
            .chain(looks)
            .try_for_each(|value| Error::number("a sample, level or decision", value))?;
    }
    Ok(())
}

/// Whether no signal is longer than a waveform may be, nor has more cells and decisions than
/// such a one can have. (A receiver whose clock slips decides more often than there are symbols.)
pub(crate) fn check_length(signals: &[Signal]) -> Result<(), Error> {
    signals.iter().try_for_each(|signal| {
        let per_symbol = usize::from(signal.per_symbol.max(1));
        let symbols = signal.samples.len().div_ceil(per_symbol);
        Error::count("symbols", symbols, MOST_SYMBOLS)?;
        Error::at_most("cells", signal.cells.len(), 2 * MOST_SYMBOLS)?;
        Error::at_most("decisions", signal.decisions.len(), 2 * MOST_SYMBOLS)
    })
}

/// The length of a signal in symbols.
pub(crate) fn symbols(signal: &Signal) -> f64 {
    float(signal.samples.len()) / f64::from(signal.per_symbol.max(1))
}

/// Voltages from top to bottom: room for the levels and some noise; what goes further is drawn
/// at the edge.
pub(crate) fn voltages(signal: &Signal, top: f64, bottom: f64) -> Scale {
    let largest = |values: &[f64]| values.iter().fold(0.0, |most, v| v.abs().max(most));
    let level = match largest(&signal.levels) {
        0.0 => 1.0,
        level => level,
    };
    let most = largest(&signal.samples).clamp(1.2 * level, 2.0 * level);
    Scale::new((-most, most), (bottom, top))
}

/// A faint line at each level, with its number to the left.
pub(crate) fn level_lines(
    svg: &mut Svg,
    signal: &Signal,
    scale: Scale,
    left: f64,
    right: f64,
) {
    for level in &signal.levels {
        let y = scale.at(*level);
        svg.line("grid level", (left, y), (right, y));
        svg.text("small faint end", (left - 6.0, y + 3.5), &signed(*level));
    }
}

/// A level with its sign, to two digits: "+1", "0", "−0.5".
pub(crate) fn signed(level: f64) -> String {
    let rounded = (level * 100.0).round() / 100.0;
    match rounded {
        0.0 => "0".to_owned(),
        level if level > 0.0 => format!("+{level}"),
        level => format!("\u{2212}{}", -level),
    }
}

/// The names of the signals, for a title.
pub(crate) fn names(signals: &[Signal]) -> String {
    let names = signals.iter().map(|s| crate::svg::shortened(&s.name, 40));
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twice the highest level at most; a quiet line has the room of a fifth.
    #[test]
    fn voltages_far_beyond_the_levels_are_drawn_at_the_edge() {
        let places = |samples: Vec<f64>, levels: Vec<f64>| {
            let signal = Signal {
                samples,
                levels,
                ..Signal::default()
            };
            let scale = voltages(&signal, 0.0, 120.0);
            [1.0, -1.0, 2.0, 9.0].map(|voltage| scale.at(voltage).round())
        };
        assert_eq!(places(vec![9.0], vec![1.0, -1.0]), [30.0, 90.0, 0.0, 0.0]);
        assert_eq!(places(vec![0.5], vec![1.0, -1.0]), [10.0, 110.0, 0.0, 0.0]);
        assert_eq!(places(vec![0.5], vec![]), [10.0, 110.0, 0.0, 0.0]);
    }
}
