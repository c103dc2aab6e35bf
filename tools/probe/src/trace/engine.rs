//! The trace engine: which probe leaves when, how long to wait, when the path is known.
//!
//! Units: nanoseconds for times, octets for lengths.
//! Not here: the table of probes (`table`), what an answer means (`answer`).

use std::collections::VecDeque;

use core::time::Duration;

use layercake_base::Instant;

use super::plan::scaled;
use super::table::{State, Table};
use super::{Meaning, Method, Plan, Record, Refusal};
use crate::engine::{Engine, Step};
use crate::net::{
    Clock, Incoming, Kind, Outgoing, Probe, Quoted, Report, SendError, Sent, Stamp,
};

/// Hops that are asked at once at the start, and hops that scouts explore at a time.
const REACH: u8 = 16;
/// The source port of the first UDP probe where nobody asked for another: the first of those that
/// RFC 6335 §6 leaves to everyone. 2550 probes fit behind it.
const FIRST_SOURCE: u16 = 0xc000;
/// How long a probe waits that the host had no room for.
const BACK_OFF: Duration = Duration::from_millis(10);
/// How long scouts are waited for before others go further, while nothing at all has answered.
const BLIND: Duration = Duration::from_secs(1);

/// A trace on its way.
#[derive(Debug)]
pub struct Trace {
    plan: Plan,
    name: String,
    epoch: u64,
    table: Table,
    /// Up to this hop all probes may leave.
    filled: u8,
    /// Up to this hop the first probe may leave.
    frontier: u8,
    /// No probe before this instant.
    hold: Instant,
    /// Look for arrivals before the next probe leaves, so that none is wasted.
    glance: bool,
    /// The slot whose probe was handed out by the last poll.
    leaving: Option<usize>,
    progress: Progress,
    records: VecDeque<Record>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    New,
    Running,
    Interrupted,
    Finished,
}

impl Trace {
    /// A trace by this plan to what the user called `name`. `epoch` is that of the back end's
    /// clock, see [`Time::epoch`](crate::net::Time::epoch).
    ///
    /// # Errors
    /// [`PlanError`](super::PlanError) when the plan cannot be carried out.
    pub fn new(plan: Plan, name: &str, epoch: u64) -> Result<Self, super::PlanError> {
        plan.check()?;
        let at = Stamp {
            at: Instant::ZERO,
            clock: Clock::User,
        };
        let reach = plan.first.saturating_add(REACH - 1).min(plan.max);
        Ok(Trace {
            table: Table::new(
                &plan,
                Sent {
                    at,
                    ticket: u64::MAX,
                },
            ),
            plan,
            name: name.to_owned(),
            epoch,
            filled: reach,
            frontier: reach,
            hold: Instant::ZERO,
            glance: false,
            leaving: None,
            progress: Progress::New,
            records: VecDeque::new(),
        })
    }

    /// Whether a final answer came.
    pub fn reached_an_end(&self) -> bool {
        self.table.end().is_some()
    }

    /// The last hop that matters as far as known.
    fn end(&self) -> u8 {
        self.table.end().unwrap_or(self.plan.max)
    }

    fn is_complete(&self) -> bool {
        let end = self.end();
        let slots = self.table.slots();
        slots
            .iter()
            .take_while(|slot| slot.position.hop <= end)
            .all(|slot| slot.is_done())
    }

    /// The next probe that may leave, nearest hop first.
    fn next_slot(&self) -> Option<usize> {
        let end = self.end();
        let filled = self.filled.max(self.table.furthest_answer().unwrap_or(0));
        self.table.slots().iter().position(|slot| {
            let reach = if slot.position.query == 1 {
                self.frontier
            } else {
                filled
            };
            slot.state == State::Unsent && slot.position.hop <= reach.min(end)
        })
    }

    fn has_room(&self) -> bool {
        let flying = self
            .table
            .slots()
            .iter()
            .filter(|slot| slot.is_pending())
            .count();
        self.plan
            .parallel
            .is_none_or(|most| flying < usize::from(most.get()))
    }

    /// When the probes beyond the furthest answer have had their time, and scouts may go further.
    fn settles(&self) -> Instant {
        let patience = self.table.longest().map_or(BLIND, |longest| {
            scaled(longest + Duration::from_millis(1), 3.0).max(self.plan.waits.least)
        });
        let furthest = self.table.furthest_answer().unwrap_or(0);
        let beyond = |slot: &&super::table::Slot| {
            slot.is_pending() && slot.position.hop > furthest
        };
        let pending = self.table.slots().iter().filter(beyond);
        let last = pending.map(|slot| slot.sent.at.at + patience).max();
        last.unwrap_or(Instant::ZERO)
    }

    fn may_go_further(&self) -> bool {
        self.filled < self.end()
    }

