//! Extensions of an ICMP message: objects behind the quote, or behind an extended echo.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-------+-----------------------+-------------------------------+
//! |Version|       Reserved        |           Checksum            |
//! +-------+-----------------------+---------------+---------------+
//! |            Length             |   Class-Num   |    C-Type     |
//! +-------------------------------+---------------+---------------+
//! ```
//! The first four octets stand once, the others begin each object; its data follows them.
//!
//! Spec: RFC 4884 §7 (structure), §7.1 (objects), §5.2 (a checksum of 0 is none), §5.5 (messages
//! without a Length, whose quote has 128 octets).
//! Units: octets, big-endian; Length counts the object with its header.
//! Checks: version 2, checksum; each object's length from 4 and not beyond the end.

pub mod interface;
pub mod mpls;

use layercake_base::layout::Kind;
use layercake_base::{Layout, Reason, checksum};

use super::{HEADER, Type};
use crate::icmpv6;
use crate::octets::{chunk, too_short};
pub use interface::{InterfaceInformation, Role};
pub use mpls::LabelStackEntry;

/// The structure's header and that of its first object.
pub static LAYOUT: Layout = Layout {
    protocol: "ICMP extensions",
    spec: "RFC 4884 §7",
    fields: &[
        Layout::field(
            0,
            4,
            "Version",
            Kind::Number(""),
            "of the structure: 2",
            "RFC 4884 §7",
        ),
        Layout::field(4, 12, "Reserved", Kind::Reserved, "zero", "RFC 4884 §7"),
        Layout::field(
            16,
            16,
            "Checksum",
            Kind::Checksum,
            "one's complement sum over the structure; 0 for none",
            "RFC 4884 §7",
        ),
        Layout::field(
            32,
            16,
            "Length",
            Kind::Number("octets"),
            "of the object with its header",
            "RFC 4884 §7.1",
        ),
        Layout::field(
            48,
            8,
            "Class-Num",
            Kind::Enum(CLASSES),
            "what the object is",
            "RFC 4884 §7.1",
        ),
        Layout::field(
            56,
            8,
            "C-Type",
            Kind::Number(""),
            "its form",
            "RFC 4884 §7.1",
        ),
    ],
};

/// Classes by name. RFC 4950, RFC 5837, RFC 8335.
pub const CLASSES: &[(u64, &str)] = &[
    (1, "MPLS Label Stack"),
    (2, "Interface Information"),
    (3, "Interface Identification"),
];

/// Octets of the structure's header, and of an object's.
const FRONT: usize = 4;
/// Octets of a quote in a message that has extensions but no Length. RFC 4884 §5.5.
pub const SHORTEST_QUOTE: usize = 128;
/// The version, in its place.
const VERSION: u8 = 0x20;

/// One object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Object<'a> {
    /// What it is.
    pub class: u8,
    /// Its form.
    pub c_type: u8,
    /// Its data.
    pub data: &'a [u8],
}

/// The objects behind a quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extensions<'a> {
    objects: &'a [u8],
}

impl<'a> Extensions<'a> {
    /// The structure that these octets are.
    ///
    /// # Errors
    /// Fewer than four octets, another version, a wrong checksum.
    pub fn decode(octets: &'a [u8]) -> Result<Self, Reason> {
        let Some((front, objects)) = octets.split_first_chunk::<FRONT>() else {
            return Err(too_short("ICMP extensions", FRONT, octets.len()));
        };
        let version = front[0] >> 4;
        Reason::require(version == 2, "Version", version, "must be 2")?;
        let found = u16::from_be_bytes(chunk(front, 2));
        if found != 0 && checksum::internet(octets) != 0 {
            let sum = checksum::Sum::default().octets(&[front[0], front[1]]);
            let computed = sum.octets(objects).finish();
            Reason::check("Checksum of extensions", found, computed)?;
        }
        Ok(Extensions { objects })
    }

