//! The Hop-by-Hop Options header and the Destination Options header: a list of options.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------------+
//! |  Next Header  |  Hdr Ext Len  |                               |
//! +---------------+---------------+                               +
//! |                            Options                            |
//! +---------------------------------------------------------------+
//! ```
//! The shortest one; the options may go on. Routers on the way look at the first kind of header,
//! where its place is right behind the IPv6 header; the second is for the destination alone.
//!
//! Spec: RFC 8200 §4.2, §4.3, §4.6.  Units: octets; Hdr Ext Len in 8 octets, without the first 8.
//! Checks: the whole header there; each option ends within it; not too many.
//! Bound: [`Options::MOST`] options that are not padding, as RFC 8504 §5.3 recommends.
//! Not here: single options (`option`).

use layercake_base::layout::{Field, Kind};
use layercake_base::{Layout, Reason};

use super::Opt;
use crate::Protocol;
use crate::octets::too_short;

/// The Hop-by-Hop Options header.
pub static HOP_BY_HOP: Layout = Layout {
    protocol: "IPv6 hop-by-hop options",
    spec: "RFC 8200 §4.3",
    fields: &FIELDS,
};

/// The Destination Options header.
pub static DESTINATION: Layout = Layout {
    protocol: "IPv6 destination options",
    spec: "RFC 8200 §4.6",
    fields: &FIELDS,
};

static FIELDS: [Field; 3] = [
    Layout::field(
        0,
        8,
        "Next Header",
        Kind::Enum(crate::protocol::NAMES),
        "what follows this header",
        "RFC 8200 §4.3",
    ),
    Layout::field(
        8,
        8,
        "Hdr Ext Len",
        Kind::Scaled(8, "octets"),
        "length of this header without its first 8 octets",
        "RFC 8200 §4.3",
    ),
    Layout::field(
        16,
        48,
        "Options",
        Kind::Octets,
        "type, length and data of each",
        "RFC 8200 §4.2",
    ),
];

/// One header, its options still octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options<'a> {
    /// What follows this header.
    pub next_header: Protocol,
    /// The options, one behind the other: six octets, and any number of eights.
    pub octets: &'a [u8],
}

/// Octets in front of the options.
const FRONT: usize = 2;

impl<'a> Options<'a> {
    /// Options that are looked at; a header with more is refused.
    pub const MOST: usize = 8;

    /// The header that these octets begin with.
    ///
    /// # Errors
    /// Not all of it is there.
    pub fn decode(octets: &'a [u8]) -> Result<Self, Reason> {
        let (field, have) = ("IPv6 options header", octets.len());
        let &[next, length, ..] = octets else {
            return Err(too_short(field, 8, have));
        };
        let need = (usize::from(length) + 1) * 8;
        let options = octets.get(FRONT..need);
        Ok(Options {
            next_header: Protocol(next),
            octets: options.ok_or(too_short(field, need, have))?,
        })
    }

    /// Writes the header to the start of `place`, the options padded to what it needs, and gives
    /// its octets.
    ///
    /// # Errors
    /// `place` is too short, or the options are too long for any header.
    pub fn encode(&self, place: &mut [u8]) -> Result<usize, Reason> {
        let (have, need) = (place.len(), (FRONT + self.octets.len()).next_multiple_of(8));
        let (field, most) = ("IPv6 options", 256 * 8 - FRONT);
        let long = Reason::TooLong {
            field,
            have: self.octets.len(),
            most,
        };
        let length = u8::try_from(need / 8 - 1).map_err(|_| long)?;
        let short = too_short("room for IPv6 options", need, have);
        let place = place.get_mut(..need).ok_or(short)?;
        let (front, rest) = place.split_at_mut(FRONT);
        front.copy_from_slice(&[self.next_header.0, length]);
        let (options, padding) = rest.split_at_mut(self.octets.len());
        options.copy_from_slice(self.octets);
        Opt::pad(padding);
        Ok(need)
    }

    /// The options that are not padding, each with the octets of this header in front of it.
    ///
    /// An `Err` is the last: an option that does not end within the header, with the octets in
    /// front of what is wrong, or `None` where there are too many.
    pub fn walk(&self) -> Walk<'a> {
        Walk {
            octets: self.octets,
            at: 0,
            seen: 0,
        }
    }
}

/// What is wrong with a list of options: where in the header, unless it is their number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Octets of the header in front of what is wrong.
    pub at: Option<usize>,
    /// What is wrong.
    pub reason: Reason,
}

/// See [`Options::walk`].
#[derive(Clone, Debug)]
pub struct Walk<'a> {
    octets: &'a [u8],
    at: usize,
    seen: usize,
}

