//! ICMP destination unreachable: a packet could not be delivered, and this is why.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |     Type      |     Code      |           Checksum            |
//! +---------------+---------------+-------------------------------+
//! |    Unused     |    Length     |         Next-Hop MTU          |
//! +---------------+---------------+-------------------------------+
//! ```
//! The packet's header and the beginning of its data follow ([`Quoted`](super::Quoted)).
//!
//! Spec: RFC 792, Destination Unreachable; codes 6 to 12 RFC 1122 §3.2.2.1, 13 to 15 RFC 1812
//! §5.2.7.1; Next-Hop MTU RFC 1191 §4; Length RFC 4884 §4.1.
//! Units: octets, big-endian; Length in 4 octets, 0 where no extension follows the quote.
//! Checks: length, checksum over header and quote, type 3.
//! Not here: the extensions behind the quote (RFC 4884).

use layercake_base::layout::Kind;
use layercake_base::{Layout, Reason};

use super::{CHECKSUM, HEADER, TYPE, Type, check, code, write};
use crate::octets::chunk;

/// The header; the quote follows.
pub static LAYOUT: Layout = Layout {
    protocol: "ICMP destination unreachable",
    spec: "RFC 792, Destination Unreachable",
    fields: &[
        TYPE,
        code(Kind::Enum(CODES), "why"),
        CHECKSUM,
        Layout::field(
            32,
            8,
            "Unused",
            Kind::Reserved,
            "sent as zero, ignored when received",
            "RFC 792, Destination Unreachable",
        ),
        Layout::field(
            40,
            8,
            "Length",
            Kind::Scaled(4, "octets"),
            "length of the quote when extensions follow it, else 0",
            "RFC 4884 §4.1",
        ),
        Layout::field(
            48,
            16,
            "Next-Hop MTU",
            Kind::Number("octets"),
            "with code 4: the largest packet that the next network takes",
            "RFC 1191 §4",
        ),
    ],
};

/// Codes by name. RFC 792, RFC 1122 §3.2.2.1, RFC 1812 §5.2.7.1.
pub const CODES: &[(u64, &str)] = &[
    (0, "net unreachable"),
    (1, "host unreachable"),
    (2, "protocol unreachable"),
    (3, "port unreachable"),
    (4, "fragmentation needed and DF set"),
    (5, "source route failed"),
    (6, "destination network unknown"),
    (7, "destination host unknown"),
    (8, "source host isolated"),
    (
        9,
        "communication with destination network administratively prohibited",
    ),
    (
        10,
        "communication with destination host administratively prohibited",
    ),
    (11, "network unreachable for type of service"),
    (12, "host unreachable for type of service"),
    (13, "communication administratively prohibited"),
    (14, "host precedence violation"),
    (15, "precedence cutoff in effect"),
];

/// Why a packet could not be delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Code(pub u8);

impl Code {
    /// No route leads to the network.
    pub const NET: Code = Code(0);
    /// The network is there, the host does not answer.
    pub const HOST: Code = Code(1);
    /// The host does not handle the protocol.
    pub const PROTOCOL: Code = Code(2);
    /// Nobody listens at the port.
    pub const PORT: Code = Code(3);
    /// The packet is larger than the next network takes, and must not be fragmented.
    pub const FRAGMENTATION_NEEDED: Code = Code(4);
    /// The stations that the sender named cannot be visited.
    pub const SOURCE_ROUTE_FAILED: Code = Code(5);
    /// A filter does not let it pass.
    pub const PROHIBITED: Code = Code(13);

    /// The name in [`CODES`].
    pub fn name(self) -> Option<&'static str> {
        let known = CODES.iter().find(|(code, _)| *code == u64::from(self.0));
        known.map(|(_, name)| *name)
    }
}

/// The header of the message; the quote is the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreachable {
    /// Why.
    pub code: Code,
    /// Length of the quote in 4 octets when extensions follow it, else 0.
    pub length: u8,
    /// With [`Code::FRAGMENTATION_NEEDED`]: octets of the largest packet that gets through; 0
    /// from routers older than RFC 1191.
    pub next_hop_mtu: u16,
}

