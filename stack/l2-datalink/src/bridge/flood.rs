//! The flood limit of a bridge: a token bucket for what goes out everywhere.
//!
//! ```text
//!   per_second tokens drip in ---> [ at most burst ] ---> one for each flooded frame
//!                                     none left: the frame goes no further
//! ```
//! Spec: none; what vendors call storm control.
//! Units: frames.
//! Not here: frames to a station whose port is known, which are not limited.

use core::time::Duration;

use layercake_base::{Instant, Reason};

/// How many frames of a port a bridge floods: broadcasts, other groups, and frames to stations
/// that it does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FloodLimit {
    /// Frames per second in the long run.
    pub per_second: u32,
    /// Frames at once after a quiet time.
    pub burst: u32,
}

/// What became of frames to flood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FloodCount {
    /// Flooded.
    pub flooded: u64,
    /// Beyond the limit.
    pub refused: u64,
}

/// The bucket of a port; without a limit it only counts.
#[derive(Clone, Debug, Default)]
pub(super) struct Bucket {
    limit: Option<FloodLimit>,
    /// When the bucket would be full again if nothing were taken from it: a token is a span of
    /// time, so that no fraction of one is ever rounded away.
    full_at: Instant,
    count: FloodCount,
}

impl Bucket {
    pub(super) fn new(limit: FloodLimit) -> Self {
        Bucket {
            limit: Some(limit),
            ..Bucket::default()
        }
    }

    pub(super) fn count(&self) -> FloodCount {
        self.count
    }

    /// Takes a token for a frame to flood.
    ///
    /// # Errors
    /// [`Reason::Full`] when there is none.
    pub(super) fn take(&mut self, now: Instant) -> Result<(), Reason> {
        if let Some(limit) = self.limit {
            let token = Duration::from_secs(1) / limit.per_second.max(1);
            let full_at = self.full_at.max(now) + token;
            if limit.per_second == 0 || full_at.since(now) > token * limit.burst {
                self.count.refused += 1;
                let limit = usize::try_from(limit.burst).unwrap_or(usize::MAX);
                let queue = "flood limit of the port";
                return Err(Reason::Full { queue, limit });
            }
            self.full_at = full_at;
        }
        self.count.flooded += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn without_a_limit_everything_is_flooded_and_counted() {
        let mut bucket = Bucket::default();
        assert!((0..1000).all(|_| bucket.take(Instant::ZERO).is_ok()));
        assert_eq!(bucket.count().flooded, 1000);
    }

    #[test]
    fn a_burst_passes_and_then_one_for_each_token() {
        let limit = FloodLimit {
            per_second: 10,
            burst: 3,
        };
        let mut bucket = Bucket::new(limit);
        let mut passed = |nanos| bucket.take(Instant::from_nanos(nanos)).is_ok();
        let at_once = [0; 5].map(&mut passed);
        assert_eq!(at_once, [true, true, true, false, false]);
        assert!(!passed(99_999_999));
        assert!(passed(100_000_000));
        assert!(!passed(100_000_000));
        let count = bucket.count();
        assert_eq!((count.flooded, count.refused), (4, 4));
        let reason = bucket.take(Instant::ZERO).unwrap_err();
        assert_eq!(reason.to_string(), "flood limit of the port is full at 3");
    }

    #[test]
    fn a_limit_of_nothing_floods_nothing() {
        for (per_second, burst) in [(0, 5), (5, 0)] {
            let mut bucket = Bucket::new(FloodLimit { per_second, burst });
            assert!(bucket.take(Instant::from_nanos(u64::MAX / 2)).is_err());
        }
    }

    proptest! {
        /// The law of the token bucket: in any span no more than the burst and what drips in.
        #[test]
        fn no_span_lets_more_through_than_burst_and_rate(
            per_second in 1..2000_u32, burst in 1..50_u32,
            gaps in proptest::collection::vec(0..20_000_000_u64, 1..200),
        ) {
            let mut bucket = Bucket::new(FloodLimit { per_second, burst });
            let (mut now, mut passed) = (0, Vec::new());
            for gap in gaps {
                now += gap;
                if bucket.take(Instant::from_nanos(now)).is_ok() {
                    passed.push(now);
                }
            }
            let token = 1_000_000_000 / u64::from(per_second);
            for (i, first) in passed.iter().enumerate() {
                for (more, last) in passed[i..].iter().enumerate() {
                    let most = u64::from(burst) + (last - first) / token;
                    prop_assert!(u64::try_from(more).unwrap() < most);
                }
            }
        }
    }
}
