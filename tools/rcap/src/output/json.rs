//! A packet as one JSON object.

use layercake_capfile::{Direction, Kind};
use layercake_dissect::Dissection;
use layercake_dissect::json::Frame;
use serde::Serialize;

use crate::packet::Packet;

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
