//! Trace: asks every router on the way to a target to say its name.
//!
//! ```text
//!   probes to hop   1   2   3  …  16 | 17  18  …  32 | …
//!   at once         q   q   q      q |  1   1      1 |       q probes each, then scouts
//!                                    ^ frontier      ^ moves on when the answers have come
//! ```
//! A router that drops a packet whose time to live ran out says so to its sender (RFC 792, type
//! 11; RFC 4443, type 3). All probes to the first 16 hops go out at once, so a trace usually
//! takes one round trip. Beyond that, one scout for each of the next 16 hops goes first, so that
//! few packets are wasted behind the target; where scouts are answered, the other probes follow.
//!
//! Which probe an answer belongs to is told by the quoted packet alone: by sequence number
//! (ICMP), destination port (UDP by default) or source port (UDP to one port). Send times stay in
//! a table of ours; nothing that comes back is trusted with them.
//!
//! Spec: RFC 792, RFC 4443, RFC 4884; traceroute(8).
//! Not here: opening sockets, reading octets (`tools/kit`), names of addresses ([`Names`]).

mod answer;
mod engine;
#[cfg(test)]
mod fake;
mod identity;
mod plan;
#[cfg(test)]
mod properties;
mod reach;
mod record;
mod table;
#[cfg(test)]
mod tests;
mod text;

pub use answer::{Meaning, Refusal};
pub use engine::Trace;
pub use plan::{Method, Plan, PlanError, Waits};
pub use record::{Position, Record};
pub use text::{Names, Text};
