//! Clock recovery: where symbols begin, found from the edges.
//!
//! An edge-tracking digital phase-locked loop. It expects a boundary between symbols at
//! `boundary`; the edges that it sees around it, on the thresholds of the alphabet, say by how
//! much it was wrong. A share of that error moves the boundary at once, a smaller share changes
//! the period, so that a clock that is always late is followed without lag.
//!
//! ```text
//! line         ----\                     /-----
//! edge              \<- error            /
//! expected     |     :|          |       |          boundary += phase · error
//!                    \___________|______/           period   += period · error
//! looked at          |     x     |    x     |       x: middle, half a period later
//! ```
//! With shares p and q for each edge the loop is of second order, its damping p / (2√q). A run
//! of equal levels has no edges: the loop coasts with the period that it has, and loses count
//! once it is wrong by half a symbol.

use super::{Waveform, bounded, float};
use crate::Alphabet;

/// A phase-locked loop that follows the edges of a waveform.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClockRecovery {
    /// Share of an error that moves the boundary, from 0 to 1.
    pub phase: f64,
    /// Share of an error that changes the period, from 0 to 1; 0 makes a loop of first order.
    pub period: f64,
    /// Where the first boundary is expected, in symbol times from the start of the waveform.
    pub start: f64,
}

impl Default for ClockRecovery {
    /// Damping 1.1; the loop settles within some fifty edges.
    fn default() -> Self {
        ClockRecovery {
            phase: 0.1,
            period: 0.002,
            start: 0.0,
        }
    }
}

/// How far the period may move from the nominal one: a tenth to either side.
const MOST: f64 = 0.1;

impl ClockRecovery {
    /// The middles of the symbols, in samples from the start. `gain` is the voltage of level 1.
    pub fn track(&self, line: &Waveform, alphabet: Alphabet, gain: f64) -> Vec<f64> {
        let nominal = f64::from(line.per_symbol());
        let start = self.start.clamp(-1.0, 1.0);
        let mut lock = Lock {
            phase: bounded(self.phase, 1.0),
            share: bounded(self.period, 1.0),
            nominal,
            period: nominal,
            boundary: if start.is_nan() { 0.0 } else { start * nominal },
            errors: 0.0,
            edges: 0.0,
            middles: Vec::with_capacity(line.symbols() + 1),
        };
        for (index, pair) in line.samples().windows(2).enumerate() {
            let [before, after] = *pair else { continue };
            for threshold in alphabet.thresholds().iter().map(|t| t * gain) {
                if (before < threshold) != (after < threshold) {
                    let part = (threshold - before) / (after - before);
                    lock.edge(float(index) + 0.5 + part);
                }
            }
        }
        lock.coast(float(line.samples().len()));
        lock.middles
    }
}

/// The loop at work; places and times in samples.
struct Lock {
    phase: f64,
    share: f64,
    nominal: f64,
    period: f64,
    boundary: f64,
    /// Sum of the errors of the edges around this boundary, and how many there were.
    errors: f64,
    edges: f64,
    middles: Vec<f64>,
}

impl Lock {
    /// An edge crosses a threshold at `place`.
    fn edge(&mut self, place: f64) {
        if place.is_finite() {
            self.coast(place);
            self.errors += place - self.boundary;
            self.edges += 1.0;
        }
    }

    /// Passes every boundary whose symbol's middle lies before `place`.
    fn coast(&mut self, place: f64) {
        while self.boundary + self.period / 2.0 < place {
            self.correct();
            self.middles.push(self.boundary + self.period / 2.0);
            self.boundary += self.period;
        }
    }

    /// All edges around this boundary have been seen.
    fn correct(&mut self) {
        if self.edges > 0.0 {
            let error = self.errors / self.edges;
            self.boundary += self.phase * error;
            let period = self.period + self.share * error;
            let (least, most) =
                (self.nominal * (1.0 - MOST), self.nominal * (1.0 + MOST));
            self.period = period.clamp(least, most);
        }
        (self.errors, self.edges) = (0.0, 0.0);
    }
}

#[cfg(test)]
mod tests;
