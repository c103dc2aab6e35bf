//! Which way a packet goes: the longest prefix that fits its destination.
//!
//! Spec: RFC 1812 §5.2.4.3 (longest match first, then the best metric); RFC 2992 (several equal
//! next hops, chosen by a hash of the flow).
//! Not here: protocols that find routes.

mod flow;
mod prefix;
mod shared;
mod table;
mod trie;

use core::net::IpAddr;

pub use flow::Flow;
pub use prefix::{BadPrefix, Prefix};
pub use shared::SharedTable;
pub use table::Table;
pub use trie::Trie;

/// One way to a set of destinations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// Where it leads to.
    pub prefix: Prefix,
    /// The router that the packet goes to next; `None` when the destinations are neighbours.
    pub next_hop: Option<IpAddr>,
    /// The attachment that it goes out by.
    pub port: u16,
    /// Of routes with the same prefix only those with the smallest metric count.
    pub metric: u32,
}
