//! The Internet Control Message Protocol: what the network says about itself.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |     Type      |     Code      |           Checksum            |
//! +---------------+---------------+-------------------------------+
//! |                        Rest of Header                         |
//! +---------------------------------------------------------------+
//! ```
//! Every message begins like this; the files below describe those that are understood.
//!
//! Spec: RFC 792; RFC 1122 §3.2.2 for hosts, RFC 1812 §4.3 for routers.
//! Units: octets, big-endian.
//! Checks: length of at least 8, checksum over the whole message.
//! Not here: the deprecated types, which are known by number only.

mod answers;
pub mod echo;
pub mod extended_echo;
pub mod extensions;
mod layer;
pub mod parameter_problem;
pub mod quoted;
pub mod redirect;
pub mod router_discovery;
pub mod time_exceeded;
pub mod timestamp;
mod told;
pub mod unreachable;

use layercake_base::layout::{Field, Kind};
use layercake_base::{Layout, Reason, checksum};

use crate::octets::{chunk, too_short};
pub use answers::Probed;
pub(crate) use answers::{answer_to, to_one_host};
pub use echo::Echo;
pub use extended_echo::{ExtendedEcho, ExtendedEchoReply};
pub use extensions::Extensions;
pub use layer::Icmp;
pub use parameter_problem::ParameterProblem;
pub use quoted::Quoted;
pub use redirect::Redirect;
pub use router_discovery::RouterAdvertisement;
pub use time_exceeded::TimeExceeded;
pub use timestamp::Timestamp;
pub use unreachable::Unreachable;

/// What all messages have in common.
pub static LAYOUT: Layout = Layout {
    protocol: "ICMP",
    spec: "RFC 792",
    fields: &[
        TYPE,
        code(Kind::Number(""), "detail of the type"),
        CHECKSUM,
        Layout::field(
            32,
            32,
            "Rest of Header",
            Kind::Hex,
            "depends on the type",
            "RFC 792",
        ),
    ],
};

/// The Type field, as every message has it.
const TYPE: Field = Layout::field(
    0,
    8,
    "Type",
    Kind::Enum(TYPES),
    "what the message is",
    "RFC 792",
);

/// The Checksum field, as every message has it.
const CHECKSUM: Field = Layout::field(
    16,
    16,
    "Checksum",
    Kind::Checksum,
    "one's complement sum over header and data",
    "RFC 792",
);

const fn code(kind: Kind, meaning: &'static str) -> Field {
    Layout::field(8, 8, "Code", kind, meaning, "RFC 792")
}

/// The Type field. RFC 792; names from IANA, ICMP Parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Type(pub u8);

impl Type {
    /// The answer to [`Type::ECHO`].
    pub const ECHO_REPLY: Type = Type(0);
    /// A packet could not be delivered.
    pub const UNREACHABLE: Type = Type(3);
    /// The network asks for less; nobody sends it any more. RFC 6633.
    pub const SOURCE_QUENCH: Type = Type(4);
    /// Another router is nearer.
    pub const REDIRECT: Type = Type(5);
    /// A question that asks for its own data back.
    pub const ECHO: Type = Type(8);
    /// Routers say that they are there. RFC 1256.
    pub const ROUTER_ADVERTISEMENT: Type = Type(9);
    /// A host asks which routers are there. RFC 1256.
    pub const ROUTER_SOLICITATION: Type = Type(10);
    /// A packet was on its way for too long.
    pub const TIME_EXCEEDED: Type = Type(11);
    /// A header could not be understood.
    pub const PARAMETER_PROBLEM: Type = Type(12);
    /// A question for the time.
    pub const TIMESTAMP: Type = Type(13);
    /// The answer to [`Type::TIMESTAMP`].
    pub const TIMESTAMP_REPLY: Type = Type(14);
    /// A question about an interface. RFC 8335.
    pub const EXTENDED_ECHO: Type = Type(42);
    /// The answer to [`Type::EXTENDED_ECHO`].
    pub const EXTENDED_ECHO_REPLY: Type = Type(43);

    /// The type of a message; `None` when it is empty.
    pub fn of(message: &[u8]) -> Option<Type> {
        message.first().map(|&octet| Type(octet))
    }

    /// True for types that nobody sends any more, and that are discarded without a word:
    /// source quench (RFC 6633 §3), and those of RFC 6918 §2: alternate host address (6),
    /// information (15, 16), address mask (17, 18), traceroute (30), and 31 to 39.
    pub const fn is_deprecated(self) -> bool {
        matches!(self.0, 4 | 6 | 15..=18 | 30..=39)
    }

