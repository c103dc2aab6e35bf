//! PPP: a serial link with one station at each end, so that only the protocol must be told.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |    Address    |    Control    |           Protocol            |
//! +---------------+---------------+-------------------------------+
//! ```
//! Spec: RFC 1662 §3.1 (Address, Control), RFC 1661 §2 (Protocol).  Units: octets, big-endian.
//! Checks: length; Address = ff, Control = 03, Protocol as RFC 1661 §2 forms it.
//! Not here: link control and authentication (LCP, PAP, CHAP: the link is always open),
//! compressed fields, flags and stuffing ([`hdlc`](crate::hdlc)), the check sequence
//! ([`frame_check`](crate::frame_check)).
//!
//! A real link starts with a check sequence of 16 bits, and changes to 32 when both ends have
//! agreed in LCP (RFC 1570 §2.1). Here both ends are ours and have agreed from the start.

use layercake_base::layout::Kind;
use layercake_base::{Context, Layer, Layout, Pdu, Reason, Service, Spec};

use crate::ether_type::{self, EtherType};

/// Octets of the header.
pub const OCTETS: usize = 4;
/// The all-stations address. RFC 1662 §3.1.
const ALL_STATIONS: u8 = 0xff;
/// Unnumbered Information, with the poll bit zero. RFC 1662 §3.1.
const UNNUMBERED_INFORMATION: u8 = 0x03;

/// Internet Protocol version 4. RFC 1332 §2.1.
pub const IPV4: u16 = 0x0021;
/// Internet Protocol version 6. RFC 5072 §2.
pub const IPV6: u16 = 0x0057;

/// The header, bit by bit.
pub static LAYOUT: Layout = Layout {
    protocol: "PPP",
    spec: "RFC 1662 §3.1",
    fields: &[
        Layout::field(
            0,
            8,
            "Address",
            Kind::Hex,
            "always ff, all stations, since there is only one at the other end",
            "RFC 1662 §3.1",
        ),
        Layout::field(
            8,
            8,
            "Control",
            Kind::Hex,
            "always 03, unnumbered information: nothing is repeated or acknowledged",
            "RFC 1662 §3.1",
        ),
        Layout::field(
            16,
            16,
            "Protocol",
            Kind::Enum(&[
                (0x0021, "IPv4"),
                (0x0057, "IPv6"),
                (0x8021, "IPCP"),
                (0x8057, "IPv6CP"),
                (0xc021, "LCP"),
                (0xc023, "PAP"),
                (0xc223, "CHAP"),
            ]),
            "the protocol of the body",
            "RFC 1661 §2",
        ),
    ],
};

/// The header's values; Address and Control never vary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Protocol: the protocol of the body, in PPP's own numbers.
    pub protocol: u16,
}

impl Header {
    /// Reads the header at the start of `octets`.
    ///
    /// # Errors
    /// [`Reason::TooShort`], or [`Reason::Illegal`] that names the field.
    pub fn decode(octets: &[u8]) -> Result<Self, Reason> {
        let header = octets.first_chunk::<OCTETS>().ok_or(Reason::TooShort {
            field: "PPP header",
            need: OCTETS,
            have: octets.len(),
        })?;
        let [address, control, high, low] = *header;
        Reason::require(address == ALL_STATIONS, "Address", address, "must be 255")?;
        Reason::require(
            control == UNNUMBERED_INFORMATION,
            "Control",
            control,
            "must be 3",
        )?;
        let protocol = u16::from_be_bytes([high, low]);
        // RFC 1661 §2: the extension mechanism of ISO 3309 for address fields.
        let formed = high & 1 == 0 && low & 1 == 1;
        let rule = "must have an even first and an odd second octet";
        Reason::require(formed, "Protocol", protocol, rule)?;
        Ok(Header { protocol })
    }

    /// The header as it goes on the wire.
    pub fn encode(&self) -> [u8; OCTETS] {
        let [high, low] = self.protocol.to_be_bytes();
        [ALL_STATIONS, UNNUMBERED_INFORMATION, high, low]
    }

    /// The header for a body of this type; `None` when PPP has no number for it here.
    pub fn for_type(ether_type: EtherType) -> Option<Self> {
        let protocol = match ether_type {
            ether_type::IPV4 => IPV4,
            ether_type::IPV6 => IPV6,
            _ => return None,
        };
        Some(Header { protocol })
    }

    /// The body's type; `None` when no EtherType stands for this protocol here.
    pub fn ether_type(&self) -> Option<EtherType> {
        match self.protocol {
            IPV4 => Some(ether_type::IPV4),
            IPV6 => Some(ether_type::IPV6),
            _ => None,
        }
    }
}

