//! How long a link takes, measured by the protocol itself, and what that costs.
//!
//! ```text
//!   we                          the neighbour
//!    |  probe 7 ... behind what waits ...>|
//!    |<... behind what waits ... echo 7   |     half of the time between is the link's delay
//! ```
//! | metric | the cost follows | and is told when it has changed |
//! |---|---|---|
//! | delay | the mean of the last 10 s | by a tenth |
//! | average-delay | an average that takes in an eighth of each mean: some 80 s are remembered; never more than three times the idle delay; from one telling to the next up by half of the idle delay at most, down by three eighths | by a quarter of the idle delay |
//!
//! The idle delay is the shortest that was seen since the neighbour came. Before the first echo a
//! link has no cost, and is not told.
//!
//! Spec: our own. "delay" is after the metric of the ARPANET of 1979 (McQuillan, Richer and Rosen,
//! The New Routing Algorithm for the ARPANET, IEEE Trans. Comm. 28(5), 1980), "average-delay" after
//! the one that replaced it because it oscillated (Khanna and Zinky, The Revised ARPANET Routing
//! Metric, SIGCOMM 1989): averages, steps and the ratio of a busy to an idle link are bounded.
//! Units: a cost of 1 stands for 100 µs.
//! Bounds: [`Gauge::UNDER_WAY`] probes for each neighbour; a delay beyond 6.5 s costs no more.
//! Not here: one-way delays, which would need clocks that agree; so traffic in one direction
//! makes both directions dearer.

use core::time::Duration;

use layercake_base::Instant;

use super::Metric;

/// From one probe to the next, and up to a tenth less.
pub(super) const PROBE: Duration = Duration::from_millis(250);
/// From one look at the means to the next.
pub(super) const PERIOD: Duration = Duration::from_secs(10);
/// The delay that costs 1.
const UNIT: Duration = Duration::from_micros(100);

/// The delay of the link to one neighbour.
#[derive(Debug, Default)]
pub(super) struct Gauge {
    /// Of the last probe.
    number: u32,
    /// Number and time of each probe that is under way.
    sent: [Option<(u32, Instant)>; Gauge::UNDER_WAY],
    /// Of the delays in this period.
    sum: Duration,
    count: u32,
    idle: Duration,
    average: Duration,
    /// The delay that the others know; `None` before the first echo.
    told: Option<Duration>,
}

impl Gauge {
    /// Probes that are remembered: those of 4 s. What comes back later counts for nothing.
    const UNDER_WAY: usize = 16;

    /// The number of a probe that goes out now.
    pub(super) fn probe(&mut self, now: Instant) -> u32 {
        self.number = self.number.wrapping_add(1);
        let number = self.number;
        if let Some(place) = self.place(number) {
            *place = Some((number, now));
        }
        number
    }

    /// A probe has come back; true for the first one. What nobody has asked for counts for
    /// nothing, and no echo counts twice.
    pub(super) fn echo(&mut self, number: u32, now: Instant) -> bool {
        let ours = |own: &mut (u32, Instant)| own.0 == number;
        let sent = self.place(number).and_then(|place| place.take_if(ours));
        let Some((_, sent)) = sent else {
            return false;
        };
        let delay = now.since(sent) / 2;
        self.sum += delay;
        self.count += 1;
        if self.told.is_some() {
            self.idle = self.idle.min(delay);
            return false;
        }
        (self.idle, self.average, self.told) = (delay, delay, Some(delay));
        true
    }

    /// A period is over; true when the others shall hear of another cost. Without an echo
    /// nothing is known, and what was told stays.
    pub(super) fn look(&mut self, metric: Metric) -> bool {
        let (Some(mean), Some(told)) = (self.sum.checked_div(self.count), self.told)
        else {
            return false;
        };
        (self.sum, self.count) = (Duration::ZERO, 0);
        let (delay, least) = match metric {
            Metric::AverageDelay => (self.average(mean, told), self.idle / 4),
            _ => (mean, told / 10),
        };
        let changed = delay.abs_diff(told) >= least.max(UNIT);
        if changed {
            self.told = Some(delay);
        }
        changed
    }

    /// The average with this mean in it, within its limits.
    fn average(&mut self, mean: Duration, told: Duration) -> Duration {
        let idle = self.idle.max(UNIT);
        self.average = (self.average * 7 + mean) / 8;
        let average = self.average.clamp(idle, idle * 3);
        average.clamp(told.saturating_sub(idle * 3 / 8), told + idle / 2)
    }

