//! Being on time: one absolute schedule, slept through and then spun to.
//!
//! ```text
//!  ──── clock_nanosleep(TIMER_ABSTIME) ────┤─ spin ─┤ instant
//!                                    80 µs before
//! ```
//! A sleep alone wakes tens of microseconds late; a spin alone burns a core. Asleep until shortly before the instant
//! and awake from there costs 6 % of a core at one frame per millisecond. Because every instant is computed from the
//! start of the schedule, a late frame does not make the next ones late.
//!
//! Spec: clock_nanosleep(2), prctl(2) `PR_SET_TIMERSLACK`.  Units: nanoseconds.
//! Not here: waiting for packets (`wait`).

use std::hint::spin_loop;
use std::time::Duration;

use nix::sys::prctl;
use nix::sys::time::TimeSpec;
use nix::time::{ClockId, ClockNanosleepFlags, clock_nanosleep};

use crate::clock::{Monotonic, monotonic};
use crate::failure::HostError;
use crate::signal::Signals;
use crate::wait::{Woken, wait};

/// How long before the instant the spinning begins, in nanoseconds: more than a wake-up is late, 99 times in 100.
const SPIN: u64 = 80_000;

/// Sleeps longer than this watch for signals too, in nanoseconds.
const LONG: u64 = 20_000_000;

/// How a wait for an instant ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// The instant came this long ago: a fraction of a microsecond, more when the system was busy or the
    /// schedule is faster than the work.
    Late(Duration),
    /// A watched signal came first.
    Signal,
}

/// Waits for instants of the monotonic clock.
#[derive(Debug)]
pub struct Pacer(());

impl Pacer {
    /// Asks the kernel to wake this thread as exactly as it can (its timers usually may be 50 µs late).
    ///
    /// # Errors
    /// What prctl(2) answers.
    pub fn new() -> Result<Self, HostError> {
        prctl::set_timerslack(1)
            .map_err(|errno| HostError::new("set the timer slack", &errno.into()))?;
        Ok(Self(()))
    }

    /// Returns as soon as `instant` has come; at once when it is past.
    ///
    /// # Errors
    /// What poll(2) answers while waiting for a distant instant.
    pub fn until(
        &self,
        instant: Monotonic,
        signals: Option<&Signals>,
    ) -> Result<Pace, HostError> {
        let wake = Monotonic(instant.0.saturating_sub(SPIN));
        if instant.0.saturating_sub(monotonic().0) > LONG {
            let early = Monotonic(instant.0.saturating_sub(LONG / 2));
            if wait(&[], Some(early), signals)? == Woken::Signal {
                return Ok(Pace::Signal);
            }
        }
        if signals.is_some_and(Signals::pending) {
            return Ok(Pace::Signal);
        }
        if monotonic() < wake {
            sleep_until(wake);
        }
        Ok(Pace::Late(spin_until(instant)))
    }
}

/// Sleeps until about `instant`; a signal may end it early, the spin makes up for that.
fn sleep_until(instant: Monotonic) {
    let request = TimeSpec::from_duration(Duration::from_nanos(instant.0));
    let absolute = ClockNanosleepFlags::TIMER_ABSTIME;
    let _early_or_not = clock_nanosleep(ClockId::CLOCK_MONOTONIC, absolute, &request);
}

/// Spins until `instant`, and says how late it is.
fn spin_until(instant: Monotonic) -> Duration {
    loop {
        let now = monotonic();
        if now >= instant {
            return now.since(instant);
        }
        spin_loop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_instant_is_left_before_it_has_come() {
        let pacer = Pacer::new().unwrap();
        let start = monotonic();
        for step in 1..=20_u64 {
            let instant = Monotonic(start.0 + step * 500_000);
            let ended = pacer.until(instant, None).unwrap();
            assert!(matches!(ended, Pace::Late(_)));
            assert!(monotonic() >= instant);
        }
    }

    #[test]
    fn a_past_instant_returns_at_once_with_its_lateness() {
        let pacer = Pacer::new().unwrap();
        let past = Monotonic(monotonic().0 - 5_000_000);
        let Pace::Late(late) = pacer.until(past, None).unwrap() else {
            panic!()
        };
        assert!(late >= Duration::from_millis(5));
    }
}
