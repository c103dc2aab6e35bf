//! One target of a run: its probes, its counters, its end.
//!
//! Spec: ping(8) of iputils for when a run ends and how it counts.
//! Not here: several targets at once ([`Ping`](super::Ping)).

use core::time::Duration;
use std::collections::VecDeque;

use layercake_base::Instant;

use super::pace::Pace;
use super::payload;
use super::record::{Place, Record};
use super::statistics::Statistics;
use super::window::{Fate, Window, sequence_of};
use super::{Plan, Target};
use crate::net::{Outgoing, Probe, SendError, Sent};

/// What a target wants next.
pub(super) enum Want {
    Send(Outgoing),
    Wait(Option<Instant>),
    Nothing,
}

#[derive(Debug)]
pub(super) struct Session {
    pub(super) target: Target,
    pub(super) index: u64,
    pub(super) window: Window,
    pub(super) pace: Pace,
    pub(super) statistics: Statistics,
    pub(super) received: u64,
    pub(super) duplicates: u64,
    pub(super) corrupted: u64,
    pub(super) errors: u64,
    /// Highest sequence number that was answered, one way or the other.
    pub(super) acknowledged: u16,
    pub(super) pipe: u64,
    /// When the wait for the last answers ends; inner `None`: never.
    tail: Option<Option<Instant>>,
    busy_for: Duration,
    over: bool,
}

impl Session {
    pub(super) fn new(target: Target, index: u64, plan: &Plan, first: Instant) -> Self {
        Session {
            target,
            index,
            window: Window::default(),
            pace: Pace::new(plan.interval, plan.preload, first),
            statistics: Statistics::default(),
            received: 0,
            duplicates: 0,
            corrupted: 0,
            errors: 0,
            acknowledged: 0,
            pipe: 0,
            tail: None,
            busy_for: Duration::ZERO,
            over: false,
        }
    }

    pub(super) fn target(&self) -> &Target {
        &self.target
    }

    pub(super) fn is_over(&self) -> bool {
        self.over
    }

    /// What to do at this time; `end` is that of the deadline.
    pub(super) fn poll(
        &mut self,
        plan: &Plan,
        end: Option<Instant>,
        now: Instant,
        records: &mut VecDeque<Record>,
    ) -> Want {
        if self.over {
            return Want::Nothing;
        }
        let expiry = self.expire(plan, now, records);
        if self.is_done(plan) || end.is_some_and(|end| now >= end) {
            return self.finish(now, records);
        }
        let sent_enough = plan.count.is_some_and(|count| self.window.last() >= count);
        let next = if sent_enough && end.is_none() {
            match self.tail(plan, now) {
                Some(tail) if now >= tail => return self.finish(now, records),
                tail => tail,
            }
        } else {
            let due = self.pace.due(self.in_flight());
            if now >= due {
                return self.send(plan, now, records);
            }
            Some(due)
        };
        Want::Wait([next, expiry, end].into_iter().flatten().min())
    }

    /// Enough has come back, or a run with a deadline has met an error.
    fn is_done(&self, plan: &Plan) -> bool {
        let enough = plan
            .count
            .is_some_and(|count| self.received + self.errors >= count);
        enough || plan.deadline.is_some() && self.errors > 0
    }

    /// When the wait after the last probe ends. It is settled once, when that has left.
    fn tail(&mut self, plan: &Plan, now: Instant) -> Option<Instant> {
        if let Some(tail) = self.tail {
            return tail;
        }
        let longest = Duration::from_micros(self.statistics.max());
        let wait = match self.received {
            // Nothing ever left, so nothing can come back.
            0 if self.window.oldest_open().is_none() => return Some(now),
            0 => plan.timeout,
            _ => longest.saturating_mul(2).max(self.pace.interval).max(SHORT),
        };
        let tail = (!wait.is_zero()).then(|| now + wait);
        self.tail = Some(tail);
        tail
    }

    fn send(
        &mut self,
        plan: &Plan,
        now: Instant,
        records: &mut VecDeque<Record>,
    ) -> Want {
        let last = self.window.last();
        let unanswered =
            |entry: &super::window::Entry| matches!(entry.fate, Fate::Open | Fate::Late);
        if plan.outstanding && self.window.entry(last).is_some_and(unanswered) {
            records.push_back(Record::NoAnswerYet(self.place(last, now)));
        }
        self.pace.begin(now);
        let number = last + 1;
        let seal = self.index << 48 | number;
        Want::Send(Outgoing {
            what: Probe::Echo {
                identifier: plan.identifier,
                sequence: sequence_of(number),
                payload: payload::payload(plan.key, seal, plan.size, &plan.pattern),
            },
            destination: self.target.address,
            ttl: plan.ttl,
            tos: plan.tos,
            dont_fragment: plan.dont_fragment,
        })
    }

    /// The probe left, or did not.
    pub(super) fn on_sent(
        &mut self,
        plan: &Plan,
        outcome: Result<Sent, SendError>,
        now: Instant,
    ) -> Option<Record> {
        let number = self.window.last() + 1;
        let (sent, fate, record) = match outcome {
            Ok(sent) => {
                let record = Record::ProbeSent(self.place(number, sent.at.at));
                (sent, Fate::Open, record)
            }
            Err(SendError::Busy) if self.busy_for < plan.timeout => {
                self.busy_for += self.pace.hold(now);
                return None;
            }
            Err(error) => (
                super::unsent(now),
                Fate::Failed,
                self.failed(number, error, now),
            ),
        };
        self.busy_for = Duration::ZERO;
        self.pace.sent(now);
        self.window.push(sent, fate);
        Some(record)
    }

    fn failed(&mut self, number: u64, error: SendError, now: Instant) -> Record {
        let mtu = match error {
            SendError::TooLong { mtu } => {
                self.errors += 1;
                Some(mtu)
            }
            _ => None,
        };
        let place = self.place(number, now);
        Record::NotSent {
            place,
            mtu,
            reason: error.to_string(),
        }
    }

    /// Tells probes whose time is over; returns when the next one's will be.
    fn expire(
        &mut self,
        plan: &Plan,
        now: Instant,
        records: &mut VecDeque<Record>,
    ) -> Option<Instant> {
        if plan.timeout.is_zero() {
            return None;
        }
        while let Some((number, sent)) = self.window.oldest_open() {
            let expiry = sent.at + plan.timeout;
            if now < expiry {
                return Some(expiry);
            }
            self.give_up(number, expiry, records);
        }
        None
    }

    fn give_up(&mut self, number: u64, at: Instant, records: &mut VecDeque<Record>) {
        if let Some(entry) = self.window.entry_mut(number) {
            entry.fate = Fate::Late;
            records.push_back(Record::Timeout(self.place(number, at)));
        }
    }

    pub(super) fn finish(
        &mut self,
        now: Instant,
        records: &mut VecDeque<Record>,
    ) -> Want {
        while let Some((number, _)) = self.window.oldest_open() {
            self.give_up(number, now, records);
        }
        self.over = true;
        Want::Nothing
    }

    pub(super) fn place(&self, number: u64, at: Instant) -> Place {
        Place {
            host: self.target.name.clone(),
            probe: number,
            sequence: sequence_of(number),
            at_ns: at.as_nanos(),
        }
    }
}

/// The wait for the last answers is at least this long, so that a fast run does not miss them.
const SHORT: Duration = Duration::from_millis(1);
