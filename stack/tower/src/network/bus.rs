//! Buses in a network: stations that share a medium, and are told what they hear.

use core::time::Duration;
use std::rc::Rc;

use layercake_base::{Direction, Item, Notice, Pdu, Reason, Signal, What};

use super::agenda::Happening;
use super::{Joint, Network, NodeId};
use crate::bus::{Bus, Cable, Edge, Fate};
use crate::wire;

/// Sharing a medium.
impl Network {
    /// Joins nodes by a bus. Each gets its next port for it, at this position on the bus, and
    /// hears what happens there as [`Notice::Medium`].
    ///
    /// ```
    /// use core::time::Duration;
    /// use layercake_base::{Ici, Instant};
    /// use layercake_tower::{Bus, Network, topology};
    ///
    /// let mut net = Network::new(1);
    /// let mut station = |name| net.add_node(name, topology::lan_column()?);
    /// let [a, b, c] = [station("a")?, station("b")?, station("c")?];
    /// let micro = Duration::from_micros;
    /// net.add_bus(Bus::default(), &[(a, micro(0)), (b, micro(1)), (c, micro(2))]);
    ///
    /// net.send(a, &[0xff; 60], Ici::NONE).unwrap();
    /// net.run_until(Instant::ZERO + micro(100));
    /// assert!(net.receive(b).is_some() && net.receive(c).is_some());
    /// # Ok::<(), layercake_tower::Misfit>(())
    /// ```
    pub fn add_bus(&mut self, bus: Bus, stations: &[(NodeId, Duration)]) {
        let index = self.buses.len();
        let mut cable = Cable::new(bus);
        for (tap, (node, at)) in stations.iter().enumerate() {
            let station = self.attach(*node, Joint::Bus { bus: index, tap });
            cable.attach(station, *at);
        }
        self.buses.push(cable);
    }

    /// A node puts symbols on a bus.
    pub(super) fn broadcast(&mut self, bus: usize, tap: usize, pdu: Pdu) {
        let Some(cable) = self.buses.get_mut(bus) else {
            return;
        };
        let (now, agenda) = (self.world.now, &mut self.agenda);
        let arrival = match cable.last_arrival(tap, pdu.len(), now) {
            Ok(arrival) => arrival,
            Err(why) => return self.world.discard(Bus::LAYER, pdu, &why),
        };
        let (numbers, what) = ((pdu.id(), pdu.origin()), What::Transmitted { arrival });
        let (octets, ici) = (pdu.octets(), pdu.ici());
        self.world.tell(Bus::LAYER, numbers, what, octets, ici);
        let enter = |at, edge| agenda.enter(at, Happening::Edge { bus, edge });
        cable.transmit(tap, pdu, now, enter);
    }

    /// A node says something to the medium at one of its attachments.
    pub(super) fn hear(&mut self, node: usize, port: u16, signal: Signal) {
        let (Some(Joint::Bus { bus, tap }), Signal::Jam { bits }) =
            (self.joint(node, port), signal)
        else {
            return;
        };
        let (now, agenda) = (self.world.now, &mut self.agenda);
        if let Some(cable) = self.buses.get_mut(bus) {
            let enter = |at, edge| agenda.enter(at, Happening::Edge { bus, edge });
            cable.jam(tap, bits, now, enter);
        }
    }

    /// An edge of a signal reaches a tap.
    pub(super) fn reach(&mut self, bus: usize, edge: Edge) {
        if !edge.begins() {
            return self.finish(bus, edge);
        }
        let now = self.world.now;
        let cable = self.buses.get_mut(bus);
        let Some((cable, station)) = cable.and_then(|cable| {
            let station = cable.station(edge.tap)?;
            Some((cable, station))
        }) else {
            return;
        };
        for signal in cable.begin(edge, now).into_iter().flatten() {
            self.tell_signal(station, signal);
        }
    }

    /// The end of a signal reaches a tap: the station gets its symbols, and then hears of it.
    fn finish(&mut self, bus: usize, edge: Edge) {
        let Some(cable) = self.buses.get_mut(bus) else {
            return;
        };
        let (Some(station), Some((fate, signal))) =
            (cable.station(edge.tap), cable.end(edge))
        else {
            return;
        };
        match fate {
            Fate::Own => {
                cable.leave(edge);
            }
            Fate::Whole => self.deliver_from(bus, edge, station),
            Fate::Spoilt(why) => self.spoil(bus, edge, station.0, &why),
        }
        if let Some(signal) = signal {
            self.tell_signal(station, signal);
        }
    }

    /// Symbols that came whole over a bus; the last station gets the ones that were sent.
    fn deliver_from(&mut self, bus: usize, edge: Edge, (node, port): (usize, u16)) {
        let Some(cable) = self.buses.get_mut(bus) else {
            return;
        };
        let pdu = match cable.leave(edge) {
            Some(pdu) => Some(pdu),
            None => cable
                .symbols(edge)
                .and_then(|pdu| wire::copy_of(Bus::LAYER, pdu, &mut self.world)),
        };
        if let (Some(pdu), Some(mut visit)) = (pdu, self.visit(node)) {
            visit.receive(port, pdu);
            self.settle(node);
        }
    }

    /// Symbols that one station cannot use: counted and shown for each.
    fn spoil(&mut self, bus: usize, edge: Edge, node: usize, reason: &Reason) {
        let Some(cable) = self.buses.get_mut(bus) else {
            return;
        };
        if let Some(node) = self.nodes.get(node) {
            self.world.node = Rc::clone(&node.name);
        }
        if let Some(pdu) = cable.symbols(edge) {
            let numbers = (pdu.id(), pdu.origin());
            self.world.discards.count(Bus::LAYER, reason);
            let what = What::Discarded { reason };
            let (octets, ici) = (pdu.octets(), pdu.ici());
            self.world.tell(Bus::LAYER, numbers, what, octets, ici);
        }
        cable.leave(edge);
    }

    fn tell_signal(&mut self, (node, port): (usize, u16), signal: Signal) {
        let notice = Notice::Medium { port, signal };
        if let Some(mut visit) = self.visit(node) {
            visit.tell(Item::Notice(Direction::Up, Box::new(notice)));
        }
        self.settle(node);
    }
}
