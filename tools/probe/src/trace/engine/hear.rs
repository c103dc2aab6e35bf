//! What a trace makes of an arrival: which probe it answers, in time or late, and what it means.

use core::net::IpAddr;
use core::time::Duration;

use super::{Trace, by_user, nanos};
use crate::net::{Incoming, Kind, Stamp};
use crate::trace::identity::Named;
use crate::trace::table::State;
use crate::trace::{Meaning, Position, Record, Refusal};

/// When a probe left and its answer came.
#[derive(Clone, Copy, Debug)]
struct Told {
    probe: Position,
    sent: Stamp,
    received: Stamp,
    round_trip: Duration,
}

impl Trace {
    /// Takes note of an arrival; it may be anything.
    pub(super) fn hear(&mut self, incoming: &Incoming) {
        match &incoming.kind {
            Kind::Left { ticket } => {
                let slot = self.table.find_ticket(*ticket);
                let slot = slot.and_then(|slot| self.table.slot_mut(slot));
                if let Some(slot) = slot.filter(|s| incoming.at.at >= s.sent.at.at) {
                    slot.left = incoming.at;
                }
            }
            Kind::Error(report) => {
                let meaning = Meaning::of(report.cause, self.plan.target);
                if let Some((named, meaning)) = self.plan.quoted(report).zip(meaning) {
                    self.answered(named, meaning, incoming);
                }
            }
            kind if incoming.from == Some(self.plan.target) => {
                if let Some(named) = self.plan.answered(kind) {
                    self.answered(named, Meaning::Reached, incoming);
                }
            }
            Kind::EchoReply { .. } | Kind::Datagram { .. } => {}
        }
    }

    fn find(&self, named: Named) -> Option<usize> {
        match named {
            Named::Number(number) => self.table.find(number),
            Named::Last => self.table.last(),
        }
    }

    fn answered(&mut self, named: Named, meaning: Meaning, incoming: &Incoming) {
        let Some((place, slot)) = self.find(named).and_then(|place| self.table.at(place))
        else {
            return;
        };
        let (sent, received) = match incoming.at.at >= slot.left.at {
            true => (slot.left, incoming.at),
            // The clocks contradict each other: take those of this program.
            false => (slot.sent.at, by_user(incoming.seen)),
        };
        let round_trip = received.at.since(sent.at);
        let told = Told {
            probe: slot.position,
            sent,
            received,
            round_trip,
        };
        match incoming.from.filter(|_| slot.is_pending()) {
            Some(from) => self.in_time(place, told, meaning, from, incoming),
            None => self.records.push_back(Record::Late {
                probe: told.probe,
                at_ns: received.at.as_nanos(),
                from: incoming.from,
                rtt_ns: nanos(round_trip),
                duplicate: matches!(slot.state, State::Answered(..)),
            }),
        }
    }

    fn in_time(
        &mut self,
        place: usize,
        told: Told,
        meaning: Meaning,
        from: IpAddr,
        incoming: &Incoming,
    ) {
        let refusal = refusal(meaning);
        let shown = match refusal {
            Some(_) => self.table.place_of_refusal(place, from),
            None => place,
        };
        if let Some(slot) = self.table.slot_mut(place) {
            slot.state = State::Silent;
        }
        let Some(slot) = self.table.slot_mut(shown) else {
            return;
        };
        slot.state = State::Answered(told.round_trip, meaning, from);
        let probe = slot.position;
        self.records.push_back(Record::HopReply {
            probe,
            at_ns: told.received.at.as_nanos(),
            brought_by: (probe != told.probe).then_some(told.probe),
            from,
            rtt_ns: nanos(told.round_trip),
            sent_by: told.sent.clock,
            received_by: told.received.clock,
            ttl: incoming.ttl,
            reached: meaning == Meaning::Reached,
            refusal,
            extensions: extensions(incoming),
        });
    }
}

fn refusal(meaning: Meaning) -> Option<Refusal> {
    match meaning {
        Meaning::Refused(refusal) => Some(refusal),
        Meaning::Expired | Meaning::Reached => None,
    }
}

fn extensions(incoming: &Incoming) -> Vec<u8> {
    match &incoming.kind {
        Kind::Error(report) => report.extensions.clone(),
        _ => Vec::new(),
    }
}
