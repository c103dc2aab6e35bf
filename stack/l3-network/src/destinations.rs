//! What this node was told about single destinations: how large a packet gets through, and which
//! neighbour is the nearer.
//!
//! A path MTU only falls when it is told, and is forgotten after ten minutes, so that a path that
//! has become better is found out. A redirect is forgotten when the neighbour does not answer.
//!
//! Spec: RFC 1191 §3 (never below 68 octets), §6.3 (ageing); RFC 8201 §4 (never below 1280); RFC
//! 1122 §3.3.1.2 (route cache), §3.3.1.4 (dead gateways); RFC 4861 §5.1 (destination cache); RFC
//! 4007 §6 (a neighbour's address counts on its link only).
//! Bound: [`MOST`] destinations; the one heard of least recently makes room.
//! Not here: what an ICMP message must be like to be believed (`told.rs`, `sent.rs` and
//! `redirect.rs` of both families).

use core::time::Duration;

use layercake_base::Instant;

/// Destinations that are remembered.
const MOST: usize = 256;
/// A path MTU is held for so long. RFC 1191 §6.3.
const AGE: Duration = Duration::from_secs(600);

#[derive(Clone, Copy, Debug)]
struct Destination<A> {
    address: A,
    heard: Instant,
    /// The path MTU and when it is forgotten.
    mtu: Option<(u16, Instant)>,
    /// The nearer neighbour, and the attachment where it is one: the zone of its address.
    gateway: Option<(A, u16)>,
}

/// The destinations that something is known about, by address.
#[derive(Clone, Debug)]
pub(crate) struct Destinations<A> {
    /// The smallest path MTU that is believed: every network takes as much.
    least_mtu: u16,
    known: Vec<Destination<A>>,
}

impl<A: Copy + Ord> Destinations<A> {
    /// Nothing is known. Path MTUs below `least_mtu` are not believed.
    pub(crate) const fn new(least_mtu: u16) -> Self {
        Destinations {
            least_mtu,
            known: Vec::new(),
        }
    }

    /// The largest packet that gets through to there; `None` when nothing is known.
    pub(crate) fn mtu(&self, address: A, now: Instant) -> Option<u16> {
        let (mtu, until) = self.find(address)?.mtu?;
        (now < until).then_some(mtu)
    }

    /// No packet larger than `mtu` gets through to there. True when that is news.
    pub(crate) fn lower(&mut self, address: A, mtu: u16, now: Instant) -> bool {
        let known = self.mtu(address, now);
        if mtu < self.least_mtu || known.is_some_and(|known| known <= mtu) {
            return false;
        }
        self.entry(address, now, |own| own.mtu = Some((mtu, now + AGE)));
        true
    }

    /// The neighbour by which packets that leave by `port` go there, if a redirect said so.
    pub(crate) fn gateway(&self, address: A, port: u16) -> Option<A> {
        let (gateway, at) = self.find(address)?.gateway?;
        (at == port).then_some(gateway)
    }

    /// Packets to there go to this neighbour at this attachment.
    pub(crate) fn redirect(&mut self, address: A, gateway: (A, u16), now: Instant) {
        self.entry(address, now, |own| own.gateway = Some(gateway));
    }

    /// This neighbour does not answer, or forwards no longer: no redirect to it counts any more.
    pub(crate) fn forget_gateway(&mut self, gateway: A, port: u16) {
        for own in self
            .known
            .iter_mut()
            .filter(|own| own.gateway == Some((gateway, port)))
        {
            own.gateway = None;
        }
    }

    fn place(&self, address: A) -> Result<usize, usize> {
        self.known.binary_search_by_key(&address, |own| own.address)
    }

    fn find(&self, address: A) -> Option<&Destination<A>> {
        self.known.get(self.place(address).ok()?)
    }

    fn entry(&mut self, address: A, now: Instant, set: impl FnOnce(&mut Destination<A>)) {
        if self.known.len() >= MOST && self.place(address).is_err() {
            let oldest = self
                .known
                .iter()
                .enumerate()
                .min_by_key(|(_, own)| own.heard);
            if let Some((oldest, _)) = oldest {
                self.known.remove(oldest);
            }
        }
        let place = self.place(address).unwrap_or_else(|place| {
            let (mtu, gateway) = (None, None);
            let own = Destination {
                address,
                heard: now,
                mtu,
                gateway,
            };
            self.known.insert(place, own);
            place
        });
        if let Some(own) = self.known.get_mut(place) {
            own.heard = now;
            set(own);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::net::Ipv4Addr;

    const THERE: Ipv4Addr = Ipv4Addr::new(10, 9, 2, 2);
    const GATEWAY: Ipv4Addr = Ipv4Addr::new(10, 9, 1, 7);

    fn second(seconds: u64) -> Instant {
        Instant::from_nanos(seconds * 1_000_000_000)
    }

    #[test]
    fn a_path_mtu_only_falls_and_is_forgotten_after_ten_minutes() {
        let mut known = Destinations::new(68);
        let story = [
            (0, 1400, true),
            (1, 1400, false),
            (2, 1450, false),
            (3, 67, false),
            (4, 68, true),
            (603, 1000, false),
            (604, 1000, true),
        ];
        for (at, mtu, news) in story {
            assert_eq!(known.lower(THERE, mtu, second(at)), news, "at {at} s");
        }
        assert_eq!(known.mtu(THERE, second(605)), Some(1000));
        assert_eq!(known.mtu(THERE, second(604 + 600)), None);
        assert_eq!(known.mtu(GATEWAY, second(605)), None);
    }

    #[test]
    fn a_redirect_counts_until_its_neighbour_is_silent() {
        let mut known = Destinations::new(68);
        known.lower(THERE, 1400, second(0));
        known.redirect(THERE, (GATEWAY, 1), second(1));
        known.forget_gateway(GATEWAY, 0);
        assert_eq!(known.gateway(THERE, 1), Some(GATEWAY));
        assert_eq!(known.gateway(THERE, 0), None, "another link: RFC 4007 §6");
        known.forget_gateway(GATEWAY, 1);
        assert_eq!(known.gateway(THERE, 1), None);
        assert_eq!(known.mtu(THERE, second(2)), Some(1400), "that stays");
    }

    #[test]
    fn what_was_heard_of_least_recently_makes_room() {
        let mut known = Destinations::new(68);
        let host = |n: u32| Ipv4Addr::from_bits(0x0a00_0000 + n * 7 % 1000);
        for n in 0..1000 {
            known.lower(host(n), 1400, second(n.into()));
            assert!(known.known.len() <= MOST);
        }
        let kept: Vec<_> = (0..1000)
            .filter(|&n| known.find(host(n)).is_some())
            .collect();
        assert_eq!(kept, (744..1000).collect::<Vec<_>>());
    }
}
