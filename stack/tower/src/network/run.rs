//! Running a network: one thing after the other.

use core::cell::RefCell;
use core::time::Duration;
use std::rc::Rc;

use layercake_base::{Ici, Instant, Observer, Pdu, Reason};

use super::agenda::Happening;
use super::crowd::Crowd;
use super::node::{Arrival, Visit, Wish};
use super::{Joint, NO_NODE, Network, NodeId, inject, link};
use crate::topology::Attachment;
use crate::wire::Wire;

/// How much may happen before what would happen beyond is discarded, so that every run ends,
/// even when bridges in a ring multiply a broadcast for ever.
pub(super) struct Limits {
    /// Events that one [`Network::run_until`] handles.
    pub(super) events: usize,
    /// Events at one instant, where wires take no time at all; also when the network goes step
    /// by step.
    pub(super) at_once: usize,
}

impl Limits {
    pub(super) const USUAL: Limits = Limits {
        events: 10_000_000,
        at_once: 100_000,
    };
}

impl Network {
    /// Hands a message to the top of a node's tower, now.
    ///
    /// In a node of a topology `ici.next` says what it is: 1 for an ICMP message, whole and with
    /// its checksum, 17 for the data of a UDP datagram whose ports are in `ici` too.
    /// `ici.destination` must be set. When the node itself finds no way, the ICMP error is
    /// there to be received at once, without any event.
    ///
    /// # Errors
    /// [`Reason`] when the node does not exist, the message is too long for its tower, or no
    /// PDU is free. What happens later, in a layer, is counted and shown to the observer.
    pub fn send(&mut self, node: NodeId, body: &[u8], ici: Ici) -> Result<(), Reason> {
        let index = node.0;
        let mut node = self.visit(index).ok_or(NO_NODE)?;
        node.send(body, ici)?;
        self.settle(index);
        Ok(())
    }

    /// The oldest message that came out of the top of a node's tower.
    pub fn receive(&mut self, node: NodeId) -> Option<Arrival> {
        self.nodes.get_mut(node.0)?.arrival()
    }

    /// An Ethernet frame without frame check arrives at an attachment now, as if its wire had
    /// brought it; the shortest frame has 60 octets, a shorter one is padded with zeros.
    ///
    /// # Errors
    /// [`Reason`] when there is no such attachment, it is no LAN, the frame is too long, or no
    /// PDU is free.
    pub fn inject(
        &mut self,
        node: NodeId,
        port: u16,
        frame: &[u8],
    ) -> Result<(), Reason> {
        let index = usize::from(port);
        match self.attachments(node).get(index) {
            None => return Err(NO_NODE),
            Some(Attachment::Serial) => {
                return Err(Reason::NoWay("a serial line takes no Ethernet frame"));
            }
            Some(_) => {}
        }
        // What a wire would bring is no event of this node.
        let recipe = self.recipe(node, port).unwrap_or_default();
        let observer = self.world.observer.take();
        let symbols = inject::symbols(frame, recipe, &mut self.world);
        self.world.observer = observer;
        let (pdu, node) = (symbols?, node.0);
        let delivery = Happening::Delivery { node, port, pdu };
        self.agenda.enter(self.world.now, delivery);
        Ok(())
    }

    /// Lets an onlooker hear everything from now on.
    pub fn observe(&mut self, observer: Box<dyn Observer>) {
        let world = &mut self.world;
        let crowd = self.crowd.get_or_insert_with(|| {
            let crowd = Rc::new(RefCell::new(Crowd::default()));
            world.observer = Some(Box::new(Rc::clone(&crowd)));
            crowd
        });
        if let Ok(mut crowd) = crowd.try_borrow_mut() {
            crowd.0.push(observer);
        }
    }

    /// When the next thing happens.
    pub fn next_event(&self) -> Option<Instant> {
        self.agenda.next()
    }

    /// Lets the next thing happen, and gives its time.
    pub fn step(&mut self) -> Option<Instant> {
        let at = self.agenda.next()?;
        self.at_once = if at > self.world.now {
            0
        } else {
            self.at_once + 1
        };
        if self.at_once > self.limits.at_once {
            self.forget_until(at, "events at one instant", self.limits.at_once);
            return Some(at);
        }
        let (_, what) = self.agenda.pop()?;
        self.world.now = self.world.now.max(at);
        match what {
            Happening::Delivery { node, port, pdu } => self.deliver(node, port, pdu),
            Happening::Edge { bus, edge } => self.reach(bus, edge),
            Happening::Room { node } => self.tell_room(node),
            Happening::Deadline { node } => self.fire(node, at),
        }
        Some(at)
    }

    fn deliver(&mut self, index: usize, port: u16, pdu: Pdu) {
        if self.is_cut(index, port) {
            self.world.discard(Wire::LAYER, pdu, &link::CUT);
        } else if let Some(mut visit) = self.visit(index) {
            visit.receive(port, pdu);
            self.settle(index);
        }
    }

    /// Lets everything happen that does up to `then`; afterwards it is `then`.
    pub fn run_until(&mut self, then: Instant) {
        let mut events = 0;
        while self.agenda.next().is_some_and(|at| at <= then) {
            if events == self.limits.events {
                self.forget_until(then, "events of one run", self.limits.events);
                break;
            }
            events += 1;
            self.step();
        }
        if then > self.world.now {
            (self.world.now, self.at_once) = (then, 0);
        }
    }

