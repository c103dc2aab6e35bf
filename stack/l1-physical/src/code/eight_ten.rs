//! 8b/10b: each octet as a group of ten bits with as many ones as zeros, or two more or less
//! in turn.
//!
//! ```text
//! | K28.5 D16.2 | x3 | K27.7 | data, one group an octet | K29.7 K23.7 | K28.5 D16.2 |
//!    idle /I/          start                              end           idle
//! ```
//! Spec: IEEE 802.3-2018 §36.2.4 (groups, Tables 36-1 and 36-2), Table 36-3 (ordered sets), §36.2.4.4
//! (running disparity); A. X. Widmer and P. A. Franaszek, IBM J. Res. Dev. 27 (1983).
//! Units: groups of ten bits, a first, in the order abcdeifghj; bit A of an octet is the least
//! significant. Cells of a violation are groups.
//! Checks: three sets of idle at the start, groups that exist and fit the running
//! disparity, start, data, end, idle.
//! Not here: /S/ in the place of the first octet of the preamble (here it stands before the
//! octets, whatever they are), configuration sets and auto-negotiation.
//!
//! ```text
//! running disparity   - : more zeros than ones are allowed no longer, so the next uneven group
//!                         has six ones; + : the other way round
//! ```
//! At each border of a group the ones that were sent exceed the zeros by one or fall short by one,
//! when counted from -1, and nothing of the signal is direct current. The comma, 0011111 or
//! 1100000, begins K28.1, K28.5 and K28.7 and occurs at no other place of a transmission (K28.7,
//! which with some neighbours makes one across a border, is never sent): it shows where groups
//! begin. An idle follows every frame, so that a disparity that went wrong in it shows.

mod table;

use layercake_base::Reason;

use crate::bits::{BitWriter, bits_at};
use crate::{Alphabet, LineCode};
use table::{Disparity, Found, decode, encode};

/// 8b/10b with the idle and the delimiters of 1000BASE-X.
#[derive(Clone, Debug, Default)]
pub struct EightTen;

/// The ordered set /S/, start of packet.
const START: u8 = 0xfb; // K27.7
/// The first half of the end of packet, /T/.
const END: u8 = 0xfd; // K29.7
/// The second half of the end of packet, /R/.
const EXTEND: u8 = 0xf7; // K23.7
/// The first half of every /I/.
const COMMA: u8 = 0xbc; // K28.5
/// The second half of /I1/, which turns the disparity.
const TURN: u8 = 0xc5; // D5.6
/// The second half of /I2/, which keeps it.
const KEEP: u8 = 0x50; // D16.2

/// Sets of idle in front.
const IDLES: usize = 3;

impl EightTen {
    /// The code of 1000BASE-X.
    pub const fn new() -> Self {
        EightTen
    }
}

impl LineCode for EightTen {
    fn name(&self) -> &'static str {
        "8b10b"
    }

    fn alphabet(&self) -> Alphabet {
        Alphabet::Binary
    }

    fn efficiency(&self) -> (u32, u32) {
        (8, 10)
    }

    fn encode(&mut self, octets: &[u8], symbols: &mut Vec<u8>) {
        symbols.clear();
        symbols.reserve((octets.len() + 16) * 10 / 8);
        let mut line = Line {
            bits: BitWriter::new(symbols),
            disparity: Disparity::Minus,
        };
        (0..IDLES).for_each(|_| line.idle());
        line.control(START);
        let (fours, rest) = octets.as_chunks::<4>();
        fours.iter().for_each(|four| line.four(*four));
        rest.iter().for_each(|octet| line.group(*octet, false));
        line.control(END);
        line.control(EXTEND);
        let mut groups = 2 * IDLES + 3 + octets.len();
        if groups % 2 == 1 {
            line.control(EXTEND); // idle begins at an even group
            groups += 1;
        }
        let sets = if groups.is_multiple_of(4) { 2 } else { 1 }; // four groups are five octets
        (0..sets).for_each(|_| line.idle());
    }

    fn decode(&mut self, symbols: &[u8], octets: &mut Vec<u8>) -> Result<(), Reason> {
        octets.clear();
        octets.reserve(symbols.len());
        let mut groups = Groups::aligned(symbols)?;
        groups.start()?;
        groups.data(octets)?;
        groups.end()
    }
}

/// Groups on their way out.
struct Line<'a> {
    bits: BitWriter<'a>,
    disparity: Disparity,
}

impl Line<'_> {
    fn group(&mut self, octet: u8, control: bool) {
        let ten = encode(octet, control, &mut self.disparity);
        self.bits.push(ten, 10);
    }

    fn control(&mut self, octet: u8) {
        self.group(octet, true);
    }

    #[inline]
    fn four(&mut self, four: [u8; 4]) {
        let ten = |octet| encode(octet, false, &mut self.disparity);
        let [a, b, c, d] = four.map(ten);
        self.bits.push_40(a << 30 | b << 20 | c << 10 | d);
    }

    /// /I1/ or /I2/: negative disparity behind both.
    fn idle(&mut self) {
        let second = match self.disparity {
            Disparity::Plus => TURN,
            Disparity::Minus => KEEP,
        };
        self.control(COMMA);
        self.group(second, false);
    }
}

