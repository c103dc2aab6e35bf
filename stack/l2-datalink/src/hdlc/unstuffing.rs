//! What is left of the line's words, eight octets at a step while no six ones in a row are
//! among them.
//!
//! A table holds what is left of each octet after a run of 0 to 5 ones. The run is a matter of
//! the line alone, not of what is left of it: it is the ones at the end of the octet before, so
//! no look-up waits for another.

use super::bits::{Bits, has_five_ones, has_six_ones};
use super::{MOST_ONES, RUN};

/// Words that are taken as they are if no five ones in a row are among them.
const GROUP: usize = 4;

/// What is left of an octet.
#[derive(Clone, Copy)]
pub(super) struct Step {
    /// The bits, the first in the least significant place.
    pub(super) bits: u8,
    /// How many bits there are: 6 to 8; 0 when a sixth one in a row is met.
    pub(super) count: u8,
}

/// Ones in a row at the end of each octet.
static ONES_AFTER: [u8; 256] = ones_at_end();
/// `UNSTUFF[ones in a row before][octet]`; a sixth one was met before the rows 6 and 7.
static UNSTUFF: [[Step; 256]; 8] = table();

#[expect(clippy::indexing_slicing, reason = "computed by the compiler")]
#[expect(
    clippy::cast_possible_truncation,
    reason = "a run is at most 7, an octet 255"
)]
const fn table() -> [[Step; 256]; 8] {
    let mut table = [[Step { bits: 0, count: 0 }; 256]; 8];
    let mut at = 0;
    while at < (RUN + 1) * 256 {
        table[at / 256][at % 256] = unstuffed((at / 256) as u8, (at % 256) as u8);
        at += 1;
    }
    table
}

#[expect(clippy::indexing_slicing, reason = "computed by the compiler")]
#[expect(clippy::cast_possible_truncation, reason = "an octet is at most 255")]
const fn ones_at_end() -> [u8; 256] {
    let mut table = [0; 256];
    let mut octet = 0;
    while octet < 256 {
        table[octet] = (octet as u8).leading_ones() as u8;
        octet += 1;
    }
    table
}

/// RFC 1662 §5.2, receiver: the 0 after five ones in a row goes out.
const fn unstuffed(mut ones: u8, octet: u8) -> Step {
    let (mut bits, mut count, mut bit) = (0, 0, 0);
    while bit < 8 {
        let one = octet >> bit & 1;
        if ones < MOST_ONES {
            bits |= one << count;
            (count, ones) = (count + 1, (ones + 1) * one);
        } else if one == 0 {
            ones = 0;
        } else {
            return Step { bits: 0, count: 0 };
        }
        bit += 1;
    }
    Step { bits, count }
}
/// Adds what is left of the words of `piece`, up to one that has six ones in a row. How many
/// octets of the piece that took, and whether there is such a word.
pub(super) fn unstuff(bits: &mut Bits<'_>, past: u16, piece: &[u8]) -> (usize, bool) {
    let mut ones = past.leading_ones();
    let mut read = 0;
    let (groups, rest) = piece.as_chunks::<{ 8 * GROUP }>();
    for group in groups {
        let words: &[[u8; 8]; GROUP] = match group.as_chunks().0.first_chunk() {
            Some(words) => words,
            None => break,
        };
        let values = words.map(u64::from_le_bytes);
        if !has_five_ones(ones, &values) {
            for value in values {
                bits.store_word(value);
            }
            ones = values.last().map_or(0, |value| value.leading_ones());
            read += group.len();
            continue;
        }
        for word in words {
            if has_six_ones(ones, u64::from_le_bytes(*word)) {
                return (read, true);
            }
            ones = unstuff_word(bits, ones, *word);
            read += word.len();
        }
    }
    for word in rest.as_chunks::<8>().0 {
        if has_six_ones(ones, u64::from_le_bytes(*word)) {
            return (read, true);
        }
        ones = unstuff_word(bits, ones, *word);
        read += word.len();
    }
    (read, false)
}

/// Adds what is left of a word that is all data, after so many ones; how many are at its end.
#[inline]
fn unstuff_word(bits: &mut Bits<'_>, ones: u32, word: [u8; 8]) -> u32 {
    let [a, b, c, d, e, f, g, h] = word;
    unstuff_octet(bits, ones, a);
    unstuff_octet(bits, ones_after(a), b);
    unstuff_octet(bits, ones_after(b), c);
    unstuff_octet(bits, ones_after(c), d);
    bits.store();
    unstuff_octet(bits, ones_after(d), e);
    unstuff_octet(bits, ones_after(e), f);
    unstuff_octet(bits, ones_after(f), g);
    unstuff_octet(bits, ones_after(g), h);
    bits.store();
    ones_after(h)
}

#[inline]
fn unstuff_octet(bits: &mut Bits<'_>, ones: u32, octet: u8) {
    let step = look(ones, octet);
    bits.push(step.bits, step.count);
}

#[inline]
fn ones_after(octet: u8) -> u32 {
    ONES_AFTER
        .get(usize::from(octet))
        .map_or(0, |ones| u32::from(*ones))
}

/// What is left of an octet after so many ones.
#[inline]
pub(super) fn look(ones: u32, octet: u8) -> Step {
    let row = UNSTUFF.get(ones.min(7) as usize);
    let step = row.and_then(|row| row.get(usize::from(octet)));
    step.copied().unwrap_or(Step { bits: 0, count: 0 })
}
