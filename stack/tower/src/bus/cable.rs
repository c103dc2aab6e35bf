//! What is on a bus now, and what each edge of a signal means for the tap that it reaches.

use core::time::Duration;

use layercake_base::{Instant, Pdu, Reason, Signal};

use super::Bus;
use super::ear::Ear;
use super::edge::{Edge, Fate, Way};

const BUSY: Reason = Reason::NoWay("this station is still sending on the bus");
const COLLIDED: Reason = Reason::NoWay("collided on the bus");
const CUT_SHORT: Reason = Reason::NoWay("cut short by its sender");

/// Pairs of a signal and a tap that it has yet to leave: what a bus may have in the air, however
/// long it is.
const MOST_EDGES: usize = 1 << 20;

/// A bus with its stations and signals.
#[derive(Debug)]
pub(crate) struct Cable {
    bus: Bus,
    taps: Vec<Tap>,
    /// What is still heard somewhere; at most a few for each tap.
    flying: Vec<Flight>,
    begun: u64,
}

#[derive(Debug)]
struct Tap {
    station: (usize, u16),
    at: Duration,
    ear: Ear,
    /// The station's own transmission, and when it is over.
    sending: Option<(u64, Instant)>,
    collision_told: bool,
}

/// A transmission that some tap has still to hear to its end.
#[derive(Debug)]
struct Flight {
    number: u64,
    from: usize,
    pdu: Pdu,
    end: Instant,
    jammed: bool,
    /// Taps that it has not yet left.
    left: usize,
}

impl Cable {
    pub(crate) fn new(bus: Bus) -> Self {
        Cable {
            bus,
            taps: Vec::new(),
            flying: Vec::new(),
            begun: 0,
        }
    }

    /// Attaches a node's port; gives the number of its tap.
    pub(crate) fn attach(&mut self, station: (usize, u16), at: Duration) -> usize {
        self.taps.push(Tap {
            station,
            at,
            ear: Ear::default(),
            sending: None,
            collision_told: false,
        });
        self.taps.len() - 1
    }

    /// The node and port at a tap.
    pub(crate) fn station(&self, tap: usize) -> Option<(usize, u16)> {
        self.taps.get(tap).map(|tap| tap.station)
    }

    /// Transmissions that a station may begin now: one, or none while it sends; and when it may.
    pub(crate) fn room(&self, tap: usize, now: Instant) -> (usize, Instant) {
        let sending = self.taps.get(tap).and_then(|tap| tap.sending);
        sending.map_or((1, now), |(_, end)| (0, end.max(now)))
    }

    /// When the last station will have heard `octets` octets of symbols that a station sends now.
    ///
    /// # Errors
    /// [`Reason`] while the station is still sending, or when too much is in the air.
    pub(crate) fn last_arrival(
        &self,
        from: usize,
        octets: usize,
        now: Instant,
    ) -> Result<Instant, Reason> {
        if self.taps.get(from).is_none_or(|tap| tap.sending.is_some()) {
            return Err(BUSY);
        }
        let limit = (MOST_EDGES / self.taps.len().max(1)).max(1);
        if self.flying.len() >= limit {
            let queue = "the bus";
            return Err(Reason::Full { queue, limit });
        }
        let delays = (0..self.taps.len()).map(|tap| self.delay(from, tap));
        let end = now + self.bus.expansion.time(octets, self.bus.rate);
        Ok(end + delays.max().unwrap_or_default())
    }

    /// A station that sends nothing yet begins to; `enter` gets the edges to come.
    pub(crate) fn transmit(
        &mut self,
        from: usize,
        pdu: Pdu,
        now: Instant,
        mut enter: impl FnMut(Instant, Edge),
    ) {
        let end = now + self.bus.expansion.time(pdu.len(), self.bus.rate);
        let (number, left) = (self.begun, self.taps.len());
        self.begun += 1;
        if let Some(tap) = self.taps.get_mut(from) {
            tap.sending = Some((number, end));
            tap.collision_told = false;
            if end > now {
                tap.ear.damage(now); // half duplex: it does not hear the rest
            }
        }
        self.flying.push(Flight {
            number,
            from,
            pdu,
            end,
            jammed: false,
            left,
        });
        self.edges(from, number, now, Way::Begins, &mut enter);
        self.edges(from, number, end, Way::Ends { jammed: false }, &mut enter);
    }

    /// When an edge that leaves the tap `from` at `then` reaches each of the taps.
    fn edges(
        &self,
        from: usize,
        number: u64,
        then: Instant,
        way: Way,
        enter: &mut impl FnMut(Instant, Edge),
    ) {
        for tap in 0..self.taps.len() {
            let edge = Edge { tap, number, way };
            enter(then + self.delay(from, tap), edge);
        }
    }

