//! Length count: a header says how many octets of frame follow it, so the frame is sent as it
//! is.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +-------------------------------+-------------------------------+
//! |             Count             |         Header Check          |
//! +-------------------------------+-------------------------------+
//! ```
//! Spec: our own, after the idea of DDCMP (a count in front, with a check of its own) and of
//! ITU-T G.7041 (GFP), whose core header has these two fields and whose receiver hunts.
//! Units: octets, big-endian.
//! Checks: the header check, a CRC-16 over the count; the limit on frames.
//! Not here: interworking with DDCMP or GFP; correction of a single wrong bit in the header.
//!
//! A count costs least and loses most. When it is wrong, the receiver takes the next header for
//! data and data for the next header, and never knows again where it is, for nothing on the line
//! looks like a beginning. Two things bring it back:
//!
//! - silence, where a transmission begins with a header ([`Pause::Ends`]);
//! - the header check: the receiver goes on octet by octet until four in a row check. Four
//!   random octets do so once in 65536 times, and the false frame then swallows as many octets
//!   as its count says; a check sequence over the frame sees that.

mod decode;

use crc::{CRC_16_IBM_3740, Crc, Table};
use layercake_base::layout::Kind;
use layercake_base::{Layout, Reason};

use crate::framing::{Assembly, Framed, Framing, LIMIT, Pause, Sink, fits};

/// Octets of the header.
pub const OCTETS: usize = 4;
/// The largest count.
pub const MOST: usize = 0xffff;

/// The header, bit by bit.
pub static LAYOUT: Layout = Layout {
    protocol: "Length count",
    spec: "after ITU-T G.7041",
    fields: &[
        Layout::field(
            0,
            16,
            "Count",
            Kind::Number("octets"),
            "of the frame behind the header",
            "after ITU-T G.7041",
        ),
        Layout::field(
            16,
            16,
            "Header Check",
            Kind::Checksum,
            "CRC-16 over the count",
            "after ITU-T G.7041",
        ),
    ],
};

/// The check of the header. Preset to ones, so that four zeros are no header.
static CHECK: Crc<u16, Table<1>> = Crc::<u16, Table<1>>::new(&CRC_16_IBM_3740);

/// The layer that frames with a count.
pub type LengthCount = Framed<Codec>;

/// The header of a frame of `count` octets.
pub fn header(count: u16) -> [u8; OCTETS] {
    let [a, b] = count.to_be_bytes();
    let [c, d] = CHECK.checksum(&[a, b]).to_be_bytes();
    [a, b, c, d]
}

/// Appends `frame` to `line`, behind its header.
///
/// # Errors
/// [`Reason::TooLong`] for more than [`MOST`] octets.
pub fn encode(frame: &[u8], line: &mut Vec<u8>) -> Result<(), Reason> {
    let (field, have, most) = ("frame", frame.len(), MOST);
    let too_long = Reason::TooLong { field, have, most };
    let count = u16::try_from(frame.len()).map_err(|_| too_long)?;
    line.extend_from_slice(&header(count));
    line.extend_from_slice(frame);
    Ok(())
}

/// A length count both ways, for one attachment.
#[derive(Clone, Debug)]
pub struct Codec {
    frame: Assembly,
    state: State,
}

/// What the receiver is waiting for.
#[derive(Clone, Copy, Debug)]
enum State {
    /// The header, of which some octets are here.
    Header(Window),
    /// A header anywhere: the last one did not check. G.7041 calls it hunt.
    Hunt(Window),
    /// Octets of the frame.
    Body { left: usize },
}

/// The last octets, up to four, the newest in the lowest place.
#[derive(Clone, Copy, Debug, Default)]
struct Window {
    octets: u32,
    have: usize,
}

impl Codec {
    /// Takes frames of at most `limit` octets, and never more than [`MOST`].
    pub const fn new(limit: usize) -> Self {
        let limit = if limit < MOST { limit } else { MOST };
        let window = Window { octets: 0, have: 0 };
        Codec {
            frame: Assembly::new(limit),
            state: State::Header(window),
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
        "length-count"
    }

    fn encode(&self, frame: &[u8], line: &mut Vec<u8>) -> Result<(), Reason> {
        fits(frame, 0, self.frame.limit())?;
        encode(frame, line)
    }

    fn decode(&mut self, line: &[u8], sink: &mut Sink<'_>) {
        self.take(line, sink);
    }

    fn end(&mut self, sink: &mut Sink<'_>) {
        self.give_up(sink);
    }

    /// The surest way back to a header.
    fn pause(&self) -> Pause {
        Pause::Ends
    }

    fn longest(&self, octets: usize) -> usize {
        octets + OCTETS
    }

    fn expected(&self, octets: u32) -> f64 {
        f64::from(octets) + 4.0
    }
}

#[cfg(test)]
mod tests;
