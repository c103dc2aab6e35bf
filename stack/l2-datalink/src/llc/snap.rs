//! SNAP: which protocol the information behind an LLC header belongs to, by whose numbers.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-----------------------------------------------+---------------+
//! |                      OUI                      |      PID      |
//! +-----------------------------------------------+---------------+
//! |               |
//! +---------------+
//! ```
//! Spec: IEEE 802-2014 §9 (the picture); RFC 1042: with OUI 0 the PID is an EtherType.
//! Units: octets, big-endian.
//! Checks: length.
//! Not here: the numbers of other organisations.

use layercake_base::layout::Kind;
use layercake_base::{Layout, Reason};

use super::{Sap, UNNUMBERED_OCTETS, Unnumbered};
use crate::ether_type::{self, EtherType};

/// Octets of the header behind that of LLC.
pub const OCTETS: usize = 5;
/// Octets of both headers in front of an IP or ARP packet.
pub const RFC_1042_OCTETS: usize = UNNUMBERED_OCTETS + OCTETS;

/// The header, bit by bit.
pub static LAYOUT: Layout = Layout {
    protocol: "SNAP",
    spec: "IEEE 802-2014 §9",
    fields: &[
        Layout::field(
            0,
            24,
            "OUI",
            Kind::Enum(&[
                (0x00_0000, "EtherType"),
                (0x00_000c, "Cisco"),
                (0x00_80c2, "IEEE 802.1"),
                (0x00_00f8, "bridge tunnel"),
            ]),
            "organisation whose number the PID is; with 0 it is an EtherType",
            "IEEE 802-2014 §9; RFC 1042",
        ),
        Layout::field(
            24,
            16,
            "PID",
            Kind::Enum(ether_type::NAMES),
            "which protocol of that organisation follows",
            "IEEE 802-2014 §9; RFC 1042",
        ),
    ],
};

/// The values of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// OUI: whose number the protocol identifier is.
    pub organisation: [u8; 3],
    /// PID: which protocol.
    pub protocol: u16,
}

impl Header {
    /// Reads the header at the start of `octets`, behind that of LLC.
    ///
    /// # Errors
    /// [`Reason::TooShort`] when there are fewer than [`OCTETS`].
    pub fn decode(octets: &[u8]) -> Result<Self, Reason> {
        let (field, need, have) = ("SNAP header", OCTETS, octets.len());
        let short = Reason::TooShort { field, need, have };
        let [a, b, c, high, low] = *octets.first_chunk::<OCTETS>().ok_or(short)?;
        Ok(Header {
            organisation: [a, b, c],
            protocol: u16::from_be_bytes([high, low]),
        })
    }

    /// The header as it goes on the wire.
    pub const fn encode(&self) -> [u8; OCTETS] {
        let [a, b, c] = self.organisation;
        let [high, low] = self.protocol.to_be_bytes();
        [a, b, c, high, low]
    }
}

/// The headers of LLC and SNAP for a protocol with an EtherType. RFC 1042.
pub const fn encode_rfc_1042(ether_type: EtherType) -> [u8; RFC_1042_OCTETS] {
    let (Sap(sap), control) = (Sap::SNAP, Unnumbered::INFORMATION.octet());
    let [high, low] = ether_type.0.to_be_bytes();
    [sap, sap, control, 0, 0, 0, high, low]
}

