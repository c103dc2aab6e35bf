//! 64b/66b: eight octets scrambled, behind two bits that are never equal.
//!
//! ```text
//! bits      2         64, scrambled
//!         | 0 1 | D D D D D D D D |   data
//!         | 1 0 | type |  ...     |   control: 1e idle, 78 start, 87 .. ff end
//!
//! | idle | idle | start 78, 55 55 55 55 55 55 d5 | data ... | end with 0 to 7 octets | idle
//!
//! scrambled: s[n] = d[n] + s[n-39] + s[n-58]   (modulo 2)
//! ```
//! Spec: IEEE 802.3-2018 §49.2.4 (blocks, Figure 49-7), §49.2.6 (scrambler), §49.2.9 (block lock).
//! Units: blocks of 66 bits, least significant bit of each octet first. Cells of a violation are
//! blocks.
//! Checks: headers of two different bits, types that exist, each block where it may stand.
//! Not here: blocks that begin a frame in their middle (33, 66), ordered sets (4b, 55, 2d),
//! the error control code.
//!
//! Nothing in the payload is redundant: a wrong bit there is three wrong bits after
//! descrambling, and the frame check has to see them. A receiver in hardware has block lock after 64
//! good headers in a row. Here one idle block behind another control block shows it: 68 bits that
//! chance does not bring about, and the first idle block gives the descrambler its state.

mod block;
mod scrambler;

use layercake_base::Reason;

use crate::bits::{BitWriter, bits_at};
use crate::{Alphabet, LineCode};
use block::{Block, CONTROL, DATA, IDLE, START};
use scrambler::State;

/// 64b/66b as 10GBASE-R has it.
#[derive(Clone, Debug, Default)]
pub struct Block66;

/// Bits of a block.
const BLOCK: usize = 66;
/// Blocks in 33 octets.
const BLOCKS: usize = 4;

impl Block66 {
    /// The code of 10GBASE-R.
    pub const fn new() -> Self {
        Block66
    }
}

impl LineCode for Block66 {
    fn name(&self) -> &'static str {
        "64b66b"
    }

    fn alphabet(&self) -> Alphabet {
        Alphabet::Binary
    }

    fn efficiency(&self) -> (u32, u32) {
        (64, 66)
    }

    fn encode(&mut self, octets: &[u8], symbols: &mut Vec<u8>) {
        let (words, rest) = octets.as_chunks::<8>();
        let blocks = 2 + 1 + words.len() + 1;
        let padded = blocks.next_multiple_of(BLOCKS);
        symbols.clear();
        symbols.reserve(padded * BLOCK / 8);
        let mut line = Line {
            bits: BitWriter::new(symbols),
            state: State::default(),
        };
        for word in [IDLE, IDLE, START] {
            line.block(CONTROL, word);
        }
        for word in words {
            line.block(DATA, u64::from_le_bytes(*word));
        }
        line.block(CONTROL, block::end(rest));
        (blocks..padded).for_each(|_| line.block(CONTROL, IDLE));
    }

    fn decode(&mut self, symbols: &[u8], octets: &mut Vec<u8>) -> Result<(), Reason> {
        octets.clear();
        octets.reserve(symbols.len());
        let mut blocks = Blocks::locked(symbols)?;
        while blocks.expect("start block")? == Block::Idle {}
        if blocks.last != Block::Start {
            return Err(blocks.misplaced());
        }
        loop {
            match blocks.expect("end block")? {
                Block::Data(word) => octets.extend_from_slice(&word),
                Block::End(word, count) => {
                    octets.extend(word.iter().take(count));
                    break;
                }
                Block::Idle | Block::Start => return Err(blocks.misplaced()),
            }
        }
        while let Some(block) = blocks.next()? {
            if block != Block::Idle {
                return Err(blocks.misplaced());
            }
        }
        Ok(())
    }
}

/// Blocks on their way out.
struct Line<'a> {
    bits: BitWriter<'a>,
    state: State,
}

impl Line<'_> {
    #[inline]
    fn block(&mut self, header: u64, word: u64) {
        let scrambled = self.state.scramble(word);
        self.bits.push_66(header, scrambled.reverse_bits());
    }
}

/// The blocks of a transmission, one after the other.
#[derive(Clone)]
struct Blocks<'a> {
    bits: &'a [u8],
    at: usize,
    cell: usize,
    state: State,
    last: Block,
}

impl<'a> Blocks<'a> {
    /// Finds the borders: a control block and behind it an idle block, if there are such before a
    /// start; else any, such as stand at the end of an earlier transmission.
    fn locked(bits: &'a [u8]) -> Result<Self, Reason> {
        let last = (bits.len() * 8).saturating_sub(2 * BLOCK);
        let candidates = || (0..=last).filter_map(|at| Blocks::idle_at(bits, at));
        let starts =
            |blocks: &Self| matches!(blocks.clone().next(), Ok(Some(Block::Start)));
        let found = candidates().find(starts).or_else(|| candidates().next());
        let (field, searched) = ("idle block", bits.len());
        found.ok_or(Reason::Absent { field, searched })
    }

    /// What follows a control block at bit `at` and an idle block behind it; the first gives the
    /// descrambler its state.
    fn idle_at(bits: &'a [u8], at: usize) -> Option<Self> {
        let headers = [at, at + BLOCK].map(|at| bits_at(bits, at, 2));
        if headers != [Some(CONTROL); 2] {
            return None;
        }
        let [first, second] = [at + 2, at + BLOCK + 2].map(|at| payload(bits, at));
        let mut state = State::after(first?);
        (state.descramble(second?) == IDLE).then_some(Blocks {
            bits,
            at: at + 2 * BLOCK,
            cell: 2,
            state,
            last: Block::Idle,
        })
    }

    /// The next block; `None` when there is no whole one any more.
    #[inline]
    fn next(&mut self) -> Result<Option<Block>, Reason> {
        let header = bits_at(self.bits, self.at, 2);
        let Some((header, scrambled)) = header.zip(payload(self.bits, self.at + 2))
        else {
            return Ok(None);
        };
        let word = self.state.descramble(scrambled);
        self.last = match header {
            DATA => Block::Data(word.to_le_bytes()),
            CONTROL => Block::of_control(word).map_err(|found| Reason::Violation {
                code: "64b/66b control",
                cell: self.cell,
                found,
            })?,
            equal => {
                return Err(Reason::Violation {
                    code: "64b/66b header",
                    cell: self.cell,
                    found: u16::try_from(equal).unwrap_or(0),
                });
            }
        };
        self.at += BLOCK;
        self.cell += 1;
        Ok(Some(self.last))
    }

    fn expect(&mut self, field: &'static str) -> Result<Block, Reason> {
        let searched = self.bits.len();
        self.next()?.ok_or(Reason::Absent { field, searched })
    }

    /// The last block was read but does not belong there.
    fn misplaced(&self) -> Reason {
        let (code, cell) = ("64b/66b order", self.cell - 1);
        let found = match self.last {
            Block::Data(_) => 0b01,
            _ => 0b10,
        };
        Reason::Violation { code, cell, found }
    }
}

/// The 64 bits from bit `at` on, the first least significant.
#[inline]
fn payload(bits: &[u8], at: usize) -> Option<u64> {
    bits_at(bits, at, 64).map(u64::reverse_bits)
}

#[cfg(test)]
mod tests;
