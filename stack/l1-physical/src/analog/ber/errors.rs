//! Errors counted, and between which rates the true one lies.

use crate::analog::float;

/// Of a standard normal number, 99 % lies within this much of zero.
const Z_99: f64 = 2.575_829_303_548_900_4;

/// Bits and the errors among them, counted in groups within which errors may depend on each
/// other (the bits of a symbol, a block of a code); groups are independent and of equal size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BitErrors {
    groups: u64,
    bits: u64,
    errors: u64,
    /// Sum of the squares of the errors of each group.
    squares: u64,
}

impl BitErrors {
    /// Counts one group: what was sent and what was found. Bits not found are wrong.
    pub fn add(&mut self, sent: &[bool], found: &[bool]) {
        let right = sent.iter().zip(found).filter(|(a, b)| a == b).count();
        let wrong = count(sent.len() - right);
        self.groups += 1;
        self.bits += count(sent.len());
        self.errors += wrong;
        self.squares += wrong * wrong;
    }

    /// Bits sent.
    pub const fn bits(&self) -> u64 {
        self.bits
    }

    /// Bits wrong.
    pub const fn errors(&self) -> u64 {
        self.errors
    }

    /// Share of bits that are wrong; zero when there were none.
    pub fn rate(&self) -> f64 {
        number(self.errors) / number(self.bits.max(1))
    }

    /// The rates between which the true one lies with 99 % confidence: the interval of E. B.
    /// Wilson (1927). A rate outside is more than 2.58 standard deviations away, by its own
    /// standard deviation. Errors that come together make it wider.
    pub fn interval(&self) -> (f64, f64) {
        let (p, n) = (self.rate(), number(self.bits) / self.effect());
        if n == 0.0 {
            return (0.0, 1.0);
        }
        let square = Z_99 * Z_99;
        let middle = (p + square / (2.0 * n)) / (1.0 + square / n);
        let spread = (p * (1.0 - p) / n + square / (4.0 * n * n)).sqrt();
        let half = Z_99 * spread / (1.0 + square / n);
        ((middle - half).max(0.0), (middle + half).min(1.0))
    }

    /// Whether a rate lies in the interval.
    pub fn agrees_with(&self, rate: f64) -> bool {
        let (low, high) = self.interval();
        (low..=high).contains(&rate)
    }

    /// How many times larger the variance of the groups is than that of independent bits (L.
    /// Kish's design effect): 1 for groups of one bit, and never taken for less. A few groups
    /// that happen to be alike would otherwise prove their rate beyond all doubt.
    fn effect(&self) -> f64 {
        let (p, groups) = (self.rate(), number(self.groups.max(1)));
        let size = number(self.bits) / groups;
        let mean = number(self.errors) / groups;
        let independent = size * p * (1.0 - p);
        if independent == 0.0 {
            return 1.0;
        }
        let variance = number(self.squares) / groups - mean * mean;
        (variance / independent).max(1.0)
    }
}

fn count(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}

fn number(count: u64) -> f64 {
    float(usize::try_from(count).unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use layercake_base::Rng;

    use super::*;

    fn alone(bits: u64, errors: u64) -> BitErrors {
        BitErrors {
            groups: bits,
            bits,
            errors,
            squares: errors,
        }
    }

    /// Wilson's bounds solve (p̂ - p)² = z² p (1 - p) / n: both are held against that equation.
    #[test]
    fn the_interval_ends_where_the_rate_would_be_z_standard_deviations_away() {
        for (bits, errors) in [(1000, 1), (1000, 500), (1_000_000, 190), (50, 50)] {
            let found = alone(bits, errors);
            let (low, high) = found.interval();
            for p in [low, high].into_iter().filter(|p| *p < 1.0) {
                let distance = (found.rate() - p).powi(2);
                let variance = p * (1.0 - p) / number(bits);
                assert!(
                    (distance / variance / Z_99.powi(2) - 1.0).abs() < 1e-9,
                    "{p}"
                );
            }
        }
        let (low, high) = alone(1000, 0).interval();
        assert_eq!(low, 0.0);
        assert!((high - 0.006_59).abs() < 1e-5, "{high}"); // z² / (n + z²)
        assert_eq!(BitErrors::default().interval(), (0.0, 1.0));
    }

    /// 2000 experiments of 2000 bits at p = 0.02, alone and in groups of four that fail
    /// together: 99 % of the intervals hold the truth. Five sigma of that share are 1.1 %, to
    /// which comes what a normal approximation misses by with few errors.
    #[test]
    fn ninety_nine_of_a_hundred_intervals_hold_the_truth() {
        let mut rng = Rng::seeded(4);
        for group in [1, 4] {
            let mut held = 0;
            for _ in 0..2000 {
                let mut errors = BitErrors::default();
                for _ in 0..2000 / group {
                    let wrong = rng.chance(0.02);
                    errors.add(&vec![false; group], &vec![wrong; group]);
                }
                held += u32::from(errors.agrees_with(0.02));
            }
            assert!((1940..=2000).contains(&held), "groups of {group}: {held}");
        }
    }

    /// One error in each group of two: no variance at all, and still no certainty.
    #[test]
    fn groups_that_are_alike_prove_no_more_than_bits() {
        let mut errors = BitErrors::default();
        for _ in 0..10 {
            errors.add(&[true, true], &[true, false]);
        }
        assert_eq!(errors.interval(), alone(20, 10).interval());
    }

    #[test]
    fn bits_that_are_missing_are_wrong() {
        let mut errors = BitErrors::default();
        errors.add(&[true, false, true], &[true]);
        errors.add(&[true, false, true], &[true, false, false]);
        assert_eq!((errors.bits(), errors.errors()), (6, 3));
        assert_eq!(errors.rate(), 0.5);
    }
}
