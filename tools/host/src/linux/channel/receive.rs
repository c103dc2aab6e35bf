//! Receiving from both queues, with and without waiting.
//!
//! The order spares system calls: a transmit stamp is nearly always there when its send returns, so the error queue is
//! read first then; otherwise poll(2) says which queue to read.

use std::io;
use std::os::fd::AsFd;

use super::Channel;
use crate::clock::Monotonic;
use crate::failure::HostError;
use crate::linux::incoming::Queue;
use crate::received::{Arrival, Kind, Origin, Received};
use crate::signal::Signals;
use crate::wait::{Readiness, Woken, wait_each};

impl Channel {
    /// Reads one entry of a queue; `None` when it is empty.
    pub(super) fn take(&mut self, queue: Queue) -> io::Result<Option<Received>> {
        loop {
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

fn failed(error: &io::Error) -> HostError {
    HostError::new("receive", error)
}
