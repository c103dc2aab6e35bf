//! The copy of what is shown: a pcapng file with the same packets, times, comments and
//! directions. Interfaces of several files or sections stay apart.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use layercake_capfile::{Interface, InterfaceId, Kind, WriteError, Writer};

use crate::Failure;
use crate::packet::Packet;

/// A pcapng file that is being written.
pub(super) struct Copy {
    path: PathBuf,
    writer: Writer<BufWriter<File>>,
    /// The interfaces that were read, by their number, and what they are in the copy. Another
    /// section may give the number to another interface.
    known: HashMap<u32, (Interface, InterfaceId)>,
}

impl Copy {
    pub(super) fn create(path: &Path) -> Result<Self, Failure> {
        let failed = |source| Failure::Open {
            path: path.into(),
            source,
        };
        let file = BufWriter::new(File::create(path).map_err(failed)?);
        let writer = Writer::new(file, "rcap");
        let failed = |source| Failure::Write {
            path: path.into(),
            source,
        };
        let writer = writer.map_err(failed)?;
        Ok(Copy {
            path: path.into(),
            writer,
            known: HashMap::new(),
        })
    }

    /// Another file begins; its interfaces are others.
    pub(super) fn begin(&mut self) {
        self.known.clear();
    }

    /// Copies one packet. Custom blocks are left out: most must not be copied.
    pub(super) fn packet(&mut self, packet: &Packet<'_>) -> Result<(), Failure> {
        match (packet.kind, packet.interface) {
            (Kind::Packet, Some(interface)) => {
                let written = self.write(packet, interface);
                written.map_err(|source| self.failed(source))
            }
            _ => Ok(()),
        }
    }

    /// Puts the rest into the file.
    pub(super) fn finish(mut self) -> Result<(), Failure> {
        let flushed = self.writer.flush();
        flushed.map_err(|source| self.failed(source))
    }

    fn write(
        &mut self,
        packet: &Packet<'_>,
        interface: &Interface,
    ) -> Result<(), WriteError> {
        let id = self.interface(interface)?;
        let captured = u32::try_from(packet.octets.len()).unwrap_or(u32::MAX);
        let comment = packet.comments.join("\n");
        self.writer.write(&layercake_capfile::Packet {
            interface: id,
            time: packet.time.unwrap_or_default(), // the format has no packet without time
            octets: packet.octets,
            original_len: packet.original_len.max(captured),
            comment: (!packet.comments.is_empty()).then_some(&*comment),
            direction: packet.direction,
        })
    }

    fn interface(&mut self, interface: &Interface) -> Result<InterfaceId, WriteError> {
        if let Some((known, id)) = self.known.get(&interface.id)
            && known == interface
        {
            return Ok(*id);
        }
        let name = interface.name.as_deref().unwrap_or_default();
        let id =
            self.writer
                .add_interface(interface.link_type, name, interface.snaplen)?;
        self.known.insert(interface.id, (interface.clone(), id));
        Ok(id)
    }

    fn failed(&self, source: WriteError) -> Failure {
        Failure::Write {
            path: self.path.clone(),
            source,
        }
    }
}
