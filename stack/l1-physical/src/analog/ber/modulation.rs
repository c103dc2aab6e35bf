//! Bits as levels and values as bits, in the plainest form of each line code: no idle, no
//! framing, every decision for itself. The line codes proper are beside this module.

use crate::Alphabet;
use crate::analog::{Filter, theory};

/// A line code together with the way it is received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modulation {
    /// A 1 is high; matched filter.
    Nrz,
    /// A 1 is high; one sample in the middle (of an odd number, as the theory counts them).
    NrzByOneSample,
    /// A 1 changes the level; matched filter, neighbours compared.
    Nrzi,
    /// A 1 steps up in the middle of its cell; matched filter over the cell.
    Manchester,
    /// The same, decided by the second half of the cell.
    ManchesterByHalves,
    /// A step in the middle of each cell, another at its beginning for 0; matched filter over the
    /// cell, neighbours compared.
    DifferentialManchester,
    /// Marks ±1 alternate for 1, zero for 0; matched filter, decided by magnitude.
    Ami,
    /// A 1 moves on in the cycle 0, +1, 0, -1; matched filter, magnitudes of neighbours compared.
    Mlt3,
    /// Two bits in four levels, Gray mapped; matched filter.
    Pam4,
}

use Modulation::{
    Ami, DifferentialManchester, Manchester, ManchesterByHalves, Mlt3, Nrz,
    NrzByOneSample, Nrzi, Pam4,
};

impl Modulation {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Nrz,
        NrzByOneSample,
        Nrzi,
        Manchester,
        ManchesterByHalves,
        DifferentialManchester,
        Ami,
        Mlt3,
        Pam4,
    ];

    /// What people call it.
    pub const fn name(self) -> &'static str {
        match self {
            Nrz => "NRZ",
            NrzByOneSample => "NRZ, one sample",
            Nrzi => "NRZI",
            Manchester => "Manchester",
            ManchesterByHalves => "Manchester, halves",
            DifferentialManchester => "differential Manchester",
            Ami => "AMI",
            Mlt3 => "MLT-3",
            Pam4 => "PAM-4",
        }
    }

    /// The bit error rate of theory at an Eb/N0 of `gamma` (a ratio).
    pub fn theory(self, gamma: f64, per_symbol: u16) -> f64 {
        match self {
            Nrz | Manchester => theory::antipodal(gamma),
            NrzByOneSample => theory::antipodal_by_one_sample(gamma, per_symbol),
            Nrzi | DifferentialManchester => theory::differential(gamma),
            ManchesterByHalves => theory::manchester_by_halves(gamma),
            Ami => theory::ami(gamma),
            Mlt3 => theory::mlt_3(gamma),
            Pam4 => theory::pam_4(gamma),
        }
    }

    /// The levels that it uses.
    pub const fn alphabet(self) -> Alphabet {
        match self {
            Ami | Mlt3 => Alphabet::Ternary,
            Pam4 => Alphabet::Quaternary,
            _ => Alphabet::Binary,
        }
    }

    /// Mean energy of a bit, in squares of levels times symbols.
    pub(super) const fn energy(self) -> f64 {
        match self {
            Nrz | NrzByOneSample | Nrzi => 1.0,
            Manchester | ManchesterByHalves | DifferentialManchester => 2.0,
            Ami | Mlt3 => 0.5,
            Pam4 => 2.5, // (1 + 1 + 9 + 9) / 4, for two bits
        }
    }

    pub(super) const fn filter(self) -> Filter {
        match self {
            NrzByOneSample => Filter::Threshold,
            Manchester | DifferentialManchester => Filter::Biphase,
            _ => Filter::Matched,
        }
    }

    /// Bits whose errors depend on each other. Where neighbours are compared they do along the
    /// whole line, but only those of neighbours: groups of 64 lose little of that.
    pub(super) const fn group(self) -> usize {
        match self {
            Nrzi | DifferentialManchester | Mlt3 => 64,
            Pam4 => 2,
            _ => 1,
        }
    }

    /// The levels that say `bits`; where neighbours are compared, one symbol or cell stands in
    /// front that the first is compared with.
    /// PAM-4 takes pairs, an odd last bit is followed by a 0.
    pub fn levels(self, bits: &[bool]) -> Vec<i8> {
        let bits = bits.iter().copied();
        match self {
            Nrz | NrzByOneSample => bits.map(sign).collect(),
            Nrzi => nrzi(bits),
            Manchester | ManchesterByHalves => cells(bits.map(sign)),
            DifferentialManchester => cells(nrzi(bits).into_iter()),
            Ami => ami(bits),
            Mlt3 => mlt_3(bits),
            Pam4 => pam_4(bits),
        }
    }

    /// A value for each bit from the receiver's values: above zero for a 1, and the further
    /// from zero the surer.
    pub(super) fn soft(self, values: &[f64]) -> Vec<f64> {
        match self {
            Nrz | NrzByOneSample | Manchester => values.to_vec(),
            Nrzi | DifferentialManchester => values.windows(2).map(differ).collect(),
            ManchesterByHalves => {
                let (cells, _) = values.as_chunks::<2>();
                cells.iter().map(|[_, second]| *second).collect()
            }
            Ami => values.iter().map(is_mark).collect(),
            Mlt3 => {
                let marks: Vec<_> = values.iter().map(is_mark).collect();
                marks.windows(2).map(differ).collect()
            }
            Pam4 => values.iter().flat_map(|v| [*v, 2.0 - v.abs()]).collect(),
        }
    }
}

/// Low for 0, high for 1.
const fn sign(bit: bool) -> i8 {
    if bit { 1 } else { -1 }
}

fn nrzi(bits: impl Iterator<Item = bool>) -> Vec<i8> {
    let mut level = -1;
    let changed = bits.map(|bit| {
        level = if bit { -level } else { level };
        level
    });
    core::iter::once(-1).chain(changed).collect()
}

fn ami(bits: impl Iterator<Item = bool>) -> Vec<i8> {
    let mut mark = -1;
    let level = |bit: bool| {
        if !bit {
            return 0;
        }
        mark = -mark;
        mark
    };
    bits.map(level).collect()
}

/// From the first 0 of its cycle on.
fn mlt_3(bits: impl Iterator<Item = bool>) -> Vec<i8> {
    let (mut level, mut next) = (0, 1);
    let moved = bits.map(|bit| {
        if bit {
            (level, next) = (next, -level);
        }
        level
    });
    core::iter::once(0).chain(moved).collect()
}

/// Each level as a cell that steps to it.
fn cells(levels: impl Iterator<Item = i8>) -> Vec<i8> {
    levels.flat_map(|level| [-level, level]).collect()
}

/// 00, 01, 11, 10 from the lowest level on, so that neighbours differ in one bit.
fn pam_4(mut bits: impl Iterator<Item = bool>) -> Vec<i8> {
    let mut levels = Vec::new();
    while let Some(high) = bits.next() {
        let inner = bits.next().unwrap_or(false);
        levels.push(sign(high) * if inner { 1 } else { 3 });
    }
    levels
}

/// Above zero for a mark of either polarity.
fn is_mark(value: &f64) -> f64 {
    value.abs() - 0.5
}

/// Above zero when two values have different signs, as sure as the less sure of them.
fn differ(pair: &[f64]) -> f64 {
    let [before, after] = *pair else { return 0.0 };
    let sure = before.abs().min(after.abs());
    if (before > 0.0) == (after > 0.0) {
        -sure
    } else {
        sure
    }
}

#[cfg(test)]
mod tests;
