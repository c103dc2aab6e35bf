//! The reader: finds out what the file is, then hands out one record after the other.

use std::fmt;
use std::io::Read;
use std::ops::Range;

use crate::pcapng::options::Options;
use crate::record::Stamp;
use crate::source::Source;
use crate::{
    BlockCounts, BlockType, ByteOrder, Error, Interface, Kind, Record, Section, pcap,
    pcapng,
};

/// Reads a capture file of any of the known formats from any `Read`.
///
/// Memory: one piece of 256 KiB, or one record when that is larger (see
/// [`LinkType::largest_record`](crate::LinkType::largest_record)), and the interfaces of the
/// current section (at most 65 536, and 16 MiB of descriptions).
#[derive(Debug)]
pub struct Reader<R> {
    source: Source<R>,
    walker: Walker,
    /// Records handed out so far.
    count: u64,
    ended: bool,
}

#[derive(Debug)]
enum Walker {
    Pcap(pcap::Walker),
    PcapNg(pcapng::Walker),
}

/// Which file format it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// The classic format, in one of its six magics.
    Pcap {
        /// Byte order of the headers.
        order: ByteOrder,
        /// True for nanoseconds, false for microseconds.
        nanoseconds: bool,
        /// True for the "modified" format with record headers of 24 octets.
        modified: bool,
    },
    /// The block format; byte order and clocks belong to sections and interfaces.
    PcapNg,
}

/// Such as `pcap, nanoseconds, little-endian`.
impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Pcap {
            order,
            nanoseconds,
            modified,
        } = self
        else {
            return f.write_str("pcapng");
        };
        let kind = if *modified { "modified pcap" } else { "pcap" };
        let unit = if *nanoseconds {
            "nanoseconds"
        } else {
            "microseconds"
        };
        write!(f, "{kind}, {unit}, {order}")
    }
}

/// A record that a walker has found: where its parts are in the buffer.
#[derive(Debug)]
pub(crate) struct Located {
    pub(crate) offset: u64,
    pub(crate) kind: Kind,
    pub(crate) interface: Option<u32>,
    pub(crate) octets: Range<usize>,
    pub(crate) original_len: u32,
    pub(crate) stamp: Stamp,
    pub(crate) options: Range<usize>,
    pub(crate) ragged: Option<u32>,
}

impl<R: Read> Reader<R> {
    /// Reads the head of the file: the pcap file header, or the first pcapng section header.
    ///
    /// # Errors
    /// [`Error::UnknownMagic`] when it is no capture file, and any other error of the head.
    pub fn new(input: R) -> Result<Self, Error> {
        let mut source = Source::new(input);
        source.ensure(4)?;
        let magic = source.available().first_chunk::<4>().copied();
        let walker = match magic {
            Some(pcapng::MAGIC) => Walker::PcapNg(pcapng::Walker::new(&mut source)?),
            Some(magic) => Walker::Pcap(pcap::Walker::new(&mut source, magic)?),
            None => {
                return Err(Error::UnknownMagic {
                    found: source.available().to_vec(),
                });
            }
        };
        Ok(Self {
            source,
            walker,
            count: 0,
            ended: false,
        })
    }

    /// The next record, or `None` at the end of the file. After an error it is `None` for ever.
    ///
    /// # Errors
    /// Any [`Error`]: the file cannot be followed beyond this point.
    pub fn next_record(&mut self) -> Result<Option<Record<'_>>, Error> {
        if self.ended {
            return Ok(None);
        }
        let found = match &mut self.walker {
            Walker::Pcap(walker) => walker.locate(&mut self.source, self.count),
            Walker::PcapNg(walker) => walker.locate(&mut self.source, self.count),
        };
        match found {
            Ok(Some(located)) => {
                self.count += 1;
                Ok(Some(self.record(located)))
            }
            Ok(None) => {
                self.ended = true;
                Ok(None)
            }
            Err(error) => {
                self.ended = true;
                Err(error)
            }
        }
    }

    fn record(&self, located: Located) -> Record<'_> {
        let interface = located
            .interface
            .and_then(|id| self.interfaces().get(usize::try_from(id).ok()?));
        Record {
            number: self.count,
            offset: located.offset,
            kind: located.kind,
            interface,
            octets: self.source.slice(located.octets),
            original_len: located.original_len,
            stamp: located.stamp,
            options: Options::new(self.order(), self.source.slice(located.options)),
            ragged: located.ragged,
        }
    }
}

impl<R> Reader<R> {
    /// Which format the file has.
    #[must_use]
    pub fn format(&self) -> Format {
        match &self.walker {
            Walker::Pcap(walker) => walker.format(),
            Walker::PcapNg(_) => Format::PcapNg,
        }
    }

    fn order(&self) -> ByteOrder {
        match &self.walker {
            Walker::Pcap(walker) => walker.order(),
            Walker::PcapNg(walker) => walker.section().order,
        }
    }

    /// The interfaces that the current section has described so far; pcap files have one.
    #[must_use]
    pub fn interfaces(&self) -> &[Interface] {
        match &self.walker {
            Walker::Pcap(walker) => std::slice::from_ref(walker.interface()),
            Walker::PcapNg(walker) => walker.interfaces(),
        }
    }

    /// The current section; pcap files have none.
    #[must_use]
    pub fn section(&self) -> Option<&Section> {
        match &self.walker {
            Walker::Pcap(_) => None,
            Walker::PcapNg(walker) => Some(walker.section()),
        }
    }

    /// How many blocks of each type have been read so far; pcap files have no blocks.
    #[must_use]
    pub fn blocks(&self) -> Option<&BlockCounts> {
        match &self.walker {
            Walker::Pcap(_) => None,
            Walker::PcapNg(walker) => Some(walker.blocks()),
        }
    }

    /// Blocks that were read and are neither packets nor the description of their place: names,
    /// statistics, secrets, journals and unknown types. They are skipped, and counted here.
    #[must_use]
    pub fn skipped_blocks(&self) -> Vec<(BlockType, u64)> {
        let skipped =
            |(block_type, _): &(BlockType, u64)| !pcapng::is_decoded(*block_type);
        self.blocks()
            .map(|counts| counts.iter().filter(skipped).collect())
            .unwrap_or_default()
    }

    /// Records handed out so far.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }
}