/// Adds and strips the header, and translates between EtherType and PPP protocol numbers, so
/// that the layer above need not know which kind of link it stands on.
#[derive(Clone, Debug, Default)]
pub struct Ppp;

impl Ppp {
    /// The layer for one end of a link.
    pub const fn new() -> Self {
        Ppp
    }
}

impl Layer for Ppp {
    fn spec(&self) -> Spec {
        Spec::new("ppp", 2)
            .between(Service::Link, Service::Frames)
            .adds(OCTETS, 0)
    }

    fn send(&mut self, mut sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let (field, next) = ("EtherType", sdu.ici().next);
        let value = next.into();
        let unhandled = Reason::Unhandled { field, value };
        let header = Header::for_type(EtherType(next)).ok_or(unhandled)?;
        sdu.prepend(OCTETS)?.copy_from_slice(&header.encode());
        cx.send_down(sdu);
        Ok(())
    }

    fn receive(&mut self, mut pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let header = Header::decode(pdu.octets())?;
        let (field, value) = ("Protocol", header.protocol.into());
        let unhandled = Reason::Unhandled { field, value };
        let next = header.ether_type().ok_or(unhandled)?;
        pdu.strip_front(OCTETS)?;
        pdu.set_ici(|ici| ici.next = next.0);
        cx.send_up(pdu);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rig::Rig;
    use layercake_base::Ici;
    use proptest::prelude::*;

    #[test]
    fn the_picture_is_the_layout() {
        assert_eq!(LAYOUT.octets(), OCTETS);
        LAYOUT.is_drawn_in(include_str!("ppp.rs")).unwrap();
    }

    #[test]
    fn both_versions_of_ip_cross_with_the_numbers_of_their_rfcs() {
        let pairs = [(ether_type::IPV4, 0x0021), (ether_type::IPV6, 0x0057)];
        for (next, protocol) in pairs.map(|(next, protocol)| (next.0, protocol)) {
            let mut rig = Rig::new(Ppp::new());
            let ici = Ici { next, ..Ici::NONE };
            rig.send(b"body", ici).unwrap();
            let frame = rig.sent();
            let [high, low] = u16::to_be_bytes(protocol);
            assert_eq!(
                frame.octets(),
                [&[0xff, 0x03, high, low][..], b"body"].concat()
            );
            rig.receive(frame.octets(), Ici::NONE).unwrap();
            let up = rig.received();
            assert_eq!((up.octets(), up.ici().next), (&b"body"[..], next));
        }
    }

    #[test]
    fn each_field_has_its_own_reason() {
        let text = |octets: &[u8]| Header::decode(octets).unwrap_err().to_string();
        assert_eq!(text(&[0xfe, 3, 0, 0x21]), "Address = 254 must be 255");
        assert_eq!(text(&[0xff, 0x13, 0, 0x21]), "Control = 19 must be 3");
        let formed = "must have an even first and an odd second octet";
        assert_eq!(text(&[0xff, 3, 0, 0x22]), format!("Protocol = 34 {formed}"));
        assert_eq!(text(&[0xff, 3, 0]), "PPP header needs 4 octets, have 3");
    }

    #[test]
    fn a_protocol_without_ethertype_goes_no_further() {
        let mut rig = Rig::new(Ppp::new());
        let reason = rig.receive(&[0xff, 3, 0xc0, 0x21], Ici::NONE).unwrap_err();
        assert_eq!(
            reason.to_string(),
            "Protocol = 49185 (0xc021) is not handled here"
        );
        let arp = Ici {
            next: ether_type::ARP.0,
            ..Ici::NONE
        };
        let reason = rig.send(b"", arp).unwrap_err();
        assert_eq!(
            reason.to_string(),
            "EtherType = 2054 (0x806) is not handled here"
        );
    }

    proptest! {
        #[test]
        fn decode_after_encode_is_identity_and_agrees_with_the_layout(octets: [u8; 2]) {
            let [high, low] = octets;
            let header = Header { protocol: u16::from_be_bytes([high & !1, low | 1]) };
            let wire = header.encode();
            prop_assert_eq!(Header::decode(&wire), Ok(header));
            prop_assert_eq!(LAYOUT.number("Protocol", &wire), Some(header.protocol.into()));
            prop_assert_eq!(LAYOUT.number("Address", &wire), Some(0xff));
            prop_assert_eq!(LAYOUT.number("Control", &wire), Some(0x03));
        }

        #[test]
        fn what_decodes_encodes_to_the_same_octets(octets in proptest::collection::vec(any::<u8>(), 0..9)) {
            if let Ok(header) = Header::decode(&octets) {
                prop_assert_eq!(&header.encode()[..], &octets[..OCTETS]);
            }
        }
    }
}