/// The groups of a transmission, one after the other.
struct Groups<'a> {
    bits: &'a [u8],
    at: usize,
    cell: usize,
    disparity: Disparity,
}

impl<'a> Groups<'a> {
    /// Finds the borders: the first comma that begins three sets of idle (§36.2.5.2.6 counts
    /// three commas). It tells the running disparity as well.
    fn aligned(bits: &'a [u8]) -> Result<Self, Reason> {
        let last = (bits.len() * 8).saturating_sub(20 * IDLES);
        let found = (0..=last).find_map(|at| {
            let disparity = match bits_at(bits, at, 7)? {
                0b001_1111 => Disparity::Minus,
                0b110_0000 => Disparity::Plus,
                _ => return None,
            };
            let cell = 0;
            let mut groups = Groups {
                bits,
                at,
                cell,
                disparity,
            };
            (0..IDLES).all(|_| groups.is_idle()).then_some(groups)
        });
        let (field, searched) = ("idle", bits.len());
        found.ok_or(Reason::Absent { field, searched })
    }

    /// The next two groups are idle; takes them.
    fn is_idle(&mut self) -> bool {
        let comma =
            matches!(self.next(), Ok(Some(found)) if found.word() == (COMMA, true));
        comma && matches!(self.rest_of_idle(), Ok(Some(())))
    }

    fn skip(&mut self, groups: usize) {
        self.at += groups * 10;
        self.cell += groups;
    }

    /// The next group; `None` when there is none any more.
    fn next(&mut self) -> Result<Option<Found>, Reason> {
        let Some(ten) = bits_at(self.bits, self.at, 10) else {
            return Ok(None);
        };
        let code = match decode(ten) {
            None => "8b/10b",
            Some(found) if !found.fits(self.disparity) => "8b/10b disparity",
            Some(found) => {
                self.disparity = found.after(self.disparity);
                self.skip(1);
                return Ok(Some(found));
            }
        };
        Err(self.violation(code, self.cell))
    }

    fn violation(&self, code: &'static str, cell: usize) -> Reason {
        let at = self.at + cell * 10 - self.cell * 10;
        let found = bits_at(self.bits, at, 10).unwrap_or(0);
        let found = u16::try_from(found).unwrap_or(0);
        Reason::Violation { code, cell, found }
    }

    /// The last group was read but does not belong there.
    fn misplaced(&self) -> Reason {
        self.violation("8b/10b order", self.cell - 1)
    }

    fn absent(&self, field: &'static str) -> Reason {
        let searched = self.bits.len();
        Reason::Absent { field, searched }
    }

    /// Idle up to the start of the packet.
    fn start(&mut self) -> Result<(), Reason> {
        loop {
            match self.next()?.ok_or(self.absent("start of packet"))?.word() {
                (COMMA, true) => {
                    self.rest_of_idle()?.ok_or(self.absent("start of packet"))?
                }
                (START, true) => return Ok(()),
                _ => return Err(self.misplaced()),
            }
        }
    }

    fn rest_of_idle(&mut self) -> Result<Option<()>, Reason> {
        match self.next()?.map(Found::word) {
            None => Ok(None),
            Some((TURN | KEEP, false)) => Ok(Some(())),
            Some(_) => Err(self.misplaced()),
        }
    }

    /// Data up to the first half of the end of the packet.
    fn data(&mut self, octets: &mut Vec<u8>) -> Result<(), Reason> {
        loop {
            while let Some((four, disparity)) = self.four() {
                octets.extend_from_slice(&four);
                self.disparity = disparity;
                self.skip(4);
            }
            match self.next()?.ok_or(self.absent("end of packet"))?.word() {
                (octet, false) => octets.push(octet),
                (END, true) => return Ok(()),
                _ => return Err(self.misplaced()),
            }
        }
    }

    /// The next four groups, when all are data without fault, and the disparity behind them.
    #[inline]
    fn four(&self) -> Option<([u8; 4], Disparity)> {
        let forty = bits_at(self.bits, self.at, 40)?;
        let (mut disparity, mut all_well) = (self.disparity, true);
        let four = [30, 20, 10, 0].map(|place| {
            let found = table::look(forty >> place & 0x3ff);
            all_well &= found.is_data() & found.fits(disparity);
            disparity = found.after(disparity);
            found.octet()
        });
        all_well.then_some((four, disparity))
    }

    /// The second half of the end of the packet, once more if it ends at an even group; then
    /// nothing but idle.
    fn end(&mut self) -> Result<(), Reason> {
        let extends = if self.cell % 2 == 1 { 1 } else { 2 };
        for _ in 0..extends {
            match self.next()?.ok_or(self.absent("end of packet"))?.word() {
                (EXTEND, true) => {}
                _ => return Err(self.misplaced()),
            }
        }
        while let Some(found) = self.next()? {
            match found.word() {
                (COMMA, true) => {}
                _ => return Err(self.misplaced()),
            }
            if self.rest_of_idle()?.is_none() {
                break;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
