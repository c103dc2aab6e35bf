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
    /// Byte order of the block: that of its section, which a section header brings along.
    pub(super) order: ByteOrder,
    pub(super) block_type: BlockType,
    /// Block Total Length, as it is in the file.
    total: u32,
    /// Octet at which the block begins.
    pub(super) offset: u64,
    /// Records that came before, for the error of a file that is cut short.
    read: u64,
}

impl Head {
    /// Type and length of the next block, not yet consumed; `None` at the end of the file.
    /// `order` is that of the section so far, and `read` counts the records so far.
    pub(super) fn read<R: Read>(
        source: &mut Source<R>,
        order: ByteOrder,
        read: u64,
    ) -> Result<Option<Self>, Error> {
        let offset = source.offset();
        let got = source.ensure(8)?;
        if got == 0 {
            return Ok(None);
        }
        let order = match source.available().starts_with(&MAGIC) {
            true => section_order(source, read)?,
            false => order,
        };
        let mut fields = Fields::new(order, source.available());
        let (Some(number), Some(total)) = (fields.u32(), fields.u32()) else {
            return Err(cut_short(read, "block header", offset, 8, got as u64));
        };
        if (total as usize) < FRAME {
            let (field, expected) = ("total block length", format!("at least {FRAME}"));
            return Err(Error::malformed(field, offset, total, expected));
        }
        Ok(Some(Self {
            order,
            block_type: BlockType(number),
            total,
            offset,
            read,
        }))
    }

    /// Octets to the next block: the total length, rounded up as Wireshark does.
    pub(super) fn padded(self) -> u64 {
        u64::from(self.total).next_multiple_of(4)
    }

    /// The total length, when it had to be rounded.
    pub(super) fn ragged(self) -> Option<u32> {
        (!self.total.is_multiple_of(4)).then_some(self.total)
    }

    /// Consumes the whole block, of at most `limit` octets, and returns where its body is.
    pub(super) fn hold<R: Read>(
        self,
        source: &mut Source<R>,
        limit: u64,
    ) -> Result<Range<usize>, Error> {
        let padded = match usize::try_from(self.padded()) {
            Ok(padded) if self.padded() <= limit => padded,
            _ => {
                let (field, expected) =
                    ("total block length", format!("at most {limit}"));
                return Err(Error::malformed(field, self.offset, self.total, expected));
            }
        };
        let got = source.ensure(padded)?;
        if got < padded {
            return Err(self.cut_short(got as u64));
        }
        let block = source.consume(padded);
        self.check_trailer(source.slice(block.end - 4..block.end))?;
        Ok(block.start + 8..block.start + 8 + (self.total as usize - FRAME))
    }

    /// Passes over a block of any length without holding it.
    pub(super) fn skip<R: Read>(self, source: &mut Source<R>) -> Result<(), Error> {
        let before_trailer = self.padded() - 4;
        let mut got = source.skip(before_trailer)?;
        if got == before_trailer {
            got += source.ensure(4)? as u64;
        }
        if got < self.padded() {
            return Err(self.cut_short(got));
        }
        let trailer = source.consume(4);
        self.check_trailer(source.slice(trailer))
    }

    /// The second total length must repeat the first, or what the first was rounded up to.
    fn check_trailer(self, octets: &[u8]) -> Result<(), Error> {
        let found = Fields::new(self.order, octets).u32().unwrap_or_default();
        if found == self.total || u64::from(found) == self.padded() {
            return Ok(());
        }
        let expected = format!("{}, as at the start of the block", self.total);
        Err(Error::malformed(
            "second total block length",
            self.offset,
            found,
            expected,
        ))
    }

    fn cut_short(self, got: u64) -> Error {
        cut_short(self.read, "block", self.offset, self.padded(), got)
    }
}

/// The byte order must be known before the length of a section header can be read.
fn section_order<R: Read>(source: &mut Source<R>, read: u64) -> Result<ByteOrder, Error> {
    let offset = source.offset();
    let got = source.ensure(12)?;
    let magic = source
        .available()
        .get(8..12)
        .and_then(|magic| magic.try_into().ok());
    match magic {
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
