//! What a probe carries so that its answer can be told from all others.
//!
//! | method | the number of the probe is in | held constant |
//! |---|---|---|
//! | default | UDP destination port | source port |
//! | UDP to one port | UDP source port | destination port |
//! | ICMP | sequence number | identifier and checksum |
//!
//! An answer is matched by what it quotes of these, by nothing else.

use super::{Method, Plan};
use crate::net::{Kind, Probe, Quoted, Report};

/// The source port of the first UDP probe where nobody asked for another: the first of those that
/// RFC 6335 §6 leaves to everyone. 2550 probes fit behind it.
const FIRST_SOURCE: u16 = 0xc000;

/// Which probe an answer is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// The one with this number, if it was ever sent.
    Number(u16),
    /// The one that was sent last: with all ports fixed, only one is in flight at a time.
    Last,
}

impl Plan {
    /// Probe `number`, filled as traceroute does: `@ABC…` over and over.
    pub(super) fn probe(&self, number: u16) -> Probe {
        let mut payload: Vec<u8> = (0x40..0x80).cycle().take(self.payload()).collect();
        let port = self.port;
        let source = self.source_port.unwrap_or(FIRST_SOURCE);
        let (source_port, destination_port) = match self.method {
            Method::Default => (source, port.wrapping_add(number)),
            Method::Udp if self.source_port.is_some() => (source, port),
            Method::Udp => (FIRST_SOURCE.wrapping_add(number), port),
            Method::Icmp => {
                let (identifier, sequence) = (self.identifier, port.wrapping_add(number));
                balance(&mut payload, sequence);
                #[rustfmt::skip]
                return Probe::Echo { identifier, sequence, payload };
            }
        };
        Probe::Udp {
            source_port,
            destination_port,
            payload,
        }
    }

    /// The ports that UDP probes come from, where answers to them arrive.
    pub fn source_ports(&self) -> impl Iterator<Item = u16> + use<> {
        let probes = u16::from(self.queries) * u16::from(self.max);
        let (first, count) = match (self.method, self.source_port) {
            (Method::Icmp, _) => (0, 0),
            (_, Some(fixed)) => (fixed, 1),
            (Method::Default, None) => (FIRST_SOURCE, 1),
            (Method::Udp, None) => (FIRST_SOURCE, probes),
        };
        (0..count).map(move |number| first.wrapping_add(number))
    }

    /// The probe that an error quotes; `None` for somebody else's packet.
    pub(super) fn quoted(&self, report: &Report) -> Option<Named> {
        if report.local || report.destination.is_some_and(|to| to != self.target) {
            return None;
        }
        match report.probe {
            Quoted::Echo { sequence, .. } => self.sequence(sequence),
            Quoted::Udp {
                source_port,
                destination_port,
            } => self.ports(source_port, destination_port),
            Quoted::Unknown => None,
        }
    }

    /// The probe that a message from the target itself answers.
    pub(super) fn answered(&self, kind: &Kind) -> Option<Named> {
        match kind {
            Kind::EchoReply {
                sequence,
                corrupted: false,
                ..
            } => self.sequence(*sequence),
            Kind::Datagram {
                source_port,
                destination_port,
                ..
            } => self.ports(*destination_port, *source_port),
            _ => None,
        }
    }

    fn sequence(&self, sequence: u16) -> Option<Named> {
        let number = Named::Number(sequence.wrapping_sub(self.port));
        (self.method == Method::Icmp).then_some(number)
    }

    /// The probe from port `source` to port `destination`.
    fn ports(&self, source: u16, destination: u16) -> Option<Named> {
        match (self.method, self.source_port) {
            (Method::Icmp, _) => None,
            (_, Some(fixed)) if fixed != source => None,
            (Method::Default, _) => {
                Some(Named::Number(destination.wrapping_sub(self.port)))
            }
            (Method::Udp, _) if destination != self.port => None,
            (Method::Udp, Some(_)) => Some(Named::Last),
            (Method::Udp, None) => Some(Named::Number(source.wrapping_sub(FIRST_SOURCE))),
        }
    }
}

/// Puts the complement of the sequence number into the payload, so that the ICMP checksum is the
/// same for all probes, and routers that balance load by it keep them on one path (Paris).
fn balance(payload: &mut [u8], sequence: u16) {
    if let Some(first) = payload.first_chunk_mut() {
        *first = (!sequence).to_be_bytes();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(method: Method) -> Plan {
        Plan::new([192, 0, 2, 1].into()).with_method(method)
    }

    /// The checksum is the complement of the sum of all words; sequence number and first payload
    /// word add up to ffff, which is zero.
    #[test]
    fn icmp_probes_all_have_the_same_checksum() {
        let plan = plan(Method::Icmp);
        let sum = |number| match plan.probe(number) {
            Probe::Echo {
                sequence, payload, ..
            } => {
                let mut words = sequence.to_be_bytes().to_vec();
                words.extend_from_slice(&payload);
                layercake_base::checksum::internet(&words)
            }
            other => panic!("{other:?}"),
        };
        assert!((0..2550).all(|number| sum(number) == sum(0)));
    }

    #[test]
    fn a_probe_too_short_for_a_balance_is_sent_without() {
        let mut octet = [7];
        balance(&mut octet, 9);
        assert_eq!(octet, [7]);
    }

    #[test]
    fn every_number_is_found_again_in_each_method() {
        for method in [Method::Default, Method::Udp, Method::Icmp] {
            let plan = Plan {
                port: 65_000,
                ..plan(method)
            };
            for number in 0..2550 {
                let probe = plan.probe(number);
                let report = super::super::fake::report(
                    crate::net::Cause::TimeExceeded,
                    &probe,
                    plan.target,
                );
                assert_eq!(plan.quoted(&report), Some(Named::Number(number)));
            }
        }
    }
}
