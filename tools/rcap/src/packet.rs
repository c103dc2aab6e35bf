//! A packet on its way to the screen and the copy, from a file or from the emulated network.

use layercake_capfile::{Direction, Interface, Kind, Record, Timestamp};

/// One packet, or custom block.
#[derive(Debug)]
pub(crate) struct Packet<'a> {
    /// Counted from 1, as tshark's `frame.number`.
    pub(crate) number: u64,
    pub(crate) kind: Kind,
    /// Where it was captured; custom blocks have none.
    pub(crate) interface: Option<&'a Interface>,
    pub(crate) time: Option<Timestamp>,
    /// What was captured of it.
    pub(crate) octets: &'a [u8],
    /// Its length on the wire.
    pub(crate) original_len: u32,
    pub(crate) comments: Vec<String>,
    pub(crate) direction: Option<Direction>,
    /// Octet of the file at which its record begins; none outside of a file.
    pub(crate) offset: Option<u64>,
    /// What is odd about its record although it could be read.
    pub(crate) oddities: Vec<String>,
}

impl<'a> From<&Record<'a>> for Packet<'a> {
    fn from(record: &Record<'a>) -> Self {
        Packet {
            number: record.number,
            kind: record.kind,
            interface: record.interface,
            time: record.time(),
            octets: record.octets,
            original_len: record.original_len,
            comments: record.comments().map(|text| text.into_owned()).collect(),
            direction: record.direction(),
            offset: Some(record.offset),
            oddities: record.oddities().iter().map(ToString::to_string).collect(),
        }
    }
}

impl Packet<'_> {
    /// Its length on the wire as a size.
    pub(crate) fn wire_len(&self) -> usize {
        usize::try_from(self.original_len).unwrap_or(usize::MAX)
    }
}