impl<'a> Iterator for Walk<'a> {
    type Item = Result<(usize, Opt<'a>), Flaw>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let rest = self.octets.get(self.at..).filter(|rest| !rest.is_empty())?;
            let at = FRONT + self.at;
            let option = match Opt::decode(rest) {
                Ok(option) => option,
                Err(reason) => {
                    self.at = self.octets.len();
                    let at = Some(at + 1); // the length is what is wrong
                    return Some(Err(Flaw { at, reason }));
                }
            };
            self.at += option.octets();
            if option.is_padding() {
                continue;
            }
            self.seen += 1;
            if self.seen > Options::MOST {
                self.at = self.octets.len();
                let (queue, limit) = ("list of IPv6 options", Options::MOST);
                let reason = Reason::Full { queue, limit };
                return Some(Err(Flaw { at: None, reason }));
            }
            return Some(Ok((at, option)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::held;
    use crate::ipv6::extension::option::Type;
    use hex_literal::hex;
    use proptest::prelude::*;

    #[test]
    fn the_picture_is_the_layout() {
        HOP_BY_HOP.is_drawn_in(include_str!("options.rs")).unwrap();
        DESTINATION.is_drawn_in(include_str!("options.rs")).unwrap();
    }

    /// RFC 8200 appendix A, the second example: X has 8 + 4 octets with 8n+2 alignment, and Y
    /// 1, 2 and 4 octets with 4n+3.
    #[test]
    fn the_example_of_rfc_8200_is_read() {
        let octets = hex!(
            "3b 03 3e 0c 11111111 2222222222222222 01 01 00"
            "3f 07 33 4444 55555555 01 02 0000"
        );
        let header = Options::decode(&octets).unwrap();
        assert_eq!(header.next_header, Protocol::IPV6_NONXT);
        let all: Vec<_> = header.walk().map(Result::unwrap).collect();
        let found: Vec<_> = all
            .iter()
            .map(|(at, o)| (*at, o.kind.0, o.data.len()))
            .collect();
        assert_eq!(found, [(2, 0x3e, 12), (19, 0x3f, 7)]);
    }

    #[test]
    fn what_is_wrong_with_an_option_is_named_and_found() {
        let octets = hex!("3b 00 01 00 1e 07 0000");
        let header = Options::decode(&octets).unwrap();
        let flaw = header.walk().last().unwrap().unwrap_err();
        assert_eq!(flaw.at, Some(5));
        let text = "IPv6 option needs 9 octets, have 4";
        assert_eq!(flaw.reason.to_string(), text);
        let many = [&hex!("3b 02 0000")[..], &hex!("1e 00").repeat(10)].concat();
        let header = Options::decode(&many).unwrap();
        let flaw = header.walk().last().unwrap().unwrap_err();
        assert_eq!(flaw.at, None);
        assert_eq!(flaw.reason.to_string(), "list of IPv6 options is full at 8");
        assert_eq!(header.walk().count(), 9);
        let reason = Options::decode(&octets[..7]).unwrap_err();
        assert_eq!(
            reason.to_string(),
            "IPv6 options header needs 8 octets, have 7"
        );
    }

    proptest! {
        #[test]
        fn decode_after_encode_is_identity_and_etherparse_agrees(
            next_header: u8,
            options in proptest::collection::vec(
                (2..=255_u8, proptest::collection::vec(any::<u8>(), 0..40)), 0..=8),
        ) {
            let mut list = Vec::new();
            for (kind, data) in &options {
                list.extend(Opt { kind: Type(*kind), data }.front());
                list.extend(data);
            }
            let ours = Options { next_header: Protocol(next_header), octets: &list };
            let mut place = vec![0xaa; 400];
            let length = ours.encode(&mut place).unwrap();
            let octets = &place[..length];
            held::field(&HOP_BY_HOP, octets, "Next Header", next_header);
            held::field(&HOP_BY_HOP, octets, "Hdr Ext Len", length as u64 / 8 - 1);
            let again = Options::decode(octets).unwrap();
            let read: Vec<_> = again
                .walk()
                .map(|option| option.map(|(_, o)| (o.kind.0, o.data.to_vec())).unwrap())
                .collect();
            prop_assert_eq!(read, options);
            let (theirs, rest) = etherparse::Ipv6RawExtHeader::from_slice(octets).unwrap();
            prop_assert_eq!((theirs.next_header.0, rest.len()), (next_header, 0));
            prop_assert_eq!(theirs.payload(), again.octets);
        }

        #[test]
        fn decode_never_panics(octets in proptest::collection::vec(any::<u8>(), 0..100)) {
            if let Ok(options) = Options::decode(&octets) {
                prop_assert!(options.walk().count() <= Options::MOST + 1);
            }
        }
    }
}
