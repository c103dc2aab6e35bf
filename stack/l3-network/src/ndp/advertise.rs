//! What a router tells hosts about itself and the link, and when.
//!
//! ```text
//!   to all:  three times at most 16 s apart, then after a random time from the shorter to the
//!            longer interval
//!   asked:   within half a second, but no sooner than 3 s after the last time, and to all: the
//!            answer for one is good for everybody
//! ```
//! Spec: RFC 4861 §6.2.1 (what is configured), §6.2.4, §6.2.6 (when).  Units: seconds.
//! Bounds: 16 prefixes and 16 routes, so that an advertisement fits into 1280 octets.
//! Not here: last advertisements of a router that stops (§6.2.5), a look at what other routers
//! say (§6.2.7).

use core::time::Duration;

use layercake_base::{Instant, Mac, Rng};

use super::message::RouterAdvertisement;
use super::option::{Opt, PrefixInformation, RouteInformation};
use super::timers::random;

/// MAX_INITIAL_RTR_ADVERTISEMENTS. RFC 4861 §10, as all of these.
const INITIAL: u32 = 3;
/// MAX_INITIAL_RTR_ADVERT_INTERVAL.
const INITIAL_INTERVAL: Duration = Duration::from_secs(16);
/// MAX_RA_DELAY_TIME.
const DELAY: Duration = Duration::from_millis(500);
/// MIN_DELAY_BETWEEN_RAS.
const PAUSE: Duration = Duration::from_secs(3);
/// Bounds of the longer interval, in seconds. RFC 4861 §6.2.1, MaxRtrAdvInterval.
const LONGER: (u64, u64) = (4, 1800);
/// The least of the shorter interval, in seconds; its most is three quarters of the longer one.
const SHORTER: u64 = 3;
/// Prefixes, and routes, of one advertisement.
const MOST: usize = 16;

/// What a router advertises. RFC 4861 §6.2.1 has the defaults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advertising {
    /// Lifetime and preference as a default router, hop limit, flags, timers.
    pub router: RouterAdvertisement,
    /// The MTU of the link, if hosts should hear one.
    pub mtu: Option<u32>,
    /// What is on the link, and where hosts may make addresses.
    pub prefixes: Vec<PrefixInformation>,
    /// Networks that the router leads to.
    pub routes: Vec<RouteInformation>,
    /// The shorter and the longer time between two advertisements; what is beyond the bounds of
    /// RFC 4861 §6.2.1 is taken for them.
    pub interval: (Duration, Duration),
}

impl Default for Advertising {
    fn default() -> Self {
        Advertising {
            router: RouterAdvertisement {
                cur_hop_limit: 64,
                router_lifetime: 1800,
                ..RouterAdvertisement::default()
            },
            mtu: None,
            prefixes: Vec::new(),
            routes: Vec::new(),
            interval: (Duration::from_secs(200), Duration::from_secs(600)),
        }
    }
}

/// A router that advertises.
#[derive(Debug)]
pub(super) struct Advertiser {
    what: Advertising,
    /// Advertisements so far, and when the last one was.
    sent: u32,
    last: Option<Instant>,
    next: Instant,
}

impl Advertiser {
    pub(super) fn new(mut what: Advertising) -> Self {
        what.prefixes.truncate(MOST);
        what.routes.truncate(MOST);
        let (least, most) = LONGER;
        let (shorter, longer) = what.interval;
        let seconds = Duration::from_secs;
        let longer = longer.clamp(seconds(least), seconds(most));
        let shorter = shorter.clamp(seconds(SHORTER), longer * 3 / 4);
        what.interval = (shorter, longer);
        Advertiser {
            what,
            sent: 0,
            last: None,
            next: Instant::ZERO,
        }
    }

    /// The fixed part.
    pub(super) const fn message(&self) -> &RouterAdvertisement {
        &self.what.router
    }

