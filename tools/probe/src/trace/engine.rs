//! The trace engine: which probe leaves when, how long to wait, when the path is known.
//!
//! Units: nanoseconds for times, octets for lengths.
//! Not here: the table of probes (`table`), what an answer means (`answer`).

mod hear;

use std::collections::VecDeque;

use core::time::Duration;

use layercake_base::Instant;

use super::reach::Reach;
use super::table::{State, Table};
use super::{Meaning, Plan, Record};
use crate::engine::{Engine, Step};
use crate::net::{Clock, Incoming, Outgoing, SendError, Sent, Stamp};

/// How long a probe waits that the host had no room for.
const BACK_OFF: Duration = Duration::from_millis(10);

/// A trace on its way.
#[derive(Debug)]
pub struct Trace {
    plan: Plan,
    name: String,
    epoch: u64,
    table: Table,
    reach: Reach,
    /// No probe before this instant.
    hold: Instant,
    /// Look for arrivals before the next probe leaves, so that none is wasted.
    glance: bool,
    /// The slot whose probe was handed out by the last poll.
    leaving: Option<usize>,
    /// When that poll was.
    launched: Instant,
    progress: Progress,
    records: VecDeque<Record>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    New,
    Running,
    Interrupted,
    Failed,
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
        let at = by_user(Instant::ZERO);
        let ticket = u64::MAX;
        Ok(Trace {
            table: Table::new(&plan, Sent { at, ticket }),
            reach: Reach::new(&plan),
            plan,
            name: name.to_owned(),
            epoch,
            hold: Instant::ZERO,
            glance: false,
            leaving: None,
            launched: Instant::ZERO,
            progress: Progress::New,
            records: VecDeque::new(),
        })
    }

    /// The last hop that matters as far as known.
    fn end(&self) -> u8 {
        self.table.end().unwrap_or(self.plan.max)
    }

    fn is_complete(&self) -> bool {
        let end = self.end();
        let mut needed = self.table.slots().iter();
        needed.all(|slot| slot.is_done() || slot.position.hop > end)
    }

    fn has_room(&self) -> bool {
        let slots = self.table.slots().iter();
        let flying = slots.filter(|slot| slot.is_pending()).count();
        let most = self.plan.parallel;
        most.is_none_or(|most| flying < usize::from(most.get()))
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
        let end = self.end();
        loop {
            if let Some(slot) = self.reach.next(&self.table, end) {
                return match self.has_room() {
                    true if now < self.hold => self.wait_until(Some(self.hold)),
                    true => self.launch(slot),
                    false => self.wait_until(None),
                };
            }
            match self.reach.settles(&self.table, &self.plan, end) {
                Some(at) if at <= now => self.reach.go_further(&self.plan),
                later => return self.wait_until(later),
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
            what: self.plan.probe(self.table.next_number()),
            destination: self.plan.target,
            ttl: hop,
            tos: self.plan.tos,
            dont_fragment: self.plan.dont_fragment,
        })
    }

    fn too_long(&mut self, slot: usize, mtu: u32, now: Instant) {
        let launched = self.launched;
        if let Some(slot) = self.table.slot_mut(slot) {
            slot.state = State::TooLong;
            self.records.push_back(Record::TooLong {
                probe: slot.position,
                at_ns: now.as_nanos(),
                took_ns: nanos(now.since(launched)),
                mtu,
            });
        }
    }

    fn finish(&mut self, now: Instant) -> Step {
        let interrupted = self.progress == Progress::Interrupted;
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
                interrupted,
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
            Progress::Interrupted | Progress::Failed | Progress::Finished => {
                return self.finish(now);
            }
        }
        if std::mem::take(&mut self.glance) {
            return Step::Wait(Some(now));
        }
        self.expire(now);
        if self.is_complete() {
            return self.finish(now);
        }
        self.launched = now;
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
            Err(SendError::TooLong { mtu }) => self.too_long(slot, mtu, now),
            Err(error) => {
                let error = error.to_string();
                self.records.push_back(Record::Failed { error });
                self.progress = Progress::Failed;
            }
        }
    }

    fn on_incoming(&mut self, incoming: &Incoming, _now: Instant) {
        self.hear(incoming);
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

fn by_user(at: Instant) -> Stamp {
    let clock = Clock::User;
    Stamp { at, clock }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
