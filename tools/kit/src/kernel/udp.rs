//! UDP probes through the kernel, without any privilege: what a trace needs where ICMP is not allowed.
//!
//! ```text
//!   one flow              one socket, the destination port names the probe        (the default method)
//!   a flow for each probe one socket for each source port that the engine chooses (-U)
//! ```
//! The kernel chooses the real source ports unless the user did, because a port of the engine's choice may be
//! taken; this back end translates. Errors come from the error queue of each socket, so no packet of anybody else
//! is ever seen.
//!
//! Spec: udp(7), ip(7) `IP_RECVERR`.
//! Not here: ICMP probes (`icmp`), the sockets themselves (`layercake-host`).

use std::net::SocketAddr;
use std::os::fd::AsFd;

use layercake_base::Instant;
use layercake_host::signal::Signals;
use layercake_host::udp::UdpSocket;
use layercake_host::{
    ErrorReport, Family, HostError, Kind as HostKind, OpenOptions, Received,
};
use layercake_network::Protocol;
use layercake_probe::net::{
    Failure, Incoming, Kind, Outgoing, Packets, Probe, Quoted, Report, SendError, Sent,
    Time, Woken,
};

use crate::kernel::clock::{KernelClock, send_options};
use crate::kernel::envelope::datagram;
use crate::kernel::notes::Notes;
use crate::kernel::translate;
use crate::seen::{Tap, Tapped};

/// Octets of the UDP header.
const HEADER: usize = 8;

/// UDP sockets with their error queues, and a clock that starts with them.
#[derive(Debug)]
pub struct UdpProbes {
    options: OpenOptions,
    flows: Vec<Flow>,
    /// The flow to look at first in the next receive, so that all get their turn.
    turn: usize,
    signals: Option<Signals>,
    clock: KernelClock,
    notes: Option<Notes>,
    /// Octets of the last datagram sent, header included.
    length: usize,
}

/// One socket.
#[derive(Debug)]
struct Flow {
    /// The source port by which the engine knows it.
    label: u16,
    socket: UdpSocket,
}

impl UdpProbes {
    /// Opens the first socket, so that a lack of anything shows at once. `options.source` with a port other than
    /// zero fixes the source port of all probes.
    ///
    /// # Errors
    /// When the family is absent, the address is not ours, the port is taken or the interface does not exist.
    pub fn open(
        family: Family,
        options: OpenOptions,
        signals: Option<Signals>,
    ) -> Result<Self, HostError> {
        // The first flow gets its label from the first probe.
        let first = Flow {
            label: 0,
            socket: UdpSocket::open(family, &options)?,
        };
        let clock = KernelClock::start();
        Ok(UdpProbes {
            options,
            flows: vec![first],
            turn: 0,
            signals,
            clock,
            notes: None,
            length: 0,
        })
    }

    /// The real source port of a flow, as it is on the wire.
    pub fn source_port(&self, label: u16) -> Option<u16> {
        let flow = self.flows.iter().find(|flow| flow.label == label)?;
        Some(flow.socket.port())
    }

    /// The socket for a source port of the engine's choice.
    fn flow(&mut self, label: u16, family: Family) -> Result<&mut Flow, SendError> {
        let known = self.flows.iter().position(|flow| flow.label == label);
        let place = match (known, self.flows.as_slice()) {
            (Some(place), _) => place,
            (None, [Flow { label: 0, .. }]) => 0,
            (None, _) => {
                let refused = |error: HostError| SendError::Refused(error.to_string());
                let socket = UdpSocket::open(family, &self.options).map_err(refused)?;
                self.flows.push(Flow { label, socket });
                self.flows.len() - 1
            }
        };
        let flow = self.flows.get_mut(place).ok_or(SendError::Busy)?;
        flow.label = label;
        Ok(flow)
    }

