//! A waveform: levels on a line as a row of samples, equally spaced in time.
//!
//! ```text
//! symbol    |     0     |     1     |     2     |
//! sample    | 0| 1| 2| 3| 4| 5| 6| 7| 8| 9|10|11|   4 samples for each symbol;
//! place     0  1  2  3  4 ...                  12   sample i stands at i + ½
//! ```
//! Units: voltage in levels; places in samples from the start, with fractions.

use super::{float, whole};

/// A row of samples, with so many for each symbol time of the receiver's clock.
#[derive(Clone, Debug, PartialEq)]
pub struct Waveform {
    samples: Vec<f64>,
    per_symbol: u16,
}

impl Waveform {
    /// A waveform from samples that came from elsewhere; `per_symbol` is at least 1.
    pub fn new(samples: Vec<f64>, per_symbol: u16) -> Self {
        let per_symbol = per_symbol.max(1);
        Waveform {
            samples,
            per_symbol,
        }
    }

    /// The ideal line: each level for its whole symbol time.
    pub fn of_levels(levels: &[i8], per_symbol: u16) -> Self {
        let each = usize::from(per_symbol.max(1));
        let repeat = |level: &i8| std::iter::repeat_n(f64::from(*level), each);
        Waveform::new(levels.iter().flat_map(repeat).collect(), per_symbol)
    }

    /// The samples, in levels.
    pub fn samples(&self) -> &[f64] {
        &self.samples
    }

    /// Samples in one symbol time.
    pub fn per_symbol(&self) -> u16 {
        self.per_symbol
    }

    /// Whole symbol times that the samples fill.
    pub fn symbols(&self) -> usize {
        self.samples.len() / usize::from(self.per_symbol)
    }

    /// The sample whose interval holds `place`; before the first and after the last it is those.
    pub fn sample(&self, place: f64) -> f64 {
        let there = self.samples.get(whole(place));
        there.or(self.samples.last()).copied().unwrap_or(0.0)
    }

    /// The mean voltage between two places, each sample weighed by the part of it that lies
    /// between them: integrate and dump. What lies outside the samples counts as no voltage.
    pub fn mean(&self, from: f64, to: f64) -> f64 {
        let first = whole(from);
        let inside = self.samples.get(first..).unwrap_or(&[]);
        let mut sum = 0.0;
        for (index, sample) in inside.iter().enumerate() {
            let start = float(first + index);
            if start >= to {
                break;
            }
            let part = (start + 1.0).min(to) - start.max(from);
            sum += sample * part;
        }
        if to > from { sum / (to - from) } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ideal_line_holds_each_level_for_its_symbol() {
        let line = Waveform::of_levels(&[1, -3, 0], 2);
        assert_eq!(line.samples(), [1.0, 1.0, -3.0, -3.0, 0.0, 0.0]);
        assert_eq!((line.symbols(), line.per_symbol()), (3, 2));
    }

    #[test]
    fn a_place_finds_the_sample_around_it() {
        let line = Waveform::new(vec![0.0, 2.0, 1.0], 1);
        let places = [-3.0, 0.0, 0.9, 1.0, 2.5, 99.0];
        assert_eq!(
            places.map(|p| line.sample(p)),
            [0.0, 0.0, 0.0, 2.0, 1.0, 1.0]
        );
        assert_eq!(Waveform::new(vec![], 4).sample(1.0), 0.0);
    }

    #[test]
    fn a_mean_weighs_the_parts_of_samples() {
        let line = Waveform::new(vec![1.0, 3.0, -1.0], 1);
        for (from, to, expected) in [
            (0.0, 2.0, 2.0),
            (0.5, 1.5, 2.0),
            (1.75, 2.25, 1.0),
            (-1.0, 1.0, 0.5),
            (2.0, 4.0, -0.5),
            (7.0, 9.0, 0.0),
            (1.0, 1.0, 0.0),
        ] {
            assert_eq!(line.mean(from, to), expected, "{from} to {to}");
        }
    }
}
