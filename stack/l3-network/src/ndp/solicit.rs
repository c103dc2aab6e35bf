//! When a host asks for routers: soon after the beginning, then less and less often.
//!
//! ```text
//!           0 to 1 s       4 s      8 s      16 s           1 h      1 h
//!   Begin ------------> ask ---> ask ---> ask ---> ... ask ---> ask --->
//!                        +--------+--------+--- a router answers ---> Done
//! ```
//! Spec: RFC 4861 §6.3.7, RFC 7559 §2.  Units: seconds, each give or take a tenth.
//! Not here: who counts as a router (`host`).

use core::time::Duration;

use layercake_base::{Instant, Rng};

use super::timers::random;

/// Longest random wait before the first question. RFC 4861 §10, MAX_RTR_SOLICITATION_DELAY.
const DELAY: Duration = Duration::from_secs(1);
/// After the first question. RFC 7559 §2, IRT.
const FIRST: Duration = Duration::from_secs(4);
/// No longer than this between two. RFC 7559 §2, MRT.
const LONGEST: Duration = Duration::from_secs(3600);

/// How far the asking has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Solicit {
    /// Nobody was asked.
    Begin,
    /// The next question is due then; so much time lay before it, none before the first.
    Asking(Instant, Option<Duration>),
    /// A router has answered.
    Done,
}

impl Solicit {
    pub(super) fn deadline(self) -> Option<Instant> {
        match self {
            Solicit::Begin => Some(Instant::ZERO),
            Solicit::Asking(next, _) => Some(next),
            Solicit::Done => None,
        }
    }

    /// The next arrow of the figure, if its time has come; true when routers are to be asked.
    pub(super) fn due(&mut self, now: Instant, rng: &mut Rng) -> bool {
        if *self == Solicit::Begin {
            *self = Solicit::Asking(now + random(DELAY, rng), None);
        }
        let Solicit::Asking(next, before) = *self else {
            return false;
        };
        if next > now {
            return false;
        }
        // RFC 8415 §15, as RFC 7559 has it: RT doubles, and stays at MRT.
        let wait = match before.map_or(FIRST, |before| 2 * before) {
            wait if wait > LONGEST => LONGEST,
            wait => wait,
        };
        let wait = wait * 9 / 10 + random(wait / 5, rng);
        *self = Solicit::Asking(now + wait, Some(wait));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7559 §2.
    #[test]
    fn questions_come_after_four_seconds_twice_that_and_so_on_up_to_an_hour() {
        let (mut rng, mut solicit) = (Rng::seeded(9), Solicit::Begin);
        let mut now = Instant::from_nanos(1);
        assert!(!solicit.due(now, &mut rng));
        let first = solicit.deadline().unwrap();
        assert!(first - now <= DELAY);
        let mut waits = Vec::new();
        now = first;
        for _ in 0..16 {
            assert!(solicit.due(now, &mut rng) && !solicit.due(now, &mut rng));
            waits.push((solicit.deadline().unwrap() - now).as_secs_f64());
            now = solicit.deadline().unwrap();
        }
        assert!((3.6..=4.4).contains(&waits[0]), "{waits:?}");
        for pair in waits.windows(2) {
            let expected = (2.0 * pair[0]).min(3600.0);
            assert!((0.9..=1.1).contains(&(pair[1] / expected)), "{waits:?}");
        }
        assert!(waits[15] >= 3240.0);
        solicit = Solicit::Done;
        assert_eq!(
            (solicit.deadline(), solicit.due(now, &mut rng)),
            (None, false)
        );
    }
}
