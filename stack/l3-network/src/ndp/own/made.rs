//! Addresses that a station makes by itself, from a prefix that a router says and an identifier.
//!
//! Spec: RFC 4862 §5.3 (link-local), §5.5.3 (the others); RFC 7217 §6 (another one after a
//! conflict).
//! Checks: the prefix has A and 64 bits, is neither link-local nor a group, and is preferred for
//! no longer than it is valid.

use core::net::Ipv6Addr;

use layercake_base::{Instant, Mac};

use super::{Addresses, Own};
use crate::ndp::claim::Claim;
use crate::ndp::identifier::{Identifiers, LINK_LOCAL, halves};
use crate::ndp::lifetime::{end, is_over, renewed};
use crate::ndp::option::PrefixInformation;

/// Conflicts after which no other address is made for a prefix. RFC 7217 §7, IDGEN_RETRIES.
const IDGEN_RETRIES: u8 = 3;

impl Own {
    /// An address that we have made after `conflicts`, and are to ask for.
    const fn made(address: Ipv6Addr, conflicts: u8) -> Self {
        Own {
            claim: Claim::Begin,
            probes: true,
            made: Some(conflicts),
            ..Own::held(address, 64)
        }
    }
}

impl Addresses {
    /// The link-local address that was made is made like this, and asked for.
    pub(in crate::ndp) fn make_near(&mut self, identifiers: Identifiers, mac: Mac) {
        let near = identifiers.address(LINK_LOCAL, mac, 0);
        let made = self.0.iter_mut().filter(|own| own.made.is_some());
        for (own, near) in made.zip(near) {
            *own = Own::made(near, 0);
        }
    }

    /// A router says that addresses may be made: RFC 4862 §5.5.3.
    pub(in crate::ndp) fn advertised(
        &mut self,
        said: &PrefixInformation,
        (identifiers, mac): (Identifiers, Mac),
        now: Instant,
    ) {
        let (preferred, valid) = (said.preferred_lifetime, said.valid_lifetime);
        let near = said.prefix.is_unicast_link_local();
        let special = near || said.prefix.is_multicast();
        if !said.autonomous || special || preferred > valid || said.prefix_length != 64 {
            return;
        }
        self.0
            .retain(|own| own.claim != Claim::Lost || !is_over(own.valid, now));
        let network = |address| halves(address)[0];
        let same = |own: &&mut Own| {
            own.made.is_some() && network(own.address) == network(said.prefix)
        };
        let mut known = self.0.iter_mut().filter(same).peekable();
        if known.peek().is_some() {
            for own in known {
                own.preferred = end(preferred, now);
                own.valid = renewed(own.valid, valid, now);
            }
        } else if let Some(address) = identifiers.address(said.prefix, mac, 0)
            && valid > 0
        {
            self.add(Own {
                preferred: end(preferred, now),
                valid: end(valid, now),
                ..Own::made(address, 0)
            });
        }
    }

    /// Makes another address in the place of one that was lost, if we made that, too. RFC 7217
    /// §6.
    pub(in crate::ndp) fn make_another(
        &mut self,
        lost: Ipv6Addr,
        identifiers: Identifiers,
        mac: Mac,
    ) {
        let Some(&own) = self.get(lost) else {
            return;
        };
        let conflicts = own.made.map(|made| made.saturating_add(1));
        let Some(conflicts) = conflicts.filter(|&made| made <= IDGEN_RETRIES) else {
            return;
        };
        if let Some(address) = identifiers.address(lost, mac, conflicts) {
            let (preferred, valid) = (own.preferred, own.valid);
            self.add(Own {
                preferred,
                valid,
                ..Own::made(address, conflicts)
            });
        }
    }
}
