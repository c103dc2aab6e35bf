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
//! Not here: ICMP probes (`kernel`), the sockets themselves (`layercake-host`).

use std::net::SocketAddr;
use std::os::fd::AsFd;

use layercake_base::Instant;
use layercake_host::clock::{Moment, Monotonic, Realtime};
use layercake_host::signal::Signals;
use layercake_host::udp::UdpSocket;
use layercake_host::{
    ErrorReport, Family, Fragmentation, HostError, Kind as HostKind, OpenOptions, Origin,
    Received, SendOptions,
};
use layercake_probe::net::{
    Clock, Failure, Incoming, Kind, Outgoing, Packets, Probe, Quoted, Report, SendError,
    Sent, Stamp, Time, Woken,
};

/// UDP sockets with their error queues, and a clock that starts with them.
#[derive(Debug)]
pub struct UdpProbes {
    options: OpenOptions,
    flows: Vec<Flow>,
    /// The flow to look at first in the next receive, so that all get their turn.
    turn: usize,
    signals: Option<Signals>,
    start: Moment,
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
        let start = Moment::now();
        Ok(UdpProbes {
            options,
            flows: vec![first],
            turn: 0,
            signals,
            start,
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

    fn signal(&self) -> Woken {
        let quit = self.signals.as_ref().is_some_and(Signals::take_quit);
        if quit {
            Woken::Status
        } else {
            Woken::Interrupt
        }
    }

    fn instant(&self, at: Monotonic) -> Instant {
        Instant::ZERO + at.since(self.start.monotonic)
    }

    fn monotonic(&self, at: Instant) -> Monotonic {
        self.start.monotonic.plus(at.since(Instant::ZERO))
    }

    /// The kernel's stamp where it can be believed, else the time when this program saw it.
    fn stamp(&self, told: Option<Realtime>, seen: Moment) -> Stamp {
        let placed = told.and_then(|told| seen.place(told, self.start.monotonic));
        match placed {
            Some(at) => Stamp {
                at: self.instant(at),
                clock: Clock::Kernel,
            },
            None => Stamp {
                at: self.instant(seen.monotonic),
                clock: Clock::User,
            },
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
            at: self.stamp(received.kernel_time, received.moment),
            seen: self.instant(received.moment.monotonic),
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
    let extension = error.extension.filter(|extension| extension.valid);
    let extensions = extension.and_then(|extension| octets.get(extension.offset..));
    Report {
        cause: crate::translate::cause(error),
        probe: Quoted::Udp {
            source_port: label,
            destination_port: error.destination.map_or(0, |to| to.port()),
        },
        destination: error.destination.map(|to| to.ip()),
        local: !matches!(error.origin, Origin::Icmp | Origin::Icmp6),
        quoted_ttl: None,
        extensions: extensions.unwrap_or_default().to_vec(),
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
        let options = SendOptions {
            time_to_live: probe.ttl,
            traffic_class: Some(probe.tos),
            fragmentation: Some(match probe.dont_fragment {
                true => Fragmentation::Probe,
                false => Fragmentation::Allow,
            }),
        };
        let destination = SocketAddr::new(probe.destination, *destination_port);
        let flow = self.flow(*source_port, family)?;
        let sent = flow.socket.send(payload, destination, &options);
        let sent = sent.map_err(|error| crate::translate::send_error(&error))?;
        let place = self
            .flows
            .iter()
            .position(|flow| flow.label == *source_port);
        Ok(Sent {
            at: Stamp {
                at: self.instant(sent.before.monotonic),
                clock: Clock::User,
            },
            ticket: ticket_of(place.unwrap_or(0), sent.ticket.0),
        })
    }

    fn receive(&mut self) -> Result<Option<Incoming>, Failure> {
        for step in 0..self.flows.len() {
            let place = (self.turn + step) % self.flows.len();
            let Some(flow) = self.flows.get_mut(place) else {
                continue;
            };
            let label = flow.label;
            let received = flow.socket.try_receive();
            let received = received.map_err(|error| Failure(error.to_string()))?;
            if let Some(received) = received {
                self.turn = place;
                return Ok(Some(self.incoming(place, label, received)));
            }
        }
        Ok(None)
    }
}

impl Time for UdpProbes {
    fn now(&self) -> Instant {
        self.instant(layercake_host::clock::monotonic())
    }

    fn epoch(&self) -> u64 {
        self.start.realtime.0
    }

    fn wait(&mut self, until: Option<Instant>) -> Result<Woken, Failure> {
        let sockets: Vec<_> = self.flows.iter().map(|flow| flow.socket.as_fd()).collect();
        let until = until.map(|until| self.monotonic(until));
        let woken = layercake_host::wait::wait(&sockets, until, self.signals.as_ref());
        Ok(match woken.map_err(|error| Failure(error.to_string()))? {
            layercake_host::wait::Woken::Ready => Woken::Arrival,
            layercake_host::wait::Woken::Deadline => Woken::Deadline,
            layercake_host::wait::Woken::Signal => self.signal(),
        })
    }
}