    fn go_further(&mut self) {
        self.filled = self.frontier;
        self.frontier = self.frontier.saturating_add(REACH).min(self.plan.max);
    }

    /// Gives up probes whose time is over.
    fn expire(&mut self, now: Instant) {
        let end = self.end();
        let mut over: Vec<_> = self.table.deadlines(&self.plan);
        over.retain(|(_, deadline)| *deadline <= now);
        for (index, _) in over.into_iter().rev() {
            let Some(slot) = self.table.slot_mut(index) else {
                continue;
            };
            slot.state = State::Silent;
            if slot.position.hop <= end {
                let waited = now.since(slot.sent.at.at);
                self.records.push_back(Record::Timeout {
                    probe: slot.position,
                    at_ns: now.as_nanos(),
                    waited_ns: nanos(waited),
                });
            }
        }
    }

    /// What to do when nothing is over and the path is not known yet.
    fn next_step(&mut self, now: Instant) -> Step {
        loop {
            let room = self.has_room();
            match self.next_slot() {
                Some(_) if room && now < self.hold => {
                    return self.wait_until(Some(self.hold));
                }
                Some(slot) if room => return self.launch(slot),
                Some(_) => return self.wait_until(None),
                None if !self.may_go_further() => return self.wait_until(None),
                None if self.settles() <= now => self.go_further(),
                None => return self.wait_until(Some(self.settles())),
            }
        }
    }

    fn wait_until(&self, other: Option<Instant>) -> Step {
        let deadlines = self.table.deadlines(&self.plan);
        Step::Wait(deadlines.into_iter().map(|(_, at)| at).chain(other).min())
    }

    fn launch(&mut self, slot: usize) -> Step {
        self.leaving = Some(slot);
        let hop = self.table.slots().get(slot).map(|slot| slot.position.hop);
        Step::Send(Outgoing {
            what: self.probe(self.table.next_number()),
            destination: self.plan.target,
            ttl: hop,
            tos: self.plan.tos,
            dont_fragment: self.plan.dont_fragment,
        })
    }

    /// The octets of probe `number`, as traceroute fills them: `@ABC…` over and over.
    fn probe(&self, number: u16) -> Probe {
        let mut payload: Vec<u8> =
            (0x40..0x80).cycle().take(self.plan.payload()).collect();
        let port = self.plan.port;
        let source = self.plan.source_port.unwrap_or(FIRST_SOURCE);
        let (source_port, destination_port) = match self.plan.method {
            Method::Default => (source, port.wrapping_add(number)),
            Method::Udp if self.plan.source_port.is_some() => (source, port),
            Method::Udp => (FIRST_SOURCE.wrapping_add(number), port),
            Method::Icmp => {
                let sequence = port.wrapping_add(number);
                balance(&mut payload, sequence);
                let identifier = self.plan.identifier;
                return Probe::Echo {
                    identifier,
                    sequence,
                    payload,
                };
            }
        };
        Probe::Udp {
            source_port,
            destination_port,
            payload,
        }
    }

    /// The slot of the probe that an error quotes; a quote of somebody else's packet has none.
    fn quoted(&self, report: &Report) -> Option<usize> {
        if report.local || report.destination.is_some_and(|to| to != self.plan.target) {
            return None;
        }
        let plan = &self.plan;
        match (plan.method, report.probe) {
            (Method::Icmp, Quoted::Echo { sequence, .. }) => {
                self.table.find(sequence.wrapping_sub(plan.port))
            }
            (
                method,
                Quoted::Udp {
                    source_port,
                    destination_port,
                },
            ) => self.ports(method, source_port, destination_port),
            _ => None,
        }
    }

    /// The slot of the probe from `source` to `destination`.
    fn ports(&self, method: Method, source: u16, destination: u16) -> Option<usize> {
        let number = match method {
            Method::Default => destination.wrapping_sub(self.plan.port),
            Method::Udp if destination != self.plan.port => return None,
            // One probe in flight at a time: it is the last one.
            Method::Udp if self.plan.source_port.is_some() => return self.table.last(),
            Method::Udp => source.wrapping_sub(FIRST_SOURCE),
            Method::Icmp => return None,
        };
        self.table.find(number)
    }

