//! Ping: ask, wait, count.
//!
//! ```text
//!   Plan -> Ping { one Session a target: Window, Pace, Statistics } -> Record, Record, …
//! ```
//! [`Ping`] is an [`Engine`]: it decides what to send and when, and what an arrival means.
//! What it decides is what ping(8) of iputils decides, so that scripts see no difference;
//! what it believes is less: times come from a table of its own, see `window`.
//!
//! Spec: RFC 792 and RFC 4443 (echo), ping(8). Units: nanoseconds inside, see [`Record`].
//! Checks: identifier, then sequence number or seal, then every octet of the data.
//! Not here: sockets (`tools/kit`), what people read ([`text`]).

mod answers;
mod pace;
pub(crate) mod payload;
mod plan;
#[cfg(test)]
mod properties;
mod record;
#[cfg(test)]
mod script;
mod session;
mod statistics;
#[cfg(test)]
mod tests;
pub mod text;
mod window;

use core::net::IpAddr;
use core::time::Duration;
use std::collections::VecDeque;

use layercake_base::Instant;

use crate::engine::{Engine, Step};
use crate::net::{Clock, Incoming, Kind, Quoted, Report, SendError, Sent, Stamp};
use session::{Session, Want};

pub use payload::Key;
pub use plan::{Plan, Target};
pub use record::{Place, Record, Reply, Summary, Wrong};
pub use statistics::{Statistics, Times};

/// Two targets do not begin closer together than this, nor than their share of the interval.
const STAGGER: Duration = Duration::from_millis(10);

/// The ping engine.
#[derive(Debug)]
pub struct Ping {
    plan: Plan,
    sessions: Vec<Session>,
    /// When the run ends in any case; known from the first poll on.
    end: Option<Instant>,
    state: State,
    /// The session whose probe is being sent.
    sending: usize,
    records: VecDeque<Record>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Fresh,
    Running,
    Over,
}

impl Ping {
    /// An engine that carries out `plan`.
    pub fn new(plan: Plan) -> Self {
        Ping {
            plan,
            sessions: Vec::new(),
            end: None,
            state: State::Fresh,
            sending: 0,
            records: VecDeque::new(),
        }
    }

    /// The figures of each target so far.
    pub fn summaries(&self) -> impl Iterator<Item = Summary> + '_ {
        self.sessions
            .iter()
            .map(|session| session.summary(&self.plan))
    }

    /// Whether every target answered as often as asked: exit code 0 of ping(8), else 1.
    pub fn is_success(&self) -> bool {
        let deadline = self.plan.deadline.is_some();
        self.summaries()
            .all(|summary| summary.is_success(self.plan.count, deadline))
    }

    fn begin(&mut self, now: Instant) {
        self.state = State::Running;
        self.end = self.plan.deadline.map(|deadline| now + deadline);
        let count = u32::try_from(self.plan.targets.len()).unwrap_or(u32::MAX);
        let gap = (self.plan.interval / count.max(1)).min(STAGGER);
        let mut first = now;
        for (index, target) in (0..).zip(self.plan.targets.clone()) {
            self.records.push_back(Record::Started {
                host: target.name.clone(),
                address: target.address,
                size: self.plan.size,
                epoch_ns: self.plan.epoch,
            });
            self.sessions
                .push(Session::new(target, index, &self.plan, first));
            first = first + gap;
        }
    }

    fn finish(&mut self) -> Step {
        self.state = State::Over;
        let summaries: Vec<_> = self.summaries().map(Record::Summary).collect();
        self.records.extend(summaries);
        Step::Finished
    }

    fn on_reply(&mut self, incoming: &Incoming) {
        let Kind::EchoReply {
            identifier,
            sequence,
            payload,
            corrupted,
        } = &incoming.kind
        else {
            return;
        };
        if *identifier != self.plan.identifier {
            return;
        }
        let index = self.index_of(incoming.from, payload);
        let session = index.and_then(|index| self.sessions.get_mut(index));
        let record = session.and_then(|session| {
            session.on_reply(&self.plan, *sequence, payload, *corrupted, incoming)
        });
        self.records.extend(record);
    }

    fn on_error(&mut self, report: &Report, incoming: &Incoming) {
        let Quoted::Echo {
            identifier,
            sequence,
        } = report.probe
        else {
            return;
        };
        // What this host finds before anything leaves is told by the outcome of sending.
        if identifier != self.plan.identifier || report.local {
            return;
        }
        let index = self.index_of(report.destination, &[]);
        let session = index.and_then(|index| self.sessions.get_mut(index));
        let record = session
            .and_then(|session| session.on_error(sequence, report.cause, incoming));
        self.records.extend(record);
    }

    /// The session that an arrival is for: by address, by seal, or because it is the only one.
    fn index_of(&self, address: Option<IpAddr>, payload: &[u8]) -> Option<usize> {
        let sealed =
            || usize::try_from(payload::number(self.plan.key, payload)? >> 48).ok();
        let only = || (self.sessions.len() == 1).then_some(0);
        let same = |session: &Session| Some(session.target().address) == address;
        sealed()
            .or_else(|| self.sessions.iter().position(same))
            .or_else(only)
    }
}

impl Engine for Ping {
    type Record = Record;

    fn poll(&mut self, now: Instant) -> Step {
        match self.state {
            State::Fresh => self.begin(now),
            State::Running => {}
            State::Over => return Step::Finished,
        }
        let mut wake: Option<Instant> = None;
        for (index, session) in self.sessions.iter_mut().enumerate() {
            match session.poll(&self.plan, self.end, now, &mut self.records) {
                Want::Send(probe) => {
                    self.sending = index;
                    return Step::Send(probe);
                }
                Want::Wait(until) => wake = [wake, until].into_iter().flatten().min(),
                Want::Nothing => {}
            }
        }
        if self.sessions.iter().all(Session::is_over) {
            return self.finish();
        }
        Step::Wait(wake)
    }

    fn on_sent(&mut self, outcome: Result<Sent, SendError>, now: Instant) {
        if let Some(session) = self.sessions.get_mut(self.sending) {
            self.records
                .extend(session.on_sent(&self.plan, outcome, now));
        }
    }

    fn on_incoming(&mut self, incoming: &Incoming, _now: Instant) {
        match &incoming.kind {
            Kind::EchoReply { .. } => self.on_reply(incoming),
            Kind::Error(report) => self.on_error(report, incoming),
            Kind::Datagram { .. } => {}
            Kind::Left { ticket } => {
                let mut sessions = self.sessions.iter_mut();
                sessions.any(|session| session.on_left(*ticket, incoming));
            }
        }
    }

    fn on_interrupt(&mut self, now: Instant) {
        for session in self
            .sessions
            .iter_mut()
            .filter(|session| !session.is_over())
        {
            session.finish(now, &mut self.records);
        }
    }

    fn on_status(&mut self, _now: Instant) {
        let status: Vec<_> = self.summaries().map(Record::Status).collect();
        self.records.extend(status);
    }

    fn records(&mut self) -> &mut VecDeque<Record> {
        &mut self.records
    }
}

/// Stands for the sending of a probe that never left.
fn unsent(now: Instant) -> Sent {
    let at = Stamp {
        at: now,
        clock: Clock::User,
    };
    Sent {
        at,
        ticket: u64::MAX,
    }
}
