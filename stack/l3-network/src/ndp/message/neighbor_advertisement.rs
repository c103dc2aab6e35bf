//! Neighbour advertisement: I have this address, at this place.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |     Type      |     Code      |           Checksum            |
//! +-----+---------+---------------+-------------------------------+
//! |Flags|                        Reserved                         |
//! +-----+---------------------------------------------------------+
//! |                                                               |
//! +                                                               +
//! |                        Target Address                         |
//! +                                                               +
//! |                                                               |
//! +                                                               +
//! |                                                               |
//! +---------------------------------------------------------------+
//! ```
//! The options follow: target link-layer address.
//!
//! Spec: RFC 4861 §4.4.  Units: octets, big-endian.
//! Checks: checksum, type 136, code 0, length, a target that is no group, options.
//! Not here: what becomes of what is known of the neighbour (`state`).

use core::net::Ipv6Addr;

use layercake_base::layout::Kind;
use layercake_base::{Layout, Reason};

use super::{CODE, close, open};
use crate::icmpv6::{CHECKSUM, Ends, TYPE, Type};
use crate::ndp::option::{Opt, Options};
use crate::octets::chunk;

/// The fixed part; options follow.
pub static LAYOUT: Layout = Layout {
    protocol: "ICMPv6 neighbor advertisement",
    spec: "RFC 4861 §4.4",
    fields: &[
        TYPE,
        CODE,
        CHECKSUM,
        Layout::field(
            32,
            3,
            "Flags",
            Kind::Flags(&["R", "S", "O"]),
            "router; solicited: answers a question; override: replaces what is known",
            "RFC 4861 §4.4",
        ),
        Layout::field(
            35,
            29,
            "Reserved",
            Kind::Reserved,
            "sent as zero, ignored when received",
            "RFC 4861 §4.4",
        ),
        super::target("the address that the sender has"),
    ],
};

/// The fixed part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NeighborAdvertisement {
    /// The sender is a router.
    pub router: bool,
    /// It answers a question, so the way there and back works.
    pub solicited: bool,
    /// The link-layer address replaces another that is known.
    pub overrides: bool,
    /// The address that the sender has.
    pub target_address: Ipv6Addr,
}

const ROUTER: u8 = 0b1000_0000;
const SOLICITED: u8 = 0b0100_0000;
const OVERRIDE: u8 = 0b0010_0000;

impl NeighborAdvertisement {
    /// Octets of the fixed part.
    pub const OCTETS: usize = 24;

    /// A message, whose checksum covers all of it and the addresses, and its options.
    ///
    /// # Errors
    /// See Checks in the [module](self).
    pub fn decode(message: &[u8], ends: Ends) -> Result<(Self, Options<'_>), Reason> {
        const NAMES: (&str, &str) = ("must be 136", "neighbor advertisement");
        let (fixed, options) =
            open::<{ Self::OCTETS }>(message, ends, Type::NEIGHBOR_ADVERTISEMENT, NAMES)?;
        let advertisement = NeighborAdvertisement {
            router: fixed[4] & ROUTER != 0,
            solicited: fixed[4] & SOLICITED != 0,
            overrides: fixed[4] & OVERRIDE != 0,
            target_address: super::single(chunk::<16>(&fixed, 8).into())?,
        };
        Ok((advertisement, options))
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
        let flag = |is, bit| if is { bit } else { 0 };
        fixed[4] = flag(self.router, ROUTER)
            | flag(self.solicited, SOLICITED)
            | flag(self.overrides, OVERRIDE);
        fixed[8..24].copy_from_slice(&self.target_address.octets());
        close(Type::NEIGHBOR_ADVERTISEMENT, fixed, options, message, ends)
    }
}
