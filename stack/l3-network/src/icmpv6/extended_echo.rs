//! ICMPv6 extended echo: is that interface of yours up?
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
//! The same as that of ICMP, [where](crate::icmp::extended_echo) its fields are explained, with
//! other types and a checksum that covers the addresses.
//!
//! Spec: RFC 8335 §2 (question), §3 (answer).  Units: octets, big-endian.
//! Checks: length, checksum over pseudo-header and message, type 160 or 161.

use layercake_base::layout::Kind;
use layercake_base::{Layout, Reason};

use super::{CHECKSUM, Ends, TYPE, Type, check, code, write};
use crate::icmp::extended_echo as shared;
use crate::icmp::{ExtendedEcho, ExtendedEchoReply};

/// The header of the answer.
pub static LAYOUT: Layout = Layout {
    protocol: "ICMPv6 extended echo reply",
    spec: "RFC 8335 §3",
    fields: &[
        TYPE,
        code(Kind::Enum(shared::CODES), "what came of it"),
        CHECKSUM,
        shared::IDENTIFIER,
        shared::SEQUENCE_NUMBER,
        shared::STATE,
        shared::RES,
        shared::ACTIVE,
        shared::RUNS_IPV4,
        shared::RUNS_IPV6,
    ],
};

/// The question at the start of `message`, whose checksum covers all of it and the addresses.
///
/// # Errors
/// See Checks in the [module](self).
pub fn decode(message: &[u8], ends: Ends) -> Result<ExtendedEcho, Reason> {
    let octets = check(message, ends)?;
    let kind = Type(octets[0]);
    let right = kind == Type::EXTENDED_ECHO;
    Reason::require(right, "Type", kind.0, "must be 160")?;
    Ok(ExtendedEcho::read(octets))
}

/// The answer at the start of `message`, whose checksum covers all of it and the addresses.
///
/// # Errors
/// See Checks in the [module](self).
pub fn decode_reply(message: &[u8], ends: Ends) -> Result<ExtendedEchoReply, Reason> {
    let octets = check(message, ends)?;
    let kind = Type(octets[0]);
    let right = kind == Type::EXTENDED_ECHO_REPLY;
    Reason::require(right, "Type", kind.0, "must be 161")?;
    Ok(ExtendedEchoReply::read(octets))
}

/// Writes the header of a question over the first octets of `message`, with the checksum over
/// all of it.
///
/// # Errors
/// `message` is shorter than the header.
pub fn encode(
    question: &ExtendedEcho,
    message: &mut [u8],
    ends: Ends,
) -> Result<(), Reason> {
    write(question.header(Type::EXTENDED_ECHO.0), message, ends)
}

/// Writes the header of an answer over the first octets of `message`, with the checksum over all
/// of it.
///
/// # Errors
/// `message` is shorter than the header.
pub fn encode_reply(
    answer: &ExtendedEchoReply,
    message: &mut [u8],
    ends: Ends,
) -> Result<(), Reason> {
    write(answer.header(Type::EXTENDED_ECHO_REPLY.0), message, ends)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::held;
    use crate::icmpv6::tests::{Octets, addresses, written};
    use proptest::prelude::*;

    #[test]
    fn the_picture_is_the_layout() {
        LAYOUT
            .is_drawn_in(include_str!("extended_echo.rs"))
            .unwrap();
    }

    proptest! {
        #[test]
        fn decode_after_encode_is_identity_and_the_layout_agrees(
            code in 0..5_u8, identifier: u16, numbers: [u8; 2], bits: [bool; 4], ends: Octets,
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
            let message = written(ends, b"rest", |m, ends| encode_reply(&ours, m, ends));
            prop_assert_eq!(decode_reply(&message, addresses(ends)), Ok(ours));
            held::field(&LAYOUT, &message, "Type", 161_u8);
            held::field(&LAYOUT, &message, "State", numbers[1] & 7);
            held::field(&LAYOUT, &message, "6", bits[2]);
            let reason = decode(&message, addresses(ends)).unwrap_err();
            prop_assert_eq!(reason.to_string(), "Type = 161 must be 160");

            let question = ExtendedEcho { identifier, sequence_number: numbers[0], local: bits[3] };
            let message = written(ends, b"rest", |m, ends| encode(&question, m, ends));
            prop_assert_eq!(decode(&message, addresses(ends)), Ok(question));
            held::field(&LAYOUT, &message, "Type", 160_u8);
        }
    }
}
