//! What a host makes of router advertisements: default routers, what is on the link, and how
//! the link is. Its addresses are in `own`.
//!
//! Spec: RFC 4861 §6.3.4, §6.3.5; RFC 4191 §3.1; RFC 5942 §4.
//! Checks: a prefix on the link is neither link-local nor a group; an MTU is 1280 or more.
//! Bounds: 16 routers and 32 prefixes; what comes beyond is not heard, so that a flood of
//! advertisements takes away nothing that is known.
//! Not here: which router is taken (`ipv6`), routes of RFC 4191 (type C hosts), DHCPv6.

use core::net::Ipv6Addr;
use core::time::Duration;

use layercake_base::{Instant, Notice};

use super::identifier::Identifiers;
use super::lifetime::{End, end, is_over};
use super::message::RouterAdvertisement;
use super::option::{Opt, Options, PrefixInformation};
use super::solicit::Solicit;

/// Default routers.
pub(super) const ROUTERS: usize = 16;
/// Prefixes that are on the link.
pub(super) const PREFIXES: usize = 32;
/// Preference of a router that does not answer: below all that routers say of themselves (RFC
/// 4191 §2.1), so that it is taken only where there is no other.
const SILENT: i8 = i8::MIN;
/// The least MTU. RFC 8200 §5.
const LEAST_MTU: u32 = 1280;

/// A host that listens to routers.
#[derive(Debug)]
pub(super) struct Host {
    pub(super) identifiers: Identifiers,
    pub(super) solicit: Solicit,
    routers: Vec<(Ipv6Addr, Instant)>,
    prefixes: Vec<(Ipv6Addr, u8, End)>,
    /// The MTU and the hop limit that were told above last.
    told: (Option<usize>, Option<u8>),
}

impl Host {
    pub(super) const fn new(identifiers: Identifiers) -> Self {
        Host {
            identifiers,
            solicit: Solicit::Begin,
            routers: Vec::new(),
            prefixes: Vec::new(),
            told: (None, None),
        }
    }

    /// A router advertises; gives what the layers above must hear.
    pub(super) fn hear(
        &mut self,
        router: Ipv6Addr,
        advertisement: &RouterAdvertisement,
        options: &Options<'_>,
        now: Instant,
    ) -> Vec<Notice> {
        let mut news = Vec::new();
        news.extend(self.hear_router(router, advertisement, now));
        news.extend(self.hear_link(advertisement, options));
        for option in options.iter() {
            if let Opt::PrefixInformation(prefix) = option {
                news.extend(self.hear_prefix(&prefix, now));
            }
        }
        news
    }

    /// RFC 4861 §6.3.4: a default router, for its lifetime. It is told each time, because the
    /// layer above may have given it up.
    fn hear_router(
        &mut self,
        router: Ipv6Addr,
        advertisement: &RouterAdvertisement,
        now: Instant,
    ) -> Option<Notice> {
        if advertisement.router_lifetime == 0 {
            return self.forget(router);
        }
        self.solicit = Solicit::Done; // RFC 7559 §2.1
        let until = now + Duration::from_secs(advertisement.router_lifetime.into());
        let full = self.routers.len() >= ROUTERS;
        match self.routers.iter_mut().find(|(known, _)| *known == router) {
            Some((_, known)) => *known = until,
            None if full => return None,
            None => self.routers.push((router, until)),
        }
        Some(news_of(router, Some(advertisement.preference.number())))
    }

    /// True for one of the default routers.
    pub(super) fn has_router(&self, router: Ipv6Addr) -> bool {
        self.routers.iter().any(|(known, _)| *known == router)
    }

    /// It does not answer; gives what is to be told, if it is a default router. It stays one, and
    /// is told in full when it advertises again.
    pub(super) fn silent(&self, router: Ipv6Addr) -> Option<Notice> {
        self.has_router(router)
            .then(|| news_of(router, Some(SILENT)))
    }

