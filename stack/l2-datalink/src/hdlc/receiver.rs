//! The receiver: which bits of the line are a frame, and where it ends.
//!
//! Octets without six ones in a row are data and go by the word; those with them are looked at
//! bit by bit.

use layercake_base::Reason;

use super::bits::Bits;
use super::unstuffing::{look, unstuff};
use super::{FLAG, RUN};
use crate::framing::{Assembly, Sink};

/// Ones in a row that make a flag, if a 0 follows, and an abort, if another does.
const FLAG_ONES: u32 = 6;
/// Ones in a row behind which one more makes an idle line. ISO/IEC 13239 calls 15 an idle state.
const IDLE_ONES: u32 = 14;
/// Bits of a closing flag that were taken for data before its sixth one gave it away: 0 11111.
const FLAG_TAKEN: usize = 1 + RUN;
/// Octets for which room is made at a time, though a flag may come soon.
const PIECE: usize = 512;

/// What the receiver knows of the line, and the frame that it takes from it.
#[derive(Clone, Debug)]
pub(super) struct Receiver {
    /// Octets of the frame; the last bits of it are pending.
    frame: Assembly,
    /// Bits that are no whole octet yet, the first in the least significant place.
    pending: u64,
    /// How many; fewer than 8.
    count: u32,
    /// The last 16 bits on the line, the newest in the most significant place.
    past: u16,
    place: Place,
    /// Bits since the transmission began.
    cell: usize,
}

/// Where in the line the receiver is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// No flag came since the line was idle.
    Idle(Front),
    /// Behind a frame that was refused, of which more may come.
    Outside,
    /// Behind a flag.
    Inside,
}

/// What an idle line is followed by: up to eight bits from its first 0 on. They should be a flag.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Front {
    bits: u8,
    count: u8,
}

impl Receiver {
    pub(super) const fn new(frame: Assembly) -> Self {
        Receiver {
            frame,
            pending: 0,
            count: 0,
            past: u16::MAX, // idle
            place: Place::Idle(Front { bits: 0, count: 0 }),
            cell: 0,
        }
    }

    /// Octets of the largest frame.
    pub(super) fn limit(&self) -> usize {
        self.frame.limit()
    }

    /// The next piece of the line.
    pub(super) fn take(&mut self, mut line: &[u8], sink: &mut Sink<'_>) {
        while !line.is_empty() {
            line = self.words(line);
            let Some((&octet, behind)) = line.split_first() else {
                return;
            };
            self.octet(octet, sink);
            line = behind;
        }
    }