    /// The extensions of a whole ICMP error message; `None` where it has none.
    pub fn in_message(message: &'a [u8]) -> Option<Result<Self, Reason>> {
        if !Type::of(message)?.has_length() {
            return None;
        }
        let words = usize::from(message.get(5).copied()?);
        if words > 0 {
            return Some(Self::decode(message.get(HEADER + words * 4..)?));
        }
        let behind = message.get(HEADER + SHORTEST_QUOTE..)?;
        let has_sum = behind.get(2..4).is_some_and(|sum| sum != [0, 0]);
        let old = Self::decode(behind).ok().filter(|_| has_sum);
        old.map(Ok)
    }

    /// The extensions of a whole ICMPv6 error message; `None` where it has none. Its Length
    /// stands in the fifth octet and counts in 8 octets: RFC 4884 §4.4, §4.5.
    pub fn in_icmpv6(message: &'a [u8]) -> Option<Result<Self, Reason>> {
        let kind = icmpv6::Type::of(message).filter(|kind| kind.has_length());
        let units = kind.and_then(|_| message.get(4).copied());
        let units = units.filter(|&units| units > 0)?;
        Some(Self::decode(
            message.get(HEADER + usize::from(units) * 8..)?,
        ))
    }

    /// One object after another, up to the first that is malformed.
    pub fn objects(&self) -> Objects<'a> {
        Objects(self.objects)
    }

    /// Writes the structure with these objects to the start of `place`, and gives its octets.
    ///
    /// # Errors
    /// `place` is too short.
    pub fn encode(place: &mut [u8], objects: &[Object<'_>]) -> Result<usize, Reason> {
        let size = |object: &Object<'_>| FRONT + object.data.len();
        let need = FRONT + objects.iter().map(size).sum::<usize>();
        let short = too_short("room for ICMP extensions", need, place.len());
        let place = place.get_mut(..need).ok_or(short)?;
        let (front, mut rest) = place.split_at_mut(FRONT);
        front.copy_from_slice(&[VERSION, 0, 0, 0]);
        for object in objects {
            let (own, behind) = rest.split_at_mut(size(object));
            let (head, data) = own.split_at_mut(FRONT);
            let have = size(object);
            let length = u16::try_from(have).map_err(|_| Reason::TooLong {
                field: "ICMP extension object",
                have,
                most: usize::from(u16::MAX),
            })?;
            let [high, low] = length.to_be_bytes();
            head.copy_from_slice(&[high, low, object.class, object.c_type]);
            data.copy_from_slice(object.data);
            rest = behind;
        }
        let sum = checksum::internet(place).to_be_bytes();
        if let Some(field) = place.get_mut(2..4) {
            field.copy_from_slice(&sum);
        }
        Ok(need)
    }
}

/// The objects of a structure, one after another.
#[derive(Clone, Debug)]
pub struct Objects<'a>(&'a [u8]);

impl<'a> Iterator for Objects<'a> {
    type Item = Result<Object<'a>, Reason>;