    /// True for messages whose sixth octet is the Length of RFC 4884 §4: unreachable, time
    /// exceeded, parameter problem. A redirect has its gateway's address there.
    pub(crate) const fn has_length(self) -> bool {
        matches!(self.0, 3 | 11 | 12)
    }

    /// True for messages that speak about a packet: they are never answered with another.
    /// RFC 1122 §3.2.2: unreachable, redirect, source quench, time exceeded, parameter problem.
    pub const fn is_error(self) -> bool {
        matches!(self.0, 3 | 4 | 5 | 11 | 12)
    }
}

/// Types that are met, by IANA's names; of the deprecated ones Source Quench only.
pub const TYPES: &[(u64, &str)] = &[
    (0, "Echo Reply"),
    (3, "Destination Unreachable"),
    (4, "Source Quench"),
    (5, "Redirect"),
    (8, "Echo"),
    (9, "Router Advertisement"),
    (10, "Router Solicitation"),
    (11, "Time Exceeded"),
    (12, "Parameter Problem"),
    (13, "Timestamp"),
    (14, "Timestamp Reply"),
    (42, "Extended Echo Request"),
    (43, "Extended Echo Reply"),
];

/// Octets of every message's header.
pub const HEADER: usize = 8;

/// The first eight octets of a message that is long enough and whose checksum is right.
///
/// # Errors
/// Fewer octets than a header has, or a wrong checksum.
pub fn check(message: &[u8]) -> Result<[u8; HEADER], Reason> {
    let header = header(message)?;
    if checksum::internet(message) == 0 {
        return Ok(header);
    }
    let found = u16::from_be_bytes(chunk(&header, 2));
    let computed = checksum::Sum::default()
        .octets(&[header[0], header[1]])
        .octets(message.get(4..).unwrap_or_default())
        .finish();
    Reason::check("ICMP checksum", found, computed)?;
    Ok(header)
}

/// The first eight octets of a message, unchecked.
fn header(message: &[u8]) -> Result<[u8; HEADER], Reason> {
    let short = too_short("ICMP message", HEADER, message.len());
    message.first_chunk().copied().ok_or(short)
}

/// Writes `header` over the first octets of `message`, with the checksum over all of it.
fn write(mut header: [u8; HEADER], message: &mut [u8]) -> Result<(), Reason> {
    let have = message.len();
    let Some((front, data)) = message.split_first_chunk_mut::<HEADER>() else {
        return Err(too_short("room for an ICMP message", HEADER, have));
    };
    header[2..4].fill(0);
    let sum = checksum::Sum::default().octets(&header).octets(data);
    header[2..4].copy_from_slice(&sum.finish().to_be_bytes());
    *front = header;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_the_layout() {
        LAYOUT.is_drawn_in(include_str!("icmp.rs")).unwrap();
    }

    proptest::proptest! {
        /// Whatever the octets are, and also when the checksum over them is right.
        #[test]
        fn decode_never_panics(
            mut octets in proptest::collection::vec(proptest::num::u8::ANY, 0..40),
            right: bool,
        ) {
            if right && let Some(&header) = octets.first_chunk() {
                write(header, &mut octets).unwrap();
            }
            let _ = Echo::decode(&octets);
            let _ = TimeExceeded::decode(&octets);
            let _ = ParameterProblem::decode(&octets);
            let _ = Redirect::decode(&octets);
            let _ = Timestamp::decode(&octets);
            let _ = ExtendedEcho::decode(&octets);
            let _ = ExtendedEchoReply::decode(&octets);
            let _ = Unreachable::decode(&octets);
        }
    }

    /// By hand: 0800 alone, whose complement is f7ff; with a last word of 0001, f7fe.
    #[test]
    fn a_wrong_checksum_is_named_with_the_right_one() {
        let mut message = [8, 0, 0xf7, 0xff, 0, 0, 0, 0];
        assert!(check(&message).is_ok());
        message[7] = 1;
        assert_eq!(
            check(&message),
            Reason::check("ICMP checksum", 0xf7ff_u16, 0xf7fe_u16).map(|()| message)
        );
        assert_eq!(check(&message[..7]), Err(too_short("ICMP message", 8, 7)));
    }

    #[test]
    fn errors_are_told_from_questions_and_answers() {
        let errors: Vec<u8> = (0..=255).filter(|&t| Type(t).is_error()).collect();
        assert_eq!(errors, [3, 4, 5, 11, 12]);
    }
}
