//! ICMP timestamp: what time is it at yours?
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |     Type      |     Code      |           Checksum            |
//! +---------------+---------------+-------------------------------+
//! |          Identifier           |        Sequence Number        |
//! +-------------------------------+-------------------------------+
//! |                      Originate Timestamp                      |
//! +---------------------------------------------------------------+
//! |                       Receive Timestamp                       |
//! +---------------------------------------------------------------+
//! |                      Transmit Timestamp                       |
//! +---------------------------------------------------------------+
//! ```
//! Spec: RFC 792, Timestamp or Timestamp Reply; RFC 1122 §3.2.2.8.
//! Units: octets, big-endian; milliseconds since midnight UT, or, with the upper bit set, since
//! some other time.
//! Checks: length of 20, checksum, type 13 or 14, code 0.

use layercake_base::layout::{Field, Kind};
use layercake_base::{Layout, Reason};

use super::{CHECKSUM, HEADER, TYPE, Type, check, code, write};
use crate::octets::{chunk, too_short};

/// The message.
pub static LAYOUT: Layout = Layout {
    protocol: "ICMP timestamp",
    spec: "RFC 792, Timestamp or Timestamp Reply",
    fields: &[
        TYPE,
        code(Kind::Number(""), "always 0"),
        CHECKSUM,
        number(32, 16, "Identifier", "", "tells one asker from another"),
        number(48, 16, "Sequence Number", "", "tells questions apart"),
        number(64, 32, "Originate Timestamp", "ms", "when it was asked"),
        number(96, 32, "Receive Timestamp", "ms", "when the question came"),
        number(128, 32, "Transmit Timestamp", "ms", "when the answer went"),
    ],
};

const fn number(
    at: usize,
    width: usize,
    name: &'static str,
    unit: &'static str,
    meaning: &'static str,
) -> Field {
    let spec = "RFC 792, Timestamp or Timestamp Reply";
    Layout::field(at, width, name, Kind::Number(unit), meaning, spec)
}

/// A question or an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timestamp {
    /// True for an answer (type 14), false for a question (type 13).
    pub reply: bool,
    /// Tells one asker from another.
    pub identifier: u16,
    /// Tells one question from the next.
    pub sequence_number: u16,
    /// When the asker sent the question, by its clock.
    pub originate: u32,
    /// When the answerer got it, by its own; 0 in a question.
    pub receive: u32,
    /// When the answerer sent the answer; 0 in a question.
    pub transmit: u32,
}

impl Timestamp {
    /// Octets of the message.
    pub const OCTETS: usize = HEADER + 12;

    /// The message at the start of `message`, whose checksum covers all of it.
    ///
    /// # Errors
    /// See Checks in the [module](self).
    pub fn decode(message: &[u8]) -> Result<Timestamp, Reason> {
        let header = check(message)?;
        let kind = Type(header[0]);
        let known = matches!(kind, Type::TIMESTAMP | Type::TIMESTAMP_REPLY);
        Reason::require(known, "Type", kind.0, "must be 13 or 14")?;
        Reason::require(header[1] == 0, "Code", header[1], "must be 0")?;
        if message.len() < Self::OCTETS {
            let have = message.len();
            return Err(too_short("ICMP timestamp", Self::OCTETS, have));
        }
        let [originate, receive, transmit] =
            [8, 12, 16].map(|at| u32::from_be_bytes(chunk(message, at)));
        Ok(Timestamp {
            reply: kind == Type::TIMESTAMP_REPLY,
            identifier: u16::from_be_bytes(chunk(&header, 4)),
            sequence_number: u16::from_be_bytes(chunk(&header, 6)),
            originate,
            receive,
            transmit,
        })
    }

    /// Writes the message over the first octets of `message`, with the checksum over all of it.
    ///
    /// # Errors
    /// `message` is shorter than 20 octets.
    pub fn encode(&self, message: &mut [u8]) -> Result<(), Reason> {
        let have = message.len();
        let times = message.get_mut(HEADER..Self::OCTETS);
        let short = too_short("room for an ICMP timestamp", Self::OCTETS, have);
        let (places, _) = times.ok_or(short)?.as_chunks_mut::<4>();
        let times = [self.originate, self.receive, self.transmit];
        for (place, time) in places.iter_mut().zip(times) {
            *place = time.to_be_bytes();
        }
        let mut header = [0; HEADER];
        header[0] = match self.reply {
            true => Type::TIMESTAMP_REPLY.0,
            false => Type::TIMESTAMP.0,
        };
        header[4..6].copy_from_slice(&self.identifier.to_be_bytes());
        header[6..8].copy_from_slice(&self.sequence_number.to_be_bytes());
        write(header, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::held;
    use proptest::prelude::*;

    #[test]
    fn the_picture_is_the_layout() {
        LAYOUT.is_drawn_in(include_str!("timestamp.rs")).unwrap();
    }

    #[test]
    fn what_is_no_timestamp_is_refused_by_name() {
        let mut message = [0; 20];
        for (kind, code, have, text) in [
            (8, 0, 20, "Type = 8 must be 13 or 14"),
            (13, 1, 20, "Code = 1 must be 0"),
            (14, 0, 19, "ICMP timestamp needs 20 octets, have 19"),
        ] {
            write([kind, code, 0, 0, 0, 0, 0, 0], &mut message[..have]).unwrap();
            let reason = Timestamp::decode(&message[..have]).unwrap_err();
            assert_eq!(reason.to_string(), text);
        }
    }

    proptest! {
        #[test]
        fn the_codec_the_layout_and_etherparse_agree(
            reply: bool, numbers: [u16; 2], times: [u32; 3],
        ) {
            let ours = Timestamp {
                reply,
                identifier: numbers[0],
                sequence_number: numbers[1],
                originate: times[0],
                receive: times[1],
                transmit: times[2],
            };
            let mut message = [0xaa; 20];
            ours.encode(&mut message).unwrap();
            prop_assert_eq!(Timestamp::decode(&message), Ok(ours));
            held::field(&LAYOUT, &message, "Type", if reply { 14_u8 } else { 13 });
            held::field(&LAYOUT, &message, "Receive Timestamp", times[1]);
            held::field(&LAYOUT, &message, "Transmit Timestamp", times[2]);

            let theirs = etherparse::icmpv4::TimestampMessage {
                id: numbers[0],
                seq: numbers[1],
                originate_timestamp: times[0],
                receive_timestamp: times[1],
                transmit_timestamp: times[2],
            };
            let theirs = match reply {
                true => etherparse::Icmpv4Type::TimestampReply(theirs),
                false => etherparse::Icmpv4Type::TimestampRequest(theirs),
            };
            let theirs = etherparse::Icmpv4Header::with_checksum(theirs, &[]);
            prop_assert_eq!(&theirs.to_bytes()[..], &message[..]);
        }
    }
}
