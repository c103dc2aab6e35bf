//! Framing: how a receiver that only sees a run of octets or bits knows where frames begin and
//! end.
//!
//! ```text
//!   framing           a frame is found by               adds: always   random octets   at most
//! +----------------+----------------------------------+-------------+--------------+----------+
//! | hdlc           | a bit pattern that data never has |  2 octets   | 1 bit in 62  |  20 %    |
//! | octet-stuffing | an octet that data never has      |  2 octets   | 2 of 256     | 100 %    |
//! | slip           | the same, with other octets       |  2 octets   | 2 of 256     | 100 %    |
//! | cobs           | the octet 0, taken out of data    |  2 octets   | 0.23 %       | 1 in 254 |
//! | length-count   | a count in front                  |  4 octets   | nothing      | nothing  |
//! +----------------+----------------------------------+-------------+--------------+----------+
//! ```
//! After one error on the line each finds its frames again; so many in a row are lost at most:
//!
//! ```text
//!   framing           a bit flipped   an octet lost   an octet inserted
//! +----------------+---------------+---------------+-------------------+
//! | hdlc           |       1       |       1       |         1         |
//! | octet-stuffing |       1       |       1       |         1         |
//! | slip           |       1       |       1       |         1         |
//! | cobs           |       2       |       2       |         1         |
//! | length-count   |       1       |       2       |         1         |
//! |   with silence |       1       |       1       |         1         |   between the frames
//! +----------------+---------------+---------------+-------------------+
//! ```
//! Units: octets; [`hdlc`] alone works on bits, least significant first.
//! Checks: each framing refuses what it can see is wrong, with a [`Reason`]; a frame larger than
//! its limit is refused whole. Memory is bounded by that limit, whatever the line holds.
//! Not here: whether a frame arrived as it was sent ([`frame_check`](crate::frame_check)).

mod assembly;
mod layer;

use layercake_base::Reason;

use crate::{cobs, hdlc, length_count, octet_stuffing, slip};

pub(crate) use assembly::Assembly;
pub use layer::Framed;

/// The names that [`named`] knows, in the order of the picture.
pub const NAMES: [&str; 5] = ["hdlc", "octet-stuffing", "slip", "cobs", "length-count"];

/// Octets of the largest frame that a codec takes unless told otherwise: the largest IP packet
/// and a KiB of headers and trailers.
pub const LIMIT: usize = 65 * 1024;

/// What a decoder finds on the line: a frame, or why there is none.
pub type Found<'a> = Result<&'a [u8], Reason>;

/// Who hears what a decoder finds.
pub type Sink<'a> = dyn FnMut(Found<'_>) + 'a;

/// What it means that a transmission ends and the medium falls silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// Nothing: the next transmission goes on in the middle of a frame. A start-stop line
    /// (RS-232) may pause after any octet.
    Continues,
    /// What is incomplete stays so and is refused; the next transmission begins afresh.
    Ends,
}

/// A way to tell where frames begin and end, both ways, for one attachment.
///
/// The decoder takes the line in pieces of any size and finds the same whatever the pieces. It
/// always finds back: after an error it skips to where the next frame can begin.
pub trait Framing {
    /// The name, one of [`NAMES`].
    fn name(&self) -> &'static str;

    /// Appends `frame` to `line` as it goes out.
    ///
    /// # Errors
    /// [`Reason::TooLong`] when the frame is larger than this framing can mark or the decoder
    /// takes, [`Reason::TooShort`] when it has no octet and this framing could not tell it from
    /// nothing. `line` is as it was then.
    fn encode(&self, frame: &[u8], line: &mut Vec<u8>) -> Result<(), Reason>;

    /// Takes the next piece of the line and tells `sink` each frame, and each reason why there
    /// is none.
    fn decode(&mut self, line: &[u8], sink: &mut Sink<'_>);

    /// The transmission, file or connection is over: what is incomplete is refused, and what
    /// comes next is a new beginning.
    fn end(&mut self, sink: &mut Sink<'_>);

    /// What silence on the medium means, unless the layer is told otherwise.
    fn pause(&self) -> Pause;

    /// The most octets that a frame of `octets` becomes on the line. Some frame reaches it.
    fn longest(&self, octets: usize) -> usize;

    /// The octets that a frame of `octets` random ones becomes on the line, on average.
    fn expected(&self, octets: u32) -> f64;
}

/// The framing with this name, with its usual settings.
///
/// ```
/// use layercake_datalink::framing::{self, Framing};
///
/// let mut cobs = framing::named("cobs").unwrap();
/// let mut line = Vec::new();
/// cobs.encode(b"a\0b", &mut line)?;
/// assert_eq!(line, b"\x02a\x02b\0");
/// cobs.decode(&line, &mut |found| assert_eq!(found, Ok(&b"a\0b"[..])));
/// # Ok::<(), layercake_base::Reason>(())
/// ```
pub fn named(name: &str) -> Option<Box<dyn Framing>> {
    Some(match name {
        "hdlc" => Box::new(hdlc::Codec::default()),
        "octet-stuffing" => Box::new(octet_stuffing::Codec::default()),
        "slip" => Box::new(slip::Codec::default()),
        "cobs" => Box::new(cobs::Codec::default()),
        "length-count" => Box::new(length_count::Codec::default()),
        _ => return None,
    })
}

impl<F: Framing + ?Sized> Framing for Box<F> {
    fn name(&self) -> &'static str {
        (**self).name()
    }

    fn encode(&self, frame: &[u8], line: &mut Vec<u8>) -> Result<(), Reason> {
        (**self).encode(frame, line)
    }

    fn decode(&mut self, line: &[u8], sink: &mut Sink<'_>) {
        (**self).decode(line, sink);
    }

    fn end(&mut self, sink: &mut Sink<'_>) {
        (**self).end(sink);
    }

    fn pause(&self) -> Pause {
        (**self).pause()
    }

    fn longest(&self, octets: usize) -> usize {
        (**self).longest(octets)
    }

    fn expected(&self, octets: u32) -> f64 {
        (**self).expected(octets)
    }
}

/// Refuses to send a frame that has fewer octets than `least` or more than `most`.
pub(crate) fn fits(frame: &[u8], least: usize, most: usize) -> Result<(), Reason> {
    let (field, have) = ("frame", frame.len());
    if have < least {
        let need = least;
        return Err(Reason::TooShort { field, need, have });
    }
    if have > most {
        return Err(Reason::TooLong { field, have, most });
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests;
