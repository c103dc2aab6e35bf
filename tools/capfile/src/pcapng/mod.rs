//! The block format: a walk from block to block.
//!
//! Spec: draft-ietf-opsawg-pcapng.  Units: octets, byte order of the section.
//! Checks: how many interfaces a section describes, and in how many octets.
//! Not here: how a block is delimited (`frame`) and what is in it (`section`, `packet`, `options`).
//! Names, statistics, secrets and journals are skipped without being held, and counted.

mod frame;
pub(crate) mod options;
mod packet;
mod section;

use std::io::Read;
use std::ops::Range;

use crate::pcapng::frame::Head;
pub(crate) use crate::pcapng::frame::{FRAME, MAGIC};
use crate::reader::Located;
use crate::source::Source;
use crate::{BlockCounts, BlockType, ByteOrder, Error, Interface, Section};

const MIB: u64 = 1024 * 1024;
/// Room for headers and options beside the largest packet that a link type allows.
const LARGEST_EXTRA: u64 = 16 * MIB;
/// What a short comment takes in memory beside its octets in the file: it counts as described octets.
const COMMENT_COST: u64 = 64;
/// Interfaces of one section; the obsolete packet block could not name more.
const MOST_INTERFACES: usize = 0x1_0000;

/// Goes from block to block and remembers how to read them.
#[derive(Debug)]
pub(crate) struct Walker {
    section: Section,
    interfaces: Vec<Interface>,
    /// Octets of interface descriptions in this section, and what their comments take.
    described: u64,
    /// Largest record that an interface of this section may have.
    largest_record: u64,
    blocks: BlockCounts,
}

/// True for the types that are decoded rather than skipped.
pub(crate) fn is_decoded(block_type: BlockType) -> bool {
    let describes = matches!(
        block_type,
        BlockType::SECTION_HEADER | BlockType::INTERFACE_DESCRIPTION
    );
    describes || packet::is_record(block_type)
}

impl Walker {
    /// Reads the first section header, at which the source must be.
    pub(crate) fn new<R: Read>(source: &mut Source<R>) -> Result<Self, Error> {
        let Some(head) = Head::read(source, ByteOrder::Little, 0)? else {
            return Err(Error::UnknownMagic { found: Vec::new() });
        };
        let body = head.hold(source, LARGEST_EXTRA)?;
        let section = section::section(head.order, source.slice(body), head.offset, 0)?;
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
        while let Some(head) = Head::read(source, self.section.order, read)? {
            self.blocks.count(head.block_type);
            if !is_decoded(head.block_type) {
                head.skip(source)?;
                continue;
            }
            let body = head.hold(source, LARGEST_EXTRA + self.largest_record)?;
            let octets = source.slice(body.clone());
            match head.block_type {
                BlockType::SECTION_HEADER => self.begin(octets, head)?,
                BlockType::INTERFACE_DESCRIPTION => self.describe(octets, head)?,
                _ => return self.packet(octets, body, head).map(Some),
            }
        }
        Ok(None)
    }

    /// A new section forgets the interfaces of the one before.
    fn begin(&mut self, body: &[u8], head: Head) -> Result<(), Error> {
        let number = self.section.number.saturating_add(1);
        self.section = section::section(head.order, body, head.offset, number)?;
        self.interfaces.clear();
        self.described = 0;
        self.largest_record = 0;
        Ok(())
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
        self.described += interface.comments.len() as u64 * COMMENT_COST;
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
