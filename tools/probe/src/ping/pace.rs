//! When the next probe may leave: the token bucket of iputils, in nanoseconds.
//!
//! One token is one interval of waiting. The bucket holds as many as may be preloaded and is
//! full at the start, so the first `preload` probes leave at once. With an interval of zero
//! there is no bucket: answers set the pace, and in their absence 100 probes a second.
//!
//! Spec: ping(8) of iputils, options -i, -l, -A and -f.

use core::time::Duration;

use layercake_base::Instant;

/// Without answers, a run without interval sends no faster than one probe in this time.
const SLOW: Duration = Duration::from_millis(10);

/// The pace of one target.
#[derive(Debug)]
pub(super) struct Pace {
    pub(super) interval: Duration,
    preload: u64,
    /// Time saved up at the last sending.
    credit: Duration,
    first: Instant,
    last: Option<Instant>,
    /// The queue of this host was full; not before this time.
    held_until: Option<Instant>,
}

impl Pace {
    /// Probes may leave from `first` on.
    pub(super) fn new(interval: Duration, preload: u64, first: Instant) -> Self {
        let preload = preload.max(1);
        let credit = times(interval, preload - 1);
        Pace {
            interval,
            preload,
            credit,
            first,
            last: None,
            held_until: None,
        }
    }

    /// When the next probe may leave, with so many unanswered.
    pub(super) fn due(&self, in_flight: u64) -> Instant {
        let regular = match self.last {
            None => self.first,
            Some(last) if !self.interval.is_zero() => {
                last + self.interval.saturating_sub(self.credit)
            }
            Some(last) if in_flight >= self.preload => last + SLOW,
            Some(last) => last,
        };
        self.held_until.map_or(regular, |held| held.max(regular))
    }

    /// A probe leaves now.
    pub(super) fn sent(&mut self, now: Instant) {
        if let Some(last) = self.last {
            let saved = self.credit.saturating_add(now.since(last));
            let full = times(self.interval, self.preload);
            self.credit = saved.min(full).saturating_sub(self.interval);
        }
        self.last = Some(now);
        self.held_until = None;
    }

    /// The queue of this host was full: wait for half an interval, between 10 and 500 ms.
    pub(super) fn hold(&mut self, now: Instant) -> Duration {
        let pause = (self.interval / 2).clamp(SLOW, Duration::from_millis(500));
        self.held_until = Some(now + pause);
        self.credit = Duration::ZERO;
        pause
    }

    /// From the first sending to the last.
    pub(super) fn elapsed(&self) -> Duration {
        self.last
            .map_or(Duration::ZERO, |last| last.since(self.first))
    }

    /// The first probe leaves now: time is counted from here.
    pub(super) fn begin(&mut self, now: Instant) {
        if self.last.is_none() {
            self.first = now;
        }
    }
}

fn times(interval: Duration, count: u64) -> Duration {
    interval.saturating_mul(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn ms(at: u64) -> Instant {
        Instant::from_nanos(at * 1_000_000)
    }

    #[test]
    fn a_preload_leaves_at_once_and_then_the_interval_holds() {
        let mut pace = Pace::new(200 * MS, 3, ms(0));
        let mut sent = Vec::new();
        let mut now = ms(0);
        for _ in 0..5 {
            now = now.max(pace.due(0));
            pace.sent(now);
            sent.push(now);
        }
        assert_eq!(sent, [ms(0), ms(0), ms(0), ms(200), ms(400)]);
        assert_eq!(pace.elapsed(), 400 * MS);
    }

    #[test]
    fn a_late_probe_is_not_caught_up_without_preload() {
        let mut pace = Pace::new(100 * MS, 1, ms(0));
        pace.sent(ms(0));
        assert_eq!(pace.due(0), ms(100));
        pace.sent(ms(130));
        assert_eq!(pace.due(0), ms(230));
    }

    #[test]
    fn without_interval_answers_set_the_pace() {
        let mut pace = Pace::new(Duration::ZERO, 1, ms(0));
        pace.sent(ms(5));
        assert_eq!(pace.due(0), ms(5));
        assert_eq!(pace.due(1), ms(15));
    }

    #[test]
    fn a_full_queue_is_given_time() {
        let mut pace = Pace::new(100 * MS, 1, ms(0));
        pace.sent(ms(0));
        assert_eq!(pace.hold(ms(100)), 50 * MS);
        assert_eq!(pace.due(0), ms(150));
    }
}
