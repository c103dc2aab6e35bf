//! The header: what kind of frame, of which epoch, and the two numbers.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-------+-----+-+---------------+-------------------------------+
//! | Type  | Try |M|     Epoch     |             N(S)              |
//! +-------+-----+-+---------------+-------------------------------+
//! |             N(R)              |
//! +-------------------------------+
//! ```
//! Spec: our own, after the frames of ISO/IEC 13239 (HDLC, asynchronous balanced mode), whose
//! names it keeps; numbers of up to 16 bits, and an epoch.
//! Units: octets, big-endian; numbers count frames.
//! Checks: length, type, Try and N(S) zero where they mean nothing, no octet behind the header
//! unless it is an I frame.
//! Not here: poll and final bits (an answer names the epoch that it answers to), addresses (a
//! link has two ends), whether a number is below 2^m (who knows m checks that).
//!
//! | type | N(S) | Try | N(R), always: all before it have arrived | M |
//! |---|---|---|---|---|
//! | I | number of this frame | its how many-th transmission | next one expected | 1 |
//! | RR | the frame that it answers: it has arrived, early or in order | of that | next one expected | 1; 0 when it answers none |
//! | REJ | the frame that came while one before it is missing | of that | next one expected: send again from it on | 1 |
//! | SREJ | the missing one: send it again | 0 | next one expected | 1 |
//! | SABM, UA | the epoch before | 0 | next one expected in the epoch before | 1 when there was one |
//! | DISC, DM | 0 | 0 | 0 | 0 |
//!
//! M says that N(S) has a meaning. Because an RR names one transmission of one frame, a frame
//! that was sent twice gives a sample of the round trip too: what Karn's rule (RFC 6298 §3) has
//! to throw away is known here, as with the timestamps of RFC 7323.

use layercake_base::layout::{Field, Kind};
use layercake_base::{Layout, Reason};

/// Octets of the header.
pub const OCTETS: usize = 6;

/// The names of the types, by number.
const TYPES: &[(u64, &str)] = &[
    (0, "I"),
    (1, "RR"),
    (2, "REJ"),
    (3, "SREJ"),
    (4, "SABM"),
    (5, "UA"),
    (6, "DISC"),
    (7, "DM"),
];

/// The header, bit by bit.
pub static LAYOUT: Layout = Layout {
    protocol: "ARQ",
    spec: "after ISO/IEC 13239",
    fields: &[
        field(0, 4, "Type", Kind::Enum(TYPES), "what the frame is for"),
        field(
            4,
            3,
            "Try",
            Kind::Number(""),
            "how many-th transmission of the frame that N(S) names, counted from 1, modulo 8",
        ),
        field(7, 1, "M", Kind::Flags(&["M"]), "N(S) has a meaning"),
        field(
            8,
            8,
            "Epoch",
            Kind::Number(""),
            "which life of the link the frame belongs to; one more after each reset",
        ),
        field(
            16,
            16,
            "N(S)",
            Kind::Number(""),
            "number of this frame, or of the one that it speaks of",
        ),
        field(
            32,
            16,
            "N(R)",
            Kind::Number(""),
            "next number that the sender of this frame expects: all before it have arrived",
        ),
    ],
};

const fn field(
    at: usize,
    width: usize,
    name: &'static str,
    kind: Kind,
    meaning: &'static str,
) -> Field {
    Layout::field(at, width, name, kind, meaning, "after ISO/IEC 13239")
}

/// What a frame is for. The names are HDLC's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// Information: carries an SDU, and acknowledges what came the other way.
    I,
    /// Receive ready: an acknowledgement that no I frame came by to carry.
    Rr,
    /// Reject: go back to N(R), since N(S) has come without it.
    Rej,
    /// Selective reject: repeat N(S).
    Srej,
    /// Set asynchronous balanced mode: begin a new epoch, both ends at 0.
    Sabm,
    /// Unnumbered acknowledgement: yes, we are in this epoch, or have left it as asked.
    Ua,
    /// Disconnect.
    Disc,
    /// Disconnected mode: there is no such epoch here.
    Dm,
}

impl Type {
    const ALL: [Type; 8] = [
        Type::I,
        Type::Rr,
        Type::Rej,
        Type::Srej,
        Type::Sabm,
        Type::Ua,
        Type::Disc,
        Type::Dm,
    ];

    fn decode(number: u8) -> Result<Self, Reason> {
        let known = Self::ALL.get(usize::from(number)).copied();
        let (field, value) = ("Type", number.into());
        known.ok_or(Reason::Unhandled { field, value })
    }

    const fn number(self) -> u8 {
        match self {
            Type::I => 0,
            Type::Rr => 1,
            Type::Rej => 2,
            Type::Srej => 3,
            Type::Sabm => 4,
            Type::Ua => 5,
            Type::Disc => 6,
            Type::Dm => 7,
        }
    }
}

/// The header's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Header {
    /// What the frame is for.
    pub kind: Type,
    /// Which life of the link.
    pub epoch: u8,
    /// N(S), where it has a meaning.
    pub sent: Option<u16>,
    /// Try, 0 to 7: which transmission of that frame.
    pub attempt: u8,
    /// N(R).
    pub expected: u16,
}

