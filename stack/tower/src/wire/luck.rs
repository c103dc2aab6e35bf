//! The dice of one direction of a wire.

use core::time::Duration;

use layercake_base::Rng;
use layercake_base::exact::ln;

use super::Medium;

/// Losses that come in bursts: the model of Gilbert (1960) and Elliott (1963). The line is
/// good or bad; each transmission is lost or not by the state that it meets, and then the state
/// may change. Over long times the line is bad for `enter / (enter + leave)` of it, and a bad
/// time lasts `1 / leave` transmissions in the mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bursts {
    /// A good line turns bad.
    pub enter: f64,
    /// A bad line turns good.
    pub leave: f64,
    /// A transmission is lost while the line is bad.
    pub loss: f64,
}

/// Some transmissions arrive later than those behind them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reordering {
    /// A transmission is held back.
    pub chance: f64,
    /// For how long.
    pub by: Duration,
}

/// Chance for one direction, and whether its line is bad just now.
#[derive(Debug)]
pub(super) struct Luck {
    rng: Rng,
    bad: bool,
}

impl Luck {
    pub(super) fn new(rng: Rng) -> Self {
        Luck { rng, bad: false }
    }

    /// True with this probability. A thing that cannot happen draws no number.
    pub(super) fn happens(&mut self, probability: f64) -> bool {
        probability > 0.0 && self.rng.chance(probability)
    }

    /// How a transmission is lost, if it is.
    pub(super) fn loses(&mut self, medium: &Medium) -> Option<&'static str> {
        let alone = self.happens(medium.loss);
        let burst = medium.bursts.is_some_and(|bursts| self.bursts(bursts));
        match (alone, burst) {
            (_, true) => Some("lost on the wire in a burst"),
            (true, false) => Some("lost on the wire"),
            _ => None,
        }
    }

    fn bursts(&mut self, Bursts { enter, leave, loss }: Bursts) -> bool {
        let lost = self.bad && self.happens(loss);
        let turns = self.happens(if self.bad { leave } else { enter });
        self.bad ^= turns;
        lost
    }

    /// A time from zero to `most`.
    pub(super) fn up_to(&mut self, most: Duration) -> Duration {
        let nanos = u64::try_from(most.as_nanos()).unwrap_or(u64::MAX);
        match nanos {
            0 => Duration::ZERO,
            _ => Duration::from_nanos(self.rng.below(nanos.saturating_add(1))),
        }
    }

    /// How many trials fail before the next one succeeds, when each does with `probability`:
    /// the geometric distribution, by inversion.
    pub(super) fn until_next(&mut self, probability: f64) -> usize {
        if probability <= 0.0 {
            return usize::MAX;
        }
        if probability >= 1.0 {
            return 0;
        }
        // ln(u) / ln(1 - p); 1 - u is never zero.
        let gap = ln(1.0 - self.rng.unit()) / ln(1.0 - probability);
        whole(gap)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "floating-point casts saturate, which is the wanted result"
)]
fn whole(number: f64) -> usize {
    number as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mean of the geometric distribution is (1 - p) / p, its variance (1 - p) / p².
    #[test]
    fn gaps_between_flips_have_the_mean_of_theory() {
        let mut luck = Luck::new(Rng::seeded(5));
        for p in [0.5, 0.1, 0.001] {
            let n = 20_000_u32;
            let sum: f64 = (0..n).map(|_| luck.until_next(p) as f64).sum();
            let (mean, expected) = (sum / f64::from(n), (1.0 - p) / p);
            let five_sigma = 5.0 * ((1.0 - p) / (p * p) / f64::from(n)).sqrt();
            assert!((mean - expected).abs() < five_sigma, "p {p}: {mean}");
        }
        assert_eq!(luck.until_next(0.0), usize::MAX);
        assert_eq!(luck.until_next(1.0), 0);
    }
}
