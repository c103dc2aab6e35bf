//! ICMP echo probes through the kernel: a datagram socket where the host allows it, else a raw one.
//!
//! Spec: icmp(7), raw(7), ip(7) `IP_RECVERR`; RFC 792, RFC 4443.
//! Not here: UDP probes (`udp`), the sockets themselves (`layercake-host`).

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use layercake_base::{Instant, Reason, checksum};
use layercake_host::icmp::{Denied, IcmpSocket, Preference};
use layercake_host::signal::Signals;
use layercake_host::{
    Arrival, ErrorReport, Family, Fragmentation, Kind as HostKind, OpenOptions, Received,
};
use layercake_network::{Protocol, icmp, icmpv6};
use layercake_probe::net::{
    Failure, Incoming, Kind, Outgoing, Packets, Probe, Quoted, Report, SendError, Sent,
    Time, Woken,
};

use crate::kernel::clock::{KernelClock, send_options, which};
use crate::kernel::notes::Notes;
use crate::kernel::translate;
use crate::seen::{Tap, Tapped};

/// Octets of the ICMP echo header.
const HEADER: usize = 8;

/// One ICMP socket with its error queue, and a clock that starts with it.
#[derive(Debug)]
pub struct IcmpProbes {
    socket: IcmpSocket,
    signals: Option<Signals>,
    clock: KernelClock,
    notes: Option<Notes>,
    fragmentation: Option<Fragmentation>,
    /// What ended the last wait.
    heard: Option<Incoming>,
    /// When the last wait was to end.
    until: Option<Instant>,
}

impl IcmpProbes {
    /// Opens the socket that needs the least privilege.
    ///
    /// # Errors
    /// [`Denied`] says which setting is missing and what works without it.
    pub fn open(
        family: Family,
        options: &OpenOptions,
        signals: Option<Signals>,
    ) -> Result<Self, Denied> {
        let socket = IcmpSocket::open(family, Preference::DatagramThenRaw, options)?;
        let clock = KernelClock::start();
        Ok(IcmpProbes {
            socket,
            signals,
            clock,
            notes: None,
            fragmentation: None,
            heard: None,
            until: None,
        })
    }

    /// From now on probes treat fragmentation so, whatever they say themselves: a ping knows four ways, a probe two.
    pub fn set_fragmentation(&mut self, fragmentation: Fragmentation) {
        self.fragmentation = Some(fragmentation);
    }

    /// The identifier that all probes carry.
    pub fn identifier(&self) -> u16 {
        self.socket.identifier()
    }

    /// Writes down what arrived, where somebody wants to see it.
    fn note(&mut self, received: &Received) {
        let Some(notes) = &mut self.notes else { return };
        match &received.kind {
            HostKind::Message { from } => {
                notes.message(from.ip(), received, &received.octets);
            }
            HostKind::Error(error) => {
                if let Some(destination) = error.destination {
                    notes.error(error, received, destination.ip(), &received.octets);
                }
            }
            HostKind::Transmitted(_) => {}
        }
    }

    /// Takes an arrival in; `None` for messages that answer nothing of ours. On the loopback a raw socket hears its own
    /// questions: they were noted when they were sent.
    fn accept(&mut self, received: &Received) -> Option<Incoming> {
        let incoming = self.incoming(received)?;
        self.note(received);
        Some(incoming)
    }

    fn incoming(&self, received: &Received) -> Option<Incoming> {
        let (from, kind) = match received.kind {
            HostKind::Message { from } => {
                (Some(from.ip()), self.reply(&received.octets)?)
            }
            HostKind::Error(error) => (
                error.offender,
                Kind::Error(self.report(&error, &received.octets)),
            ),
            HostKind::Transmitted(ticket) => (None, Kind::Left { ticket: ticket.0 }),
        };
        Some(Incoming {
            at: self.clock.stamp(received.kernel_time, received.moment),
            seen: self.clock.instant(received.moment.monotonic),
            from,
            ttl: received.time_to_live,
            kind,
        })
    }

    /// The header of an echo message of either family: whether it is a reply, identifier, sequence number.
    fn echo(&self, message: &[u8]) -> Option<(bool, u16, u16)> {
        match self.socket.family() {
            Family::V4 => {
                let echo = icmp::echo::Echo::decode_lax(message).ok()?;
                Some((echo.reply, echo.identifier, echo.sequence_number))
            }
            Family::V6 => {
                let echo = icmpv6::echo::Echo::decode_lax(message).ok()?;
                Some((echo.reply, echo.identifier, echo.sequence_number))
            }
        }
    }

