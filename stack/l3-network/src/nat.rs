//! Network address and port translation: many hosts inside share one address outside.
//!
//! ```text
//!   inside                          Nat 203.0.113.1                       outside
//!
//!   from 10.0.0.2:40000     ──▶     from 203.0.113.1:40000     ──▶     to 192.0.2.9:80
//!   from 10.0.0.3:40000     ──▶     from 203.0.113.1:51288     ──▶     to 192.0.2.9:80
//!   to   10.0.0.3:40000     ◀──     to   203.0.113.1:51288     ◀──     from 192.0.2.9:80
//! ```
//! [`Nat`] is a layer of its own below [`Ipv4`](crate::Ipv4), which sees inside addresses only:
//!
//! | packet | what happens | file |
//! |---|---|---|
//! | down, by an outside attachment | a mapping for its source is found or made; the source becomes an outside one | `outward.rs` |
//! | up, from an outside attachment | its destination has a mapping: it becomes an inside one; else it is for this node | `inward.rs` |
//! | up, from inside, to an outside address that has a mapping | both, one after the other ("hairpin") | `layer.rs` |
//! | an ICMP error | as above, and the packet that it quotes the other way round | `rewrite.rs` |
//! | a fragment | goes where its first one went; waits for that one a while | `fragments.rs` |
//! | a TCP segment | moves its connection from state to state, on which the time-out depends | `connection.rs` |
//! | sent back by the link | gets its inside source again, so that its sender can be told | `inward.rs` |
//! | of IPv6, or for a group of hosts | passes as it is | `layer.rs` |
//!
//! Mappings are endpoint-independent: one inside address and port is one outside port, whoever
//! the peer is. So is filtering: whoever sends to a mapped port gets through, to TCP with a SYN
//! or on a known connection. A port stays what it is where it is free; else it is another of its
//! class (below 1024 or not) and parity, at random. This node's own packets have mappings like
//! everybody's, so that their ports are nobody else's. What comes from outside and has no
//! mapping is this node's, but for TCP, which is discarded without a word.
//!
//! | | kept for | refreshed by |
//! |---|---|---|
//! | UDP mapping | 5 min | packets from inside |
//! | ICMP query mapping | 60 s | packets from inside |
//! | TCP connection, established | 2 h 4 min | any segment |
//! | TCP connection, opening or closed | 4 min | SYN |
//! | TCP mapping | as long as it has connections | |
//! | forward | for ever | |
//! | where fragments go | 30 s, at most 64 packets | |
//! | fragments before their first one | 5 s, at most 16 PDUs | |
//!
//! Spec: RFC 3022; RFC 4787 (UDP), 5382 (TCP), 5508 (ICMP), 6146 §3.5.2.2 by way of RFC 7857 §2
//! (states of TCP), RFC 6864 §5.3 (identifications), RFC 1624 (checksums).
//! Bound: [`Config::mappings`], [`Config::connections`], and what the table says.
//! Not here: other protocols than TCP, UDP and ICMP; limits for each host; addresses in data
//! (FTP, SIP); pools of addresses; IPv6.

mod choice;
mod connection;
mod endpoint;
mod fragments;
mod inward;
mod layer;
mod outward;
mod packet;
mod rewrite;
mod table;
#[cfg(test)]
mod tests;
mod timers;

use core::net::Ipv4Addr;

pub use endpoint::{Endpoint, Transport};
pub use layer::Nat;

/// What a NAT is told about itself.
#[derive(Clone, Debug)]
pub struct Config {
    /// The attachments to the outside.
    pub outside: Vec<Outside>,
    /// What is reachable from outside at any time. Of two that share an end the first counts.
    pub forwards: Vec<Forward>,
    /// Mappings at a time; no more than ports of one address. Forwards do not count.
    pub mappings: usize,
    /// TCP connections at a time. Those that begin outside take at most half of them.
    pub connections: usize,
}

/// An attachment to the outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outside {
    /// The attachment's number, as in `Ici::port`.
    pub port: u16,
    /// This node's address there, which all hosts inside share.
    pub address: Ipv4Addr,
}

/// A mapping that is there from the beginning and stays: a server inside, or on this node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forward {
    /// Its protocol: TCP or UDP. ICMP has no servers, and such a forward is left out.
    pub transport: Transport,
    /// Where those outside find it.
    pub outside: Endpoint,
    /// Where it is.
    pub inside: Endpoint,
}

impl Default for Config {
    /// Nothing is outside; 4096 mappings and 8192 connections: 1.2 megaoctets when all are used.
    /// A mapping of UDP takes 141 octets (`benches/nat.rs`).
    fn default() -> Self {
        Config {
            outside: Vec::new(),
            forwards: Vec::new(),
            mappings: 4096,
            connections: 8192,
        }
    }
}
