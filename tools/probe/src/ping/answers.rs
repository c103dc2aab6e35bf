//! What an arrival means for a target: an answer, a second one, damage, an error; and the sums.
//!
//! Spec: `gather_statistics` of iputils for what counts as what.
//! Not here: when to send and when to stop (`session`).

use core::time::Duration;

use super::Plan;
use super::payload;
use super::record::{Record, Reply, Summary, Wrong};
use super::session::Session;
use super::window::{Fate, sequence_of};
use crate::net::{Cause, Clock, Incoming};

impl Session {
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
            false => (incoming.seen, Clock::User),
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

    pub(super) fn in_flight(&self) -> u64 {
        match sequence_of(self.window.last()).wrapping_sub(self.acknowledged) {
            few @ 0..=0x7fff => u64::from(few),
            _ => self
                .window
                .last()
                .saturating_sub(self.received + self.errors),
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

/// The part of a seal that numbers the probe; the rest numbers the target.
const NUMBER: u64 = (1 << 48) - 1;

fn percent(part: u64, whole: u64) -> f64 {
    match whole {
        0 => 0.0,
        _ => part as f64 * 100.0 / whole as f64,
    }
}
