//! The value of a field, read from octets and shown as people read it.

use core::fmt;
use core::net::{Ipv4Addr, Ipv6Addr};

use super::{Field, Kind};
use crate::Mac;

/// A field and what was found in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Value<'a> {
    /// The field.
    pub field: &'static Field,
    /// What the octets say.
    pub raw: Raw<'a>,
}

/// What the octets of a field say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Raw<'a> {
    /// A number of at most 64 bits.
    Number(u64),
    /// Octets, for fields that are wider, or no number.
    Octets(&'a [u8]),
}

impl<'a> Value<'a> {
    /// Reads `field` from the octets of its header; `None` when they end before it does.
    pub fn read(field: &'static Field, octets: &'a [u8]) -> Option<Self> {
        let touched = octets.get(field.octets())?;
        let wide = field.width > 64 || field.kind == Kind::Octets;
        let raw = if wide {
            Raw::Octets(touched)
        } else {
            Raw::Number(number(field, touched))
        };
        Some(Value { field, raw })
    }

    /// The name behind a number that stands for something.
    pub fn name(&self) -> Option<&'static str> {
        let (Kind::Enum(names), Raw::Number(number)) = (self.field.kind, self.raw) else {
            return None;
        };
        names
            .iter()
            .find(|(value, _)| *value == number)
            .map(|(_, name)| *name)
    }
}

/// The bits of `field` as a number. `touched` are the at most nine octets that it lies in.
fn number(field: &Field, touched: &[u8]) -> u64 {
    let wide = touched
        .iter()
        .fold(0_u128, |sum, &octet| sum << 8 | u128::from(octet));
    let below = touched.len() * 8 - (field.at % 8) - field.width;
    let mask = (1_u128 << field.width) - 1;
    u64::try_from(wide >> below & mask).unwrap_or(u64::MAX)
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.raw {
            Raw::Number(number) => show_number(self, number, f),
            Raw::Octets(octets) => show_octets(self.field.kind, octets, f),
        }
    }
}

fn show_number(value: &Value<'_>, n: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let hex_digits = value.field.width.div_ceil(4) + 2;
    match value.field.kind {
        Kind::Number("") => write!(f, "{n}"),
        Kind::Number(unit) => write!(f, "{n} {unit}"),
        Kind::Scaled(factor, unit) => {
            write!(f, "{n} ({} {unit})", u128::from(n) * u128::from(factor))
        }
        Kind::Flags(names) => show_flags(names, n, f),
        Kind::Enum(_) => match value.name() {
            Some(name) if value.field.width > 8 => {
                write!(f, "{n:#0hex_digits$x} ({name})")
            }
            Some(name) => write!(f, "{n} ({name})"),
            None if value.field.width > 8 => write!(f, "{n:#0hex_digits$x}"),
            None => write!(f, "{n}"),
        },
        Kind::Mac => {
            let [_, _, octets @ ..] = n.to_be_bytes();
            write!(f, "{}", Mac(octets))
        }
        Kind::Ipv4 => {
            let [_, _, _, _, octets @ ..] = n.to_be_bytes();
            write!(f, "{}", Ipv4Addr::from(octets))
        }
        Kind::Reserved if n == 0 => f.write_str("0"),
        Kind::Hex | Kind::Checksum | Kind::Reserved | Kind::Ipv6 | Kind::Octets => {
            write!(f, "{n:#0hex_digits$x}")
        }
    }
}

/// The names of the bits that are set, or "none".
fn show_flags(names: &[&str], n: u64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut separator = "";
    for (bit, name) in names.iter().rev().enumerate().rev() {
        if n >> bit & 1 == 1 {
            let name = if name.is_empty() { "reserved" } else { name };
            write!(f, "{separator}{name}")?;
            separator = " ";
        }
    }
    if separator.is_empty() {
        f.write_str("none")
    } else {
        Ok(())
    }
}

fn show_octets(kind: Kind, octets: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if let (Kind::Ipv6, Ok(octets)) = (kind, <[u8; 16]>::try_from(octets)) {
        return write!(f, "{}", Ipv6Addr::from(octets));
    }
    let mut separator = "";
    for octet in octets {
        write!(f, "{separator}{octet:02x}")?;
        separator = " ";
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::tests::SAMPLE;

    const OCTETS: [u8; 16] = [
        0x45, 0x43, 0xbe, 0xef, 10, 0, 0, 1, 2, 0, 0, 0, 0, 9, 0xca, 0xfe,
    ];

    #[test]
    fn every_kind_reads_as_people_read_it() {
        let shown: Vec<_> = SAMPLE
            .values(&OCTETS)
            .map(|value| value.to_string())
            .collect();
        let expected = [
            "4",
            "5 (20 octets)",
            "DF",
            "3 (three)",
            "0xbeef",
            "10.0.0.1",
            "02:00:00:00:00:09",
            "ca fe",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn fields_beyond_the_end_are_left_out() {
        assert_eq!(SAMPLE.values(&OCTETS[..7]).count(), 5);
        assert_eq!(SAMPLE.values(&[]).count(), 0);
        assert_eq!(SAMPLE.number("Source Address", &OCTETS[..7]), None);
        assert_eq!(SAMPLE.number("Source Address", &OCTETS), Some(0x0a00_0001));
        assert_eq!(SAMPLE.number("Rest", &OCTETS), None);
    }

    #[test]
    fn no_flag_and_an_unlisted_number_are_said_so() {
        let shown: Vec<_> = SAMPLE
            .values(&[0x45, 0x04])
            .map(|v| v.to_string())
            .collect();
        assert_eq!(shown, ["4", "5 (20 octets)", "none", "4"]);
    }
}
