//! Reed-Solomon code: check octets behind each block that mend half as many wrong octets.
//!
//! ```text
//! +-------------------------------------------+------------------+
//! |        data, up to 255 - c octets         | c check octets   |   the last block may be shorter
//! +-------------------------------------------+------------------+
//! ```
//! Spec: I. S. Reed, G. Solomon, "Polynomial codes over certain finite fields", J. SIAM 8 (1960).
//! Field modulo 11d, roots 2^0 to 2^(c-1), the first octet the highest coefficient.
//! Units: octets; RS(255,223) when c = 32.
//! Checks: refuses a block with more than c/2 wrong octets, but for about one in (c/2)! of them,
//! which is mended into another block.
//! Not here: the dual basis and other roots of CCSDS 131.0-B, which give other octets.
//!
//! A block is a polynomial that is zero at all roots. What is not zero there when it comes in
//! (the syndromes) depends on the errors alone; the decoder finds their places and values.
//! Octets whose place is known to be bad (erasures) cost half as much.

mod decoder;

use layercake_base::Reason;

use super::Correction;
use super::galois::{ORDER, multiply, power};

/// A Reed-Solomon code over octets.
#[derive(Clone, Debug)]
pub struct ReedSolomon {
    /// The product of (x - root), its highest coefficient, a one, left out, the next first.
    generator: Vec<u8>,
    name: &'static str,
}

impl Default for ReedSolomon {
    /// RS(255,223).
    fn default() -> Self {
        ReedSolomon::with_checks(32)
    }
}

impl ReedSolomon {
    /// The code with this many check octets a block: 1 to 254, others are taken as the nearest.
    pub fn new(checks: usize) -> Self {
        ReedSolomon::with_checks(checks.clamp(1, ORDER - 1))
    }

    fn with_checks(checks: usize) -> Self {
        let mut generator = vec![1]; // highest coefficient first
        for exponent in 0..checks {
            let root = power(exponent);
            generator.push(0);
            for at in (1..generator.len()).rev() {
                let higher = generator.get(at - 1).copied().unwrap_or(0);
                if let Some(own) = generator.get_mut(at) {
                    *own ^= multiply(higher, root);
                }
            }
        }
        generator.remove(0);
        let name = "reed-solomon";
        ReedSolomon { generator, name }
    }

    /// Check octets of each block.
    pub fn checks(&self) -> usize {
        self.generator.len()
    }

    /// Data octets of a full block.
    pub fn capacity(&self) -> usize {
        ORDER - self.checks()
    }

    /// The check octets of one block: what is left when the data, moved up by their length, is
    /// divided by the generator. `data` should not be longer than [`ReedSolomon::capacity`].
    pub fn check_octets(&self, data: &[u8], coded: &mut Vec<u8>) {
        let start = coded.len();
        coded.resize(start + self.checks(), 0);
        for octet in data {
            let Some(rest) = coded.get_mut(start..) else {
                return;
            };
            let lead = octet ^ rest.first().copied().unwrap_or(0);
            rest.rotate_left(1);
            if let Some(last) = rest.last_mut() {
                *last = 0;
            }
            for (own, factor) in rest.iter_mut().zip(&self.generator) {
                *own ^= multiply(lead, *factor);
            }
        }
    }

    /// Mends one block in place and gives how many octets were wrong. `erasures` are places that
    /// are known to be bad: 2 times the errors elsewhere and 1 times those may be at most the
    /// check octets.
    ///
    /// # Errors
    /// [`Reason::Illegal`] when there are more; [`Reason::TooShort`] and [`Reason::TooLong`] for
    /// what is no block. `block` is as it was then.
    pub fn mend(&self, block: &mut [u8], erasures: &[usize]) -> Result<usize, Reason> {
        let (field, have) = ("block", block.len());
        let (need, most) = (self.checks() + 1, ORDER);
        if have < need {
            return Err(Reason::TooShort { field, need, have });
        }
        if have > most {
            return Err(Reason::TooLong { field, have, most });
        }
        decoder::mend(block, self.checks(), erasures)
    }
}

impl Correction for ReedSolomon {
    fn name(&self) -> &'static str {
        self.name
    }

    fn rate(&self) -> (u32, u32) {
        let octets = |count| u32::try_from(count).unwrap_or(u32::MAX);
        (octets(self.capacity()), octets(ORDER))
    }

    fn encode(&mut self, data: &[u8], coded: &mut Vec<u8>) {
        coded.clear();
        for block in data.chunks(self.capacity()) {
            coded.extend_from_slice(block);
            self.check_octets(block, coded);
        }
    }

    fn decode(&mut self, coded: &[u8], data: &mut Vec<u8>) -> Result<usize, Reason> {
        data.clear();
        let mut mended = 0;
        for block in coded.chunks(ORDER) {
            let start = data.len();
            data.extend_from_slice(block);
            let block = data.get_mut(start..).unwrap_or_default();
            mended += self.mend(block, &[])?;
            data.truncate(data.len() - self.checks());
        }
        Ok(mended)
    }
}

#[cfg(test)]
mod tests;