    fn delay(&self, from: usize, to: usize) -> Duration {
        match (self.taps.get(from), self.taps.get(to)) {
            (Some(one), Some(other)) if from != to => {
                self.bus.shape.delay(one.at, other.at)
            }
            _ => Duration::ZERO,
        }
    }

    /// A station ends its transmission after `bits` bits of jam; `enter` gets the edges to come.
    /// Nothing happens when it is not sending, or jams already.
    pub(crate) fn jam(
        &mut self,
        from: usize,
        bits: u16,
        now: Instant,
        mut enter: impl FnMut(Instant, Edge),
    ) {
        let end = now + self.time_of(bits);
        let Some((number, _)) = self.taps.get(from).and_then(|tap| tap.sending) else {
            return;
        };
        let mut all = self.flying.iter_mut();
        let flight = all.find(|flight| flight.number == number && !flight.jammed);
        let Some(flight) = flight else {
            return;
        };
        (flight.jammed, flight.end) = (true, end);
        for to in 0..self.taps.len() {
            let there = end + self.delay(from, to);
            if let Some(tap) = self.taps.get_mut(to) {
                tap.ear.ends_at(number, there);
                if to == from {
                    tap.sending = Some((number, end));
                }
            }
        }
        self.edges(from, number, end, Way::Ends { jammed: true }, &mut enter);
    }

    fn time_of(&self, bits: u16) -> Duration {
        let nanos = u64::from(bits) * 1_000_000_000;
        Duration::from_nanos(nanos.checked_div(self.bus.rate).unwrap_or(0))
    }

    /// The beginning of a signal reaches a tap: what its station is told.
    pub(crate) fn begin(&mut self, edge: Edge, now: Instant) -> [Option<Signal>; 2] {
        let flight = self.flying.iter().find(|one| one.number == edge.number);
        let Some((from, end)) = flight.map(|flight| (flight.from, flight.end)) else {
            return [None, None];
        };
        let end = end + self.delay(from, edge.tap);
        let Some(tap) = self.taps.get_mut(edge.tap) else {
            return [None, None];
        };
        tap.begin(edge.number, from == edge.tap, now, end)
    }

    /// The end of a signal reaches a tap: what it was there, and what the station is told when
    /// it has that. `None` when the edge is a beginning, or void.
    pub(crate) fn end(&mut self, edge: Edge) -> Option<(Fate, Option<Signal>)> {
        let flight = self.flying.iter().find(|one| one.number == edge.number)?;
        let jammed = flight.jammed;
        if edge.way != (Way::Ends { jammed }) {
            return None;
        }
        let tap = self.taps.get_mut(edge.tap)?;
        if flight.from == edge.tap {
            tap.sending = None;
            return Some((Fate::Own, Some(Signal::Sent)));
        }
        let damaged = tap.ear.end(edge.number)?;
        let off = tap.ear.is_silent().then_some(Signal::CarrierOff);
        let fate = match (damaged, jammed) {
            (true, _) => Fate::Spoilt(COLLIDED),
            (false, true) => Fate::Spoilt(CUT_SHORT),
            (false, false) => Fate::Whole,
        };
        Some((fate, off))
    }

    /// The symbols of a signal that has reached a tap.
    pub(crate) fn symbols(&self, edge: Edge) -> Option<&Pdu> {
        let flight = self.flying.iter().find(|one| one.number == edge.number)?;
        Some(&flight.pdu)
    }

    /// An ended signal is done with at one tap. Gives its symbols when that was the last.
    pub(crate) fn leave(&mut self, edge: Edge) -> Option<Pdu> {
        let at = self
            .flying
            .iter()
            .position(|one| one.number == edge.number)?;
        let flight = self.flying.get_mut(at)?;
        flight.left = flight.left.saturating_sub(1);
        (flight.left == 0).then(|| self.flying.swap_remove(at).pdu)
    }
}

impl Tap {
    fn begin(
        &mut self,
        number: u64,
        own: bool,
        now: Instant,
        end: Instant,
    ) -> [Option<Signal>; 2] {
        let was_silent = self.ear.is_silent();
        let sends = self.sending.is_some_and(|(_, until)| until > now);
        if !own {
            self.ear.begin(number, now, end, sends);
        }
        let carrier = was_silent && !self.ear.is_silent();
        let overlaps = sends && self.ear.hears(now);
        let collides = overlaps && !core::mem::replace(&mut self.collision_told, true);
        [
            carrier.then_some(Signal::CarrierOn),
            collides.then_some(Signal::Collision),
        ]
    }
}
