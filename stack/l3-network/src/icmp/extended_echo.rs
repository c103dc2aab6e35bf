//! ICMP extended echo: is that interface of yours up?
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |     Type      |     Code      |           Checksum            |
//! +---------------+---------------+---------------+-----+---+-+-+-+
//! |          Identifier           |Sequence Number|State|Res|A|4|6|
//! +-------------------------------+---------------+-----+---+-+-+-+
//! ```
//! That is the answer. In the question the last octet holds seven reserved bits and L, which
//! says that the interface is the answerer's own; an Interface Identification object in an
//! [extension structure](super::extensions) follows and says which.
//!
//! Spec: RFC 8335 §2 (question), §2.1 (object), §3 (answer), §4 (what the answerer does).
//! Units: octets, big-endian.
//! Checks: length, checksum, type 42 or 43; of the object: class 3, its form.
//! Not here: asking (`tools/probe`).

use core::net::IpAddr;

use layercake_base::layout::{Field, Kind};
use layercake_base::{Layout, Reason};

use super::extensions::{Extensions, Object};
use super::{CHECKSUM, HEADER, TYPE, Type, check, code, write};
use crate::octets::chunk;

/// The header of the answer.
pub static LAYOUT: Layout = Layout {
    protocol: "ICMP extended echo reply",
    spec: "RFC 8335 §3",
    fields: &[
        TYPE,
        code(Kind::Enum(CODES), "what came of it"),
        CHECKSUM,
        IDENTIFIER,
        SEQUENCE_NUMBER,
        STATE,
        RES,
        ACTIVE,
        RUNS_IPV4,
        RUNS_IPV6,
    ],
};

/// The header of the question.
pub static QUESTION: Layout = Layout {
    protocol: "ICMP extended echo",
    spec: "RFC 8335 §2",
    fields: &[
        TYPE,
        code(Kind::Number(""), "always 0"),
        CHECKSUM,
        IDENTIFIER,
        SEQUENCE_NUMBER,
        Layout::field(56, 7, "Reserved", Kind::Reserved, "zero", "RFC 8335 §2"),
        Layout::field(
            63,
            1,
            "L",
            Kind::Number(""),
            "1: the interface is the answerer's own",
            "RFC 8335 §2",
        ),
    ],
};

// The fields that ICMPv6 has too.
pub(crate) const IDENTIFIER: Field = Layout::field(
    32,
    16,
    "Identifier",
    Kind::Number(""),
    "tells one asker from another; the answer repeats it",
    "RFC 8335 §3",
);
pub(crate) const SEQUENCE_NUMBER: Field = Layout::field(
    48,
    8,
    "Sequence Number",
    Kind::Number(""),
    "tells one question from the next; the answer repeats it",
    "RFC 8335 §3",
);
pub(crate) const STATE: Field = Layout::field(
    56,
    3,
    "State",
    Kind::Number(""),
    "of the neighbour that was asked for; 0 for an interface of one's own",
    "RFC 8335 §3",
);
pub(crate) const RES: Field =
    Layout::field(59, 2, "Res", Kind::Reserved, "zero", "RFC 8335 §3");
pub(crate) const ACTIVE: Field = Layout::field(
    61,
    1,
    "A",
    Kind::Number(""),
    "the interface is active",
    "RFC 8335 §3",
);
pub(crate) const RUNS_IPV4: Field = Layout::field(
    62,
    1,
    "4",
    Kind::Number(""),
    "IPv4 runs on it",
    "RFC 8335 §3",
);
pub(crate) const RUNS_IPV6: Field = Layout::field(
    63,
    1,
    "6",
    Kind::Number(""),
    "IPv6 runs on it",
    "RFC 8335 §3",
);

/// Codes of an answer by name. RFC 8335 §3.
pub const CODES: &[(u64, &str)] = &[
    (0, "no error"),
    (1, "malformed query"),
    (2, "no such interface"),
    (3, "no such table entry"),
    (4, "multiple interfaces satisfy query"),
];

/// A question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExtendedEcho {
    /// Tells one asker from another.
    pub identifier: u16,
    /// Tells one question from the next.
    pub sequence_number: u8,
    /// The interface is the answerer's own, not a neighbour's.
    pub local: bool,
}

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExtendedEchoReply {
    /// What came of it; 0 when all is well. See [`CODES`].
    pub code: u8,
    /// As in the question.
    pub identifier: u16,
    /// As in the question.
    pub sequence_number: u8,
    /// State of the neighbour that was asked for, 3 bits; 0 for an own interface.
    pub state: u8,
    /// The interface is active.
    pub active: bool,
    /// IPv4 runs on it.
    pub ipv4: bool,
    /// IPv6 runs on it.
    pub ipv6: bool,
}

/// Which interface a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted<'a> {
    /// The one with this name.
    Name(&'a [u8]),
    /// The one with this number.
    Index(u32),
    /// The one with this address.
    Address(IpAddr),
}

