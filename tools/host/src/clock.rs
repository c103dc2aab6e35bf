//! Clocks: two readings that must never be mixed, and the arithmetic that is allowed between them.
//!
//! The kernel stamps packets with `CLOCK_REALTIME`, which an administrator or NTP may set back or forth at any
//! moment. Intervals are therefore measured with `CLOCK_MONOTONIC`, and a kernel stamp is believed only where the
//! monotonic clock confirms it: [`round_trip`] takes the finest pair of stamps that fits inside the interval which
//! the program itself saw, provided that both clocks counted the same time meanwhile, and says which pair it took.
//!
//! Spec: clock_gettime(2), Documentation/networking/timestamping.rst.  Units: nanoseconds.
//! Not here: sleeping until an instant (`pace`), asking the kernel for stamps (`linux::channel`).

use std::time::Duration;

use nix::time::{ClockId, clock_gettime};

/// Nanoseconds since an arbitrary start; never steps (`CLOCK_MONOTONIC`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Monotonic(pub u64);

/// Nanoseconds since 1970-01-01 UTC; may step (`CLOCK_REALTIME`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Realtime(pub u64);

impl Monotonic {
    /// The instant `later` after this one; saturates after 584 years.
    #[must_use]
    pub fn plus(self, later: Duration) -> Self {
        Self(self.0.saturating_add(nanoseconds(later)))
    }

    /// How long after `earlier` this instant is; zero when it is not after it.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

/// A duration as nanoseconds, saturating.
pub(crate) fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

/// The monotonic clock now. Costs about 20 ns (vDSO, no system call).
#[must_use]
pub fn monotonic() -> Monotonic {
    Monotonic(read(ClockId::CLOCK_MONOTONIC))
}

/// The calendar clock now. Costs about 20 ns (vDSO, no system call).
#[must_use]
pub fn realtime() -> Realtime {
    Realtime(read(ClockId::CLOCK_REALTIME))
}

/// Reads one clock; these two clocks exist on every Linux, so a failure (which clock_gettime(2) reserves for
/// unknown clocks) reads as the start of time rather than ending the program.
fn read(clock: ClockId) -> u64 {
    clock_gettime(clock).map_or(0, |now| {
        let (seconds, nanos) = (now.tv_sec(), now.tv_nsec());
        join(seconds, nanos).unwrap_or(0)
    })
}

/// Seconds and nanoseconds as nanoseconds; `None` when negative or beyond the year 2554.
pub(crate) fn join(seconds: i64, nanos: i64) -> Option<u64> {
    let seconds = u64::try_from(seconds).ok()?;
    let nanos = u64::try_from(nanos).ok()?;
    seconds.checked_mul(1_000_000_000)?.checked_add(nanos)
}

/// Both clocks, read one directly after the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// For intervals.
    pub monotonic: Monotonic,
    /// For the date, and for comparison with kernel stamps.
    pub realtime: Realtime,
}

impl Moment {
    /// Reads both clocks, again when another task came in between. Costs about 60 ns.
    #[must_use]
    pub fn now() -> Self {
        let mut attempt = 1;
        loop {
            let moment = Self {
                monotonic: monotonic(),
                realtime: realtime(),
            };
            let torn = monotonic().since(moment.monotonic) > CLOSE;
            if !torn || attempt == READINGS {
                return moment;
            }
            attempt += 1;
        }
    }

    /// Where a kernel stamp, taken before this moment, lies on the monotonic clock.
    ///
    /// `None` when it would lie before `earliest` or after this moment: then the calendar clock was set in between,
    /// or the stamp is not about this packet. A smaller step of that clock since the stamp passes unseen.
    #[must_use]
    pub fn place(&self, stamp: Realtime, earliest: Monotonic) -> Option<Monotonic> {
        let age = self.realtime.0.checked_sub(stamp.0)?;
        let placed = Monotonic(self.monotonic.0.checked_sub(age)?);
        (placed >= earliest).then_some(placed)
    }
}

/// Two readings this close have had no other task in between: they take a hundredth of it.
const CLOSE: Duration = Duration::from_micros(10);
/// Times that both clocks are read before a torn pair is taken as it is.
const READINGS: u32 = 4;

/// How far the two clocks may drift apart during one round trip, in nanoseconds, before the calendar clock counts as
/// set: far more than the readings are apart.
const TORN: u64 = 1_000_000;

/// One part in so many is more than time servers bend the calendar clock by: 500 ppm of frequency, adjtimex(2), and as
/// much again while adjtime(3) makes up for an offset.
const BENT: u64 = 500;

/// Whether both clocks counted the same time between two moments, so that the calendar clock was not set in between.
fn is_steady(sent: Moment, received: Moment) -> bool {
    let monotonic = received.monotonic.0.saturating_sub(sent.monotonic.0);
    let Some(realtime) = received.realtime.0.checked_sub(sent.realtime.0) else {
        return false;
    };
    realtime.abs_diff(monotonic) <= TORN.saturating_add(monotonic / BENT)
}

/// Which two clocks a round-trip time was taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClockPair {
    /// Kernel transmit stamp to kernel receive stamp: the network and nothing else.
    KernelToKernel,
    /// The program's clock before the send call to the kernel's receive stamp: includes the way down the stack.
    UserToKernel,
    /// The program's clock before the send call to its clock after the receive call: includes waking up.
    UserToUser,
}

