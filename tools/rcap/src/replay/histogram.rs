//! How late frames were: a distribution in bounded memory.
//!
//! Sixty-four steps for each doubling, so that a quantile is told within 1.6 %; the largest
//! value is exact. 30 KiB, however many frames.

use std::time::Duration;

/// Bits of a value that its step keeps.
const BITS: u32 = 6;
/// Values below this have a step each.
const EXACT: u64 = 1 << BITS;
/// Steps for 64-bit values.
const STEPS: usize = (64 - BITS as usize + 1) << BITS;

/// A distribution of durations in nanoseconds.
#[derive(Clone, Debug)]
pub(super) struct Histogram {
    counts: Vec<u64>,
    total: u64,
    max: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Histogram {
            counts: vec![0; STEPS],
            total: 0,
            max: 0,
        }
    }
}

impl Histogram {
    pub(super) fn add(&mut self, duration: Duration) {
        let value = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        if let Some(count) = self.counts.get_mut(step(value)) {
            *count += 1;
        }
        self.total += 1;
        self.max = self.max.max(value);
    }

    /// The largest value, in nanoseconds.
    pub(super) fn max(&self) -> u64 {
        self.max
    }

    /// A value that `percent` of all do not exceed, in nanoseconds, at most 1.6 % above the least
    /// such value; 0 when there is none.
    pub(super) fn percentile(&self, percent: u64) -> u64 {
        let wanted = (self.total.saturating_mul(percent)).div_ceil(100).max(1);
        let mut seen = 0;
        for (step, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= wanted {
                // The last step ends where 64 bits do: 2^64 wraps to 0, and back.
                return smallest(step + 1).wrapping_sub(1).min(self.max);
            }
        }
        self.max
    }
}

/// The step of a value: its highest seven bits and how far they are shifted.
fn step(value: u64) -> usize {
    let shift = (64 - BITS - 1).saturating_sub((value | EXACT).leading_zeros());
    let step = (u64::from(shift) << BITS) + (value >> shift);
    usize::try_from(step).unwrap_or(usize::MAX)
}

/// The smallest value of a step.
fn smallest(step: usize) -> u64 {
    let step = u64::try_from(step).unwrap_or(u64::MAX);
    match (step >> BITS).checked_sub(1) {
        None | Some(0) => step,
        Some(shift) => (step & (EXACT - 1) | EXACT) << shift,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quantiles_of_a_plain_row_are_its_values() {
        let mut all = Histogram::default();
        (1..=100).for_each(|n| all.add(Duration::from_nanos(n)));
        assert_eq!(
            (all.percentile(50), all.percentile(99), all.max()),
            (50, 99, 100)
        );
        assert_eq!(Histogram::default().percentile(50), 0);
    }

    proptest! {
        #[test]
        fn a_quantile_is_never_told_too_small(values in proptest::collection::vec(0..u64::MAX, 1..40)) {
            let mut all = Histogram::default();
            values.iter().for_each(|n| all.add(Duration::from_nanos(*n)));
            let mut sorted = values;
            sorted.sort_unstable();
            let median = sorted[(sorted.len() - 1) / 2];
            let told = all.percentile(50);
            prop_assert!(told >= median && told - median <= median / 64);
        }

        #[test]
        fn a_step_begins_at_most_a_sixty_fourth_below_its_values(value: u64) {
            let begin = smallest(step(value));
            prop_assert!(begin <= value && value - begin <= value / 64);
            prop_assert!(step(value) < STEPS);
        }
    }
}
