//! When each frame is due: one absolute schedule, counted from the first frame.

use std::time::Duration;

use layercake_capfile::Timestamp;

/// Turns the times of a capture into offsets from the start of its replay.
#[derive(Debug)]
pub(crate) struct Schedule {
    speed: f64,
    /// The first time of this round, once it is known.
    first: Option<Timestamp>,
    /// Where this round begins.
    begin: Duration,
    /// The latest offset so far.
    last: Duration,
    /// Frames whose time lies before that of the frame in front of them.
    pub(crate) backward: u64,
}

impl Schedule {
    pub(crate) fn new(speed: f64) -> Self {
        let (begin, last) = (Duration::ZERO, Duration::ZERO);
        Schedule {
            speed,
            first: None,
            begin,
            last,
            backward: 0,
        }
    }

    /// The capture begins anew, where it ended.
    pub(crate) fn again(&mut self) {
        self.first = None;
        self.begin = self.last;
    }

    /// When the next frame is due, after the start. A frame without time, or with one before
    /// that of its predecessor, is due at once.
    pub(crate) fn due(&mut self, time: Option<Timestamp>) -> Duration {
        let Some(time) = time else {
            return self.last;
        };
        let first = *self.first.get_or_insert(time);
        let nanos = time.as_nanoseconds() - first.as_nanoseconds();
        let due = self.begin.saturating_add(self.scaled(nanos));
        if due < self.last {
            self.backward += 1;
        }
        self.last = self.last.max(due);
        self.last
    }

    /// At the captured speed exact to the nanosecond; else a double holds 104 days to the
    /// nanosecond.
    fn scaled(&self, nanos: i128) -> Duration {
        let nanos = u64::try_from(nanos.max(0)).unwrap_or(u64::MAX);
        let captured = Duration::from_nanos(nanos);
        if (self.speed - 1.0).abs() < f64::EPSILON {
            return captured;
        }
        Duration::try_from_secs_f64(captured.as_secs_f64() / self.speed)
            .unwrap_or(Duration::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(nanos: u64) -> Option<Timestamp> {
        Some(Timestamp::from_nanoseconds(nanos))
    }

    #[test]
    fn offsets_count_from_the_first_frame_and_scale() {
        let mut plain = Schedule::new(1.0);
        let due: Vec<_> = [700, 701, 1_000_000_700]
            .map(|t| plain.due(at(t)).as_nanos())
            .into();
        assert_eq!(due, [0, 1, 1_000_000_000]);
        let mut double = Schedule::new(2.0);
        let due: Vec<_> = [700, 1_000_000_700]
            .map(|t| double.due(at(t)).as_nanos())
            .into();
        assert_eq!(due, [0, 500_000_000]);
    }

    #[test]
    fn time_that_runs_backward_or_is_missing_means_at_once() {
        let mut schedule = Schedule::new(1.0);
        let times = [at(100), at(300), at(200), None, at(400)];
        let due = times.map(|time| schedule.due(time).as_nanos());
        assert_eq!(due, [0, 200, 200, 200, 300]);
        assert_eq!(schedule.backward, 1);
    }

    #[test]
    fn an_endless_schedule_ends_at_the_end_of_time() {
        let mut slow = Schedule::new(1e-300);
        for _ in 0..9 {
            assert_eq!(slow.due(at(50)), slow.last);
            assert_eq!(slow.due(at(80)), Duration::MAX);
            slow.again();
        }
    }

    #[test]
    fn the_next_round_begins_where_the_last_ended() {
        let mut schedule = Schedule::new(1.0);
        let mut round = || {
            let due = [at(50), at(80)].map(|time| schedule.due(time).as_nanos());
            schedule.again();
            due
        };
        assert_eq!((round(), round()), ([0, 30], [30, 60]));
    }
}
