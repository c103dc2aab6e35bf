//! HDLC framing: where a frame begins and ends in a run of bits.
//!
//! ```text
//!  flag      frame, least significant bit of each octet first,      flag      idle
//!            a 0 stuffed after every five ones
//! +---------+-----------------------------------------------------+---------+------+
//! | 01111110|  1 1 1 1 1 0 1 1 1 …                                | 01111110| 11…  |
//! +---------+-----------------------------------------------------+---------+------+
//! ```
//! Spec: RFC 1662 §5 (bit-synchronous framing), after ISO/IEC 13239.
//! Units: bits; they fill octets from the least significant bit on, the order of the wire.
//! Checks: a flag in front, a flag behind, no run of seven ones (an abort), whole octets.
//! Not here: octet stuffing ([`octet_stuffing`](crate::octet_stuffing)).
//!
//! A flag has six ones in a row, and stuffing sees to it that the frame never has: the receiver
//! drops the 0 after five ones, and takes a sixth for a flag, a seventh for an abort.
//!
//! One flag may end a frame and begin the next, and two may share a 0. Ones between flags are
//! idle time: fewer than eight of them are what fills the last octet of a transmission, and no
//! frame; seven and more are a line at rest, which aborts a frame only if it was under way.

mod bits;
mod receiver;
mod stuffing;
mod unstuffing;

use layercake_base::Reason;

use crate::framing::{Assembly, Framed, Framing, LIMIT, Pause, Sink, fits};

use receiver::Receiver;
pub use stuffing::encode;

/// The flag sequence: six ones between zeros. RFC 1662 §5.1.
pub const FLAG: u8 = 0b0111_1110;
/// Ones in a row after which a 0 is stuffed. RFC 1662 §5.2.
const MOST_ONES: u8 = 5;
/// The same as a number of bits.
const RUN: usize = MOST_ONES as usize;

/// The layer that frames with flags and stuffed bits. Idle ones fill the last octet.
pub type Hdlc = Framed<Codec>;

/// Bit stuffing both ways, for one attachment.
#[derive(Clone, Debug)]
pub struct Codec {
    receiver: Receiver,
}

impl Codec {
    /// Takes frames of at most `limit` octets.
    pub const fn new(limit: usize) -> Self {
        Codec {
            receiver: Receiver::new(Assembly::new(limit)),
        }
    }
}

impl Default for Codec {
    fn default() -> Self {
        Codec::new(LIMIT)
    }
}

impl Framing for Codec {
    fn name(&self) -> &'static str {
        "hdlc"
    }

    fn encode(&self, frame: &[u8], line: &mut Vec<u8>) -> Result<(), Reason> {
        fits(frame, 1, self.receiver.limit())?;
        encode(frame, line);
        Ok(())
    }

    fn decode(&mut self, line: &[u8], sink: &mut Sink<'_>) {
        self.receiver.take(line, sink);
    }

    fn end(&mut self, sink: &mut Sink<'_>) {
        self.receiver.give_up(sink);
    }

    /// Bits follow each other without a gap; a silent line is an idle one, and idle ones abort.
    fn pause(&self) -> Pause {
        Pause::Ends
    }

    /// A bit for each five, and the two flags; ones fill the last octet.
    fn longest(&self, octets: usize) -> usize {
        (octets * 8 + octets * 8 / RUN).div_ceil(8) + 2
    }

    /// Five ones in a row come about every 2 + 4 + 8 + 16 + 32 = 62 random bits. The last octet
    /// is filled with 0 to 7 ones, all about equally likely.
    fn expected(&self, octets: u32) -> f64 {
        f64::from(octets) * (1.0 + 1.0 / 62.0) + 2.0 + 3.5 / 8.0
    }
}

#[cfg(test)]
mod tests;
