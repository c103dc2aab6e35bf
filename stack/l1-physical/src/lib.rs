//! L1: bits to symbols on a medium, and back.
//!
//! One line code so far, [`Manchester`]. The medium itself, with its rate, delay and noise, is
//! emulated where towers meet, in `tower`.
#![forbid(unsafe_code)]

pub mod manchester;

pub use manchester::Manchester;
