//! An end of a flow: an address, and a number at that address.

use core::fmt;
use core::net::Ipv4Addr;

use crate::Protocol;

/// What is translated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// TCP, by its ports.
    Tcp,
    /// UDP, by its ports.
    Udp,
    /// ICMP questions and their answers, by their identifier.
    Icmp,
}

/// An address and a port, or the identifier of an ICMP question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Endpoint {
    /// The host.
    pub address: Ipv4Addr,
    /// Port or identifier.
    pub port: u16,
}

impl Endpoint {
    /// This port at this address.
    pub const fn new(address: Ipv4Addr, port: u16) -> Self {
        Endpoint { address, port }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.address, self.port)
    }
}

impl Transport {
    /// The protocol that is translated so, if there is one.
    pub(super) const fn of(protocol: Protocol) -> Option<Transport> {
        match protocol {
            Protocol::TCP => Some(Transport::Tcp),
            Protocol::UDP => Some(Transport::Udp),
            Protocol::ICMP => Some(Transport::Icmp),
            _ => None,
        }
    }

    /// Octets of the shortest header.
    pub(super) const fn header(self) -> usize {
        match self {
            Transport::Tcp => 20,
            Transport::Udp | Transport::Icmp => 8,
        }
    }

    /// Where in its header the checksum stands.
    pub(super) const fn checksum_at(self) -> usize {
        match self {
            Transport::Tcp => 16,
            Transport::Udp => 6,
            Transport::Icmp => 2,
        }
    }
}

/// One of the two ends of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Source,
    Destination,
}

impl End {
    pub(super) const fn other(self) -> End {
        match self {
            End::Source => End::Destination,
            End::Destination => End::Source,
        }
    }
}
