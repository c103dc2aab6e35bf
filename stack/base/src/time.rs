//! Time as a layer sees it: a number that arrives with the call.

use core::fmt;
use core::ops::{Add, Sub};
use core::time::Duration;

/// Nanoseconds since the world began. Never read from the operating system inside a layer.
///
/// Holds 584 years; arithmetic saturates at both ends instead of wrapping.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(u64);

impl Instant {
    /// The beginning of the world.
    pub const ZERO: Instant = Instant(0);

    /// The instant `nanos` nanoseconds after the world began.
    pub const fn from_nanos(nanos: u64) -> Self {
        Instant(nanos)
    }

    /// Nanoseconds since the world began.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Time passed since `earlier`; zero when `earlier` lies in the future.
    pub const fn since(self, earlier: Instant) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Duration> for Instant {
    type Output = Instant;

    fn add(self, wait: Duration) -> Instant {
        let nanos = u64::try_from(wait.as_nanos()).unwrap_or(u64::MAX);
        Instant(self.0.saturating_add(nanos))
    }
}

impl Sub<Instant> for Instant {
    type Output = Duration;

    fn sub(self, earlier: Instant) -> Duration {
        self.since(earlier)
    }
}

/// Seconds with nine decimals, the way captures print a relative time.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}.{:09}",
            self.0 / 1_000_000_000,
            self.0 % 1_000_000_000
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_time_is_reached_and_not_passed() {
        let late = Instant::from_nanos(u64::MAX - 1) + Duration::from_secs(9);
        assert_eq!(late.as_nanos(), u64::MAX);
        assert_eq!(Instant::ZERO - late, Duration::ZERO);
    }

    #[test]
    fn prints_as_seconds_with_nine_decimals() {
        assert_eq!(
            Instant::from_nanos(1_000_000_042).to_string(),
            "1.000000042"
        );
    }
}
