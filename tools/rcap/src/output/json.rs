//! A packet as one JSON object.

use std::io;

use layercake_capfile::{Direction, Kind};
use layercake_dissect::Dissection;
use layercake_dissect::json::Frame;
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use crate::packet::Packet;
use crate::text::steers;

/// Version of the objects; it changes when a key changes its meaning or goes away.
const VERSION: u32 = 1;

/// What stands on one line.
#[derive(Debug, Serialize)]
pub(super) struct Object<'a> {
    version: u32,
    file: &'a str,
    /// Counted from 1 within the file, as tshark's `frame.number`.
    number: u64,
    /// Seconds since 1970 UTC with nine decimals, as text: a JSON number would lose some.
    time: Option<String>,
    /// Octet of the file at which the record begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
    /// Number within the section; custom blocks have none.
    interface: Option<u32>,
    /// Octets on the wire, and octets that were kept.
    length: usize,
    captured: usize,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    comments: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    direction: Option<&'static str>,
    /// What is odd about the record although it could be read.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    oddities: &'a [String],
    /// Enterprise number of a custom block.
    #[serde(skip_serializing_if = "Option::is_none")]
    custom: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frame: Option<Frame>,
}

impl<'a> Object<'a> {
    pub(super) fn of(
        file: &'a str,
        packet: &'a Packet<'_>,
        frame: Option<&Dissection<'_>>,
    ) -> Self {
        Object {
            version: VERSION,
            file,
            number: packet.number,
            time: packet.time.map(|time| time.to_string()),
            offset: packet.offset,
            interface: packet.interface.map(|interface| interface.id),
            length: packet.wire_len(),
            captured: packet.octets.len(),
            comments: &packet.comments,
            direction: packet.direction.map(|direction| match direction {
                Direction::Inbound => "in",
                Direction::Outbound => "out",
            }),
            oddities: &packet.oddities,
            custom: match packet.kind {
                Kind::Custom { enterprise, .. } => Some(enterprise),
                Kind::Packet => None,
            },
            frame: frame.map(Frame::of),
        }
    }
}

/// Writes the object on one line.
pub(super) fn write(output: &mut impl io::Write, object: &Object<'_>) -> io::Result<()> {
    object.serialize(&mut Serializer::with_formatter(&mut *output, Harmless))?;
    writeln!(output)
}

/// The shortest form, with escapes for all that steers a terminal. JSON itself asks for those of
/// control characters below 0x20 only, RFC 8259 §7.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W>(&mut self, writer: &mut W, text: &str) -> io::Result<()>
    where
        W: ?Sized + io::Write,
    {
        let mut rest = text;
        while let Some((at, character)) = rest.char_indices().find(|(_, c)| steers(*c)) {
            let (plain, behind) = rest.split_at(at);
            writer.write_all(plain.as_bytes())?;
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = behind.strip_prefix(character).unwrap_or_default();
        }
        writer.write_all(rest.as_bytes())
    }
}
