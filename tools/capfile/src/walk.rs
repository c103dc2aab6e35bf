//! One pass over a file in memory that looks at everything: what fuzzers and benchmarks call.

use crate::{Error, Reader};

/// What a whole file holds.
#[derive(Debug)]
pub struct Walk {
    /// Records that could be read.
    pub records: u64,
    /// Captured octets in them.
    pub octets: u64,
    /// Comments in them.
    pub comments: u64,
    /// Things that were wrong with them.
    pub oddities: u64,
    /// What ended the walk before the end of the file, if anything did.
    pub error: Option<Error>,
}

/// Reads a whole capture file and decodes every part of every record.
///
/// Any octets are good enough: the worst that can happen is an error in the answer.
#[must_use]
pub fn walk(file: &[u8]) -> Walk {
    let mut walk = Walk {
        records: 0,
        octets: 0,
        comments: 0,
        oddities: 0,
        error: None,
    };
    walk.error = look_at_all(file, &mut walk).err();
    walk
}

fn look_at_all(file: &[u8], walk: &mut Walk) -> Result<(), Error> {
    let mut reader = Reader::new(file)?;
    while let Some(record) = reader.next_record()? {
        walk.records += 1;
        walk.octets += record.octets.len() as u64;
        walk.comments += record.comments().count() as u64;
        walk.oddities += record.oddities().len() as u64;
        let _decoded = (record.time(), record.direction());
    }
    Ok(())
}
