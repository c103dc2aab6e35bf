//! The pcapng writer: one little-endian section with nanoseconds.
//!
//! Spec: draft-ietf-opsawg-pcapng, sections 4.1 to 4.3.  Units: octets; nanoseconds since 1970.
//! Checks: lengths and times fit their fields, the interface exists.
//! Not here: statistics, names, several sections.

use std::io::Write;

use crate::pcapng::options::Code;
use crate::write::captured_len;
use crate::{BlockType, Direction, LinkType, Timestamp, WriteError};

/// Writes a pcapng file, each block with one `write_all`.
///
/// Wrap the output in a `BufWriter` when speed matters more than that a reader can follow.
/// Nothing but the arguments ends up in the file: the same calls write the same octets.
#[derive(Debug)]
pub struct Writer<W> {
    output: W,
    /// Link type of each interface.
    interfaces: Vec<LinkType>,
    /// The block that is being put together; kept for its memory.
    block: Vec<u8>,
}

/// An interface of a [`Writer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InterfaceId(u32);

/// A packet to be written. Make one with [`Packet::new`] and change what differs.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a> {
    /// Where it was sent or received.
    pub interface: InterfaceId,
    /// When.
    pub time: Timestamp,
    /// What was kept of it.
    pub octets: &'a [u8],
    /// Its length on the wire.
    pub original_len: u32,
    /// A remark for the reader of the file.
    pub comment: Option<&'a str>,
    /// Which way it went.
    pub direction: Option<Direction>,
}

impl<'a> Packet<'a> {
    /// A whole packet without comment or direction.
    #[must_use]
    pub fn new(interface: InterfaceId, time: Timestamp, octets: &'a [u8]) -> Self {
        let original_len = u32::try_from(octets.len()).unwrap_or(u32::MAX);
        Self {
            interface,
            time,
            octets,
            original_len,
            comment: None,
            direction: None,
        }
    }
}

impl<W: Write> Writer<W> {
    /// Begins the file with a section header that names the program.
    ///
    /// # Errors
    /// [`WriteError::Io`], and [`WriteError::TooLarge`] for a name beyond 65 535 octets.
    pub fn new(output: W, application: &str) -> Result<Self, WriteError> {
        let mut writer = Self {
            output,
            interfaces: Vec::new(),
            block: Vec::new(),
        };
        writer.begin(BlockType::SECTION_HEADER);
        writer.put(&0x1a2b_3c4d_u32.to_le_bytes());
        writer.put(&[1, 0, 0, 0]); // version 1.0
        writer.put(&(-1_i64).to_le_bytes()); // section length: not told
        writer.option(Code::SECTION_APPLICATION, application.as_bytes())?;
        writer.option(Code::END, &[])?;
        writer.end()?;
        Ok(writer)
    }

    /// Describes one more interface; packets can name it from now on. `snaplen` 0 is no limit.
    ///
    /// # Errors
    /// [`WriteError::Io`], and [`WriteError::TooLarge`] for a name beyond 65 535 octets.
    pub fn add_interface(
        &mut self,
        link_type: LinkType,
        name: &str,
        snaplen: u32,
    ) -> Result<InterfaceId, WriteError> {
        let id = u32::try_from(self.interfaces.len()).unwrap_or(u32::MAX);
        self.begin(BlockType::INTERFACE_DESCRIPTION);
        self.put(&link_type.0.to_le_bytes());
        self.put(&[0, 0]);
        self.put(&snaplen.to_le_bytes());
        self.option(Code::INTERFACE_NAME, name.as_bytes())?;
        self.option(Code::INTERFACE_RESOLUTION, &[9])?; // nanoseconds
        self.option(Code::END, &[])?;
        self.end()?;
        self.interfaces.push(link_type);
        Ok(InterfaceId(id))
    }

    /// Writes one packet as an enhanced packet block.
    ///
    /// # Errors
    /// [`WriteError::Interface`] for an interface that this file does not have, [`WriteError::Time`] before
    /// 1970 or after 2554, [`WriteError::TooLarge`] for lengths, [`WriteError::Io`].
    pub fn write(&mut self, packet: &Packet<'_>) -> Result<(), WriteError> {
        let largest = self.link_type(packet.interface)?.largest_record();
        let captured = captured_len(packet.octets, packet.original_len, largest)?;
        let time = u64::try_from(packet.time.as_nanoseconds())
            .map_err(|_| WriteError::Time(packet.time))?;
        self.begin(BlockType::ENHANCED_PACKET);
        self.put(&packet.interface.0.to_le_bytes());
        self.put(&word(time >> 32));
        self.put(&word(time));
        self.put(&captured.to_le_bytes());
        self.put(&packet.original_len.to_le_bytes());
        self.put(packet.octets);
        self.pad();
        self.packet_options(packet)?;
        self.end()
    }

    fn packet_options(&mut self, packet: &Packet<'_>) -> Result<(), WriteError> {
        if let Some(comment) = packet.comment {
            self.option(Code::COMMENT, comment.as_bytes())?;
        }
        if let Some(direction) = packet.direction {
            let flags: u32 = match direction {
                Direction::Inbound => 0b01,
                Direction::Outbound => 0b10,
            };
            self.option(Code::PACKET_FLAGS, &flags.to_le_bytes())?;
        }
        if packet.comment.is_some() || packet.direction.is_some() {
            self.option(Code::END, &[])?;
        }
        Ok(())
    }

    fn link_type(&self, interface: InterfaceId) -> Result<LinkType, WriteError> {
        let found = interface.0;
        self.interfaces.get(found as usize).copied().ok_or_else(|| {
            let count = u32::try_from(self.interfaces.len()).unwrap_or(u32::MAX);
            WriteError::Interface { found, count }
        })
    }

    /// Passes on what the output has buffered.
    ///
    /// # Errors
    /// [`WriteError::Io`].
    pub fn flush(&mut self) -> Result<(), WriteError> {
        Ok(self.output.flush()?)
    }

    /// Gives the output back. The file is complete after any call; nothing is left to be written.
    pub fn into_inner(self) -> W {
        self.output
    }

    fn begin(&mut self, block_type: BlockType) {
        self.block.clear();
        self.put(&block_type.0.to_le_bytes());
        self.put(&[0; 4]); // total length, known at the end
    }

    fn put(&mut self, octets: &[u8]) {
        self.block.extend_from_slice(octets);
    }

    fn pad(&mut self) {
        self.block.resize(self.block.len().next_multiple_of(4), 0);
    }

    fn option(&mut self, code: Code, value: &[u8]) -> Result<(), WriteError> {
        let length = u16::try_from(value.len()).map_err(|_| WriteError::TooLarge {
            field: "option length",
            found: value.len() as u64,
            expected: "at most 65535",
        })?;
        self.put(&code.0.to_le_bytes());
        self.put(&length.to_le_bytes());
        self.put(value);
        self.pad();
        Ok(())
    }

    fn end(&mut self) -> Result<(), WriteError> {
        let total = u32::try_from(self.block.len() + 4)
            .unwrap_or(u32::MAX)
            .to_le_bytes();
        self.put(&total);
        if let Some(place) = self.block.get_mut(4..8) {
            place.copy_from_slice(&total);
        }
        Ok(self.output.write_all(&self.block)?)
    }
}

/// The lower half of a value, as octets: timestamps are written high word first.
fn word(value: u64) -> [u8; 4] {
    let [a, b, c, d, ..] = value.to_le_bytes();
    [a, b, c, d]
}
