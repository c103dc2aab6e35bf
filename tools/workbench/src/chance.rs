//! What chance makes of a number: how many of `trials` to expect, and where 99 of 100 runs lie.
//!
//! Units: a count and its bounds.  Source: the binomial distribution, summed; from 700 expected
//! on, its normal approximation (2.576 standard deviations).

use std::fmt;

/// Expected so many below, the sum over the distribution is exact enough and quick.
const SUMMED: f64 = 700.0;
/// Half the mass that lies outside.
const TAIL: f64 = 0.005;
/// Standard deviations that hold 99 % of a normal distribution.
const DEVIATIONS: f64 = 2.576;

/// How many of a number of trials succeed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Expected {
    mean: f64,
    low: f64,
    high: f64,
}

impl Expected {
    /// Of `trials`, each with this `probability`.
    pub(crate) fn of(trials: u64, probability: f64) -> Self {
        #[expect(clippy::cast_precision_loss, reason = "a count for people")]
        let trials = trials as f64;
        let mean = trials * probability;
        let (low, high) = match mean < SUMMED && probability < 1.0 {
            true => summed(trials, probability),
            false => {
                let spread = DEVIATIONS * (mean * (1.0 - probability)).sqrt();
                ((mean - spread).max(0.0), (mean + spread).min(trials))
            }
        };
        Expected {
            mean,
            low: low.floor(),
            high: high.ceil(),
        }
    }
}

/// The places where the sum of the distribution passes both tails.
fn summed(trials: f64, probability: f64) -> (f64, f64) {
    let mut mass = (trials * (-probability).ln_1p()).exp();
    let odds = probability / (1.0 - probability);
    let (mut sum, mut count, mut low) = (mass, 0.0, 0.0);
    while sum < 1.0 - TAIL && count < trials {
        if sum < TAIL {
            low = count + 1.0;
        }
        mass *= odds * (trials - count) / (count + 1.0);
        count += 1.0;
        sum += mass;
    }
    (low, count)
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Expected { mean, low, high } = self;
        write!(f, "expected {mean:.1}, 99 of 100 runs {low} to {high}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Poisson with mean 3: P(0) = 0.0498, P(X ≤ 7) = 0.9881, P(X ≤ 8) = 0.9962 (tables).
    #[test]
    fn agrees_with_the_tables_of_the_poisson_distribution() {
        let expected = Expected::of(3_000_000, 1e-6);
        assert_eq!((expected.low, expected.high), (0.0, 8.0));
    }

    #[test]
    fn certain_things_have_no_spread() {
        assert_eq!(
            Expected::of(5, 1.0).to_string(),
            "expected 5.0, 99 of 100 runs 5 to 5"
        );
        assert_eq!(
            Expected::of(5, 0.0).to_string(),
            "expected 0.0, 99 of 100 runs 0 to 0"
        );
        assert_eq!(
            Expected::of(0, 0.5).to_string(),
            "expected 0.0, 99 of 100 runs 0 to 0"
        );
    }

    /// Both ways to compute lie within one of each other where they meet.
    #[test]
    fn the_sum_meets_its_approximation() {
        let (below, above) = (Expected::of(69_990, 0.01), Expected::of(70_010, 0.01));
        assert!((below.low - above.low).abs() <= 2.0, "{below:?} {above:?}");
        assert!(
            (below.high - above.high).abs() <= 2.0,
            "{below:?} {above:?}"
        );
    }
}