    /// The options, with the link address of the router.
    pub(super) fn options(&self, mac: Mac) -> Vec<Opt<'static>> {
        let prefixes = self.what.prefixes.iter().copied();
        let routes = self.what.routes.iter().copied();
        let mut options = vec![Opt::SourceLinkLayerAddress(mac)];
        options.extend(self.what.mtu.map(Opt::Mtu));
        options.extend(prefixes.map(Opt::PrefixInformation));
        options.extend(routes.map(Opt::RouteInformation));
        options
    }

    pub(super) const fn deadline(&self) -> Instant {
        self.next
    }

    /// True when it is time for an advertisement to all. RFC 4861 §6.2.4.
    pub(super) fn due(&mut self, now: Instant, rng: &mut Rng) -> bool {
        if self.next > now {
            return false;
        }
        let (shorter, longer) = self.what.interval;
        let wait = shorter + random(longer.saturating_sub(shorter), rng);
        self.sent = self.sent.saturating_add(1);
        self.last = Some(now);
        self.next = match self.sent {
            ..INITIAL => now + wait.min(INITIAL_INTERVAL),
            _ => now + wait,
        };
        true
    }

    /// A host asks: RFC 4861 §6.2.6. However many ask, there is one answer in three seconds.
    pub(super) fn asked(&mut self, now: Instant, rng: &mut Rng) {
        let delay = random(DELAY, rng);
        let earliest = self.last.map_or(now, |last| now.max(last + PAUSE));
        self.next = self.next.min(earliest + delay);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// RFC 4861 §6.2.4.
    #[test]
    fn three_times_soon_and_then_at_random_between_the_intervals() {
        let mut rng = Rng::seeded(5);
        let mut router = Advertiser::new(Advertising::default());
        let mut waits = Vec::new();
        let mut now = router.deadline();
        for _ in 0..200 {
            assert!(router.due(now, &mut rng) && !router.due(now, &mut rng));
            waits.push((router.deadline() - now).as_secs_f64());
            now = router.deadline();
        }
        assert_eq!(waits[..2], [16.0, 16.0]);
        let rest = &waits[2..];
        assert!(rest.iter().all(|wait| (200.0..=600.0).contains(wait)));
        let mean = rest.iter().sum::<f64>() / 198.0;
        assert!((380.0..420.0).contains(&mean), "{mean}");
    }

    /// RFC 4861 §6.2.6, MAX_RA_DELAY_TIME and MIN_DELAY_BETWEEN_RAS.
    #[test]
    fn hosts_that_ask_are_answered_soon_but_not_more_often_than_every_three_seconds() {
        let mut rng = Rng::seeded(5);
        let mut router = Advertiser::new(Advertising::default());
        assert!(router.due(Instant::ZERO, &mut rng));
        let first = Instant::ZERO + SECOND;
        for _ in 0..1000 {
            router.asked(first, &mut rng);
        }
        let answer = router.deadline() - Instant::ZERO;
        assert!(
            (3 * SECOND..=3 * SECOND + DELAY).contains(&answer),
            "{answer:?}"
        );
        assert!(router.due(router.deadline(), &mut rng));
        let scheduled = router.deadline();
        router.asked(Instant::ZERO + 10 * SECOND, &mut rng);
        let answer = router.deadline() - (Instant::ZERO + 10 * SECOND);
        assert!(answer <= DELAY && router.deadline() < scheduled);
    }

    /// RFC 4861 §6.2.1.
    #[test]
    fn intervals_beyond_their_bounds_are_the_bounds() {
        let of = |shorter: u64, longer: u64| {
            let seconds = Duration::from_secs;
            let what = Advertising {
                interval: (seconds(shorter), seconds(longer)),
                ..Advertising::default()
            };
            let (shorter, longer) = Advertiser::new(what).what.interval;
            (shorter.as_secs(), longer.as_secs())
        };
        assert_eq!(of(0, 1), (3, 4));
        assert_eq!(of(9000, 9000), (1350, 1800));
        assert_eq!(of(7, 10), (7, 10));
    }
}
