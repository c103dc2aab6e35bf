//! How far a trace reaches into the unknown: which probes may leave, and when more of them may.

use core::time::Duration;

use layercake_base::Instant;

use super::Plan;
use super::plan::scaled;
use super::table::{Slot, State, Table};

/// Hops that are asked at once at the start, and hops that scouts explore at a time.
const STEP: u8 = 16;
/// How long scouts are waited for before others go further, while nothing at all has answered.
const BLIND: Duration = Duration::from_secs(1);

/// The two borders of a trace.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    /// Up to this hop all probes may leave.
    filled: u8,
    /// Up to this hop the first probe may leave.
    frontier: u8,
}

impl Reach {
    /// All probes to the first 16 hops.
    pub(super) fn new(plan: &Plan) -> Self {
        let reach = plan.first.saturating_add(STEP - 1).min(plan.max);
        Reach {
            filled: reach,
            frontier: reach,
        }
    }

    /// The next probe that may leave, nearest hop first, up to hop `end`.
    pub(super) fn next(&self, table: &Table, end: u8) -> Option<usize> {
        let filled = self.filled.max(table.furthest_answer().unwrap_or(0));
        table.slots().iter().position(|slot| {
            let scout = slot.position.query == 1;
            let reach = if scout { self.frontier } else { filled };
            slot.state == State::Unsent && slot.position.hop <= reach.min(end)
        })
    }

    /// When the probes beyond the furthest answer have had their time, so that [`go_further`](Self::go_further)
    /// makes sense; `None` when all that is planned up to hop `end` may leave already.
    pub(super) fn settles(&self, table: &Table, plan: &Plan, end: u8) -> Option<Instant> {
        if self.filled >= end {
            return None;
        }
        let patience = table.longest().map_or(BLIND, |longest| {
            scaled(longest + Duration::from_millis(1), 3.0).max(plan.waits.least)
        });
        let furthest = table.furthest_answer().unwrap_or(0);
        let beyond = |slot: &&Slot| slot.is_pending() && slot.position.hop > furthest;
        let pending = table.slots().iter().filter(beyond);
        let last = pending.map(|slot| slot.sent.at.at + patience).max();
        Some(last.unwrap_or(Instant::ZERO))
    }

    /// Scouts may explore the next hops, and other probes follow those that went before.
    pub(super) fn go_further(&mut self, plan: &Plan) {
        self.filled = self.frontier;
        self.frontier = self.frontier.saturating_add(STEP).min(plan.max);
    }
}
