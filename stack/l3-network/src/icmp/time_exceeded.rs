//! ICMP time exceeded: a packet died of age; the message that `rtrace` lives on.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |     Type      |     Code      |           Checksum            |
//! +---------------+---------------+-------------------------------+
//! |    Unused     |    Length     |            Unused             |
//! +---------------+---------------+-------------------------------+
//! ```
//! The packet's header and the beginning of its data follow ([`Quoted`](super::Quoted)).
//!
//! Spec: RFC 792, Time Exceeded; Length RFC 4884 §4.2, which puts it into the middle of what
//! was one unused field: the figure there has two of that name.
//! Units: octets, big-endian; Length in 4 octets, 0 where no extension follows the quote.
//! Checks: length, checksum over header and quote, type 11.
//! Not here: the extensions behind the quote (RFC 4884).

use layercake_base::layout::Kind;
use layercake_base::{Layout, Reason};

use super::{CHECKSUM, HEADER, TYPE, Type, check, code, write};

/// The header; the quote follows.
pub static LAYOUT: Layout = Layout {
    protocol: "ICMP time exceeded",
    spec: "RFC 792, Time Exceeded",
    fields: &[
        TYPE,
        code(Kind::Enum(CODES), "which time"),
        CHECKSUM,
        Layout::field(
            32,
            8,
            "Unused",
            Kind::Reserved,
            "sent as zero, ignored when received",
            "RFC 792, Time Exceeded",
        ),
        Layout::field(
            40,
            8,
            "Length",
            Kind::Scaled(4, "octets"),
            "length of the quote when extensions follow it, else 0",
            "RFC 4884 §4.2",
        ),
        Layout::field(
            48,
            16,
            "Unused",
            Kind::Reserved,
            "sent as zero, ignored when received",
            "RFC 792, Time Exceeded",
        ),
    ],
};

/// Codes by name. RFC 792.
pub const CODES: &[(u64, &str)] = &[
    (0, "time to live exceeded in transit"),
    (1, "fragment reassembly time exceeded"),
];

/// The header of the message; the quote is the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeExceeded {
    /// 0: the time to live ran out on the way; 1: the fragments did not all come in time.
    pub code: u8,
    /// Length of the quote in 4 octets when extensions follow it, else 0.
    pub length: u8,
}

impl TimeExceeded {
    /// The time to live ran out on the way.
    pub const IN_TRANSIT: TimeExceeded = TimeExceeded { code: 0, length: 0 };
    /// The fragments did not all come in time.
    pub const REASSEMBLY: TimeExceeded = TimeExceeded { code: 1, length: 0 };

    /// The header at the start of `message`, whose checksum covers all of it.
    ///
    /// # Errors
    /// See Checks in the [module](self).
    pub fn decode(message: &[u8]) -> Result<TimeExceeded, Reason> {
        let octets = check(message)?;
        let kind = Type(octets[0]);
        Reason::require(kind == Type::TIME_EXCEEDED, "Type", kind.0, "must be 11")?;
        let (code, length) = (octets[1], octets[5]);
        Ok(TimeExceeded { code, length })
    }

    /// Writes the header over the first octets of `message`, with the checksum over all of it.
    ///
    /// # Errors
    /// `message` is shorter than the header.
    pub fn encode(&self, message: &mut [u8]) -> Result<(), Reason> {
        let mut octets = [0; HEADER];
        octets[0] = Type::TIME_EXCEEDED.0;
        octets[1] = self.code;
        octets[5] = self.length;
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
        LAYOUT
            .is_drawn_in(include_str!("time_exceeded.rs"))
            .unwrap();
    }

    #[test]
    fn what_a_kernel_says_is_read_and_written_the_same() {
        let mut message = samples::TIME_EXCEEDED[20..].to_vec();
        let read = TimeExceeded::decode(&message);
        assert_eq!(read, Ok(TimeExceeded::IN_TRANSIT));
        message[..8].fill(0xaa);
        TimeExceeded::IN_TRANSIT.encode(&mut message).unwrap();
        assert_eq!(message, samples::TIME_EXCEEDED[20..]);
        let reason = TimeExceeded::decode(&samples::ECHO[20..]).unwrap_err();
        assert_eq!(reason.to_string(), "Type = 8 must be 11");
    }

    proptest! {
        #[test]
        fn the_codec_the_layout_and_etherparse_agree(
            code in 0..2_u8, length: u8,
            quote in proptest::collection::vec(any::<u8>(), 0..80),
        ) {
            let ours = TimeExceeded { code, length };
            let mut message = [&[0xaa; 8], &quote[..]].concat();
            ours.encode(&mut message).unwrap();
            prop_assert_eq!(TimeExceeded::decode(&message), Ok(ours));
            held::field(&LAYOUT, &message, "Type", 11_u8);
            held::field(&LAYOUT, &message, "Code", code);
            held::field(&LAYOUT, &message, "Length", length);

            let theirs = etherparse::icmpv4::TimeExceededCode::from_u8(code).unwrap();
            let (slice, _) = etherparse::Icmpv4Header::from_slice(&message).unwrap();
            prop_assert_eq!(slice.icmp_type, etherparse::Icmpv4Type::TimeExceeded(theirs));
        }
    }
}
