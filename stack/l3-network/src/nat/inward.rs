//! Coming in: the destination becomes an inside end, if it has a mapping.

use core::net::Ipv4Addr;

use layercake_base::{Instant, Pdu, Reason};

use super::connection::{Event, Side};
use super::endpoint::End;
use super::packet::{Content, Packet, Ports};
use super::rewrite::Change;
use super::{Endpoint, Nat, Transport};

impl Nat {
    /// What becomes of a packet that comes in for this address; no end for this node's own.
    pub(super) fn inward(
        &mut self,
        packet: &Packet,
        address: Ipv4Addr,
        now: Instant,
    ) -> Result<Change, Reason> {
        let outside = |port| Endpoint::new(address, port);
        let inside = match packet.content {
            Content::Ports(ports) if ports.transport == Transport::Tcp => {
                Some(self.segment_inward(packet, &ports, address, now)?)
            }
            Content::Ports(ports) => {
                let outside = outside(ports.destination);
                self.table.inside(ports.transport, outside)
            }
            Content::Answer(identifier) => {
                self.table.inside(Transport::Icmp, outside(identifier))
            }
            Content::Error(cited) => {
                let source = cited.source.filter(|source| source.address == address);
                source.and_then(|source| self.table.inside(cited.transport, source))
            }
            Content::Question(_) | Content::Later | Content::Other => None,
        };
        Ok(Change {
            end: inside.map(|inside| (End::Destination, inside)),
            identification: None,
        })
    }

    /// RFC 5382 §4.3, REQ-4: a SYN that nobody waits for is not answered, for its sender may be
    /// the peer of one inside that is about to open too.
    fn segment_inward(
        &mut self,
        packet: &Packet,
        ports: &Ports,
        address: Ipv4Addr,
        now: Instant,
    ) -> Result<Endpoint, Reason> {
        let outside = Endpoint::new(address, ports.destination);
        let Some(inside) = self.table.inside(Transport::Tcp, outside) else {
            let (field, why) = ("Destination Port", "has no mapping");
            return Err(Reason::dead_end(field, ports.destination, why));
        };
        let peer = Endpoint::new(packet.header.source, ports.source);
        let event = Event::of(ports.flags);
        self.table
            .segment((outside, peer), Side::Outside, event, now)?;
        Ok(inside)
    }

    /// The link sends back what went out: its sender inside can only be told under its own name.
    pub(super) fn take_back(&self, pdu: &mut Pdu) -> Result<(), Reason> {
        let packet = Packet::read(pdu.octets())?;
        let (transport, port) = match packet.content {
            Content::Ports(ports) => (ports.transport, ports.source),
            Content::Question(identifier) => (Transport::Icmp, identifier),
            _ => return Ok(()), // nobody is told about errors and later fragments
        };
        let outside = Endpoint::new(packet.header.source, port);
        let inside = self.table.inside(transport, outside);
        let change = Change {
            end: inside.map(|inside| (End::Source, inside)),
            identification: None,
        };
        change.apply(&packet, pdu)
    }
}