    /// It is no default router any more; gives what is to be told, if it was one.
    pub(super) fn forget(&mut self, router: Ipv6Addr) -> Option<Notice> {
        let place = self
            .routers
            .iter()
            .position(|(known, _)| *known == router)?;
        self.routers.remove(place);
        Some(news_of(router, None))
    }

    fn hear_link(
        &mut self,
        advertisement: &RouterAdvertisement,
        options: &Options<'_>,
    ) -> Option<Notice> {
        let mtu = options.iter().find_map(|option| match option {
            Opt::Mtu(mtu) if mtu >= LEAST_MTU => usize::try_from(mtu).ok(),
            _ => None,
        });
        let hop_limit = Some(advertisement.cur_hop_limit).filter(|&hops| hops != 0);
        let (old_mtu, old_hop_limit) = self.told;
        let said = (mtu.or(old_mtu), hop_limit.or(old_hop_limit));
        if said == self.told {
            return None;
        }
        self.told = said;
        let (mtu, hop_limit) = said;
        let port = 0;
        Some(Notice::LinkParameters {
            port,
            mtu,
            hop_limit,
        })
    }

    /// RFC 4861 §6.3.4: a prefix with L is on the link, for its lifetime. Without L it says
    /// nothing about that (RFC 5942 §4).
    fn hear_prefix(&mut self, said: &PrefixInformation, now: Instant) -> Option<Notice> {
        let network = cut(said.prefix, said.prefix_length);
        let special = network.is_unicast_link_local() || network.is_multicast();
        if !said.on_link || special {
            return None;
        }
        let same = |known: &(Ipv6Addr, u8, End)| {
            (known.0, known.1) == (network, said.prefix_length)
        };
        let known = self.prefixes.iter().position(same);
        match (known, said.valid_lifetime) {
            (None, 0) => None,
            (Some(place), 0) => {
                self.prefixes.remove(place);
                Some(news_of_link(network, said.prefix_length, false))
            }
            (Some(place), valid) => {
                let entry = self.prefixes.get_mut(place)?;
                entry.2 = end(valid, now);
                None
            }
            (None, _) if self.prefixes.len() >= PREFIXES => None,
            (None, valid) => {
                let entry = (network, said.prefix_length, end(valid, now));
                self.prefixes.push(entry);
                Some(news_of_link(network, said.prefix_length, true))
            }
        }
    }

    /// When something that is known ends.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let routers = self.routers.iter().map(|(_, until)| *until);
        let prefixes = self.prefixes.iter().filter_map(|(.., until)| *until);
        routers.chain(prefixes).min()
    }

    /// One thing that has ended; called until there is none left. RFC 4861 §6.3.5.
    pub(super) fn ended(&mut self, now: Instant) -> Option<Notice> {
        let over = self.routers.iter().find(|(_, until)| *until <= now);
        if let Some(router) = over.map(|(router, _)| *router) {
            return self.forget(router);
        }
        let place = self
            .prefixes
            .iter()
            .position(|known| is_over(known.2, now))?;
        let (network, prefix_len, _) = self.prefixes.remove(place);
        Some(news_of_link(network, prefix_len, false))
    }
}

/// The first bits of an address, zeros behind them.
pub(super) fn cut(address: Ipv6Addr, bits: u8) -> Ipv6Addr {
    let behind = u128::MAX.checked_shr(bits.into()).unwrap_or(0);
    Ipv6Addr::from_bits(address.to_bits() & !behind)
}

fn news_of(router: Ipv6Addr, preference: Option<i8>) -> Notice {
    let (port, address) = (0, router.into());
    Notice::Router {
        port,
        address,
        preference,
    }
}

fn news_of_link(network: Ipv6Addr, prefix_len: u8, present: bool) -> Notice {
    let (port, network) = (0, network.into());
    Notice::OnLink {
        port,
        network,
        prefix_len,
        present,
    }
}
