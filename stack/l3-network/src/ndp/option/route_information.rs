//! Route information option: a network that the router leads to.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+---------------+-----+---+-----+
//! |     Type      |    Length     | Prefix Length |Resvd|Prf|Resvd|
//! +---------------+---------------+---------------+-----+---+-----+
//! |                        Route Lifetime                         |
//! +---------------------------------------------------------------+
//! ```
//! The prefix follows in 0, 8 or 16 octets, as many as its length needs at least.
//!
//! Spec: RFC 4191 §2.3.
//! Units: octets, Length in 8 octets; the lifetime in seconds, ffffffff is for ever.
//! Checks: length of 8, 16 or 24 octets that holds the prefix, prefix length of at most 128, a
//! preference that is not reserved.
//! Not here: routes by it: a host here takes default routers only (type B of RFC 4191 §3).

use core::net::Ipv6Addr;

use layercake_base::Layout;
use layercake_base::layout::{Field, Kind};

use super::{LENGTH, TYPE};
use crate::ndp::host::cut;
use crate::ndp::preference::{self, Preference};
use crate::octets::chunk;

/// The option up to the prefix.
pub static LAYOUT: Layout = Layout {
    protocol: "Route information option",
    spec: "RFC 4191 §2.3",
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
        reserved(24, "Reserved1").labelled("Resvd"),
        field(
            27,
            2,
            "Prf",
            Kind::Enum(preference::NAMES),
            "which of several routers to prefer for it",
        ),
        reserved(29, "Reserved2").labelled("Resvd"),
        field(
            32,
            32,
            "Route Lifetime",
            Kind::Number("s"),
            "for so long the router leads there",
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
    Layout::field(at, width, name, kind, meaning, "RFC 4191 §2.3")
}

const fn reserved(at: usize, name: &'static str) -> Field {
    field(
        at,
        3,
        name,
        Kind::Reserved,
        "sent as zero, ignored when received",
    )
}

/// Type of the option.
pub(super) const KIND: u8 = 24;
/// Octets between Length and the prefix.
const FIXED: usize = 6;

/// What the option says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RouteInformation {
    /// How many bits of the prefix count.
    pub prefix_length: u8,
    /// Which of several routers to prefer for it.
    pub preference: Preference,
    /// For so many seconds the router leads there.
    pub route_lifetime: u32,
    /// The bits that the addresses there share, zeros behind them.
    pub prefix: Ipv6Addr,
}

impl RouteInformation {
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let (fixed, prefix) = body.split_first_chunk::<FIXED>()?;
        let prefix_length = fixed[0];
        let holds = prefix.len() >= octets(prefix_length)?;
        let mut octets = [0; 16];
        octets.get_mut(..prefix.len())?.copy_from_slice(prefix);
        let preference = Preference::in_flags(fixed[1])?;
        holds.then(|| RouteInformation {
            prefix_length,
            preference,
            route_lifetime: u32::from_be_bytes(chunk(fixed, 2)),
            prefix: cut(octets.into(), prefix_length),
        })
    }

    /// Octets behind Length.
    pub(super) fn body(&self) -> usize {
        FIXED + octets(self.prefix_length).unwrap_or(16)
    }

    /// Writes the octets behind Length over `place`.
    pub(super) fn write(&self, place: &mut [u8]) -> Option<()> {
        let (fixed, prefix) = place.split_first_chunk_mut::<FIXED>()?;
        let [a, b, c, d] = self.route_lifetime.to_be_bytes();
        *fixed = [self.prefix_length, self.preference.in_octet(), a, b, c, d];
        let octets = self.prefix.octets();
        prefix.copy_from_slice(octets.get(..prefix.len())?);
        Some(())
    }
}

/// Octets that a prefix of so many bits needs; `None` for more bits than an address has.
fn octets(prefix_length: u8) -> Option<usize> {
    match prefix_length {
        0 => Some(0),
        1..=64 => Some(8),
        65..=128 => Some(16),
        129.. => None,
    }
}
