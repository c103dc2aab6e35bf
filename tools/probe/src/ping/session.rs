//! One target of a run: its probes, its counters, its end.
//!
//! Spec: ping(8) of iputils for when a run ends and how it counts.
//! Not here: several targets at once ([`Ping`](super::Ping)).

use core::time::Duration;
use std::collections::VecDeque;

use layercake_base::Instant;

use super::pace::Pace;
use super::payload;
use super::record::{Place, Record, Reply, Summary, Wrong};
use super::statistics::Statistics;
use super::window::{Fate, Window, sequence_of};
use super::{Plan, Target};
use crate::net::{Cause, Incoming, Outgoing, Probe, SendError, Sent};

/// What a target wants next.
pub(super) enum Want {
    Send(Outgoing),
    Wait(Option<Instant>),
    Nothing,
}

#[derive(Debug)]
pub(super) struct Session {
    target: Target,
    index: u64,
    window: Window,
    pace: Pace,
    statistics: Statistics,
    received: u64,
    duplicates: u64,
    corrupted: u64,
    errors: u64,
    /// Highest sequence number that was answered, one way or the other.
    acknowledged: u16,
    pipe: u64,
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

    /// Which probe an echo reply from this target, or with our seal, answers.
    pub(super) fn on_reply(
        &mut self,
        plan: &Plan,
        sequence: u16,
        payload: &[u8],
        corrupted: bool,
        incoming: &Incoming,
    ) -> Option<Record> {
        let seal = payload::number(plan.key, payload).filter(|id| id >> 48 == self.index);
        let sealed_number = seal.map(|id| id & NUMBER);
        let number = sealed_number
            .filter(|number| self.window.entry(*number).is_some())
            .or_else(|| self.window.find(sequence))?;
        let entry = self.window.entry_mut(number)?;
        let sent = entry.sent.at;
        // A kernel stamp before the sending cannot be about this reply: a clock was set.
        let (at, received_by) = match incoming.at.at >= sent.at {
            true => (incoming.at.at, incoming.at.clock),
            false => (incoming.seen, crate::net::Clock::User),
        };
        let duplicate = !corrupted && entry.fate == Fate::Answered;
        let late = entry.fate == Fate::Late;
        if !corrupted {
            entry.fate = Fate::Answered;
        }
        let rtt = at.since(sent.at);
        self.count_reply(plan, sequence, corrupted, duplicate, rtt, payload.len());
        let whole = plan.size >= payload::SEAL && payload.len() >= payload::SEAL;
        Some(Record::Reply(Reply {
            place: self.place(number, at),
            from: incoming.from.unwrap_or(self.target.address),
            octets: payload.len() + 8,
            ttl: incoming.ttl,
            rtt_ns: u64::try_from(rtt.as_nanos()).unwrap_or(u64::MAX),
            sent_by: sent.clock,
            received_by,
            sealed: whole.then_some(sealed_number == Some(number)),
            duplicate,
            late,
            corrupted,
            truncated: payload.len() < plan.size,
            different_address: incoming.from.is_some_and(|a| a != self.target.address),
            wrong: self.wrong(plan, number, payload),
        }))
    }

    fn count_reply(
        &mut self,
        plan: &Plan,
        sequence: u16,
        corrupted: bool,
        duplicate: bool,
        rtt: Duration,
        octets: usize,
    ) {
        if corrupted {
            self.corrupted += 1;
            return;
        }
        self.acknowledge(sequence);
        if plan.size >= payload::SEAL && octets >= payload::SEAL {
            self.statistics
                .add(u64::try_from(rtt.as_micros()).unwrap_or(u64::MAX));
            if plan.adaptive {
                self.adapt(plan);
            }
        }
        if duplicate {
            self.duplicates += 1;
        } else {
            self.received += 1;
        }
    }

    /// The interval becomes the moving average, in whole milliseconds.
    fn adapt(&mut self, plan: &Plan) {
        let average = self.statistics.average_times_8() / 8;
        let interval = Duration::from_millis((average + 500) / 1000);
        self.pace.interval = interval.max(plan.shortest_interval);
    }

    /// The first octet that is not as it was sent.
    fn wrong(&self, plan: &Plan, number: u64, payload: &[u8]) -> Option<Wrong> {
        let seal = self.index << 48 | number;
        let sent = payload::payload(plan.key, seal, plan.size, &plan.pattern);
        let pairs = sent.iter().zip(payload);
        let (octet, (expected, found)) = pairs.enumerate().find(|(_, (a, b))| a != b)?;
        let data = payload.iter().copied().take(plan.size).collect();
        Some(Wrong {
            octet,
            expected: *expected,
            found: *found,
            data,
        })
    }

    /// An error about the probe with this sequence number.
    pub(super) fn on_error(
        &mut self,
        sequence: u16,
        cause: Cause,
        incoming: &Incoming,
    ) -> Option<Record> {
        let number = self.window.find(sequence)?;
        let entry = self.window.entry_mut(number)?;
        if entry.fate != Fate::Answered {
            entry.fate = Fate::Failed;
        }
        self.acknowledge(sequence);
        self.errors += 1;
        let place = self.place(number, incoming.at.at);
        Some(Record::Error {
            place,
            from: incoming.from,
            cause,
        })
    }

    /// A finer time of sending; true when it was for this target.
    pub(super) fn on_left(&mut self, ticket: u64, incoming: &Incoming) -> bool {
        self.window.refine(ticket, incoming.at)
    }

    fn acknowledge(&mut self, sequence: u16) {
        let behind = sequence_of(self.window.last()).wrapping_sub(sequence);
        if behind <= 0x7fff {
            self.pipe = self.pipe.max(u64::from(behind) + 1);
            let ahead = sequence.wrapping_sub(self.acknowledged);
            if (1..=0x7fff).contains(&ahead) {
                self.acknowledged = sequence;
            }
        }
    }

    fn in_flight(&self) -> u64 {
        match sequence_of(self.window.last()).wrapping_sub(self.acknowledged) {
            few @ 0..=0x7fff => u64::from(few),
            _ => self
                .window
                .last()
                .saturating_sub(self.received + self.errors),
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

    fn place(&self, number: u64, at: Instant) -> Place {
        Place {
            host: self.target.name.clone(),
            probe: number,
            sequence: sequence_of(number),
            at_ns: at.as_nanos(),
        }
    }

    pub(super) fn summary(&self, plan: &Plan) -> Summary {
        let transmitted = self.window.last();
        let lost = transmitted.saturating_sub(self.received);
        let elapsed = self.pace.elapsed();
        let fast = (plan.adaptive || plan.interval.is_zero())
            && self.received > 0
            && transmitted > 1;
        let gap = elapsed.as_micros() / u128::from(transmitted.saturating_sub(1).max(1));
        Summary {
            host: self.target.name.clone(),
            address: self.target.address,
            transmitted,
            received: self.received,
            duplicates: self.duplicates,
            corrupted: self.corrupted,
            errors: self.errors,
            loss_percent: percent(lost, transmitted),
            elapsed_ns: u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX),
            times: self.statistics.times(),
            pipe: self.pipe,
            gap_us: fast.then(|| u64::try_from(gap).unwrap_or(u64::MAX)),
        }
    }
}

/// The wait for the last answers is at least this long, so that a fast run does not miss them.
const SHORT: Duration = Duration::from_millis(1);

/// The part of a seal that numbers the probe; the rest numbers the target.
const NUMBER: u64 = (1 << 48) - 1;

fn percent(part: u64, whole: u64) -> f64 {
    match whole {
        0 => 0.0,
        _ => part as f64 * 100.0 / whole as f64,
    }
}
