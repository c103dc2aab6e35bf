//! A path made of one script line for each hop, in virtual time. Tests only.
//!
//! What leaves and what arrives is written down with a time column, in milliseconds:
//!
//! ```text
//!    0.000 > 1.1
//!    5.000 < 1.1 192.0.2.1
//! ```

use std::collections::BTreeMap;

use core::net::IpAddr;
use core::time::Duration;

use layercake_base::Instant;

use super::{Plan, Record, Trace};
use crate::engine::run;
use crate::net::{
    Cause, Clock, Failure, Incoming, Kind, Outgoing, Packets, Probe, Quoted, Report,
    SendError, Sent, Stamp, Time, Woken,
};

/// One hop of the path: what it answers, after how many milliseconds; `None` is silent.
#[derive(Clone, Debug)]
pub(super) struct Hop {
    pub(super) delay: u64,
    pub(super) cause: Option<Cause>,
    /// Answers only this many probes.
    pub(super) most: usize,
    pub(super) from: IpAddr,
}

pub(super) const TARGET: IpAddr = IpAddr::V4(core::net::Ipv4Addr::new(192, 0, 2, 99));

/// The router of hop `n`, `delay` milliseconds away and back.
pub(super) fn router(n: u8, delay: u64) -> Hop {
    let from = [192, 0, 2, n].into();
    Hop {
        delay,
        cause: Some(Cause::TimeExceeded),
        most: usize::MAX,
        from,
    }
}

pub(super) fn silent(n: u8) -> Hop {
    Hop {
        cause: None,
        ..router(n, 0)
    }
}

/// The target, `delay` milliseconds away and back.
pub(super) fn target(delay: u64) -> Hop {
    Hop {
        cause: Some(Cause::PortUnreachable),
        from: TARGET,
        ..router(0, delay)
    }
}

/// Hop 1 to the target; probes with a larger time to live arrive at the last hop.
pub(super) struct Path {
    pub(super) hops: Vec<Hop>,
    pub(super) now: Instant,
    pub(super) sent: Vec<u8>,
    pub(super) busy: usize,
    pub(super) refuse: Option<SendError>,
    arrivals: BTreeMap<(Instant, u64), Incoming>,
    serial: u64,
}

impl Path {
    pub(super) fn new(hops: Vec<Hop>) -> Self {
        Path {
            hops,
            now: Instant::ZERO,
            sent: Vec::new(),
            busy: 0,
            refuse: None,
            arrivals: BTreeMap::new(),
            serial: 0,
        }
    }

    /// Lets something arrive at this time, whatever it is.
    pub(super) fn arrive(&mut self, at: Instant, from: Option<IpAddr>, kind: Kind) {
        let stamp = Stamp {
            at,
            clock: Clock::Virtual,
        };
        let incoming = Incoming {
            at: stamp,
            seen: at,
            from,
            ttl: Some(60),
            kind,
        };
        self.serial += 1;
        self.arrivals.insert((at, self.serial), incoming);
    }

    fn answer(&mut self, probe: &Outgoing) {
        let ttl = usize::from(probe.ttl.unwrap());
        let last = self.hops.len();
        let hop = &mut self.hops[ttl.min(last) - 1];
        let Some(cause) = hop.cause.filter(|_| hop.most > 0) else {
            return;
        };
        hop.most -= 1;
        let at = self.now + Duration::from_millis(hop.delay);
        let from = hop.from;
        let kind = match &probe.what {
            Probe::Echo {
                identifier,
                sequence,
                payload,
            } if from == TARGET => Kind::EchoReply {
                identifier: *identifier,
                sequence: *sequence,
                payload: payload.clone(),
                corrupted: false,
            },
            what => Kind::Error(report(cause, what, TARGET)),
        };
        self.arrive(at, Some(from), kind);
    }
}

