//! Neighbour solicitation: who has this address, and is it still there?
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
//! ```
//! The options follow: source link-layer address, nonce.
//!
//! Spec: RFC 4861 §4.3.  Units: octets, big-endian.
//! Checks: checksum, type 135, code 0, length, a target that is no group, options.
//! Not here: when to ask, and what to answer.

use core::net::Ipv6Addr;

use layercake_base::{Layout, Reason};

use super::{CODE, RESERVED, close, open};
use crate::icmpv6::{CHECKSUM, Ends, TYPE, Type};
use crate::ndp::option::{Opt, Options};
use crate::octets::chunk;

/// The fixed part; options follow.
pub static LAYOUT: Layout = Layout {
    protocol: "ICMPv6 neighbor solicitation",
    spec: "RFC 4861 §4.3",
    fields: &[
        TYPE,
        CODE,
        CHECKSUM,
        RESERVED,
        super::target("the address that is asked for"),
    ],
};

/// The fixed part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NeighborSolicitation {
    /// The address that is asked for.
    pub target_address: Ipv6Addr,
}

impl NeighborSolicitation {
    /// Octets of the fixed part.
    pub const OCTETS: usize = 24;

    /// A message, whose checksum covers all of it and the addresses, and its options.
    ///
    /// # Errors
    /// See Checks in the [module](self).
    pub fn decode(message: &[u8], ends: Ends) -> Result<(Self, Options<'_>), Reason> {
        const NAMES: (&str, &str) = ("must be 135", "neighbor solicitation");
        let (fixed, options) =
            open::<{ Self::OCTETS }>(message, ends, Type::NEIGHBOR_SOLICITATION, NAMES)?;
        let target_address = super::single(chunk::<16>(&fixed, 8).into())?;
        Ok((NeighborSolicitation { target_address }, options))
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
        close(Type::NEIGHBOR_SOLICITATION, fixed, options, message, ends)
    }
}
