//! What crossed the cables between kernel and network, as a pcapng file: an interface for each.

use std::cell::RefCell;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use layercake_base::Direction;
use layercake_capfile::{
    self as capfile, InterfaceId, LinkType, Packet, Timestamp, WriteError, Writer,
};
use layercake_host::clock::realtime;
use layercake_live::Live;
use layercake_tower::{CaptureTap, Frame};

use crate::Failure;

/// A file that is being written.
pub(crate) struct Record {
    path: PathBuf,
    writer: Writer<BufWriter<File>>,
    tap: Rc<RefCell<CaptureTap>>,
    interfaces: Vec<(String, InterfaceId)>,
    /// The date at which the network's time was zero, in nanoseconds since 1970.
    zero: u64,
}

impl Record {
    /// Creates the file. `cables` are the outside nodes, each with the name of its device.
    pub(crate) fn create(
        path: &Path,
        live: &mut Live,
        cables: &[(&str, &str)],
    ) -> Result<Self, Failure> {
        let zero = realtime().0.saturating_sub(live.now().as_nanos());
        let file = File::create(path).map_err(|error| Failure::at(path, error))?;
        let program = concat!("layercake ", env!("CARGO_PKG_VERSION"));
        let mut writer = Writer::new(BufWriter::new(file), program)
            .map_err(|error| at(path, error))?;
        let mut interfaces = Vec::new();
        for (outside, device) in cables {
            let interface = writer.add_interface(LinkType::ETHERNET, device, 0);
            let interface = interface.map_err(|error| at(path, error))?;
            interfaces.push(((*outside).to_owned(), interface));
        }
        let outsides: Vec<_> = cables.iter().map(|(outside, _)| *outside).collect();
        let tap = Rc::new(RefCell::new(CaptureTap::at(&outsides)));
        live.network().observe(Box::new(Rc::clone(&tap)));
        Ok(Record {
            path: path.to_owned(),
            writer,
            tap,
            interfaces,
            zero,
        })
    }

    /// Writes what has crossed since the last time.
    pub(crate) fn take(&mut self) -> Result<(), Failure> {
        let taken = || self.tap.try_borrow_mut().ok()?.take();
        let frames: Vec<Frame> = std::iter::from_fn(taken).collect();
        for frame in frames {
            let written = self.write(&frame);
            written.map_err(|error| at(&self.path, error))?;
        }
        Ok(())
    }

    /// An outside node sends into the network what came in from the kernel.
    fn write(&mut self, frame: &Frame) -> Result<(), WriteError> {
        let known = self.interfaces.iter().find(|(node, _)| *node == frame.node);
        let Some((_, interface)) = known else {
            return Ok(());
        };
        let at = self.zero.saturating_add(frame.at.as_nanos());
        let time = Timestamp::from_nanoseconds(at);
        let mut packet = Packet::new(*interface, time, &frame.octets);
        packet.direction = Some(match frame.direction {
            Direction::Down => capfile::Direction::Inbound,
            Direction::Up => capfile::Direction::Outbound,
        });
        self.writer.write(&packet)
    }

    /// Writes out what waits in memory.
    pub(crate) fn finish(mut self) -> Result<(), Failure> {
        self.take()?;
        let flushed = self.writer.into_inner().flush();
        flushed.map_err(|error| Failure::at(&self.path, error))
    }
}

fn at(path: &Path, error: WriteError) -> Failure {
    let source = match error {
        WriteError::Io(source) => source,
        other => std::io::Error::other(other.to_string()),
    };
    Failure::at(path, source)
}