/// The error about this probe.
pub(super) fn report(cause: Cause, probe: &Probe, to: IpAddr) -> Report {
    let quoted = match *probe {
        Probe::Echo {
            identifier,
            sequence,
            ..
        } => Quoted::Echo {
            identifier,
            sequence,
        },
        Probe::Udp {
            source_port,
            destination_port,
            ..
        } => Quoted::Udp {
            source_port,
            destination_port,
        },
    };
    Report {
        cause,
        probe: quoted,
        destination: Some(to),
        local: false,
        quoted_ttl: Some(1),
        extensions: Vec::new(),
    }
}

impl Packets for Path {
    fn send(&mut self, probe: &Outgoing) -> Result<Sent, SendError> {
        if self.busy > 0 {
            self.busy -= 1;
            return Err(SendError::Busy);
        }
        if let Some(error) = self.refuse.take() {
            return Err(error);
        }
        self.sent.push(probe.ttl.unwrap());
        self.answer(probe);
        let at = Stamp {
            at: self.now,
            clock: Clock::Virtual,
        };
        Ok(Sent {
            at,
            ticket: u64::try_from(self.sent.len()).unwrap(),
        })
    }

    fn receive(&mut self) -> Result<Option<Incoming>, Failure> {
        let due = self
            .arrivals
            .first_entry()
            .filter(|entry| entry.key().0 <= self.now);
        Ok(due.map(|entry| entry.remove()))
    }
}

impl Time for Path {
    fn now(&self) -> Instant {
        self.now
    }

    fn epoch(&self) -> u64 {
        0
    }

    fn wait(&mut self, until: Option<Instant>) -> Result<Woken, Failure> {
        let next = self.arrivals.keys().next().map(|(at, _)| *at);
        let (at, woken) = match (next, until) {
            (Some(next), until) if until.is_none_or(|until| next <= until) => {
                (next, Woken::Arrival)
            }
            (_, Some(until)) => (until, Woken::Deadline),
            (_, None) => return Err(Failure("waits for ever".to_owned())),
        };
        self.now = self.now.max(at);
        Ok(woken)
    }
}

/// Traces a path to the end; all records.
pub(super) fn trace(path: &mut Path, plan: Plan) -> Vec<Record> {
    let mut engine = Trace::new(plan, "target.example", 0).unwrap();
    let mut records = Vec::new();
    let keep = |record: &Record| {
        records.push(record.clone());
        true
    };
    run(&mut engine, path, keep).unwrap();
    records
}

/// The story of a trace: a line for each record, with a time column.
pub(super) fn story(records: &[Record]) -> String {
    let ms = |ns: &u64| format!("{:9.3}", *ns as f64 / 1e6);
    let line = |record: &Record| match record {
        Record::ProbeSent { probe, at_ns } => {
            format!("{} > {}.{}\n", ms(at_ns), probe.hop, probe.query)
        }
        Record::HopReply {
            probe,
            at_ns,
            from,
            refusal,
            ..
        } => {
            let sign = refusal.map_or(String::new(), |sign| format!(" {sign}"));
            format!(
                "{} < {}.{} {from}{sign}\n",
                ms(at_ns),
                probe.hop,
                probe.query
            )
        }
        Record::Timeout { probe, at_ns, .. } => {
            format!("{} * {}.{}\n", ms(at_ns), probe.hop, probe.query)
        }
        Record::Late { probe, at_ns, .. } => {
            format!("{} late {}.{}\n", ms(at_ns), probe.hop, probe.query)
        }
        Record::PathFinished {
            at_ns,
            hops,
            reached,
            ..
        } => {
            format!("{} end {hops} {reached}\n", ms(at_ns))
        }
        Record::TooLong {
            probe, at_ns, mtu, ..
        } => {
            format!("{} long {}.{} {mtu}\n", ms(at_ns), probe.hop, probe.query)
        }
        Record::Failed { error } => format!("{:9} {error}\n", "failed"),
        Record::Started { .. } => String::new(),
    };
    records.iter().map(line).collect()
}
