//! The addresses of this station on one link.

use core::net::Ipv6Addr;
use core::time::Duration;

use layercake_base::{AddressState, Instant};

/// Addresses of one attachment.
pub(super) const ADDRESSES: usize = 16;

/// Of conflicts about an address at most one is told in this time.
const CONFLICT_INTERVAL: Duration = Duration::from_secs(10);

/// One address of this station.
#[derive(Clone, Copy, Debug)]
pub(super) struct Own {
    pub(super) address: Ipv6Addr,
    pub(super) prefix_len: u8,
    /// What the layers above were told of it.
    pub(super) told: Option<AddressState>,
    /// When the layers above heard last that somebody else uses it.
    conflict: Option<Instant>,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    list: Vec<Own>,
}

impl Addresses {
    /// Takes an address; beyond [`ADDRESSES`] none is taken.
    pub(super) fn add(&mut self, address: Ipv6Addr, prefix_len: u8) {
        if self.list.len() < ADDRESSES && !self.has(address) {
            self.list.push(Own {
                address,
                prefix_len,
                told: None,
                conflict: None,
            });
        }
    }

    /// True for an address of this station.
    pub(super) fn has(&self, address: Ipv6Addr) -> bool {
        self.list.iter().any(|own| own.address == address)
    }

    /// The address to ask from for a packet from `source`: the same if it is ours, so that who
    /// is asked learns where to answer the packet (RFC 4861 §7.2.2); else a link-local one.
    pub(super) fn asker(&self, source: Ipv6Addr) -> Option<Ipv6Addr> {
        let ours = || self.list.iter().map(|own| own.address);
        let same = ours().find(|&own| own == source);
        let near = || ours().find(Ipv6Addr::is_unicast_link_local);
        same.or_else(near).or_else(|| ours().next())
    }

    /// True when a conflict about an address is to be told above now.
    pub(super) fn is_news(&mut self, address: Ipv6Addr, now: Instant) -> bool {
        let own = self.list.iter_mut().find(|own| own.address == address);
        own.is_some_and(|own| {
            let lately = |at| now.since(at) < CONFLICT_INTERVAL;
            let news = !own.conflict.is_some_and(lately);
            if news {
                own.conflict = Some(now);
            }
            news
        })
    }

    /// The next address of which the layers above must hear.
    pub(super) fn untold(&mut self) -> Option<&Own> {
        let own = self.list.iter_mut().find(|own| own.told.is_none())?;
        own.told = Some(AddressState::Preferred);
        Some(own)
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        let untold = self.list.iter().any(|own| own.told.is_none());
        untold.then_some(Instant::ZERO)
    }
}
