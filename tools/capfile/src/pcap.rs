//! The classic capture file: one header, then records until the file ends.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------------------------------------------------------+
//! |                          Magic Number                         |
//! +-------------------------------+-------------------------------+
//! |         Major Version         |         Minor Version         |
//! +-------------------------------+-------------------------------+
//! |                           Reserved1                           |
//! +---------------------------------------------------------------+
//! |                           Reserved2                           |
//! +---------------------------------------------------------------+
//! |                            SnapLen                            |
//! +-------+-+-+-------------------+-------------------------------+
//! |FCS len|R|P|     Reserved3     |        Link-layer type        |
//! +-------+-+-+-------------------+-------------------------------+
//!
//! +---------------------------------------------------------------+
//! |                      Timestamp (Seconds)                      |
//! +---------------------------------------------------------------+
//! |            Timestamp (Microseconds or nanoseconds)            |
//! +---------------------------------------------------------------+
//! |                     Captured Packet Length                    |
//! +---------------------------------------------------------------+
//! |                     Original Packet Length                    |
//! +---------------------------------------------------------------+
//! ```
//! Spec: draft-ietf-opsawg-pcap, sections 4 and 5.  Units: octets, byte order told by the magic.
//! Checks: magic, major version 2, reserved bits beside the link type, captured length.
//! Not here: the Nokia, Red Hat and SuSE variants that share the first magic, whose records can
//! only be guessed; the interface index and packet type of the "modified" format, which are kept
//! out of the record.

use std::io::Read;

use crate::order::Fields;
use crate::reader::Located;
use crate::record::Stamp;
use crate::source::Source;
use crate::{ByteOrder, Error, Format, Interface, Kind, LinkType, Resolution};

const FILE_HEADER: usize = 24;
const RECORD_HEADER: usize = 16;
/// The "modified" format has interface index, protocol and packet type behind the lengths.
const MODIFIED_RECORD_HEADER: usize = 24;

const P_BIT: u32 = 0x0400_0000;
/// Bit R and Reserved3: "a reader SHOULD treat a non-zero value as an error".
const RESERVED_BITS: u32 = 0x0bff_0000;

/// Goes from record to record.
#[derive(Debug)]
pub(crate) struct Walker {
    format: Format,
    order: ByteOrder,
    record_header: usize,
    minor_version: u16,
    interface: Interface,
}

/// The six magics, read big-endian: byte order, nanoseconds, modified.
fn sniff(magic: [u8; 4]) -> Option<(ByteOrder, bool, bool)> {
    Some(match u32::from_be_bytes(magic) {
        0xa1b2_c3d4 => (ByteOrder::Big, false, false),
        0xd4c3_b2a1 => (ByteOrder::Little, false, false),
        0xa1b2_3c4d => (ByteOrder::Big, true, false),
        0x4d3c_b2a1 => (ByteOrder::Little, true, false),
        0xa1b2_cd34 => (ByteOrder::Big, false, true),
        0x34cd_b2a1 => (ByteOrder::Little, false, true),
        _ => return None,
    })
}

impl Walker {
    pub(crate) fn new<R: Read>(
        source: &mut Source<R>,
        magic: [u8; 4],
    ) -> Result<Self, Error> {
        let Some((order, nanoseconds, modified)) = sniff(magic) else {
            return Err(Error::UnknownMagic {
                found: magic.to_vec(),
            });
        };
        let got = source.ensure(FILE_HEADER)?;
        let header = Header::decode(order, source.available());
        let Some(header) = header else {
            return Err(cut_short(0, "file header", 0, FILE_HEADER, got));
        };
        source.consume(FILE_HEADER);
        let mut interface = header.interface()?;
        if nanoseconds {
            interface.resolution = Resolution::NANOSECONDS;
        }
        let record_header = if modified {
            MODIFIED_RECORD_HEADER
        } else {
            RECORD_HEADER
        };
        let format = Format::Pcap {
            order,
            nanoseconds,
            modified,
        };
        Ok(Self {
            format,
            order,
            record_header,
            minor_version: header.minor,
            interface,
        })
    }

