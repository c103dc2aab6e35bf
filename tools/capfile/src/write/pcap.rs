//! The classic writer: little-endian, with nanoseconds.
//!
//! Spec: draft-ietf-opsawg-pcap, sections 4 and 5.  Units: octets; nanoseconds since 1970.
//! Checks: lengths and times fit their fields.
//! Not here: microseconds, big-endian files.

use std::io::Write;

use crate::write::captured_len;
use crate::{LinkType, Timestamp, WriteError};

const NANOSECOND_MAGIC: u32 = 0xa1b2_3c4d;

/// Writes a classic pcap file with nanoseconds: one interface, no comments, no directions.
#[derive(Debug)]
pub struct PcapWriter<W> {
    output: W,
    link_type: LinkType,
    record: Vec<u8>,
}

impl<W: Write> PcapWriter<W> {
    /// Begins the file with its header. `snaplen` 0 is no limit.
    ///
    /// # Errors
    /// [`WriteError::Io`].
    pub fn new(
        mut output: W,
        link_type: LinkType,
        snaplen: u32,
    ) -> Result<Self, WriteError> {
        let mut header = Vec::with_capacity(24);
        header.extend_from_slice(&NANOSECOND_MAGIC.to_le_bytes());
        header.extend_from_slice(&[2, 0, 4, 0]); // version 2.4
        header.extend_from_slice(&[0; 8]);
        header.extend_from_slice(&snaplen.to_le_bytes());
        header.extend_from_slice(&u32::from(link_type.0).to_le_bytes());
        output.write_all(&header)?;
        Ok(Self {
            output,
            link_type,
            record: Vec::new(),
        })
    }

    /// Writes one packet, `original_len` octets long on the wire.
    ///
    /// # Errors
    /// [`WriteError::Time`] before 1970 or after 2106, [`WriteError::TooLarge`] for lengths,
    /// [`WriteError::Io`].
    pub fn write(
        &mut self,
        time: Timestamp,
        octets: &[u8],
        original_len: u32,
    ) -> Result<(), WriteError> {
        let captured =
            captured_len(octets, original_len, self.link_type.largest_record())?;
        let seconds = u32::try_from(time.seconds).map_err(|_| WriteError::Time(time))?;
        self.record.clear();
        for field in [seconds, time.nanoseconds, captured, original_len] {
            self.record.extend_from_slice(&field.to_le_bytes());
        }
        self.record.extend_from_slice(octets);
        Ok(self.output.write_all(&self.record)?)
    }

    /// Passes on what the output has buffered.
    ///
    /// # Errors
    /// [`WriteError::Io`].
    pub fn flush(&mut self) -> Result<(), WriteError> {
        Ok(self.output.flush()?)
    }

    /// Gives the output back.
    pub fn into_inner(self) -> W {
        self.output
    }
}
