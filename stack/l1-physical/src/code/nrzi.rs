//! NRZI, non-return-to-zero inverted: a step between levels is one bit value, none the other.
//!
//! ```text
//! bit           1     0     0     1     1
//! mark          +-----------------+     +-----  a 1 is a step
//!        -------+                 +-----+
//! space               +-----+                   a 0 is a step
//!        -------------+     +-----------------
//! cell   | idle |  1  |  2  |  3  |  4  |  5  |
//! ```
//! Spec: NRZ-M and NRZ-S of IRIG 106 Chapter 4; mark is the line of FDDI (ISO 9314-1), space that
//! of USB (USB 2.0 §7.1.8) and of HDLC on a serial line.
//! Units: one octet is eight cells, one cell one symbol, 1 for high. The first octet of a
//! transmission is idle, a steady level.
//! Checks: idle is there, and has no step.
//! Not here: a bound on the cells without a step, which stuffing (USB, HDLC) or 4B/5B brings.
//!
//! Only steps count, so both wires of a pair may be exchanged: the idle level says what the first
//! step is measured against. One flipped symbol makes two wrong bits, the step before it and the
//! step behind it.

use layercake_base::Reason;

use super::steps::{levels, steps};
use crate::bits::map_words;
use crate::{Alphabet, BitOrder, LineCode};

/// Which bit value is a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sense {
    /// A 1 is a step.
    Mark,
    /// A 0 is a step.
    Space,
}

impl Sense {
    /// Turns bits into steps, and steps into bits.
    #[inline]
    const fn turn(self, bits: u64) -> u64 {
        match self {
            Sense::Mark => bits,
            Sense::Space => !bits,
        }
    }
}

/// Non-return-to-zero inverted.
#[derive(Clone, Debug)]
pub struct Nrzi {
    sense: Sense,
    order: BitOrder,
}

impl Nrzi {
    /// With this step, and the bits of each octet in this order.
    pub const fn new(sense: Sense, order: BitOrder) -> Self {
        Nrzi { sense, order }
    }
}

impl LineCode for Nrzi {
    fn name(&self) -> &'static str {
        match self.sense {
            Sense::Mark => "nrzi-mark",
            Sense::Space => "nrzi-space",
        }
    }

    fn alphabet(&self) -> Alphabet {
        Alphabet::Binary
    }

    fn efficiency(&self) -> (u32, u32) {
        (1, 1)
    }

    fn encode(&mut self, octets: &[u8], symbols: &mut Vec<u8>) {
        symbols.resize(1 + octets.len(), 0);
        let (idle, line) = symbols.split_at_mut(1);
        idle.fill(0);
        let mut level = 0;
        map_words(octets, line, |word| {
            let line = levels(self.sense.turn(self.order.word_in_time(word)), level);
            level = line & 1;
            line.to_be_bytes()
        });
    }

    fn decode(&mut self, symbols: &[u8], octets: &mut Vec<u8>) -> Result<(), Reason> {
        let (idle, line) = symbols.split_first().ok_or(Reason::Absent {
            field: "idle",
            searched: 0,
        })?;
        let mut level = steady(*idle)?;
        octets.resize(line.len(), 0);
        map_words(line, octets, |word| {
            let line = u64::from_be_bytes(word);
            let bits = self.sense.turn(steps(line, level));
            level = line & 1;
            self.order.octets_of(bits)
        });
        Ok(())
    }
}

/// The level of eight idle symbols.
fn steady(idle: u8) -> Result<u64, Reason> {
    let level = idle >> 7;
    let same = match level {
        0 => idle.leading_zeros(),
        _ => idle.leading_ones(),
    };
    match same {
        8 => Ok(level.into()),
        step => Err(Reason::Violation {
            code: "NRZI idle",
            cell: usize::try_from(step).unwrap_or(0),
            found: u16::from(1 - level),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(sense: Sense, octet: u8) -> Vec<u8> {
        let mut symbols = Vec::new();
        Nrzi::new(sense, BitOrder::MsbFirst).encode(&[octet], &mut symbols);
        symbols
    }

    /// The figure above, continued to eight bits by hand.
    #[test]
    fn a_mark_is_a_step_and_a_space_is_a_step() {
        assert_eq!(encoded(Sense::Mark, 0b1001_1000), [0, 0b1110_1111]);
        assert_eq!(encoded(Sense::Space, 0b1001_1000), [0, 0b0100_0101]);
    }

    /// USB 2.0 §7.1.10: the sync pattern 80h is, on the line, three pairs KJ and then KK.
    #[test]
    fn the_sync_pattern_of_usb_is_kjkjkjkk() {
        let mut symbols = Vec::new();
        Nrzi::new(Sense::Space, BitOrder::LsbFirst).encode(&[0x80], &mut symbols);
        let j_is_0 = 0b1010_1011; // idle is J, so K is 1
        assert_eq!(symbols, [0, j_is_0]);
    }

    #[test]
    fn a_step_while_idle_is_a_violation() {
        let mut octets = Vec::new();
        let mut code = Nrzi::new(Sense::Mark, BitOrder::LsbFirst);
        let reason = code.decode(&[0b0001_1111, 7], &mut octets).unwrap_err();
        let text = "NRZI idle violation in cell 3: 0b1";
        assert_eq!(reason.to_string(), text);
        let reason = code.decode(&[], &mut octets).unwrap_err();
        assert_eq!(reason.to_string(), "no idle in 0 octets");
    }
}
