//! The search for a path MTU by echo requests that must not be fragmented.
//!
//! ```text
//!   PathMtu  -- Probe { size } -->  Search  -- Send(echo) -->  back end
//!            <-- on_acknowledged --         <-- echo reply --
//!            <-- on_packet_too_big --       <-- "fragmentation needed", if somebody says so
//!            <-- on_lost --                 nothing in time
//! ```
//! [`Search`] is an [`Engine`]: the packetisation layer that the machine of `stack/l3-network` is
//! used by. An echo reply acknowledges a probe, so no router on the way has to say anything; one
//! that does makes the search shorter. The reply is as large as the question: where the way back
//! takes less and does not cut, that is what is found.
//!
//! A probe is lost when nothing has come in time: as long as the plan says, but once a probe has
//! arrived three round trips, and at least a second (RFC 8899 §5.1.1).
//!
//! Spec: RFC 8899 §4.6.1, §5; RFC 792, RFC 4443 (echo, too big).  Units: octets of whole packets.
//! Checks: identifier, seal and length of a reply; which probe an error quotes, and that this is
//! larger than what the error tells.
//! Not here: the search itself (`layercake_network::path_mtu`), sockets (`tools/kit`).

mod hear;
mod record;
#[cfg(test)]
mod tests;
mod text;

use core::net::IpAddr;
use core::time::Duration;
use std::collections::VecDeque;

use layercake_base::Instant;
use layercake_network::PathMtu;
use layercake_network::path_mtu::{Settings, State, Step as Want};

use crate::engine::{Engine, Step};
use crate::net::{Incoming, Outgoing, Probe, SendError, Sent};
use crate::ping::payload::payload;
use crate::ping::{Key, Target};

pub use record::{Finished, Limit, Outcome, Probed, Record};
pub use text::Text;

/// Probes in a search, at most; one that is longer is given up. A search of 65 535 octets on a
/// silent path takes less than a hundred.
const MOST: usize = 1000;

/// A probe is never taken for lost sooner. RFC 8899 §5.1.1.
const LEAST_WAIT: Duration = Duration::from_secs(1);

/// Octets of an echo header.
const ECHO: u16 = 8;

/// The choices of a run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// To whom.
    pub target: Target,
    /// How long to wait for the first answer, a second at least.
    pub timeout: Duration,
    /// End after this time, found or not.
    pub deadline: Option<Duration>,
    /// Time to live; `None` is the host's default.
    pub ttl: Option<u8>,
    /// Type of Service or Traffic Class.
    pub tos: u8,
    /// Echo identifier.
    pub identifier: u16,
    /// The secret of the seals.
    pub key: Key,
    /// Nanoseconds from 1970 to time zero, see [`Time::epoch`](crate::net::Time::epoch).
    pub epoch: u64,
}

/// A probe that left, or was to.
#[derive(Debug)]
struct Sending {
    size: u16,
    state: State,
    at: Instant,
    /// What became of it has been told.
    told: bool,
    answered: bool,
}

/// The search for the MTU of the path to one target.
#[derive(Debug)]
pub struct Search {
    plan: Plan,
    path: PathMtu,
    /// By number, from 1.
    probes: Vec<Sending>,
    phase: Phase,
    start: Instant,
    /// The longest round trip.
    longest: Option<Duration>,
    lost: u64,
    /// What the first link takes, as far as it has said.
    first_link: Option<u32>,
    /// The router that told an MTU last.
    router: Option<(Option<IpAddr>, u32)>,
    records: VecDeque<Record>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Fresh,
    Running,
    Over { found: bool },
}

impl Search {
    /// An engine that carries out `plan`.
    pub fn new(plan: Plan) -> Self {
        let settings = match plan.target.address {
            IpAddr::V4(_) => Settings::ipv4(u16::MAX),
            IpAddr::V6(_) => Settings::ipv6(u16::MAX),
        };
        // The engine knows round trips, and says what is lost sooner.
        let probe_timer = plan.timeout.max(LEAST_WAIT).saturating_mul(2);
        Search {
            plan,
            path: PathMtu::new(Settings {
                probe_timer,
                ..settings
            }),
            probes: Vec::new(),
            phase: Phase::Fresh,
            start: Instant::ZERO,
            longest: None,
            lost: 0,
            first_link: None,
            router: None,
            records: VecDeque::new(),
        }
    }

    /// Whether the path MTU was found.
    pub fn is_success(&self) -> bool {
        self.phase == Phase::Over { found: true }
    }

    fn begin(&mut self, now: Instant) {
        (self.phase, self.start) = (Phase::Running, now);
        self.records.push_back(Record::Started {
            host: self.plan.target.name.clone(),
            address: self.plan.target.address,
            epoch_ns: self.plan.epoch,
        });
        self.path.on_connected(now);
    }

    /// The number of the probe that is on its way, and when it counts as lost.
    fn open(&self) -> Option<(usize, Instant)> {
        let last = self.probes.last()?;
        self.path.in_flight().filter(|&size| size == last.size)?;
        let most = self.plan.timeout.max(LEAST_WAIT);
        let usual = self
            .longest
            .map(|rtt| rtt.saturating_mul(3).max(LEAST_WAIT));
        Some((self.probes.len(), last.at + usual.unwrap_or(most).min(most)))
    }

