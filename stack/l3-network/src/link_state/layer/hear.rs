//! What comes in: hellos make neighbours, updates spread.

use core::net::{IpAddr, Ipv4Addr};

use layercake_base::{Context, Instant, Pdu, Reason};

use super::{DEAD, LinkState, Neighbour, Port};
use crate::link_state::database::Verdict;
use crate::link_state::{Advertisement, Message, Type};

impl LinkState {
    pub(super) fn hear(&mut self, pdu: &Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let message = Message::decode(pdu.octets())?;
        let ici = pdu.ici();
        let Some(IpAddr::V4(source)) = ici.source else {
            return Err(Reason::NoWay("no source address"));
        };
        let ports = &self.ports;
        let here = |port: &Port| port.up && port.own.port == ici.port;
        let Some((at, port)) = ports.iter().enumerate().find(|(_, port)| here(port))
        else {
            return Err(Reason::NoWay("link state is not spoken at this attachment"));
        };
        let near = port.own.network.contains(IpAddr::V4(source));
        Reason::require(near, "Source Address", source, "is no neighbour's")?;
        let (id, other) = (message.router, message.router != self.router);
        Reason::require(other, "Router ID", id, "is our own")?;
        if message.kind == Type::Hello {
            return self.hear_hello(at, source, &message, cx);
        }
        let known = port.neighbours.iter();
        let known = known
            .into_iter()
            .any(|there| there.id == id && there.two_way);
        Reason::require(known, "Router ID", id, "is no neighbour yet")?;
        match message.kind {
            Type::Update => return self.hear_update((at, id), &message, cx),
            Type::Probe => self.send_back((at, id), message.number(), cx),
            Type::Echo => self.hear_echo((at, id), message.number(), cx.now()),
            Type::Hello | Type::Acknowledgement => {
                self.hear_acknowledgement((at, id), &message);
            }
        }
        Ok(())
    }

    fn hear_hello(
        &mut self,
        at: usize,
        source: Ipv4Addr,
        message: &Message<'_>,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        let (now, own, id) = (cx.now(), self.router, message.router);
        let heard_us = message.heard().any(|router| router == own);
        let Some(port) = self.ports.get_mut(at) else {
            return Ok(());
        };
        let known = port.neighbours.iter().position(|there| there.id == id);
        if known.is_none() {
            let (queue, limit) = ("neighbours on a link", Port::MOST);
            if port.neighbours.len() >= limit {
                return Err(Reason::Full { queue, limit });
            }
            port.neighbours.push(Neighbour::new(id, source, now));
            // It shall hear soon that we have heard it.
            self.hello = Some(now);
        }
        let known = known.unwrap_or(port.neighbours.len().saturating_sub(1));
        let Some(there) = port.neighbours.get_mut(known) else {
            return Ok(());
        };
        (there.until, there.address) = (now + DEAD, source);
        if there.two_way != heard_us {
            there.two_way = heard_us;
            there.forget();
            if heard_us {
                there.pending.extend(self.database.borrow().routers());
                self.speak_soon(now);
            }
            self.links_changed(now);
        }
        Ok(())
    }

    /// RFC 2328 §13.
    fn hear_update(
        &mut self,
        from: (usize, Ipv4Addr),
        message: &Message<'_>,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        let now = cx.now();
        for outline in message.outlines() {
            let (origin, sequence, octets) = outline?;
            let ours = origin == self.router && sequence > self.sequence;
            // Most of what comes in has come from another neighbour before.
            let known = self.database.borrow().sequence(origin) == Some(sequence);
            let verdict = if known {
                Verdict::Same
            } else if ours {
                // From a life before this one: what we say now must be newer. §13.4.
                self.sequence = sequence;
                self.links_changed(now);
                Verdict::Same
            } else {
                let said = Advertisement::decode(octets)?;
                self.database.borrow_mut().hear(said, now)?
            };
            match verdict {
                Verdict::Newer => {
                    self.flood(origin, Some(from), now);
                    self.patience.news(now);
                }
                Verdict::Renewed => self.flood(origin, Some(from), now),
                Verdict::Same => {}
                Verdict::Older => self.tell(from, origin),
            }
            if let Some(there) = self.neighbour(from) {
                if verdict != Verdict::Older {
                    there.got(origin);
                    there.owe((origin, sequence));
                }
                self.speak_soon(now);
            }
        }
        Ok(())
    }

    fn hear_acknowledgement(&mut self, from: (usize, Ipv4Addr), message: &Message<'_>) {
        for (origin, sequence) in message.acknowledged() {
            let known = self.database.borrow().sequence(origin);
            if known == Some(sequence)
                && let Some(there) = self.neighbour(from)
            {
                there.got(origin);
            }
        }
    }

    fn send_back(&mut self, from: (usize, Ipv4Addr), number: u32, cx: &mut Context<'_>) {
        let ports = core::mem::take(&mut self.ports);
        if let Some(port) = ports.get(from.0) {
            let there = port.neighbours.iter().find(|there| there.id == from.1);
            there.into_iter().for_each(|there| {
                self.transmit_number(Type::Echo, number, &port.own, there, cx);
            });
        }
        self.ports = ports;
    }

    fn hear_echo(&mut self, from: (usize, Ipv4Addr), number: u32, now: Instant) {
        let there = self.neighbour(from);
        if there.is_some_and(|there| there.gauge.echo(number, now)) {
            self.links_changed(now);
        }
    }

    /// An older word than ours: the sender gets ours.
    fn tell(&mut self, from: (usize, Ipv4Addr), origin: Ipv4Addr) {
        if let Some(there) = self.neighbour(from) {
            there.pending.insert(origin);
        }
    }

    /// All neighbours but one shall get what `origin` has said.
    pub(super) fn flood(
        &mut self,
        origin: Ipv4Addr,
        but: Option<(usize, Ipv4Addr)>,
        now: Instant,
    ) {
        for (at, port) in self.ports.iter_mut().enumerate() {
            let there = port.neighbours.iter_mut().filter(|there| there.two_way);
            for there in there.filter(|there| Some((at, there.id)) != but) {
                there.pending.insert(origin);
            }
        }
        self.speak_soon(now);
    }

    fn neighbour(&mut self, (at, id): (usize, Ipv4Addr)) -> Option<&mut Neighbour> {
        let neighbours = &mut self.ports.get_mut(at)?.neighbours;
        neighbours.iter_mut().find(|there| there.id == id)
    }
}
