//! A token bucket: so many a second, and a few more at once.
//!
//! Spec: RFC 1812 §4.3.2.8 and RFC 4443 §2.4 (f), "token bucket"; a node limits the errors that it
//! sends.

use layercake_base::Instant;

/// How many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Tokens that come in each second.
    pub per_second: u32,
    /// Tokens that the bucket holds; it starts full.
    pub burst: u32,
}

/// One token in the unit of the level: what comes in within a nanosecond at one a second.
const TOKEN: u64 = 1_000_000_000;

/// The bucket.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bucket {
    rate: Rate,
    /// At most `burst` tokens: below 2^32 times 10^9, which fits.
    level: u64,
    filled: Instant,
}

impl Bucket {
    pub(crate) fn full(rate: Rate) -> Self {
        Bucket {
            rate,
            level: u64::from(rate.burst) * TOKEN,
            filled: Instant::ZERO,
        }
    }

    /// Takes a token out, if there is one.
    pub(crate) fn take(&mut self, now: Instant) -> bool {
        let passed = now.as_nanos().saturating_sub(self.filled.as_nanos());
        let came = passed.saturating_mul(u64::from(self.rate.per_second));
        let most = u64::from(self.rate.burst) * TOKEN;
        self.level = self.level.saturating_add(came).min(most);
        self.filled = now;
        match self.level.checked_sub(TOKEN) {
            Some(left) => {
                self.level = left;
                true
            }
            None => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(bucket: &mut Bucket, millis: u64) -> bool {
        bucket.take(Instant::from_nanos(millis * 1_000_000))
    }

    #[test]
    fn gives_a_burst_and_then_so_many_a_second() {
        let mut bucket = Bucket::full(Rate {
            per_second: 2,
            burst: 3,
        });
        let story = [
            0, 0, 0, 0, 499, 500, 999, 1000, 60_000, 60_000, 60_000, 60_000,
        ];
        let given: Vec<u64> = story
            .into_iter()
            .filter(|&at| taken(&mut bucket, at))
            .collect();
        assert_eq!(given, [0, 0, 0, 500, 1000, 60_000, 60_000, 60_000]);
    }

    #[test]
    fn a_rate_of_nothing_gives_the_burst_only() {
        let mut bucket = Bucket::full(Rate {
            per_second: 0,
            burst: 1,
        });
        assert!(taken(&mut bucket, 0));
        assert!(!taken(&mut bucket, 1 << 40));
    }
}
