//! VLAN tag: which virtual LAN a frame belongs to, and how urgent it is.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-----+-+-----------------------+-------------------------------+
//! | PCP |D|          VID          |          Length/Type          |
//! +-----+-+-----------------------+-------------------------------+
//! ```
//! Spec: IEEE 802.1Q-2018 §9.6. The tag follows a Length/Type of 0x8100 or 0x88a8.
//! Units: octets, big-endian.
//! Checks: length. The layer also checks the VID.
//! Not here: bridges that forward by VLAN; congestion, for which DEI is.

mod layer;

use layercake_base::layout::Kind;
use layercake_base::{Layout, Reason};

use crate::ether_type::{self, EtherType};

pub use layer::Vlan;

/// Octets of the tag after the EtherType that announces it.
pub const OCTETS: usize = 4;

/// VID of a tag that carries a priority and names no VLAN. IEEE 802.1Q-2018 table 9-2.
pub const PRIORITY_ONLY: u16 = 0;
/// VID that no frame may have. IEEE 802.1Q-2018 table 9-2.
pub const RESERVED: u16 = 0xfff;

/// The tag, bit by bit.
pub static LAYOUT: Layout = Layout {
    protocol: "VLAN",
    spec: "IEEE 802.1Q-2018 §9.6",
    fields: &[
        Layout::field(
            0,
            3,
            "PCP",
            Kind::Number(""),
            "Priority Code Point: from 0, best effort, to 7, network control; 1 is the lowest",
            "IEEE 802.1Q-2018 §9.6, table I-2",
        ),
        Layout::field(
            3,
            1,
            "DEI",
            Kind::Flags(&["DEI"]),
            "Drop Eligible Indicator: the frame may go first when there is congestion",
            "IEEE 802.1Q-2018 §9.6",
        )
        .labelled("D"),
        Layout::field(
            4,
            12,
            "VID",
            Kind::Enum(&[(0, "priority only"), (1, "default"), (0xfff, "reserved")]),
            "VLAN Identifier: the virtual LAN that the frame belongs to",
            "IEEE 802.1Q-2018 §9.6, table 9-2",
        ),
        Layout::field(
            16,
            16,
            "Length/Type",
            Kind::Enum(ether_type::NAMES),
            "what follows the tag",
            "IEEE 802.3-2018 §3.2.6",
        ),
    ],
};

/// The tag's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Priority Code Point, 0 to 7.
    pub priority: u8,
    /// Drop Eligible Indicator.
    pub drop_eligible: bool,
    /// VLAN Identifier, 0 to 4095.
    pub identifier: u16,
    /// Length/Type: what follows the tag.
    pub ether_type: EtherType,
}

impl Header {
    /// Reads the tag at the start of `octets`.
    ///
    /// # Errors
    /// [`Reason::TooShort`] when there are fewer than [`OCTETS`].
    pub fn decode(octets: &[u8]) -> Result<Self, Reason> {
        let tag = octets.first_chunk::<OCTETS>().ok_or(Reason::TooShort {
            field: "VLAN tag",
            need: OCTETS,
            have: octets.len(),
        })?;
        let [control, identifier, high, low] = *tag;
        Ok(Header {
            priority: control >> 5,
            drop_eligible: control & 0b0001_0000 != 0,
            identifier: u16::from_be_bytes([control & 0b1111, identifier]),
            ether_type: EtherType(u16::from_be_bytes([high, low])),
        })
    }

    /// The tag as it goes on the wire. Bits of `priority` and `identifier` beyond 3 and 12 are
    /// left out.
    pub fn encode(&self) -> [u8; OCTETS] {
        let [identifier_high, identifier] = self.identifier.to_be_bytes();
        let control = self.priority << 5
            | u8::from(self.drop_eligible) << 4
            | identifier_high & 0b1111;
        let [high, low] = self.ether_type.0.to_be_bytes();
        [control, identifier, high, low]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_picture_is_the_layout() {
        assert_eq!(LAYOUT.octets(), OCTETS);
        LAYOUT.is_drawn_in(include_str!("vlan.rs")).unwrap();
    }

    proptest! {
        #[test]
        fn codec_layout_and_etherparse_agree(octets: [u8; OCTETS]) {
            let header = Header::decode(&octets).unwrap();
            prop_assert_eq!(header.encode(), octets);
            let field = |name| LAYOUT.number(name, &octets).unwrap();
            prop_assert_eq!(field("PCP"), u64::from(header.priority));
            prop_assert_eq!(field("DEI"), u64::from(header.drop_eligible));
            prop_assert_eq!(field("VID"), u64::from(header.identifier));
            prop_assert_eq!(field("Length/Type"), u64::from(header.ether_type.0));
            let oracle = etherparse::SingleVlanHeader::from_bytes(octets);
            prop_assert_eq!(oracle.pcp.value(), header.priority);
            prop_assert_eq!(oracle.drop_eligible_indicator, header.drop_eligible);
            prop_assert_eq!(oracle.vlan_id.value(), header.identifier);
            prop_assert_eq!(oracle.ether_type.0, header.ether_type.0);
        }

        #[test]
        fn decoding_never_panics(octets in proptest::collection::vec(any::<u8>(), 0..9)) {
            prop_assert_eq!(Header::decode(&octets).is_ok(), octets.len() >= OCTETS);
        }
    }
}