impl Unreachable {
    /// This code, no extensions, no MTU.
    pub const fn new(code: Code) -> Self {
        Unreachable {
            code,
            length: 0,
            next_hop_mtu: 0,
        }
    }

    /// The header at the start of `message`, whose checksum covers all of it.
    ///
    /// # Errors
    /// See Checks in the [module](self).
    pub fn decode(message: &[u8]) -> Result<Unreachable, Reason> {
        let octets = check(message)?;
        let kind = Type(octets[0]);
        Reason::require(kind == Type::UNREACHABLE, "Type", kind.0, "must be 3")?;
        Ok(Unreachable {
            code: Code(octets[1]),
            length: octets[5],
            next_hop_mtu: u16::from_be_bytes(chunk(&octets, 6)),
        })
    }

    /// Writes the header over the first octets of `message`, with the checksum over all of it.
    ///
    /// # Errors
    /// `message` is shorter than the header.
    pub fn encode(&self, message: &mut [u8]) -> Result<(), Reason> {
        let mut octets = [0; HEADER];
        octets[0] = Type::UNREACHABLE.0;
        octets[1] = self.code.0;
        octets[5] = self.length;
        octets[6..8].copy_from_slice(&self.next_hop_mtu.to_be_bytes());
        write(octets, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{held, samples};
    use proptest::prelude::*;

    #[test]
    fn the_picture_is_the_layout() {
        LAYOUT.is_drawn_in(include_str!("unreachable.rs")).unwrap();
    }

    #[test]
    fn what_a_kernel_says_is_read() {
        let read = |packet: &[u8]| Unreachable::decode(&packet[20..]);
        let net = read(&samples::NET_UNREACHABLE);
        assert_eq!(net, Ok(Unreachable::new(Code::NET)));
        let port = read(&samples::PORT_UNREACHABLE);
        assert_eq!(port, Ok(Unreachable::new(Code::PORT)));
        let reason = read(&samples::TIME_EXCEEDED).unwrap_err();
        assert_eq!(reason.to_string(), "Type = 11 must be 3");
    }

    /// The sample is cut short, so its checksum cannot be right: the layout reads it.
    #[test]
    fn the_mtu_stands_where_rfc_1191_puts_it() {
        let message = &samples::FRAGMENTATION_NEEDED[20..];
        held::field(&LAYOUT, message, "Code", Code::FRAGMENTATION_NEEDED.0);
        held::field(&LAYOUT, message, "Next-Hop MTU", 1400_u16);
        assert!(Unreachable::decode(message).is_err());
    }

    #[test]
    fn codes_have_names_up_to_15() {
        assert!((0..16).all(|code| Code(code).name().is_some()));
        assert_eq!(Code(16).name(), None);
    }

    proptest! {
        #[test]
        fn the_codec_the_layout_and_etherparse_agree(
            code in 0..16_u8, length: u8, next_hop_mtu: u16,
            quote in proptest::collection::vec(any::<u8>(), 0..80),
        ) {
            let ours = Unreachable { code: Code(code), length, next_hop_mtu };
            let mut message = [&[0xaa; 8], &quote[..]].concat();
            ours.encode(&mut message).unwrap();
            prop_assert_eq!(Unreachable::decode(&message), Ok(ours));
            held::field(&LAYOUT, &message, "Type", 3_u8);
            held::field(&LAYOUT, &message, "Code", code);
            held::field(&LAYOUT, &message, "Unused", 0_u8);
            held::field(&LAYOUT, &message, "Length", length);
            held::field(&LAYOUT, &message, "Next-Hop MTU", next_hop_mtu);

            use etherparse::icmpv4::DestUnreachableHeader;
            let theirs = DestUnreachableHeader::from_values(code, next_hop_mtu).unwrap();
            let (slice, _) = etherparse::Icmpv4Header::from_slice(&message).unwrap();
            prop_assert_eq!(slice.icmp_type, etherparse::Icmpv4Type::DestinationUnreachable(theirs));
        }
    }
}
