//! Redirect: a better first hop to a destination.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |     Type      |     Code      |           Checksum            |
//! +---------------+---------------+-------------------------------+
//! |                           Reserved                            |
//! +---------------------------------------------------------------+
//! |                                                               |
//! +                                                               +
//! |                        Target Address                         |
//! +                                                               +
//! |                                                               |
//! +                                                               +
//! |                                                               |
//! +---------------------------------------------------------------+
//! |                                                               |
//! +                                                               +
//! |                      Destination Address                      |
//! +                                                               +
//! |                                                               |
//! +                                                               +
//! |                                                               |
//! +---------------------------------------------------------------+
//! ```
//! The options follow: target link-layer address, redirected header.
//!
//! Spec: RFC 4861 §4.5, §8.1.  Units: octets, big-endian.
//! Checks: checksum, type 137, code 0, length, a destination that is no group, a target that is
//! link-local or the destination itself, options.
//! Not here: whether the sender is the present first hop, which only routes know (`ipv6`).

use core::net::Ipv6Addr;

use layercake_base::layout::Kind;
use layercake_base::{Layout, Reason};

use super::{CODE, RESERVED, close, open};
use crate::icmpv6::{CHECKSUM, Ends, TYPE, Type};
use crate::ndp::option::{Opt, Options};
use crate::octets::chunk;

/// The fixed part; options follow.
pub static LAYOUT: Layout = Layout {
    protocol: "ICMPv6 redirect",
    spec: "RFC 4861 §4.5",
    fields: &[
        TYPE,
        CODE,
        CHECKSUM,
        RESERVED,
        super::target(
            "the better first hop; the destination itself when that is on the link",
        ),
        Layout::field(
            192,
            128,
            "Destination Address",
            Kind::Ipv6,
            "where packets shall go by the target",
            "RFC 4861 §4.5",
        ),
    ],
};

/// The fixed part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The better first hop.
    pub target_address: Ipv6Addr,
    /// Where packets shall go by it.
    pub destination_address: Ipv6Addr,
}

impl Redirect {
    /// Octets of the fixed part.
    pub const OCTETS: usize = 40;

    /// A message, whose checksum covers all of it and the addresses, and its options.
    ///
    /// # Errors
    /// See Checks in the [module](self).
    pub fn decode(message: &[u8], ends: Ends) -> Result<(Self, Options<'_>), Reason> {
        const NAMES: (&str, &str) = ("must be 137", "redirect");
        let (fixed, options) =
            open::<{ Self::OCTETS }>(message, ends, Type::REDIRECT, NAMES)?;
        let redirect = Redirect {
            target_address: chunk::<16>(&fixed, 8).into(),
            destination_address: chunk::<16>(&fixed, 24).into(),
        };
        redirect.check()?;
        Ok((redirect, options))
    }

    fn check(&self) -> Result<(), Reason> {
        let (field, target) = ("Target Address", self.target_address);
        let router = target.is_unicast_link_local();
        let here = target == self.destination_address;
        let rule = "must be link-local or the destination address";
        Reason::require(router || here, field, target, rule)?;
        let (field, group) = ("Destination Address", self.destination_address);
        let rule = "must not be a group";
        Reason::require(!group.is_multicast(), field, group, rule)
    }

    /// Writes the message with these options over all of `message`.
    ///
    /// # Errors
    /// `message` is not as long as both.
    pub fn encode(
        &self,
        options: &[Opt<'_>],
        message: &mut [u8],
        ends: Ends,
    ) -> Result<(), Reason> {
        let mut fixed = [0; Self::OCTETS];
        fixed[8..24].copy_from_slice(&self.target_address.octets());
        fixed[24..40].copy_from_slice(&self.destination_address.octets());
        close(Type::REDIRECT, fixed, options, message, ends)
    }
}
