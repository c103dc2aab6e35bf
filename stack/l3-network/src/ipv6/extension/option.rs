//! One option of an extension header; its type says what to do when it is not known.
//!
//! ```text
//!  0                   1
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5
//! +---+-+---------+---------------+
//! |act|c|  rest   | Opt Data Len  |
//! +---+-+---------+---------------+
//! ```
//! The data follows. `c` says that a router may change the data on the way. The one exception is
//! Pad1, a single zero octet.
//!
//! | act | what happens where the option is not known |
//! |---|---|
//! | 00 | it is skipped |
//! | 01 | the packet is discarded |
//! | 10 | the packet is discarded, and its sender told |
//! | 11 | the packet is discarded, and its sender told unless it was sent to a group |
//!
//! Spec: RFC 8200 §4.2; router alert RFC 2711 §2.1.  Units: octets, big-endian.
//! Checks: the data ends where the octets do.
//! Not here: jumbograms (RFC 2675): an option type that is not known here, with act 11.

use layercake_base::layout::Kind;
use layercake_base::{Layout, Reason};

use crate::octets::too_short;

const SPEC: &str = "RFC 8200 §4.2";

/// Type and length.
pub static LAYOUT: Layout = Layout {
    protocol: "IPv6 option",
    spec: SPEC,
    fields: &[
        Layout::field(
            0,
            2,
            "act",
            Kind::Enum(&[
                (0, "skip"),
                (1, "discard"),
                (2, "discard and tell"),
                (3, "discard and tell, but for a group"),
            ]),
            "what to do where the option is not known",
            SPEC,
        ),
        Layout::field(
            2,
            1,
            "chg",
            Kind::Number(""),
            "1: the data may change on the way",
            SPEC,
        )
        .labelled("c"),
        Layout::field(3, 5, "rest", Kind::Number(""), "the rest of the type", SPEC),
        Layout::field(
            8,
            8,
            "Opt Data Len",
            Kind::Number("octets"),
            "length of the data",
            SPEC,
        ),
    ],
};

/// An option's type octet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Type(pub u8);

/// What to do with a packet that has an option that is not known. RFC 8200 §4.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Go on behind it.
    Skip,
    /// Discard the packet.
    Discard,
    /// Discard the packet and tell its sender.
    Tell,
    /// Discard the packet and tell its sender, unless it was sent to a group.
    TellOne,
}

impl Type {
    /// One octet of padding.
    pub const PAD1: Type = Type(0);
    /// Any more octets of padding.
    pub const PADN: Type = Type(1);
    /// Routers on the way should look into the packet. RFC 2711.
    pub const ROUTER_ALERT: Type = Type(5);
    /// The packet is longer than its header can say. RFC 2675.
    pub const JUMBO_PAYLOAD: Type = Type(0xc2);

    /// What its first two bits say.
    pub const fn act(self) -> Act {
        match self.0 >> 6 {
            0 => Act::Skip,
            1 => Act::Discard,
            2 => Act::Tell,
            _ => Act::TellOne,
        }
    }
}

/// One option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opt<'a> {
    /// What it is.
    pub kind: Type,
    /// Its data.
    pub data: &'a [u8],
}

impl<'a> Opt<'a> {
    /// The option that these octets begin with.
    ///
    /// # Errors
    /// It does not end within them.
    pub fn decode(octets: &'a [u8]) -> Result<Self, Reason> {
        let field = "IPv6 option";
        let (kind, rest) = match octets {
            [] => return Err(too_short(field, 1, 0)),
            [0, ..] => {
                let (kind, data) = (Type::PAD1, &[][..]);
                return Ok(Opt { kind, data });
            }
            [kind, rest @ ..] => (Type(*kind), rest),
        };
        let length = usize::from(rest.first().copied().unwrap_or(0));
        let data = rest.get(1..=length);
        let short = too_short(field, 2 + length, octets.len());
        Ok(Opt {
            kind,
            data: data.ok_or(short)?,
        })
    }

    /// Its type and length, which the data follows; not for Pad1.
    pub fn front(&self) -> [u8; 2] {
        [
            self.kind.0,
            u8::try_from(self.data.len()).unwrap_or(u8::MAX),
        ]
    }

    /// Octets of all of it.
    pub fn octets(&self) -> usize {
        match self.kind {
            Type::PAD1 => 1,
            _ => 2 + self.data.len(),
        }
    }

    /// It only fills room.
    pub fn is_padding(&self) -> bool {
        matches!(self.kind, Type::PAD1 | Type::PADN)
    }

    /// Fills `place`, less than 258 octets, with one option of padding.
    pub fn pad(place: &mut [u8]) {
        place.fill(0);
        if let [kind, length, data @ ..] = place {
            *kind = Type::PADN.0;
            *length = u8::try_from(data.len()).unwrap_or(u8::MAX);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::held;
    use hex_literal::hex;

    #[test]
    fn the_picture_is_the_layout() {
        LAYOUT.is_drawn_in(include_str!("option.rs")).unwrap();
    }

    /// RFC 2711 §2.1 draws the option octet by octet.
    #[test]
    fn a_router_alert_is_read_and_written_the_same() {
        let octets = hex!("05 02 0000 3a");
        let option = Opt::decode(&octets).unwrap();
        assert_eq!(
            (option.kind, option.data),
            (Type::ROUTER_ALERT, &[0, 0][..])
        );
        assert_eq!((option.front(), option.octets()), ([5, 2], 4));
        assert_eq!(option.kind.act(), Act::Skip);
        held::field(&LAYOUT, &octets, "Opt Data Len", 2_u8);
        held::field(&LAYOUT, &octets, "rest", 5_u8);
    }

    /// RFC 8200 §4.2 and RFC 2675 §2.
    #[test]
    fn the_first_two_bits_say_what_happens() {
        let acts = [0x05, 0x5e, 0x9e, 0xde].map(|kind| Type(kind).act());
        assert_eq!(acts, [Act::Skip, Act::Discard, Act::Tell, Act::TellOne]);
        assert_eq!(Type::JUMBO_PAYLOAD.act(), Act::TellOne);
    }

    #[test]
    fn padding_has_the_length_that_it_is_given() {
        for length in 0..20 {
            let mut place = vec![0xaa; length];
            Opt::pad(&mut place);
            let padding = Opt::decode(&place).ok().filter(Opt::is_padding);
            assert_eq!(padding.map_or(0, |pad| pad.octets()), length);
        }
        let reason = Opt::decode(&[1, 3, 0]).unwrap_err();
        assert_eq!(reason.to_string(), "IPv6 option needs 5 octets, have 3");
    }
}
