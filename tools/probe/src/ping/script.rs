//! A back end for tests: a script with a time column.
//!
//! Each line is a time in milliseconds, what arrives then, and the sequence number that it is about:
//!
//! ```text
//!      15  reply     1
//!    1020  reply     2
//!    1021  reply     2        a duplicate
//!    2030  unreachable 3
//! ```

use std::collections::VecDeque;
use std::net::IpAddr;

use layercake_base::Instant;

use super::{Ping, Plan, Record, Target};
use crate::engine;
use crate::net::{
    Cause, Clock, Failure, Incoming, Kind, Outgoing, Packets, Probe, Quoted, Report,
    SendError, Sent, Stamp, Time, Woken,
};

pub(super) const HOST: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1));
const ROUTER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 254));

/// What the script lets arrive, and what the engine did.
#[derive(Default)]
pub(super) struct Script {
    pub(super) arrivals: VecDeque<(Instant, String, u16)>,
    pub(super) sent: Vec<(u64, u16, Vec<u8>)>,
    pub(super) now: Instant,
    /// The outcome of sending, for each probe from the first; then success.
    pub(super) outcomes: VecDeque<Result<(), SendError>>,
    pub(super) ready: VecDeque<Incoming>,
    pub(super) interrupt_at: Option<u64>,
}

pub(super) fn ms(at: u64) -> Instant {
    Instant::from_nanos(at * 1_000_000)
}

impl Script {
    pub(super) fn new(text: &str) -> Self {
        let line = |line: &str| {
            let mut words = line.split_whitespace();
            let at = words.next()?.parse().ok()?;
            let what = words.next()?.to_owned();
            Some((ms(at), what, words.next()?.parse().ok()?))
        };
        Script {
            arrivals: text.lines().filter_map(line).collect(),
            ..Script::default()
        }
    }

    fn incoming(&self, what: &str, sequence: u16) -> Incoming {
        let at = Stamp {
            at: self.now,
            clock: Clock::Kernel,
        };
        let sent = self.sent.iter().rev().find(|(_, s, _)| *s == sequence);
        let mut payload = sent.map_or(Vec::new(), |(_, _, payload)| payload.clone());
        let (mut from, mut corrupted, mut identifier) = (HOST, false, 0);
        match what {
            "reply" => {}
            "corrupted" => corrupted = true,
            "stranger" => identifier = 1,
            "elsewhere" => from = ROUTER,
            "short" => payload.truncate(20),
            "wrong" => payload[20] ^= 0xff,
            "forged" => payload[..16].fill(0),
            _ => {
                let cause = match what {
                    "expired" => Cause::TimeExceeded,
                    "too-big" => Cause::TooBig { mtu: 1280 },
                    _ => Cause::HostUnreachable,
                };
                return self.error(cause, sequence);
            }
        }
        let kind = Kind::EchoReply {
            identifier,
            sequence,
            payload,
            corrupted,
        };
        Incoming {
            at,
            seen: self.now,
            from: Some(from),
            ttl: Some(64),
            kind,
        }
    }

    fn error(&self, cause: Cause, sequence: u16) -> Incoming {
        let report = Report {
            cause,
            probe: Quoted::Echo {
                identifier: 0,
                sequence,
            },
            destination: Some(HOST),
            local: false,
            quoted_ttl: None,
            extensions: Vec::new(),
        };
        let at = Stamp {
            at: self.now,
            clock: Clock::Kernel,
        };
        let kind = Kind::Error(report);
        Incoming {
            at,
            seen: self.now,
            from: Some(ROUTER),
            ttl: Some(64),
            kind,
        }
    }
}

impl Packets for Script {
    fn send(&mut self, probe: &Outgoing) -> Result<Sent, SendError> {
        self.outcomes.pop_front().unwrap_or(Ok(()))?;
        let Probe::Echo {
            sequence, payload, ..
        } = &probe.what
        else {
            panic!("no echo")
        };
        let at = self.now.as_nanos() / 1_000_000;
        self.sent.push((at, *sequence, payload.clone()));
        let ticket = self.sent.len() as u64;
        Ok(Sent {
            at: Stamp {
                at: self.now,
                clock: Clock::User,
            },
            ticket,
        })
    }

    fn receive(&mut self) -> Result<Option<Incoming>, Failure> {
        Ok(self.ready.pop_front())
    }
}

impl Time for Script {
    fn now(&self) -> Instant {
        self.now
    }

    fn epoch(&self) -> u64 {
        0
    }

    fn wait(&mut self, until: Option<Instant>) -> Result<Woken, Failure> {
        let next = self.arrivals.front().map(|(at, ..)| *at);
        let stop = self.interrupt_at.map(ms);
        if let Some(stop) = stop.filter(|stop| until.is_none_or(|until| *stop <= until))
            && next.is_none_or(|next| stop < next)
        {
            self.now = self.now.max(stop);
            self.interrupt_at = None;
            return Ok(Woken::Interrupt);
        }
        match next.filter(|next| until.is_none_or(|until| *next <= until)) {
            Some(at) => {
                self.now = self.now.max(at);
                let (_, what, sequence) = self.arrivals.pop_front().unwrap();
                let incoming = self.incoming(&what, sequence);
                self.ready.push_back(incoming);
                Ok(Woken::Arrival)
            }
            None => {
                let until = until.ok_or_else(|| Failure("waits for ever".into()))?;
                self.now = self.now.max(until);
                Ok(Woken::Deadline)
            }
        }
    }
}

/// A plan for one host, answered quickly or not at all.
pub(super) fn plan(count: u64) -> Plan {
    let target = Target {
        name: "host".into(),
        address: HOST,
    };
    Plan {
        count: Some(count),
        ..Plan::new(vec![target])
    }
}

/// Runs a plan against a script: the records, and when it was over in milliseconds.
pub(super) fn run(plan: Plan, script: &mut Script) -> (Vec<Record>, u64) {
    let mut records = Vec::new();
    let mut ping = Ping::new(plan);
    engine::run(&mut ping, script, |record| {
        records.push(record.clone());
        true
    })
    .unwrap();
    (records, script.now.as_nanos() / 1_000_000)
}
