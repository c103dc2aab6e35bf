//! The frame of a block: type, length twice, and the walk over it.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------------------------------------------------------+
//! |                           Block Type                          |
//! +---------------------------------------------------------------+
//! |                       Block Total Length                      |
//! +---------------------------------------------------------------+
//! |           Block Body, padded to a multiple of 4 octets        |
//! +---------------------------------------------------------------+
//! |                       Block Total Length                      |
//! +---------------------------------------------------------------+
//! ```
//! Spec: draft-ietf-opsawg-pcapng, section 3.1.  Units: octets, byte order of the section.
//! Checks: both total lengths agree, are at least 12 and not beyond the bound.
//! Not here: which blocks are held and which are skipped (the walker in `pcapng`).

use std::io::Read;
use std::ops::Range;

use crate::order::Fields;
use crate::pcapng::section;
use crate::source::Source;
use crate::{BlockType, ByteOrder, Error};

/// The type of a section header block reads the same in both byte orders.
pub(crate) const MAGIC: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];
/// Type and both total lengths.
pub(crate) const FRAME: usize = 12;

/// The head of a block, checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) block_type: BlockType,
    pub(super) total: u32,
    pub(super) offset: u64,
}

impl Head {
    /// Octets to the next block: the total length, rounded up as Wireshark does.
    pub(super) fn padded(self) -> u64 {
        u64::from(self.total).next_multiple_of(4)
    }

    pub(super) fn ragged(self) -> Option<u32> {
        (!self.total.is_multiple_of(4)).then_some(self.total)
    }
}

/// True when the next block begins a section.
pub(super) fn is_section<R: Read>(source: &mut Source<R>) -> Result<bool, Error> {
    source.ensure(4)?;
    Ok(source.available().starts_with(&MAGIC))
}

/// The byte order must be known before the length of a section header can be read.
pub(super) fn section_order<R: Read>(
    source: &mut Source<R>,
    read: u64,
) -> Result<ByteOrder, Error> {
    let offset = source.offset();
    let got = source.ensure(12)?;
    match source
        .available()
        .get(8..12)
        .and_then(|magic| magic.try_into().ok())
    {
        Some(magic) => section::byte_order(magic, offset),
        None => Err(cut_short(
            read,
            "section header block",
            offset,
            12,
            got as u64,
        )),
    }
}

/// Type and length of the next block, not yet consumed; `None` at the end of the file.
pub(super) fn read_head<R: Read>(
    source: &mut Source<R>,
    order: ByteOrder,
    read: u64,
) -> Result<Option<Head>, Error> {
    let offset = source.offset();
    let got = source.ensure(8)?;
    if got == 0 {
        return Ok(None);
    }
    let mut fields = Fields::new(order, source.available());
    let (Some(number), Some(total)) = (fields.u32(), fields.u32()) else {
        return Err(cut_short(read, "block header", offset, 8, got as u64));
    };
    if (total as usize) < FRAME {
        let expected = format!("at least {FRAME}");
        return Err(Error::malformed(
            "total block length",
            offset,
            total,
            expected,
        ));
    }
    Ok(Some(Head {
        block_type: BlockType(number),
        total,
        offset,
    }))
}

/// Consumes a whole block and returns where its body is.
pub(super) fn hold<R: Read>(
    source: &mut Source<R>,
    head: Head,
    order: ByteOrder,
    limit: u64,
    read: u64,
) -> Result<Range<usize>, Error> {
    let padded = match usize::try_from(head.padded()) {
        Ok(padded) if head.padded() <= limit => padded,
        _ => {
            let expected = format!("at most {limit}");
            return Err(Error::malformed(
                "total block length",
                head.offset,
                head.total,
                expected,
            ));
        }
    };
    let got = source.ensure(padded)?;
    if got < padded {
        return Err(cut_short(
            read,
            "block",
            head.offset,
            head.padded(),
            got as u64,
        ));
    }
    let block = source.consume(padded);
    check_trailer(source.slice(block.end - 4..block.end), order, head)?;
    Ok(block.start + 8..block.start + 8 + (head.total as usize - FRAME))
}

/// Passes over a block of any length without holding it.
pub(super) fn skip<R: Read>(
    source: &mut Source<R>,
    head: Head,
    order: ByteOrder,
    read: u64,
) -> Result<(), Error> {
    let before_trailer = head.padded() - 4;
    let mut got = source.skip(before_trailer)?;
    if got == before_trailer {
        got += source.ensure(4)? as u64;
    }
    if got < head.padded() {
        return Err(cut_short(read, "block", head.offset, head.padded(), got));
    }
    let trailer = source.consume(4);
    check_trailer(source.slice(trailer), order, head)
}

/// The second total length must repeat the first, or what the first was rounded up to.
fn check_trailer(octets: &[u8], order: ByteOrder, head: Head) -> Result<(), Error> {
    match Fields::new(order, octets).u32() {
        Some(found) if found == head.total || u64::from(found) == head.padded() => Ok(()),
        found => {
            let found = found.unwrap_or_default();
            let expected = format!("{}, as at the start of the block", head.total);
            Err(Error::malformed(
                "second total block length",
                head.offset,
                found,
                expected,
            ))
        }
    }
}

fn cut_short(
    record: u64,
    part: &'static str,
    offset: u64,
    wanted: u64,
    got: u64,
) -> Error {
    Error::CutShort {
        record,
        part,
        offset,
        wanted,
        got,
    }
}