impl ExtendedEcho {
    /// The question at the start of `message`, whose checksum covers all of it.
    ///
    /// # Errors
    /// See Checks in the [module](self).
    pub fn decode(message: &[u8]) -> Result<Self, Reason> {
        let octets = check(message)?;
        let kind = Type(octets[0]);
        let right = kind == Type::EXTENDED_ECHO;
        Reason::require(right, "Type", kind.0, "must be 42")?;
        Ok(Self::read(octets))
    }

    /// The question with this header.
    pub(crate) fn read(octets: [u8; HEADER]) -> Self {
        ExtendedEcho {
            identifier: u16::from_be_bytes(chunk(&octets, 4)),
            sequence_number: octets[6],
            local: octets[7] & 1 != 0,
        }
    }

    /// The header, of this type, without its checksum.
    pub(crate) fn header(&self, kind: u8) -> [u8; HEADER] {
        let mut octets = [0; HEADER];
        octets[0] = kind;
        octets[4..6].copy_from_slice(&self.identifier.to_be_bytes());
        octets[6] = self.sequence_number;
        octets[7] = u8::from(self.local);
        octets
    }

    /// Writes the header over the first octets of `message`, with the checksum over all of it.
    ///
    /// # Errors
    /// `message` is shorter than the header.
    pub fn encode(&self, message: &mut [u8]) -> Result<(), Reason> {
        write(self.header(Type::EXTENDED_ECHO.0), message)
    }

    /// Which interface a whole question is about: the structure's only object says it. Askers
    /// put data of their own behind it, which nobody reads.
    ///
    /// # Errors
    /// No extension structure, a malformed one, an object of another class or form.
    pub fn wanted(message: &[u8]) -> Result<Wanted<'_>, Reason> {
        let behind = message.get(HEADER..).unwrap_or_default();
        let length: [u8; 2] = chunk(behind, 4);
        let end = 4 + usize::from(u16::from_be_bytes(length));
        let structure = Extensions::decode(behind.get(..end).unwrap_or(behind))?;
        let none = Reason::NoWay("an extended echo that asks for no interface");
        Wanted::decode(&structure.objects().next().ok_or(none)??)
    }
}

impl<'a> Wanted<'a> {
    /// The class of the object.
    pub const CLASS: u8 = 3;

    /// What an object asks for.
    ///
    /// # Errors
    /// Another class, another form, an address that is no IP address.
    pub fn decode(object: &Object<'a>) -> Result<Self, Reason> {
        let (class, data) = (object.class, object.data);
        Reason::require(class == Self::CLASS, "Class-Num", class, "must be 3")?;
        let short =
            |need| crate::octets::too_short("interface identification", need, data.len());
        match object.c_type {
            1 => {
                let end = data.iter().rposition(|&octet| octet != 0);
                Ok(Wanted::Name(
                    data.get(..=end.ok_or(short(1))?).unwrap_or(data),
                ))
            }
            2 if data.len() >= 4 => Ok(Wanted::Index(u32::from_be_bytes(chunk(data, 0)))),
            2 => Err(short(4)),
            3 => match (chunk(data, 0), data.len()) {
                ([0, 1, 4, _], 8..) => Ok(Wanted::Address(chunk::<4>(data, 4).into())),
                ([0, 2, 16, _], 20..) => Ok(Wanted::Address(chunk::<16>(data, 4).into())),
                _ => Err(Reason::NoWay(
                    "no IP address in an interface identification",
                )),
            },
            form => Err(Reason::Unhandled {
                field: "C-Type",
                value: form.into(),
            }),
        }
    }
}

impl ExtendedEchoReply {
    /// The answer at the start of `message`, whose checksum covers all of it.
    ///
    /// # Errors
    /// See Checks in the [module](self).
    pub fn decode(message: &[u8]) -> Result<Self, Reason> {
        let octets = check(message)?;
        let kind = Type(octets[0]);
        let right = kind == Type::EXTENDED_ECHO_REPLY;
        Reason::require(right, "Type", kind.0, "must be 43")?;
        Ok(Self::read(octets))
    }

    /// The answer with this header.
    pub(crate) fn read(octets: [u8; HEADER]) -> Self {
        let bits = octets[7];
        ExtendedEchoReply {
            code: octets[1],
            identifier: u16::from_be_bytes(chunk(&octets, 4)),
            sequence_number: octets[6],
            state: bits >> 5,
            active: bits & 0b100 != 0,
            ipv4: bits & 0b010 != 0,
            ipv6: bits & 0b001 != 0,
        }
    }

    /// The header, of this type, without its checksum.
    pub(crate) fn header(&self, kind: u8) -> [u8; HEADER] {
        let mut octets = [0; HEADER];
        octets[0] = kind;
        octets[1] = self.code;
        octets[4..6].copy_from_slice(&self.identifier.to_be_bytes());
        octets[6] = self.sequence_number;
        octets[7] = self.state << 5
            | u8::from(self.active) << 2
            | u8::from(self.ipv4) << 1
            | u8::from(self.ipv6);
        octets
    }

