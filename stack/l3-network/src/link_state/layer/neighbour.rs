//! An attachment, and the routers that are heard there.

use core::net::Ipv4Addr;
use std::collections::BTreeSet;

use layercake_base::Instant;

use super::DEAD;
use crate::link_state::gauge::Gauge;
use crate::link_state::{Interface, Metric};

/// An attachment and who is there.
#[derive(Debug)]
pub(super) struct Port {
    pub(super) own: Interface,
    pub(super) up: bool,
    pub(super) neighbours: Vec<Neighbour>,
}

impl Port {
    /// Neighbours that are known at most.
    pub(super) const MOST: usize = 64;
}

/// Another router on a link.
#[derive(Debug)]
pub(super) struct Neighbour {
    pub(super) id: Ipv4Addr,
    pub(super) address: Ipv4Addr,
    /// Gone, when there is no hello before.
    pub(super) until: Instant,
    /// It has heard us too.
    pub(super) two_way: bool,
    /// Whose advertisements it shall get, and has got without saying so.
    pub(super) pending: BTreeSet<Ipv4Addr>,
    pub(super) unacknowledged: BTreeSet<Ipv4Addr>,
    pub(super) repeat: Option<Instant>,
    pub(super) acknowledge: Vec<(Ipv4Addr, u32)>,
    /// What the link to it costs.
    pub(super) gauge: Gauge,
}

impl Neighbour {
    /// Acknowledgements that are owed at most; who hears none says it again.
    pub(super) const MOST_OWED: usize = 1024;

    pub(super) fn new(id: Ipv4Addr, address: Ipv4Addr, now: Instant) -> Self {
        Neighbour {
            id,
            address,
            until: now + DEAD,
            two_way: false,
            pending: BTreeSet::new(),
            unacknowledged: BTreeSet::new(),
            repeat: None,
            acknowledge: Vec::new(),
            gauge: Gauge::default(),
        }
    }

    pub(super) fn owe(&mut self, what: (Ipv4Addr, u32)) {
        if self.acknowledge.len() < Self::MOST_OWED {
            self.acknowledge.push(what);
        }
    }

    /// Nothing is owed to it, and nothing known of the link.
    pub(super) fn forget(&mut self) {
        self.pending.clear();
        self.unacknowledged.clear();
        self.acknowledge.clear();
        self.repeat = None;
        self.gauge = Gauge::default();
    }

    /// It has what `origin` has said last.
    pub(super) fn got(&mut self, origin: Ipv4Addr) {
        self.pending.remove(&origin);
        self.unacknowledged.remove(&origin);
    }

    /// What the link to it costs; `None` while it is no neighbour yet, or nothing is measured.
    pub(super) fn cost(&self, metric: Metric, own: &Interface) -> Option<u16> {
        match metric {
            _ if !self.two_way => None,
            Metric::Hops => Some(1),
            Metric::Cost => Some(own.cost),
            Metric::Delay | Metric::AverageDelay => self.gauge.cost(),
        }
    }

    /// What it has not acknowledged in time is owed again.
    pub(super) fn repeat(&mut self, now: Instant) {
        if self.repeat.is_some_and(|at| at <= now) {
            self.repeat = None;
            self.pending.append(&mut self.unacknowledged);
        }
    }
}
