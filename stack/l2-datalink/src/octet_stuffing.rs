//! Octet stuffing: a flag around each frame, and two octets in place of one that must not be
//! seen on the line.
//!
//! ```text
//!   frame          ff    03    7e      7d      11
//!                   |    |    /  \    /  \    /  \          11 only if bit 17 of the
//! +------+       +----+----+----+----+----+----+----+----+  ACCM says so  +------+
//! |  7e  |       | ff | 03 | 7d | 5e | 7d | 5d | 7d | 31 |                |  7e  |
//! +------+       +----+----+----+----+----+----+----+----+                +------+
//!   flag                     each octet after 7d is the one meant, xor 20    flag
//! ```
//! Spec: RFC 1662 §4 (octet-stuffed framing), §7.1 (async-control-character-map).
//! Units: octets.
//! Checks: a flag in front; a frame must not end in 7d, which is how a sender aborts one
//! (§4.3). Control characters that the map lists are removed: modems put them in (§4.2).
//! Not here: the address, control and protocol fields ([`ppp`](crate::ppp)), the check sequence
//! ([`frame_check`](crate::frame_check)), stop and start bits.
//!
//! One flag may end a frame and begin the next; two in a row are no frame (§3.1), so a frame
//! needs an octet. The sender here writes both.

mod decode;
mod encode;

use layercake_base::Reason;

use crate::framing::{Assembly, Framed, Framing, LIMIT, Pause, Sink, fits};

pub use encode::encode;

/// The flag sequence. RFC 1662 §4.1.
pub const FLAG: u8 = 0x7e;
/// The control escape octet. RFC 1662 §4.2.
pub const ESCAPE: u8 = 0x7d;
/// What an escaped octet is complemented with: its sixth bit. RFC 1662 §4.2.
pub const COMPLEMENT: u8 = 0x20;

/// The layer that frames with octet stuffing.
pub type OctetStuffing = Framed<Codec>;

/// The async-control-character-map: bit n set means that the octet n, a control character, does
/// not cross the line by itself. RFC 1662 §7.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Accm(pub u32);

impl Accm {
    /// No control character is special: for lines that carry every octet.
    pub const NONE: Accm = Accm(0);
    /// All 32 are, what both ends take until they have agreed on another. RFC 1662 §7.1.
    pub const ALL: Accm = Accm(u32::MAX);

    /// True for a control character that the map lists.
    pub const fn lists(self, octet: u8) -> bool {
        octet < 32 && self.0 >> octet & 1 == 1
    }

    /// True for an octet that must be escaped: the listed, the flag and the escape itself.
    pub const fn escapes(self, octet: u8) -> bool {
        octet == FLAG || octet == ESCAPE || self.lists(octet)
    }
}

/// Octet stuffing both ways, for one attachment.
#[derive(Clone, Debug)]
pub struct Codec {
    accm: Accm,
    frame: Assembly,
    /// The last octet was a control escape.
    escaped: bool,
    /// No flag came yet; the first octet of what came instead.
    before: Option<Before>,
}

/// What came before the first flag.
#[derive(Clone, Copy, Debug)]
enum Before {
    Nothing,
    Octet(u8),
}

impl Codec {
    /// Takes frames of at most `limit` octets. `accm` holds for both directions.
    pub const fn new(accm: Accm, limit: usize) -> Self {
        Codec {
            accm,
            frame: Assembly::new(limit),
            escaped: false,
            before: Some(Before::Nothing),
        }
    }
}

impl Default for Codec {
    fn default() -> Self {
        Codec::new(Accm::NONE, LIMIT)
    }
}

impl Framing for Codec {
    fn name(&self) -> &'static str {
        "octet-stuffing"
    }

    fn encode(&self, frame: &[u8], line: &mut Vec<u8>) -> Result<(), Reason> {
        fits(frame, 1, self.frame.limit())?;
        encode(frame, self.accm, line);
        Ok(())
    }

    fn decode(&mut self, line: &[u8], sink: &mut Sink<'_>) {
        self.take(line, sink);
    }

    fn end(&mut self, sink: &mut Sink<'_>) {
        self.give_up(sink);
    }

    /// A start-stop line may pause after any octet: RFC 1662 §4.4 fills the time with mark.
    fn pause(&self) -> Pause {
        Pause::Continues
    }

    fn longest(&self, octets: usize) -> usize {
        2 * octets + 2
    }

    /// Two of 256 octets become two, and the control characters that the map lists.
    fn expected(&self, octets: u32) -> f64 {
        let escaped = 2 + self.accm.0.count_ones();
        f64::from(octets) * (1.0 + f64::from(escaped) / 256.0) + 2.0
    }
}

#[cfg(test)]
mod tests;
