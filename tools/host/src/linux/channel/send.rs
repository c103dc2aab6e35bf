//! Sending, and finding out why a send failed.
//!
//! An ICMP error about an earlier message waits on the socket and fails the next call, which then did nothing: ip(7),
//! `IP_RECVERR`. So a failed send looks into the error queue: for the MTU that a local error tells, and for errors
//! from the network, which are kept for the next receive. Then the send is tried again: the waiting error may also
//! have been about another program's message (raw sockets hear of those), so an empty queue proves nothing.

use std::io::{self, IoSlice};
use std::net::SocketAddr;

use socket2::{MsgHdr, SockAddr};

use super::Channel;
use crate::clock::Moment;
use crate::failure::SendError;
use crate::linux::incoming::Queue;
use crate::linux::{control, setup};
use crate::options::{Family, Fragmentation, SendOptions};
use crate::received::{Kind, Origin, Sent};

/// Entries of the error queue that one failing send looks through for its reason.
const MOST_DRAINED: usize = 64;
/// Reports kept for a caller that sends and never receives; the oldest go first.
const MOST_PENDING: usize = 4096;
/// Times that one send is tried while errors of earlier messages keep failing it.
const ATTEMPTS: usize = 4;

/// What a failed send found in the error queue.
#[derive(Default)]
struct Drained {
    network_errors: bool,
    mtu: Option<u32>,
}

impl Channel {
    pub(crate) fn send(
        &mut self,
        octets: &[u8],
        destination: SocketAddr,
        options: &SendOptions,
    ) -> Result<Sent, SendError> {
        let refused = |error: &io::Error| refuse(error, octets.len(), destination, None);
        self.choose_fragmentation(options.fragmentation)
            .map_err(|e| refused(&e))?;
        self.write_control(options);
        let address = SockAddr::from(destination);
        let mut attempt = 1;
        loop {
            let before = Moment::now();
            let Err(error) = self.transmit(octets, &address) else {
                return Ok(self.sent(before));
            };
            let drained = self.drain();
            self.renumber();
            let told = refuse(&error, octets.len(), destination, drained.mtu);
            let stale = attempt == 1 || drained.network_errors;
            let busy = matches!(told, SendError::Busy { .. });
            if busy || !stale || attempt == ATTEMPTS {
                return Err(told);
            }
            attempt += 1;
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
            if self.pending.len() == MOST_PENDING {
                self.pending.pop_front();
            }
            self.pending.push_back(received);
        }
        drained
    }
}

fn refuse(
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
