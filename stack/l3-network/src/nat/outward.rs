//! Going out: the source becomes an outside end.

use core::net::Ipv4Addr;

use layercake_base::{Instant, Reason, Rng};

use super::connection::Event;
use super::endpoint::End;
use super::packet::{Cited, Content, Packet, Ports};
use super::rewrite::Change;
use super::{Endpoint, Nat, Transport};

impl Nat {
    /// What becomes of a packet that goes out with this address as its source.
    pub(super) fn outward(
        &mut self,
        packet: &Packet,
        address: Ipv4Addr,
        (now, rng): (Instant, &mut Rng),
    ) -> Result<Change, Reason> {
        let own = packet.header.source == address;
        let inside = |port| Endpoint::new(packet.header.source, port);
        let end = match packet.content {
            Content::Ports(ports) if ports.transport == Transport::Tcp => {
                self.segment_outward(packet, &ports, address, (now, rng))?
            }
            Content::Ports(Ports {
                transport, source, ..
            }) => {
                let inside = inside(source);
                Some(self.table.used(transport, inside, address, (now, rng))?)
            }
            Content::Question(identifier) => {
                let (transport, inside) = (Transport::Icmp, inside(identifier));
                Some(self.table.used(transport, inside, address, (now, rng))?)
            }
            Content::Error(cited) => self.error_outward(&cited, own, address)?,
            Content::Answer(_) | Content::Later | Content::Other if own => None,
            Content::Answer(identifier) => {
                let (field, why) = ("Identifier", "answers no question from outside");
                return Err(Reason::dead_end(field, identifier, why));
            }
            Content::Later | Content::Other => {
                let (field, value) = ("Protocol", packet.header.protocol.0.into());
                return Err(Reason::Unhandled { field, value });
            }
        };
        Ok(Change {
            end: end.map(|end| (End::Source, end)),
            identification: self.identification(packet, address),
        })
    }

    /// This node's own segments need no mapping but to open a connection.
    fn segment_outward(
        &mut self,
        packet: &Packet,
        ports: &Ports,
        address: Ipv4Addr,
        (now, rng): (Instant, &mut Rng),
    ) -> Result<Option<Endpoint>, Reason> {
        let inside = Endpoint::new(packet.header.source, ports.source);
        let peer = Endpoint::new(packet.header.destination, ports.destination);
        let known = self
            .table
            .outside(Transport::Tcp, inside, address)
            .is_some();
        let event = Event::of(ports.flags);
        if !known && event != Event::Syn && inside.address == address {
            return Ok(None);
        }
        let ends = (inside, peer);
        let end = self.table.leaves(ends, address, event, (now, rng))?;
        Ok(Some(end))
    }

    /// RFC 5508 REQ-5: an error about a packet that came in by a mapping.
    fn error_outward(
        &self,
        cited: &Cited,
        own: bool,
        address: Ipv4Addr,
    ) -> Result<Option<Endpoint>, Reason> {
        let outside = |inside| self.table.outside(cited.transport, inside, address);
        match cited.destination.and_then(outside) {
            None if !own => {
                Err(Reason::NoWay("an ICMP error about what came by no mapping"))
            }
            end => Ok(end),
        }
    }

    /// A number of its own for a packet that is, or may be, cut into fragments. RFC 6864 §5.3.
    fn identification(&mut self, packet: &Packet, address: Ipv4Addr) -> Option<u16> {
        let ends = (address, packet.header.destination);
        let protocol = packet.header.protocol;
        let needed = !packet.is_atomic();
        needed.then(|| self.identifications.next(ends, protocol))
    }
}
