//! The IPv6 header: forty octets, always, and larger addresses.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-------+---------------+---------------------------------------+
//! |Version| Traffic Class |              Flow Label               |
//! +-------+---------------+-------+---------------+---------------+
//! |        Payload Length         |  Next Header  |   Hop Limit   |
//! +-------------------------------+---------------+---------------+
//! |                                                               |
//! +                                                               +
//! |                        Source Address                         |
//! +                                                               +
//! |                                                               |
//! +                                                               +
//! |                                                               |
//! +---------------------------------------------------------------+
//! |                                                               |
//! +                                                               +
//! |                      Destination Address                      |
//! +                                                               +
//! |                                                               |
//! +                                                               +
//! |                                                               |
//! +---------------------------------------------------------------+
//! ```
//! Spec: RFC 8200 §3; Traffic Class RFC 2474 and RFC 3168; Flow Label RFC 6437.
//! Units: octets, big-endian; the payload length does not count this header.
//! Checks: version 6, as many octets as the payload length says. [`Header::decode_lax`] lets
//! the latter pass, for captures cut short and packets quoted in error messages.
//! Not here: extension headers (`extension`), jumbograms.

mod addresses;
mod config;
mod cut;
mod deliver;
mod errors;
pub mod extension;
mod forward;
mod gather;
mod heard;
#[cfg(test)]
mod lab;
mod layer;
mod links;
mod open;
pub mod order;
mod own;
mod policy;
mod redirect;
mod scope;
pub mod select;
mod sent;
mod way;

use core::net::Ipv6Addr;

use layercake_base::checksum::Sum;
use layercake_base::layout::{Field, Kind};
use layercake_base::{Layout, Reason};

use crate::Protocol;
use crate::octets::{chunk, too_short};
pub use crate::rate::Rate;
pub use crate::reassembly::Reassembly;
pub use config::{Config, Interface};
pub use layer::Ipv6;
pub use scope::Scope;
pub(crate) use way::ETHER_TYPE;

