//! COBS: the octet 0 ends a frame, and is taken out of it by counts of what is not 0.
//!
//! ```text
//!   frame    11  22  00  33                  a code octet n stands for n - 1 octets that are
//!                                            not 0, and a 0 behind them
//! +----+----+----+----+----+       +----+
//! | 03 | 11 | 22 | 02 | 33 |       | 00 |    ff stands for 254 octets and no 0
//! +----+----+----+----+----+       +----+
//!  code           code        delimiter      the 0 of the last code is not part of the frame
//! ```
//! Spec: S. Cheshire, M. Baker, "Consistent Overhead Byte Stuffing", IEEE/ACM Transactions on
//! Networking 7 (2), 1999.
//! Units: octets.
//! Checks: a delimiter must not come before the octets that the last code promises.
//! Not here: COBS/ZPE and COBS/R, which save an octet or two for some frames.
//!
//! Whatever the frame holds, it grows by one octet for each 254 begun: where SLIP may double a
//! frame, this cannot. What is decoded is always another frame as soon as one octet is wrong;
//! only a check sequence tells.

mod encode;

use layercake_base::Reason;
use memchr::memchr;

use crate::framing::{Assembly, Framed, Framing, Pause, Sink, fits};

pub use encode::encode;

/// Ends each frame and is nowhere inside one.
pub const DELIMITER: u8 = 0;
/// The most octets that one code octet stands for. Its own value is one more.
const BLOCK: usize = 254;
/// The code of a whole block, behind which there is no 0.
const WHOLE: u8 = 0xff;

/// The layer that frames with COBS.
pub type Cobs = Framed<Codec>;

/// COBS both ways, for one attachment.
#[derive(Clone, Debug, Default)]
pub struct Codec {
    frame: Assembly,
    /// The block that is being read; `None` before the first of a frame.
    block: Option<Block>,
}

#[derive(Clone, Copy, Debug)]
struct Block {
    code: u8,
    /// Octets of it that are still to come.
    left: usize,
}

impl Codec {
    /// Takes frames of at most `limit` octets.
    pub const fn new(limit: usize) -> Self {
        Codec {
            frame: Assembly::new(limit),
            block: None,
        }
    }

    /// A code octet. Only now is it known that the 0 of the block before is part of the frame.
    fn open(&mut self, code: u8, sink: &mut Sink<'_>) {
        if self.block.is_some_and(|block| block.code != WHOLE) {
            self.frame.extend(&[0], sink);
        }
        let left = usize::from(code) - 1;
        self.block = Some(Block { code, left });
    }

    /// A delimiter; two in a row enclose nothing.
    fn close(&mut self, sink: &mut Sink<'_>) {
        let Some(block) = self.block.take() else {
            return;
        };
        self.require_whole(block, sink);
        self.frame.finish(sink);
    }

    fn require_whole(&mut self, block: Block, sink: &mut Sink<'_>) {
        if block.left > 0 {
            let need = usize::from(block.code) - 1;
            let (field, have) = ("COBS block", need - block.left);
            self.frame
                .refuse(Reason::TooShort { field, need, have }, sink);
        }
    }

    /// The octets of a block up to its end, a delimiter or the end of `line`; how many.
    fn read(&mut self, line: &[u8], left: usize, sink: &mut Sink<'_>) -> usize {
        let most = line.get(..left).unwrap_or(line);
        let run = memchr(DELIMITER, most).and_then(|at| most.get(..at));
        let run = run.unwrap_or(most);
        self.frame.extend(run, sink);
        run.len()
    }
}

impl Framing for Codec {
    fn name(&self) -> &'static str {
        "cobs"
    }

    fn encode(&self, frame: &[u8], line: &mut Vec<u8>) -> Result<(), Reason> {
        fits(frame, 0, self.frame.limit())?;
        encode(frame, line);
        Ok(())
    }

    fn decode(&mut self, mut line: &[u8], sink: &mut Sink<'_>) {
        while let Some((&octet, after)) = line.split_first() {
            let left = self.block.map_or(0, |block| block.left);
            line = match octet {
                DELIMITER => {
                    self.close(sink);
                    after
                }
                code if left == 0 => {
                    self.open(code, sink);
                    after
                }
                _ => {
                    let read = self.read(line, left, sink);
                    if let Some(block) = &mut self.block {
                        block.left -= read;
                    }
                    line.get(read..).unwrap_or_default()
                }
            };
        }
    }

    fn end(&mut self, sink: &mut Sink<'_>) {
        if self.block.take().is_some() {
            let have = self.frame.len();
            let (field, need) = ("delimiter", have + 1);
            self.frame
                .refuse(Reason::TooShort { field, need, have }, sink);
        }
        self.frame.clear();
    }

    /// Made for start-stop lines, which may pause after any octet.
    fn pause(&self) -> Pause {
        Pause::Continues
    }

    fn longest(&self, octets: usize) -> usize {
        octets + octets.div_ceil(BLOCK).max(1) + 1
    }

    fn expected(&self, octets: u32) -> f64 {
        f64::from(octets) + 2.0 + whole_blocks(f64::from(octets))
    }
}

/// How many blocks of 254 octets without a 0 there are among so many random octets, on average:
/// each costs an octet that replaces no 0.
///
/// Blocks follow each other as renewals do, each as long as the wait for a 0, which is cut off
/// at 254. With a mean length m and a mean square s, (s + m) / 2m^2 + n/m blocks begin among n
/// octets; a whole one must begin 254 before the end. Short of 254 octets there is none, and
/// just above this is an approximation.
fn whole_blocks(octets: f64) -> f64 {
    let longer = |length: i32| (255.0_f64 / 256.0).powi(length);
    let whole = longer(254);
    let mean = 256.0 * (1.0 - whole);
    let square = (0..254)
        .map(|k| f64::from(2 * k + 1) * longer(k))
        .sum::<f64>();
    let begin = (octets - 254.0) / mean + (square + mean) / (2.0 * mean * mean);
    if octets < 254.0 { 0.0 } else { whole * begin }
}

#[cfg(test)]
mod tests;
