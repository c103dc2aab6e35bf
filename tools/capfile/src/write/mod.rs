//! Writing captures: pcapng for our tools, classic pcap for the others.

mod pcap;
mod pcapng;

use std::io;

pub use pcap::PcapWriter;
pub use pcapng::{InterfaceId, Packet, Writer};

use crate::Timestamp;

/// Why a record was not written. After a refusal nothing of the record is in the file.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The output failed; the file may end inside a record.
    #[error("cannot write: {0}")]
    Io(#[from] io::Error),
    /// A value has no room in its field.
    #[error("{field} is {found}, expected {expected}")]
    TooLarge {
        /// Name of the field in its specification.
        field: &'static str,
        /// The value.
        found: u64,
        /// The rule it breaks.
        expected: &'static str,
    },
    /// The file format counts time from 1970 and has no room for this one.
    #[error("time is {0}, expected 1970 or later, within the range of the file format")]
    Time(Timestamp),
    /// The interface was not made by this writer.
    #[error("interface is {found}, expected below {count}")]
    Interface {
        /// Its number.
        found: u32,
        /// How many interfaces the file has.
        count: u32,
    },
}

/// The captured length as the file has it, checked against what readers accept and the original.
fn captured_len(
    octets: &[u8],
    original_len: u32,
    largest: u32,
) -> Result<u32, WriteError> {
    let found = octets.len() as u64;
    let refuse = |expected| WriteError::TooLarge {
        field: "captured length",
        found,
        expected,
    };
    let captured = u32::try_from(octets.len()).map_err(|_| refuse("32 bits"))?;
    if captured > largest {
        return Err(refuse("at most what the link type allows"));
    }
    if captured > original_len {
        return Err(refuse("at most the original length"));
    }
    Ok(captured)
}
