//! The analogue side of the line: what becomes of levels between two stations.
//!
//! ```text
//!  levels       edges          low pass, loss     noise          decisions
//!  +1  +--+     +  /--\        _.--._             ,.-~,          | x  |
//!  -1 -+  +-    --/    \--   .'      '._       ~.'     '~.~      x    | x
//!              rise, drift,    bandwidth,                    threshold or
//!              jitter          attenuation     sigma         matched filter
//!  &[i8]  -->  Channel::transmit  ------------> Waveform --> Receiver::receive
//!                                                   |             ^
//!                                                   +-> ClockRecovery
//! ```
//! Units: time in symbol times of the receiver's nominal clock, voltage in levels (the distance
//! from 0 to +1 where it is sent), frequency in symbol rates. A sample stands for the middle of
//! its interval.
//! Not here: bits and symbols (the line codes), what is done with a wrong bit (`l2-datalink`),
//! echoes and crosstalk, duplex on one pair.
//!
//! Everything here repeats exactly: the same levels, channel and seed give the same samples on
//! every machine, because only exactly rounded arithmetic is used ([`layercake_base::exact`]).

mod channel;
mod noise;
mod receiver;
mod recovery;
mod slicer;
mod waveform;

pub mod ber;
pub mod theory;

pub use channel::Channel;
pub use noise::add_noise;
pub use receiver::{Decision, Filter, Receiver};
pub use recovery::ClockRecovery;
pub use waveform::Waveform;

/// A number as a count or a place: zero below zero and for what is not a number.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "floating-point casts saturate, which is the wanted result"
)]
fn whole(number: f64) -> usize {
    number as usize
}

/// A value from zero to `most`; zero for what is not a number.
fn bounded(value: f64, most: f64) -> f64 {
    if value > 0.0 { value.min(most) } else { 0.0 }
}

/// A count as a number, exactly up to 2^53.
#[expect(clippy::cast_precision_loss, reason = "no row of samples is that long")]
fn float(count: usize) -> f64 {
    count as f64
}