    /// The probe on its way is lost, if its time is over.
    fn give_up(&mut self, now: Instant) {
        let Some((number, due)) = self.open().filter(|(_, due)| *due <= now) else {
            return;
        };
        self.lost += 1;
        self.tell(number, Outcome::Lost, due);
        self.lose(number, now);
    }

    fn lose(&mut self, number: usize, now: Instant) {
        if let Some(size) = self.probe(number).map(|probe| probe.size) {
            self.path.on_lost(size, now);
        }
    }

    fn probe(&mut self, number: usize) -> Option<&mut Sending> {
        self.probes.get_mut(number.checked_sub(1)?)
    }

    /// Tells what became of a probe; the first is what counts, but for a late answer.
    fn tell(&mut self, number: usize, outcome: Outcome, at: Instant) {
        let host = self.plan.target.name.clone();
        let late = matches!(outcome, Outcome::Arrived { .. });
        let sent = outcome == Outcome::Sent;
        let Some(probe) = self.probe(number) else {
            return;
        };
        if probe.told && !late {
            return;
        }
        probe.told |= !sent;
        let (size, state) = (probe.size, probe.state.to_string());
        self.records.push_back(Record::Probe(Probed {
            host,
            probe: number,
            size,
            state,
            at_ns: at.as_nanos(),
            outcome,
        }));
    }

    fn outgoing(&self, size: u16) -> Outgoing {
        let front = match self.plan.target.address {
            IpAddr::V4(_) => 20 + ECHO,
            IpAddr::V6(_) => 40 + ECHO,
        };
        let data = usize::from(size.saturating_sub(front));
        let number = self.probes.len() as u64 + 1;
        let [.., high, low] = number.to_be_bytes();
        Outgoing {
            what: Probe::Echo {
                identifier: self.plan.identifier,
                sequence: u16::from_be_bytes([high, low]),
                payload: payload(self.plan.key, number, data, &[]),
            },
            destination: self.plan.target.address,
            ttl: self.plan.ttl,
            tos: self.plan.tos,
            dont_fragment: true,
        }
    }

    fn finish(&mut self, now: Instant) -> Step {
        let found = self.path.state() == State::SearchComplete;
        self.phase = Phase::Over { found };
        let mtu = found.then(|| self.path.size());
        self.records.push_back(Record::Finished(Finished {
            host: self.plan.target.name.clone(),
            address: self.plan.target.address,
            mtu,
            limit: mtu.map(|mtu| self.limit(mtu)),
            router: self.router.and_then(|(router, _)| router),
            probes: self.probes.len(),
            lost: self.lost,
            elapsed_ns: u64::try_from(now.since(self.start).as_nanos())
                .unwrap_or(u64::MAX),
        }));
        Step::Finished
    }

    /// Who says that nothing larger gets through.
    fn limit(&self, mtu: u16) -> Limit {
        let told = self.router.map(|(_, told)| told);
        match u32::from(mtu) {
            mtu if self.first_link == Some(mtu) => Limit::FirstLink,
            mtu if told == Some(mtu) => Limit::Router,
            _ if mtu == u16::MAX => Limit::FirstLink,
            _ => Limit::Silence,
        }
    }
}

impl Engine for Search {
    type Record = Record;

    fn poll(&mut self, now: Instant) -> Step {
        match self.phase {
            Phase::Fresh => self.begin(now),
            Phase::Running => {}
            Phase::Over { .. } => return Step::Finished,
        }
        self.give_up(now);
        let end = self.plan.deadline.map(|deadline| self.start + deadline);
        let rests = matches!(self.path.state(), State::SearchComplete | State::Disabled);
        let enough = self.probes.len() >= MOST || end.is_some_and(|end| end <= now);
        if rests || enough {
            return self.finish(now);
        }
        match self.path.poll(now) {
            Want::Probe { size } => Step::Send(self.outgoing(size)),
            Want::Wait(until) => {
                let due = self.open().map(|(_, due)| due);
                Step::Wait([due, until, end].into_iter().flatten().min())
            }
        }
    }

    fn on_sent(&mut self, outcome: Result<Sent, SendError>, now: Instant) {
        let Some(size) = self.path.in_flight() else {
            return;
        };
        self.probes.push(Sending {
            size,
            state: self.path.state(),
            at: outcome.as_ref().map_or(now, |sent| sent.at.at),
            told: false,
            answered: false,
        });
        let number = self.probes.len();
        match outcome {
            Ok(sent) => self.tell(number, Outcome::Sent, sent.at.at),
            Err(SendError::TooLong { mtu }) => self.beyond_first_link(number, mtu, now),
            Err(error) => {
                let reason = error.to_string();
                self.tell(number, Outcome::NotSent { reason }, now);
                if error != SendError::Busy {
                    self.lose(number, now);
                }
            }
        }
    }

    fn on_incoming(&mut self, incoming: &Incoming, now: Instant) {
        self.hear(incoming, now);
    }

    fn on_interrupt(&mut self, now: Instant) {
        self.plan.deadline = Some(now.since(self.start));
    }

    fn on_status(&mut self, _now: Instant) {}

    fn records(&mut self) -> &mut VecDeque<Record> {
        &mut self.records
    }
}
