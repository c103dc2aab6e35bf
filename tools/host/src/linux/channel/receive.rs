//! Receiving from both queues, with and without waiting.
//!
//! The order spares system calls: a transmit stamp is nearly always there when its send returns, so the error queue is
//! read first then; otherwise poll(2) says which queue to read.
//!
//! An ICMP error about an earlier message also fails the next read of the message queue, once: ip(7), `IP_RECVERR`. It
//! may come between poll(2) and the read, so such a failure only means that the error queue is worth a look.

use std::io;
use std::os::fd::AsFd;

use super::Channel;
use crate::clock::{Monotonic, monotonic};
use crate::failure::HostError;
use crate::linux::incoming::Queue;
use crate::received::{Arrival, Kind, Origin, Received};
use crate::signal::Signals;
use crate::wait::{Readiness, Woken, wait_each};

/// Times that a failing read is tried: each failure takes one waiting error away.
const ATTEMPTS: usize = 8;
/// Entries about other programs that are passed over in one go; a flood of them must not keep a caller for ever.
const MOST_PASSED: usize = 4096;

impl Channel {
    /// Reads one entry of a queue; `None` when it is empty, or holds nothing of ours among its first thousands.
    pub(super) fn take(&mut self, queue: Queue) -> io::Result<Option<Received>> {
        for _ in 0..MOST_PASSED {
            match self.incoming.read(&self.socket, queue, &mut self.numbering) {
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
        Ok(None)
    }

    /// A raw socket hears of every error about ICMP on this host, and of every message until its filter is attached;
    /// ours have our identifier in octets 4 and 5, an error in the message that it quotes.
    fn is_ours(&self, received: &Received) -> bool {
        let Some(identifier) = self.identifier else {
            return true;
        };
        let from_here = match received.kind {
            Kind::Message { .. } => false,
            Kind::Error(report) => report.origin == Origin::Local,
            Kind::Transmitted(_) => true,
        };
        from_here
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
        self.take_either()
    }

    /// A message, else an entry of the error queue; first the latter where a waiting error fails the former.
    fn take_either(&mut self) -> Result<Option<Received>, HostError> {
        let mut attempt = 1;
        loop {
            match self.take(Queue::Messages) {
                Ok(Some(received)) => return Ok(Some(received)),
                Ok(None) => return self.take_error(),
                Err(error) if attempt == ATTEMPTS => return Err(failed(&error)),
                Err(_told_once) => {
                    if let Some(report) = self.take_error()? {
                        return Ok(Some(report));
                    }
                }
            }
            attempt += 1;
        }
    }

    fn take_error(&mut self) -> Result<Option<Received>, HostError> {
        self.take(Queue::Errors).map_err(|error| failed(&error))
    }

    fn take_due_stamp(&mut self) -> Result<Option<Received>, HostError> {
        if !std::mem::take(&mut self.stamp_due) {
            return Ok(None);
        }
        self.take_error()
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
        if self.eager.look() {
            match self.take(Queue::Messages) {
                Ok(Some(reply)) => return Ok(Arrival::Received(reply)),
                // A waiting error of an earlier message also ends the look; poll(2) will point to its report.
                Ok(None) | Err(_) => self.eager.wasted(),
            }
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
            // What woke the wait was not for us, and more of it may come for ever.
            if deadline.is_some_and(|deadline| monotonic() >= deadline) {
                return Ok(Arrival::Deadline);
            }
        }
    }

    fn take_ready(&mut self, ready: Readiness) -> Result<Option<Received>, HostError> {
        if ready.error
            && let Some(received) = self.take_error()?
        {
            return Ok(Some(received));
        }
        self.take_either()
    }
}

fn failed(error: &io::Error) -> HostError {
    HostError::new("receive", error)
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, SocketAddr, UdpSocket};

    use socket2::{Domain, Socket, Type};

    use super::*;
    use crate::clock::Moment;
    use crate::options::{Family, OpenOptions, SendOptions};

    fn channel() -> Channel {
        let socket = Socket::new(Domain::IPV4, Type::DGRAM, None).unwrap();
        Channel::new(socket, Family::V4, &OpenOptions::default()).unwrap()
    }

    fn closed_port() -> SocketAddr {
        let taken = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        taken.local_addr().unwrap()
    }

    /// poll(2) has seen a message; before it is read, the loopback says that another one found a closed port.
    #[test]
    fn an_error_that_comes_between_poll_and_read_is_a_report_and_no_failure() {
        let mut channel = channel();
        let target = closed_port();
        channel
            .send(b"anyone?", target, &SendOptions::default())
            .unwrap();
        let seen = Readiness {
            message: true,
            error: false,
        };
        let report = channel.take_ready(seen).unwrap().expect("the report");
        let Kind::Error(report) = report.kind else {
            panic!("{report:?}")
        };
        assert_eq!(report.errno, libc::ECONNREFUSED);
        assert_eq!(report.destination, Some(target));
        assert_eq!(channel.take_ready(seen).unwrap(), None);
    }

    fn message(identifier: u16) -> Received {
        let mut octets = vec![0; 8];
        octets[4..6].copy_from_slice(&identifier.to_be_bytes());
        Received {
            kind: Kind::Message {
                from: "192.0.2.1:0".parse().unwrap(),
            },
            octets,
            header: None,
            time_to_live: None,
            traffic_class: None,
            kernel_time: None,
            moment: Moment::now(),
            truncated: false,
        }
    }

    #[test]
    fn a_raw_socket_passes_over_replies_that_came_before_its_filter() {
        let mut channel = channel();
        assert!(channel.is_ours(&message(8)));
        channel.set_raw(7);
        assert!(channel.is_ours(&message(7)) && !channel.is_ours(&message(8)));
    }
}