    /// Writes down what arrived at a real port, where somebody wants to see it.
    fn note(&mut self, port: u16, received: &Received) {
        let (Some(notes), octets) = (&mut self.notes, &received.octets) else {
            return;
        };
        match &received.kind {
            HostKind::Message { from } => {
                let whole = octets.len() + HEADER;
                let body = datagram(from.port(), port, whole, octets);
                notes.message(from.ip(), received, &body);
            }
            HostKind::Error(error) => {
                let Some(to) = error.destination else { return };
                let quoted = datagram(port, to.port(), self.length, octets);
                notes.error(error, received, to.ip(), &quoted);
            }
            HostKind::Transmitted(_) => {}
        }
    }

    fn incoming(&self, place: usize, label: u16, received: Received) -> Incoming {
        let (from, kind) = match received.kind {
            HostKind::Message { from } => (
                Some(from.ip()),
                Kind::Datagram {
                    source_port: from.port(),
                    destination_port: label,
                    payload: received.octets,
                },
            ),
            HostKind::Error(error) => (
                error.offender,
                Kind::Error(report(&error, label, &received.octets)),
            ),
            HostKind::Transmitted(ticket) => (
                None,
                Kind::Left {
                    ticket: ticket_of(place, ticket.0),
                },
            ),
        };
        Incoming {
            at: self.clock.stamp(received.kernel_time, received.moment),
            seen: self.clock.instant(received.moment.monotonic),
            from,
            ttl: received.time_to_live,
            kind,
        }
    }
}

/// One number for the tickets of all sockets.
fn ticket_of(place: usize, ticket: u64) -> u64 {
    u64::try_from(place).unwrap_or(u64::MAX) << 32 | (ticket & 0xffff_ffff)
}

fn report(error: &ErrorReport, label: u16, octets: &[u8]) -> Report {
    let destination_port = error.destination.map_or(0, |to| to.port());
    let probe = Quoted::Udp {
        source_port: label,
        destination_port,
    };
    translate::report(error, probe, octets)
}

impl Tapped for UdpProbes {
    fn tap(&mut self) -> Tap {
        let notes = self.notes.insert(Notes::new(Protocol::UDP, self.clock));
        notes.tap.clone()
    }
}

impl Packets for UdpProbes {
    fn send(&mut self, probe: &Outgoing) -> Result<Sent, SendError> {
        let Probe::Udp {
            source_port,
            destination_port,
            payload,
        } = &probe.what
        else {
            return Err(SendError::Refused("this socket sends UDP only".to_owned()));
        };
        let family = Family::of(&probe.destination);
        let destination = SocketAddr::new(probe.destination, *destination_port);
        let flow = self.flow(*source_port, family)?;
        let sent = flow.socket.send(payload, destination, &send_options(probe));
        let sent = sent.map_err(|error| translate::send_error(&error))?;
        let port = flow.socket.port();
        let place = self
            .flows
            .iter()
            .position(|flow| flow.label == *source_port);
        self.length = payload.len() + HEADER;
        let at = self.clock.instant(sent.before.monotonic).as_nanos();
        if let Some(notes) = &mut self.notes {
            let body = datagram(port, *destination_port, self.length, payload);
            notes.sent(probe, &body, at);
        }
        Ok(Sent {
            at: self.clock.by_user(sent.before.monotonic),
            ticket: ticket_of(place.unwrap_or(0), sent.ticket.0),
        })
    }

    fn receive(&mut self) -> Result<Option<Incoming>, Failure> {
        for step in 0..self.flows.len() {
            let place = (self.turn + step) % self.flows.len();
            let Some(flow) = self.flows.get_mut(place) else {
                continue;
            };
            let (label, port) = (flow.label, flow.socket.port());
            let received = flow.socket.try_receive();
            let received = received.map_err(|error| Failure(error.to_string()))?;
            if let Some(received) = received {
                self.turn = place;
                self.note(port, &received);
                return Ok(Some(self.incoming(place, label, received)));
            }
        }
        Ok(None)
    }
}

impl Time for UdpProbes {
    fn now(&self) -> Instant {
        self.clock.now()
    }

    fn epoch(&self) -> u64 {
        self.clock.epoch()
    }

    fn wait(&mut self, until: Option<Instant>) -> Result<Woken, Failure> {
        let sockets: Vec<_> = self.flows.iter().map(|flow| flow.socket.as_fd()).collect();
        self.clock.wait(&sockets, until, self.signals.as_ref())
    }
}
