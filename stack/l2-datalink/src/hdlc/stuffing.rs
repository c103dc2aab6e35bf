//! Bit stuffing, four octets at a step: a table holds what each octet becomes after a run of 0
//! to 4 ones.
//!
//! The table follows the rule as RFC 1662 §5.2 states it for single bits; the tests hold it
//! against a model that knows nothing else. Looking an octet up takes a processor some five
//! cycles, and each look-up needs the run that the one before left. But only eight ones let a
//! run through: behind any other octet it follows from that octet alone, so it is kept in a
//! table of its own that nothing has to be waited for.

use super::bits::{Bits, has_five_ones};
use super::{FLAG, MOST_ONES, RUN};

/// What an octet becomes.
#[derive(Clone, Copy)]
struct Step {
    /// The bits, the first in the least significant place.
    bits: u16,
    /// How many bits there are: 8 to 10.
    count: u8,
    /// Ones in a row after them.
    ones: u8,
}

const NOTHING: Step = Step {
    bits: 0,
    count: 0,
    ones: 0,
};

/// `STUFF[ones in a row before][octet]`: after five the 0 has gone out already. The rows from 5
/// on are there so that no row can be missing.
static STUFF: [[Step; 256]; 8] = table();
/// Ones in a row after each octet but ff, whatever they were before.
static ONES_AFTER: [u8; 256] = after();

#[expect(clippy::indexing_slicing, reason = "computed by the compiler")]
#[expect(
    clippy::cast_possible_truncation,
    reason = "a run is at most 4, an octet 255"
)]
const fn table() -> [[Step; 256]; 8] {
    let mut table = [[NOTHING; 256]; 8];
    let mut at = 0;
    while at < RUN * 256 {
        table[at / 256][at % 256] = stuffed((at / 256) as u8, (at % 256) as u8);
        at += 1;
    }
    table
}

#[expect(clippy::indexing_slicing, reason = "computed by the compiler")]
const fn after() -> [u8; 256] {
    let mut table = [0; 256];
    let mut octet = 0;
    while octet < 256 {
        table[octet] = STUFF[0][octet].ones;
        octet += 1;
    }
    table
}

/// RFC 1662 §5.2, sender: a 0 goes in after five ones in a row.
const fn stuffed(mut ones: u8, octet: u8) -> Step {
    let (mut bits, mut count, mut bit) = (0, 0, 0);
    while bit < 8 {
        let one = octet >> bit & 1;
        bits |= (one as u16) << count;
        (count, ones) = (count + 1, (ones + 1) * one);
        if ones == MOST_ONES {
            (count, ones) = (count + 1, 0);
        }
        bit += 1;
    }
    Step { bits, count, ones }
}

/// Octets that go into one store: they become at most 40 bits, and up to 7 are pending.
const STRIDE: usize = 4;

/// Words that go out as they are if no five ones in a row are among them. In random data that is
/// so for one group in fifty, so a processor rightly bets against it; in text it is the rule.
const GROUP: usize = 4;

/// Appends `frame` to `line` between flags, stuffed; idle ones fill the last octet.
pub fn encode(frame: &[u8], line: &mut Vec<u8>) {
    let start = line.len();
    // Each octet becomes at most ten bits; two flags, and the last store writes eight octets.
    line.resize(start + frame.len() + frame.len() / 4 + 12, 0);
    let mut bits = Bits::new(line.get_mut(start..).unwrap_or_default(), 0, 0);
    bits.push(FLAG, 8);
    bits.store();
    let mut ones = 0;
    let (groups, rest) = frame.as_chunks::<{ 8 * GROUP }>();
    for group in groups {
        ones = stuff_group(&mut bits, ones, group);
    }
    let (strides, rest) = rest.as_chunks::<STRIDE>();
    for stride in strides {
        ones = stuff_stride(&mut bits, ones, *stride);
    }
    for &octet in rest {
        ones = stuff(&mut bits, ones, octet);
    }
    bits.store();
    bits.push(FLAG, 8);
    let used = bits.finish();
    line.truncate(start + used);
}

/// Adds 32 octets after so many ones; how many there are in a row behind them.
#[inline]
fn stuff_group(bits: &mut Bits<'_>, ones: u8, group: &[u8; 8 * GROUP]) -> u8 {
    let (words, strides) = (group.as_chunks::<8>().0, group.as_chunks().0);
    let words: &[[u8; 8]; GROUP] = words.first_chunk().unwrap_or(&[[0xff; 8]; GROUP]);
    let words = words.map(u64::from_le_bytes);
    if has_five_ones(ones.into(), &words) {
        let next = |ones, stride: &[u8; STRIDE]| stuff_stride(bits, ones, *stride);
        return strides.iter().fold(ones, next);
    }
    for word in words {
        bits.store_word(word);
    }
    group.last().map_or(0, |octet| ones_after(*octet))
}

/// The same for four octets. Only where one is ff does each have to wait for the one before.
#[inline]
fn stuff_stride(bits: &mut Bits<'_>, ones: u8, stride: [u8; STRIDE]) -> u8 {
    let [a, b, c, d] = stride;
    let mut after = ones_after(d);
    if stride.contains(&0xff) {
        after = stride.iter().fold(ones, |ones, o| stuff(bits, ones, *o));
    } else {
        stuff(bits, ones, a);
        stuff(bits, ones_after(a), b);
        stuff(bits, ones_after(b), c);
        stuff(bits, ones_after(c), d);
    }
    bits.store();
    after
}

/// The same for one octet; it is only pending then.
#[inline]
fn stuff(bits: &mut Bits<'_>, ones: u8, octet: u8) -> u8 {
    let row = STUFF.get(usize::from(ones & 7));
    let step = row.and_then(|row| row.get(usize::from(octet)));
    let step = step.copied().unwrap_or(NOTHING);
    bits.push(step.bits, step.count);
    step.ones
}

#[inline]
fn ones_after(octet: u8) -> u8 {
    ONES_AFTER.get(usize::from(octet)).copied().unwrap_or(0)
}
