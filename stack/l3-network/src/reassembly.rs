//! Packets of which some fragments have come and some have not: what IPv4 and IPv6 share.
//!
//! ```text
//!          0       1480      2960         4440  4508
//!          +---------+ . . . . +------------+-----+
//! packet   | piece 0 |  hole   |  piece 2   | last|      have 3028 of 4508 octets
//!          +---------+ . . . . +------------+-----+
//!
//!          +------------+-----+---------+
//! memory   |  piece 2   | last| piece 0 |                 one behind the other, as they came
//!          +------------+-----+---------+
//! ```
//! Pieces may come in any order. No two may overlap, so that the packet is whole when as many
//! octets are there as the last piece says; what RFC 815 calls holes are the gaps between the
//! pieces, and need no list of their own. Nor do they need memory: a packet takes what has
//! really come of it, at most doubled, and each octet is put in its place once, in the end.
//!
//! | a fragment | what happens |
//! |---|---|
//! | the same octets in the same place as one before it | discard it alone |
//! | overlaps another; contradicts the length that is known | discard the whole packet, and what is still to come of it |
//! | closes the last hole | the packet is whole |
//! | too many packets or octets wait | discard the oldest packet of the sender that has most, if that is more than its share; else the oldest of all |
//!
//! A sender's share is an eighth of the packets and an eighth of the memory; all IPv6 addresses of
//! a network of 64 bits have one, since a single host may use them all. It counts only when
//! all is taken, so that one busy sender may use what nobody else wants; a sender that floods
//! then drives out its own packets. Against a flood whose sources are all made up no share helps:
//! the oldest goes, since the newest are the likeliest to become whole.
//!
//! Spec: RFC 791 §3.2; RFC 815; RFC 3168 §5.3 (congestion marks); overlaps by the rule of RFC
//! 5722 §3, for IPv4 too, since what RFC 791 says (the later octets win) is how filters are
//! passed by.  Units: octets.
//! Bound: [`Reassembly::octets`] of data and lists of pieces, and [`Reassembly::packets`] PDUs.
//! Not here: headers, and what is told to senders (`ipv4/reassembly.rs`).

mod marks;
#[cfg(test)]
pub(crate) mod model;
mod packet;
mod shares;
mod store;
mod waiting;

use core::net::IpAddr;
use core::time::Duration;

pub(crate) use packet::{Face, Packet};
pub(crate) use waiting::{Fragment, Waiting};

/// What all fragments of a packet have in common.
pub(crate) trait Key: Copy + PartialEq {
    /// Whose share the packet counts for.
    fn sender(&self) -> IpAddr;

    /// The number by which the sender tells its packets apart.
    fn identification(&self) -> u32;
}

/// How much a node keeps of packets that are not whole yet, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reassembly {
    /// Seconds from the first fragment that comes until the packet is given up; from 15
    /// (RFC 791 §3.2) to 120, the upper end of what RFC 1122 §3.3.2 says. What is less or more
    /// counts as that.
    pub time: Duration,
    /// Packets at a time, at least one; each keeps one PDU.
    pub packets: usize,
    /// Octets of memory for data and lists of pieces, at least [`Reassembly::LEAST`], which is
    /// what a single packet may need.
    pub octets: usize,
}

impl Reassembly {
    /// What a single packet may need: 64 KiB of data, and 8192 pieces of 6 octets.
    pub const LEAST: usize = (64 + 48) * 1024;

    /// A sender has a share of one part in so many.
    const SHARES: usize = 8;

    /// The same within the limits of each field.
    fn clamped(self) -> Self {
        let [least, most] = [15, 120].map(Duration::from_secs);
        Reassembly {
            time: self.time.clamp(least, most),
            packets: self.packets.max(1),
            octets: self.octets.max(Self::LEAST),
        }
    }
}

impl Default for Reassembly {
    /// One minute (RFC 1122 §3.3.2), 64 packets, 1 MiB.
    fn default() -> Self {
        Reassembly {
            time: Duration::from_secs(60),
            packets: 64,
            octets: 1024 * 1024,
        }
    }
}
