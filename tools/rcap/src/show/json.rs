//! A packet as one JSON object.

use layercake_capfile::{Direction, Kind, Record};
use layercake_dissect::Dissection;
use layercake_dissect::json::Frame;
use serde::Serialize;

/// Version of the objects; it changes when a key changes its meaning or goes away.
const VERSION: u32 = 1;

/// What stands on one line.
#[derive(Debug, Serialize)]
pub(super) struct Packet<'a> {
    version: u32,
    file: &'a str,
    /// Counted from 1 within the file, as tshark's `frame.number`.
    number: u64,
    /// Seconds since 1970 UTC with nine decimals, as text: a JSON number would lose some.
    time: Option<String>,
    /// Octet of the file at which the record begins.
    offset: u64,
    /// Number within the section; custom blocks have none.
    interface: Option<u32>,
    /// Octets on the wire, and octets that were kept.
    length: usize,
    captured: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    comments: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    direction: Option<&'static str>,
    /// What is odd about the record although it could be read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    oddities: Vec<String>,
    /// Enterprise number of a custom block.
    #[serde(skip_serializing_if = "Option::is_none")]
    custom: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frame: Option<Frame>,
}

impl<'a> Packet<'a> {
    pub(super) fn of(
        file: &'a str,
        record: &Record<'_>,
        packet: Option<&Dissection<'_>>,
    ) -> Self {
        Packet {
            version: VERSION,
            file,
            number: record.number,
            time: record.time().map(|time| time.to_string()),
            offset: record.offset,
            interface: record.interface.map(|interface| interface.id),
            length: usize::try_from(record.original_len).unwrap_or(usize::MAX),
            captured: record.octets.len(),
            comments: record.comments().map(|text| text.into_owned()).collect(),
            direction: record.direction().map(|direction| match direction {
                Direction::Inbound => "in",
                Direction::Outbound => "out",
            }),
            oddities: record.oddities().iter().map(ToString::to_string).collect(),
            custom: match record.kind {
                Kind::Custom { enterprise, .. } => Some(enterprise),
                Kind::Packet => None,
            },
            frame: packet.map(Frame::of),
        }
    }
}
