//! Round-trip times in numbers: the arithmetic of iputils, and jitter done right.
//!
//! Units: microseconds, whole ones, as iputils counts; what is finer is cut off.
//! Checks: nothing overflows; a sample is at most 2^63 µs.

use serde::Serialize;

/// Sums over round-trip times, in the order in which they were measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Statistics {
    count: u64,
    sum: u128,
    sum_of_squares: u128,
    min: u64,
    max: u64,
    last: u64,
    /// Eight times the moving average: an integer keeps three more bits that way.
    average_times_8: i128,
    jitter_sum: u128,
    jitter_max: u64,
}

/// Round-trip times as they are told. Microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Times {
    /// The shortest.
    pub min_us: u64,
    /// The mean.
    pub avg_us: u64,
    /// The longest.
    pub max_us: u64,
    /// Population standard deviation (iputils calls it mdev).
    pub mdev_us: u64,
    /// Moving average with weight 1/8 for the newest.
    pub ewma_us: u64,
    /// Mean difference between neighbours; absent with one sample.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jitter_us: Option<u64>,
    /// Largest difference between neighbours; absent with one sample.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jitter_max_us: Option<u64>,
}

impl Statistics {
    /// Takes in one round-trip time.
    pub fn add(&mut self, microseconds: u64) {
        let sample = microseconds.min(i64::MAX.unsigned_abs());
        if self.count == 0 {
            (self.min, self.max) = (sample, sample);
        } else {
            // The first sample has no neighbour, so it is no jitter.
            let difference = sample.abs_diff(self.last);
            self.jitter_sum += u128::from(difference);
            self.jitter_max = self.jitter_max.max(difference);
        }
        self.count += 1;
        self.last = sample;
        self.min = self.min.min(sample);
        self.max = self.max.max(sample);
        self.sum += u128::from(sample);
        let square = u128::from(sample).pow(2);
        self.sum_of_squares = self.sum_of_squares.saturating_add(square);
        let wide = i128::from(sample);
        self.average_times_8 = match self.average_times_8 {
            0 => wide * 8,
            average => average + wide - average / 8,
        };
    }

    /// How many there were.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The longest; 0 before the first.
    pub fn max(&self) -> u64 {
        self.max
    }

    /// Eight times the moving average.
    pub(crate) fn average_times_8(&self) -> u64 {
        u64::try_from(self.average_times_8).unwrap_or_default()
    }

    /// What to tell; `None` before the first.
    pub fn times(&self) -> Option<Times> {
        let count = u128::from(self.count);
        let mean = self.sum.checked_div(count)?;
        // iputils' order of operations: the square of the sum before the division.
        let spread = self.sum.saturating_mul(self.sum) / count;
        let variance = self.sum_of_squares.saturating_sub(spread) / count;
        let differences = u128::from(self.count - 1);
        let jitter = self.jitter_sum.checked_div(differences);
        Some(Times {
            min_us: self.min,
            avg_us: narrow(mean),
            max_us: self.max,
            mdev_us: narrow(variance.isqrt()),
            ewma_us: self.average_times_8() / 8,
            jitter_us: jitter.map(narrow),
            jitter_max_us: jitter.map(|_| self.jitter_max),
        })
    }
}

fn narrow(wide: u128) -> u64 {
    u64::try_from(wide).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(samples: &[u64]) -> Times {
        let mut statistics = Statistics::default();
        samples.iter().for_each(|sample| statistics.add(*sample));
        statistics.times().unwrap()
    }

    /// The two series in which a well-known tool counts the first time as jitter.
    #[test]
    fn the_first_time_is_no_jitter() {
        let times = of(&[333, 123, 123]);
        assert_eq!(
            (times.jitter_us, times.jitter_max_us),
            (Some(105), Some(210))
        );
        let times = of(&[777, 788, 780]);
        assert_eq!((times.jitter_us, times.jitter_max_us), (Some(9), Some(11)));
        assert_eq!(of(&[5]).jitter_us, None);
    }

    /// Jitter over sorted samples would be (9 - 1) / 3.
    #[test]
    fn jitter_follows_the_order_of_arrival() {
        assert_eq!(of(&[1, 9, 1, 9]).jitter_us, Some(8));
    }

    /// 2, 4, 4, 4, 5, 5, 7, 9 has mean 5 and population standard deviation 2, not 2.138.
    #[test]
    fn mdev_is_the_population_standard_deviation() {
        let times = of(&[2, 4, 4, 4, 5, 5, 7, 9]);
        assert_eq!((times.avg_us, times.mdev_us), (5, 2));
        // Two samples show at once whether a running variance used the wrong mean.
        assert_eq!(of(&[100, 300]).mdev_us, 100);
    }

    /// 27, 1, 2, 1, 1 µs: what Debian's ping printed for a run with these times.
    #[test]
    fn rounds_like_iputils() {
        let times = of(&[27, 1, 2, 1, 1]);
        let told = [times.min_us, times.avg_us, times.max_us, times.mdev_us];
        assert_eq!(told, [1, 6, 27, 10]);
        assert_eq!(times.ewma_us, 16);
    }

    #[test]
    fn nothing_measured_is_nothing_told() {
        assert_eq!(Statistics::default().times(), None);
    }

    proptest! {
        #[test]
        fn agrees_with_the_definition(samples in prop::collection::vec(0_u64..10_000_000, 1..50)) {
            let times = of(&samples);
            let count = samples.len() as f64;
            let mean = samples.iter().sum::<u64>() as f64 / count;
            let square = |x: &u64| (*x as f64 - mean).powi(2);
            let deviation = (samples.iter().map(square).sum::<f64>() / count).sqrt();
            prop_assert!((times.avg_us as f64 - mean).abs() <= 1.0);
            prop_assert!((times.mdev_us as f64 - deviation).abs() <= 1.0);
            prop_assert!(times.min_us <= times.avg_us && times.avg_us <= times.max_us);
        }

        #[test]
        fn any_number_is_taken(samples: Vec<u64>) {
            let mut statistics = Statistics::default();
            samples.iter().for_each(|sample| statistics.add(*sample));
            prop_assert_eq!(statistics.times().is_some(), !samples.is_empty());
        }
    }
}
