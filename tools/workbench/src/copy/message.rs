//! What the two processes say to each other over the link.
//!
//! ```text
//!   +------+----------------------+
//!   |  0   |  octets of the file  |     from A: the next octets
//!   +------+----------------------+
//!   |  1   |  length  |  CRC-64   |     from A: that was all;  from B: it is stored
//!   +------+----------------------+
//! ```
//! Units: octets, big-endian; length and check take eight each.

use layercake_base::Reason;
use layercake_datalink::Check;

/// One message, an SDU of the link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Message<'a> {
    /// Octets of the file.
    Data(&'a [u8]),
    /// The whole file: its length and check value.
    Whole(Whole),
}

/// How both ends compare what they have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Whole {
    pub(super) length: u64,
    pub(super) check: u64,
}

/// The check over the whole file: another than that of the frames, and wider.
pub(super) fn whole_check() -> Check {
    Check::named("CRC-64/XZ").unwrap_or_default()
}

impl<'a> Message<'a> {
    /// Reads a message.
    ///
    /// # Errors
    /// [`Reason`] for a kind that is not known, or a wrong length.
    pub(super) fn decode(sdu: &'a [u8]) -> Result<Self, Reason> {
        let (need, have) = (1, sdu.len());
        let short = |field, need| Reason::TooShort { field, need, have };
        let (kind, body) = sdu.split_first().ok_or(short("kind", need))?;
        match kind {
            0 => Ok(Message::Data(body)),
            1 => {
                let number = |at| body.get(at..).and_then(<[u8]>::first_chunk::<8>);
                let (length, check) =
                    number(0).zip(number(8)).ok_or(short("message", 17))?;
                let (length, check) =
                    (u64::from_be_bytes(*length), u64::from_be_bytes(*check));
                Ok(Message::Whole(Whole { length, check }))
            }
            _ => Err(Reason::Unhandled {
                field: "kind",
                value: (*kind).into(),
            }),
        }
    }

    /// The message as an SDU.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut sdu = Vec::new();
        match self {
            Message::Data(octets) => {
                sdu.push(0);
                sdu.extend_from_slice(octets);
            }
            Message::Whole(Whole { length, check }) => {
                sdu.push(1);
                sdu.extend_from_slice(&length.to_be_bytes());
                sdu.extend_from_slice(&check.to_be_bytes());
            }
        }
        sdu
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(octets: Vec<u8>, length: u64, check: u64) {
            for message in [Message::Data(&octets), Message::Whole(Whole { length, check })] {
                let sdu = message.encode();
                prop_assert_eq!(Message::decode(&sdu), Ok(message));
            }
        }

        #[test]
        fn any_octets_are_a_message_or_a_reason(octets: Vec<u8>) {
            let _ = Message::decode(&octets);
        }
    }
}
