//! A timer of a spanning tree machine: it runs until an instant, or not at all.

use core::time::Duration;

use layercake_base::Instant;

/// Running, or not. The standard counts seconds down to zero; here `is_running` is "not zero".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Timer(Option<Instant>);

impl Timer {
    /// Does not run.
    pub(super) const STOPPED: Timer = Timer(None);

    /// Runs for this long; not at all when that is no time.
    pub(super) fn after(now: Instant, span: Duration) -> Self {
        Timer((!span.is_zero()).then(|| now + span))
    }

    pub(super) fn is_running(self) -> bool {
        self.0.is_some()
    }

    /// When it will expire.
    pub(super) fn end(self) -> Option<Instant> {
        self.0
    }

    /// Stops it if its time has come, and says whether that was just now.
    pub(super) fn expires(&mut self, now: Instant) -> bool {
        let due = self.0.is_some_and(|end| end <= now);
        if due {
            self.0 = None;
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timer_expires_once() {
        let end = Instant::from_nanos(5);
        let mut timer = Timer::after(Instant::from_nanos(2), Duration::from_nanos(3));
        assert!(!timer.expires(Instant::from_nanos(4)) && timer.is_running());
        assert_eq!(timer.end(), Some(end));
        assert!(timer.expires(end) && !timer.is_running());
        assert!(!timer.expires(end));
    }

    /// Else it would be due at once, be set again, and be due again.
    #[test]
    fn a_timer_of_no_time_does_not_run() {
        let timer = Timer::after(Instant::ZERO, Duration::ZERO);
        assert_eq!(timer, Timer::STOPPED);
    }
}
