//! ICMPv6 echo: ping with IPv6.
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
//! Spec: RFC 4443 §4.1, §4.2.  Units: octets, big-endian.
//! Checks: length, checksum over pseudo-header and message, type 128 or 129, code 0.
//! Not here: error messages (`unreachable` and others), answering.

use layercake_base::layout::Kind;
use layercake_base::{Layout, Reason};

use super::{CHECKSUM, Ends, HEADER, TYPE, Type, check, code, header, write};
use crate::octets::chunk;

/// The header; the data that is asked back follows.
pub static LAYOUT: Layout = Layout {
    protocol: "ICMPv6 echo",
    spec: "RFC 4443 §4.1",
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
            "RFC 4443 §4.1",
        ),
        Layout::field(
            48,
            16,
            "Sequence Number",
            Kind::Number(""),
            "tells one question from the next; the answer repeats it",
            "RFC 4443 §4.1",
        ),
    ],
};

/// The header of a question or an answer; its data is the rest of the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Echo {
    /// True for an answer (type 129), false for a question (type 128).
    pub reply: bool,
    /// Tells one asker from another.
    pub identifier: u16,
    /// Tells one question from the next.
    pub sequence_number: u16,
}

impl Echo {
    /// The header at the start of `message`, whose checksum covers all of it and the addresses.
    ///
    /// # Errors
    /// See Checks in the [module](self).
    pub fn decode(message: &[u8], ends: Ends) -> Result<Echo, Reason> {
        check(message, ends)?;
        Self::decode_lax(message)
    }

    /// As [`Echo::decode`], for a message cut short: the checksum is not held against anything.
    ///
    /// # Errors
    /// Fewer than eight octets, a type other than 128 and 129, a code other than 0.
    pub fn decode_lax(message: &[u8]) -> Result<Echo, Reason> {
        let octets = header(message)?;
        let kind = Type(octets[0]);
        let known = kind == Type::ECHO_REQUEST || kind == Type::ECHO_REPLY;
        Reason::require(known, "Type", kind.0, "must be 128 or 129")?;
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
    pub fn encode(&self, message: &mut [u8], ends: Ends) -> Result<(), Reason> {
        let mut octets = [0; HEADER];
        octets[0] = match self.reply {
            true => Type::ECHO_REPLY.0,
            false => Type::ECHO_REQUEST.0,
        };
        octets[4..6].copy_from_slice(&self.identifier.to_be_bytes());
        octets[6..8].copy_from_slice(&self.sequence_number.to_be_bytes());
        write(octets, message, ends)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::icmpv6::tests::{Octets, addresses, etherparse_writes, split, written};
    use crate::{held, samples};
    use proptest::prelude::*;

    #[test]
    fn the_picture_is_the_layout() {
        LAYOUT.is_drawn_in(include_str!("echo.rs")).unwrap();
    }

    #[test]
    fn a_ping_of_the_kernel_and_its_answer_are_read() {
        for (packet, reply) in [(samples::ECHO_V6, false), (samples::ECHO_REPLY_V6, true)]
        {
            let (ends, message) = split(&packet);
            let expected = Echo {
                reply,
                identifier: 30547,
                sequence_number: 1,
            };
            assert_eq!(Echo::decode(message, ends), Ok(expected));
        }
    }

    #[test]
    fn another_type_is_refused_by_name() {
        let (ends, message) = split(&samples::TIME_EXCEEDED_V6);
        let reason = Echo::decode(message, ends).unwrap_err();
        assert_eq!(reason.to_string(), "Type = 3 must be 128 or 129");
    }

    proptest! {
        #[test]
        fn the_codec_the_layout_and_etherparse_agree(
            reply: bool, identifier: u16, sequence_number: u16, ends: Octets,
            rest in proptest::collection::vec(any::<u8>(), 0..80),
        ) {
            let ours = Echo { reply, identifier, sequence_number };
            let message = written(ends, &rest, |place, ends| ours.encode(place, ends));
            prop_assert_eq!(Echo::decode(&message, addresses(ends)), Ok(ours));
            held::field(&LAYOUT, &message, "Type", if reply { 129_u8 } else { 128 });
            held::field(&LAYOUT, &message, "Identifier", identifier);
            held::field(&LAYOUT, &message, "Sequence Number", sequence_number);

            let header = etherparse::IcmpEchoHeader { id: identifier, seq: sequence_number };
            let theirs = match reply {
                true => etherparse::Icmpv6Type::EchoReply(header),
                false => etherparse::Icmpv6Type::EchoRequest(header),
            };
            prop_assert_eq!(&message[..8], etherparse_writes(theirs, ends, &rest));
        }
    }
}
