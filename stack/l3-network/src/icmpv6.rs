//! ICMP for IPv6: the same idea, with a checksum that covers the addresses too.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |     Type      |     Code      |           Checksum            |
//! +---------------+---------------+-------------------------------+
//! |                         Message Body                          |
//! +---------------------------------------------------------------+
//! ```
//! Every message begins like this; the files below describe those that are understood.
//!
//! Spec: RFC 4443 §2.1.  Units: octets, big-endian.
//! Checks: length of at least 8, checksum over pseudo-header and message (RFC 4443 §2.3).
//! Not here: neighbour discovery (`ndp`), group membership: types by name only.

pub mod echo;
pub mod extended_echo;
mod layer;
pub mod packet_too_big;
pub mod parameter_problem;
pub mod quoted;
pub mod time_exceeded;
mod told;
pub mod unreachable;

use core::net::Ipv6Addr;

use layercake_base::layout::{Field, Kind};
use layercake_base::{Layout, Reason};

use crate::octets::{chunk, too_short};
use crate::{Protocol, ipv6};
pub use echo::Echo;
pub use layer::Icmpv6;
pub use packet_too_big::PacketTooBig;
pub use parameter_problem::ParameterProblem;
pub use quoted::Quoted;
pub use time_exceeded::TimeExceeded;
pub use unreachable::Unreachable;

/// What all messages have in common.
pub static LAYOUT: Layout = Layout {
    protocol: "ICMPv6",
    spec: "RFC 4443 §2.1",
    fields: &[
        TYPE,
        code(Kind::Number(""), "detail of the type"),
        CHECKSUM,
        Layout::field(
            32,
            32,
            "Message Body",
            Kind::Hex,
            "depends on the type",
            "RFC 4443 §2.1",
        ),
    ],
};

/// The Type field, as every message has it.
pub(crate) const TYPE: Field = Layout::field(
    0,
    8,
    "Type",
    Kind::Enum(TYPES),
    "what the message is; errors are below 128",
    "RFC 4443 §2.1",
);

/// The Checksum field, as every message has it.
pub(crate) const CHECKSUM: Field = Layout::field(
    16,
    16,
    "Checksum",
    Kind::Checksum,
    "one's complement sum over pseudo-header and message",
    "RFC 4443 §2.3",
);

pub(crate) const fn code(kind: Kind, meaning: &'static str) -> Field {
    Layout::field(8, 8, "Code", kind, meaning, "RFC 4443 §2.1")
}

/// The Type field. RFC 4443 §2.1; names from IANA, ICMPv6 Parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Type(pub u8);

impl Type {
    /// A packet could not be delivered. RFC 4443 §3.1.
    pub const UNREACHABLE: Type = Type(1);
    /// A packet was larger than the next network takes. RFC 4443 §3.2.
    pub const PACKET_TOO_BIG: Type = Type(2);
    /// A packet was on its way for too long. RFC 4443 §3.3.
    pub const TIME_EXCEEDED: Type = Type(3);
    /// A header could not be understood. RFC 4443 §3.4.
    pub const PARAMETER_PROBLEM: Type = Type(4);
    /// A question that asks for its own data back. RFC 4443 §4.1.
    pub const ECHO_REQUEST: Type = Type(128);
    /// The answer to it. RFC 4443 §4.2.
    pub const ECHO_REPLY: Type = Type(129);
    /// A host asks which routers there are. RFC 4861 §4.1.
    pub const ROUTER_SOLICITATION: Type = Type(133);
    /// A router tells hosts about itself and the link. RFC 4861 §4.2.
    pub const ROUTER_ADVERTISEMENT: Type = Type(134);
    /// A question for a neighbour's link-layer address. RFC 4861 §4.3.
    pub const NEIGHBOR_SOLICITATION: Type = Type(135);
    /// The answer to it. RFC 4861 §4.4.
    pub const NEIGHBOR_ADVERTISEMENT: Type = Type(136);
    /// A router names a better first hop. RFC 4861 §4.5.
    pub const REDIRECT: Type = Type(137);

    /// The type of a message; `None` when it is empty.
    pub fn of(message: &[u8]) -> Option<Type> {
        message.first().map(|&octet| Type(octet))
    }

    /// A question about an interface. RFC 8335 §2.
    pub const EXTENDED_ECHO: Type = Type(160);
    /// The answer to it. RFC 8335 §3.
    pub const EXTENDED_ECHO_REPLY: Type = Type(161);

    /// True for messages whose fifth octet is the Length of RFC 4884 §4: unreachable and time
    /// exceeded. A packet too big has its MTU there, a parameter problem its pointer.
    pub(crate) const fn has_length(self) -> bool {
        matches!(self.0, 1 | 3)
    }

    /// True for messages that speak about a packet. RFC 4443 §2.1: high bit clear.
    pub const fn is_error(self) -> bool {
        self.0 < 128
    }
}

