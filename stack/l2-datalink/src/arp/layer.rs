//! The ARP layer of one station: finds the link address for each PDU that goes down.

use core::net::{IpAddr, Ipv4Addr};
use std::collections::VecDeque;

use layercake_base::{
    Bounce, Context, Instant, Kind, Layer, Mac, Notice, Outbox, Pdu, Reason, Service,
    Spec,
};

use super::claim::{Claim, Defence, Outcome, Say};
use super::say::deliver;
use super::table::{Due, Table, Waits, Way};
use super::{Opcode, Packet, Station};
use crate::ether_type;

/// Delivers PDUs to neighbours by their IPv4 address: fills in `link_destination` from
/// `next_hop`, and asks the link when it does not know.
///
/// Each neighbour is in one of five states:
///
/// | event | unknown | incomplete | reachable | stale | probing |
/// |---|---|---|---|---|---|
/// | a PDU for it | waits, ask all: incomplete | waits; beyond 8 (see [`Arp::holding`]) the oldest goes | is sent | is sent, ask it: probing | is sent |
/// | its request, to us | learn: reachable | what waits is sent: reachable | learn | learn: reachable | learn: reachable |
/// | its reply, or its packet to another | – | what waits is sent: reachable | learn | learn: reachable | learn: reachable |
/// | a second without answer | – | ask all, up to 3 times; then all bounce: unknown | – | – | ask it, up to 3 times; then unknown |
/// | a minute unheard | – | – | stale | – | – |
/// | 20 minutes unheard | – | – | – | unknown | – |
///
/// A request for our own address is answered in every state. PDUs that bounce go back up with
/// [`Bounce::NoNeighbour`], so that the network layer can tell who sent them. A group address
/// is never asked for; it maps to a group of stations by itself.
///
/// The station's own address is used at once ([`Arp::new`]), announced ([`Arp::announcing`]) or
/// first probed for ([`Arp::probing`]). When another station uses it, that is a conflict: its
/// packet is discarded, the layers above hear a [`Notice::AddressConflict`], and the address is
/// defended or given up, see [`Defence`].
#[derive(Debug)]
pub struct Arp {
    station: Station,
    claim: Claim,
    table: Table,
}

impl Arp {
    /// The layer of the station with these addresses, which are its own beyond doubt.
    pub fn new(hardware: Mac, protocol: Ipv4Addr) -> Self {
        Self::with(hardware, protocol, Claim::held())
    }

    /// The same, and it announces its address at the beginning: gratuitous ARP, so that
    /// neighbours who knew another station by it learn the change. RFC 5227 §3.
    pub fn announcing(hardware: Mac, protocol: Ipv4Addr) -> Self {
        Self::with(hardware, protocol, Claim::announcing())
    }

    /// The same, but the address becomes its own only when nobody else on the link has it,
    /// which takes four to seven seconds: probes, then announcements, RFC 5227 §2. Until then
    /// nothing is sent for the layers above. Begins again after a [`Notice::LinkUp`].
    pub fn probing(hardware: Mac, protocol: Ipv4Addr) -> Self {
        Self::with(hardware, protocol, Claim::probing())
    }

    /// The same with another answer to conflicts. [`Arp::probing`] begins with
    /// [`Defence::Once`], the others with [`Defence::Always`].
    #[must_use]
    pub fn defending(mut self, defence: Defence) -> Self {
        self.claim.defence = defence;
        self
    }

    /// The same, but up to `most` PDUs wait for one neighbour and not 8: for a host that sends
    /// many at once to whom it does not know yet, as a trace does. At least one, at most 63:
    /// with an answer to the neighbour they leave together, and an [`Outbox`] takes 64.
    #[must_use]
    pub fn holding(mut self, most: usize) -> Self {
        self.table.most = most.clamp(1, Outbox::USUAL - 1);
        self
    }

    fn with(hardware: Mac, protocol: Ipv4Addr, claim: Claim) -> Self {
        Arp {
            station: Station { hardware, protocol },
            claim,
            table: Table::default(),
        }
    }
}

