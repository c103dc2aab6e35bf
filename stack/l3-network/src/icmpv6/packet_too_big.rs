//! ICMPv6 packet too big: the message that path MTU discovery lives on.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |     Type      |     Code      |           Checksum            |
//! +---------------+---------------+-------------------------------+
//! |                              MTU                              |
//! +---------------------------------------------------------------+
//! ```
//! The packet, as much of it as fits into 1280 octets, follows.
//!
//! Spec: RFC 4443 §3.2, RFC 8201.  Units: octets, big-endian.
//! Checks: length, checksum over pseudo-header and message, type 2.
//! Not here: keeping path MTUs.

use layercake_base::layout::Kind;
use layercake_base::{Layout, Reason};

use super::{CHECKSUM, Ends, HEADER, TYPE, Type, check, code, write};
use crate::octets::chunk;

/// The header; the quote follows.
pub static LAYOUT: Layout = Layout {
    protocol: "ICMPv6 packet too big",
    spec: "RFC 4443 §3.2",
    fields: &[
        TYPE,
        code(Kind::Number(""), "sent as 0, ignored when received"),
        CHECKSUM,
        Layout::field(
            32,
            32,
            "MTU",
            Kind::Number("octets"),
            "the largest packet that the next network takes",
            "RFC 4443 §3.2",
        ),
    ],
};

/// The header of the message; the quote is the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PacketTooBig {
    /// Octets of the largest packet that the next network takes.
    pub mtu: u32,
}

impl PacketTooBig {
    /// The header at the start of `message`, whose checksum covers all of it and the addresses.
    ///
    /// # Errors
    /// See Checks in the [module](self).
    pub fn decode(message: &[u8], ends: Ends) -> Result<PacketTooBig, Reason> {
        let octets = check(message, ends)?;
        let kind = Type(octets[0]);
        Reason::require(kind == Type::PACKET_TOO_BIG, "Type", kind.0, "must be 2")?;
        let mtu = u32::from_be_bytes(chunk(&octets, 4));
        Ok(PacketTooBig { mtu })
    }

    /// Writes the header over the first octets of `message`, with the checksum over all of it.
    ///
    /// # Errors
    /// `message` is shorter than the header.
    pub fn encode(&self, message: &mut [u8], ends: Ends) -> Result<(), Reason> {
        let mut octets = [0; HEADER];
        octets[0] = Type::PACKET_TOO_BIG.0;
        octets[4..8].copy_from_slice(&self.mtu.to_be_bytes());
        write(octets, message, ends)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::held;
    use crate::icmpv6::tests::{Octets, addresses, etherparse_writes, written};
    use proptest::prelude::*;

    #[test]
    fn the_picture_is_the_layout() {
        LAYOUT
            .is_drawn_in(include_str!("packet_too_big.rs"))
            .unwrap();
    }

    proptest! {
        #[test]
        fn the_codec_the_layout_and_etherparse_agree(
            mtu: u32, ends: Octets, rest in proptest::collection::vec(any::<u8>(), 0..80),
        ) {
            let ours = PacketTooBig { mtu };
            let message = written(ends, &rest, |place, ends| ours.encode(place, ends));
            prop_assert_eq!(PacketTooBig::decode(&message, addresses(ends)), Ok(ours));
            held::field(&LAYOUT, &message, "Type", 2_u8);
            held::field(&LAYOUT, &message, "MTU", mtu);
            let theirs = etherparse::Icmpv6Type::PacketTooBig { mtu };
            prop_assert_eq!(&message[..8], etherparse_writes(theirs, ends, &rest));
        }
    }
}
