//! A stateless filter: rules, read from the first to the last, say what may pass.
//!
//! ```text
//!   drop in on 1 from 10.0.0.0/8                       a forged inside address, from outside
//!   accept in on 1 tcp established                     answers to connections from inside
//!   accept in on 1 tcp to 10.0.0.2 port 80-81          the server
//!   accept icmp type 8                                 pings, both ways
//!   reject out udp to any port 137-139                 and the sender is told
//!   drop in on 1                                       anything else from outside
//! ```
//! A rule is an action and conditions, all of which must hold, in this order and each left out
//! where it does not matter:
//!
//! | words | hold for |
//! |---|---|
//! | `accept`, `drop`, `reject` | the action: let pass; discard without a word; discard and tell the sender |
//! | `in`, `out` | what comes from an attachment; what goes to one |
//! | `on` N | attachment N of this node |
//! | `tcp`, `udp`, `icmp`, `icmpv6`, `protocol` N | that protocol, behind IPv6's extension headers too |
//! | `from` A, `to` A | source, destination: an address, a prefix, or `any` |
//! | … `port` P | behind `from` or `to`: a port, or a range P-Q, of TCP or UDP |
//! | `type` N, `type` N `code` M | ICMP and ICMPv6 messages |
//! | `established` | TCP segments with ACK or RST: all of a connection but its first |
//! | `fragments` | fragments, first ones too |
//!
//! The first rule that holds decides. What no rule holds for passes; so the last rule, with an
//! action alone, is the policy.
//!
//! A fragment other than the first has no ports, flags or types. A rule that asks for them and
//! accepts holds for it all the same, if the rest holds: without its first one it is of no use to
//! anybody. One that drops does not. Whatever the rules, discarded are a first fragment too short
//! for what a rule asks of it, for TCP's header or IPv6's chain of headers (RFC 7112 §5), and a
//! fragment of TCP from octet 8 on, which would write over flags that were judged (RFC 1858 §4,
//! RFC 3128 §4).
//!
//! [`Filter`] is a layer of its own below the network layers, and above [`Nat`](crate::Nat) where
//! there is one: it sees inside addresses. What it rejects goes up with [`Bounce::Prohibited`],
//! so that the network layer tells the sender (ICMP 3 code 13, ICMPv6 1 code 1).
//!
//! Spec: RFC 1812 §5.3.9 (filters of routers); RFC 1858 and 3128 (fragments); RFC 4890 says
//! which ICMPv6 should pass. Neighbour discovery and ARP are below, and not filtered.
//! Bound: no state; a packet costs at most one look at each rule.
//! Not here: states of connections; what is behind an authentication header.
//!
//! [`Bounce::Prohibited`]: layercake_base::Bounce::Prohibited

mod layer;
mod packet;
mod rule;
#[cfg(test)]
mod tests;
mod text;

pub use layer::Filter;
pub use rule::{Action, Message, Ports, Rule};
pub use text::BadRule;
