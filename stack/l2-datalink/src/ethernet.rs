//! Ethernet: who sent a frame on the link, who shall get it, and what is inside.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------------------------------------------------------+
//! |                      Destination Address                      |
//! +                               +-------------------------------+
//! |                               |                               |
//! +-------------------------------+                               +
//! |                        Source Address                         |
//! +---------------------------------------------------------------+
//! |          Length/Type          |
//! +-------------------------------+
//! ```
//! Spec: IEEE 802.3-2018 §3.1.1 (frame), §3.2.6 (Length/Type); RFC 894 for IP inside.
//! Units: octets, big-endian.
//! Checks: length. The layer also checks what Length/Type says, and the address.
//! Not here: preamble, the check sequence ([`frame_check`](crate::frame_check)), VLAN tags
//! ([`vlan`](crate::vlan)), LLC ([`llc`](crate::llc)), which follows when Length/Type is a
//! length; frames below 64 octets, which §4.2.4.2 would drop.

mod layer;

use layercake_base::layout::Kind;
use layercake_base::{Layout, Mac, Reason};

use crate::ether_type::{self, EtherType};

pub use layer::Ethernet;

/// Octets of the header.
pub const OCTETS: usize = 14;
/// The smallest frame, without its check sequence, in octets: minFrameSize of 64 less 4.
/// IEEE 802.3-2018 §4.4.2.
pub const SMALLEST_FRAME: usize = 60;
/// The largest body of a basic frame, in octets. IEEE 802.3-2018 §3.2.7.
pub const LARGEST_BODY: usize = 1500;
/// The largest body of a frame with one VLAN tag, which counts as body here. The same clause.
pub const TAGGED_BODY: usize = 1504;
/// The largest body of an envelope frame, with several tags. The same clause.
pub const ENVELOPE_BODY: usize = 1982;
/// The largest body of what most equipment calls a jumbo frame; no standard says so.
pub const JUMBO_BODY: usize = 9000;

/// The header, bit by bit.
pub static LAYOUT: Layout = Layout {
    protocol: "Ethernet",
    spec: "IEEE 802.3-2018 §3.1.1",
    fields: &[
        Layout::field(
            0,
            48,
            "Destination Address",
            Kind::Mac,
            "the station or group of stations that shall take the frame",
            "IEEE 802.3-2018 §3.2.4",
        ),
        Layout::field(
            48,
            48,
            "Source Address",
            Kind::Mac,
            "the station that sent the frame",
            "IEEE 802.3-2018 §3.2.5",
        ),
        Layout::field(
            96,
            16,
            "Length/Type",
            Kind::Enum(ether_type::NAMES),
            "from 0x0600 the protocol of the body, up to 1500 the body's length in octets",
            "IEEE 802.3-2018 §3.2.6",
        ),
    ],
};

/// The header's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Destination Address: the station or group that shall take the frame.
    pub destination: Mac,
    /// Source Address: the station that sent it.
    pub source: Mac,
    /// Length/Type as it is on the wire; [`Header::body`] says which of both it is.
    pub ether_type: EtherType,
}

/// What Length/Type says about the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// From 0x0600: its protocol. The frame is an Ethernet II frame, and the body's own length
    /// tells where padding begins.
    Typed(EtherType),
    /// Up to 1500: its octets, which begin with [`llc`](crate::llc). Padding follows them.
    Counted(usize),
}

impl Header {
    /// Reads the header at the start of `octets`.
    ///
    /// # Errors
    /// [`Reason::TooShort`] when there are fewer than [`OCTETS`].
    pub fn decode(octets: &[u8]) -> Result<Self, Reason> {
        let header = octets.first_chunk::<OCTETS>().ok_or(Reason::TooShort {
            field: "Ethernet header",
            need: OCTETS,
            have: octets.len(),
        })?;
        let [d0, d1, d2, d3, d4, d5, s0, s1, s2, s3, s4, s5, high, low] = *header;
        Ok(Header {
            destination: Mac([d0, d1, d2, d3, d4, d5]),
            source: Mac([s0, s1, s2, s3, s4, s5]),
            ether_type: EtherType(u16::from_be_bytes([high, low])),
        })
    }

    /// Whether Length/Type is a length or a type. IEEE 802.3-2018 §3.2.6.
    ///
    /// # Errors
    /// [`Reason::Illegal`] for what lies between and is neither.
    pub fn body(&self) -> Result<Body, Reason> {
        let found = self.ether_type;
        if found <= ether_type::LARGEST_LENGTH {
            return Ok(Body::Counted(found.0.into()));
        }
        let rule = "must be at most 1500 or at least 1536";
        let typed = found >= ether_type::SMALLEST;
        Reason::require(typed, "Length/Type", found.0, rule)?;
        Ok(Body::Typed(found))
    }

    /// The header as it goes on the wire.
    pub fn encode(&self) -> [u8; OCTETS] {
        let [d0, d1, d2, d3, d4, d5] = self.destination.0;
        let [s0, s1, s2, s3, s4, s5] = self.source.0;
        let [high, low] = self.ether_type.0.to_be_bytes();
        [d0, d1, d2, d3, d4, d5, s0, s1, s2, s3, s4, s5, high, low]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_picture_is_the_layout() {
        assert_eq!(LAYOUT.octets(), OCTETS);
        LAYOUT.is_drawn_in(include_str!("ethernet.rs")).unwrap();
    }

    #[test]
    fn a_short_header_is_refused_with_its_length() {
        let reason = Header::decode(&[0; 13]).unwrap_err();
        assert_eq!(
            reason.to_string(),
            "Ethernet header needs 14 octets, have 13"
        );
    }

    fn number(mac: Mac) -> u64 {
        mac.0
            .iter()
            .fold(0, |sum, &octet| sum << 8 | u64::from(octet))
    }

    /// IEEE 802.3-2018 §3.2.6.
    #[test]
    fn up_to_1500_it_is_a_length_from_1536_a_type_and_between_nothing() {
        let body = |value| {
            let ether_type = EtherType(value);
            let header = Header {
                destination: Mac::BROADCAST,
                source: Mac::local(1),
                ether_type,
            };
            header.body()
        };
        assert_eq!(body(0), Ok(Body::Counted(0)));
        assert_eq!(body(1500), Ok(Body::Counted(1500)));
        for neither in [1501, 1535] {
            assert_eq!(body(neither).unwrap_err().kind(), "illegal");
        }
        assert_eq!(body(1536), Ok(Body::Typed(EtherType(1536))));
    }

    proptest! {
        #[test]
        fn codec_layout_and_etherparse_agree(octets: [u8; OCTETS]) {
            let header = Header::decode(&octets).unwrap();
            prop_assert_eq!(header.encode(), octets);
            let field = |name| LAYOUT.number(name, &octets).unwrap();
            prop_assert_eq!(field("Destination Address"), number(header.destination));
            prop_assert_eq!(field("Source Address"), number(header.source));
            prop_assert_eq!(field("Length/Type"), u64::from(header.ether_type.0));
            let oracle = etherparse::Ethernet2Header::from_bytes(octets);
            prop_assert_eq!(oracle.destination, header.destination.0);
            prop_assert_eq!(oracle.source, header.source.0);
            prop_assert_eq!(oracle.ether_type.0, header.ether_type.0);
        }

        #[test]
        fn decoding_never_panics(octets in proptest::collection::vec(any::<u8>(), 0..40)) {
            prop_assert_eq!(Header::decode(&octets).is_ok(), octets.len() >= OCTETS);
        }
    }
}
