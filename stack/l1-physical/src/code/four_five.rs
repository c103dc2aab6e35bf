//! 4B/5B: each four bits as a group of five with enough ones, and groups left over for
//! delimiters.
//!
//! ```text
//! 0 11110   4 01010   8 10010   C 11010     I 11111  idle       Q 00000  quiet
//! 1 01001   5 01011   9 10011   D 11011     J 11000  start 1    H 00100  halt
//! 2 10100   6 01110   A 10110   E 11100     K 10001  start 2    R 00111  reset
//! 3 10101   7 01111   B 10111   F 11101     T 01101  end        S 11001  set
//! ```
//! Spec: IEEE 802.3-2018 §24.2.2.1, Table 24-1; ISO 9314-1 (FDDI), where it comes from.
//! Units: groups of five bits, the left one first.
//! Checks: a start J K after idle, data up to the end delimiter, nothing but idle behind it.
//! Not here: how the bits go onto the line (`fddi`, `base_tx`).
//!
//! Between two ones of a transmission there are at most three zeros, so NRZI, which makes steps
//! of the ones, has one every four bits at least.

mod table;

use layercake_base::Reason;

use crate::BitOrder;
use crate::bits::{BitWriter, bits_at};
use table::{IDLE, J, K, octet_of, ten_bits};

pub(super) use table::{R, T};

/// Groups in five octets.
const GROUPS: usize = 8;

/// How a medium arranges a transmission in groups.
#[derive(Clone, Debug)]
pub(super) struct Arrangement {
    /// Which four bits of an octet go first.
    pub(super) order: BitOrder,
    /// Groups of idle in front.
    pub(super) idle: usize,
    /// The groups behind the data.
    pub(super) end: &'static [u8],
}

impl Arrangement {
    /// Replaces `bits` by a transmission of `octets`: whole octets, filled with idle.
    pub(super) fn write(&self, octets: &[u8], bits: &mut Vec<u8>) {
        bits.clear();
        let groups = self.idle + 2 + octets.len() * 2 + self.end.len();
        bits.reserve(groups.next_multiple_of(GROUPS) * 5 / 8);
        let mut out = BitWriter::new(bits);
        let mut push = |group: &u8| out.push(u64::from(*group), 5);
        (0..self.idle).for_each(|_| push(&IDLE));
        [J, K].iter().for_each(push);
        let (fours, rest) = octets.as_chunks::<4>();
        for four in fours {
            out.push_40(self.forty_bits(*four));
        }
        for octet in rest {
            out.push(u64::from(ten_bits(self.turn(*octet))), 10);
        }
        let mut push = |group: &u8| out.push(u64::from(*group), 5);
        self.end.iter().for_each(&mut push);
        (groups..groups.next_multiple_of(GROUPS)).for_each(|_| push(&IDLE));
    }

    #[inline]
    fn forty_bits(&self, four: [u8; 4]) -> u64 {
        let [a, b, c, d] = four.map(|octet| u64::from(ten_bits(self.turn(octet))));
        a << 30 | b << 20 | c << 10 | d
    }

    /// Replaces `octets` by those of a transmission whose start delimiter was seen at bit `at`,
    /// behind idle.
    ///
    /// # Errors
    /// [`Reason::Violation`] with the first group that should not be where it is,
    /// [`Reason::Absent`] when there is no end.
    pub(super) fn read(
        &self,
        bits: &[u8],
        at: usize,
        octets: &mut Vec<u8>,
    ) -> Result<(), Reason> {
        octets.clear();
        octets.reserve(bits.len());
        let seen = self.idle;
        let mut groups = Groups { bits, at, seen };
        groups.skip(2);
        while let Some(four) = groups.peek(8).and_then(four_octets) {
            octets.extend_from_slice(&four.map(|octet| self.turn(octet)));
            groups.skip(8);
        }
        while let Some(octet) = groups.peek(2).and_then(octet_of) {
            octets.push(self.turn(octet));
            groups.skip(2);
        }
        for expected in self.end {
            let (field, searched) = ("end delimiter", bits.len());
            groups
                .expect(*expected)?
                .ok_or(Reason::Absent { field, searched })?;
        }
        while groups.expect(IDLE)?.is_some() {}
        Ok(())
    }

    /// The octet with the four bits that go first in front, and back.
    #[inline]
    fn turn(&self, octet: u8) -> u8 {
        match self.order {
            BitOrder::LsbFirst => octet.rotate_left(4),
            BitOrder::MsbFirst => octet,
        }
    }
}

#[inline]
fn four_octets(forty: u64) -> Option<[u8; 4]> {
    let ten = |place: u32| octet_of(forty >> place & 0x3ff);
    Some([ten(30)?, ten(20)?, ten(10)?, ten(0)?])
}

/// The groups of a transmission, one after the other.
struct Groups<'a> {
    bits: &'a [u8],
    at: usize,
    seen: usize,
}

impl Groups<'_> {
    #[inline]
    fn peek(&self, count: usize) -> Option<u64> {
        bits_at(self.bits, self.at, count * 5)
    }

    #[inline]
    fn skip(&mut self, count: usize) {
        self.at += count * 5;
        self.seen += count;
    }

    /// Takes this group; `None` when there is none any more.
    fn expect(&mut self, expected: u8) -> Result<Option<()>, Reason> {
        let Some(found) = self.peek(1) else {
            return Ok(None);
        };
        if found == u64::from(expected) {
            self.skip(1);
            return Ok(Some(()));
        }
        // Half an octet of data, and then something else: the something is what is wrong.
        let behind_half = self
            .peek(2)
            .filter(|_| expected == T && table::is_data(found));
        Err(Reason::Violation {
            code: "4B/5B",
            cell: self.seen + usize::from(behind_half.is_some()),
            found: u16::try_from(behind_half.unwrap_or(found) & 0x1f).unwrap_or(0),
        })
    }
}
