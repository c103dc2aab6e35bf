//! What a router knows, and what it makes of what its neighbours say: the distance vector.
//!
//! ```text
//!              metric below 16 heard              180 s without a word, or 16 heard
//!   (unknown) ------------------------> (alive) ------------------------------------+
//!       ^                                  ^                                        v
//!       +----------- 120 s ----------------|---------- metric below 16 heard --- (dead)
//! ```
//! Spec: RFC 2453 §3.5 (the algorithm), §3.8 (timers), §3.9.2 (rules for each entry).
//! Bounds: [`Routes::MOST`] prefixes; what is beyond is not taken in.

use core::net::IpAddr;
use core::ops::Bound;
use core::time::Duration;
use std::collections::BTreeMap;

use layercake_base::{Instant, Reason};

use super::{INFINITY, Route};
use crate::route::{self, Prefix, SharedTable};

/// One destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// The neighbour that told it; `None` for a network of our own.
    pub(super) from: Option<IpAddr>,
    /// Who gets the packets; `None` for neighbours.
    next_hop: Option<IpAddr>,
    pub(super) port: u16,
    pub(super) metric: u8,
    pub(super) tag: u16,
    /// When a living route dies, or a dead one is forgotten; `None` for never.
    until: Option<Instant>,
    /// The number of the change that made it so.
    pub(super) change: u64,
}

/// Everything that a router knows.
#[derive(Debug)]
pub(super) struct Routes {
    all: BTreeMap<Prefix, Known>,
    table: SharedTable,
    timeout: Duration,
    garbage: Duration,
    /// Changes so far.
    pub(super) changes: u64,
    /// Nothing dies or is forgotten before.
    sweep: Option<Instant>,
}

impl Routes {
    /// Prefixes that are remembered at most: some 6 megaoctets.
    pub(super) const MOST: usize = 65_536;

    /// Routes that live and die after these times, and go into `table` meanwhile.
    pub(super) fn new(table: SharedTable, timeout: Duration, garbage: Duration) -> Self {
        Routes {
            all: BTreeMap::new(),
            table,
            timeout,
            garbage,
            changes: 0,
            sweep: None,
        }
    }

