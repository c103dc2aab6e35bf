//! Neighbour discovery: who is on the link, where on it, and who routes there.
//!
//! Below [`Ipv6`](crate::ipv6) and above Ethernet, [`Ndp`] is to IPv6 what ARP is to IPv4, and
//! more: it finds link addresses, and finds out when neighbours are there no longer.
//!
//! Spec: RFC 4861 (neighbour discovery), RFC 4862 (addresses that stations make), RFC 2464 (on
//! Ethernet), RFC 4191 (preferences of routers), RFC 5942 (what is on the link), RFC 6980 (no
//! fragments), RFC 7217 (stable addresses), RFC 7527 (nonces), RFC 7559 (patient hosts), RFC 8106
//! (name servers).
//! Units: octets, big-endian; times as [`Duration`](core::time::Duration).
//! Checks: `arrival.rs` has what a packet with a message must be, [`message`] and [`option`] what
//! these must be.
//! Not here: proxies (RFC 4861 §7.2.8), anycast, DHCPv6, temporary addresses (RFC 8981), secure neighbour discovery (RFC 3971).
//!
//! Reading order: [`message`], [`option`], `state`, `cache`, `layer`, `hear`, `claim`, `own`,
//! `host`, `solicit`, `advertise`, `tick`.

mod advertise;
mod arrival;
mod cache;
mod claim;
mod group;
mod hear;
mod host;
mod identifier;
mod layer;
mod lifetime;
pub mod message;
mod neighbour;
pub mod option;
mod own;
mod preference;
mod say;
mod solicit;
mod state;
mod tick;
mod timers;

pub use advertise::Advertising;
pub use group::solicited_node;
pub use identifier::{Identifiers, eui_64, link_local};
pub use layer::Ndp;
pub use message::Message;
pub use preference::Preference;

#[cfg(test)]
mod samples;
