//! Forward error correction: redundancy by which a receiver mends what the line has damaged,
//! without asking again.
//!
//! ```text
//!   data        encode        coded          line          decode         data
//! +--------+               +-----+------+               +-----+------+   +--------+
//! |        | ------------> |     | more | ~~~ x ~~~ x ~ |  x  |   x  | --> mended |
//! +--------+               +-----+------+               +-----+------+   +--------+
//!
//!   code                   rate       mends                      adds to n octets
//!   hamming-7-4            4/7        1 bit in 7                 3n/4
//!   secded-8-4             4/8        1 bit in 8, sees 2         n
//!   secded-72-64           64/72      1 bit in 72, sees 2        1 for each 8 or part of 8
//!   reed-solomon           223/255    16 octets in 255           32 for each 223 or part
//!   convolutional          1/2        what Viterbi can           n + 2
//! ```
//! Spec: each module says its own.
//! Units: octets in and out; what is within depends on the code.
//! Checks: a decoder refuses what it sees it cannot mend; what it mends wrongly it cannot see,
//! which is why a frame check stands above it.
//! Not here: lost and inserted bits, which move everything behind them (a link that asks
//! again); line codes, whose violations are refused before any correction sees them. On an
//! emulated line, a code without violations (NRZ) leaves the errors to the correction.

pub mod convolutional;
mod galois;
pub mod hamming;
pub mod interleave;
mod layer;
pub mod reed_solomon;
pub mod secded;
#[cfg(test)]
mod tests;
pub mod viterbi;

use layercake_base::Reason;

pub use convolutional::Convolutional;
pub use hamming::{Extended, Hamming};
pub use interleave::Interleaved;
pub use layer::Corrected;
pub use reed_solomon::ReedSolomon;
pub use secded::Secded;

/// A code that mends errors: octets to more octets, and back.
///
/// The coded length says the length of the data, so that a whole transmission needs no count.
pub trait Correction {
    /// The name, one of [`NAMES`] for the usual parameters.
    fn name(&self) -> &'static str;

    /// Data bits in so many coded bits, for long data.
    fn rate(&self) -> (u32, u32);

    /// Replaces `coded` by the code of `data`.
    fn encode(&mut self, data: &[u8], coded: &mut Vec<u8>);

    /// Replaces `data` by what `coded` stands for, and gives how many errors were mended: bits,
    /// or octets for a code over octets.
    ///
    /// # Errors
    /// The [`Reason`] why it cannot be mended, or is no whole code. `data` means nothing then.
    fn decode(&mut self, coded: &[u8], data: &mut Vec<u8>) -> Result<usize, Reason>;
}

/// The names that [`named`] knows, in the order of the picture.
pub const NAMES: [&str; 5] = [
    "hamming-7-4",
    "secded-8-4",
    "secded-72-64",
    "reed-solomon",
    "convolutional",
];

/// The code with this name, with its usual parameters.
///
/// ```
/// use layercake_datalink::correct;
///
/// let mut code = correct::named("reed-solomon").unwrap();
/// let (mut coded, mut data) = (Vec::new(), Vec::new());
/// code.encode(b"sixteen wrong octets in a block are mended", &mut coded);
/// coded[5..21].fill(0);
/// assert_eq!(code.decode(&coded, &mut data)?, 16);
/// assert_eq!(data, b"sixteen wrong octets in a block are mended");
/// # Ok::<(), layercake_base::Reason>(())
/// ```
pub fn named(name: &str) -> Option<Box<dyn Correction>> {
    Some(match name {
        "hamming-7-4" => Box::new(Hamming),
        "secded-8-4" => Box::new(Extended),
        "secded-72-64" => Box::new(Secded),
        "reed-solomon" => Box::new(ReedSolomon::default()),
        "convolutional" => Box::new(Convolutional::default()),
        _ => return None,
    })
}

impl<C: Correction + ?Sized> Correction for Box<C> {
    fn name(&self) -> &'static str {
        (**self).name()
    }

    fn rate(&self) -> (u32, u32) {
        (**self).rate()
    }

    fn encode(&mut self, data: &[u8], coded: &mut Vec<u8>) {
        (**self).encode(data, coded);
    }

    fn decode(&mut self, coded: &[u8], data: &mut Vec<u8>) -> Result<usize, Reason> {
        (**self).decode(coded, data)
    }
}
