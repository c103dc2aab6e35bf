//! The addresses of this station on one link.
//!
//! Bound: 16 addresses, those that were lost to others included.

use core::net::Ipv6Addr;
use core::time::Duration;

use layercake_base::{AddressState, Instant, Rng};

use super::claim::{Claim, NONCE};

/// Addresses of one attachment.
pub(super) const ADDRESSES: usize = 16;
/// Of conflicts about an address at most one is told in this time.
const CONFLICT_INTERVAL: Duration = Duration::from_secs(10);

/// One address of this station.
#[derive(Clone, Copy, Debug)]
pub(super) struct Own {
    pub(super) address: Ipv6Addr,
    pub(super) prefix_len: u8,
    pub(super) claim: Claim,
    /// What the layers above were told of it.
    told: Option<AddressState>,
    /// When the layers above heard last that somebody else uses it.
    conflict: Option<Instant>,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Addresses {
    list: Vec<Own>,
    /// Each is asked for before it is used.
    probes: bool,
}

/// What follows from somebody else's having an address of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is lost: it was not ours yet.
    GiveUp,
    /// We keep it, and say so above.
    Tell,
    /// We keep it, and have just said so.
    Stay,
}

impl Own {
    const fn new(address: Ipv6Addr, prefix_len: u8, claim: Claim) -> Self {
        Own {
            address,
            prefix_len,
            claim,
            told: None,
            conflict: None,
        }
    }

    /// What may be done with it; `None` while nobody knows.
    fn state(&self) -> Option<AddressState> {
        match self.claim {
            Claim::Begin | Claim::Tentative(..) => self.told,
            Claim::Held => Some(AddressState::Preferred),
            Claim::Lost => self.told.map(|_| AddressState::Gone),
        }
    }

    fn deadline(&self) -> Option<Instant> {
        let untold = (self.state() != self.told).then_some(Instant::ZERO);
        untold.or(self.claim.deadline())
    }
}

impl Addresses {
    /// Takes an address that is ours beyond doubt; beyond [`ADDRESSES`] none is taken.
    pub(super) fn add(&mut self, address: Ipv6Addr, prefix_len: u8) {
        if self.list.len() < ADDRESSES && self.get(address).is_none() {
            self.list.push(Own::new(address, prefix_len, Claim::Held));
        }
    }

    /// From now on each address is asked for before it is used.
    pub(super) fn probe(&mut self) {
        self.probes = true;
        self.begin();
    }

    /// The link is there again: who else is on it now?
    pub(super) fn begin(&mut self) {
        if self.probes {
            self.list
                .iter_mut()
                .for_each(|own| own.claim = Claim::Begin);
        }
    }

    fn get(&self, address: Ipv6Addr) -> Option<&Own> {
        self.list.iter().find(|own| own.address == address)
    }

    /// How we stand with an address; `None` when it is none of ours.
    pub(super) fn claim(&self, address: Ipv6Addr) -> Option<Claim> {
        let claim = self.get(address).map(|own| own.claim);
        claim.filter(|&claim| claim != Claim::Lost)
    }

    /// True for an address that was ours, or should have been.
    pub(super) fn is_lost(&self, address: Ipv6Addr) -> bool {
        self.get(address)
            .is_some_and(|own| own.claim == Claim::Lost)
    }

    /// The address to ask from for a packet from `source`: the same if it is ours, so that who
    /// is asked learns where to answer the packet (RFC 4861 §7.2.2); else a link-local one.
    pub(super) fn asker(&self, source: Ipv6Addr) -> Option<Ipv6Addr> {
        let held = || self.list.iter().filter(|own| own.claim == Claim::Held);
        let ours = || held().map(|own| own.address);
        let same = ours().find(|&own| own == source);
        same.or_else(|| self.near()).or_else(|| ours().next())
    }

    /// The link-local address.
    pub(super) fn near(&self) -> Option<Ipv6Addr> {
        let held = self.list.iter().filter(|own| own.claim == Claim::Held);
        let mut ours = held.map(|own| own.address);
        ours.find(Ipv6Addr::is_unicast_link_local)
    }

    /// Somebody else has an address of ours, or wants it too. RFC 4862 §5.4.5: without the
    /// address that follows from the link address `eui_64`, which nobody else should have, the
    /// station is not on this link at all.
    pub(super) fn conflict(
        &mut self,
        address: Ipv6Addr,
        eui_64: Ipv6Addr,
        now: Instant,
    ) -> Outcome {
        let Some(own) = self.list.iter_mut().find(|own| own.address == address) else {
            return Outcome::Stay;
        };
        if own.claim.is_tentative() {
            own.claim = Claim::Lost;
            if address == eui_64 {
                self.list.iter_mut().for_each(|own| own.claim = Claim::Lost);
            }
            return Outcome::GiveUp;
        }
        let lately = |at| now.since(at) < CONFLICT_INTERVAL;
        if own.conflict.is_some_and(lately) {
            return Outcome::Stay;
        }
        own.conflict = Some(now);
        Outcome::Tell
    }

    /// The next address of which the layers above must hear, and what.
    pub(super) fn untold(&mut self) -> Option<(Ipv6Addr, u8, AddressState)> {
        let own = self.list.iter_mut().find(|own| own.state() != own.told)?;
        let state = own.state()?;
        own.told = Some(state).filter(|&state| state != AddressState::Gone);
        Some((own.address, own.prefix_len, state))
    }

    /// The next address to be asked for, and the nonce; called until there is none.
    pub(super) fn due(
        &mut self,
        now: Instant,
        retrans_timer: Duration,
        rng: &mut Rng,
    ) -> Option<(Ipv6Addr, [u8; NONCE])> {
        self.list.iter_mut().find_map(|own| {
            let nonce = own.claim.due(now, retrans_timer, rng)?;
            Some((own.address, nonce))
        })
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.list.iter().filter_map(Own::deadline).min()
    }
}