/// Types that are met often, by IANA's names.
pub const TYPES: &[(u64, &str)] = &[
    (1, "Destination Unreachable"),
    (2, "Packet Too Big"),
    (3, "Time Exceeded"),
    (4, "Parameter Problem"),
    (128, "Echo Request"),
    (129, "Echo Reply"),
    (130, "Multicast Listener Query"),
    (131, "Multicast Listener Report"),
    (132, "Multicast Listener Done"),
    (133, "Router Solicitation"),
    (134, "Router Advertisement"),
    (135, "Neighbor Solicitation"),
    (136, "Neighbor Advertisement"),
    (137, "Redirect Message"),
    (143, "Version 2 Multicast Listener Report"),
    (160, "Extended Echo Request"),
    (161, "Extended Echo Reply"),
];

/// Octets of every message's header.
pub const HEADER: usize = 8;

/// Source and destination address of the packet that carries a message.
pub type Ends = (Ipv6Addr, Ipv6Addr);

/// The first eight octets of a message that is long enough and whose checksum is right.
///
/// # Errors
/// Fewer octets than a header has, or a wrong checksum.
pub fn check(message: &[u8], ends: Ends) -> Result<[u8; HEADER], Reason> {
    let header = header(message)?;
    if checksum(message, ends) == 0 {
        return Ok(header);
    }
    // RFC 1624 §3: taking the field's own word out of the sum leaves the right value.
    let found = u16::from_be_bytes(chunk(&header, 2));
    let computed = layercake_base::checksum::update(checksum(message, ends), found, 0);
    Reason::check("ICMPv6 checksum", found, computed)?;
    Ok(header)
}

/// The first eight octets of a message, unchecked.
pub(crate) fn header(message: &[u8]) -> Result<[u8; HEADER], Reason> {
    let short = too_short("ICMPv6 message", HEADER, message.len());
    message.first_chunk().copied().ok_or(short)
}

/// The checksum over pseudo-header and message as they are. RFC 4443 §2.3.
fn checksum(message: &[u8], (source, destination): Ends) -> u16 {
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    ipv6::pseudo_header(source, destination, length, Protocol::ICMPV6)
        .octets(message)
        .finish()
}

/// Writes `header` over the first octets of `message`, with the checksum over all of it.
pub(crate) fn write(
    header: [u8; HEADER],
    message: &mut [u8],
    ends: Ends,
) -> Result<(), Reason> {
    let have = message.len();
    let place = message.first_chunk_mut::<HEADER>();
    *place.ok_or(too_short("room for an ICMPv6 message", HEADER, have))? = header;
    let sum = checksum(message, ends).to_be_bytes();
    if let Some(place) = message.get_mut(2..4) {
        place.copy_from_slice(&sum);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples;

    #[test]
    fn the_picture_is_the_layout() {
        LAYOUT.is_drawn_in(include_str!("icmpv6.rs")).unwrap();
    }

    /// The addresses of a packet, and the message in it.
    pub(super) fn split(packet: &[u8]) -> (Ends, &[u8]) {
        let header = ipv6::Header::decode(packet).unwrap();
        ((header.source, header.destination), &packet[40..])
    }

    /// Source and destination address, as octets.
    pub(super) type Octets = [[u8; 16]; 2];

    pub(super) fn addresses([source, destination]: Octets) -> Ends {
        (source.into(), destination.into())
    }

    /// A message with `rest` behind the header that `encode` writes.
    pub(super) fn written(
        ends: Octets,
        rest: &[u8],
        encode: impl FnOnce(&mut [u8], Ends) -> Result<(), Reason>,
    ) -> Vec<u8> {
        let mut message = [&[0xaa; HEADER], rest].concat();
        encode(&mut message, addresses(ends)).unwrap();
        message
    }

    /// The header that etherparse writes in front of `rest`.
    pub(super) fn etherparse_writes(
        message: etherparse::Icmpv6Type,
        [source, destination]: Octets,
        rest: &[u8],
    ) -> Vec<u8> {
        let header =
            etherparse::Icmpv6Header::with_checksum(message, source, destination, rest);
        header.unwrap().to_bytes().to_vec()
    }

    proptest::proptest! {
        /// Whatever the octets are, and also when the checksum over them is right.
        #[test]
        fn decode_never_panics(
            mut octets in proptest::collection::vec(proptest::num::u8::ANY, 0..40),
            ends: Octets, right: bool,
        ) {
            let ends = addresses(ends);
            if right && let Some(&(mut header)) = octets.first_chunk::<HEADER>() {
                header[2..4].fill(0);
                write(header, &mut octets, ends).unwrap();
            }
            let _ = Echo::decode(&octets, ends);
            let _ = PacketTooBig::decode(&octets, ends);
            let _ = ParameterProblem::decode(&octets, ends);
            let _ = TimeExceeded::decode(&octets, ends);
            let _ = Unreachable::decode(&octets, ends);
        }
    }

    #[test]
    fn the_checksum_covers_the_addresses() {
        let ((source, destination), message) = split(&samples::ECHO_V6);
        assert!(check(message, (source, destination)).is_ok());
        let elsewhere = "fd09:2::3".parse().unwrap();
        assert_eq!(
            check(message, (source, elsewhere)),
            Reason::check("ICMPv6 checksum", 0x0236_u16, 0x0235_u16).map(|()| [0; 8])
        );
    }

    #[test]
    fn errors_are_told_from_questions_and_answers() {
        assert!(Type::TIME_EXCEEDED.is_error() && !Type::ECHO_REQUEST.is_error());
        assert_eq!(Type::of(&[]), None);
    }
}
