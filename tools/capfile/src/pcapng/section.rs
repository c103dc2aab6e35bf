//! Section header and interface description: the blocks that say how to read the others.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------------------------------------------------------+
//! |                        Byte-Order Magic                       |
//! +-------------------------------+-------------------------------+
//! |         Major Version         |         Minor Version         |
//! +-------------------------------+-------------------------------+
//! |                                                               |
//! |                         Section Length                        |
//! +---------------------------------------------------------------+
//!
//! +-------------------------------+-------------------------------+
//! |            LinkType           |            Reserved           |
//! +-------------------------------+-------------------------------+
//! |                            SnapLen                            |
//! +---------------------------------------------------------------+
//! ```
//! Spec: draft-ietf-opsawg-pcapng, sections 4.1 and 4.2; shown are the bodies.
//! Units: octets, byte order told by the Byte-Order Magic of the section.
//! Checks: magic, version 1.0 or 1.2, options within the block, lengths of the options that make
//! up the clock.
//! Not here: Section Length, which is redundant and often unknown (-1); addresses and speeds.

use crate::order::Fields;
use crate::pcapng::options::{Code, Options};
use crate::{ByteOrder, Error, Interface, LinkType, Resolution, Section};

/// Byte order of a section from the four octets of its Byte-Order Magic.
pub(crate) fn byte_order(magic: [u8; 4], offset: u64) -> Result<ByteOrder, Error> {
    match magic {
        [0x1a, 0x2b, 0x3c, 0x4d] => Ok(ByteOrder::Big),
        [0x4d, 0x3c, 0x2b, 0x1a] => Ok(ByteOrder::Little),
        found => Err(Error::malformed(
            "byte-order magic",
            offset,
            format!("{found:02x?}"),
            "1a 2b 3c 4d or its reverse",
        )),
    }
}

/// Decodes the body of a section header block.
pub(crate) fn section(
    order: ByteOrder,
    body: &[u8],
    offset: u64,
    number: u32,
) -> Result<Section, Error> {
    let mut fields = Fields::new(order, body);
    let head = (|| {
        let _magic = fields.u32()?;
        let version = (fields.u16()?, fields.u16()?);
        let _section_length = (fields.u32()?, fields.u32()?);
        Some(version)
    })();
    let version = head.ok_or_else(|| too_small(body, 16, offset))?;
    check_version(version, offset)?;
    let options = checked_options(order, fields.rest(), offset)?;
    Ok(Section {
        number,
        offset,
        order,
        version,
        hardware: options.text(Code::SECTION_HARDWARE),
        operating_system: options.text(Code::SECTION_OS),
        application: options.text(Code::SECTION_APPLICATION),
        comments: options.comments(),
    })
}

/// Version 1.2 was written by some programs and is the same as 1.0 (section 4.1).
fn check_version(version: (u16, u16), offset: u64) -> Result<(), Error> {
    if matches!(version, (1, 0 | 2)) {
        return Ok(());
    }
    Err(Error::Unsupported {
        field: "pcapng version",
        offset,
        found: format!("{}.{}", version.0, version.1),
        expected: "1.0 and 1.2",
    })
}

/// Decodes the body of an interface description block.
pub(crate) fn interface(
    order: ByteOrder,
    body: &[u8],
    offset: u64,
    id: u32,
) -> Result<Interface, Error> {
    let mut fields = Fields::new(order, body);
    let head = (|| {
        let (link_type, _reserved) = (fields.u16()?, fields.u16()?);
        Some((LinkType(link_type), fields.u32()?))
    })();
    let (link_type, snaplen) = head.ok_or_else(|| too_small(body, 8, offset))?;
    let options = checked_options(order, fields.rest(), offset)?;
    Ok(Interface {
        fcs_bits: options
            .values(Code::INTERFACE_FCS_LENGTH)
            .next()
            .and_then(single),
        name: options.text(Code::INTERFACE_NAME),
        description: options.text(Code::INTERFACE_DESCRIPTION),
        filter: options
            .values(Code::INTERFACE_FILTER)
            .next()
            .and_then(filter_text),
        operating_system: options.text(Code::INTERFACE_OS),
        hardware: options.text(Code::INTERFACE_HARDWARE),
        comments: options.comments(),
        resolution: resolution(options, offset)?,
        offset_seconds: offset_seconds(options, offset)?,
        ..Interface::new(id, link_type, snaplen)
    })
}

/// A clock that is guessed would date every packet wrongly, so a bad length is an error.
fn resolution(options: Options<'_>, offset: u64) -> Result<Resolution, Error> {
    let Some(value) = options.values(Code::INTERFACE_RESOLUTION).next() else {
        return Ok(Resolution::MICROSECONDS);
    };
    single(value)
        .map(Resolution::from_option)
        .ok_or_else(|| Error::malformed("if_tsresol length", offset, value.len(), "1"))
}

fn offset_seconds(options: Options<'_>, offset: u64) -> Result<i64, Error> {
    let Some(value) = options.values(Code::INTERFACE_OFFSET).next() else {
        return Ok(0);
    };
    <[u8; 8]>::try_from(value)
        .map(|octets| options.order().i64(octets))
        .map_err(|_| Error::malformed("if_tsoffset length", offset, value.len(), "8"))
}

fn single(value: &[u8]) -> Option<u8> {
    match value {
        [octet] => Some(*octet),
        _ => None,
    }
}

/// `if_filter` begins with an octet that says what it is; 0 is a filter string of libpcap.
fn filter_text(value: &[u8]) -> Option<String> {
    let text = value.strip_prefix(&[0])?;
    Some(String::from_utf8_lossy(text).into_owned())
}

/// The options of a block without which the section cannot be read: all must be whole.
fn checked_options(
    order: ByteOrder,
    octets: &[u8],
    offset: u64,
) -> Result<Options<'_>, Error> {
    let options = Options::new(order, octets);
    let Some(at) = options.fault() else {
        return Ok(options);
    };
    let mut fields = Fields::new(order, octets.get(at..).unwrap_or_default());
    let length = (fields.u16(), fields.u16()).1;
    let found = length.map_or("missing".to_owned(), |length| length.to_string());
    let room = fields.rest().len();
    Err(Error::malformed(
        "option length",
        offset,
        found,
        format!("at most {room}"),
    ))
}

/// The block length that was found, for a body that is too small, and the one expected.
pub(crate) fn too_small(body: &[u8], need: usize, offset: u64) -> Error {
    let frame = crate::pcapng::FRAME;
    let expected = format!("at least {}", need + frame);
    Error::malformed("total block length", offset, body.len() + frame, expected)
}
