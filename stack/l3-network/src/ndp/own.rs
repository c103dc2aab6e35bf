//! The addresses of this station on one link.
//!
//! ```text
//!   Tentative --------> Preferred -------------> Deprecated ----------> Gone
//!              held         preferred lifetime         valid lifetime
//! ```
//! Spec: RFC 4862 §5.4 (whose they are), §5.5.4 (their lifetimes).
//! Bound: 16 addresses, those that were lost to others included.

mod made;

use core::net::Ipv6Addr;
use core::time::Duration;

use layercake_base::{AddressState, Instant, Mac, Rng};

use super::claim::{Claim, NONCE};
use super::group::solicited_node;
use super::identifier::link_local;
use super::lifetime::{End, is_over};

/// Addresses of one attachment.
pub(super) const ADDRESSES: usize = 16;
/// Of conflicts about an address at most one is told in this time.
const CONFLICT_INTERVAL: Duration = Duration::from_secs(10);

/// One address of this station.
#[derive(Clone, Copy, Debug)]
struct Own {
    address: Ipv6Addr,
    prefix_len: u8,
    claim: Claim,
    /// It is asked for before it is used.
    probes: bool,
    /// It was made by this station, after so many conflicts.
    made: Option<u8>,
    preferred: End,
    valid: End,
    /// What the layers above were told of it.
    told: Option<AddressState>,
    /// When the layers above heard last that somebody else uses it.
    conflict: Option<Instant>,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Addresses(Vec<Own>);

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
    /// An address that is ours beyond doubt, for ever.
    const fn held(address: Ipv6Addr, prefix_len: u8) -> Self {
        Own {
            address,
            prefix_len,
            claim: Claim::Held,
            probes: false,
            made: None,
            preferred: None,
            valid: None,
            told: None,
            conflict: None,
        }
    }

    /// What may be done with it; `None` while nobody knows.
    fn state(&self, now: Instant) -> Option<AddressState> {
        match self.claim {
            Claim::Begin | Claim::Tentative(..) => self.told,
            Claim::Lost => Some(AddressState::Gone),
            Claim::Held if is_over(self.valid, now) => Some(AddressState::Gone),
            Claim::Held if is_over(self.preferred, now) => Some(AddressState::Deprecated),
            Claim::Held => Some(AddressState::Preferred),
        }
    }

    fn deadline(&self) -> Option<Instant> {
        match (self.claim, self.told) {
            (Claim::Begin | Claim::Tentative(..), _) => self.claim.deadline(),
            (Claim::Lost, Some(AddressState::Gone)) => None,
            (Claim::Held, None | Some(AddressState::Gone)) | (Claim::Lost, _) => {
                Some(Instant::ZERO)
            }
            (Claim::Held, Some(AddressState::Preferred)) => {
                [self.preferred, self.valid].into_iter().flatten().min()
            }
            (Claim::Held, Some(AddressState::Deprecated)) => self.valid,
        }
    }
}

impl Addresses {
    /// These addresses, and the link-local one that follows from the link address if there is
    /// none among them; of more than [`ADDRESSES`] the first.
    pub(super) fn new(mac: Mac, given: Vec<(Ipv6Addr, u8)>) -> Self {
        let mut all = Addresses::default();
        if !given
            .iter()
            .any(|(address, _)| address.is_unicast_link_local())
        {
            all.add(Own {
                made: Some(0),
                ..Own::held(link_local(mac), 64)
            });
        }
        for (address, prefix_len) in given {
            all.add(Own::held(address, prefix_len.min(128)));
        }
        all
    }

    fn add(&mut self, own: Own) {
        if self.0.len() < ADDRESSES && self.get(own.address).is_none() {
            self.0.push(own);
        }
    }

    /// From now on each address is asked for before it is used.
    pub(super) fn probe(&mut self) {
        self.0.iter_mut().for_each(|own| own.probes = true);
        self.begin();
    }

