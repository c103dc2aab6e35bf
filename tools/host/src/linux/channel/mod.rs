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

mod eager;
mod receive;
mod send;

use std::collections::VecDeque;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};

use socket2::Socket;

use crate::linux::incoming::Incoming;
use crate::linux::setup;
use crate::linux::stamps::Numbering;
use crate::options::{Family, Fragmentation, OpenOptions};
use crate::received::Received;

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
    eager: eager::Eagerness,
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
            eager: eager::Eagerness::default(),
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
}

impl AsFd for Channel {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}
