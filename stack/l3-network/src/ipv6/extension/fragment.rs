//! The Fragment header: which part of which packet the octets behind it are.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------+---+-+
//! |  Next Header  |   Reserved    |     Fragment Offset     |Res|M|
//! +---------------+---------------+-------------------------+---+-+
//! |                        Identification                         |
//! +---------------------------------------------------------------+
//! ```
//! Spec: RFC 8200 §4.5; atomic fragments RFC 6946 and RFC 8021.
//! Units: octets, big-endian; Fragment Offset in 8 octets.
//! Checks: 8 octets; reserved bits are ignored.
//! Not here: cutting (`ipv6/cut.rs`), putting together (`ipv6/gather.rs`).

use layercake_base::layout::Kind;
use layercake_base::{Layout, Reason};

use crate::Protocol;
use crate::octets::{chunk, too_short};

const SPEC: &str = "RFC 8200 §4.5";

/// The header.
pub static LAYOUT: Layout = Layout {
    protocol: "IPv6 fragment",
    spec: SPEC,
    fields: &[
        Layout::field(
            0,
            8,
            "Next Header",
            Kind::Enum(crate::protocol::NAMES),
            "what the packet's part that is cut begins with",
            SPEC,
        ),
        Layout::field(8, 8, "Reserved", Kind::Reserved, "ignored", SPEC),
        Layout::field(
            16,
            13,
            "Fragment Offset",
            Kind::Scaled(8, "octets"),
            "where in that part these octets belong",
            SPEC,
        ),
        Layout::field(29, 2, "Res", Kind::Reserved, "ignored", SPEC),
        Layout::field(31, 1, "M", Kind::Number(""), "1: more fragments", SPEC),
        Layout::field(
            32,
            32,
            "Identification",
            Kind::Hex,
            "the same in all fragments of one packet",
            SPEC,
        ),
    ],
};

/// One header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FragmentHeader {
    /// What the part that is cut begins with.
    pub next_header: Protocol,
    /// Where in that part these octets belong, in steps of 8 octets; 13 bits.
    pub fragment_offset: u16,
    /// This is not the last fragment.
    pub more_fragments: bool,
    /// The same in all fragments of one packet.
    pub identification: u32,
}

impl FragmentHeader {
    /// Octets of the header.
    pub const OCTETS: usize = 8;
    /// Octets between the start of the header and its offset.
    pub const OFFSET_AT: usize = 2;

    /// The header at the start of these octets.
    ///
    /// # Errors
    /// Fewer than eight octets.
    pub fn decode(octets: &[u8]) -> Result<Self, Reason> {
        let short = too_short("IPv6 fragment header", Self::OCTETS, octets.len());
        let o: &[u8; Self::OCTETS] = octets.first_chunk().ok_or(short)?;
        let place = u16::from_be_bytes(chunk(o, 2));
        Ok(FragmentHeader {
            next_header: Protocol(o[0]),
            fragment_offset: place >> 3,
            more_fragments: place & 1 != 0,
            identification: u32::from_be_bytes(chunk(o, 4)),
        })
    }

    /// The header's octets.
    pub fn encode(&self) -> [u8; Self::OCTETS] {
        let place = self.fragment_offset << 3 | u16::from(self.more_fragments);
        let mut octets = [0; Self::OCTETS];
        octets[0] = self.next_header.0;
        octets[2..4].copy_from_slice(&place.to_be_bytes());
        octets[4..8].copy_from_slice(&self.identification.to_be_bytes());
        octets
    }

    /// True for a fragment that is all of its packet. RFC 6946 §2.
    pub fn is_atomic(&self) -> bool {
        self.fragment_offset == 0 && !self.more_fragments
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::held;
    use proptest::prelude::*;

    #[test]
    fn the_picture_is_the_layout() {
        LAYOUT.is_drawn_in(include_str!("fragment.rs")).unwrap();
    }

    #[test]
    fn a_header_cut_short_is_refused() {
        let reason = FragmentHeader::decode(&[0; 7]).unwrap_err();
        assert_eq!(
            reason.to_string(),
            "IPv6 fragment header needs 8 octets, have 7"
        );
    }

    proptest! {
        #[test]
        fn the_codec_the_layout_and_etherparse_agree(
            next_header: u8, fragment_offset in 0..8192_u16, more_fragments: bool,
            identification: u32,
        ) {
            let ours = FragmentHeader {
                next_header: Protocol(next_header),
                fragment_offset,
                more_fragments,
                identification,
            };
            let octets = ours.encode();
            prop_assert_eq!(FragmentHeader::decode(&octets), Ok(ours));
            held::field(&LAYOUT, &octets, "Next Header", next_header);
            held::field(&LAYOUT, &octets, "Fragment Offset", fragment_offset);
            held::field(&LAYOUT, &octets, "M", u8::from(more_fragments));
            held::field(&LAYOUT, &octets, "Identification", identification);
            let theirs = etherparse::Ipv6FragmentHeader::new(
                next_header.into(), fragment_offset.try_into().unwrap(), more_fragments,
                identification,
            );
            prop_assert_eq!(&theirs.to_bytes()[..], &octets);
            prop_assert_eq!(theirs.is_fragmenting_payload(), !ours.is_atomic());
        }
    }
}
