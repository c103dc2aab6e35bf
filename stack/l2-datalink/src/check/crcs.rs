//! Cyclic redundancy checks: the remainder of the frame, as a polynomial over GF(2), divided by
//! another.
//!
//! ```text
//! frame = x^5 + x^3 + x^2, divided by x^3 + x + 1 after a shift by 3 bits for the remainder
//!
//!   101100 000           A burst of wrong bits is a polynomial as well. It goes unseen only
//!   1011                 when the divisor divides it, which none that is shorter than the
//!   000000 000  -> 000   divisor can be.
//! ```
//! Spec: Williams, "A painless guide to CRC error detection algorithms" (1993), whose parameters
//! the catalogue uses.
//! Units: octets; values of up to 64 bits.
//! Not here: the list of names (`catalogue`).
//!
//! The crate `crc` with sixteen tables, which take sixteen octets at a step, can compute all of
//! them. Where another crate is faster by means of the processor's carry-less multiplication, it
//! does: `crc32fast` for CRC-32/ISO-HDLC and `crc-fast` for CRC-32/ISCSI at any length, and
//! `crc-fast` for the others of 16, 32 and 64 bits in long frames.
//! `cargo bench -p layercake-datalink --bench checks` has the rates of all three.

use crc::{Crc, Digest, Table};
use crc_fast::CrcAlgorithm;

/// What divides the frame and how, in the words of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// Bits of the remainder.
    pub width_bits: u32,
    /// The divisor without its highest term; the most significant bit is x^(width - 1).
    pub polynomial: u64,
    /// What the register holds before the first bit.
    pub initial: u64,
    /// Whether the least significant bit of each octet is divided first.
    pub reflected_in: bool,
    /// Whether the remainder comes out with its bits in reverse order.
    pub reflected_out: bool,
    /// What is added to the remainder at the end.
    pub final_xor: u64,
    /// The register after any frame with its own value behind it, before `final_xor`.
    pub residue: u64,
}

/// Who computes a CRC.
pub(super) struct Engine {
    pub(super) tables: Tables,
    /// Who takes long frames, if somebody is faster.
    pub(super) long: Option<Long>,
}

/// Sixteen tables, for an integer that holds the remainder.
pub(super) enum Tables {
    Bits8(&'static Crc<u8, Table<16>>),
    Bits16(&'static Crc<u16, Table<16>>),
    Bits32(&'static Crc<u32, Table<16>>),
    Bits64(&'static Crc<u64, Table<16>>),
}

/// A crate that is faster from a length on.
#[derive(Clone, Copy)]
pub(super) struct Long {
    /// Octets of the shortest frame that it takes.
    pub(super) from: usize,
    pub(super) who: Who,
}

/// The crates that use carry-less multiplication.
#[derive(Clone, Copy)]
pub(super) enum Who {
    Crc32Fast,
    CrcFast(CrcAlgorithm),
}

impl Engine {
    #[inline]
    pub(super) fn compute(&self, octets: &[u8]) -> u64 {
        match self.long {
            Some(long) if octets.len() >= long.from => long.who.compute(octets),
            _ => self.tables.compute(octets),
        }
    }

    pub(super) fn parameters(&self) -> Parameters {
        match self.tables {
            Tables::Bits8(crc) => parameters(crc.algorithm),
            Tables::Bits16(crc) => parameters(crc.algorithm),
            Tables::Bits32(crc) => parameters(crc.algorithm),
            Tables::Bits64(crc) => parameters(crc.algorithm),
        }
    }

    /// A division that is done piece by piece.
    pub(super) fn start(&self) -> Division {
        match (self.long.map(|long| long.who), &self.tables) {
            (Some(Who::Crc32Fast), _) => Division::Crc32Fast(crc32fast::Hasher::new()),
            (Some(Who::CrcFast(algorithm)), _) => {
                Division::CrcFast(Box::new(crc_fast::Digest::new(algorithm)))
            }
            (None, Tables::Bits8(crc)) => Division::Bits8(crc.digest()),
            (None, Tables::Bits16(crc)) => Division::Bits16(crc.digest()),
            (None, Tables::Bits32(crc)) => Division::Bits32(crc.digest()),
            (None, Tables::Bits64(crc)) => Division::Bits64(crc.digest()),
        }
    }
}

impl Tables {
    #[inline]
    pub(super) fn compute(&self, octets: &[u8]) -> u64 {
        match self {
            Tables::Bits8(crc) => crc.checksum(octets).into(),
            Tables::Bits16(crc) => crc.checksum(octets).into(),
            Tables::Bits32(crc) => crc.checksum(octets).into(),
            Tables::Bits64(crc) => crc.checksum(octets),
        }
    }
}

impl Who {
    #[inline]
    fn compute(self, octets: &[u8]) -> u64 {
        match self {
            Who::Crc32Fast => crc32fast::hash(octets).into(),
            Who::CrcFast(algorithm) => crc_fast::checksum(algorithm, octets),
        }
    }
}

fn parameters<W: crc::Width + Copy + Into<u64>>(
    algorithm: &crc::Algorithm<W>,
) -> Parameters {
    Parameters {
        width_bits: algorithm.width.into(),
        polynomial: algorithm.poly.into(),
        initial: algorithm.init.into(),
        reflected_in: algorithm.refin,
        reflected_out: algorithm.refout,
        final_xor: algorithm.xorout.into(),
        residue: algorithm.residue.into(),
    }
}

/// A division under way.
#[derive(Clone)]
pub(super) enum Division {
    Bits8(Digest<'static, u8, Table<16>>),
    Bits16(Digest<'static, u16, Table<16>>),
    Bits32(Digest<'static, u32, Table<16>>),
    Bits64(Digest<'static, u64, Table<16>>),
    Crc32Fast(crc32fast::Hasher),
    CrcFast(Box<crc_fast::Digest>),
}

impl Division {
    pub(super) fn add(&mut self, octets: &[u8]) {
        match self {
            Division::Bits8(digest) => digest.update(octets),
            Division::Bits16(digest) => digest.update(octets),
            Division::Bits32(digest) => digest.update(octets),
            Division::Bits64(digest) => digest.update(octets),
            Division::Crc32Fast(hasher) => hasher.update(octets),
            Division::CrcFast(digest) => digest.update(octets),
        }
    }

    pub(super) fn finish(self) -> u64 {
        match self {
            Division::Bits8(digest) => digest.finalize().into(),
            Division::Bits16(digest) => digest.finalize().into(),
            Division::Bits32(digest) => digest.finalize().into(),
            Division::Bits64(digest) => digest.finalize(),
            Division::Crc32Fast(hasher) => hasher.finalize().into(),
            Division::CrcFast(digest) => digest.finalize(),
        }
    }
}
