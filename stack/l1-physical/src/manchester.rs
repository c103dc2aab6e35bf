//! Manchester code: every bit as a step between two levels, so that the clock travels along.
//!
//! ```text
//! bit       1     0     0     1     1
//! high      +-----+  +--+     +--+  +--  the step in the middle of each cell is the bit:
//!           |     |  |  |     |  |  |    up is 1, down is 0. Between cells there is a step
//! low    ---+     +--+  +-----+  +--+    only where two bits are equal
//! cell   |  1  |  2  |  3  |  4  |  5  |
//! ```
//! Spec: IEEE 802.3-2018 §7.3.1.1; the bits of an octet go least significant first, §3.3.
//! Units: one octet is eight cells, one cell two symbols, 1 for high; symbols are packed into
//! octets in the order of time, from the most significant bit on.
//! Checks: whole cells in whole octets, and a step in the middle of every cell.
//! Not here: how a receiver finds the clock (the preamble), levels in volts, differential and
//! inverted (G. E. Thomas) Manchester.
//!
//! A step that is missing is a code violation, so each flipped symbol is seen by itself; two in
//! one cell make another bit, which is why a frame has a check sequence all the same.

use layercake_base::{Context, Kind, Layer, Pdu, Reason, Service, Spec};

use crate::{Alphabet, LineCode};

/// Symbols of a 0: high, then low.
const ZERO: u16 = 0b10;
/// Symbols of a 1: low, then high.
const ONE: u16 = 0b01;

/// The cells in one octet of symbols.
const CELLS: usize = 4;

/// The sixteen symbols of each octet.
static SYMBOLS: [[u8; 2]; 256] = symbols();
/// The four bits, first cell least significant, of each octet of symbols; for those that hold a
/// violation, [`VIOLATION`] and the first cell that does.
static BITS: [u8; 256] = bits();
/// Above any four bits.
const VIOLATION: u8 = 0x80;

#[expect(clippy::indexing_slicing, reason = "computed by the compiler")]
const fn symbols() -> [[u8; 2]; 256] {
    let mut table = [[0; 2]; 256];
    let mut octet = 0;
    while octet < table.len() {
        let (mut symbols, mut bit) = (0, 0);
        while bit < 8 {
            let cell = if octet >> bit & 1 == 1 { ONE } else { ZERO };
            symbols = symbols << 2 | cell;
            bit += 1;
        }
        table[octet] = symbols.to_be_bytes();
        octet += 1;
    }
    table
}

#[expect(clippy::indexing_slicing, reason = "computed by the compiler")]
const fn bits() -> [u8; 256] {
    let mut table = [0; 256];
    let mut symbols = 0;
    while symbols < 256 {
        let (mut bits, mut cell) = (0, 0);
        while cell < 4 {
            let found = symbols >> (6 - 2 * cell) & 0b11;
            match found {
                ZERO => {}
                ONE => bits |= 1 << cell,
                _ => {
                    bits = VIOLATION | cell;
                    break;
                }
            }
            cell += 1;
        }
        table[symbols as usize] = bits;
        symbols += 1;
    }
    table
}

/// Writes the symbols of `octets` to `symbols`, which should be twice as long; what does not
/// fit is left out.
pub fn encode(octets: &[u8], symbols: &mut [u8]) {
    let (pairs, _) = symbols.as_chunks_mut::<2>();
    for (pair, octet) in pairs.iter_mut().zip(octets) {
        if let Some(symbols) = SYMBOLS.get(usize::from(*octet)) {
            *pair = *symbols;
        }
    }
}

/// Writes the octets that `symbols` stand for to `octets`, which should be half as long; what
/// does not fit is left out.
///
/// # Errors
/// [`Reason::Illegal`] when the cells do not fill whole octets; [`Reason::Violation`] with the
/// first cell that has no step in its middle. `octets` means nothing then.
pub fn decode(symbols: &[u8], octets: &mut [u8]) -> Result<(), Reason> {
    let (pairs, odd) = symbols.as_chunks::<2>();
    let length = u64::try_from(symbols.len()).unwrap_or(u64::MAX);
    let rule = "must be even";
    Reason::require(odd.is_empty(), "octets of symbols", length, rule)?;
    let mut seen = 0; // looked at once at the end: a branch for each octet costs more than it
    for (octet, pair) in octets.iter_mut().zip(pairs) {
        let [low, high] = pair.map(look);
        *octet = high << 4 | low;
        seen |= low | high;
    }
    match seen & VIOLATION {
        0 => Ok(()),
        _ => Err(violation(symbols)),
    }
}

fn look(symbols: u8) -> u8 {
    BITS.get(usize::from(symbols)).copied().unwrap_or(VIOLATION)
}

/// The first cell without a step, in symbols that have one.
#[cold]
fn violation(symbols: &[u8]) -> Reason {
    let is_bad = |symbols: &u8| look(*symbols) & VIOLATION != 0;
    let at = symbols.iter().position(is_bad).unwrap_or(0);
    let symbols = symbols.get(at).copied().unwrap_or(0);
    let cell = look(symbols) & !VIOLATION;
    Reason::Violation {
        code: "Manchester",
        cell: at * CELLS + usize::from(cell),
        found: u16::from(symbols >> (6 - 2 * cell) & 0b11),
    }
}

/// Replaces octets by their symbols going down, and symbols by their octets coming up.
#[derive(Clone, Debug, Default)]
pub struct Manchester;

impl Manchester {
    /// The layer for one attachment.
    pub const fn new() -> Self {
        Manchester
    }
}

impl Layer for Manchester {
    fn spec(&self) -> Spec {
        Spec::new("manchester", 1)
            .between(Service::Bits, Service::Symbols)
            .kind(Kind::Rewrite)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let mut symbols = cx.allocate_from(&sdu, sdu.len() * 2)?;
        encode(sdu.octets(), symbols.octets_mut());
        cx.send_down(symbols);
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let mut octets = cx.allocate_from(&pdu, pdu.len() / 2)?;
        decode(pdu.octets(), octets.octets_mut())?;
        cx.send_up(octets);
        Ok(())
    }
}

impl LineCode for Manchester {
    fn name(&self) -> &'static str {
        "manchester"
    }

    fn alphabet(&self) -> Alphabet {
        Alphabet::Binary
    }

    fn efficiency(&self) -> (u32, u32) {
        (1, 2)
    }

    fn encode(&mut self, octets: &[u8], symbols: &mut Vec<u8>) {
        symbols.resize(octets.len() * 2, 0);
        encode(octets, symbols);
    }

    fn decode(&mut self, symbols: &[u8], octets: &mut Vec<u8>) -> Result<(), Reason> {
        octets.resize(symbols.len() / 2, 0);
        decode(symbols, octets)
    }
}

#[cfg(test)]
mod tests;
