//! The blocks that hold packets: enhanced, simple, the obsolete one, and custom blocks.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------------------------------------------------------+
//! |                          Interface ID                         |
//! +---------------------------------------------------------------+
//! |                     Timestamp (Upper 4 bytes)                 |
//! +---------------------------------------------------------------+
//! |                     Timestamp (Lower 4 bytes)                 |
//! +---------------------------------------------------------------+
//! |                     Captured Packet Length                    |
//! +---------------------------------------------------------------+
//! |                     Original Packet Length                    |
//! +---------------------------------------------------------------+
//! |           Packet Data, padded to a multiple of 4 octets       |
//! +---------------------------------------------------------------+
//! ```
//! Spec: draft-ietf-opsawg-pcapng, sections 4.3 (enhanced, shown), 4.4 (simple), 4.8 (custom) and
//! appendix A (obsolete packet block).  Units: octets, byte order of the section.
//! Checks: the interface has been described, the captured length fits the block and its link type.
//! Not here: the drop count of the obsolete block; the payload of custom blocks.

use std::ops::Range;

use crate::order::Fields;
use crate::pcapng::section::too_small;
use crate::record::Stamp;
use crate::{BlockType, ByteOrder, Error, Interface, Kind};

/// What a packet block says; the ranges count from the start of its body.
#[derive(Debug)]
pub(crate) struct Body {
    pub(crate) kind: Kind,
    pub(crate) interface: Option<u32>,
    pub(crate) stamp: Stamp,
    pub(crate) octets: Range<usize>,
    pub(crate) original_len: u32,
    pub(crate) options: Range<usize>,
}

/// A block body to decode, and what is needed to judge it.
pub(crate) struct Context<'a> {
    pub(crate) order: ByteOrder,
    pub(crate) body: &'a [u8],
    pub(crate) offset: u64,
    pub(crate) interfaces: &'a [Interface],
}

/// True for the types that this file decodes.
pub(crate) fn is_record(block_type: BlockType) -> bool {
    matches!(
        block_type,
        BlockType::ENHANCED_PACKET
            | BlockType::SIMPLE_PACKET
            | BlockType::PACKET
            | BlockType::CUSTOM
            | BlockType::CUSTOM_NO_COPY
    )
}

/// Decodes the body of a block of one of these types.
pub(crate) fn decode(
    block_type: BlockType,
    context: &Context<'_>,
) -> Result<Body, Error> {
    let (decoded, fixed) = match block_type {
        BlockType::ENHANCED_PACKET => (enhanced(context), 20),
        BlockType::SIMPLE_PACKET => (simple(context), 4),
        BlockType::PACKET => (obsolete(context), 20),
        _ => (custom(context, block_type == BlockType::CUSTOM), 4),
    };
    decoded.unwrap_or_else(|| Err(too_small(context.body, fixed, context.offset)))
}

/// `None` when the fixed fields do not fit, as in the three functions below.
fn enhanced(context: &Context<'_>) -> Option<Result<Body, Error>> {
    let mut fields = Fields::new(context.order, context.body);
    let id = fields.u32()?;
    let stamp = Stamp::Units(fields.high_low()?);
    let (captured, original) = (fields.u32()?, fields.u32()?);
    Some(context.packet(id, stamp, captured, original, 20))
}

/// The obsolete packet block: interface and drop count share the first word.
fn obsolete(context: &Context<'_>) -> Option<Result<Body, Error>> {
    let mut fields = Fields::new(context.order, context.body);
    let (id, _drops) = (fields.u16()?, fields.u16()?);
    let stamp = Stamp::Units(fields.high_low()?);
    let (captured, original) = (fields.u32()?, fields.u32()?);
    Some(context.packet(id.into(), stamp, captured, original, 20))
}

/// Neither interface, time nor captured length: interface 0, none, and what its snap length left.
fn simple(context: &Context<'_>) -> Option<Result<Body, Error>> {
    let original = Fields::new(context.order, context.body).u32()?;
    let snaplen = context.interfaces.first().and_then(Interface::limit);
    let captured = original.min(snaplen.unwrap_or(u32::MAX));
    let body = context.packet(0, Stamp::Absent, captured, original, 4);
    Some(body.map(|body| Body {
        options: 0..0,
        ..body
    }))
}

/// Vendor number, then data and options that only the vendor can tell apart.
fn custom(context: &Context<'_>, copy: bool) -> Option<Result<Body, Error>> {
    let mut fields = Fields::new(context.order, context.body);
    let enterprise = fields.u32()?;
    let original_len = u32::try_from(fields.rest().len()).ok()?;
    Some(Ok(Body {
        kind: Kind::Custom { enterprise, copy },
        interface: None,
        stamp: Stamp::Absent,
        octets: 4..context.body.len(),
        original_len,
        options: 0..0,
    }))
}

impl Context<'_> {
    /// A packet whose data begins at octet `start` of the body.
    fn packet(
        &self,
        id: u32,
        stamp: Stamp,
        captured: u32,
        original_len: u32,
        start: usize,
    ) -> Result<Body, Error> {
        self.check_length(id, captured, start)?;
        let end = start + captured as usize;
        let options = (end.next_multiple_of(4)).min(self.body.len())..self.body.len();
        let (interface, kind) = (Some(id), Kind::Packet);
        Ok(Body {
            kind,
            interface,
            stamp,
            octets: start..end,
            original_len,
            options,
        })
    }

    fn check_length(&self, id: u32, captured: u32, start: usize) -> Result<(), Error> {
        let Some(interface) = self.interfaces.get(id as usize) else {
            let count = self.interfaces.len();
            let expected = format!("below {count}, the interfaces described so far");
            return Err(Error::malformed("interface ID", self.offset, id, expected));
        };
        let room = self.body.len() - start;
        if captured as usize > room {
            let expected = format!("at most {room}, the room in its block");
            return Err(Error::malformed(
                "captured packet length",
                self.offset,
                captured,
                expected,
            ));
        }
        let (link_type, limit) =
            (interface.link_type, interface.link_type.largest_record());
        if captured > limit {
            let expected = format!("at most {limit} for {link_type}");
            return Err(Error::malformed(
                "captured packet length",
                self.offset,
                captured,
                expected,
            ));
        }
        Ok(())
    }
}
