//! ICMPv6 time exceeded: a packet died of age.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |     Type      |     Code      |           Checksum            |
//! +---------------+---------------+-------------------------------+
//! |    Length     |                    Unused                     |
//! +---------------+-----------------------------------------------+
//! ```
//! The packet, as much of it as fits into 1280 octets, follows.
//!
//! Spec: RFC 4443 §3.3; Length RFC 4884 §4.5.  Units: octets, big-endian; Length in 8 octets.
//! Checks: length, checksum over pseudo-header and message, type 3.
//! Not here: the extensions behind the quote (RFC 4884).

use layercake_base::layout::Kind;
use layercake_base::{Layout, Reason};

use super::{CHECKSUM, Ends, HEADER, TYPE, Type, check, code, write};

/// The header; the quote follows.
pub static LAYOUT: Layout = Layout {
    protocol: "ICMPv6 time exceeded",
    spec: "RFC 4443 §3.3",
    fields: &[
        TYPE,
        code(Kind::Enum(CODES), "which time"),
        CHECKSUM,
        Layout::field(
            32,
            8,
            "Length",
            Kind::Scaled(8, "octets"),
            "length of the quote when extensions follow it, else 0",
            "RFC 4884 §4.5",
        ),
        Layout::field(
            40,
            24,
            "Unused",
            Kind::Reserved,
            "sent as zero, ignored when received",
            "RFC 4443 §3.3",
        ),
    ],
};

/// Codes by name. RFC 4443 §3.3.
pub const CODES: &[(u64, &str)] = &[
    (0, "hop limit exceeded in transit"),
    (1, "fragment reassembly time exceeded"),
];

/// The header of the message; the quote is the rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeExceeded {
    /// 0: the hop limit ran out on the way; 1: the fragments did not all come in time.
    pub code: u8,
    /// Length of the quote in 8 octets when extensions follow it, else 0.
    pub length: u8,
}

impl TimeExceeded {
    /// The hop limit ran out.
    pub const IN_TRANSIT: Self = TimeExceeded { code: 0, length: 0 };
    /// The fragments did not all come in time.
    pub const REASSEMBLY: Self = TimeExceeded { code: 1, length: 0 };

    /// The header at the start of `message`, whose checksum covers all of it and the addresses.
    ///
    /// # Errors
    /// See Checks in the [module](self).
    pub fn decode(message: &[u8], ends: Ends) -> Result<TimeExceeded, Reason> {
        let octets = check(message, ends)?;
        let kind = Type(octets[0]);
        Reason::require(kind == Type::TIME_EXCEEDED, "Type", kind.0, "must be 3")?;
        let (code, length) = (octets[1], octets[4]);
        Ok(TimeExceeded { code, length })
    }

    /// Writes the header over the first octets of `message`, with the checksum over all of it.
    ///
    /// # Errors
    /// `message` is shorter than the header.
    pub fn encode(&self, message: &mut [u8], ends: Ends) -> Result<(), Reason> {
        let mut octets = [0; HEADER];
        octets[0] = Type::TIME_EXCEEDED.0;
        octets[1] = self.code;
        octets[4] = self.length;
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
            .is_drawn_in(include_str!("time_exceeded.rs"))
            .unwrap();
    }

    #[test]
    fn what_a_kernel_says_is_read() {
        let (ends, message) = split(&samples::TIME_EXCEEDED_V6);
        let expected = TimeExceeded { code: 0, length: 0 };
        assert_eq!(TimeExceeded::decode(message, ends), Ok(expected));
        let (ends, message) = split(&samples::ECHO_V6);
        let reason = TimeExceeded::decode(message, ends).unwrap_err();
        assert_eq!(reason.to_string(), "Type = 128 must be 3");
    }

    proptest! {
        /// etherparse has no length (RFC 4884), so it takes part with none.
        #[test]
        fn the_codec_the_layout_and_etherparse_agree(
            code in 0..2_u8, length: u8, ends: Octets,
            rest in proptest::collection::vec(any::<u8>(), 0..80),
        ) {
            let code_of = etherparse::icmpv6::TimeExceededCode::from_u8;
            let theirs = etherparse::Icmpv6Type::TimeExceeded(code_of(code).unwrap());
            for length in [0, length] {
                let ours = TimeExceeded { code, length };
                let message = written(ends, &rest, |place, ends| ours.encode(place, ends));
                prop_assert_eq!(TimeExceeded::decode(&message, addresses(ends)), Ok(ours));
                held::field(&LAYOUT, &message, "Type", 3_u8);
                held::field(&LAYOUT, &message, "Code", code);
                held::field(&LAYOUT, &message, "Length", length);
                if length == 0 {
                    prop_assert_eq!(&message[..8], etherparse_writes(theirs, ends, &rest));
                }
            }
        }
    }
}