    fn next(&mut self) -> Option<Self::Item> {
        let octets = core::mem::take(&mut self.0);
        if octets.is_empty() {
            return None;
        }
        let Some((front, _)) = octets.split_first_chunk::<FRONT>() else {
            let have = octets.len();
            return Some(Err(too_short("ICMP extension object", FRONT, have)));
        };
        let length = u16::from_be_bytes(chunk(front, 0));
        let Some(data) = octets.get(FRONT..usize::from(length)) else {
            let rule = "must be at least 4 and end within the extensions";
            let field = "Length of an object";
            let value = length.into();
            return Some(Err(Reason::Illegal { field, value, rule }));
        };
        self.0 = octets.get(usize::from(length)..).unwrap_or_default();
        let [_, _, class, c_type] = *front;
        Some(Ok(Object {
            class,
            c_type,
            data,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::held;
    use hex_literal::hex;
    use proptest::prelude::*;

    #[test]
    fn the_picture_is_the_layout() {
        LAYOUT.is_drawn_in(include_str!("extensions.rs")).unwrap();
    }

    /// From tcpdump's capture mpls-traceroute: tcpdump says "ICMP Multi-Part extension v2,
    /// checksum 0xc55f (correct), MPLS Stack Entry Object (1), label 100704, tc 0, [S], ttl 1".
    /// The message has no Length, so that the quote has 128 octets.
    #[test]
    fn what_a_router_of_the_internet_said_is_read_and_written_the_same() {
        let octets = hex!("2000 c55f 0008 0101 1896 0101");
        let mut message = [0; 148];
        message[0] = 11;
        message[136..].copy_from_slice(&octets);
        let extensions = Extensions::in_message(&message).unwrap().unwrap();
        let objects: Vec<_> = extensions.objects().map(Result::unwrap).collect();
        let labels: Vec<_> = LabelStackEntry::in_object(&objects[0]).collect();
        let expected = LabelStackEntry {
            label: 100_704,
            traffic_class: 0,
            bottom: true,
            time_to_live: 1,
        };
        assert_eq!(labels, [expected]);
        let mut again = [0xaa; 20];
        assert_eq!(Extensions::encode(&mut again, &objects), Ok(12));
        assert_eq!(again[..12], octets);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (octets, text) in [
            (&hex!("20")[..], "ICMP extensions needs 4 octets, have 1"),
            (&hex!("10 00 0000"), "Version = 1 must be 2"),
            (
                &hex!("2000 c55e 0008 0101 1896 0101"),
                "Checksum of extensions is 0xc55e, computed 0xc55f",
            ),
        ] {
            let reason = Extensions::decode(octets).unwrap_err();
            assert_eq!(reason.to_string(), text);
        }
        let rule = "must be at least 4 and end within the extensions";
        for (octets, length) in [
            (hex!("2000 0000 0003 0101"), 3),
            (hex!("2000 0000 0005 0101"), 5),
        ] {
            let extensions = Extensions::decode(&octets).unwrap();
            let Some(Err(reason)) = extensions.objects().last() else {
                panic!("{octets:02x?}")
            };
            let text = format!("Length of an object = {length} {rule}");
            assert_eq!(reason.to_string(), text);
        }
    }

    #[test]
    fn a_message_without_extensions_has_none() {
        assert!(Extensions::in_message(&crate::samples::TIME_EXCEEDED[20..]).is_none());
        let mut long = [0; 200];
        long[0] = 3;
        assert!(
            Extensions::in_message(&long).is_none(),
            "no version 2 there"
        );
        long[0] = 5;
        long[5] = 1;
        assert!(
            Extensions::in_message(&long).is_none(),
            "a redirect has no length"
        );
    }

    proptest! {
        #[test]
        fn decode_after_encode_is_identity(
            objects in proptest::collection::vec(
                (any::<u8>(), any::<u8>(), proptest::collection::vec(any::<u8>(), 0..40)), 1..5),
        ) {
            let objects: Vec<_> = objects
                .iter()
                .map(|(class, c_type, data)| Object { class: *class, c_type: *c_type, data })
                .collect();
            let mut place = [0xaa; 256];
            let length = Extensions::encode(&mut place, &objects).unwrap();
            let octets = &place[..length];
            let again = Extensions::decode(octets);
            // An odd object ends the sum on an odd octet, as at the end of a message.
            let read: Vec<_> = again.unwrap().objects().map(Result::unwrap).collect();
            prop_assert_eq!(&read, &objects);
            held::field(&LAYOUT, octets, "Version", 2_u8);
            held::field(&LAYOUT, octets, "Class-Num", objects[0].class);
            held::field(&LAYOUT, octets, "Length", objects[0].data.len() as u64 + 4);
        }

        #[test]
        fn decode_never_panics(octets in proptest::collection::vec(any::<u8>(), 0..200), right: bool) {
            let mut octets = octets;
            if right && octets.len() >= 8 {
                octets[..4].copy_from_slice(&[0x20, 0, 0, 0]);
            }
            for found in [Extensions::decode(&octets).ok(), Extensions::in_message(&octets).and_then(Result::ok)] {
                let objects = found.iter().flat_map(Extensions::objects);
                for object in objects.flatten() {
                    let _ = (LabelStackEntry::in_object(&object).count(), InterfaceInformation::decode(&object));
                }
            }
        }
    }
}
