//! The blocks of 64b/66b, Figure 49-7 of IEEE 802.3-2018, as far as a frame needs them.
//!
//! ```text
//! header | first octet, then seven more
//!   01   |  D0  D1  D2  D3  D4  D5  D6  D7       data
//!   10   |  1e  eight control codes of 7 bits    idle: all codes 0
//!   10   |  78  D1  D2  D3  D4  D5  D6  D7       start of a frame
//!   10   |  87 .. ff  0 to 7 octets, idle codes  end of a frame
//! ```

use crate::bits::padded;

/// The header of a data block, first bit more significant.
pub(super) const DATA: u64 = 0b01;
/// The header of a control block.
pub(super) const CONTROL: u64 = 0b10;
/// The payload of an idle block, first octet least significant.
pub(super) const IDLE: u64 = 0x1e;
/// The payload of a start block: in 10GBASE-R the start stands for the first octet of the
/// preamble, and the rest of it follows.
pub(super) const START: u64 = 0xd5_55_55_55_55_55_55_78;

/// The types of the blocks that end a frame with none to seven octets.
const ENDS: [u8; 8] = [0x87, 0x99, 0xaa, 0xb4, 0xcc, 0xd2, 0xe1, 0xff];

/// A block, descrambled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Block {
    Data([u8; 8]),
    Idle,
    Start,
    /// So many of the octets are the last of the frame.
    End([u8; 8], usize),
}

impl Block {
    /// What the payload of a control block says.
    ///
    /// Errors: the type of a block that does not exist, or holds what it must not.
    pub(super) fn of_control(payload: u64) -> Result<Self, u16> {
        let [kind, octets @ ..] = payload.to_le_bytes();
        if payload == IDLE {
            return Ok(Block::Idle);
        }
        if payload == START {
            return Ok(Block::Start);
        }
        let count = ENDS
            .iter()
            .position(|end| *end == kind)
            .ok_or(u16::from(kind))?;
        let idle = octets.iter().skip(count).all(|octet| *octet == 0);
        idle.then_some(Block::End(padded(&octets), count))
            .ok_or(u16::from(kind))
    }
}

/// The payload of the block that ends a frame with these octets, seven at most.
pub(super) fn end(octets: &[u8]) -> u64 {
    let kind = ENDS.get(octets.len()).copied().unwrap_or(0);
    u64::from_le_bytes(padded(octets)) << 8 | u64::from(kind)
}
