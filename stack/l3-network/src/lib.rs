//! L3: packets that find their way.
//!
//! Header codecs, each beside the [`Layout`](layercake_base::Layout) that it is held against.
//!
//! Reading order: [`ipv4`] (the header), [`icmp`], then [`ipv6`] and [`icmpv6`].
#![forbid(unsafe_code)]

pub mod icmp;
pub mod icmpv6;
pub mod ipv4;
pub mod ipv6;
mod octets;
pub mod protocol;

pub use protocol::Protocol;

#[cfg(test)]
mod held;
#[cfg(test)]
mod samples;
