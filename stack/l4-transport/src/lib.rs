//! L4: datagrams and ports.
//!
//! Reading order: [`udp`] (the header), `udp/checksum.rs`, then the layer [`Udp`] in
//! `udp/layer.rs`; [`tcp`] is the header only so far.
#![forbid(unsafe_code)]

pub mod tcp;
pub mod udp;

pub use udp::Udp;

#[cfg(test)]
mod held;
#[cfg(test)]
mod samples;
