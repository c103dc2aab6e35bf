//! Bit stuffing, an octet at a step: two tables that hold what each octet becomes after a run
//! of 0 to 5 ones.
//!
//! Both tables follow the same rule as RFC 1662 §5.2 states it for single bits; the tests hold
//! them against a model that knows nothing else.

use layercake_base::Reason;

/// The flag sequence: six ones between zeros. RFC 1662 §5.1.
const FLAG: u8 = 0b0111_1110;
/// Ones in a row after which a 0 is stuffed. RFC 1662 §5.2.
const MOST_ONES: u8 = 5;
/// The same as a number of bits.
const RUN: usize = MOST_ONES as usize;
/// Bits of a closing flag that were taken for data before its sixth one gave it away: 0 11111.
const FLAG_TAKEN: usize = 1 + RUN;

/// What an octet becomes.
#[derive(Clone, Copy)]
struct Step {
    /// The bits, the first in the least significant place.
    bits: u16,
    /// How many bits there are: 8 to 10 stuffed, 6 to 8 unstuffed; 0 when a sixth one is met.
    count: u8,
    /// Ones in a row after them.
    ones: u8,
}

const NOTHING: Step = Step {
    bits: 0,
    count: 0,
    ones: 0,
};

/// `STUFF[ones in a row before][octet]`: after five the 0 has gone out already.
static STUFF: [[Step; 256]; RUN] = table(true);
/// `UNSTUFF[ones in a row before][octet]`.
static UNSTUFF: [[Step; 256]; RUN + 1] = table(false);

