//! 4B/5B, scrambled, with MLT-3: the line of 100BASE-TX.
//!
//! ```text
//! | I x 14 | J K | data, two groups an octet | T R | I ...
//!   idle    start                             end   to whole octets
//!
//! scrambled: each bit + X[n],  X[n] = X[n-9] + X[n-11]   (modulo 2)
//! ```
//! Spec: IEEE 802.3-2018 §24.2.2 (groups, J K and T R), §25 with ANSI X3.263 (scrambler, MLT-3).
//! Units: groups of five bits, less significant half of each octet first. Cells of a violation
//! are groups, counted from the start of idle; of an MLT-3 violation, symbols.
//! Checks: the levels of MLT-3 from the start of idle on, idle and start delimiter whole, data,
//! end, idle.
//! Not here: J K in the place of the first octet of the preamble (here they stand before it,
//! whether there is one or not), the error group H, auto-negotiation.
//!
//! The receiver has to find the state of the transmitter's scrambler: what it hears while idle
//! is sent, ones only, is the key turned round. Eleven bits give the state, 58 more prove it.

mod scrambler;

use layercake_base::Reason;

use super::Mlt3;
use super::four_five::{Arrangement, R, T};
use super::pulses::Checker;
use crate::bits::{bits_at, word_at};
use crate::{Alphabet, BitOrder, LineCode};
use scrambler::Key;

/// Groups of idle in front.
const IDLE: usize = 14;
/// Bits of them that must be heard: all but the first, which the level before it decides.
const IDLE_BITS: usize = IDLE * 5 - 1;
/// Bits that give the key.
const STATE_BITS: usize = 11;

/// 4B/5B, scrambled, over MLT-3.
#[derive(Clone, Debug)]
pub struct BaseTx {
    arrangement: Arrangement,
    line: Mlt3,
    scratch: Vec<u8>,
    spare: Vec<u8>,
}

impl BaseTx {
    /// The line of 100BASE-TX.
    pub const fn new() -> Self {
        let arrangement = Arrangement {
            order: BitOrder::LsbFirst,
            idle: IDLE,
            end: &[T, R],
        };
        BaseTx {
            arrangement,
            line: Mlt3::new(BitOrder::MsbFirst),
            scratch: Vec::new(),
            spare: Vec::new(),
        }
    }

    /// Bits from levels, descrambled from the idle on that gives the key, and the place of the
    /// start delimiter among them. Where the levels first broke a rule is told beside.
    fn listen(&mut self, symbols: &[u8]) -> Result<(usize, Checker), Reason> {
        let absent = |field| Reason::Absent {
            field,
            searched: symbols.len(),
        };
        let checker = self.line.read(symbols, 0, &mut self.scratch);
        let (at, key) = scrambled_idle(&self.scratch).ok_or(absent("idle"))?;
        let heard = self.scratch.get_mut(at / 8..).unwrap_or_default();
        key.rewound(at % 8).apply(heard);
        // The start delimiter begins with two ones as well. Noise in front may by chance have
        // been taken for the first bits of idle.
        let start = (at + leading_ones(&self.scratch, at)).checked_sub(2);
        let start = start.filter(|start| {
            let delimiter = bits_at(&self.scratch, *start, 10);
            *start >= at + IDLE_BITS && delimiter == Some(0b11000_10001)
        });
        Ok((start.ok_or(absent("start delimiter"))?, checker))
    }

    /// The levels keep the rule of MLT-3 from symbol `from` on, whatever was before.
    fn check(&mut self, symbols: &[u8], from: usize, all: Checker) -> Result<(), Reason> {
        let checker = match all.wrong() {
            Some(wrong) if wrong < from => self.line.read(symbols, from, &mut self.spare),
            _ => all,
        };
        checker.verdict("MLT-3", symbols)
    }
}

impl Default for BaseTx {
    fn default() -> Self {
        BaseTx::new()
    }
}

impl LineCode for BaseTx {
    fn name(&self) -> &'static str {
        "4b5b-mlt-3"
    }

    fn alphabet(&self) -> Alphabet {
        Alphabet::Ternary
    }

    fn efficiency(&self) -> (u32, u32) {
        (4, 5)
    }

    fn encode(&mut self, octets: &[u8], symbols: &mut Vec<u8>) {
        self.arrangement.write(octets, &mut self.scratch);
        Key::from_state(0x7ff).apply(&mut self.scratch);
        self.line.encode(&self.scratch, symbols);
    }

    fn decode(&mut self, symbols: &[u8], octets: &mut Vec<u8>) -> Result<(), Reason> {
        let (start, checker) = self.listen(symbols)?;
        self.check(symbols, start - IDLE_BITS, checker)?;
        self.arrangement.read(&self.scratch, start, octets)
    }
}

/// How many ones stand in a row from bit `at` on.
fn leading_ones(bits: &[u8], at: usize) -> usize {
    let words = (at..bits.len() * 8)
        .step_by(64)
        .map(|at| word_at(bits, at).leading_ones());
    let mut whole = 0;
    for ones in words {
        match ones {
            64 => whole += 64,
            ones => return whole + usize::try_from(ones).unwrap_or(0),
        }
    }
    whole
}

/// Where idle begins and the key with which it was scrambled: the first 69 bits that are the
/// inverse of a key. (Garbage is so once in 2^58 bits.)
fn scrambled_idle(bits: &[u8]) -> Option<(usize, Key)> {
    const PROOF: usize = IDLE_BITS - STATE_BITS;
    let last = (bits.len() * 8).checked_sub(IDLE_BITS)?;
    let at = (0..=last).find(|at| {
        let heard = |back| word_at(bits, at + back) >> (64 - PROOF);
        heard(11) ^ heard(2) ^ heard(0) == u64::MAX >> (64 - PROOF)
    })?;
    let state = bits_at(bits, at, STATE_BITS)? ^ 0x7ff;
    Some((at, Key::beginning_with(state)))
}

#[cfg(test)]
mod tests;