    /// The cost of the link, once one is known.
    pub(super) fn cost(&self) -> Option<u16> {
        let units = self.told?.as_nanos() / UNIT.as_nanos();
        Some(u16::try_from(units).unwrap_or(u16::MAX).max(1))
    }

    fn place(&mut self, number: u32) -> Option<&mut Option<(u32, Instant)>> {
        let many = self.sent.len();
        self.sent.get_mut(usize::try_from(number).ok()? % many)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    /// The costs after each period in which all delays are these.
    fn costs(metric: Metric, delays: &[u64]) -> Vec<u16> {
        let (mut gauge, mut now) = (Gauge::default(), Instant::ZERO);
        let look = |delay: &u64| {
            for _ in 0..40 {
                let number = gauge.probe(now);
                gauge.echo(number, now + 2 * millis(*delay));
                now = now + PROBE;
            }
            gauge.look(metric);
            gauge.cost().unwrap()
        };
        delays.iter().map(look).collect()
    }

    #[test]
    fn the_delay_of_late_is_followed_at_once_but_for_small_changes() {
        let found = costs(Metric::Delay, &[10, 100, 95, 109, 10, 11]);
        assert_eq!(found, [100, 1000, 1000, 1000, 100, 110]);
    }

    /// By hand: the averages are 10, 21.25, 31.09, 39.7, 47.2 ms and so on; the steps are 5 ms,
    /// the limit 30 ms; on the way down steps of 3.75 ms once the average is below the limit.
    #[test]
    fn the_average_moves_by_steps_and_within_limits() {
        let busy = [10, 100, 100, 100, 100, 100, 100];
        let up = costs(Metric::AverageDelay, &busy);
        assert_eq!(up, [100, 150, 200, 250, 300, 300, 300]);
        let idle = [&busy[..], &[10; 40]].concat();
        let down = costs(Metric::AverageDelay, &idle);
        let down: Vec<_> = down.into_iter().skip(7).collect();
        assert!(
            down.iter().zip(&down[1..]).all(|(a, b)| a - b <= 38),
            "{down:?}"
        );
        // The last quarter of the idle delay is not worth telling.
        assert!(
            down.ends_with(&[*down.last().unwrap(); 12]) && down[39] < 125,
            "{down:?}"
        );
    }

    /// A single busy period in a minute leaves no trace that is worth telling.
    #[test]
    fn a_burst_does_not_move_the_average() {
        let found = costs(Metric::AverageDelay, &[10, 10, 28, 10, 10, 10, 10, 10]);
        assert_eq!(found, [100; 8]);
    }

    #[test]
    fn only_what_was_sent_comes_back_and_only_once() {
        let mut gauge = Gauge::default();
        let now = Instant::ZERO;
        assert!(!gauge.echo(0, now) && !gauge.echo(1, now));
        let first = gauge.probe(now);
        assert_eq!(gauge.cost(), None);
        assert!(gauge.echo(first, now + millis(8)));
        assert_eq!((gauge.cost(), gauge.count), (Some(40), 1));
        gauge.echo(first, now + millis(800));
        assert_eq!(gauge.count, 1);
        let late = gauge.probe(now);
        for _ in 0..Gauge::UNDER_WAY {
            gauge.probe(now);
        }
        gauge.echo(late, now + millis(800));
        assert_eq!(gauge.count, 1);
    }

    proptest! {
        /// Khanna and Zinky: a busy link looks at most three times as long as an idle one.
        #[test]
        fn the_average_stays_within_its_limits(
            delays in prop::collection::vec(1..3000_u64, 1..60),
        ) {
            let found = costs(Metric::AverageDelay, &delays);
            let mut idle = u64::MAX;
            for (cost, delay) in found.into_iter().zip(&delays) {
                // A lower idle delay lowers what was told step by step only.
                idle = idle.min(*delay);
                prop_assert!(u64::from(cost) >= idle * 10);
                prop_assert!(u64::from(cost) <= delays[0].max(idle) * 30);
            }
        }

        #[test]
        fn any_delay_has_a_cost(delays in prop::collection::vec(0..u64::from(u32::MAX), 1..9)) {
            for metric in [Metric::Delay, Metric::AverageDelay] {
                prop_assert!(costs(metric, &delays).into_iter().all(|cost| cost > 0));
            }
        }
    }
}
