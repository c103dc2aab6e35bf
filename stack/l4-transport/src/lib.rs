//! L4: datagrams and ports.
//!
//! Reading order: [`udp`] (header and checksum), [`tcp`] is the
//! header only so far.
#![forbid(unsafe_code)]

pub mod tcp;
pub mod udp;

#[cfg(test)]
mod held;
#[cfg(test)]
mod samples;