impl ClockPair {
    /// Its name in records: `kernel-kernel`, `user-kernel`, `user-user`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::KernelToKernel => "kernel-kernel",
            Self::UserToKernel => "user-kernel",
            Self::UserToUser => "user-user",
        }
    }
}

/// A round-trip time and where it comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoundTrip {
    /// The time from send to receive.
    pub duration: Duration,
    /// The clocks that it was taken from.
    pub clocks: ClockPair,
}

/// The finest round-trip time that the stamps allow.
///
/// `sent` was read just before the send call, `received` just after the receive call. A kernel stamp counts only when
/// it lies between them on the monotonic clock, and none does when the calendar clock was set meanwhile by more than a
/// millisecond and 0.2 % of the interval. So no number is ever longer than what the program saw, and a stamp of
/// another packet or a clock step leaves the coarser pair; a smaller step makes a number wrong by that step.
#[must_use]
pub fn round_trip(
    sent: Moment,
    transmitted: Option<Realtime>,
    arrived: Option<Realtime>,
    received: Moment,
) -> RoundTrip {
    let steady = is_steady(sent, received);
    let place = |stamp: Option<Realtime>| {
        received.place(stamp.filter(|_| steady)?, sent.monotonic)
    };
    match (place(transmitted), place(arrived)) {
        (Some(out), Some(back)) if back >= out => RoundTrip {
            duration: back.since(out),
            clocks: ClockPair::KernelToKernel,
        },
        (_, Some(back)) => RoundTrip {
            duration: back.since(sent.monotonic),
            clocks: ClockPair::UserToKernel,
        },
        _ => RoundTrip {
            duration: received.monotonic.since(sent.monotonic),
            clocks: ClockPair::UserToUser,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: Moment = Moment {
        monotonic: Monotonic(1_000),
        realtime: Realtime(500_000),
    };
    const RECEIVED: Moment = Moment {
        monotonic: Monotonic(1_100),
        realtime: Realtime(500_100),
    };

    #[test]
    fn prefers_the_pair_of_kernel_stamps() {
        let told = round_trip(
            SENT,
            Some(Realtime(500_020)),
            Some(Realtime(500_060)),
            RECEIVED,
        );
        assert_eq!(told.duration, Duration::from_nanos(40));
        assert_eq!(told.clocks, ClockPair::KernelToKernel);
    }

    #[test]
    fn measures_from_the_send_call_without_a_transmit_stamp() {
        let told = round_trip(SENT, None, Some(Realtime(500_060)), RECEIVED);
        assert_eq!(told.duration, Duration::from_nanos(60));
        assert_eq!(told.clocks, ClockPair::UserToKernel);
    }

    #[test]
    fn a_calendar_clock_set_forward_between_stamp_and_reading_falls_back_to_the_program_s_clock()
     {
        let stepped = Moment {
            realtime: Realtime(9_000_000),
            ..RECEIVED
        };
        let told = round_trip(SENT, None, Some(Realtime(500_060)), stepped);
        assert_eq!(told.duration, Duration::from_nanos(100));
        assert_eq!(told.clocks, ClockPair::UserToUser);
    }

    #[test]
    fn a_calendar_clock_set_back_between_stamp_and_reading_falls_back_to_the_program_s_clock()
     {
        let stepped = Moment {
            realtime: Realtime(400_000),
            ..RECEIVED
        };
        let told = round_trip(
            SENT,
            Some(Realtime(500_020)),
            Some(Realtime(500_060)),
            stepped,
        );
        assert_eq!(told.clocks, ClockPair::UserToUser);
    }

    #[test]
    fn a_transmit_stamp_after_the_receive_stamp_is_not_believed() {
        let told = round_trip(
            SENT,
            Some(Realtime(500_070)),
            Some(Realtime(500_060)),
            RECEIVED,
        );
        assert_eq!(told.clocks, ClockPair::UserToKernel);
    }

    /// Half a second of the two is taken away by the step: both stamps still lie inside the interval.
    #[test]
    fn a_calendar_clock_set_back_during_the_flight_shortens_no_round_trip() {
        let second = 1_000_000_000;
        let received = Moment {
            monotonic: Monotonic(SENT.monotonic.0 + 2 * second),
            realtime: Realtime(SENT.realtime.0 + 3 * second / 2),
        };
        let out = Some(Realtime(SENT.realtime.0 + 20_000));
        let back = Some(Realtime(received.realtime.0 - 20_000));
        let told = round_trip(SENT, out, back, received);
        assert_eq!(told.duration, Duration::from_secs(2));
        assert_eq!(told.clocks, ClockPair::UserToUser);
    }

    #[test]
    fn a_calendar_clock_that_is_slewed_is_believed() {
        let second = 1_000_000_000;
        let received = Moment {
            monotonic: Monotonic(SENT.monotonic.0 + second),
            realtime: Realtime(SENT.realtime.0 + second + 500_000),
        };
        let back = Some(Realtime(received.realtime.0 - 20_000));
        let told = round_trip(SENT, Some(SENT.realtime), back, received);
        assert_eq!(told.clocks, ClockPair::UserToKernel);
    }

    #[test]
    fn the_monotonic_clock_does_not_run_backwards() {
        let first = monotonic();
        assert!(monotonic() >= first);
        assert!(first.0 > 0 && realtime().0 > 1_700_000_000_000_000_000);
    }

    #[test]
    fn negative_seconds_are_refused() {
        assert_eq!(join(-1, 0), None);
        assert_eq!(join(1, 5), Some(1_000_000_005));
    }
}
