//! L3: packets that find their way.
//!
//! A host hands its packets to the right neighbour, a router hands on those of others, and both
//! tell the sender when a packet dies. The codecs stand alone, each beside the
//! [`Layout`](layercake_base::Layout) that it is held against; layers use them: [`Ipv4`] moves
//! packets, [`Icmp`] above it answers questions and tells what errors mean. [`Ipv6`] and
//! [`Icmpv6`] do the same for the larger addresses, and [`Ndp`] finds the neighbours for them.
//!
//! [`Rip`] finds routes for it, as a user of UDP, and [`LinkState`] beside [`Icmp`].
//!
//! [`PathMtu`] finds by probes alone how large a packet gets through, for any protocol.
//!
//! Below [`Ipv4`] and [`Ipv6`], [`Filter`] lets pass what its rules let pass; below that, [`Nat`]
//! lets many hosts share one address.
//!
//! Reading order: [`ipv4`] (the header), [`icmp`], [`route`], [`rip`], then `ipv4/layer.rs` and the files
//! that it names; [`ipv6`] and [`icmpv6`] in the same order, [`ndp`].
#![forbid(unsafe_code)]

mod destinations;
pub mod filter;
pub mod icmp;
pub mod icmpv6;
pub mod ipv4;
pub mod ipv6;
pub mod link_state;
pub mod nat;
pub mod ndp;
mod octets;
pub mod path_mtu;
pub mod protocol;
mod quote;
mod rate;
mod reassembly;
pub mod rip;
pub mod route;
mod time_of_day;

pub use filter::Filter;
pub use icmp::Icmp;
pub use icmpv6::Icmpv6;
pub use ipv4::Ipv4;
pub use ipv6::Ipv6;
pub use link_state::LinkState;
pub use nat::Nat;
pub use ndp::Ndp;
pub use path_mtu::PathMtu;
pub use protocol::Protocol;
pub use rip::Rip;
pub use time_of_day::NO_STANDARD_TIME;

#[cfg(test)]
mod held;
#[cfg(test)]
mod rig;
#[cfg(test)]
mod samples;
