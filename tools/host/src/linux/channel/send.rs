//! Sending, and finding out why a send failed.
//!
//! An ICMP error about an earlier message waits on the socket and fails the next call, which then did nothing: ip(7),
//! `IP_RECVERR`. On a raw socket it may even be about another program's message. The failing call takes the waiting
//! error away, so the same message is simply sent again; its report stays in the error queue for the next receive.
//! A true local error comes back each time. Only for "too long" is the queue read, for the MTU that would fit.

use std::io::{self, IoSlice};
use std::net::SocketAddr;

use socket2::{MsgHdr, SockAddr};

use super::Channel;
use crate::clock::Moment;
use crate::failure::SendError;
use crate::linux::incoming::Queue;
use crate::linux::{control, setup};
use crate::options::{Family, Fragmentation, SendOptions};
use crate::received::{Kind, Origin, Received, Sent};

/// Times that a failing send is tried: an error that waited fails the first, one that arrives meanwhile the second.
const ATTEMPTS: usize = 3;
/// Entries of the error queue that are looked through for an MTU.
const MOST_DRAINED: usize = 64;
/// Reports kept for a caller that sends and never receives; the oldest go first.
const MOST_PENDING: usize = 4096;

impl Channel {
    pub(crate) fn send(
        &mut self,
        octets: &[u8],
        destination: SocketAddr,
        options: &SendOptions,
    ) -> Result<Sent, SendError> {
        let refused = |error: &io::Error| refuse(error, destination);
        self.choose_fragmentation(options.fragmentation)
            .map_err(|error| refused(&error))?;
        self.write_control(options);
        let address = SockAddr::from(destination);
        let mut attempt = 1;
        loop {
            let before = Moment::now();
            let Err(error) = self.transmit(octets, &address) else {
                return Ok(self.sent(before));
            };
            self.numbering.failed();
            let told = refused(&error);
            let busy = matches!(told, SendError::Busy { .. });
            if busy || attempt == ATTEMPTS {
                return Err(self.explain(told, octets.len()));
            }
            attempt += 1;
        }
    }

    /// Adds the length and the MTU that would fit to a message that is too long.
    fn explain(&mut self, told: SendError, length: usize) -> SendError {
        match told {
            SendError::Refused {
                destination,
                errno: libc::EMSGSIZE,
            } => SendError::TooLong {
                length,
                destination,
                mtu: self.drain_for_mtu(),
            },
            other => other,
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
        self.eager.sent();
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

    /// Empties the error queue, keeping all but local errors for the next receive.
    fn drain_for_mtu(&mut self) -> Option<u32> {
        let mut mtu = None;
        for _ in 0..MOST_DRAINED {
            let Ok(Some(received)) = self.take(Queue::Errors) else {
                break;
            };
            match received.kind {
                Kind::Error(report) if report.origin == Origin::Local => {
                    mtu = Some(report.info).filter(|mtu| *mtu > 0);
                }
                _ => self.keep(received),
            }
        }
        mtu
    }

    fn keep(&mut self, received: Received) {
        if self.pending.len() == MOST_PENDING {
            self.pending.pop_front();
        }
        self.pending.push_back(received);
    }
}

fn refuse(error: &io::Error, destination: SocketAddr) -> SendError {
    match error.raw_os_error().unwrap_or(libc::EIO) {
        errno @ (libc::ENOBUFS | libc::EAGAIN) => SendError::Busy { destination, errno },
        errno => SendError::Refused { destination, errno },
    }
}
