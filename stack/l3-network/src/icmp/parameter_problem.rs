//! ICMP parameter problem: a packet's header could not be understood, and this is the octet.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |     Type      |     Code      |           Checksum            |
//! +---------------+---------------+-------------------------------+
//! |    Pointer    |    Length     |            Unused             |
//! +---------------+---------------+-------------------------------+
//! ```
//! The packet's header and the beginning of its data follow ([`Quoted`](super::Quoted)).
//!
//! Spec: RFC 792, Parameter Problem; code 1 RFC 1122 §3.2.2.5; Length RFC 4884 §4.3.
//! Units: octets, big-endian; Pointer counts from 0; Length in 4 octets, 0 where no extension
//! follows the quote.
//! Checks: length, checksum over header and quote, type 12.
//! Not here: the extensions behind the quote (RFC 4884).

use layercake_base::layout::Kind;
use layercake_base::{Layout, Reason};

use super::{CHECKSUM, HEADER, TYPE, Type, check, code, write};

/// The header; the quote follows.
pub static LAYOUT: Layout = Layout {
    protocol: "ICMP parameter problem",
    spec: "RFC 792, Parameter Problem",
    fields: &[
        TYPE,
        code(Kind::Enum(CODES), "what is wrong"),
        CHECKSUM,
        Layout::field(
            32,
            8,
            "Pointer",
            Kind::Number("octets"),
            "with code 0: which octet of the quoted packet is wrong, counted from 0",
            "RFC 792, Parameter Problem",
        ),
        Layout::field(
            40,
            8,
            "Length",
            Kind::Scaled(4, "octets"),
            "length of the quote when extensions follow it, else 0",
            "RFC 4884 §4.3",
        ),
        Layout::field(
            48,
            16,
            "Unused",
            Kind::Reserved,
            "sent as zero, ignored when received",
            "RFC 792, Parameter Problem",
        ),
    ],
};

/// Codes by name. RFC 792, RFC 1122 §3.2.2.5; code 2 from IANA, ICMP Parameters.
pub const CODES: &[(u64, &str)] = &[
    (0, "pointer indicates the error"),
    (1, "missing a required option"),
    (2, "bad length"),
];

/// The header of the message; the quote is the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParameterProblem {
    /// 0: the pointer says where; 1: an option is missing; 2: a length is wrong.
    pub code: u8,
    /// With code 0: which octet of the packet is wrong.
    pub pointer: u8,
    /// Length of the quote in 4 octets when extensions follow it, else 0.
    pub length: u8,
}

impl ParameterProblem {
    /// This octet of the packet is wrong.
    pub const fn at(pointer: u8) -> Self {
        ParameterProblem {
            code: 0,
            pointer,
            length: 0,
        }
    }

    /// The header at the start of `message`, whose checksum covers all of it.
    ///
    /// # Errors
    /// See Checks in the [module](self).
    pub fn decode(message: &[u8]) -> Result<ParameterProblem, Reason> {
        let octets = check(message)?;
        let kind = Type(octets[0]);
        let right = kind == Type::PARAMETER_PROBLEM;
        Reason::require(right, "Type", kind.0, "must be 12")?;
        Ok(ParameterProblem {
            code: octets[1],
            pointer: octets[4],
            length: octets[5],
        })
    }

    /// Writes the header over the first octets of `message`, with the checksum over all of it.
    ///
    /// # Errors
    /// `message` is shorter than the header.
    pub fn encode(&self, message: &mut [u8]) -> Result<(), Reason> {
        let mut octets = [0; HEADER];
        octets[0] = Type::PARAMETER_PROBLEM.0;
        octets[1] = self.code;
        octets[4] = self.pointer;
        octets[5] = self.length;
        write(octets, message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::held;
    use proptest::prelude::*;

    #[test]
    fn the_picture_is_the_layout() {
        LAYOUT
            .is_drawn_in(include_str!("parameter_problem.rs"))
            .unwrap();
    }

    #[test]
    fn another_type_is_refused() {
        let reason = ParameterProblem::decode(&crate::samples::ECHO[20..]).unwrap_err();
        assert_eq!(reason.to_string(), "Type = 8 must be 12");
    }

    proptest! {
        #[test]
        fn the_codec_the_layout_and_etherparse_agree(
            code in 0..3_u8, pointer: u8, length: u8,
            quote in proptest::collection::vec(any::<u8>(), 0..80),
        ) {
            let ours = ParameterProblem { code, pointer, length };
            let mut message = [&[0xaa; 8], &quote[..]].concat();
            ours.encode(&mut message).unwrap();
            prop_assert_eq!(ParameterProblem::decode(&message), Ok(ours));
            held::field(&LAYOUT, &message, "Type", 12_u8);
            held::field(&LAYOUT, &message, "Code", code);
            held::field(&LAYOUT, &message, "Pointer", pointer);
            held::field(&LAYOUT, &message, "Length", length);

            use etherparse::icmpv4::ParameterProblemHeader;
            let theirs = ParameterProblemHeader::from_values(code, pointer).unwrap();
            let (slice, _) = etherparse::Icmpv4Header::from_slice(&message).unwrap();
            prop_assert_eq!(slice.icmp_type, etherparse::Icmpv4Type::ParameterProblem(theirs));
        }
    }
}
