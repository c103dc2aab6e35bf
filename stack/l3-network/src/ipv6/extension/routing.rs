//! The Routing header: stations that a packet visits on its way. None is followed here.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+---------------+---------------+
//! |  Next Header  |  Hdr Ext Len  | Routing Type  | Segments Left |
//! +---------------+---------------+---------------+---------------+
//! ```
//! Data that depends on the type follows.
//!
//! Spec: RFC 8200 §4.4; type 0 is like an unknown one since RFC 5095 §3, because it let anybody
//! send a packet to and fro between two stations.
//! Units: octets; Hdr Ext Len in 8 octets, without the first 8.
//! Checks: the whole header there.

use layercake_base::layout::Kind;
use layercake_base::{Layout, Reason};

use crate::Protocol;
use crate::octets::too_short;

const SPEC: &str = "RFC 8200 §4.4";

/// What all types have in common.
pub static LAYOUT: Layout = Layout {
    protocol: "IPv6 routing",
    spec: SPEC,
    fields: &[
        Layout::field(
            0,
            8,
            "Next Header",
            Kind::Enum(crate::protocol::NAMES),
            "what follows this header",
            SPEC,
        ),
        Layout::field(
            8,
            8,
            "Hdr Ext Len",
            Kind::Scaled(8, "octets"),
            "length of this header without its first 8 octets",
            SPEC,
        ),
        Layout::field(
            16,
            8,
            "Routing Type",
            Kind::Enum(TYPES),
            "what the data means",
            SPEC,
        ),
        Layout::field(
            24,
            8,
            "Segments Left",
            Kind::Number("stations"),
            "stations still to be visited before the last",
            SPEC,
        ),
    ],
};

/// Types by name. IANA, IPv6 Parameters.
pub const TYPES: &[(u64, &str)] = &[
    (0, "Source Route (deprecated)"),
    (2, "Type 2 Routing Header"),
    (3, "RPL Source Route Header"),
    (4, "Segment Routing Header"),
];

/// What all types have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoutingHeader {
    /// What follows this header.
    pub next_header: Protocol,
    /// Length of the header in 8 octets, without the first 8.
    pub length: u8,
    /// What the data means.
    pub routing_type: u8,
    /// Stations still to be visited before the last.
    pub segments_left: u8,
}

impl RoutingHeader {
    /// Octets between the start of the header and its type.
    pub const TYPE_AT: usize = 2;

    /// The header that these octets begin with.
    ///
    /// # Errors
    /// Not all of it is there.
    pub fn decode(octets: &[u8]) -> Result<Self, Reason> {
        let (field, have) = ("IPv6 routing header", octets.len());
        let &[next, length, routing_type, segments_left, ..] = octets else {
            return Err(too_short(field, 8, have));
        };
        let need = (usize::from(length) + 1) * 8;
        if have < need {
            return Err(too_short(field, need, have));
        }
        Ok(RoutingHeader {
            next_header: Protocol(next),
            length,
            routing_type,
            segments_left,
        })
    }

    /// The first four octets.
    pub fn encode(&self) -> [u8; 4] {
        [
            self.next_header.0,
            self.length,
            self.routing_type,
            self.segments_left,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::held;
    use proptest::prelude::*;

    #[test]
    fn the_picture_is_the_layout() {
        LAYOUT.is_drawn_in(include_str!("routing.rs")).unwrap();
    }

    proptest! {
        #[test]
        fn the_codec_the_layout_and_etherparse_agree(fields: [u8; 4], cut in 0..2056_usize) {
            let [next_header, length, routing_type, segments_left] = fields;
            let ours = RoutingHeader {
                next_header: Protocol(next_header),
                length,
                routing_type,
                segments_left,
            };
            let whole = (usize::from(length) + 1) * 8;
            let mut octets = vec![0; whole];
            octets[..4].copy_from_slice(&ours.encode());
            prop_assert_eq!(RoutingHeader::decode(&octets), Ok(ours));
            held::field(&LAYOUT, &octets, "Hdr Ext Len", length);
            held::field(&LAYOUT, &octets, "Routing Type", routing_type);
            held::field(&LAYOUT, &octets, "Segments Left", segments_left);
            let (theirs, rest) = etherparse::Ipv6RawExtHeader::from_slice(&octets).unwrap();
            prop_assert_eq!((theirs.next_header.0, rest.len()), (next_header, 0));
            prop_assert_eq!(&theirs.payload()[..2], &fields[2..]);
            let short = RoutingHeader::decode(&octets[..cut.min(whole - 1)]);
            let refused = matches!(short, Err(Reason::TooShort { .. }));
            prop_assert!(refused);
        }
    }
}
