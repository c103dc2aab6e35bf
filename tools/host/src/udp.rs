//! UDP probing sockets: a trace without any privilege.
//!
//! A router that drops one of our datagrams says so by ICMP; the kernel puts that into the error queue of the socket,
//! with the original destination (whose port tells classic probes apart), the router, type, code, time to live, and
//! our payload as far as the router quoted it.
//!
//! Spec: udp(7), ip(7) `IP_RECVERR`, RFC 4884.  Units: octets; the UDP header is the kernel's.
//! Not here: choosing ports and reading answers (`tools/probe`).

use std::io;
use std::net::SocketAddr;
use std::os::fd::{AsFd, BorrowedFd};

use socket2::{Domain, Protocol, SockAddr, Socket, Type};

use crate::clock::Monotonic;
use crate::failure::{HostError, SendError};
use crate::icmp::local;
use crate::linux::channel::Channel;
use crate::options::{Family, OpenOptions, SendOptions};
use crate::received::{Arrival, Received, Sent};
use crate::signal::Signals;

/// An open, bound, unconnected UDP socket with its error queue on.
#[derive(Debug)]
pub struct UdpSocket {
    channel: Channel,
    family: Family,
    bound: SocketAddr,
}

impl UdpSocket {
    /// Opens a socket and binds it to `options.source`, or to a port of the kernel's choice.
    ///
    /// # Errors
    /// When the family is absent, the address is not ours, the port is taken or the interface does not exist.
    pub fn open(family: Family, options: &OpenOptions) -> Result<Self, HostError> {
        Self::open_bound(family, options).map_err(|error| {
            let source = local(family, options, port(options));
            HostError::new(format!("open a UDP socket on {source}"), &error)
        })
    }

    fn open_bound(family: Family, options: &OpenOptions) -> io::Result<Self> {
        let domain = match family {
            Family::V4 => Domain::IPV4,
            Family::V6 => Domain::IPV6,
        };
        let socket = Socket::new(domain, Type::DGRAM, Some(Protocol::UDP))?;
        if family == Family::V6 {
            socket.set_only_v6(true)?;
        }
        let channel = Channel::new(socket, family, options)?;
        let wanted = local(family, options, port(options));
        channel.socket().bind(&SockAddr::from(wanted))?;
        let bound = channel.socket().local_addr()?.as_socket().unwrap_or(wanted);
        Ok(Self {
            channel,
            family,
            bound,
        })
    }

    /// The family that it was opened for.
    #[must_use]
    pub fn family(&self) -> Family {
        self.family
    }

    /// The source port of every probe: with the destination it names the flow.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.bound.port()
    }

    /// Messages that the kernel threw away because its buffer was full (`SO_RXQ_OVFL`).
    #[must_use]
    pub fn dropped(&self) -> u32 {
        self.channel.dropped()
    }

    /// Sends one datagram to the address and port of `destination`.
    ///
    /// # Errors
    /// [`SendError`]: too long (with the MTU where the kernel knows it), busy, or refused.
    pub fn send(
        &mut self,
        payload: &[u8],
        destination: SocketAddr,
        options: &SendOptions,
    ) -> Result<Sent, SendError> {
        self.channel.send(payload, destination, options)
    }

    /// What has arrived already; `None` when there is nothing.
    ///
    /// # Errors
    /// An answer of recvmsg(2) that is not about a datagram of ours.
    pub fn try_receive(&mut self) -> Result<Option<Received>, HostError> {
        self.channel.try_receive()
    }

    /// The next datagram, error or stamp; waits for it until `deadline` (`None`: for ever) or a signal.
    ///
    /// # Errors
    /// As [`try_receive`](Self::try_receive), and what poll(2) answers.
    pub fn receive(
        &mut self,
        deadline: Option<Monotonic>,
        signals: Option<&Signals>,
    ) -> Result<Arrival, HostError> {
        self.channel.receive(deadline, signals)
    }
}

impl AsFd for UdpSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.channel.as_fd()
    }
}

fn port(options: &OpenOptions) -> u16 {
    options.source.map_or(0, |source| source.port())
}
