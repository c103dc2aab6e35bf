//! What is known about the links that this node is attached to: how large their packets are, and
//! which routers have said that they are there.
//!
//! A router that does not answer is passed over until it says again that it is there; when none
//! is left, they take turns, so that each is tried again.
//!
//! Spec: RFC 4861 §6.3.2 (what routers say), §6.3.6 (which router is taken); RFC 4191 §3.2
//! (preference first); RFC 8200 §5 (no MTU below 1280).
//! Bound: [`MOST`] routers; what is beyond is not heard.

use core::net::Ipv6Addr;

use super::Interface;

/// Default routers that are remembered.
const MOST: usize = 16;

/// A link at one attachment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    pub(super) port: u16,
    /// Nobody is there but one neighbour.
    pub(super) point_to_point: bool,
    mtu: u32,
    /// What routers say about the MTU and the hop limit, in sense.
    told_mtu: Option<u32>,
    pub(super) hop_limit: Option<u8>,
}

impl Link {
    pub(super) fn of(interface: &Interface) -> Self {
        Link {
            port: interface.port,
            point_to_point: interface.point_to_point,
            mtu: interface.mtu.max(Interface::LEAST_MTU),
            told_mtu: None,
            hop_limit: None,
        }
    }

    /// The largest packet that it ever takes, in octets.
    pub(super) fn most(&self) -> usize {
        usize::try_from(self.mtu).unwrap_or(usize::MAX)
    }

    /// The largest packet that it takes now, in octets.
    pub(super) fn mtu(&self) -> usize {
        let mtu = self.told_mtu.map_or(self.mtu, |told| told.min(self.mtu));
        usize::try_from(mtu).unwrap_or(usize::MAX)
    }

    /// A router says so. What makes no sense, and what is left out, changes nothing.
    pub(super) fn hear(&mut self, mtu: Option<usize>, hop_limit: Option<u8>) {
        let mtu = mtu.and_then(|mtu| u32::try_from(mtu).ok());
        let mtu = mtu.filter(|&mtu| mtu >= Interface::LEAST_MTU);
        self.told_mtu = mtu.or(self.told_mtu);
        self.hop_limit = hop_limit.filter(|&hops| hops != 0).or(self.hop_limit);
    }
}

#[derive(Clone, Copy, Debug)]
struct Router {
    port: u16,
    address: Ipv6Addr,
    preference: i8,
    silent: bool,
}

/// The routers that forward for everybody, the preferred first.
#[derive(Clone, Debug, Default)]
pub(super) struct Routers(Vec<Router>);

impl Routers {
    /// Attachment and address of the router for what no route leads to.
    pub(super) fn choose(&self) -> Option<(u16, Ipv6Addr)> {
        let speaks = self.0.iter().find(|router| !router.silent);
        let router = speaks.or(self.0.first())?;
        Some((router.port, router.address))
    }

    /// A router says that it is there, or it is no longer.
    pub(super) fn set(&mut self, port: u16, address: Ipv6Addr, preference: Option<i8>) {
        let same = |own: &Router| (own.port, own.address) == (port, address);
        let old = self.0.iter().position(same);
        let known = old.and_then(|place| self.0.get_mut(place));
        if let Some(known) = known.filter(|own| Some(own.preference) == preference) {
            known.silent = false;
            return;
        }
        old.map(|place| self.0.remove(place));
        let Some(preference) = preference.filter(|_| self.0.len() < MOST) else {
            return;
        };
        let router = Router {
            port,
            address,
            preference,
            silent: false,
        };
        // What comes later of the same preference does not push the others aside.
        let place = self.0.partition_point(|own| own.preference >= preference);
        self.0.insert(place, router);
    }

    /// A neighbour does not answer. When that was the last router, all are tried once more, the
    /// next one first.
    pub(super) fn silent(&mut self, port: u16, address: Ipv6Addr) {
        let same = |own: &Router| (own.port, own.address) == (port, address);
        let Some(place) = self.0.iter().position(same) else {
            return;
        };
        if let Some(router) = self.0.get_mut(place) {
            router.silent = true;
        }
        if self.0.iter().all(|router| router.silent) {
            for (at, router) in self.0.iter_mut().enumerate() {
                router.silent = at == place;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u16) -> Ipv6Addr {
        Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, last)
    }

    fn chosen(routers: &Routers) -> Option<u16> {
        routers.choose().map(|(_, router)| router.segments()[7])
    }

    /// RFC 4191 §3.2, RFC 4861 §6.3.6.
    #[test]
    fn the_preferred_router_that_answers_is_taken() {
        let mut routers = Routers::default();
        assert_eq!(chosen(&routers), None);
        for (last, preference) in [(1, 0), (2, 0), (3, 1), (4, -1), (1, 0)] {
            routers.set(0, address(last), Some(preference));
        }
        let mut order = vec![chosen(&routers).unwrap()];
        for _ in 0..4 {
            let (port, silent) = routers.choose().unwrap();
            routers.silent(port, silent);
            order.push(chosen(&routers).unwrap());
        }
        assert_eq!(order, [3, 1, 2, 4, 3], "and then all anew");
        routers.set(0, address(3), None);
        assert_eq!(chosen(&routers), Some(1));
        routers.set(0, address(2), Some(1));
        assert_eq!(chosen(&routers), Some(2));
        routers.silent(0, address(2));
        assert_eq!(chosen(&routers), Some(1));
        routers.set(0, address(2), Some(1));
        assert_eq!(chosen(&routers), Some(2));
    }

    #[test]
    fn the_only_router_is_taken_though_it_is_silent() {
        let mut routers = Routers::default();
        routers.set(0, address(1), Some(0));
        routers.silent(0, address(1));
        assert_eq!(chosen(&routers), Some(1));
    }

    #[test]
    fn no_more_routers_than_the_bound_are_remembered() {
        let mut routers = Routers::default();
        (0..100).for_each(|last| routers.set(0, address(last), Some(0)));
        assert_eq!(routers.0.len(), MOST);
        (0..100).for_each(|last| routers.set(0, address(last), None));
        assert_eq!(chosen(&routers), None);
    }

    /// RFC 8200 §5, RFC 4861 §6.3.4.
    #[test]
    fn what_routers_say_of_a_link_counts_as_far_as_it_makes_sense() {
        let mut link = Link::of(&Interface {
            port: 0,
            addresses: Vec::new(),
            mtu: 1500,
            point_to_point: false,
        });
        for (told, mtu) in [
            (None, 1500),
            (Some(1400), 1400),
            (Some(1279), 1400),
            (None, 1400),
            (Some(9000), 1500),
            (Some(1280), 1280),
        ] {
            link.hear(told, Some(0));
            assert_eq!((link.mtu(), link.hop_limit), (mtu, None));
        }
        link.hear(None, Some(7));
        assert_eq!((link.mtu(), link.hop_limit), (1280, Some(7)));
    }
}
