//! Bit stuffing, four octets at a step: a table holds what each octet becomes after a run of 0
//! to 4 ones.
//!
//! The table follows the rule as RFC 1662 §5.2 states it for single bits; the tests hold it
//! against a model that knows nothing else. Looking an octet up takes a processor some five
//! cycles, and each look-up needs the run that the one before left. But only eight ones let a
//! run through: behind any other octet it follows from that octet alone, so it is kept in a
//! table of its own that nothing has to be waited for.

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

/// Appends `frame` to `line` between flags, stuffed; idle ones fill the last octet.
pub fn encode(frame: &[u8], line: &mut Vec<u8>) {
    let start = line.len();
    // Each octet becomes at most ten bits; two flags, and the last store writes eight octets.
    line.resize(start + frame.len() + frame.len() / 4 + 12, 0);
    let room = line.get_mut(start..).unwrap_or_default();
    let mut bits = Bits::new(room);
    bits.push(FLAG.into(), 8);
    let mut ones = 0;
    let (strides, rest) = frame.as_chunks::<STRIDE>();
    for stride in strides {
        ones = bits.stuff_stride(ones, *stride);
        bits.store();
    }
    for &octet in rest {
        ones = bits.stuff(ones, octet);
    }
    bits.store();
    bits.push(FLAG.into(), 8);
    let used = bits.finish();
    line.truncate(start + used);
}

#[inline]
fn look(ones: u8, octet: u8) -> Step {
    let row = STUFF.get(usize::from(ones & 7));
    let step = row.and_then(|row| row.get(usize::from(octet)));
    step.copied().unwrap_or(NOTHING)
}

#[inline]
fn ones_after(octet: u8) -> u8 {
    ONES_AFTER.get(usize::from(octet)).copied().unwrap_or(0)
}

/// Bits on their way into octets, least significant first.
struct Bits<'a> {
    out: &'a mut [u8],
    /// Octets of `out` that are whole.
    at: usize,
    /// Bits that are not in `out` yet, fewer than 8 after a store.
    pending: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    fn new(out: &'a mut [u8]) -> Self {
        let (at, pending, count) = (0, 0, 0);
        Bits {
            out,
            at,
            pending,
            count,
        }
    }

    /// Adds up to ten bits.
    #[inline]
    fn push(&mut self, bits: u16, count: u8) {
        self.pending |= u64::from(bits) << self.count;
        self.count += u32::from(count);
    }

    /// Adds an octet after so many ones; how many there are in a row behind it.
    #[inline]
    fn stuff(&mut self, ones: u8, octet: u8) -> u8 {
        let step = look(ones, octet);
        self.push(step.bits, step.count);
        step.ones
    }

    /// The same for four octets. Only where one is ff does each have to wait for the one before.
    #[inline]
    fn stuff_stride(&mut self, ones: u8, stride: [u8; STRIDE]) -> u8 {
        if stride.contains(&0xff) {
            return stride.iter().fold(ones, |ones, o| self.stuff(ones, *o));
        }
        let [a, b, c, d] = stride;
        for (ones, octet) in [
            (ones, a),
            (ones_after(a), b),
            (ones_after(b), c),
            (ones_after(c), d),
        ] {
            let step = look(ones, octet);
            self.push(step.bits, step.count);
        }
        ones_after(d)
    }

    /// Writes what is pending; the octets that are whole stay.
    #[inline]
    fn store(&mut self) {
        let octets = self.pending.to_le_bytes();
        if let Some(place) = self.out.get_mut(self.at..self.at + octets.len()) {
            place.copy_from_slice(&octets);
        }
        let whole = self.count / 8;
        self.at += whole as usize;
        self.pending >>= whole * 8;
        self.count %= 8;
    }

    /// Fills the last octet with ones; how many octets there are.
    fn finish(mut self) -> usize {
        self.pending |= u64::MAX << self.count;
        self.count = self.count.next_multiple_of(8);
        self.store();
        self.at
    }
}
