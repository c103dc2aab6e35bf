//! 4B/5B with NRZI: the line of FDDI.
//!
//! ```text
//! | I I I I I I | J K | data, two groups an octet | T | R R R | I ...
//!    preamble    start                             end  status  to whole octets
//! ```
//! Spec: ISO 9314-1 (the groups), ISO 9314-2 (start, end delimiter and frame status, here with
//! its three indicators reset, as the sender of a frame leaves them).
//! Units: groups of five bits, more significant half of each octet first; NRZI makes steps of
//! the ones. Cells of a violation are groups.
//! Checks: the six idle groups and the start delimiter whole, data, end, status, idle.
//! Not here: FDDI's token and its frame check; a preamble of at least 16 groups.
//!
//! Six times I, J and K are forty bits that occur nowhere else, so a transmission is found at any
//! bit, and either way up: all but the first of them, whose level is measured against whatever
//! was on the line before.

use layercake_base::Reason;

use super::four_five::{Arrangement, R, T};
use super::steps::{levels, steps};
use crate::bits::map_words;
use crate::{Alphabet, BitOrder, LineCode, sync};

/// Idle but for its first bit, which the level of the line before it decides, and the start
/// delimiter.
const START: u64 = 0b01111_11111_11111_11111_11111_11111_11000_10001;
/// Bits of idle in it.
const IDLE_BITS: usize = 29;
/// Bits of the start delimiter.
const DELIMITER_BITS: usize = 10;

/// 4B/5B over NRZI.
#[derive(Clone, Debug)]
pub struct Fddi {
    arrangement: Arrangement,
    scratch: Vec<u8>,
}

impl Fddi {
    /// The line of FDDI.
    pub const fn new() -> Self {
        let arrangement = Arrangement {
            order: BitOrder::MsbFirst,
            idle: 6,
            end: &[T, R, R, R],
        };
        let scratch = Vec::new();
        Fddi {
            arrangement,
            scratch,
        }
    }
}

impl Default for Fddi {
    fn default() -> Self {
        Fddi::new()
    }
}

impl LineCode for Fddi {
    fn name(&self) -> &'static str {
        "4b5b-nrzi"
    }

    fn alphabet(&self) -> Alphabet {
        Alphabet::Binary
    }

    fn efficiency(&self) -> (u32, u32) {
        (4, 5)
    }

    fn encode(&mut self, octets: &[u8], symbols: &mut Vec<u8>) {
        self.arrangement.write(octets, &mut self.scratch);
        symbols.resize(self.scratch.len(), 0);
        let mut level = 0;
        map_words(&self.scratch, symbols, |word| {
            let line = levels(u64::from_be_bytes(word), level);
            level = line & 1;
            line.to_be_bytes()
        });
    }

    fn decode(&mut self, symbols: &[u8], octets: &mut Vec<u8>) -> Result<(), Reason> {
        self.scratch.resize(symbols.len(), 0);
        let mut level = 0;
        map_words(symbols, &mut self.scratch, |word| {
            let line = u64::from_be_bytes(word);
            let bits = steps(line, level);
            level = line & 1;
            bits.to_be_bytes()
        });
        let (field, searched) = ("idle and start delimiter", symbols.len());
        let start = sync::find(&self.scratch, START, IDLE_BITS + DELIMITER_BITS);
        let start = start.ok_or(Reason::Absent { field, searched })?;
        self.arrangement
            .read(&self.scratch, start + IDLE_BITS, octets)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The line of groups written as text: each 1 a step, from low.
    fn line(groups: &str) -> Vec<u8> {
        let mut level = 0;
        let bits = groups.chars().filter(|c| "01".contains(*c));
        Alphabet::Binary.pack(bits.map(|bit| {
            level ^= u8::from(bit == '1');
            level
        }))
    }

    /// Groups from Table 24-1 of IEEE 802.3.
    #[test]
    fn one_octet_goes_out_as_the_table_says() {
        let mut symbols = Vec::new();
        Fddi::new().encode(&[0x2f], &mut symbols);
        //           I     I     I     I     I     I     J     K
        let bits = "11111 11111 11111 11111 11111 11111 11000 10001 \
        //           2     F     T     R     R     R     I     I
                    10100 11101 01101 00111 00111 00111 11111 11111";
        assert_eq!(symbols, line(bits));
    }

    /// Sixteen groups: what stands behind the start (cells 0 to 7), and the reason it gets.
    #[test]
    fn what_is_wrong_is_told_with_its_group() {
        let start = "11111 11111 11111 11111 11111 11111 11000 10001 ";
        let cases = [
            (
                "00100 11101 01101 00111 00111 00111 11111 11111", // halt, F
                "4B/5B violation in cell 8: 0b100",
            ),
            (
                "10100 00100 01101 00111 00111 00111 11111 11111", // 2, halt
                "4B/5B violation in cell 9: 0b100",
            ),
            (
                "10100 11101 01101 11001 00111 00111 11111 11111", // set for reset
                "4B/5B violation in cell 11: 0b11001",
            ),
            (
                "10100 11101 01101 00111 00111 00111 11111 11110", // 0 for idle
                "4B/5B violation in cell 15: 0b11110",
            ),
            (
                "10100 11101 10100 11101 10100 11101 10100 11101",
                "no end delimiter in 10 octets",
            ),
        ];
        let reason = |groups: &str| {
            let outcome = Fddi::new().decode(&line(groups), &mut Vec::new());
            outcome.unwrap_err().to_string()
        };
        for (groups, expected) in cases {
            assert_eq!(reason(&(start.to_owned() + groups)), expected);
        }
        let idle = "no idle and start delimiter in 10 octets";
        assert_eq!(reason(&"11111".repeat(16)), idle);
    }
}
