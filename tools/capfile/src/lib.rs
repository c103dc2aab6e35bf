//! pcap and pcapng, read and written: the file side of every Layercake tool.
//!
//! - [`Reader`] walks a capture of any kind, record by record, in place, and keeps at most one
//!   record in memory. It is strict about framing and lenient about content: an odd value is
//!   handed out with its [`Oddity`], a record that cannot be delimited ends the file with an
//!   [`Error`] that names the field, the value and the octet.
//! - [`Writer`] writes pcapng with nanoseconds, interface blocks, comments and directions;
//!   [`PcapWriter`] writes the classic format with nanoseconds. The same calls write the same
//!   octets: no clock is read and no host name is asked for.
//! - `decompress` (feature `compressed`) stands in front of a reader and undoes gzip, zstd or lz4.
//!
//! ```
//! use layercake_capfile::{Error, LinkType, Packet, Reader, Timestamp, Writer};
//!
//! let mut file = Vec::new();
//! let mut writer = Writer::new(&mut file, "example")?;
//! let wire = writer.add_interface(LinkType::ETHERNET, "wire0", 0)?;
//! let time = Timestamp::new(1, 500);
//! writer.write(&Packet { comment: Some("first"), ..Packet::new(wire, time, &[0; 60]) })?;
//!
//! let mut reader = Reader::new(file.as_slice())?;
//! while let Some(record) = reader.next_record()? {
//!     assert_eq!(record.time(), Some(time));
//!     assert_eq!(record.original_len, 60);
//!     assert_eq!(record.comments().next().as_deref(), Some("first"));
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Spec: draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng, the link-layer types of tcpdump.org.
//! Units: octets, unless a name says otherwise; offsets count from the start of the file
//! (of the decompressed file, when it was compressed).
#![forbid(unsafe_code)]

mod block;
#[cfg(feature = "compressed")]
mod compressed;
mod error;
mod interface;
mod linktype;
mod order;
mod pcap;
mod pcapng;
mod reader;
mod record;
mod source;
mod time;
mod walk;
mod write;

pub use block::{BlockCounts, BlockType};
#[cfg(feature = "compressed")]
pub use compressed::{Compression, Decompressed, decompress};
pub use error::Error;
pub use interface::{Interface, Section};
pub use linktype::LinkType;
pub use order::ByteOrder;
pub use reader::{Format, Reader};
pub use record::{Direction, Kind, Oddity, Record};
pub use time::{Resolution, Timestamp};
pub use walk::{Walk, walk};
pub use write::{InterfaceId, Packet, PcapWriter, WriteError, Writer};
