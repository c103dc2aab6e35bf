//! One socket with its two queues: messages, and errors with the stamps of what was sent.
//!
//! ```text
//!   send ──> sendmsg + control messages (hops, class) ──> network
//!            receive queue  <── messages of peers
//!   receive <┤
//!            error queue    <── ICMP errors about our messages, local errors, transmit stamps
//! ```
//! Spec: ip(7) `IP_RECVERR`, ipv6(7), Documentation/networking/timestamping.rst.
//! Units: octets; nanoseconds.  Not here: which protocol runs on it (`icmp`, `udp`).

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::os::fd::{AsFd, BorrowedFd};

use socket2::{MsgHdr, SockAddr, Socket};

use crate::clock::{Moment, Monotonic};
use crate::failure::{HostError, SendError};
use crate::linux::incoming::{Incoming, Queue};
use crate::linux::stamps::Numbering;
use crate::linux::{control, setup};
use crate::options::{Family, Fragmentation, OpenOptions, SendOptions};
use crate::received::{Arrival, Kind, Origin, Received, Sent};
use crate::signal::Signals;
use crate::wait::{Readiness, Woken, wait_each};

/// Entries of the error queue that one failing send looks through for its reason.
const MOST_DRAINED: usize = 64;

/// A socket with the options of this crate set.
#[derive(Debug)]
pub(crate) struct Channel {
    socket: Socket,
    family: Family,
    incoming: Incoming,
    /// Scratch room for control messages of a send.
    outgoing: Vec<u8>,
    numbering: Numbering,
    transmit_stamps: bool,
    /// A stamp is due: the error queue is worth a look before a wait.
    stamp_due: bool,
    /// What a send found in the error queue, kept for the next receive.
    pending: VecDeque<Received>,
    fragmentation: Option<Fragmentation>,
    /// On a raw socket: the echo identifier that a quoted message must carry to be ours.
    identifier: Option<u16>,
}

impl Channel {
    /// Takes over a new socket and turns on everything that `options` and this crate ask for.
    pub(crate) fn new(
        socket: Socket,
        family: Family,
        options: &OpenOptions,
    ) -> io::Result<Self> {
        setup::prepare(&socket, family, options)?;
        Ok(Self {
            socket,
            family,
            incoming: Incoming::new(),
            outgoing: Vec::new(),
            numbering: Numbering::default(),
            transmit_stamps: options.transmit_stamps,
            stamp_due: false,
            pending: VecDeque::new(),
            fragmentation: None,
            identifier: None,
        })
    }

    /// Says that this socket is raw: IPv4 headers come along, and other programs' errors too.
    pub(crate) fn set_raw(&mut self, identifier: u16) {
        self.incoming.strip_header = self.family == Family::V4;
        self.identifier = Some(identifier);
    }

    pub(crate) fn socket(&self) -> &Socket {
        &self.socket
    }

    /// Messages that the kernel threw away since the socket was opened because its buffer was full.
    pub(crate) fn dropped(&self) -> u32 {
        self.incoming.dropped
    }

    pub(crate) fn send(
        &mut self,
        octets: &[u8],
        destination: SocketAddr,
        options: &SendOptions,
    ) -> Result<Sent, SendError> {
        let refused = |error: &io::Error| refusal(error, octets.len(), destination, None);
        self.choose_fragmentation(options.fragmentation)
            .map_err(|e| refused(&e))?;
        self.write_control(options);
        let address = SockAddr::from(destination);
        let mut retried = false;
        loop {
            let before = Moment::now();
            let error = match self.transmit(octets, &address) {
                Ok(()) => return Ok(self.sent(before)),
                Err(error) => error,
            };
            self.renumber();
            let drained = self.drain();
            // An error of an earlier message waits on the socket and fails the next call, which did nothing:
            // ip(7), IP_RECVERR. Its report is kept for `receive`.
            if error.kind() == io::ErrorKind::Interrupted
                || (drained.network_errors && !retried)
            {
                retried = drained.network_errors;
                continue;
            }
            return Err(refusal(&error, octets.len(), destination, drained.mtu));
        }
    }

    fn transmit(&self, octets: &[u8], address: &SockAddr) -> io::Result<()> {
        let buffers = [IoSlice::new(octets)];
        let message = MsgHdr::new()
            .with_addr(address)
            .with_buffers(&buffers)
            .with_control(&self.outgoing);
        self.socket
            .sendmsg(&message, libc::MSG_DONTWAIT)
            .map(|_sent| ())
    }

    fn sent(&mut self, before: Moment) -> Sent {
        let ticket = self.numbering.next();
        self.numbering.sent(before.realtime);
        self.stamp_due = self.transmit_stamps;
        Sent { ticket, before }
    }

    fn choose_fragmentation(&mut self, choice: Option<Fragmentation>) -> io::Result<()> {
        if let Some(choice) = choice.filter(|_| choice != self.fragmentation) {
            setup::fragmentation(&self.socket, self.family, choice)?;
            self.fragmentation = Some(choice);
        }
        Ok(())
    }

