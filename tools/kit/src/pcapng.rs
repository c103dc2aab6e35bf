//! Records packets into a pcapng file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use layercake_capfile::{
    Direction, InterfaceId, LinkType, Packet, Timestamp, WriteError, Writer,
};

use crate::seen::Seen;

/// A file that is being written. Its octets depend on the packets alone.
#[derive(Debug)]
pub struct Recorder<W: Write = BufWriter<File>> {
    writer: Writer<W>,
    interfaces: Vec<(LinkType, InterfaceId)>,
}

impl Recorder {
    /// Creates the file, or empties it.
    ///
    /// # Errors
    /// Why it cannot be written.
    pub fn create(path: &Path, program: &str) -> Result<Self, WriteError> {
        let file = File::create(path).map_err(WriteError::Io)?;
        Recorder::new(BufWriter::new(file), program)
    }
}

impl<W: Write> Recorder<W> {
    /// Begins a file that names the program.
    ///
    /// # Errors
    /// Those of the output.
    pub fn new(output: W, program: &str) -> Result<Self, WriteError> {
        let interfaces = Vec::new();
        Writer::new(output, program).map(|writer| Recorder { writer, interfaces })
    }

    /// Records one packet.
    ///
    /// # Errors
    /// Those of the output.
    pub fn on(&mut self, seen: &Seen) -> Result<(), WriteError> {
        let interface = self.interface(seen.link_type)?;
        let time = Timestamp::from_nanoseconds(seen.at);
        let mut packet = Packet::new(interface, time, &seen.octets);
        packet.comment = seen.remark;
        packet.direction = Some(match seen.outbound {
            true => Direction::Outbound,
            false => Direction::Inbound,
        });
        self.writer.write(&packet)
    }

    /// Writes out what waits in memory.
    ///
    /// # Errors
    /// Those of the output.
    pub fn finish(self) -> Result<W, WriteError> {
        let mut output = self.writer.into_inner();
        output.flush().map_err(WriteError::Io)?;
        Ok(output)
    }

    /// The interface for packets of this type; there is one for each.
    fn interface(&mut self, link_type: LinkType) -> Result<InterfaceId, WriteError> {
        let known = self
            .interfaces
            .iter()
            .find(|(known, _)| *known == link_type);
        if let Some((_, interface)) = known {
            return Ok(*interface);
        }
        let name = format!("probes{}", self.interfaces.len());
        let interface = self.writer.add_interface(link_type, &name, 0)?;
        self.interfaces.push((link_type, interface));
        Ok(interface)
    }
}
