//! What a caller chooses when it opens a socket and when it sends one message.
//!
//! Spec: ip(7), ipv6(7), socket(7).
//! Not here: how the choices reach the kernel (`linux::channel`).

use std::net::{IpAddr, SocketAddr};

/// The version of the internet protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl Family {
    /// The family of an address.
    #[must_use]
    pub fn of(address: &IpAddr) -> Self {
        if address.is_ipv4() {
            Self::V4
        } else {
            Self::V6
        }
    }
}

/// Choices for the life of a socket. The default asks for nothing special.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenOptions {
    /// Source address, and source port for UDP (zero lets the kernel choose).
    pub source: Option<SocketAddr>,
    /// Interface to send from and receive on (`SO_BINDTODEVICE`), by name.
    pub interface: Option<String>,
    /// ICMP identifier; `None` lets the kernel choose (datagram) or takes the process id (raw).
    pub identifier: Option<u16>,
    /// Ask the kernel for a stamp of each message that leaves; costs one more system call for each. (Stamps of those
    /// that arrive are always on; the first socket of the host to ask for them turns them on some milliseconds late,
    /// and what arrives earlier has none.)
    pub transmit_stamps: bool,
    /// Allow broadcast destinations (`SO_BROADCAST`).
    pub broadcast: bool,
    /// Receive buffer of the kernel in octets; `None` keeps the default of the system.
    pub receive_buffer: Option<usize>,
}

/// Choices for one message. The default leaves everything to the kernel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SendOptions {
    /// Time to live (IPv4) or hop limit (IPv6), 1 to 255.
    pub time_to_live: Option<u8>,
    /// Type of service (IPv4) or traffic class (IPv6).
    pub traffic_class: Option<u8>,
    /// Whether the message may be cut on its way. Kept by the socket until another message says otherwise.
    pub fragmentation: Option<Fragmentation>,
}

/// Path MTU discovery of a message: `IP_MTU_DISCOVER` in ip(7), `IPV6_MTU_DISCOVER` in ipv6(7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fragmentation {
    /// "Don't Fragment" is set, unless the message is larger than the path MTU that the kernel knows: then it is cut
    /// here (`ping -M want`).
    Want,
    /// Routers and this host may cut the message: "Don't Fragment" is clear (`ping -M dont`).
    Allow,
    /// "Don't Fragment" is set; longer than the known path MTU is a local error (`ping -M do`).
    Forbid,
    /// "Don't Fragment" is set and the known path MTU is ignored: only the interface limits (`ping -M probe`).
    Probe,
}
