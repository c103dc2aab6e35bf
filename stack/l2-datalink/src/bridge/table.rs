//! The table of a bridge (IEEE 802.1D: the filtering database): at which port a station was
//! heard last.
//!
//! Spec: IEEE 802.1D-2004 §7.8 (learning), §7.9 (ageing, and that it may be bounded).
//! Units: seconds.
//! Not here: entries that a manager makes.

use core::time::Duration;
use std::collections::BTreeMap;

use layercake_base::{Instant, Mac};

/// How long a station is remembered. IEEE 802.1D-2004 table 7-5.
pub(super) const AGEING: Duration = Duration::from_secs(300);
/// Stations in the table; the frames of others are flooded.
pub(super) const STATIONS: usize = 4096;

/// Where stations are.
#[derive(Debug)]
pub(super) struct Table {
    stations: BTreeMap<Mac, Seen>,
    ageing: Duration,
    /// Before this nobody in a full table is old: a flood of senders must not make each frame
    /// pay for a walk over all of it.
    sweep: Instant,
}

/// Where and when a station was heard last.
#[derive(Clone, Copy, Debug)]
struct Seen {
    port: u16,
    at: Instant,
}

impl Default for Table {
    fn default() -> Self {
        Table {
            stations: BTreeMap::new(),
            ageing: AGEING,
            sweep: Instant::ZERO,
        }
    }
}

impl Table {
    /// IEEE 802.1D-2004 §7.8: from the source address of every frame.
    pub(super) fn learn(&mut self, source: Mac, port: u16, at: Instant) {
        let seen = Seen { port, at };
        if let Some(known) = self.stations.get_mut(&source) {
            *known = seen;
            return;
        }
        if self.stations.len() >= STATIONS && self.sweep <= at {
            let ageing = self.ageing;
            self.stations.retain(|_, seen| at.since(seen.at) < ageing);
            let oldest = self.stations.values().map(|seen| seen.at).min();
            self.sweep = oldest.unwrap_or(at) + ageing;
        }
        if self.stations.len() < STATIONS {
            self.stations.insert(source, seen);
        }
    }

    /// Where a station is; `None` for groups, and for those not heard in time.
    pub(super) fn find(&self, station: Mac, now: Instant) -> Option<u16> {
        let seen = self.stations.get(&station)?;
        (now.since(seen.at) < self.ageing).then_some(seen.port)
    }

    /// Forgets everybody behind a port.
    pub(super) fn forget(&mut self, port: u16) {
        self.stations.retain(|_, seen| seen.port != port);
        self.sweep = Instant::ZERO;
    }

    /// Forgets sooner than usual from now on; `None` ends that. IEEE 802.1D-2004 §7.9.2: who is
    /// too old by then is forgotten for good.
    pub(super) fn age_soon(&mut self, ageing: Option<Duration>, now: Instant) {
        let before = self.ageing;
        self.stations.retain(|_, seen| now.since(seen.at) < before);
        self.ageing = ageing.unwrap_or(AGEING);
        self.sweep = Instant::ZERO;
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.stations.len()
    }
}