/// The EtherType of the packet behind the headers of LLC and SNAP at the start of `octets`.
///
/// # Errors
/// [`Reason::TooShort`]; [`Reason::Unhandled`] for another SAP, a PDU that is not unnumbered
/// information, or numbers of an organisation; [`Reason::Illegal`] for a PID below 0x0600.
pub fn decode_rfc_1042(octets: &[u8]) -> Result<EtherType, Reason> {
    let llc = super::Header::decode(octets)?;
    let unhandled = |field, value| Err(Reason::Unhandled { field, value });
    let other = [llc.destination, llc.source]
        .into_iter()
        .zip(["DSAP", "SSAP"]);
    if let Some((sap, field)) = other.into_iter().find(|(sap, _)| *sap != Sap::SNAP) {
        return unhandled(field, sap.0.into());
    }
    if llc != super::Header::information(Sap::SNAP) {
        let control = octets.get(2).copied().unwrap_or_default();
        return unhandled("Control", control.into());
    }
    let snap = Header::decode(octets.get(UNNUMBERED_OCTETS..).unwrap_or_default())?;
    if snap.organisation != [0; 3] {
        let [a, b, c] = snap.organisation;
        return unhandled("OUI", u32::from_be_bytes([0, a, b, c]).into());
    }
    let typed = snap.protocol >= ether_type::SMALLEST.0;
    Reason::require(typed, "PID", snap.protocol, "must be at least 1536 (0x600)")?;
    Ok(EtherType(snap.protocol))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hex_literal::hex;
    use proptest::prelude::*;

    #[test]
    fn the_picture_is_the_layout() {
        assert_eq!(LAYOUT.octets(), OCTETS);
        LAYOUT.is_drawn_in(include_str!("snap.rs")).unwrap();
    }

    /// RFC 1042, "Header Format": K1 = 170, control = 3, organisation 0.
    #[test]
    fn ip_and_arp_have_the_headers_of_rfc_1042() {
        let ip = encode_rfc_1042(ether_type::IPV4);
        assert_eq!(ip, hex!("aaaa03 000000 0800"));
        assert_eq!(decode_rfc_1042(&ip), Ok(ether_type::IPV4));
        let arp = encode_rfc_1042(ether_type::ARP);
        assert_eq!(arp, hex!("aaaa03 000000 0806"));
    }

    #[test]
    fn each_header_that_is_not_of_rfc_1042_has_its_reason() {
        for (octets, text) in [
            (
                &hex!("42 42 03 00 00 00 00 00"),
                "DSAP = 66 is not handled here",
            ),
            (
                &hex!("aa ab 03 00 00 00 08 00"),
                "Control = 3 is not handled here",
            ),
            (
                &hex!("aa fe 03 00 00 00 08 00"),
                "SSAP = 254 is not handled here",
            ),
            (
                &hex!("aa aa e3 00 00 00 08 00"),
                "Control = 227 is not handled here",
            ),
            (
                &hex!("aa aa 03 00 00 0c 20 00"),
                "OUI = 12 is not handled here",
            ),
            (
                &hex!("aa aa 03 00 00 00 05 ff"),
                "PID = 1535 (0x5ff) must be at least 1536 (0x600)",
            ),
        ] {
            assert_eq!(decode_rfc_1042(octets).unwrap_err().to_string(), text);
        }
        let short = decode_rfc_1042(&hex!("aa aa 03 00 00 00 08")).unwrap_err();
        assert_eq!(short.to_string(), "SNAP header needs 5 octets, have 4");
    }

    proptest! {
        #[test]
        fn codec_and_layout_agree(octets: [u8; OCTETS]) {
            let header = Header::decode(&octets).unwrap();
            prop_assert_eq!(header.encode(), octets);
            let field = |name| LAYOUT.number(name, &octets).unwrap();
            let [a, b, c] = header.organisation;
            prop_assert_eq!(field("OUI"), u64::from(u32::from_be_bytes([0, a, b, c])));
            prop_assert_eq!(field("PID"), u64::from(header.protocol));
        }

        #[test]
        fn what_rfc_1042_decodes_encodes_to_the_same(octets in proptest::collection::vec(any::<u8>(), 0..12), aimed: bool) {
            let mut octets = octets;
            if aimed {
                octets.splice(..0, hex!("aaaa03 000000"));
            }
            if let Ok(ether_type) = decode_rfc_1042(&octets) {
                prop_assert_eq!(&encode_rfc_1042(ether_type)[..], &octets[..RFC_1042_OCTETS]);
            }
        }
    }
}
