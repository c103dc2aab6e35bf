//! L1: bits to symbols on a medium, and back.
//!
//! A [`LineCode`] turns octets into the symbols of an [`Alphabet`]; [`Coded`] makes a layer of
//! any of them, [`code::named`] finds one by name. [`Manchester`] is a layer by itself.
//! [`analog`] is the line between two stations: waveforms, noise, receivers, bit error rates. The
//! medium with its rate, delay and loss is emulated where towers meet, in `tower`.
#![forbid(unsafe_code)]

mod alphabet;
pub mod analog;
mod bit_order;
mod bits;
pub mod code;
mod coded;
pub mod manchester;
pub mod sync;

pub use alphabet::Alphabet;
pub use bit_order::BitOrder;
pub use code::LineCode;
pub use coded::Coded;
pub use manchester::Manchester;
pub use sync::Preamble;
