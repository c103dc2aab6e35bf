//! The ARP layer of one station: finds the link address for each PDU that goes down.

use core::net::{IpAddr, Ipv4Addr};
use std::collections::VecDeque;

use layercake_base::{
    Bounce, Context, Ici, Instant, Kind, Layer, Mac, Pdu, Reason, Service, Spec,
};

use super::table::{Due, Table, WAITING, Waits};
use super::{OCTETS, Opcode, Packet, Station};
use crate::{ether_type, ethernet};

/// Delivers PDUs to neighbours by their IPv4 address: fills in `link_destination` from
/// `next_hop`, and asks the link when it does not know.
///
/// Each neighbour is in one of three states:
///
/// | event | unknown | asking | known |
/// |---|---|---|---|
/// | a PDU for it | PDU waits, ask: asking | PDU waits; beyond 8 the oldest goes | PDU is sent |
/// | its packet, to us | learn: known | what waits is sent: known | learn: known |
/// | its packet, not to us | nothing | what waits is sent: known | learn: known |
/// | a second without answer | – | ask, up to 3 times; then all bounce: unknown | – |
/// | a minute since learning | – | – | unknown |
///
/// A request for our own address is answered in every state. PDUs that bounce go back up with
/// [`Bounce::NoNeighbour`], so that the network layer can tell who sent them. A group address
/// is never asked for; it maps to a group of stations by itself.
#[derive(Debug)]
pub struct Arp {
    station: Station,
    table: Table,
}

impl Arp {
    /// The layer of the station with these addresses.
    pub fn new(hardware: Mac, protocol: Ipv4Addr) -> Self {
        Arp {
            station: Station { hardware, protocol },
            table: Table::default(),
        }
    }
}

impl Layer for Arp {
    fn spec(&self) -> Spec {
        Spec::new("arp", 2)
            .between(Service::Link, Service::Stations)
            .limits(ethernet::LARGEST_BODY)
            .kind(Kind::Queue)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let neighbour = neighbour(&sdu)?;
        match group(neighbour).or_else(|| self.table.known(neighbour, cx.now())) {
            Some(hardware) => deliver(sdu, hardware, cx),
            None => match self.table.wait(neighbour, sdu, cx.now())? {
                Waits::First => self.ask(neighbour, cx),
                Waits::Behind => {}
                Waits::Displaced(oldest) => {
                    let (queue, limit) = ("arp waiting", WAITING);
                    cx.discard(oldest, Reason::Full { queue, limit });
                }
            },
        }
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        if pdu.ici().next != ether_type::ARP.0 {
            cx.send_up(pdu);
            return Ok(());
        }
        let packet = Packet::decode(pdu.octets())?;
        self.check_sender(packet.sender)?;
        self.packet(&packet, cx)
    }

    fn deadline(&self) -> Option<Instant> {
        self.table.deadline()
    }

    fn on_deadline(&mut self, cx: &mut Context<'_>) {
        while let Some(due) = self.table.due(cx.now()) {
            match due {
                Due::Ask(neighbour) => self.ask(neighbour, cx),
                Due::Absent(waiting) => bounce(waiting, cx),
            }
        }
    }
}

impl Arp {
    /// RFC 826, "Packet Reception": update who is in the table, add who speaks to us, and only
    /// then look at the opcode.
    fn packet(&mut self, packet: &Packet, cx: &mut Context<'_>) -> Result<(), Reason> {
        let Packet {
            opcode,
            sender,
            target,
        } = *packet;
        let to_us = target.protocol == self.station.protocol;
        // RFC 5227 §1.1: a probe comes from nobody yet.
        let probe = sender.protocol.is_unspecified();
        let learnt = match !probe && (to_us || self.table.has(sender.protocol, cx.now()))
        {
            true => self.learn(sender, cx),
            false => Ok(()),
        };
        if to_us && opcode == Opcode::Request {
            self.transmit(Opcode::Reply, sender, sender.hardware, cx)?;
        }
        learnt
    }

    /// Believes a station, and sends what waited for it.
    fn learn(&mut self, station: Station, cx: &mut Context<'_>) -> Result<(), Reason> {
        let Station { hardware, protocol } = station;
        for pdu in self.table.learn(protocol, hardware, cx.now())? {
            deliver(pdu, hardware, cx);
        }
        Ok(())
    }

    /// RFC 1812 §3.3.2: nobody has a group's link address. And nobody else has ours.
    fn check_sender(&self, sender: Station) -> Result<(), Reason> {
        let Station { hardware, protocol } = sender;
        let single = !hardware.is_group();
        Reason::require(single, "ar$sha", hardware, "must not be a group")?;
        let other = protocol != self.station.protocol;
        Reason::require(other, "ar$spa", protocol, "must not be our own address")
    }

    /// Without a free PDU this question is left out; the next one comes in a second.
    fn ask(&self, neighbour: Ipv4Addr, cx: &mut Context<'_>) {
        let target = Station {
            hardware: Mac::default(),
            protocol: neighbour,
        };
        let _ = self.transmit(Opcode::Request, target, Mac::BROADCAST, cx);
    }

    fn transmit(
        &self,
        opcode: Opcode,
        target: Station,
        to: Mac,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        let sender = self.station;
        let packet = Packet {
            opcode,
            sender,
            target,
        };
        let no_pdu = Reason::NoWay("no free PDU for an ARP packet");
        let mut pdu = cx.allocate(OCTETS).ok_or(no_pdu)?;
        pdu.octets_mut().copy_from_slice(&packet.encode());
        pdu.set_ici(|ici| {
            *ici = Ici {
                next: ether_type::ARP.0,
                ..Ici::NONE
            }
        });
        deliver(pdu, to, cx);
        Ok(())
    }
}

/// The IPv4 address of the next station on the way.
fn neighbour(sdu: &Pdu) -> Result<Ipv4Addr, Reason> {
    match sdu.ici().next_hop {
        Some(IpAddr::V4(neighbour)) => Ok(neighbour),
        Some(IpAddr::V6(_)) => Err(Reason::Unhandled {
            field: "version of the next hop",
            value: 6_u8.into(),
        }),
        None => Err(Reason::NoWay("no next hop")),
    }
}

/// The link address of a group, which follows from its network address: broadcast to all,
/// multicast by its low 23 bits. RFC 1112 §6.4.
fn group(neighbour: Ipv4Addr) -> Option<Mac> {
    let [_, a, b, c] = neighbour.octets();
    match neighbour {
        Ipv4Addr::BROADCAST => Some(Mac::BROADCAST),
        _ if neighbour.is_multicast() => Some(Mac([0x01, 0x00, 0x5e, a & 0x7f, b, c])),
        _ => None,
    }
}

fn deliver(mut pdu: Pdu, hardware: Mac, cx: &mut Context<'_>) {
    pdu.set_ici(|ici| ici.link_destination = Some(hardware));
    cx.send_down(pdu);
}

fn bounce(waiting: VecDeque<Pdu>, cx: &mut Context<'_>) {
    for mut pdu in waiting {
        pdu.set_ici(|ici| ici.bounce = Some(Bounce::NoNeighbour));
        cx.send_up(pdu);
    }
}

#[cfg(test)]
mod tests;