    fn answered(&mut self, slot: usize, meaning: Meaning, incoming: &Incoming) {
        let Some(slot) = self.table.slot_mut(slot) else {
            return;
        };
        let (sent, received) = match incoming.at.at >= slot.left.at {
            true => (slot.left, incoming.at),
            // The clocks contradict each other: take those of this program.
            false => (
                slot.sent.at,
                Stamp {
                    at: incoming.seen,
                    clock: Clock::User,
                },
            ),
        };
        let round_trip = received.at.since(sent.at);
        let Some(from) = incoming.from.filter(|_| slot.is_pending()) else {
            self.records.push_back(Record::Late {
                probe: slot.position,
                at_ns: received.at.as_nanos(),
                from: incoming.from,
                rtt_ns: nanos(round_trip),
                duplicate: matches!(slot.state, State::Answered(..)),
            });
            return;
        };
        slot.state = State::Answered(round_trip, meaning, Some(from));
        self.records.push_back(Record::HopReply {
            probe: slot.position,
            at_ns: received.at.as_nanos(),
            from,
            rtt_ns: nanos(round_trip),
            sent_by: sent.clock,
            received_by: received.clock,
            ttl: incoming.ttl,
            reached: meaning == Meaning::Reached,
            refusal: refusal(meaning),
            extensions: extensions(incoming),
        });
    }

    fn finish(&mut self, now: Instant) -> Step {
        if self.progress != Progress::Finished {
            self.progress = Progress::Finished;
            let slots = self.table.slots();
            let answered = slots
                .iter()
                .filter(|s| matches!(s.state, State::Answered(..)));
            let reached = slots
                .iter()
                .any(|s| matches!(s.state, State::Answered(_, Meaning::Reached, _)));
            let record = Record::PathFinished {
                at_ns: now.as_nanos(),
                reached,
                hops: self.end(),
                sent: self.table.count_sent(),
                answered: answered.count(),
            };
            self.records.push_back(record);
        }
        Step::Finished
    }

    fn start(&mut self) {
        self.progress = Progress::Running;
        self.records.push_back(Record::Started {
            name: self.name.clone(),
            target: self.plan.target,
            method: self.plan.method,
            first: self.plan.first,
            max: self.plan.max,
            queries: self.plan.queries,
            length: self.plan.packet(),
            epoch_ns: self.epoch,
        });
    }
}

impl Engine for Trace {
    type Record = Record;

    fn poll(&mut self, now: Instant) -> Step {
        match self.progress {
            Progress::New => self.start(),
            Progress::Running => {}
            Progress::Interrupted | Progress::Finished => return self.finish(now),
        }
        if std::mem::take(&mut self.glance) {
            return Step::Wait(Some(now));
        }
        self.expire(now);
        if self.is_complete() {
            return self.finish(now);
        }
        self.next_step(now)
    }

    fn on_sent(&mut self, outcome: Result<Sent, SendError>, now: Instant) {
        let Some(slot) = self.leaving.take() else {
            return;
        };
        match outcome {
            Ok(sent) => {
                self.table.sent(slot, sent);
                self.hold = sent.at.at + self.plan.interval;
                self.glance = true;
                if let Some(slot) = self.table.slots().get(slot) {
                    self.records.push_back(Record::ProbeSent {
                        probe: slot.position,
                        at_ns: sent.at.at.as_nanos(),
                    });
                }
            }
            Err(SendError::Busy) => self.hold = now + BACK_OFF,
            Err(error) => {
                let error = error.to_string();
                self.records.push_back(Record::Failed { error });
                self.progress = Progress::Interrupted;
            }
        }
    }

    fn on_incoming(&mut self, incoming: &Incoming, _now: Instant) {
        match &incoming.kind {
            Kind::Left { ticket } => {
                let slot = self.table.find_ticket(*ticket);
                let slot = slot.and_then(|slot| self.table.slot_mut(slot));
                if let Some(slot) = slot.filter(|s| incoming.at.at >= s.sent.at.at) {
                    slot.left = incoming.at;
                }
            }
            Kind::EchoReply {
                sequence,
                corrupted: false,
                ..
            } if self.plan.method == Method::Icmp
                && incoming.from == Some(self.plan.target) =>
            {
                let number = sequence.wrapping_sub(self.plan.port);
                if let Some(slot) = self.table.find(number) {
                    self.answered(slot, Meaning::Reached, incoming);
                }
            }
            Kind::EchoReply { .. } => {}
            Kind::Error(report) => {
                let meaning = Meaning::of(report.cause, self.plan.target);
                if let Some((slot, meaning)) = self.quoted(report).zip(meaning) {
                    self.answered(slot, meaning, incoming);
                }
            }
        }
    }

    fn on_interrupt(&mut self, _now: Instant) {
        self.progress = Progress::Interrupted;
    }

    /// A trace shows all that it knows as it goes.
    fn on_status(&mut self, _now: Instant) {}

    fn records(&mut self) -> &mut VecDeque<Record> {
        &mut self.records
    }
}

/// Puts the complement of the sequence number into the payload, so that the ICMP checksum is the
/// same for all probes and routers that balance load by it keep them on one path (Paris).
fn balance(payload: &mut [u8], sequence: u16) {
    if let Some(first) = payload.first_chunk_mut() {
        *first = (!sequence).to_be_bytes();
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

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