    /// The link is there again: who else is on it now?
    pub(super) fn begin(&mut self) {
        for own in self.0.iter_mut().filter(|own| own.probes) {
            own.claim = Claim::Begin;
        }
    }

    fn get(&self, address: Ipv6Addr) -> Option<&Own> {
        self.0.iter().find(|own| own.address == address)
    }

    /// How we stand with an address; `None` when it is none of ours.
    pub(super) fn claim(&self, address: Ipv6Addr) -> Option<Claim> {
        let claim = self.get(address).map(|own| own.claim);
        claim.filter(|&claim| claim != Claim::Lost)
    }

    /// True for the groups that our addresses are asked for by, also those that are not ours
    /// yet. RFC 4862 §5.4.2.
    pub(super) fn hears(&self, group: Ipv6Addr) -> bool {
        let asked = |own: &Own| solicited_node(own.address) == group;
        self.0
            .iter()
            .any(|own| own.claim != Claim::Lost && asked(own))
    }

    /// True for an address that was ours, or should have been.
    pub(super) fn is_lost(&self, address: Ipv6Addr) -> bool {
        self.get(address)
            .is_some_and(|own| own.claim == Claim::Lost)
    }

    fn held(&self) -> impl Iterator<Item = Ipv6Addr> {
        let held = self.0.iter().filter(|own| own.claim == Claim::Held);
        held.map(|own| own.address)
    }

    /// The address to ask from for a packet from `source`: the same if it is ours, so that who
    /// is asked learns where to answer the packet (RFC 4861 §7.2.2); else a link-local one.
    pub(super) fn asker(&self, source: Ipv6Addr) -> Option<Ipv6Addr> {
        let same = self.held().find(|&own| own == source);
        same.or_else(|| self.near()).or_else(|| self.held().next())
    }

    /// The link-local address.
    pub(super) fn near(&self) -> Option<Ipv6Addr> {
        self.held().find(Ipv6Addr::is_unicast_link_local)
    }

    /// Somebody else has an address of ours, or wants it too. RFC 4862 §5.4.5: without the
    /// address that follows from its link address, which nobody else should have, the station is
    /// not on this link at all.
    pub(super) fn conflict(
        &mut self,
        address: Ipv6Addr,
        mac: Mac,
        now: Instant,
    ) -> Outcome {
        let Some(own) = self.0.iter_mut().find(|own| own.address == address) else {
            return Outcome::Stay;
        };
        if own.claim.is_tentative() {
            own.claim = Claim::Lost;
            if address == link_local(mac) {
                self.0.iter_mut().for_each(|own| own.claim = Claim::Lost);
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

    /// The next address of which the layers above must hear, and what. Of one that was lost they
    /// hear even if they never heard of it from here: it may have been written down above, too.
    pub(super) fn untold(
        &mut self,
        now: Instant,
    ) -> Option<(Ipv6Addr, u8, AddressState)> {
        let untold = |own: &Own| own.state(now) != own.told;
        let place = self.0.iter().position(untold)?;
        let own = self.0.get_mut(place)?;
        let (address, prefix_len, state) = (own.address, own.prefix_len, own.state(now)?);
        own.told = Some(state);
        if own.claim == Claim::Held && state == AddressState::Gone {
            self.0.remove(place);
        }
        Some((address, prefix_len, state))
    }

    /// The next address to be asked for, and the nonce; called until there is none.
    pub(super) fn due(
        &mut self,
        now: Instant,
        retrans_timer: Duration,
        rng: &mut Rng,
    ) -> Option<(Ipv6Addr, [u8; NONCE])> {
        self.0.iter_mut().find_map(|own| {
            let nonce = own.claim.due(now, retrans_timer, rng)?;
            Some((own.address, nonce))
        })
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.0.iter().filter_map(Own::deadline).min()
    }

    /// How many there are, those that were lost included.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}
