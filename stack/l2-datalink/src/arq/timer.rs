//! When to give a frame up for lost: a fixed time, or one that follows the link.
//!
//! ```text
//!   RTO  = SRTT + max(G, 4 · RTTVAR)           then kept within [least, most]
//!   first sample R:   SRTT = R, RTTVAR = R/2
//!   each later one:   RTTVAR = 3/4 RTTVAR + 1/4 |SRTT − R|, then SRTT = 7/8 SRTT + 1/8 R
//!   a frame is given up: RTO doubles, at most once per RTO; the next sample ends that
//! ```
//! Spec: RFC 6298 §2 (the estimate), §3 (Karn: an acknowledgement of a frame that was sent twice
//! gives no sample, unless it says which of the two it answers), §5.5 to §5.7 (back-off).
//! Units: time from handing a frame down to hearing of it.
//! Not here: which frame is due (`sender`).
//!
//! RFC 6298 §2.4 wants RTO to be at least a second, for the internet's sake. A link is ours
//! alone, so `least` is for who configures it to choose.

use core::time::Duration;

use layercake_base::Instant;

/// G, the granularity of the clock in RFC 6298 §2: what an answer may be late when nothing else
/// varies.
const GRANULARITY: Duration = Duration::from_millis(1);

/// How long a frame may go unacknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timer {
    /// Always this long. Never backs off.
    Fixed(Duration),
    /// As long as the link seems to take.
    Adaptive {
        /// Before the first answer.
        initial: Duration,
        /// Never shorter.
        least: Duration,
        /// Never longer, also when it backs off.
        most: Duration,
    },
}

impl Timer {
    /// Follows the link: a second before the first answer, then between 2 ms and 8 s.
    pub const ADAPTIVE: Timer = Timer::Adaptive {
        initial: Duration::from_secs(1),
        least: Duration::from_millis(2),
        most: Duration::from_secs(8),
    };

    /// True when it can run out at all, and its bounds are in order.
    pub(super) fn is_possible(self) -> bool {
        match self {
            Timer::Fixed(time) => !time.is_zero(),
            Timer::Adaptive {
                initial,
                least,
                most,
            } => !least.is_zero() && least <= initial && initial <= most,
        }
    }
}

/// The retransmission time-out of one link.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rto {
    timer: Timer,
    /// SRTT and RTTVAR.
    estimate: Option<(Duration, Duration)>,
    /// How often it was doubled since the last sample, and when last.
    doubled: u32,
    doubled_at: Instant,
}

impl Rto {
    pub(super) fn new(timer: Timer) -> Self {
        let (estimate, doubled, doubled_at) = (None, 0, Instant::ZERO);
        Rto {
            timer,
            estimate,
            doubled,
            doubled_at,
        }
    }

    /// How long a frame may go unacknowledged now.
    pub(super) fn current(&self) -> Duration {
        match self.timer {
            Timer::Fixed(time) => time,
            Timer::Adaptive {
                initial,
                least,
                most,
            } => {
                let estimated = |(srtt, var): (Duration, Duration)| {
                    srtt.saturating_add(var.saturating_mul(4).max(GRANULARITY))
                };
                let alone = self.estimate.map_or(initial, estimated).max(least);
                let factor = 2_u32.saturating_pow(self.doubled);
                alone.saturating_mul(factor).min(most)
            }
        }
    }

    /// RFC 6298 §2.2 and §2.3: a transmission took so long.
    pub(super) fn sample(&mut self, took: Duration) {
        self.estimate = Some(match self.estimate {
            None => (took, took / 2),
            Some((srtt, var)) => {
                let off = srtt.abs_diff(took);
                (srtt * 7 / 8 + took / 8, var * 3 / 4 + off / 4)
            }
        });
        self.doubled = 0;
    }

    /// RFC 6298 §5.5: a frame that was sent at `sent` was given up. Frames that were lost
    /// together count once.
    pub(super) fn back_off(&mut self, sent: Instant, now: Instant) {
        if sent >= self.doubled_at || self.doubled == 0 {
            self.doubled = self.doubled.saturating_add(1);
            self.doubled_at = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    fn adaptive() -> Rto {
        Rto::new(Timer::ADAPTIVE)
    }

    /// RFC 6298 §2.2: SRTT = 100, RTTVAR = 50, RTO = 300. §2.3 with R = 140: RTTVAR = 37.5 + 10,
    /// SRTT = 87.5 + 17.5, so RTO = 105 + 4 · 47.5.
    #[test]
    fn follows_the_rules_of_rfc_6298() {
        let mut rto = adaptive();
        assert_eq!(rto.current(), MS(1000), "§2.1, one second");
        rto.sample(MS(100));
        assert_eq!(rto.current(), MS(300));
        rto.sample(MS(140));
        assert_eq!(rto.current(), MS(295));
    }

    #[test]
    fn a_steady_link_leaves_the_granularity() {
        let mut rto = adaptive();
        for _ in 0..200 {
            rto.sample(MS(20));
        }
        let over = rto.current().saturating_sub(MS(20));
        assert!(
            over >= MS(1) - Duration::from_micros(1) && over <= MS(1),
            "{over:?}"
        );
    }

    #[test]
    fn doubles_up_to_the_most_and_once_for_all_that_was_lost_together() {
        let mut rto = adaptive();
        rto.sample(MS(100));
        let at = |ms| Instant::ZERO + MS(ms);
        rto.back_off(at(0), at(300));
        rto.back_off(at(10), at(310));
        assert_eq!(
            rto.current(),
            MS(600),
            "the second was sent before the doubling"
        );
        rto.back_off(at(300), at(900));
        assert_eq!(rto.current(), MS(1200));
        for round in 1..100 {
            rto.back_off(at(1000 * round), at(1000 * round));
        }
        assert_eq!(rto.current(), MS(8000));
        rto.sample(MS(100));
        assert!(rto.current() < MS(300), "an answer ends the back-off");
    }

    #[test]
    fn a_fixed_time_stays() {
        let mut rto = Rto::new(Timer::Fixed(MS(5)));
        rto.sample(MS(100));
        rto.back_off(Instant::ZERO, Instant::ZERO);
        assert_eq!(rto.current(), MS(5));
    }

    #[test]
    fn a_timer_that_could_never_run_or_has_its_bounds_crossed_is_impossible() {
        let adaptive = |initial, least, most| Timer::Adaptive {
            initial: MS(initial),
            least: MS(least),
            most: MS(most),
        };
        assert!(Timer::ADAPTIVE.is_possible());
        assert!(!Timer::Fixed(Duration::ZERO).is_possible());
        assert!(!adaptive(5, 0, 9).is_possible());
        assert!(!adaptive(5, 6, 9).is_possible());
        assert!(!adaptive(10, 6, 9).is_possible());
    }
}
