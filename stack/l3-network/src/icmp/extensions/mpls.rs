//! The MPLS labels that a packet had when it died.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------------------------------+-----+-+---------------+
//! |                 Label                 | TC  |S|      TTL      |
//! +---------------------------------------+-----+-+---------------+
//! ```
//! Spec: RFC 4950 §3 (class 1, type 1: the stack, top first); RFC 3032 §2.1, and RFC 5462 for
//! the name of TC.  Units: octets, big-endian.
//! Checks: none, any four octets are an entry; what is left over at the end is no entry.

use layercake_base::Layout;
use layercake_base::layout::Kind;

use super::Object;

/// One entry of the stack.
pub static LAYOUT: Layout = Layout {
    protocol: "MPLS label stack entry",
    spec: "RFC 3032 §2.1",
    fields: &[
        Layout::field(
            0,
            20,
            "Label",
            Kind::Number(""),
            "what routers switch by",
            "RFC 3032 §2.1",
        ),
        Layout::field(20, 3, "TC", Kind::Number(""), "traffic class", "RFC 5462"),
        Layout::field(
            23,
            1,
            "S",
            Kind::Number(""),
            "1 at the bottom of the stack",
            "RFC 3032 §2.1",
        ),
        Layout::field(
            24,
            8,
            "TTL",
            Kind::Number(""),
            "time to live",
            "RFC 3032 §2.1",
        ),
    ],
};

/// One entry of a label stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LabelStackEntry {
    /// What routers switch by; 20 bits.
    pub label: u32,
    /// Class of service; 3 bits.
    pub traffic_class: u8,
    /// The last of the stack.
    pub bottom: bool,
    /// How many more routers may hand it on.
    pub time_to_live: u8,
}

impl LabelStackEntry {
    /// The class of the object that holds a stack.
    pub const CLASS: u8 = 1;
    /// The object's form: the stack as it came in.
    pub const C_TYPE: u8 = 1;

    /// The stack in an object, top first; empty when it is another object.
    pub fn in_object<'a>(object: &Object<'a>) -> impl Iterator<Item = Self> + use<'a> {
        let own = (object.class, object.c_type) == (Self::CLASS, Self::C_TYPE);
        let data = if own { object.data } else { &[] };
        data.as_chunks::<4>().0.iter().copied().map(Self::decode)
    }

    /// The entry that four octets are.
    pub fn decode(octets: [u8; 4]) -> Self {
        let word = u32::from_be_bytes(octets);
        let [_, _, middle, time_to_live] = octets;
        LabelStackEntry {
            label: word >> 12,
            traffic_class: middle >> 1 & 0b111,
            bottom: middle & 1 != 0,
            time_to_live,
        }
    }

    /// The four octets of the entry; bits beyond the fields are lost.
    pub fn encode(&self) -> [u8; 4] {
        let word = self.label << 12
            | u32::from(self.traffic_class & 0b111) << 9
            | u32::from(self.bottom) << 8
            | u32::from(self.time_to_live);
        word.to_be_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::held;

    #[test]
    fn the_picture_is_the_layout() {
        LAYOUT.is_drawn_in(include_str!("mpls.rs")).unwrap();
    }

    proptest::proptest! {
        #[test]
        fn the_codec_and_the_layout_agree(octets: [u8; 4]) {
            let entry = LabelStackEntry::decode(octets);
            proptest::prop_assert_eq!(entry.encode(), octets);
            held::field(&LAYOUT, &octets, "Label", entry.label);
            held::field(&LAYOUT, &octets, "TC", entry.traffic_class);
            held::field(&LAYOUT, &octets, "S", entry.bottom);
            held::field(&LAYOUT, &octets, "TTL", entry.time_to_live);
        }
    }
}
