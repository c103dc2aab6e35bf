//! ICMPv6 parameter problem: a packet's headers could not be understood, and this is the octet.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |     Type      |     Code      |           Checksum            |
//! +---------------+---------------+-------------------------------+
//! |                            Pointer                            |
//! +---------------------------------------------------------------+
//! ```
//! The packet, as much of it as fits into 1280 octets, follows.
//!
//! Spec: RFC 4443 §3.4; code 3 RFC 7112 §5.  Units: octets, big-endian; Pointer counts from 0.
//! Checks: length, checksum over pseudo-header and message, type 4.
//! Not here: who is told so (`ipv6`).

use layercake_base::layout::Kind;
use layercake_base::{Layout, Reason};

use super::{CHECKSUM, Ends, HEADER, TYPE, Type, check, code, write};
use crate::octets::chunk;

/// The header; the quote follows.
pub static LAYOUT: Layout = Layout {
    protocol: "ICMPv6 parameter problem",
    spec: "RFC 4443 §3.4",
    fields: &[
        TYPE,
        code(Kind::Enum(CODES), "what is wrong"),
        CHECKSUM,
        Layout::field(
            32,
            32,
            "Pointer",
            Kind::Number("octets"),
            "which octet of the quoted packet is wrong, counted from 0",
            "RFC 4443 §3.4",
        ),
    ],
};

/// Codes by name. RFC 4443 §3.4, RFC 7112 §5.
pub const CODES: &[(u64, &str)] = &[
    (0, "erroneous header field encountered"),
    (1, "unrecognized Next Header type encountered"),
    (2, "unrecognized IPv6 option encountered"),
    (3, "IPv6 First Fragment has incomplete IPv6 Header Chain"),
];

/// The header of the message; the quote is the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParameterProblem {
    /// What is wrong; see [`CODES`].
    pub code: u8,
    /// Which octet of the packet.
    pub pointer: u32,
}

impl ParameterProblem {
    /// The first fragment does not hold all headers. RFC 7112 §5.
    pub const INCOMPLETE_CHAIN: Self = ParameterProblem {
        code: 3,
        pointer: 0,
    };

    /// The field that begins at this octet of the packet is wrong.
    pub const fn field(pointer: u32) -> Self {
        ParameterProblem { code: 0, pointer }
    }

    /// This octet of the packet names a header that nobody knows here.
    pub const fn next_header(pointer: u32) -> Self {
        ParameterProblem { code: 1, pointer }
    }

    /// This octet of the packet begins an option that nobody knows here.
    pub const fn option(pointer: u32) -> Self {
        ParameterProblem { code: 2, pointer }
    }

    /// The header at the start of `message`, whose checksum covers all of it and the addresses.
    ///
    /// # Errors
    /// See Checks in the [module](self).
    pub fn decode(message: &[u8], ends: Ends) -> Result<ParameterProblem, Reason> {
        let octets = check(message, ends)?;
        let kind = Type(octets[0]);
        let right = kind == Type::PARAMETER_PROBLEM;
        Reason::require(right, "Type", kind.0, "must be 4")?;
        Ok(ParameterProblem {
            code: octets[1],
            pointer: u32::from_be_bytes(chunk(&octets, 4)),
        })
    }

    /// Writes the header over the first octets of `message`, with the checksum over all of it.
    ///
    /// # Errors
    /// `message` is shorter than the header.
    pub fn encode(&self, message: &mut [u8], ends: Ends) -> Result<(), Reason> {
        let mut octets = [0; HEADER];
        octets[0] = Type::PARAMETER_PROBLEM.0;
        octets[1] = self.code;
        octets[4..8].copy_from_slice(&self.pointer.to_be_bytes());
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
        LAYOUT
            .is_drawn_in(include_str!("parameter_problem.rs"))
            .unwrap();
    }

    #[test]
    fn another_type_is_refused() {
        let (ends, message) = split(&samples::ECHO_V6);
        let reason = ParameterProblem::decode(message, ends).unwrap_err();
        assert_eq!(reason.to_string(), "Type = 128 must be 4");
    }

    proptest! {
        #[test]
        fn the_codec_the_layout_and_etherparse_agree(
            code in 0..4_u8, pointer: u32, ends: Octets,
            rest in proptest::collection::vec(any::<u8>(), 0..80),
        ) {
            let ours = ParameterProblem { code, pointer };
            let message = written(ends, &rest, |place, ends| ours.encode(place, ends));
            prop_assert_eq!(ParameterProblem::decode(&message, addresses(ends)), Ok(ours));
            held::field(&LAYOUT, &message, "Type", 4_u8);
            held::field(&LAYOUT, &message, "Code", code);
            held::field(&LAYOUT, &message, "Pointer", pointer);
            let code = etherparse::icmpv6::ParameterProblemCode::from_u8(code).unwrap();
            let theirs = etherparse::icmpv6::ParameterProblemHeader { code, pointer };
            let theirs = etherparse::Icmpv6Type::ParameterProblem(theirs);
            prop_assert_eq!(&message[..8], etherparse_writes(theirs, ends, &rest));
        }
    }
}
