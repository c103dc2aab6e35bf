//! Puts packets together again from what sockets tell about them.
//!
//! ```text
//!   datagram ICMP   message known                            IP header put together
//!   raw ICMP        message known, IPv4 header when received  else put together
//!   UDP             payload known                            UDP and IP header put together
//!   an error        type, code, node, part of our message    ICMP, IP header and its quote put together
//! ```
//! What nobody told is zero: identification, flags, and the time to live in a quote.
//!
//! Spec: RFC 792, RFC 4443.
//! Not here: the headers themselves (`envelope`), where packets go from here (`seen`).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use layercake_capfile::LinkType;
use layercake_host::{ErrorReport, Received};
use layercake_network::Protocol;
use layercake_probe::net::Outgoing;
use layercake_transport::udp;

use crate::kernel::clock::KernelClock;
use crate::kernel::envelope::{Envelope, put};
use crate::seen::{Seen, Tap};

const REMARK: &str = "headers put together from what the socket told";

/// Takes notes for a [`Tap`].
#[derive(Debug)]
pub(super) struct Notes {
    pub(super) tap: Tap,
    /// The protocol of the probes.
    protocol: Protocol,
    /// The address that we send from, once it is known.
    here: Option<IpAddr>,
    clock: KernelClock,
}

impl Notes {
    pub(super) fn new(protocol: Protocol, clock: KernelClock) -> Self {
        let tap = Tap::default();
        Notes {
            tap,
            protocol,
            here: None,
            clock,
        }
    }
}

impl Notes {
    /// A probe left; `body` is everything behind its IP header.
    pub(super) fn sent(&mut self, probe: &Outgoing, body: &[u8], at: u64) {
        let here = *self.here.get_or_insert_with(|| source(probe.destination));
        let envelope = Envelope {
            source: here,
            destination: probe.destination,
            hops: probe.ttl.unwrap_or(64),
            class: probe.tos,
            dont_fragment: probe.dont_fragment,
            protocol: self.protocol,
        };
        let mut body = body.to_vec();
        match self.protocol {
            Protocol::ICMPV6 => envelope.write_checksum(&mut body, 2),
            Protocol::UDP => {
                let sum = udp::checksum(here, probe.destination, &body);
                put(&mut body, 6, sum);
            }
            _ => {}
        }
        self.show(true, at, envelope.around(&body), Some(REMARK));
    }

    /// A message arrived; `body` is everything behind its IP header.
    pub(super) fn message(&mut self, from: IpAddr, received: &Received, body: &[u8]) {
        let at = self.time(received);
        if let Some(header) = &received.header {
            let packet = [header, body].concat();
            return self.show(false, at, Some(packet), None);
        }
        let envelope = self.inward(from, received, self.protocol);
        self.show(false, at, envelope.around(body), Some(REMARK));
    }

    /// An error arrived about the probe to `destination`; `quoted` is what came back of it behind its IP header.
    pub(super) fn error(
        &mut self,
        error: &ErrorReport,
        received: &Received,
        destination: IpAddr,
        quoted: &[u8],
    ) {
        let Some(from) = error.offender else { return };
        let outward = Envelope {
            source: self.here.unwrap_or(source(destination)),
            destination,
            hops: 0,
            class: 0,
            dont_fragment: false,
            protocol: self.protocol,
        };
        let Some(quote) = outward.around(quoted) else {
            return;
        };
        let v4 = from.is_ipv4();
        let protocol = if v4 { Protocol::ICMP } else { Protocol::ICMPV6 };
        let envelope = self.inward(from, received, protocol);
        let mut message = vec![error.icmp_type, error.icmp_code, 0, 0];
        message.extend_from_slice(&error.info.to_be_bytes());
        message.extend_from_slice(&quote);
        envelope.write_checksum(&mut message, 2);
        let at = self.time(received);
        self.show(false, at, envelope.around(&message), Some(REMARK));
    }

    fn inward(&self, from: IpAddr, received: &Received, protocol: Protocol) -> Envelope {
        Envelope {
            source: from,
            destination: self.here.unwrap_or(source(from)),
            hops: received.time_to_live.unwrap_or(0),
            class: received.traffic_class.unwrap_or(0),
            dont_fragment: false,
            protocol,
        }
    }

    fn time(&self, received: &Received) -> u64 {
        self.clock
            .stamp(received.kernel_time, received.moment)
            .at
            .as_nanos()
    }

    fn show(
        &self,
        outbound: bool,
        at: u64,
        packet: Option<Vec<u8>>,
        remark: Option<&'static str>,
    ) {
        if let Some(octets) = packet {
            self.tap.put(Seen {
                at: self.clock.epoch().saturating_add(at),
                outbound,
                link_type: LinkType::RAW,
                octets,
                remark,
            });
        }
    }
}

/// The address that this host sends from to `destination`; unspecified when there is no way.
fn source(destination: IpAddr) -> IpAddr {
    let any = match destination {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    layercake_host::route::source_toward(destination, None).unwrap_or(any)
}

#[cfg(test)]
mod tests {
    use layercake_dissect::dissect;
    use layercake_host::clock::Moment;
    use layercake_host::{Kind, Origin};
    use layercake_probe::net::Probe;

    use super::*;
    use crate::kernel::envelope::datagram;

    fn received(kind: Kind) -> Received {
        Received {
            kind,
            octets: Vec::new(),
            header: None,
            time_to_live: Some(61),
            traffic_class: Some(0xc0),
            kernel_time: None,
            moment: Moment::now(),
            truncated: false,
        }
    }

    fn protocols(seen: &Seen) -> Vec<&'static str> {
        let dissection = dissect(seen.link_type, &seen.octets);
        assert_eq!(dissection.faults().count(), 0, "{:02x?}", seen.octets);
        dissection
            .layers
            .iter()
            .map(|layer| layer.layout.protocol)
            .collect()
    }

    /// Length and checksums of every header hold, in both families: the dissection finds no fault.
    #[test]
    fn packets_put_together_are_whole() {
        for loopback in ["127.0.0.1", "::1"] {
            let destination: IpAddr = loopback.parse().unwrap();
            let mut notes = Notes::new(Protocol::UDP, KernelClock::start());
            let body = datagram(4000, 33434, 12, b"cake");
            let probe = Outgoing {
                what: Probe::Udp {
                    source_port: 4000,
                    destination_port: 33434,
                    payload: vec![],
                },
                destination,
                ttl: Some(3),
                tos: 16,
                dont_fragment: false,
            };
            notes.sent(&probe, &body, 5);
            let error = ErrorReport {
                origin: Origin::Icmp,
                icmp_type: if destination.is_ipv4() { 11 } else { 3 },
                icmp_code: 0,
                errno: 113,
                offender: Some(destination),
                info: 0,
                destination: None,
                extension: None,
            };
            notes.error(&error, &received(Kind::Error(error)), destination, &body);
            let [sent, told] = [notes.tap.take().unwrap(), notes.tap.take().unwrap()];
            assert!(sent.outbound && !told.outbound);
            assert_eq!(protocols(&sent).len(), 2);
            assert_eq!(protocols(&told).len(), 4, "{:?}", protocols(&told));
        }
    }
}
