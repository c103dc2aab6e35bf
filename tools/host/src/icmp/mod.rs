//! ICMP echo sockets: one face for the datagram kind, which needs no privilege, and the raw kind.
//!
//! | | datagram (`SOCK_DGRAM`) | raw (`SOCK_RAW`) |
//! |---|---|---|
//! | needs | group inside `net.ipv4.ping_group_range` | `CAP_NET_RAW` |
//! | identifier | chosen at open, written by the kernel | chosen at open, written by the caller |
//! | checksum | the kernel's | IPv4: the caller's; IPv6: the kernel's |
//! | may send | echo requests | anything |
//! | receives | replies to its own requests | replies with its identifier (a filter in the kernel) |
//!
//! Errors about our messages arrive through the error queue on both, with the quoted ICMP header.
//!
//! Spec: icmp(7), raw(7), ip(7) `IP_RECVERR`.  Units: octets.
//! Not here: making and reading ICMP messages (`stack/l3-network`), matching them (`tools/probe`).

mod denied;
mod filter;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::os::fd::{AsFd, BorrowedFd};

use socket2::{Domain, Protocol, SockAddr, Socket, Type};

use crate::clock::Monotonic;
use crate::failure::{HostError, SendError};
use crate::linux::channel::Channel;
use crate::options::{Family, OpenOptions, SendOptions};
use crate::received::{Arrival, Received, Sent};
use crate::signal::Signals;

pub use denied::{Attempt, Denied};

/// Which kinds of socket to try, in which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Preference {
    /// The least privilege first.
    #[default]
    DatagramThenRaw,
    /// The kind that shows whole packets first.
    RawThenDatagram,
    /// Datagram or nothing.
    Datagram,
    /// Raw or nothing.
    Raw,
}

impl Preference {
    fn ways(self) -> &'static [Way] {
        match self {
            Self::DatagramThenRaw => &[Way::Datagram, Way::Raw],
            Self::RawThenDatagram => &[Way::Raw, Way::Datagram],
            Self::Datagram => &[Way::Datagram],
            Self::Raw => &[Way::Raw],
        }
    }
}

/// The kind of an open socket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// `SOCK_DGRAM`: without privilege.
    Datagram,
    /// `SOCK_RAW`: with `CAP_NET_RAW`.
    Raw,
}

/// An open ICMP or ICMPv6 socket.
#[derive(Debug)]
pub struct IcmpSocket {
    channel: Channel,
    way: Way,
    family: Family,
    identifier: u16,
}

impl IcmpSocket {
    /// Opens the first kind of socket that the host allows.
    ///
    /// # Errors
    /// [`Denied`] lists each kind that was tried, why it failed, which setting is missing and what works without it.
    pub fn open(
        family: Family,
        preference: Preference,
        options: &OpenOptions,
    ) -> Result<Self, Denied> {
        let mut attempts = Vec::new();
        for way in preference.ways() {
            match Self::open_one(family, *way, options) {
                Ok(socket) => return Ok(socket),
                Err(error) => attempts.push(Attempt::new(*way, options, &error)),
            }
        }
        Err(Denied { family, attempts })
    }

    fn open_one(family: Family, way: Way, options: &OpenOptions) -> io::Result<Self> {
        let (domain, protocol) = match family {
            Family::V4 => (Domain::IPV4, Protocol::ICMPV4),
            Family::V6 => (Domain::IPV6, Protocol::ICMPV6),
        };
        let kind = match way {
            Way::Datagram => Type::DGRAM,
            Way::Raw => Type::RAW,
        };
        let socket = Socket::new(domain, kind, Some(protocol))?;
        let mut channel = Channel::new(socket, family, options)?;
        let identifier = match way {
            Way::Datagram => bind_datagram(channel.socket(), family, options)?,
            Way::Raw => bind_raw(&mut channel, family, options)?,
        };
        Ok(Self {
            channel,
            way,
            family,
            identifier,
        })
    }

    /// Which kind of socket it became.
    #[must_use]
    pub fn way(&self) -> Way {
        self.way
    }

    /// The family that it was opened for.
    #[must_use]
    pub fn family(&self) -> Family {
        self.family
    }

    /// The echo identifier of this socket: the kernel writes it (datagram), or the caller must (raw).
    #[must_use]
    pub fn identifier(&self) -> u16 {
        self.identifier
    }

    /// Whether the caller must put a right checksum into the message: on raw IPv4 sockets only.
    #[must_use]
    pub fn caller_computes_checksum(&self) -> bool {
        self.way == Way::Raw && self.family == Family::V4
    }

    /// Messages that the kernel threw away because its buffer was full (`SO_RXQ_OVFL`).
    #[must_use]
    pub fn dropped(&self) -> u32 {
        self.channel.dropped()
    }

    /// Sends one ICMP message, starting at its type. The port of `destination` is ignored; the scope counts.
    ///
    /// # Errors
    /// [`SendError`]: too long (with the MTU where the kernel knows it), busy, or refused.
    pub fn send(
        &mut self,
        message: &[u8],
        mut destination: SocketAddr,
        options: &SendOptions,
    ) -> Result<Sent, SendError> {
        destination.set_port(0);
        self.channel.send(message, destination, options)
    }

    /// What has arrived already; `None` when there is nothing.
    ///
    /// # Errors
    /// An answer of recvmsg(2) that is not about a packet of ours.
    pub fn try_receive(&mut self) -> Result<Option<Received>, HostError> {
        self.channel.try_receive()
    }

    /// The next message, error or stamp; waits for it until `deadline` (`None`: for ever) or a signal.
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

impl AsFd for IcmpSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.channel.as_fd()
    }
}

/// The address to bind to: the caller's source, else any, with `port`.
pub(crate) fn local(family: Family, options: &OpenOptions, port: u16) -> SocketAddr {
    let any = match family {
        Family::V4 => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        Family::V6 => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
    };
    let mut address = options.source.unwrap_or(SocketAddr::new(any, 0));
    address.set_port(port);
    address
}

/// The identifier of a datagram socket is what would be the port of others: icmp(7).
fn bind_datagram(
    socket: &Socket,
    family: Family,
    options: &OpenOptions,
) -> io::Result<u16> {
    let wanted = local(family, options, options.identifier.unwrap_or(0));
    socket.bind(&SockAddr::from(wanted))?;
    let bound = socket.local_addr()?;
    Ok(bound.as_socket().map_or(0, |address| address.port()))
}

fn bind_raw(
    channel: &mut Channel,
    family: Family,
    options: &OpenOptions,
) -> io::Result<u16> {
    let [_, _, high, low] = std::process::id().to_be_bytes();
    let own = u16::from_be_bytes([high, low]);
    let identifier = options.identifier.unwrap_or(own);
    channel
        .socket()
        .attach_filter(&filter::echo_replies(family, identifier))?;
    channel.set_raw(identifier);
    if options.source.is_some() {
        let address = local(family, options, 0);
        channel.socket().bind(&SockAddr::from(address))?;
    }
    Ok(identifier)
}
