//! What a socket hands up: a message, an error that came back, or the kernel's stamp of a message that left.
//!
//! Spec: ip(7) `IP_RECVERR`, RFC 4884, Documentation/networking/timestamping.rst.
//! Not here: reading the octets (`stack/l3-network`), matching them with probes (`tools/probe`).

use std::net::{IpAddr, SocketAddr};

use crate::clock::{Moment, Realtime};

/// Names one sent message until its transmit stamp comes back; counts up from zero on each socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

/// What the send call knows about the message that it sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Under this name a transmit stamp may follow, see [`Kind::Transmitted`].
    pub ticket: Ticket,
    /// Both clocks just before the send call.
    pub before: Moment,
}

/// One thing that came out of a socket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// What it is and whom it is from.
    pub kind: Kind,
    /// For a message: the ICMP message or UDP payload, without any IP header.
    /// For an error: the part of our own message that came back quoted: from the ICMP header on for an ICMP socket,
    /// from the first octet after the UDP header for a UDP socket. Empty for a transmit stamp.
    pub octets: Vec<u8>,
    /// The IPv4 header that stood in front, where the socket is raw and the family IPv4.
    pub header: Option<Vec<u8>>,
    /// Time to live (IPv4) or hop limit (IPv6) that the packet arrived with; for an error, that of the ICMP error.
    pub time_to_live: Option<u8>,
    /// Type of service (IPv4) or traffic class (IPv6) that the packet arrived with.
    pub traffic_class: Option<u8>,
    /// When the kernel took the packet from the interface; for a transmit stamp, when it gave it to the interface.
    pub kernel_time: Option<Realtime>,
    /// Both clocks just after the receive call.
    pub moment: Moment,
    /// The octets were longer than the receive buffer of 64 KiB.
    pub truncated: bool,
}

/// The three kinds of arrivals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A message from a peer.
    Message {
        /// Who sent it; the port is zero for ICMP, the scope is that of a link-local IPv6 address.
        from: SocketAddr,
    },
    /// Something that we sent could not be delivered.
    Error(ErrorReport),
    /// The kernel handed a message of ours to the interface at `kernel_time`.
    Transmitted(Ticket),
}

/// One entry of the socket's error queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorReport {
    /// Who found the error.
    pub origin: Origin,
    /// ICMP or ICMPv6 type; zero for a local error.
    pub icmp_type: u8,
    /// ICMP or ICMPv6 code; zero for a local error.
    pub icmp_code: u8,
    /// The error number that the kernel made of it (`EHOSTUNREACH` for an expired time to live, and so on).
    pub errno: i32,
    /// The node that sent the ICMP error.
    pub offender: Option<IpAddr>,
    /// Further information: the MTU for "fragmentation needed", "packet too big" and a local `EMSGSIZE`.
    pub info: u32,
    /// Where the message was bound for when it failed; its port tells classic UDP probes apart.
    pub destination: Option<SocketAddr>,
    /// Where an extension structure (RFC 4884) starts in the quoted octets, and whether its checksum holds.
    pub extension: Option<Extension>,
}

/// The place of an ICMP extension structure, as the kernel (5.9 and later) validated it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Octets from the start of [`Received::octets`] to the extension header.
    pub offset: usize,
    /// False when version, checksum or an object length is wrong.
    pub valid: bool,
}

/// Who found an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// This host, before anything left it.
    Local,
    /// An ICMP message (RFC 792).
    Icmp,
    /// An ICMPv6 message (RFC 4443).
    Icmp6,
    /// Another source, by its number in `linux/errqueue.h`.
    Other(u8),
}

impl Origin {
    pub(crate) fn from_number(number: u8) -> Self {
        match number {
            libc::SO_EE_ORIGIN_LOCAL => Self::Local,
            libc::SO_EE_ORIGIN_ICMP => Self::Icmp,
            libc::SO_EE_ORIGIN_ICMP6 => Self::Icmp6,
            other => Self::Other(other),
        }
    }
}

/// How a wait ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(
    clippy::large_enum_variant,
    reason = "one value on the stack for each wait; a box would allocate for each packet"
)]
pub enum Arrival {
    /// Something arrived.
    Received(Received),
    /// The deadline passed first.
    Deadline,
    /// A watched signal came first; ask the [`Signals`](crate::signal::Signals) which.
    Signal,
}