    /// Writes the header over the first octets of `message`, with the checksum over all of it.
    ///
    /// # Errors
    /// `message` is shorter than the header.
    pub fn encode(&self, message: &mut [u8]) -> Result<(), Reason> {
        write(self.header(Type::EXTENDED_ECHO_REPLY.0), message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::held;
    use hex_literal::hex;
    use proptest::prelude::*;

    #[test]
    fn the_picture_is_the_layout() {
        LAYOUT
            .is_drawn_in(include_str!("extended_echo.rs"))
            .unwrap();
    }

    /// tcpdump's capture rfc8335: four questions, and the router's answer to the last.
    #[test]
    fn what_others_asked_and_answered_is_read() {
        let by_index =
            hex!("2a00 6314 f6ea 0001 2000 dcf4 0008 0302 0000 0001 6593 3a33 000d dc2b");
        let question = ExtendedEcho::decode(&by_index).unwrap();
        let expected = ExtendedEcho {
            identifier: 0xf6ea,
            sequence_number: 0,
            local: true,
        };
        assert_eq!(question, expected);
        assert_eq!(ExtendedEcho::wanted(&by_index), Ok(Wanted::Index(1)));
        let by_name = hex!(
            "2a00 0cad f707 0001 2000 9424 000a 0301 656e 7031 7330 6593 3a48 0006 3268"
        );
        assert_eq!(ExtendedEcho::wanted(&by_name), Ok(Wanted::Name(b"enp1s0")));

        let answer = hex!(
            "2b00 b4ce 002a 2a07 2000 d819 000c 0301 6678 7030 2e30 0000 6583 6297 0002 2de3"
        );
        let expected = ExtendedEchoReply {
            code: 0,
            identifier: 42,
            sequence_number: 42,
            state: 0,
            active: true,
            ipv4: true,
            ipv6: true,
        };
        assert_eq!(ExtendedEchoReply::decode(&answer), Ok(expected));
        let mut again = answer;
        expected.encode(&mut again).unwrap();
        assert_eq!(again, answer);
    }

    #[test]
    fn an_interface_is_asked_for_by_name_number_or_address() {
        let wanted = |c_type, data: &'static [u8]| {
            let class = 3;
            Wanted::decode(&Object {
                class,
                c_type,
                data,
            })
        };
        assert_eq!(wanted(1, b"enp1s0\0\0"), Ok(Wanted::Name(b"enp1s0")));
        assert_eq!(wanted(2, &[0, 0, 0, 7]), Ok(Wanted::Index(7)));
        let address = hex!("0001 0400 951c 4aed");
        let data = Wanted::decode(&Object {
            class: 3,
            c_type: 3,
            data: &address,
        });
        assert_eq!(data, Ok(Wanted::Address([149, 28, 74, 237].into())));
        for (c_type, data) in [
            (1, &[0, 0, 0, 0][..]),
            (2, &[0, 0, 0]),
            (3, &[0, 1, 16, 0, 1, 1, 1, 1]),
            (4, &[0; 8]),
        ] {
            let object = Object {
                class: 3,
                c_type,
                data,
            };
            assert!(Wanted::decode(&object).is_err(), "{object:?}");
        }
    }

    proptest! {
        #[test]
        fn decode_after_encode_is_identity_and_the_layout_agrees(
            code in 0..5_u8, identifier: u16, numbers: [u8; 2], bits: [bool; 4],
        ) {
            let ours = ExtendedEchoReply {
                code,
                identifier,
                sequence_number: numbers[0],
                state: numbers[1] & 7,
                active: bits[0],
                ipv4: bits[1],
                ipv6: bits[2],
            };
            let mut message = [0xaa; 12];
            ours.encode(&mut message).unwrap();
            prop_assert_eq!(ExtendedEchoReply::decode(&message), Ok(ours));
            held::field(&LAYOUT, &message, "Sequence Number", numbers[0]);
            held::field(&LAYOUT, &message, "State", numbers[1] & 7);
            held::field(&LAYOUT, &message, "A", bits[0]);
            held::field(&LAYOUT, &message, "6", bits[2]);

            let question = ExtendedEcho { identifier, sequence_number: numbers[0], local: bits[3] };
            question.encode(&mut message).unwrap();
            prop_assert_eq!(ExtendedEcho::decode(&message), Ok(question));
        }

        #[test]
        fn decode_never_panics(octets in proptest::collection::vec(any::<u8>(), 0..60)) {
            let _ = ExtendedEcho::wanted(&octets);
            for c_type in 0..5 {
                let _ = Wanted::decode(&Object { class: 3, c_type, data: &octets });
            }
        }
    }
}