    fn reply(&self, message: &[u8]) -> Option<Kind> {
        let (reply, identifier, sequence) = self.echo(message)?;
        // The kernel checks ICMPv6 itself, on raw sockets too (RFC 3542 §3.1).
        let checked = self.socket.family() == Family::V6;
        let corrupted = !checked && checksum::internet(message) != 0;
        let payload = message.get(HEADER..).unwrap_or_default().to_vec();
        (reply && identifier == self.identifier()).then_some(Kind::EchoReply {
            identifier,
            sequence,
            payload,
            corrupted,
        })
    }

    fn report(&self, error: &ErrorReport, octets: &[u8]) -> Report {
        let quoted = self.echo(octets).filter(|(reply, ..)| !reply);
        let probe = match quoted {
            Some((_, identifier, sequence)) => Quoted::Echo {
                identifier,
                sequence,
            },
            None => Quoted::Unknown,
        };
        translate::report(error, probe, octets)
    }

    fn message(&self, probe: &Outgoing) -> Result<Vec<u8>, SendError> {
        let Probe::Echo {
            identifier,
            sequence,
            payload,
        } = &probe.what
        else {
            return Err(SendError::Refused(
                "this socket sends echo requests only".into(),
            ));
        };
        let (identifier, sequence_number) = (*identifier, *sequence);
        let mut message = vec![0; HEADER];
        message.extend_from_slice(payload);
        let written = match probe.destination {
            IpAddr::V4(_) => {
                let echo = icmp::echo::Echo {
                    reply: false,
                    identifier,
                    sequence_number,
                };
                echo.encode(&mut message)
            }
            // The kernel knows the source and writes the checksum.
            IpAddr::V6(destination) => {
                let echo = icmpv6::echo::Echo {
                    reply: false,
                    identifier,
                    sequence_number,
                };
                echo.encode(&mut message, (Ipv6Addr::UNSPECIFIED, destination))
            }
        };
        let refused = |reason: Reason| SendError::Refused(reason.to_string());
        written.map(|()| message).map_err(refused)
    }
}

impl Tapped for IcmpProbes {
    fn tap(&mut self) -> Tap {
        let protocol = match self.socket.family() {
            Family::V4 => Protocol::ICMP,
            Family::V6 => Protocol::ICMPV6,
        };
        let notes = self.notes.insert(Notes::new(protocol, self.clock));
        notes.tap.clone()
    }
}

impl Packets for IcmpProbes {
    fn send(&mut self, probe: &Outgoing) -> Result<Sent, SendError> {
        let message = self.message(probe)?;
        let destination = SocketAddr::new(probe.destination, 0);
        let mut options = send_options(probe);
        options.fragmentation = self.fragmentation.or(options.fragmentation);
        let sent = self.socket.send(&message, destination, &options);
        let sent = sent.map_err(|error| translate::send_error(&error))?;
        let at = self.clock.instant(sent.before.monotonic).as_nanos();
        if let Some(notes) = &mut self.notes {
            notes.sent(probe, &message, at);
        }
        Ok(Sent {
            at: self.clock.by_user(sent.before.monotonic),
            ticket: sent.ticket.0,
        })
    }

    /// What ended the wait. More is only looked for when its time is over, before an engine gives anything up: else
    /// the next wait finds it, and a probe that is answered costs four system calls instead of seven.
    fn receive(&mut self) -> Result<Option<Incoming>, Failure> {
        if let Some(incoming) = self.heard.take() {
            return Ok(Some(incoming));
        }
        if self.until.is_none_or(|until| self.now() < until) {
            return Ok(None);
        }
        loop {
            let received = self.socket.try_receive();
            match received.map_err(|error| Failure(error.to_string()))? {
                None => return Ok(None),
                Some(received) => {
                    if let Some(incoming) = self.accept(&received) {
                        return Ok(Some(incoming));
                    }
                }
            }
        }
    }
}

impl Time for IcmpProbes {
    fn now(&self) -> Instant {
        self.clock.now()
    }

    fn epoch(&self) -> u64 {
        self.clock.epoch()
    }

    fn wait(&mut self, until: Option<Instant>) -> Result<Woken, Failure> {
        let signals = self.signals.as_ref();
        // Answers that come without a pause must not hide a signal.
        if signals.is_some_and(Signals::pending) {
            return Ok(which(signals));
        }
        self.until = until;
        let deadline = until.map(|until| self.clock.deadline(until));
        let arrival = self.socket.receive(deadline, signals);
        Ok(match arrival.map_err(|error| Failure(error.to_string()))? {
            Arrival::Received(received) => {
                self.heard = self.accept(&received);
                Woken::Arrival
            }
            Arrival::Deadline => Woken::Deadline,
            Arrival::Signal => which(signals),
        })
    }
}
