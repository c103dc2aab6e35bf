//! SLIP: an END behind each frame, and two octets in place of one inside it.
//!
//! ```text
//!   frame          45    c0      00    db      01
//!                   |   /  \     |   /  \      |
//! +------+       +----+----+----+----+----+----+----+       +------+
//! |  c0  |       | 45 | db | dc | 00 | db | dd | 01 |       |  c0  |
//! +------+       +----+----+----+----+----+----+----+       +------+
//!    END            ESC ESC_END      ESC ESC_ESC               END
//! ```
//! Spec: RFC 1055.  Units: octets.
//! Checks: after an ESC comes one of the two octets that may. RFC 1055's own program keeps a
//! wrong one as data ("protocol violation"); here the frame is refused, because it is wrong.
//! Not here: addresses, types, checks, compression, all of which SLIP does not have.
//!
//! The END in front is the advice of RFC 1055: it ends whatever noise the line picked up while
//! it was idle. Two in a row are no frame, so a frame needs an octet.

use layercake_base::Reason;
use memchr::memchr2;

use crate::framing::{Assembly, Framed, Framing, Pause, Sink, fits};

/// Ends a frame. RFC 1055.
pub const END: u8 = 0xc0;
/// Says that the next octet stands for another. RFC 1055.
pub const ESC: u8 = 0xdb;
/// After [`ESC`]: an [`END`] in the frame. RFC 1055.
pub const ESC_END: u8 = 0xdc;
/// After [`ESC`]: an [`ESC`] in the frame. RFC 1055.
pub const ESC_ESC: u8 = 0xdd;

/// The layer that frames with SLIP.
pub type Slip = Framed<Codec>;

/// Appends `frame` to `line`, between ENDs and stuffed.
pub fn encode(frame: &[u8], line: &mut Vec<u8>) {
    line.reserve(frame.len() + frame.len() / 64 + 2);
    line.push(END);
    let mut rest = frame;
    while let Some((run, octet, after)) = cut(rest) {
        line.extend_from_slice(run);
        line.extend_from_slice(&[ESC, if octet == END { ESC_END } else { ESC_ESC }]);
        rest = after;
    }
    line.extend_from_slice(rest);
    line.push(END);
}

/// What stands before the first END or ESC, which of them it is, and what stands behind.
fn cut(octets: &[u8]) -> Option<(&[u8], u8, &[u8])> {
    let (run, found) = octets.split_at_checked(memchr2(END, ESC, octets)?)?;
    let (octet, after) = found.split_first()?;
    Some((run, *octet, after))
}

/// SLIP both ways, for one attachment.
#[derive(Clone, Debug, Default)]
pub struct Codec {
    frame: Assembly,
    /// The last octet was an ESC.
    escaped: bool,
}

impl Codec {
    /// Takes frames of at most `limit` octets.
    pub const fn new(limit: usize) -> Self {
        Codec {
            frame: Assembly::new(limit),
            escaped: false,
        }
    }

    /// The octet after an ESC.
    fn unescape(&mut self, octet: u8, sink: &mut Sink<'_>) {
        self.escaped = false;
        match octet {
            ESC_END => self.frame.extend(&[END], sink),
            ESC_ESC => self.frame.extend(&[ESC], sink),
            _ => {
                let (field, value) = ("octet after ESC", octet.into());
                let rule = "must be 220 or 221";
                self.frame
                    .refuse(Reason::Illegal { field, value, rule }, sink);
            }
        }
        if octet == END {
            self.close(sink);
        }
    }

    /// An END: two in a row enclose nothing.
    fn close(&mut self, sink: &mut Sink<'_>) {
        if !self.frame.is_untouched() {
            self.frame.finish(sink);
        }
    }
}

impl Framing for Codec {
    fn name(&self) -> &'static str {
        "slip"
    }

    fn encode(&self, frame: &[u8], line: &mut Vec<u8>) -> Result<(), Reason> {
        fits(frame, 1, self.frame.limit())?;
        encode(frame, line);
        Ok(())
    }

    fn decode(&mut self, mut line: &[u8], sink: &mut Sink<'_>) {
        while let Some((&first, behind)) = line.split_first() {
            if self.escaped {
                self.unescape(first, sink);
                line = behind;
            } else if let Some((run, octet, after)) = cut(line) {
                self.frame.extend(run, sink);
                match octet {
                    END => self.close(sink),
                    _ => self.escaped = true,
                }
                line = after;
            } else {
                return self.frame.extend(line, sink);
            }
        }
    }

    fn end(&mut self, sink: &mut Sink<'_>) {
        let have = self.frame.len();
        if have > 0 || self.escaped {
            let (field, need) = ("END", have + 1);
            self.frame
                .refuse(Reason::TooShort { field, need, have }, sink);
        }
        self.frame.clear();
        self.escaped = false;
    }

    /// RFC 1055 is for start-stop lines, which may pause after any octet.
    fn pause(&self) -> Pause {
        Pause::Continues
    }

    fn longest(&self, octets: usize) -> usize {
        2 * octets + 2
    }

    /// Two of 256 octets become two.
    fn expected(&self, octets: u32) -> f64 {
        f64::from(octets) * (1.0 + 2.0 / 256.0) + 2.0
    }
}

#[cfg(test)]
mod tests;