    /// Takes words as long as they are all data, and all of the frame fits; what is left.
    fn words<'a>(&mut self, mut line: &'a [u8]) -> &'a [u8] {
        while self.place == Place::Inside {
            let free = self.frame.limit().saturating_sub(self.frame.len() + 8);
            let most = line.len().min(free).min(PIECE);
            let (read, end) = self.piece(line.get(..most).unwrap_or_default());
            line = line.get(read..).unwrap_or_default();
            if read == 0 || end {
                break;
            }
        }
        line
    }

    /// Takes the words of a piece, up to one that is not all data. How many octets that are, and
    /// whether such a word is what comes next.
    fn piece(&mut self, piece: &[u8]) -> (usize, bool) {
        let octets = self.frame.octets_mut();
        let start = octets.len();
        octets.resize(start + piece.len() + 8, 0);
        let room = octets.get_mut(start..).unwrap_or_default();
        let mut bits = Bits::new(room, self.pending, self.count);
        let (read, end) = unstuff(&mut bits, self.past, piece);
        let used;
        (used, self.pending, self.count) = bits.pause();
        octets.truncate(start + used);
        if let Some(last) = piece.get(..read).and_then(<[u8]>::last_chunk) {
            self.past = u16::from_le_bytes(*last);
        }
        self.cell = self.cell.wrapping_add(8 * read);
        (read, end)
    }

    /// Takes one octet, whatever is in it.
    fn octet(&mut self, octet: u8, sink: &mut Sink<'_>) {
        let step = look(self.past.leading_ones(), octet);
        if self.place == Place::Inside && step.count > 0 {
            self.push(step.bits, step.count, sink);
            let [_, newest] = self.past.to_le_bytes();
            self.past = u16::from_le_bytes([newest, octet]);
            self.cell = self.cell.wrapping_add(8);
        } else {
            for at in 0..8 {
                self.bit(octet >> at & 1, sink);
            }
        }
    }

    /// RFC 1662 §5.2: one bit, by the ones in front of it.
    fn bit(&mut self, one: u8, sink: &mut Sink<'_>) {
        if let Place::Idle(front) = &mut self.place {
            front.add(one);
        }
        match (self.past.leading_ones(), one) {
            (FLAG_ONES, 0) => self.flag(sink),
            (FLAG_ONES, _) => self.abort(sink),
            (IDLE_ONES, 1) => self.rest(),
            (ones, _) if ones < 5 && self.place == Place::Inside => {
                self.push(one, 1, sink);
            }
            _ => {} // the stuffed 0, the sixth one, more ones, or outside
        }
        self.past = self.past >> 1 | u16::from(one) << 15;
        self.cell = self.cell.wrapping_add(1);
    }

    /// Adds up to eight bits to the frame.
    fn push(&mut self, bits: u8, count: u8, sink: &mut Sink<'_>) {
        self.pending |= u64::from(bits) << self.count;
        self.count += u32::from(count);
        while self.count >= 8 {
            let [octet, ..] = self.pending.to_le_bytes();
            self.frame.extend(&[octet], sink);
            self.pending >>= 8;
            self.count -= 8;
        }
        if !self.frame.is_sound() {
            self.go(Place::Outside);
        }
    }

    /// Six ones and a 0: the frame ends here if there is one, and another may begin.
    fn flag(&mut self, sink: &mut Sink<'_>) {
        match self.place {
            Place::Idle(front) => front.require_flag(sink),
            Place::Inside => {
                // After five ones the flag's own 0 was taken for a stuffed one.
                let stuffed = self.past >> 4 & 0b1_1111 == 0b1_1111;
                let taken = FLAG_TAKEN - usize::from(stuffed);
                self.close(self.length().saturating_sub(taken), sink);
            }
            Place::Outside => {}
        }
        self.go(Place::Inside);
    }

    /// A frame of so many bits lies between two flags.
    fn close(&mut self, length: usize, sink: &mut Sink<'_>) {
        let octets = self.frame.octets_mut();
        octets.extend_from_slice(&self.pending.to_le_bytes());
        octets.truncate(length.div_ceil(8));
        if is_fill(octets, length) {
            return;
        }
        if !length.is_multiple_of(8) {
            let value = u64::try_from(length).unwrap_or(u64::MAX).into();
            let (field, rule) = ("bits of the frame", "must be a multiple of 8");
            self.frame
                .refuse(Reason::Illegal { field, value, rule }, sink);
        }
        self.frame.finish(sink);
    }

    /// A seventh one: the sender gives the frame up, or has none.
    fn abort(&mut self, sink: &mut Sink<'_>) {
        if self.place != Place::Inside {
            return;
        }
        if self.length() <= RUN {
            return self.rest();
        }
        let (code, found) = ("HDLC", 0b111_1111);
        let cell = self.cell.wrapping_sub(RUN + 1);
        sink(Err(Reason::Violation { code, cell, found }));
        self.go(Place::Outside);
    }

    /// The line is idle.
    fn rest(&mut self) {
        if !matches!(self.place, Place::Idle(_)) {
            self.go(Place::Idle(Front::default()));
        }
    }

    /// Bits of the frame, with those of a flag that is not known to be one yet.
    fn length(&self) -> usize {
        self.frame.len() * 8 + self.count as usize
    }

    /// Another place, without a frame.
    fn go(&mut self, place: Place) {
        self.frame.clear();
        (self.pending, self.count, self.place) = (0, 0, place);
    }

    /// Nothing more comes.
    pub(super) fn give_up(&mut self, sink: &mut Sink<'_>) {
        let length = self.length();
        match self.place {
            Place::Idle(front) if front.count > 0 => front.require_flag(sink),
            Place::Inside => self.require_fill(length, sink),
            _ => {}
        }
        self.go(Place::Idle(Front::default()));
        (self.past, self.cell) = (u16::MAX, 0);
    }

    /// The line ends behind a flag and so many bits; they should be no frame.
    fn require_fill(&self, length: usize, sink: &mut Sink<'_>) {
        let [octet, ..] = self.pending.to_le_bytes();
        if length >= 8 || !is_fill(&[octet], length) {
            let (field, have) = ("closing flag", length / 8);
            let need = have + 1;
            sink(Err(Reason::TooShort { field, need, have }));
        }
    }
}

impl Front {
    fn add(&mut self, one: u8) {
        if self.count < 8 && (self.count > 0 || one == 0) {
            self.bits |= one << self.count;
            self.count += 1;
        }
    }

    fn require_flag(self, sink: &mut Sink<'_>) {
        let rule = "must be 126";
        if let Err(reason) =
            Reason::require(self.bits == FLAG, "opening flag", self.bits, rule)
        {
            sink(Err(reason));
        }
    }
}

/// Fewer than eight bits, all ones, which lie in the first octet: idle time, no frame.
fn is_fill(octets: &[u8], length: usize) -> bool {
    let first = octets.first().copied().unwrap_or(0);
    length < 8 && first.trailing_ones() as usize >= length
}
