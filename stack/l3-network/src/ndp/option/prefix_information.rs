//! Prefix information option: which addresses are on the link, and may be made there.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+---------------+-----+---------+
//! |     Type      |    Length     | Prefix Length |Flags|Reservd1 |
//! +---------------+---------------+---------------+-----+---------+
//! |                        Valid Lifetime                         |
//! +---------------------------------------------------------------+
//! |                      Preferred Lifetime                       |
//! +---------------------------------------------------------------+
//! |                           Reserved2                           |
//! +---------------------------------------------------------------+
//! |                                                               |
//! +                                                               +
//! |                            Prefix                             |
//! +                                                               +
//! |                                                               |
//! +                                                               +
//! |                                                               |
//! +---------------------------------------------------------------+
//! ```
//! Spec: RFC 4861 §4.6.2; R RFC 6275 §7.2.
//! Units: octets, Length in 8 octets; lifetimes in seconds, ffffffff is for ever.
//! Checks: length, prefix length of at most 128.
//! Not here: what a host makes of it (`host`).

use core::net::Ipv6Addr;

use layercake_base::Layout;
use layercake_base::layout::{Field, Kind};

use super::{LENGTH, TYPE};
use crate::octets::chunk;

/// The whole option.
pub static LAYOUT: Layout = Layout {
    protocol: "Prefix information option",
    spec: "RFC 4861 §4.6.2",
    fields: &[
        TYPE,
        LENGTH,
        field(
            16,
            8,
            "Prefix Length",
            Kind::Number("bits"),
            "how many bits of the prefix count",
        ),
        Layout::field(
            24,
            3,
            "Flags",
            Kind::Flags(&["L", "A", "R"]),
            "on-link; autonomous: addresses may be made; the prefix is a router's address",
            "RFC 4861 §4.6.2, RFC 6275 §7.2",
        ),
        reserved(27, 5, "Reserved1").labelled("Reservd1"),
        field(
            32,
            32,
            "Valid Lifetime",
            Kind::Number("s"),
            "for so long it is on the link, and addresses in it are valid",
        ),
        field(
            64,
            32,
            "Preferred Lifetime",
            Kind::Number("s"),
            "for so long addresses in it may be used for something new",
        ),
        reserved(96, 32, "Reserved2"),
        field(
            128,
            128,
            "Prefix",
            Kind::Ipv6,
            "the bits that its addresses share",
        ),
    ],
};

const fn field(
    at: usize,
    width: usize,
    name: &'static str,
    kind: Kind,
    meaning: &'static str,
) -> Field {
    Layout::field(at, width, name, kind, meaning, "RFC 4861 §4.6.2")
}

const fn reserved(at: usize, width: usize, name: &'static str) -> Field {
    let meaning = "sent as zero, ignored when received";
    field(at, width, name, Kind::Reserved, meaning)
}

/// Type of the option.
pub(super) const KIND: u8 = 3;
/// Octets behind Length.
pub(super) const BODY: usize = 30;

const ON_LINK: u8 = 0b1000_0000;
const AUTONOMOUS: u8 = 0b0100_0000;

/// What the option says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PrefixInformation {
    /// How many bits of the prefix count.
    pub prefix_length: u8,
    /// L: its addresses are on the link.
    pub on_link: bool,
    /// A: hosts may make addresses in it.
    pub autonomous: bool,
    /// For so many seconds it is on the link, and addresses in it are valid.
    pub valid_lifetime: u32,
    /// For so many seconds addresses in it may be used for something new.
    pub preferred_lifetime: u32,
    /// The bits that its addresses share; those behind them are what the sender left there.
    pub prefix: Ipv6Addr,
}

impl PrefixInformation {
    /// The lifetime that never ends.
    pub const INFINITE: u32 = u32::MAX;

    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let body: &[u8; BODY] = body.try_into().ok()?;
        let (prefix_length, flags) = (body[0], body[1]);
        (prefix_length <= 128).then(|| PrefixInformation {
            prefix_length,
            on_link: flags & ON_LINK != 0,
            autonomous: flags & AUTONOMOUS != 0,
            valid_lifetime: u32::from_be_bytes(chunk(body, 2)),
            preferred_lifetime: u32::from_be_bytes(chunk(body, 6)),
            prefix: chunk::<16>(body, 14).into(),
        })
    }

    pub(super) fn write(&self) -> [u8; BODY] {
        let mut body = [0; BODY];
        let flag = |is, bit| if is { bit } else { 0 };
        body[0] = self.prefix_length;
        body[1] = flag(self.on_link, ON_LINK) | flag(self.autonomous, AUTONOMOUS);
        body[2..6].copy_from_slice(&self.valid_lifetime.to_be_bytes());
        body[6..10].copy_from_slice(&self.preferred_lifetime.to_be_bytes());
        body[14..30].copy_from_slice(&self.prefix.octets());
        body
    }
}