    /// Finds the next record; `read` says how many came before.
    pub(crate) fn locate<R: Read>(
        &self,
        source: &mut Source<R>,
        read: u64,
    ) -> Result<Option<Located>, Error> {
        let offset = source.offset();
        let got = source.ensure(self.record_header)?;
        if got == 0 {
            return Ok(None);
        }
        let header =
            RecordHeader::decode(self.order, self.minor_version, source.available())
                .filter(|_| got == self.record_header)
                .ok_or_else(|| {
                    cut_short(read, "record header", offset, self.record_header, got)
                })?;
        let captured = self.check_length(header.captured, offset)?;
        let got = source.ensure(self.record_header + captured)? - self.record_header;
        if got < captured {
            let start = offset + self.record_header as u64;
            return Err(cut_short(read, "captured packet", start, captured, got));
        }
        source.consume(self.record_header);
        Ok(Some(header.located(offset, source.consume(captured))))
    }

    fn check_length(&self, captured: u32, offset: u64) -> Result<usize, Error> {
        let (link_type, limit) = (
            self.interface.link_type,
            self.interface.link_type.largest_record(),
        );
        match usize::try_from(captured) {
            Ok(length) if captured <= limit => Ok(length),
            _ => {
                let expected = format!("at most {limit} for {link_type}");
                Err(Error::malformed(
                    "captured packet length",
                    offset,
                    captured,
                    expected,
                ))
            }
        }
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    pub(crate) fn order(&self) -> ByteOrder {
        self.order
    }

    pub(crate) fn interface(&self) -> &Interface {
        &self.interface
    }
}

fn cut_short(
    record: u64,
    part: &'static str,
    offset: u64,
    wanted: usize,
    got: usize,
) -> Error {
    Error::CutShort {
        record,
        part,
        offset,
        wanted: wanted as u64,
        got: got as u64,
    }
}

/// The file header without its magic and the two words that nobody uses.
struct Header {
    major: u16,
    minor: u16,
    snaplen: u32,
    link: u32,
}

impl Header {
    fn decode(order: ByteOrder, octets: &[u8]) -> Option<Self> {
        let mut fields = Fields::new(order, octets);
        let _magic = fields.u32()?;
        let (major, minor) = (fields.u16()?, fields.u16()?);
        let _reserved = (fields.u32()?, fields.u32()?);
        Some(Self {
            major,
            minor,
            snaplen: fields.u32()?,
            link: fields.u32()?,
        })
    }

    fn interface(&self) -> Result<Interface, Error> {
        if self.major != 2 {
            return Err(Error::Unsupported {
                field: "pcap version",
                offset: 0,
                found: format!("{}.{}", self.major, self.minor),
                expected: "2.x",
            });
        }
        if self.link & RESERVED_BITS != 0 {
            let found = format!("{:#010x}", self.link);
            return Err(Error::malformed(
                "link-layer type word",
                0,
                found,
                "reserved bits 0",
            ));
        }
        let link_type = LinkType((self.link & 0xffff) as u16);
        let mut interface = Interface::new(0, link_type, self.snaplen);
        if self.link & P_BIT != 0 {
            let words = (self.link >> 28) as u8; // of 16 bits each, 15 at most
            interface.fcs_bits = Some(words * 16);
        }
        Ok(interface)
    }
}

struct RecordHeader {
    seconds: u32,
    fraction: u32,
    captured: u32,
    original: u32,
}

impl RecordHeader {
    fn decode(order: ByteOrder, minor_version: u16, octets: &[u8]) -> Option<Self> {
        let mut fields = Fields::new(order, octets);
        let (seconds, fraction) = (fields.u32()?, fields.u32()?);
        let (mut captured, mut original) = (fields.u32()?, fields.u32()?);
        // Until version 2.3 the lengths came the other way round, in some files of 2.3 too.
        if minor_version < 3 || (minor_version == 3 && captured > original) {
            (captured, original) = (original, captured);
        }
        Some(Self {
            seconds,
            fraction,
            captured,
            original,
        })
    }

    fn located(&self, offset: u64, octets: std::ops::Range<usize>) -> Located {
        Located {
            offset,
            kind: Kind::Packet,
            interface: Some(0),
            octets,
            original_len: self.original,
            stamp: Stamp::Pair {
                seconds: self.seconds,
                fraction: self.fraction,
            },
            options: 0..0,
            ragged: None,
        }
    }
}
