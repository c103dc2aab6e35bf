//! Bits by name: the one description of a header.
//!
//! A protocol states its header once, as a constant [`Layout`]. From it come the ASCII picture
//! in its documentation, the fields with values that the tools print, and the book's figures;
//! its codec is tested against it. Bits are numbered as in RFC pictures: 0 is the first on the
//! wire, the most significant of the first octet.

mod diagram;
mod value;

pub use diagram::{Misdrawn, picture_in};
pub use value::{Raw, Value};

/// The description of one header or trailer of fixed size.
#[derive(Debug, PartialEq, Eq)]
pub struct Layout {
    /// The protocol's name, as people say it: "IPv4".
    pub protocol: &'static str,
    /// RFC or standard, and section, where the picture of the header is.
    pub spec: &'static str,
    /// The fields in wire order, without gaps.
    pub fields: &'static [Field],
}

/// One field of a header.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    /// The name, spelled as in the RFC: "Time to Live".
    pub name: &'static str,
    /// A short form for the picture where the name has no room, the RFC's own where it has
    /// one: "DOffset". `None` where the name fits.
    pub label: Option<&'static str>,
    /// First bit.
    pub at: usize,
    /// Width in bits.
    pub width: usize,
    /// How to read the value.
    pub kind: Kind,
    /// What the field is for, in one sentence without a full stop.
    pub meaning: &'static str,
    /// RFC and section that say so.
    pub clause: &'static str,
}

/// How the value of a field is read and shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A number; the text is its unit ("octets", "hops"), or empty.
    Number(&'static str),
    /// A number counted in steps of several units: factor and unit. An IHL is `(4, "octets")`.
    Scaled(u64, &'static str),
    /// A number best seen in hexadecimal.
    Hex,
    /// Single bits, from the most significant: name or "" for reserved.
    Flags(&'static [&'static str]),
    /// A number that stands for something; values that are not listed are shown as numbers.
    Enum(&'static [(u64, &'static str)]),
    /// Link address, 48 bits.
    Mac,
    /// IPv4 address, 32 bits.
    Ipv4,
    /// IPv6 address, 128 bits.
    Ipv6,
    /// A check value.
    Checksum,
    /// Must be zero.
    Reserved,
    /// Octets without a reading of their own.
    Octets,
}

impl Layout {
    /// Describes one field; for use in constants.
    pub const fn field(
        at: usize,
        width: usize,
        name: &'static str,
        kind: Kind,
        meaning: &'static str,
        clause: &'static str,
    ) -> Field {
        Field {
            name,
            label: None,
            at,
            width,
            kind,
            meaning,
            clause,
        }
    }

    /// Bits of the whole header.
    pub fn bits(&self) -> usize {
        self.fields.last().map_or(0, |field| field.at + field.width)
    }

    /// Octets of the whole header.
    pub fn octets(&self) -> usize {
        self.bits().div_ceil(8)
    }

    /// The field with this name.
    pub fn find(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The fields with their values in `octets`, which begin where the header begins. Fields
    /// that lie partly or wholly beyond the end are left out.
    pub fn values<'a>(&self, octets: &'a [u8]) -> impl Iterator<Item = Value<'a>> {
        self.fields
            .iter()
            .filter_map(|field| Value::read(field, octets))
    }

    /// The number in the field with this name; `None` when there is no such field of at most 64
    /// bits, or when it lies beyond the end.
    pub fn number(&self, name: &str, octets: &[u8]) -> Option<u64> {
        match Value::read(self.find(name)?, octets)?.raw {
            Raw::Number(number) => Some(number),
            Raw::Octets(_) => None,
        }
    }

    /// The first field that does not begin where the one before it ends, whose width its kind
    /// cannot have, or whose label has no room in the picture. Every layout is tested to have
    /// none.
    pub fn flaw(&self) -> Option<&'static Field> {
        let mut end = 0;
        self.fields.iter().find(|field| {
            let follows = field.at == end && field.width > 0;
            end = field.at + field.width;
            !(follows && field.width_is_legal() && self.has_room_for_label(field))
        })
    }
}

impl Field {
    /// The same field with a short form of its name for the picture; for use in constants.
    #[must_use]
    pub const fn labelled(self, label: &'static str) -> Field {
        Field {
            label: Some(label),
            ..self
        }
    }

    /// First octet and number of octets that the field touches, from the header's start.
    pub fn octets(&self) -> core::ops::Range<usize> {
        self.at / 8..(self.at + self.width).div_ceil(8)
    }

    fn width_is_legal(&self) -> bool {
        match self.kind {
            Kind::Mac => self.width == 48,
            Kind::Ipv4 => self.width == 32,
            Kind::Ipv6 => self.width == 128,
            Kind::Flags(names) => self.width == names.len(),
            Kind::Octets => self.at.is_multiple_of(8) && self.width.is_multiple_of(8),
            Kind::Reserved => true,
            _ => self.width <= 64,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A header that has one of everything.
    pub(crate) static SAMPLE: Layout = Layout {
        protocol: "Sample",
        spec: "nowhere §0",
        fields: &[
            Layout::field(0, 4, "Version", Kind::Number(""), "which format", "§1"),
            Layout::field(
                4,
                4,
                "IHL",
                Kind::Scaled(4, "octets"),
                "header length",
                "§1",
            ),
            Layout::field(
                8,
                3,
                "Flags",
                Kind::Flags(&["", "DF", "MF"]),
                "control",
                "§2",
            ),
            Layout::field(11, 5, "Type", Kind::Enum(&[(3, "three")]), "the type", "§2"),
            Layout::field(16, 16, "Checksum", Kind::Checksum, "check value", "§3"),
            Layout::field(32, 32, "Source Address", Kind::Ipv4, "who sent it", "§4"),
            Layout::field(64, 48, "Station", Kind::Mac, "link address", "§5"),
            Layout::field(112, 16, "Rest", Kind::Octets, "octets", "§6"),
        ],
    };

    #[test]
    fn a_layout_without_gaps_has_no_flaw() {
        assert_eq!(SAMPLE.flaw(), None);
        assert_eq!((SAMPLE.bits(), SAMPLE.octets()), (128, 16));
    }

    #[test]
    fn a_gap_and_an_impossible_width_are_flaws() {
        static GAP: &[Field] = &[Layout::field(1, 7, "Late", Kind::Hex, "", "")];
        let gap = Layout {
            protocol: "",
            spec: "",
            fields: GAP,
        };
        assert_eq!(gap.flaw().unwrap().name, "Late");
        static WIDE: &[Field] = &[Layout::field(0, 31, "Address", Kind::Ipv4, "", "")];
        let wide = Layout {
            protocol: "",
            spec: "",
            fields: WIDE,
        };
        assert_eq!(wide.flaw().unwrap().name, "Address");
    }

    /// Four bits are seven columns of the picture.
    #[test]
    fn a_name_that_its_cell_would_cut_is_a_flaw_unless_it_has_a_label() {
        const OFFSET: Field = Layout::field(0, 4, "Data Offset", Kind::Hex, "", "");
        static CUT: &[Field] = &[OFFSET];
        static WHOLE: &[Field] = &[OFFSET.labelled("DOffset")];
        let layout = |fields| Layout {
            protocol: "",
            spec: "",
            fields,
        };
        assert_eq!(layout(CUT).flaw().unwrap().name, "Data Offset");
        assert_eq!(layout(WHOLE).flaw(), None);
        assert!(layout(WHOLE).diagram().contains("|DOffset|"));
        assert_eq!(WHOLE[0].name, "Data Offset");
    }
}
