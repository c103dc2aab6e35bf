//! One rule: an action, and what must hold.

use core::net::IpAddr;

use layercake_base::{Direction, Reason};

use super::packet::{Head, Packet};
use crate::Protocol;
use crate::octets::too_short;
use crate::route::Prefix;

/// What becomes of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// It passes.
    Accept,
    /// It is discarded, and nobody is told.
    Drop,
    /// It is discarded, and its sender is told.
    Reject,
}

/// Ports from the first to the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ports {
    /// The first.
    pub first: u16,
    /// The last, not below the first.
    pub last: u16,
}

/// Messages of ICMP or ICMPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    /// Their type.
    pub kind: u8,
    /// Their code; `None` for any.
    pub code: Option<u8>,
}

/// An action, and what must hold for it; `None` for what does not matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What becomes of a packet.
    pub action: Action,
    /// Up from an attachment, or down to one.
    pub way: Option<Direction>,
    /// Which attachment.
    pub port: Option<u16>,
    /// What the packet carries, behind IPv6's extension headers.
    pub protocol: Option<Protocol>,
    /// Who sent it.
    pub source: Option<Prefix>,
    /// From which port of TCP or UDP.
    pub source_ports: Option<Ports>,
    /// Who shall get it.
    pub destination: Option<Prefix>,
    /// At which port of TCP or UDP.
    pub destination_ports: Option<Ports>,
    /// Which ICMP message it is.
    pub message: Option<Message>,
    /// Only TCP segments with ACK or RST.
    pub established: bool,
    /// Only fragments.
    pub fragments: bool,
}

impl Rule {
    /// This action, whatever the packet.
    pub const fn new(action: Action) -> Rule {
        Rule {
            action,
            way: None,
            port: None,
            protocol: None,
            source: None,
            source_ports: None,
            destination: None,
            destination_ports: None,
            message: None,
            established: false,
            fragments: false,
        }
    }

    /// True when everything holds; the error is a transport header too short to say.
    pub(super) fn holds(
        &self,
        packet: &Packet,
        (way, port): (Direction, u16),
    ) -> Result<bool, Reason> {
        let within = |prefix: Option<Prefix>, address: IpAddr| {
            prefix.is_none_or(|prefix| prefix.contains(address))
        };
        let holds = self.way.is_none_or(|own| own == way)
            && self.port.is_none_or(|own| own == port)
            && self.protocol.is_none_or(|own| own == packet.protocol)
            && within(self.source, packet.source)
            && within(self.destination, packet.destination)
            && (!self.fragments || packet.fragment);
        match holds && self.asks_for_head() {
            true => self.holds_for(packet.head),
            false => Ok(holds),
        }
    }

    fn asks_for_head(&self) -> bool {
        let ports = self.source_ports.or(self.destination_ports);
        ports.is_some() || self.message.is_some() || self.established
    }

    /// What stands in the transport header.
    fn holds_for(&self, head: Head) -> Result<bool, Reason> {
        let within = |ports: Option<Ports>, port: u16| {
            ports.is_none_or(|ports| (ports.first..=ports.last).contains(&port))
        };
        match head {
            Head::Later => Ok(self.action == Action::Accept),
            Head::Short { need, have } => Err(too_short("transport header", need, have)),
            Head::Ports {
                source,
                destination,
                established,
            } => Ok(self.message.is_none()
                && within(self.source_ports, source)
                && within(self.destination_ports, destination)
                && (established || !self.established)),
            Head::Message { kind, code } => Ok(self.message.is_some_and(|own| {
                own.kind == kind && own.code.is_none_or(|own| own == code)
            })),
            Head::Other => Ok(false),
        }
    }
}
