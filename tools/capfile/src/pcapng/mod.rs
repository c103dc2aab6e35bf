//! The block format: a walk from block to block.
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
//! Not here: names, statistics, secrets and journals. They are skipped without being held, and
//! counted.

pub(crate) mod options;
mod packet;
mod section;

use std::io::Read;
use std::ops::Range;

use crate::order::Fields;
use crate::reader::Located;
use crate::source::Source;
use crate::{BlockCounts, BlockType, Error, Interface, Section};

/// The type of a section header block reads the same in both byte orders.
pub(crate) const MAGIC: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];
/// Type and both total lengths.
pub(crate) const FRAME: usize = 12;

const MIB: u64 = 1024 * 1024;
/// Room for headers and options beside the largest packet that a link type allows.
const LARGEST_EXTRA: u64 = 16 * MIB;
/// Interfaces of one section; the obsolete packet block could not name more.
const MOST_INTERFACES: usize = 0x1_0000;

/// Goes from block to block and remembers how to read them.
#[derive(Debug)]
pub(crate) struct Walker {
    section: Section,
    interfaces: Vec<Interface>,
    /// Octets of interface descriptions in this section.
    described: u64,
    /// Largest record that an interface of this section may have.
    largest_record: u64,
    blocks: BlockCounts,
}

/// The head of a block, checked.
#[derive(Clone, Copy, Debug)]
struct Head {
    block_type: BlockType,
    total: u32,
    offset: u64,
}

impl Head {
    /// Octets to the next block: the total length, rounded up as Wireshark does.
    fn padded(self) -> u64 {
        u64::from(self.total).next_multiple_of(4)
    }

    fn ragged(self) -> Option<u32> {
        (!self.total.is_multiple_of(4)).then_some(self.total)
    }
}

/// True for the types that are decoded rather than skipped.
pub(crate) fn is_decoded(block_type: BlockType) -> bool {
    holds_record(block_type)
        || matches!(
            block_type,
            BlockType::SECTION_HEADER | BlockType::INTERFACE_DESCRIPTION
        )
}

fn holds_record(block_type: BlockType) -> bool {
    matches!(
        block_type,
        BlockType::ENHANCED_PACKET
            | BlockType::SIMPLE_PACKET
            | BlockType::PACKET
            | BlockType::CUSTOM
            | BlockType::CUSTOM_NO_COPY
    )
}

impl Walker {
    /// Reads the first section header, at which the source must be.
    pub(crate) fn new<R: Read>(source: &mut Source<R>) -> Result<Self, Error> {
        let order = section_order(source, 0)?;
        let Some(head) = read_head(source, order, 0)? else {
            return Err(Error::UnknownMagic { found: Vec::new() });
        };
        let body = hold(source, head, order, LARGEST_EXTRA, 0)?;
        let section = section::section(order, source.slice(body), head.offset, 0)?;
        let mut blocks = BlockCounts::default();
        blocks.count(head.block_type);
        Ok(Self {
            section,
            interfaces: Vec::new(),
            described: 0,
            largest_record: 0,
            blocks,
        })
    }

    /// Finds the next record, reading whatever blocks come before it; `read` says how many
    /// records came before.
    pub(crate) fn locate<R: Read>(
        &mut self,
        source: &mut Source<R>,
        read: u64,
    ) -> Result<Option<Located>, Error> {
        loop {
            let order = match peek_is_section(source)? {
                true => section_order(source, read)?,
                false => self.section.order,
            };
            let Some(head) = read_head(source, order, read)? else {
                return Ok(None);
            };
            self.blocks.count(head.block_type);
            if !is_decoded(head.block_type) {
                skip(source, head, order, read)?;
                continue;
            }
            let body = hold(
                source,
                head,
                order,
                LARGEST_EXTRA + self.largest_record,
                read,
            )?;
            match head.block_type {
                BlockType::SECTION_HEADER => {
                    let number = self.section.number.saturating_add(1);
                    let octets = source.slice(body);
                    self.begin(section::section(order, octets, head.offset, number)?);
                }
                BlockType::INTERFACE_DESCRIPTION => {
                    self.describe(source.slice(body), head)?
                }
                _ => {
                    return self
                        .packet(source.slice(body.clone()), body, head)
                        .map(Some);
                }
            }
        }
    }

    /// A new section forgets the interfaces of the one before.
    fn begin(&mut self, section: Section) {
        self.section = section;
        self.interfaces.clear();
        self.described = 0;
        self.largest_record = 0;
    }

    fn describe(&mut self, body: &[u8], head: Head) -> Result<(), Error> {
        let id = self.interfaces.len();
        if id >= MOST_INTERFACES {
            let expected = format!("at most {MOST_INTERFACES}");
            return Err(Error::malformed(
                "number of interfaces",
                head.offset,
                id + 1,
                expected,
            ));
        }
        self.described += head.padded();
        if self.described > LARGEST_EXTRA {
            let expected = format!("at most {LARGEST_EXTRA} octets in a section");
            let found = self.described;
            return Err(Error::malformed(
                "interface descriptions",
                head.offset,
                found,
                expected,
            ));
        }
        let id = u32::try_from(id).unwrap_or(u32::MAX);
        let interface = section::interface(self.section.order, body, head.offset, id)?;
        let largest = u64::from(interface.link_type.largest_record());
        self.largest_record = self.largest_record.max(largest);
        self.interfaces.push(interface);
        Ok(())
    }

    /// Moves the ranges of a decoded block from its body to the buffer.
    fn packet(
        &self,
        octets: &[u8],
        body: Range<usize>,
        head: Head,
    ) -> Result<Located, Error> {
        let context = packet::Context {
            order: self.section.order,
            body: octets,
            offset: head.offset,
            interfaces: &self.interfaces,
        };
        let found = packet::decode(head.block_type, &context)?;
        let moved =
            |range: Range<usize>| body.start + range.start..body.start + range.end;
        Ok(Located {
            offset: head.offset,
            kind: found.kind,
            interface: found.interface,
            octets: moved(found.octets),
            original_len: found.original_len,
            stamp: found.stamp,
            options: moved(found.options),
            ragged: head.ragged(),
        })
    }

    pub(crate) fn section(&self) -> &Section {
        &self.section
    }

    pub(crate) fn interfaces(&self) -> &[Interface] {
        &self.interfaces
    }

    pub(crate) fn blocks(&self) -> &BlockCounts {
        &self.blocks
    }
}

fn peek_is_section<R: Read>(source: &mut Source<R>) -> Result<bool, Error> {
    source.ensure(4)?;
    Ok(source.available().starts_with(&MAGIC))
}

/// The byte order must be known before the length of a section header can be read.
fn section_order<R: Read>(
    source: &mut Source<R>,
    read: u64,
) -> Result<crate::ByteOrder, Error> {
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
fn read_head<R: Read>(
    source: &mut Source<R>,
    order: crate::ByteOrder,
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
fn hold<R: Read>(
    source: &mut Source<R>,
    head: Head,
    order: crate::ByteOrder,
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
fn skip<R: Read>(
    source: &mut Source<R>,
    head: Head,
    order: crate::ByteOrder,
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
fn check_trailer(
    octets: &[u8],
    order: crate::ByteOrder,
    head: Head,
) -> Result<(), Error> {
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