    fn write_control(&mut self, options: &SendOptions) {
        self.outgoing.clear();
        let (level, hops, class) = match self.family {
            Family::V4 => (libc::SOL_IP, libc::IP_TTL, libc::IP_TOS),
            Family::V6 => (libc::SOL_IPV6, libc::IPV6_HOPLIMIT, libc::IPV6_TCLASS),
        };
        let pairs = [(hops, options.time_to_live), (class, options.traffic_class)];
        for (kind, value) in pairs {
            if let Some(value) = value {
                let value = i32::from(value).to_ne_bytes();
                control::push(&mut self.outgoing, level, kind, &value);
            }
        }
    }

    /// After a failed send the kernel's numbering may have moved on; let it start again.
    fn renumber(&mut self) {
        if self.transmit_stamps
            && setup::stamps(&self.socket, false).is_ok()
            && setup::stamps(&self.socket, true).is_ok()
        {
            self.numbering.restart();
        }
    }

    /// Empties the error queue into `pending`.
    fn drain(&mut self) -> Drained {
        let mut drained = Drained::default();
        for _ in 0..MOST_DRAINED {
            let Ok(Some(received)) = self.take(Queue::Errors) else {
                break;
            };
            match received.kind {
                Kind::Error(report) if report.origin == Origin::Local => {
                    drained.mtu = Some(report.info).filter(|mtu| *mtu > 0);
                    continue; // the caller of `send` hears of it at once
                }
                Kind::Error(_) => drained.network_errors = true,
                Kind::Message { .. } | Kind::Transmitted(_) => {}
            }
            self.pending.push_back(received);
        }
        drained
    }

    /// Reads one entry of a queue; `None` when it is empty.
    fn take(&mut self, queue: Queue) -> io::Result<Option<Received>> {
        loop {
            match self.incoming.read(&self.socket, queue, &self.numbering) {
                Ok(Some(received)) if self.is_ours(&received) => {
                    if matches!(received.kind, Kind::Transmitted(_)) {
                        self.stamp_due = false;
                    }
                    return Ok(Some(received));
                }
                Ok(_not_ours) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    return Ok(None);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// A raw socket hears of every error about ICMP on this host; ours quote our identifier (octets 4 and 5).
    fn is_ours(&self, received: &Received) -> bool {
        let Some(identifier) = self.identifier else {
            return true;
        };
        let Kind::Error(report) = received.kind else {
            return true;
        };
        report.origin == Origin::Local
            || received.octets.get(4..6) == Some(identifier.to_be_bytes().as_slice())
    }

    /// What has arrived already, without waiting: errors that a send found, a stamp that is due, messages, errors.
    pub(crate) fn try_receive(&mut self) -> Result<Option<Received>, HostError> {
        if let Some(received) = self.pending.pop_front() {
            return Ok(Some(received));
        }
        if let Some(stamp) = self.take_due_stamp()? {
            return Ok(Some(stamp));
        }
        match self.take(Queue::Messages) {
            Ok(Some(received)) => Ok(Some(received)),
            Ok(None) => self.take(Queue::Errors).map_err(|e| failed(&e)),
            // The error of an earlier message, told once; its report is in the error queue.
            Err(_) => match self.take(Queue::Errors).map_err(|e| failed(&e))? {
                Some(received) => Ok(Some(received)),
                None => self.take(Queue::Messages).map_err(|e| failed(&e)),
            },
        }
    }

    fn take_due_stamp(&mut self) -> Result<Option<Received>, HostError> {
        if !std::mem::take(&mut self.stamp_due) {
            return Ok(None);
        }
        self.take(Queue::Errors).map_err(|e| failed(&e))
    }

    /// The next arrival, waiting for it until `deadline`.
    pub(crate) fn receive(
        &mut self,
        deadline: Option<Monotonic>,
        signals: Option<&Signals>,
    ) -> Result<Arrival, HostError> {
        if let Some(received) = self.pending.pop_front() {
            return Ok(Arrival::Received(received));
        }
        if let Some(stamp) = self.take_due_stamp()? {
            return Ok(Arrival::Received(stamp));
        }
        loop {
            let mut found = [Readiness::default()];
            match wait_each(&[self.as_fd()], &mut found, deadline, signals)? {
                Woken::Deadline => return Ok(Arrival::Deadline),
                Woken::Signal => return Ok(Arrival::Signal),
                Woken::Ready => {}
            }
            let [ready] = found;
            if let Some(received) = self.take_ready(ready)? {
                return Ok(Arrival::Received(received));
            }
        }
    }

    fn take_ready(&mut self, ready: Readiness) -> Result<Option<Received>, HostError> {
        if ready.message && !ready.error {
            return self.take(Queue::Messages).map_err(|e| failed(&e));
        }
        match self.take(Queue::Errors).map_err(|e| failed(&e))? {
            Some(received) => Ok(Some(received)),
            None => self.try_receive(),
        }
    }
}

impl AsFd for Channel {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// What a failed send found in the error queue.
#[derive(Default)]
struct Drained {
    network_errors: bool,
    mtu: Option<u32>,
}

fn failed(error: &io::Error) -> HostError {
    HostError::new("receive", error)
}

fn refusal(
    error: &io::Error,
    length: usize,
    destination: SocketAddr,
    mtu: Option<u32>,
) -> SendError {
    match error.raw_os_error().unwrap_or(libc::EIO) {
        libc::EMSGSIZE => SendError::TooLong {
            length,
            destination,
            mtu,
        },
        errno @ (libc::ENOBUFS | libc::EAGAIN) => SendError::Busy { destination, errno },
        errno => SendError::Refused { destination, errno },
    }
}
