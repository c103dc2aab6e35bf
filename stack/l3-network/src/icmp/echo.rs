//! ICMP echo: the question and answer that `rping` is made of.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |     Type      |     Code      |           Checksum            |
//! +---------------+---------------+-------------------------------+
//! |          Identifier           |        Sequence Number        |
//! +-------------------------------+-------------------------------+
//! ```
//! Spec: RFC 792, Echo or Echo Reply; RFC 1122 §3.2.2.6.  Units: octets, big-endian.
//! Checks: length, checksum over header and data, type 8 or 0, code 0.
//! Not here: error messages (`unreachable`, `time_exceeded`).

use layercake_base::layout::Kind;
use layercake_base::{Layout, Reason};

use super::{CHECKSUM, HEADER, TYPE, Type, check, code, header, write};
use crate::octets::chunk;

/// The header; the data that is asked back follows.
pub static LAYOUT: Layout = Layout {
    protocol: "ICMP echo",
    spec: "RFC 792, Echo or Echo Reply",
    fields: &[
        TYPE,
        code(Kind::Number(""), "always 0"),
        CHECKSUM,
        Layout::field(
            32,
            16,
            "Identifier",
            Kind::Number(""),
            "tells one asker from another; the answer repeats it",
            "RFC 792, Echo or Echo Reply",
        ),
        Layout::field(
            48,
            16,
            "Sequence Number",
            Kind::Number(""),
            "tells one question from the next; the answer repeats it",
            "RFC 792, Echo or Echo Reply",
        ),
    ],
};

/// The header of a question or an answer; its data is the rest of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Echo {
    /// True for an answer (type 0), false for a question (type 8).
    pub reply: bool,
    /// Tells one asker from another.
    pub identifier: u16,
    /// Tells one question from the next.
    pub sequence_number: u16,
}

impl Echo {
    /// The header at the start of `message`, whose checksum covers all of it.
    ///
    /// # Errors
    /// See Checks in the [module](self).
    pub fn decode(message: &[u8]) -> Result<Echo, Reason> {
        check(message)?;
        Self::decode_lax(message)
    }

    /// As [`Echo::decode`], for a message cut short: the checksum is not held against anything.
    ///
    /// # Errors
    /// Fewer than eight octets, a type other than 8 and 0, a code other than 0.
    pub fn decode_lax(message: &[u8]) -> Result<Echo, Reason> {
        let octets = header(message)?;
        let kind = Type(octets[0]);
        let known = kind == Type::ECHO || kind == Type::ECHO_REPLY;
        Reason::require(known, "Type", kind.0, "must be 8 or 0")?;
        Reason::require(octets[1] == 0, "Code", octets[1], "must be 0")?;
        Ok(Echo {
            reply: kind == Type::ECHO_REPLY,
            identifier: u16::from_be_bytes(chunk(&octets, 4)),
            sequence_number: u16::from_be_bytes(chunk(&octets, 6)),
        })
    }

    /// Writes the header over the first octets of `message`, with the checksum over all of it.
    ///
    /// # Errors
    /// `message` is shorter than the header.
    pub fn encode(&self, message: &mut [u8]) -> Result<(), Reason> {
        let kind = if self.reply {
            Type::ECHO_REPLY
        } else {
            Type::ECHO
        };
        let mut octets = [0; HEADER];
        octets[0] = kind.0;
        octets[4..6].copy_from_slice(&self.identifier.to_be_bytes());
        octets[6..8].copy_from_slice(&self.sequence_number.to_be_bytes());
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
        LAYOUT.is_drawn_in(include_str!("echo.rs")).unwrap();
    }

    #[test]
    fn a_ping_of_the_kernel_and_its_answer_are_read() {
        let question = Echo::decode(&samples::ECHO[20..]).unwrap();
        let answer = Echo::decode(&samples::ECHO_REPLY[20..]).unwrap();
        let expected = Echo {
            reply: false,
            identifier: 30531,
            sequence_number: 1,
        };
        assert_eq!(question, expected);
        assert_eq!(
            answer,
            Echo {
                reply: true,
                ..expected
            }
        );
    }

    #[test]
    fn another_type_and_another_code_are_refused_by_name() {
        for (octets, text) in [
            ([13, 0, 0, 0, 0, 0, 0, 0], "Type = 13 must be 8 or 0"),
            ([8, 1, 0, 0, 0, 0, 0, 0], "Code = 1 must be 0"),
        ] {
            let reason = Echo::decode_lax(&octets).unwrap_err();
            assert_eq!(reason.to_string(), text);
        }
    }

    proptest! {
        #[test]
        fn the_codec_the_layout_and_etherparse_agree(
            reply: bool, identifier: u16, sequence_number: u16,
            data in proptest::collection::vec(any::<u8>(), 0..80),
        ) {
            let echo = Echo { reply, identifier, sequence_number };
            let mut message = [&[0xaa; 8], &data[..]].concat();
            echo.encode(&mut message).unwrap();
            prop_assert_eq!(Echo::decode(&message), Ok(echo));
            held::field(&LAYOUT, &message, "Type", if reply { 0_u8 } else { 8 });
            held::field(&LAYOUT, &message, "Code", 0_u8);
            held::field(&LAYOUT, &message, "Identifier", identifier);
            held::field(&LAYOUT, &message, "Sequence Number", sequence_number);

            let header = etherparse::IcmpEchoHeader { id: identifier, seq: sequence_number };
            let theirs = match reply {
                true => etherparse::Icmpv4Type::EchoReply(header),
                false => etherparse::Icmpv4Type::EchoRequest(header),
            };
            let theirs = etherparse::Icmpv4Header::with_checksum(theirs, &data);
            prop_assert_eq!(&theirs.to_bytes()[..], &message[..8]);
        }
    }
}
