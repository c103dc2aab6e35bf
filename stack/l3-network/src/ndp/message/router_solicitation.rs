//! Router solicitation: which routers are there?
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |     Type      |     Code      |           Checksum            |
//! +---------------+---------------+-------------------------------+
//! |                           Reserved                            |
//! +---------------------------------------------------------------+
//! ```
//! The options follow: source link-layer address.
//!
//! Spec: RFC 4861 §4.1.  Units: octets, big-endian.
//! Checks: checksum, type 133, code 0, options.
//! Not here: when to ask.

use layercake_base::{Layout, Reason};

use super::{CODE, RESERVED, close, open};
use crate::icmpv6::{CHECKSUM, Ends, HEADER, TYPE, Type};
use crate::ndp::option::{Opt, Options};

/// The fixed part; options follow.
pub static LAYOUT: Layout = Layout {
    protocol: "ICMPv6 router solicitation",
    spec: "RFC 4861 §4.1",
    fields: &[TYPE, CODE, CHECKSUM, RESERVED],
};

/// The fixed part, in which nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RouterSolicitation;

impl RouterSolicitation {
    /// Octets of the fixed part.
    pub const OCTETS: usize = HEADER;

    /// A message, whose checksum covers all of it and the addresses, and its options.
    ///
    /// # Errors
    /// See Checks in the [module](self).
    pub fn decode(message: &[u8], ends: Ends) -> Result<(Self, Options<'_>), Reason> {
        const NAMES: (&str, &str) = ("must be 133", "router solicitation");
        let (_, options) =
            open::<{ Self::OCTETS }>(message, ends, Type::ROUTER_SOLICITATION, NAMES)?;
        Ok((RouterSolicitation, options))
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
        let fixed = [0; Self::OCTETS];
        close(Type::ROUTER_SOLICITATION, fixed, options, message, ends)
    }
}
