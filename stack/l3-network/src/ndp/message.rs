//! The five messages of neighbour discovery.
//!
//! Each is an ICMPv6 message: a fixed part, then [options](super::option).
//!
//! Spec: RFC 4861 §4.  Units: octets, big-endian.
//! Checks: checksum, type, code 0, length of the fixed part, options (see [`Options`]).
//! Not here: what the header of the packet must be (`arrival.rs`).

pub mod neighbor_advertisement;
pub mod neighbor_solicitation;
pub mod redirect;
pub mod router_advertisement;
pub mod router_solicitation;

use core::net::Ipv6Addr;

use layercake_base::layout::{Field, Kind};
use layercake_base::{Layout, Reason};

use super::option::{Opt, Options};
use crate::icmpv6::{self, Ends, HEADER, Type};
use crate::octets::too_short;

pub use neighbor_advertisement::NeighborAdvertisement;
pub use neighbor_solicitation::NeighborSolicitation;
pub use redirect::Redirect;
pub use router_advertisement::RouterAdvertisement;
pub use router_solicitation::RouterSolicitation;

/// One message without its options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// Which routers are there?
    RouterSolicitation(RouterSolicitation),
    /// I am a router, and this is how the link is.
    RouterAdvertisement(RouterAdvertisement),
    /// Who has this address?
    NeighborSolicitation(NeighborSolicitation),
    /// I have this address.
    NeighborAdvertisement(NeighborAdvertisement),
    /// That neighbour is a better first hop.
    Redirect(Redirect),
}

impl Message {
    /// True for the types of these messages.
    pub fn is_one(kind: Type) -> bool {
        (Type::ROUTER_SOLICITATION.0..=Type::REDIRECT.0).contains(&kind.0)
    }

    /// A message, whose checksum covers all of it and the addresses, and its options.
    ///
    /// # Errors
    /// See Checks in the [module](self).
    pub fn decode(message: &[u8], ends: Ends) -> Result<(Message, Options<'_>), Reason> {
        let kind = Type::of(message).ok_or(too_short("ICMPv6 message", HEADER, 0))?;
        Ok(match kind {
            Type::ROUTER_SOLICITATION => {
                let (message, options) = RouterSolicitation::decode(message, ends)?;
                (Message::RouterSolicitation(message), options)
            }
            Type::ROUTER_ADVERTISEMENT => {
                let (message, options) = RouterAdvertisement::decode(message, ends)?;
                (Message::RouterAdvertisement(message), options)
            }
            Type::NEIGHBOR_SOLICITATION => {
                let (message, options) = NeighborSolicitation::decode(message, ends)?;
                (Message::NeighborSolicitation(message), options)
            }
            Type::NEIGHBOR_ADVERTISEMENT => {
                let (message, options) = NeighborAdvertisement::decode(message, ends)?;
                (Message::NeighborAdvertisement(message), options)
            }
            Type::REDIRECT => {
                let (message, options) = Redirect::decode(message, ends)?;
                (Message::Redirect(message), options)
            }
            Type(other) => {
                return Err(Reason::Illegal {
                    field: "Type",
                    value: other.into(),
                    rule: "must be 133 to 137",
                });
            }
        })
    }
}

impl Message {
    /// Octets of the fixed part.
    pub const fn octets(&self) -> usize {
        match self {
            Message::RouterSolicitation(_) => RouterSolicitation::OCTETS,
            Message::RouterAdvertisement(_) => RouterAdvertisement::OCTETS,
            Message::NeighborSolicitation(_) => NeighborSolicitation::OCTETS,
            Message::NeighborAdvertisement(_) => NeighborAdvertisement::OCTETS,
            Message::Redirect(_) => Redirect::OCTETS,
        }
    }

    /// Writes the message with these options over all of `place`.
    ///
    /// # Errors
    /// `place` is not as long as both.
    pub fn encode(
        &self,
        options: &[Opt<'_>],
        place: &mut [u8],
        ends: Ends,
    ) -> Result<(), Reason> {
        match self {
            Message::RouterSolicitation(message) => message.encode(options, place, ends),
            Message::RouterAdvertisement(message) => message.encode(options, place, ends),
            Message::NeighborSolicitation(message) => {
                message.encode(options, place, ends)
            }
            Message::NeighborAdvertisement(message) => {
                message.encode(options, place, ends)
            }
            Message::Redirect(message) => message.encode(options, place, ends),
        }
    }
}

/// The Code field, as every message here has it.
const CODE: Field = icmpv6::code(Kind::Number(""), "always 0");

/// A reserved field of 32 bits behind the checksum.
const RESERVED: Field = Layout::field(
    32,
    32,
    "Reserved",
    Kind::Reserved,
    "sent as zero, ignored when received",
    "RFC 4861 §4",
);

/// The Target Address field, where the messages about one neighbour have it.
const fn target(meaning: &'static str) -> Field {
    Layout::field(
        64,
        128,
        "Target Address",
        Kind::Ipv6,
        meaning,
        "RFC 4861 §4",
    )
}

/// A target must be one station's address. RFC 4861 §7.1.1, §7.1.2.
fn single(target: Ipv6Addr) -> Result<Ipv6Addr, Reason> {
    let rule = "must not be a group";
    Reason::require(!target.is_multicast(), "Target Address", target, rule)?;
    Ok(target)
}

/// The fixed part of a message of this type, checked, and its options.
fn open<'a, const N: usize>(
    message: &'a [u8],
    ends: Ends,
    kind: Type,
    (number, name): (&'static str, &'static str),
) -> Result<([u8; N], Options<'a>), Reason> {
    let header = icmpv6::check(message, ends)?;
    let found = Type(header[0]);
    Reason::require(found == kind, "Type", found.0, number)?;
    Reason::require(header[1] == 0, "Code", header[1], "must be 0")?;
    let short = too_short(name, N, message.len());
    let (fixed, options) = message.split_first_chunk::<N>().ok_or(short)?;
    Ok((*fixed, Options::decode(options)?))
}

/// Writes a message over all of `message`: the fixed part, whose type and checksum are filled
/// in, and the options.
fn close<const N: usize>(
    kind: Type,
    fixed: [u8; N],
    options: &[Opt<'_>],
    message: &mut [u8],
    ends: Ends,
) -> Result<(), Reason> {
    let have = message.len();
    let need = N + Opt::octets_of(options);
    let short = too_short("room for a neighbour discovery message", need, have);
    Reason::require(
        have <= need,
        "room",
        have as u64,
        "must be what the message needs",
    )?;
    let (place, rest) = message.split_first_chunk_mut::<N>().ok_or(short.clone())?;
    *place = fixed;
    Opt::encode_all(options, rest).ok_or(short)?;
    let mut header: [u8; HEADER] = crate::octets::chunk(&fixed, 0);
    header[0] = kind.0;
    icmpv6::write(header, message, ends)
}

#[cfg(test)]
mod tests;