/// The header.
pub static LAYOUT: Layout = Layout {
    protocol: "IPv6",
    spec: "RFC 8200 §3",
    fields: &[
        field(0, 4, "Version", Kind::Number(""), "format of the header: 6"),
        Layout::field(
            4,
            8,
            "Traffic Class",
            Kind::Hex,
            "which treatment the packet asks for: six bits DSCP, two bits ECN",
            "RFC 8200 §7",
        ),
        Layout::field(
            12,
            20,
            "Flow Label",
            Kind::Hex,
            "the same in all packets of one flow",
            "RFC 6437 §2",
        ),
        field(
            32,
            16,
            "Payload Length",
            Kind::Number("octets"),
            "length of what follows this header",
        ),
        field(
            48,
            8,
            "Next Header",
            Kind::Enum(crate::protocol::NAMES),
            "what follows this header",
        ),
        field(
            56,
            8,
            "Hop Limit",
            Kind::Number("hops"),
            "how many more routers may forward the packet",
        ),
        field(64, 128, "Source Address", Kind::Ipv6, "who sent the packet"),
        field(
            192,
            128,
            "Destination Address",
            Kind::Ipv6,
            "who shall get the packet",
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
    Layout::field(at, width, name, kind, meaning, "RFC 8200 §3")
}

/// One header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// DSCP in the high six bits, ECN in the low two.
    pub traffic_class: u8,
    /// The same in all packets of one flow; 20 bits.
    pub flow_label: u32,
    /// Octets behind this header.
    pub payload_length: u16,
    /// What follows this header.
    pub next_header: Protocol,
    /// How many more routers may forward the packet.
    pub hop_limit: u8,
    /// Who sent the packet.
    pub source: Ipv6Addr,
    /// Who shall get it.
    pub destination: Ipv6Addr,
}

impl Header {
    /// Octets of the header.
    pub const OCTETS: usize = 40;
    /// The largest flow label.
    pub const MOST_FLOW_LABEL: u32 = 0x000f_ffff;

    /// The header at the start of `packet`, which may have padding behind its payload.
    ///
    /// # Errors
    /// See Checks in the [module](self).
    pub fn decode(packet: &[u8]) -> Result<Header, Reason> {
        let header = Self::decode_lax(packet)?;
        let need = Self::OCTETS + usize::from(header.payload_length);
        if need > packet.len() {
            return Err(too_short("IPv6 packet", need, packet.len()));
        }
        Ok(header)
    }

    /// As [`Header::decode`], but the payload length is not held against anything.
    ///
    /// # Errors
    /// Fewer than 40 octets, a version other than 6.
    pub fn decode_lax(octets: &[u8]) -> Result<Header, Reason> {
        let short = too_short("IPv6 header", Self::OCTETS, octets.len());
        let o: &[u8; Self::OCTETS] = octets.first_chunk().ok_or(short)?;
        let version = o[0] >> 4;
        Reason::require(version == 6, "Version", version, "must be 6")?;
        Ok(Header {
            traffic_class: o[0] << 4 | o[1] >> 4,
            flow_label: u32::from_be_bytes(chunk(o, 0)) & 0x000f_ffff,
            payload_length: u16::from_be_bytes(chunk(o, 4)),
            next_header: Protocol(o[6]),
            hop_limit: o[7],
            source: chunk(o, 8).into(),
            destination: chunk(o, 24).into(),
        })
    }

    /// The header's octets.
    pub fn encode(&self) -> [u8; Self::OCTETS] {
        let first =
            6 << 28 | u32::from(self.traffic_class) << 20 | self.flow_label & 0x000f_ffff;
        let mut octets = [0; Self::OCTETS];
        octets[0..4].copy_from_slice(&first.to_be_bytes());
        octets[4..6].copy_from_slice(&self.payload_length.to_be_bytes());
        octets[6] = self.next_header.0;
        octets[7] = self.hop_limit;
        octets[8..24].copy_from_slice(&self.source.octets());
        octets[24..40].copy_from_slice(&self.destination.octets());
        octets
    }
}

/// The part of an upper layer's checksum that covers addresses, length and protocol.
/// RFC 8200 §8.1. `length` counts the octets of the upper layer's packet.
pub fn pseudo_header(
    source: Ipv6Addr,
    destination: Ipv6Addr,
    length: u32,
    next_header: Protocol,
) -> Sum {
    Sum::default()
        .octets(&source.octets())
        .octets(&destination.octets())
        .octets(&length.to_be_bytes())
        .word(u16::from(next_header.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{held, samples};
    use proptest::prelude::*;

    #[test]
    fn the_picture_is_the_layout() {
        LAYOUT.is_drawn_in(include_str!("ipv6.rs")).unwrap();
    }

    #[test]
    fn a_packet_of_the_kernel_is_read_and_written_back() {
        let header = Header::decode(&samples::ECHO_V6).unwrap();
        assert_eq!(header.flow_label, 0xc9072);
        assert_eq!((header.payload_length, header.hop_limit), (16, 64));
        assert_eq!(header.next_header, Protocol::ICMPV6);
        assert_eq!(header.destination, "fd09:2::2".parse::<Ipv6Addr>().unwrap());
        assert_eq!(header.encode(), samples::ECHO_V6[..40]);
    }

    #[test]
    fn what_breaks_a_rule_is_refused_by_name() {
        let text = |octets: &[u8]| Header::decode(octets).unwrap_err().to_string();
        let cut = text(&samples::ECHO_V6[..55]);
        assert_eq!(cut, "IPv6 packet needs 56 octets, have 55");
        let cut = text(&samples::ECHO_V6[..39]);
        assert_eq!(cut, "IPv6 header needs 40 octets, have 39");
        let mut octets = samples::ECHO_V6;
        octets[0] = 0x45;
        assert_eq!(text(&octets), "Version = 4 must be 6");
        assert!(Header::decode_lax(&samples::ECHO_V6[..40]).is_ok());
    }

    proptest! {
        #[test]
        fn decode_never_panics(octets in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = Header::decode(&octets);
        }

        #[test]
        fn the_codec_the_layout_and_etherparse_agree(
            traffic_class: u8, flow_label in 0..1_u32 << 20, payload_length: u16,
            next_header: u8, hop_limit: u8, source: [u8; 16], destination: [u8; 16],
        ) {
            let header = Header {
                traffic_class,
                flow_label,
                payload_length,
                next_header: Protocol(next_header),
                hop_limit,
                source: source.into(),
                destination: destination.into(),
            };
            let octets = header.encode();
            prop_assert_eq!(Header::decode_lax(&octets), Ok(header));
            held::field(&LAYOUT, &octets, "Version", 6_u8);
            held::field(&LAYOUT, &octets, "Traffic Class", traffic_class);
            held::field(&LAYOUT, &octets, "Flow Label", flow_label);
            held::field(&LAYOUT, &octets, "Payload Length", payload_length);
            held::field(&LAYOUT, &octets, "Next Header", next_header);
            held::field(&LAYOUT, &octets, "Hop Limit", hop_limit);
            let at = |name| LAYOUT.find(name).unwrap().octets();
            prop_assert_eq!(&octets[at("Source Address")], source);
            prop_assert_eq!(&octets[at("Destination Address")], destination);

            let theirs = etherparse::Ipv6Header {
                traffic_class,
                flow_label: flow_label.try_into().unwrap(),
                payload_length,
                next_header: next_header.into(),
                hop_limit,
                source,
                destination,
            };
            prop_assert_eq!(theirs.to_bytes(), octets);
        }
    }
}