impl Layer for Arp {
    fn spec(&self) -> Spec {
        Spec::new("arp", 2)
            .between(Service::Link, Service::Stations)
            .kind(Kind::Queue)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let neighbour = neighbour(&sdu)?;
        self.require_address()?;
        if let Some(hardware) = group(neighbour) {
            deliver(sdu, hardware, cx);
            return Ok(());
        }
        match self.table.way(neighbour, cx.now()) {
            Way::To(hardware) => deliver(sdu, hardware, cx),
            Way::ToAndPoll(hardware) => {
                deliver(sdu, hardware, cx);
                self.station.ask(neighbour, hardware, cx);
            }
            Way::Unknown => self.wait(neighbour, sdu, cx)?,
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
        self.check_address(&packet, cx)?;
        self.packet(&packet, cx)
    }

    fn deadline(&self) -> Option<Instant> {
        let both = [self.claim.deadline(), self.table.deadline()];
        both.into_iter().flatten().min()
    }

    fn on_deadline(&mut self, cx: &mut Context<'_>) {
        let now = cx.now();
        while let Some(say) = self.claim.due(now, cx.rng()) {
            match say {
                Say::Probe => self.station.probe(cx),
                Say::Announce => self.station.announce(cx),
            }
        }
        while let Some(due) = self.table.due(now) {
            match due {
                Due::Ask(neighbour, to) => self.station.ask(neighbour, to, cx),
                Due::Absent(waiting) => bounce(waiting, cx),
            }
        }
    }

    fn notice(&mut self, notice: Notice, cx: &mut Context<'_>) {
        if matches!(notice, Notice::LinkUp { .. }) {
            self.claim.link_up();
        }
        cx.pass(notice);
    }
}

impl Arp {
    fn wait(
        &mut self,
        neighbour: Ipv4Addr,
        sdu: Pdu,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        match self.table.wait(neighbour, sdu, cx.now())? {
            Waits::First => self.station.ask(neighbour, Mac::BROADCAST, cx),
            Waits::Behind => {}
            Waits::Displaced(oldest) => {
                let (queue, limit) = ("arp waiting", self.table.most);
                cx.discard(oldest, Reason::Full { queue, limit });
            }
        }
        Ok(())
    }

    /// RFC 826, "Packet Reception": update who is in the table, add who asks us, and only then
    /// look at the opcode.
    fn packet(&mut self, packet: &Packet, cx: &mut Context<'_>) -> Result<(), Reason> {
        let sender = packet.sender;
        let to_us = packet.target.protocol == self.station.protocol;
        let asks_us = to_us && packet.opcode == Opcode::Request && self.claim.is_ours();
        // RFC 5227 §1.1: a probe comes from nobody yet.
        let learnt = match sender.protocol.is_unspecified() {
            true => Ok(()),
            false => self.learn(sender, asks_us, cx),
        };
        if asks_us {
            self.station.answer(sender, cx)?;
        }
        learnt
    }

    /// Believes a station, and sends what waited for it.
    fn learn(
        &mut self,
        station: Station,
        asks: bool,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        for pdu in self.table.hear(station, asks, cx.now())? {
            deliver(pdu, station.hardware, cx);
        }
        Ok(())
    }

    /// Who cannot be a neighbour. RFC 1812 §3.3.2: nobody has a group's link address; so nobody
    /// has a group's network address either, and nobody else has our link address.
    fn check_sender(&self, sender: Station) -> Result<(), Reason> {
        let Station { hardware, protocol } = sender;
        let single = !hardware.is_group();
        Reason::require(single, "ar$sha", hardware, "must not be a group")?;
        let other = hardware != self.station.hardware;
        Reason::require(other, "ar$sha", hardware, "must not be our own address")?;
        let group = protocol.is_multicast() || protocol.is_broadcast();
        Reason::require(!group, "ar$spa", protocol, "must not be a group")
    }

    /// RFC 5227 §2.1.1, §2.4: another station that uses our address, or probes for it while we
    /// do, is in conflict with us.
    fn check_address(
        &mut self,
        packet: &Packet,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        let ours = self.station.protocol;
        let probed_for = self.claim.is_probed_for();
        let uses = packet.sender.protocol == ours && !self.claim.is_lost();
        let probes = packet.sender.protocol.is_unspecified()
            && packet.opcode == Opcode::Request
            && packet.target.protocol == ours;
        let too = probes && probed_for;
        if uses || too {
            self.conflict(packet.sender.hardware, cx);
        }
        let rule = "must not be our own address";
        Reason::require(!uses, "ar$spa", ours, rule)?;
        Reason::require(!too, "ar$tpa", ours, "must not be what we probe for")
    }

    /// Tells it above once for each defence, however many packets there are.
    fn conflict(&mut self, holder: Mac, cx: &mut Context<'_>) {
        let outcome = self.claim.conflict(cx.now());
        match outcome {
            Outcome::Stay => return,
            Outcome::Defend => self.station.announce(cx),
            Outcome::GiveUp => {
                let address = self.station.protocol;
                for pdu in self.table.clear() {
                    let why = "is another station's";
                    cx.discard(pdu, Reason::dead_end("ar$spa", address, why));
                }
            }
        }
        cx.notify_up(Notice::AddressConflict {
            address: self.station.protocol.into(),
            holder,
            lost: outcome == Outcome::GiveUp,
        });
    }

    /// RFC 5227 §2.1: an address that is not ours yet is in no packet that we send.
    fn require_address(&self) -> Result<(), Reason> {
        if self.claim.is_ours() {
            return Ok(());
        }
        let why = match self.claim.is_probed_for() {
            true => "is not ours yet, we probe for it",
            false => "is another station's",
        };
        Err(Reason::dead_end("ar$spa", self.station.protocol, why))
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

fn bounce(waiting: VecDeque<Pdu>, cx: &mut Context<'_>) {
    for mut pdu in waiting {
        pdu.set_ici(|ici| ici.bounce = Some(Bounce::NoNeighbour));
        cx.send_up(pdu);
    }
}

#[cfg(test)]
mod tests;
