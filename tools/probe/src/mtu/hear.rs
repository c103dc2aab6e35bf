//! What an arrival means for the search.

use core::net::IpAddr;

use layercake_base::Instant;

use super::{Outcome, Search};
use crate::net::{Cause, Incoming, Kind, Probe, Quoted, Report};
use crate::ping::payload;

impl Search {
    pub(super) fn hear(&mut self, incoming: &Incoming, now: Instant) {
        match &incoming.kind {
            Kind::EchoReply {
                identifier,
                payload,
                corrupted: false,
                ..
            } if *identifier == self.plan.identifier => {
                self.on_reply(payload, incoming, now);
            }
            Kind::Error(report) if !report.local => {
                self.on_error(report, incoming, now);
            }
            _ => {}
        }
    }

    /// A reply with our seal, and as long as the probe that it answers.
    fn on_reply(&mut self, data: &[u8], incoming: &Incoming, now: Instant) {
        let number = payload::number(self.plan.key, data);
        let number = number.and_then(|number| usize::try_from(number).ok());
        let Some((number, size)) = number.and_then(|n| Some((n, self.probe(n)?.size)))
        else {
            return;
        };
        let Probe::Echo { payload, .. } = self.outgoing(size).what else {
            return;
        };
        let Some(probe) = self.probe(number) else {
            return;
        };
        if payload.len() != data.len() || probe.answered {
            return;
        }
        probe.answered = true;
        let (sent, late) = (probe.at, probe.told);
        let at = match incoming.at.at >= sent {
            true => incoming.at.at,
            false => incoming.seen,
        };
        let rtt = at.since(sent);
        self.longest = self.longest.max(Some(rtt));
        let outcome = Outcome::Arrived {
            from: incoming.from.unwrap_or(self.plan.target.address),
            rtt_ns: u64::try_from(rtt.as_nanos()).unwrap_or(u64::MAX),
            late,
        };
        self.tell(number, outcome, at);
        self.path.on_acknowledged(size, now);
    }

    /// An error about a probe that really left for the target.
    fn on_error(&mut self, report: &Report, incoming: &Incoming, now: Instant) {
        let Quoted::Echo {
            identifier,
            sequence,
        } = report.probe
        else {
            return;
        };
        let elsewhere = report
            .destination
            .is_some_and(|to| to != self.plan.target.address);
        let number = usize::from(sequence);
        let probe = self.probe(number).filter(|probe| !probe.answered);
        let Some(size) = probe.map(|probe| probe.size) else {
            return;
        };
        if elsewhere || identifier != self.plan.identifier {
            return;
        }
        let (from, at) = (incoming.from, incoming.at.at);
        match report.cause {
            Cause::TooBig { mtu } if mtu > 0 => {
                if mtu < u32::from(size) {
                    self.too_big(number, from, mtu, (at, now));
                }
            }
            cause => {
                self.tell(number, Outcome::Error { from, cause }, at);
                self.lose(number, now);
            }
        }
    }

    fn too_big(
        &mut self,
        number: usize,
        from: Option<IpAddr>,
        mtu: u32,
        (at, now): (Instant, Instant),
    ) {
        self.router = Some((from, mtu));
        self.tell(number, Outcome::TooBig { from, mtu }, at);
        let size = u16::try_from(mtu).unwrap_or(u16::MAX);
        self.path.on_packet_too_big(size, now);
    }

    /// The first link does not take the probe, and may say what it takes.
    pub(super) fn beyond_first_link(&mut self, number: usize, mtu: u32, now: Instant) {
        self.first_link = self.first_link.or((mtu > 0).then_some(mtu));
        self.tell(number, Outcome::FirstLink { mtu }, now);
        if let Ok(size @ 1..) = u16::try_from(mtu) {
            self.path.on_packet_too_big(size, now);
        }
        self.lose(number, now);
    }
}
