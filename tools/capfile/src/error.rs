//! What can go wrong while a capture file is read: each error says where, what and what instead.

use std::io;

/// Why a capture file cannot be read any further.
///
/// Whatever came before the error has already been handed out, and the reader ends after it.
/// Offsets count octets from the start of the (decompressed) file.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operating system, or a decompressor, failed to deliver octets.
    #[error("cannot read at octet {offset}: {source}")]
    Io {
        /// Octet at which the read began.
        offset: u64,
        /// What the input said.
        source: io::Error,
    },
    /// The first four octets belong to no format that this crate knows.
    #[error(
        "not a capture file: its first octets, from octet 0, are {found:02x?}, expected a pcap or pcapng magic"
    )]
    UnknownMagic {
        /// The first octets of the file, four at most.
        found: Vec<u8>,
    },
    /// The file ends inside a header, a record or a block, as after a crash or a partial copy.
    #[error(
        "file is cut short after record {record}: \
         {part} at octet {offset} wants {wanted} octets, got {got}"
    )]
    CutShort {
        /// Number of the last record that was whole; 0 when there was none.
        record: u64,
        /// The part that is incomplete.
        part: &'static str,
        /// Octet at which that part begins.
        offset: u64,
        /// Octets that the part needs.
        wanted: u64,
        /// Octets that the file still holds.
        got: u64,
    },
    /// A field holds a value after which the file cannot be followed.
    #[error("{field} at octet {offset} is {found}, expected {expected}")]
    Malformed {
        /// Name of the field in its specification.
        field: &'static str,
        /// Octet at which the record or block with the field begins.
        offset: u64,
        /// The value in the file.
        found: String,
        /// The values that would have been right.
        expected: String,
    },
    /// The file is of a version of the format that nobody has defined, or that is too old.
    #[error("{field} at octet {offset} is {found}, supported is {expected}")]
    Unsupported {
        /// Name of the field in its specification.
        field: &'static str,
        /// Octet at which the header with the field begins.
        offset: u64,
        /// The value in the file.
        found: String,
        /// The values that are supported.
        expected: &'static str,
    },
}

impl Error {
    /// Shorthand for [`Error::Malformed`].
    pub(crate) fn malformed(
        field: &'static str,
        offset: u64,
        found: impl ToString,
        expected: impl Into<String>,
    ) -> Self {
        let (found, expected) = (found.to_string(), expected.into());
        Self::Malformed {
            field,
            offset,
            found,
            expected,
        }
    }

    /// True when the file merely ends too early: everything before the end was good.
    #[must_use]
    pub fn is_cut_short(&self) -> bool {
        matches!(self, Self::CutShort { .. })
    }
}