    /// The routes behind `last`, or from the first one on.
    pub(super) fn after(
        &self,
        last: Option<Prefix>,
    ) -> impl Iterator<Item = (&Prefix, &Known)> + '_ {
        let from = last.map_or(Bound::Unbounded, Bound::Excluded);
        self.all.range((from, Bound::Unbounded))
    }

    /// The metric of exactly this prefix, if it can be reached.
    pub(super) fn metric(&self, prefix: &Prefix) -> u8 {
        self.all.get(prefix).map_or(INFINITY, |known| known.metric)
    }

    /// When something dies or is forgotten, at the earliest.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.sweep
    }

    /// A network of our own is there. It is in the table of routes by itself; better than
    /// whatever others say.
    pub(super) fn connect(&mut self, prefix: Prefix, port: u16, cost: u8) {
        self.forget(&prefix);
        let known = Known {
            from: None,
            next_hop: None,
            port,
            metric: cost,
            tag: 0,
            until: None,
            change: 0,
        };
        self.put(prefix, known);
    }

    /// Nothing gets through at `port` any more.
    pub(super) fn cut(&mut self, port: u16, now: Instant) {
        let here = |known: &Known| known.port == port && known.metric < INFINITY;
        let gone = self.all.iter().filter(|(_, known)| here(known));
        let gone: Vec<Prefix> = gone.map(|(prefix, _)| *prefix).collect();
        gone.iter().for_each(|prefix| self.kill(prefix, now));
    }

    /// What the neighbour `from` said, heard at `port`: `route.metric` has the cost of the link
    /// in it. RFC 2453 §3.9.2.
    pub(super) fn hear(
        &mut self,
        route: &Route,
        (port, from): (u16, IpAddr),
        now: Instant,
    ) -> Result<(), Reason> {
        let known = Known {
            from: Some(from),
            next_hop: Some(route.next_hop.unwrap_or(from)),
            port,
            metric: route.metric,
            tag: route.tag,
            until: Some(now + self.timeout),
            change: 0,
        };
        let dead = route.metric >= INFINITY;
        let Some(old) = self.all.get(&route.prefix).copied() else {
            let (queue, limit) = ("routes of RIP", Self::MOST);
            return match dead {
                true => Ok(()),
                false if self.all.len() >= limit => Err(Reason::Full { queue, limit }),
                false => {
                    self.put(route.prefix, known);
                    Ok(())
                }
            };
        };
        let same = old.from == Some(from) && old.port == port;
        match (same, dead) {
            (true, true) if old.metric < INFINITY => self.kill(&route.prefix, now),
            (true, false) if old.is_like(&known) => {
                self.confirm(&route.prefix, known.until)
            }
            (true, false) => self.replace(route.prefix, known),
            (false, false) if self.is_better(&old, &known, now) => {
                self.replace(route.prefix, known);
            }
            _ => {}
        }
        Ok(())
    }

    /// Another neighbour's route is taken when it is shorter; also when it is as short, and the
    /// old one was not confirmed for half of its time (the heuristic at the end of §3.9.2).
    fn is_better(&self, old: &Known, new: &Known, now: Instant) -> bool {
        let stale = |until: Instant| until.since(now) < self.timeout / 2;
        let doubtful = old.from.is_some() && old.until.is_some_and(stale);
        new.metric < old.metric || new.metric == old.metric && doubtful
    }

    /// Time has passed.
    pub(super) fn sweep(&mut self, now: Instant) {
        if self.sweep.is_none_or(|at| at > now) {
            return;
        }
        let due = |known: &Known| known.until.is_some_and(|until| until <= now);
        let due = self.all.iter().filter(|(_, known)| due(known));
        let due: Vec<(Prefix, bool)> = due
            .map(|(prefix, known)| (*prefix, known.metric < INFINITY))
            .collect();
        for (prefix, alive) in due {
            match alive {
                true => self.kill(&prefix, now),
                false => self.forget(&prefix),
            }
        }
        self.sweep = self.all.values().filter_map(|known| known.until).min();
    }

    fn confirm(&mut self, prefix: &Prefix, until: Option<Instant>) {
        if let Some(known) = self.all.get_mut(prefix) {
            known.until = until;
        }
    }

    fn replace(&mut self, prefix: Prefix, known: Known) {
        self.forget(&prefix);
        self.put(prefix, known);
    }

    fn put(&mut self, prefix: Prefix, known: Known) {
        self.changes += 1;
        let change = self.changes;
        if let Some(route) = known.route(prefix) {
            self.table.insert(route);
        }
        self.expect(known.until);
        self.all.insert(prefix, Known { change, ..known });
    }

    /// The route is dead, which is told to all until it is forgotten.
    fn kill(&mut self, prefix: &Prefix, now: Instant) {
        let Some(known) = self.all.get_mut(prefix) else {
            return;
        };
        if let Some(route) = known.route(*prefix) {
            self.table.remove(&route);
        }
        self.changes += 1;
        let until = Some(now + self.garbage);
        *known = Known {
            metric: INFINITY,
            change: self.changes,
            until,
            ..*known
        };
        self.expect(until);
    }

    fn forget(&mut self, prefix: &Prefix) {
        let known = self.all.remove(prefix);
        if let Some(route) = known.and_then(|known| known.route(*prefix)) {
            self.table.remove(&route);
        }
    }

    fn expect(&mut self, until: Option<Instant>) {
        self.sweep = [self.sweep, until].into_iter().flatten().min();
    }
}

impl Known {
    /// The same but for its time.
    fn is_like(&self, new: &Known) -> bool {
        let facts = |known: &Known| (known.next_hop, known.metric, known.tag);
        facts(self) == facts(new)
    }

    /// As the table of routes wants it; `None` for a dead one.
    fn route(&self, prefix: Prefix) -> Option<route::Route> {
        let metric = match self.from {
            None => 0,
            Some(_) => self.metric.into(),
        };
        (self.metric < INFINITY).then_some(route::Route {
            prefix,
            next_hop: self.next_hop,
            port: self.port,
            metric,
        })
    }
}