    #[cold]
    fn forget_until(&mut self, then: Instant, queue: &'static str, limit: usize) {
        let why = Reason::Full { queue, limit };
        let mut in_the_air = Vec::new();
        while self.agenda.next().is_some_and(|at| at <= then) {
            match self.agenda.pop() {
                Some((_, Happening::Delivery { pdu, .. })) => {
                    self.world.discard("network", pdu, &why);
                }
                Some((_, Happening::Deadline { node })) => {
                    self.world.discards.count("network", &why);
                    if let Some(node) = self.nodes.get_mut(node) {
                        node.armed = None;
                    }
                }
                // What is in the air stays there, so that bus and stations agree on it.
                Some((_, Happening::Edge { bus, edge })) => in_the_air.push((bus, edge)),
                Some((_, Happening::Room { node })) => {
                    self.world.discards.count("network", &why);
                    if let Some(node) = self.nodes.get_mut(node) {
                        node.awaits_room = false;
                    }
                }
                None => {}
            }
        }
        let later = then + Duration::from_nanos(1);
        for (bus, edge) in in_the_air {
            self.agenda.enter(later, Happening::Edge { bus, edge });
        }
    }

    /// The agenda's entry for a deadline of a node. One that an earlier deadline has replaced is
    /// void: what it was for is entered again when the earlier one has passed.
    fn fire(&mut self, index: usize, at: Instant) {
        let Some(node) = self.nodes.get_mut(index) else {
            return;
        };
        if node.armed != Some(at) {
            return;
        }
        node.armed = None;
        if node.deadline().is_some_and(|at| at <= self.world.now)
            && let Some(mut visit) = self.visit(index)
        {
            visit.fire();
        }
        self.settle(index);
    }

    /// A layer of the node waits for room below, and there is some.
    fn tell_room(&mut self, index: usize) {
        if let Some(mut visit) = self.visit(index) {
            visit.tell_room();
        }
        self.settle(index);
    }

    /// A node about to be called, which knows how much its wires take.
    pub(super) fn visit(&mut self, index: usize) -> Option<Visit<'_>> {
        let (room, _) = self.room_below(index);
        let (node, world) = (self.nodes.get_mut(index)?, &mut self.world);
        Some(Visit { node, world, room })
    }

    /// The transmissions that the fullest wire of a node still takes, and when all its wires
    /// take another one.
    fn room_below(&mut self, index: usize) -> (usize, Instant) {
        let now = self.world.now;
        let mut all = (usize::MAX, now);
        for joint in self.attachments.get(index).map_or(&[][..], Vec::as_slice) {
            let (room, when) = match *joint {
                Joint::Wire { line, end } => match self.lines.get_mut(line) {
                    Some(line) => line.wire.room(end, now),
                    None => continue,
                },
                Joint::Bus { bus, tap } => match self.buses.get(bus) {
                    Some(cable) => cable.room(tap, now),
                    None => continue,
                },
            };
            all = (all.0.min(room), all.1.max(when));
        }
        all
    }

    /// After a node was called: puts its transmissions on their wires and its next deadline
    /// on the agenda.
    pub(super) fn settle(&mut self, index: usize) {
        loop {
            let Some(node) = self.nodes.get_mut(index) else {
                return;
            };
            match node.wish(&mut self.world) {
                Some(Wish::Transmit(pdu)) => self.transmit(index, pdu),
                Some(Wish::Tell(port, signal)) => self.hear(index, port, signal),
                None => break,
            }
        }
        self.promise_room(index);
        let Some(node) = self.nodes.get_mut(index) else {
            return;
        };
        let Some(due) = node.deadline().map(|at| at.max(self.world.now)) else {
            return;
        };
        if node.armed.is_none_or(|armed| due < armed) {
            node.armed = Some(due);
            self.agenda.enter(due, Happening::Deadline { node: index });
        }
    }

    /// Puts a notice of room on the agenda, if a layer has asked for it.
    fn promise_room(&mut self, index: usize) {
        if !core::mem::take(&mut self.world.room_wanted) {
            return;
        }
        let (_, when) = self.room_below(index);
        if let Some(node) = self.nodes.get_mut(index)
            && !core::mem::replace(&mut node.awaits_room, true)
        {
            self.agenda.enter(when, Happening::Room { node: index });
        }
    }

    fn transmit(&mut self, node: usize, pdu: Pdu) {
        let (index, end) = match self.joint(node, pdu.ici().port) {
            Some(Joint::Wire { line, end }) => (line, end),
            Some(Joint::Bus { bus, tap }) => return self.broadcast(bus, tap, pdu),
            None => return self.world.discard(Wire::LAYER, pdu, &NO_NODE),
        };
        let Some(line) = self.lines.get_mut(index) else {
            return;
        };
        if line.cut {
            self.world.discard(Wire::LAYER, pdu, &link::CUT);
            return;
        }
        let (node, port) = line.far(end);
        for (arrival, pdu) in line
            .wire
            .transmit(end, pdu, &mut self.world)
            .into_iter()
            .flatten()
        {
            self.agenda
                .enter(arrival, Happening::Delivery { node, port, pdu });
        }
    }
}