#[expect(clippy::indexing_slicing, reason = "computed by the compiler")]
#[expect(
    clippy::cast_possible_truncation,
    reason = "a run is at most 5, an octet 255"
)]
const fn table<const RUNS: usize>(stuff: bool) -> [[Step; 256]; RUNS] {
    let mut table = [[NOTHING; 256]; RUNS];
    let mut at = 0;
    while at < RUNS * 256 {
        let (ones, octet) = ((at / 256) as u8, (at % 256) as u8);
        table[at / 256][at % 256] = match stuff {
            true => stuffed(ones, octet),
            false => unstuffed(ones, octet),
        };
        at += 1;
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

/// RFC 1662 §5.2, receiver: the 0 after five ones in a row goes out.
const fn unstuffed(mut ones: u8, octet: u8) -> Step {
    let (mut bits, mut count, mut bit) = (0, 0, 0);
    while bit < 8 {
        let one = octet >> bit & 1;
        if ones < MOST_ONES {
            bits |= (one as u16) << count;
            (count, ones) = (count + 1, (ones + 1) * one);
        } else if one == 0 {
            ones = 0;
        } else {
            count = 0;
            break;
        }
        bit += 1;
    }
    Step { bits, count, ones }
}

/// Writes `frame` to `out` between flags, stuffed; idle ones fill the last octet.
pub fn stuff(frame: &[u8], out: &mut Vec<u8>) {
    let mut bits = Bits::new(out);
    bits.push(u16::from(FLAG), 8);
    let mut ones = 0;
    for &octet in frame {
        let step = look(&STUFF, ones, octet);
        bits.push(step.bits, step.count);
        ones = step.ones;
    }
    bits.push(u16::from(FLAG), 8);
    bits.fill_with_ones();
}

/// Finds the first frame in `line`, and writes its octets to `out` without stuffing.
///
/// # Errors
/// - [`Reason::TooShort`] when the transmission ends before a flag closes the frame;
/// - [`Reason::Illegal`] when no flag opens it, or it is not a whole number of octets;
/// - [`Reason::Violation`] when seven ones abort it.
pub fn unstuff(line: &[u8], out: &mut Vec<u8>) -> Result<(), Reason> {
    let mut at = start(line)?;
    let mut bits = Bits::new(out);
    let mut ones = 0;
    while let Some(octet) = octet_at(line, at) {
        let step = look(&UNSTUFF, ones, octet);
        if step.count == 0 {
            break;
        }
        bits.push(step.bits, step.count);
        (at, ones) = (at + 8, step.ones);
    }
    finish(line, at, ones, bits)
}

/// The first bit after the last of the flags in front. Flags may share a zero; frames without
/// any octet between flags are passed over, RFC 1662 §5.1.
fn start(line: &[u8]) -> Result<usize, Reason> {
    let short = Reason::TooShort {
        field: "opening flag",
        need: 1,
        have: 0,
    };
    let &value = line.first().ok_or(short)?;
    let is_flag = |&at: &usize| octet_at(line, at) == Some(FLAG);
    let (field, rule) = ("opening flag", "must be 126");
    let value = value.into();
    let no_flag = Reason::Illegal { field, value, rule };
    let mut flag = (0..line.len() * 8).find(is_flag).ok_or(no_flag)?;
    while let Some(next) = [flag + 7, flag + 8].into_iter().find(is_flag) {
        flag = next;
    }
    Ok(flag + 8)
}

/// Bit by bit to the sixth one in a row that must come, or to the end of the transmission.
fn finish(
    line: &[u8],
    mut at: usize,
    mut ones: u8,
    mut bits: Bits<'_>,
) -> Result<(), Reason> {
    while let Some(one) = bit_at(line, at) {
        match (ones, one) {
            (0..5, _) => bits.push(u16::from(one), 1),
            (5, 0) => {}
            (5, _) => return close(line, at, &mut bits),
            _ => break,
        }
        (at, ones) = (at + 1, (ones + 1) * one);
    }
    let (field, have) = ("closing flag", line.len());
    let need = have + 1;
    Err(Reason::TooShort { field, need, have })
}

/// The sixth one in a row stands at bit `sixth`. A 0 after it makes it a flag, a 1 an abort.
fn close(line: &[u8], sixth: usize, bits: &mut Bits<'_>) -> Result<(), Reason> {
    match bit_at(line, sixth + 1) {
        Some(0) => {
            // After five ones that no 0 was stuffed behind, the flag's own went out as one.
            let run = sixth - FLAG_TAKEN - RUN..sixth - FLAG_TAKEN;
            let went_out = run.into_iter().all(|at| bit_at(line, at) == Some(1));
            bits.take_back(FLAG_TAKEN - usize::from(went_out))
        }
        Some(_) => Err(Reason::Violation {
            code: "HDLC",
            cell: sixth - RUN,
            found: 0b111_1111,
        }),
        None => Err(Reason::TooShort {
            field: "closing flag",
            need: line.len() + 1,
            have: line.len(),
        }),
    }
}

fn look<const RUNS: usize>(table: &[[Step; 256]; RUNS], ones: u8, octet: u8) -> Step {
    let row = table.get(usize::from(ones));
    let step = row.and_then(|row| row.get(usize::from(octet)));
    step.copied().unwrap_or(NOTHING)
}

fn bit_at(line: &[u8], at: usize) -> Option<u8> {
    line.get(at / 8).map(|octet| octet >> (at % 8) & 1)
}

/// Eight bits from bit `at` on, which may lie in two octets.
fn octet_at(line: &[u8], at: usize) -> Option<u8> {
    let low = *line.get(at / 8)?;
    if at.is_multiple_of(8) {
        return Some(low);
    }
    let high = *line.get(at / 8 + 1)?;
    let [octet, _] = (u16::from_le_bytes([low, high]) >> (at % 8)).to_le_bytes();
    Some(octet)
}

/// Bits on their way into octets, least significant first.
struct Bits<'a> {
    out: &'a mut Vec<u8>,
    /// Bits that are not in `out` yet, fewer than 32 between calls.
    pending: u64,
    count: u8,
}

impl<'a> Bits<'a> {
    fn new(out: &'a mut Vec<u8>) -> Self {
        out.clear();
        Bits {
            out,
            pending: 0,
            count: 0,
        }
    }

    fn push(&mut self, bits: u16, count: u8) {
        self.pending |= u64::from(bits) << self.count;
        self.count += count;
        if self.count >= 32 {
            let [a, b, c, d, ..] = self.pending.to_le_bytes();
            self.out.extend_from_slice(&[a, b, c, d]);
            self.pending >>= 32;
            self.count -= 32;
        }
    }

    /// Writes what is pending, the last octet filled with ones.
    fn fill_with_ones(&mut self) {
        let filled = self.pending | u64::MAX << self.count;
        let octets = filled.to_le_bytes();
        let used = usize::from(self.count.div_ceil(8));
        self.out.extend(octets.iter().take(used));
    }

    /// Takes back the last `extra` bits; what is left must be whole octets.
    fn take_back(&mut self, extra: usize) -> Result<(), Reason> {
        let length = (self.out.len() * 8 + usize::from(self.count)).saturating_sub(extra);
        let value = u64::try_from(length).unwrap_or(u64::MAX);
        let whole = length.is_multiple_of(8);
        Reason::require(whole, "bits of the frame", value, "must be a multiple of 8")?;
        self.fill_with_ones();
        self.out.truncate(length / 8);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
