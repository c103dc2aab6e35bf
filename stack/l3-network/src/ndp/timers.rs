//! The times of a link: how long a neighbour is reachable, and how soon a question is repeated.
//!
//! Spec: RFC 4861 §6.3.2 (variables), §10 (constants).

use core::time::Duration;

use layercake_base::{Instant, Rng};

/// For so long a neighbour is reachable after a proof of it, give or take a half.
pub(super) const REACHABLE_TIME: Duration = Duration::from_secs(30);
/// Between two questions.
pub(super) const RETRANS_TIMER: Duration = Duration::from_secs(1);
/// How long layers above have to find out that a neighbour is there, before it is asked.
pub(super) const DELAY_FIRST_PROBE_TIME: Duration = Duration::from_secs(5);
/// After so long the reachable time is drawn again. RFC 4861 §6.3.4: every few hours.
const REDRAW: Duration = Duration::from_secs(2 * 3600);

/// How long a neighbour is reachable on this link.
#[derive(Clone, Copy, Debug)]
pub(super) struct ReachableTime {
    base: Duration,
    /// What was drawn, and when.
    drawn: Option<(Duration, Instant)>,
}

impl Default for ReachableTime {
    fn default() -> Self {
        ReachableTime {
            base: REACHABLE_TIME,
            drawn: None,
        }
    }
}

impl ReachableTime {
    /// The end of the time that begins now: the base times a random number from 0.5 to 1.5.
    pub(super) fn until(&mut self, now: Instant, rng: &mut Rng) -> Instant {
        let fresh = self.drawn.filter(|(_, at)| now.since(*at) < REDRAW);
        let (time, _) = *self.drawn.insert(fresh.unwrap_or_else(|| {
            let half = self.base / 2;
            (half + random(self.base, rng), now)
        }));
        now + time
    }

    /// Takes another base, if it is another. RFC 4861 §6.3.4.
    pub(super) fn adopt(&mut self, base: Duration) {
        if base != self.base {
            *self = ReachableTime { base, drawn: None };
        }
    }
}

/// A random time from nothing to `most`.
pub(super) fn random(most: Duration, rng: &mut Rng) -> Duration {
    let nanos = u64::try_from(most.as_nanos()).unwrap_or(u64::MAX);
    Duration::from_nanos(rng.below(nanos.saturating_add(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4861 §10: MIN_RANDOM_FACTOR 0.5, MAX_RANDOM_FACTOR 1.5.
    #[test]
    fn a_reachable_time_is_half_to_one_and_a_half_of_its_base_and_drawn_seldom() {
        let (mut rng, mut time) = (Rng::seeded(1), ReachableTime::default());
        let mut seen = Vec::new();
        for hours in 0..400 {
            let now = Instant::ZERO + Duration::from_secs(hours * 3600);
            let first = time.until(now, &mut rng) - now;
            assert_eq!(time.until(now, &mut rng) - now, first);
            seen.push(first);
        }
        assert!(
            seen.iter().all(|t| (15..45).contains(&t.as_secs())),
            "{seen:?}"
        );
        assert_eq!(seen.chunks(2).filter(|pair| pair[0] != pair[1]).count(), 0);
        seen.dedup();
        assert_eq!(seen.len(), 200);
        time.adopt(Duration::from_secs(2));
        let now = Instant::ZERO;
        let drawn = time.until(now, &mut rng) - now;
        assert!((1.0..=3.0).contains(&drawn.as_secs_f64()));
    }
}