impl Header {
    /// Reads the header of a frame.
    ///
    /// # Errors
    /// [`Reason::TooShort`]; [`Reason::Unhandled`] for a type that is not known;
    /// [`Reason::Illegal`] for Try, N(S) or M where they do not go with the type;
    /// [`Reason::TooLong`] for octets behind the header of a frame that carries none.
    pub fn decode(frame: &[u8]) -> Result<Self, Reason> {
        let (field, need, have) = ("ARQ header", OCTETS, frame.len());
        let short = Reason::TooShort { field, need, have };
        let (header, body) = frame.split_first_chunk::<OCTETS>().ok_or(short)?;
        let [control, epoch, sent @ .., high, low] = *header;
        let kind = Type::decode(control >> 4)?;
        let attempt = control >> 1 & 0b111;
        let sent = meaning(kind, control & 1 != 0, u16::from_be_bytes(sent))?;
        let counts =
            matches!(kind, Type::I | Type::Rej) || kind == Type::Rr && sent.is_some();
        let legal = counts || attempt == 0;
        Reason::require(legal, "Try", attempt, "must be 0 in this type")?;
        if kind != Type::I && !body.is_empty() {
            let (field, have, most) = ("body of a frame without SDU", body.len(), 0);
            return Err(Reason::TooLong { field, have, most });
        }
        let expected = u16::from_be_bytes([high, low]);
        Ok(Header {
            kind,
            epoch,
            sent,
            attempt,
            expected,
        })
    }

    /// The header as it goes on the wire.
    pub fn encode(&self) -> [u8; OCTETS] {
        let names = u8::from(self.sent.is_some());
        let control = self.kind.number() << 4 | (self.attempt & 0b111) << 1 | names;
        let [sent_high, sent] = self.sent.unwrap_or(0).to_be_bytes();
        let [high, low] = self.expected.to_be_bytes();
        [control, self.epoch, sent_high, sent, high, low]
    }
}

/// N(S), if it has a meaning.
fn meaning(kind: Type, means: bool, sent: u16) -> Result<Option<u16>, Reason> {
    let rule = match kind {
        Type::I | Type::Rej | Type::Srej => Some(true),
        Type::Disc | Type::Dm => Some(false),
        Type::Rr | Type::Sabm | Type::Ua => None,
    };
    let legal = rule.is_none_or(|rule| rule == means);
    Reason::require(legal, "M", u8::from(means), "does not go with this type")?;
    let blank = means || sent == 0;
    Reason::require(blank, "N(S)", sent, "must be 0 without the M bit")?;
    Ok(means.then_some(sent))
}

#[cfg(test)]
mod tests {
    use super::*;
    use hex_literal::hex;
    use proptest::prelude::*;

    #[test]
    fn the_picture_is_the_layout() {
        assert_eq!(LAYOUT.octets(), OCTETS);
        LAYOUT.is_drawn_in(include_str!("header.rs")).unwrap();
    }

    #[test]
    fn the_names_of_the_types_are_in_the_order_of_their_numbers() {
        for (kind, (number, name)) in Type::ALL.iter().zip(TYPES) {
            assert_eq!(u64::from(kind.number()), *number);
            assert!(format!("{kind:?}").eq_ignore_ascii_case(name));
        }
    }

    /// By hand, from the picture.
    #[test]
    fn a_selective_reject_is_these_six_octets() {
        let header = Header {
            kind: Type::Srej,
            epoch: 9,
            sent: Some(0x0102),
            attempt: 0,
            expected: 0x00ff,
        };
        assert_eq!(header.encode(), hex!("31 09 0102 00ff"));
    }

    #[test]
    fn what_breaks_a_rule_is_refused_by_the_name_of_its_field() {
        for (octets, text) in [
            (
                &hex!("01 00 0000 00")[..],
                "ARQ header needs 6 octets, have 5",
            ),
            (&hex!("81 00 0000 0000"), "Type = 8 is not handled here"),
            (&hex!("33 00 0000 0000"), "Try = 1 must be 0 in this type"),
            (&hex!("12 00 0000 0000"), "Try = 1 must be 0 in this type"),
            (&hex!("00 00 0000 0000"), "M = 0 does not go with this type"),
            (&hex!("71 00 0000 0000"), "M = 1 does not go with this type"),
            (
                &hex!("10 00 0001 0000"),
                "N(S) = 1 must be 0 without the M bit",
            ),
            (
                &hex!("10 00 0000 0000 aa"),
                "body of a frame without SDU is 1 octets, at most 0 fit",
            ),
        ] {
            assert_eq!(Header::decode(octets).unwrap_err().to_string(), text);
        }
    }

    proptest! {
        #[test]
        fn codec_and_layout_agree(octets in proptest::collection::vec(any::<u8>(), 0..9)) {
            if let Ok(header) = Header::decode(&octets) {
                prop_assert_eq!(&header.encode()[..], &octets[..OCTETS]);
                let field = |name| LAYOUT.number(name, &octets).unwrap();
                prop_assert_eq!(field("Type"), u64::from(header.kind.number()));
                prop_assert_eq!(field("M") == 1, header.sent.is_some());
                prop_assert_eq!(field("Try"), u64::from(header.attempt));
                prop_assert_eq!(field("Epoch"), u64::from(header.epoch));
                prop_assert_eq!(field("N(S)"), u64::from(header.sent.unwrap_or(0)));
                prop_assert_eq!(field("N(R)"), u64::from(header.expected));
            }
        }

        #[test]
        fn a_legal_header_comes_back(kind in 0..8_usize, epoch: u8, means: bool, sent: u16, attempt in 0..8_u8, expected: u16) {
            let kind = Type::ALL[kind];
            let sent = match kind {
                Type::I | Type::Rej | Type::Srej => Some(sent),
                Type::Disc | Type::Dm => None,
                _ => means.then_some(sent),
            };
            let attempt = match kind {
                Type::I | Type::Rej => attempt,
                Type::Rr if sent.is_some() => attempt,
                _ => 0,
            };
            let header = Header { kind, epoch, sent, attempt, expected };
            prop_assert_eq!(Header::decode(&header.encode()), Ok(header));
        }
    }
}
