//! Router advertisement: a router tells hosts about itself and about the link.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |     Type      |     Code      |           Checksum            |
//! +---------------+-----+---+-----+-------------------------------+
//! | Cur Hop Limit |Flags|Prf|Resvd|        Router Lifetime        |
//! +---------------+-----+---+-----+-------------------------------+
//! |                        Reachable Time                         |
//! +---------------------------------------------------------------+
//! |                         Retrans Timer                         |
//! +---------------------------------------------------------------+
//! ```
//! The options follow: source link-layer address, MTU, prefixes, routes, name servers.
//!
//! Spec: RFC 4861 §4.2; Prf RFC 4191 §2.2; H RFC 6275 §7.1.
//! Units: octets, big-endian; Router Lifetime in seconds, the timers in milliseconds.
//! Checks: checksum, type 134, code 0, length, options.
//! Not here: what a host makes of it (`host`), when a router sends it (`advertise`).

use layercake_base::layout::Kind;
use layercake_base::{Layout, Reason};

use super::{CODE, close, open};
use crate::icmpv6::{CHECKSUM, Ends, TYPE, Type};
use crate::ndp::option::{Opt, Options};
use crate::ndp::preference::{self, Preference};
use crate::octets::chunk;

/// The fixed part; options follow.
pub static LAYOUT: Layout = Layout {
    protocol: "ICMPv6 router advertisement",
    spec: "RFC 4861 §4.2",
    fields: &[
        TYPE,
        CODE,
        CHECKSUM,
        Layout::field(
            32,
            8,
            "Cur Hop Limit",
            Kind::Number("hops"),
            "what hosts should put into their packets; 0 says nothing",
            "RFC 4861 §4.2",
        ),
        Layout::field(
            40,
            3,
            "Flags",
            Kind::Flags(&["M", "O", "H"]),
            "addresses by DHCPv6; other things by DHCPv6; home agent",
            "RFC 4861 §4.2, RFC 6275 §7.1",
        ),
        Layout::field(
            43,
            2,
            "Prf",
            Kind::Enum(preference::NAMES),
            "which of several default routers to prefer",
            "RFC 4191 §2.2",
        ),
        Layout::field(
            45,
            3,
            "Reserved",
            Kind::Reserved,
            "sent as zero, ignored when received",
            "RFC 4861 §4.2",
        )
        .labelled("Resvd"),
        Layout::field(
            48,
            16,
            "Router Lifetime",
            Kind::Number("s"),
            "for so long it is a default router; 0 says that it is none",
            "RFC 4861 §4.2",
        ),
        Layout::field(
            64,
            32,
            "Reachable Time",
            Kind::Number("ms"),
            "for so long a neighbour is reachable after a proof of it; 0 says nothing",
            "RFC 4861 §4.2",
        ),
        Layout::field(
            96,
            32,
            "Retrans Timer",
            Kind::Number("ms"),
            "between two neighbour solicitations; 0 says nothing",
            "RFC 4861 §4.2",
        ),
    ],
};

/// The fixed part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RouterAdvertisement {
    /// What hosts should put into their packets; 0 says nothing.
    pub cur_hop_limit: u8,
    /// M: addresses come by DHCPv6.
    pub managed: bool,
    /// O: other things than addresses come by DHCPv6.
    pub other: bool,
    /// Which of several default routers to prefer.
    pub preference: Preference,
    /// For so many seconds it is a default router.
    pub router_lifetime: u16,
    /// For so many milliseconds a neighbour is reachable after a proof; 0 says nothing.
    pub reachable_time: u32,
    /// So many milliseconds lie between two neighbour solicitations; 0 says nothing.
    pub retrans_timer: u32,
}

const MANAGED: u8 = 0b1000_0000;
const OTHER: u8 = 0b0100_0000;

impl RouterAdvertisement {
    /// Octets of the fixed part.
    pub const OCTETS: usize = 16;

    /// A message, whose checksum covers all of it and the addresses, and its options.
    ///
    /// # Errors
    /// See Checks in the [module](self).
    pub fn decode(message: &[u8], ends: Ends) -> Result<(Self, Options<'_>), Reason> {
        const NAMES: (&str, &str) = ("must be 134", "router advertisement");
        let (fixed, options) =
            open::<{ Self::OCTETS }>(message, ends, Type::ROUTER_ADVERTISEMENT, NAMES)?;
        let advertisement = RouterAdvertisement {
            cur_hop_limit: fixed[4],
            managed: fixed[5] & MANAGED != 0,
            other: fixed[5] & OTHER != 0,
            preference: Preference::in_flags(fixed[5]).unwrap_or_default(),
            router_lifetime: u16::from_be_bytes(chunk(&fixed, 6)),
            reachable_time: u32::from_be_bytes(chunk(&fixed, 8)),
            retrans_timer: u32::from_be_bytes(chunk(&fixed, 12)),
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
        fixed[4] = self.cur_hop_limit;
        fixed[5] = flag(self.managed, MANAGED)
            | flag(self.other, OTHER)
            | self.preference.in_octet();
        fixed[6..8].copy_from_slice(&self.router_lifetime.to_be_bytes());
        fixed[8..12].copy_from_slice(&self.reachable_time.to_be_bytes());
        fixed[12..16].copy_from_slice(&self.retrans_timer.to_be_bytes());
        close(Type::ROUTER_ADVERTISEMENT, fixed, options, message, ends)
    }
}
