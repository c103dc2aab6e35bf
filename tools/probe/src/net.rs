//! What an engine needs from the world: one small trait for packets, one for time.
//!
//! A back end implements both: the kernel's sockets and the emulated network in `tools/kit`,
//! a script with a time column in the tests. Everything an engine learns from outside arrives
//! as an [`Incoming`]; nothing in it is trusted, it is data of whoever sent it.
//!
//! Units: nanoseconds for time, octets for lengths.
//! Not here: the engines ([`ping`](crate::ping), `trace`), reading octets (`stack/l3-network`).

use core::net::IpAddr;

use layercake_base::Instant;
use serde::{Deserialize, Serialize};

/// Sends probes and hands up what came back.
pub trait Packets {
    /// Sends one probe now.
    ///
    /// # Errors
    /// [`SendError`]; the engine counts it and goes on.
    fn send(&mut self, probe: &Outgoing) -> Result<Sent, SendError>;

    /// The next thing that has arrived already; `None` when there is nothing. Never waits.
    ///
    /// # Errors
    /// [`Failure`] when the back end cannot go on.
    fn receive(&mut self) -> Result<Option<Incoming>, Failure>;
}

/// Tells the time and waits.
pub trait Time {
    /// The time now. Never steps back.
    fn now(&self) -> Instant;

    /// Nanoseconds from 1970-01-01 UTC to [`Instant::ZERO`], as known when the run began.
    fn epoch(&self) -> u64;

    /// Waits until something arrives, a signal comes, or `until` is reached (`None`: for ever).
    ///
    /// # Errors
    /// [`Failure`] when the back end cannot go on.
    fn wait(&mut self, until: Option<Instant>) -> Result<Woken, Failure>;
}

/// How a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// Something may have arrived: call [`Packets::receive`] until it has nothing.
    Arrival,
    /// The time has come.
    Deadline,
    /// The user wants the run to end (SIGINT).
    Interrupt,
    /// The user wants to know how it goes (SIGQUIT).
    Status,
}

/// A probe on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The probe itself.
    pub what: Probe,
    /// Where it goes.
    pub destination: IpAddr,
    /// Time to live (IPv4) or hop limit (IPv6); `None` takes the default of the host.
    pub ttl: Option<u8>,
    /// Type of Service (IPv4) or Traffic Class (IPv6).
    pub tos: u8,
    /// May not be fragmented on the way: larger than a link is an error that names its MTU.
    pub dont_fragment: bool,
}

/// The kinds of probes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probe {
    /// ICMP or ICMPv6 echo request, by the family of the destination.
    Echo {
        /// Names the sender. A datagram socket of the kernel writes its own.
        identifier: u16,
        /// Names the probe.
        sequence: u16,
        /// What the peer shall send back.
        payload: Vec<u8>,
    },
    /// UDP datagram.
    Udp {
        /// Port of the sender; a back end with one bound socket uses that of the socket.
        source_port: u16,
        /// Port of the receiver.
        destination_port: u16,
        /// What is in it.
        payload: Vec<u8>,
    },
}

/// What the back end knows about a probe that it just sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sent {
    /// When it left, as far as known at once.
    pub at: Stamp,
    /// Under this number a finer time may follow as [`Kind::Left`].
    pub ticket: u64,
}

/// A time and the clock that it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The time, placed on the scale of [`Time::now`].
    pub at: Instant,
    /// Who read the clock.
    pub clock: Clock,
}

/// Who read a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Clock {
    /// The kernel, when the packet passed the interface.
    Kernel,
    /// This program, when the call returned.
    User,
    /// The emulated network, which knows exactly.
    Virtual,
}

/// Something that arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// When, by the finest clock that there is.
    pub at: Stamp,
    /// When this program saw it; used instead where `at` contradicts the time of sending.
    pub seen: Instant,
    /// Who sent the packet; for an error, the node that found it, as far as known.
    pub from: Option<IpAddr>,
    /// Time to live or hop limit that it arrived with.
    pub ttl: Option<u8>,
    /// What it is.
    pub kind: Kind,
}

/// What arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An echo reply.
    EchoReply {
        /// Names the one who asked.
        identifier: u16,
        /// Names the question.
        sequence: u16,
        /// What came back; may be anything.
        payload: Vec<u8>,
        /// The ICMP checksum does not hold.
        corrupted: bool,
    },
    /// A UDP datagram from somebody who got one of ours.
    Datagram {
        /// Port of the one who answers.
        source_port: u16,
        /// Port that our probe came from.
        destination_port: u16,
        /// What is in it; may be anything.
        payload: Vec<u8>,
    },
    /// A probe did not get there.
    Error(Report),
    /// A probe left through the interface at [`Incoming::at`], finer than told by [`Sent`].
    Left {
        /// The number from [`Sent`].
        ticket: u64,
    },
}

/// Why a probe did not get there, and which one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Why.
    pub cause: Cause,
    /// Which probe, from the quoted packet.
    pub probe: Quoted,
    /// Where the probe was bound for, from the quoted packet.
    pub destination: Option<IpAddr>,
    /// This host found it before anything left; no packet has come in.
    pub local: bool,
    /// Time to live that the quoted packet still had, where the quote shows it.
    pub quoted_ttl: Option<u8>,
    /// The ICMP extension structure (RFC 4884), header included; empty when there is none.
    pub extensions: Vec<u8>,
}

/// What a quote tells about the probe that it quotes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quoted {
    /// An echo request.
    Echo {
        /// Its identifier.
        identifier: u16,
        /// Its sequence number.
        sequence: u16,
    },
    /// A UDP datagram.
    Udp {
        /// Its source port.
        source_port: u16,
        /// Its destination port.
        destination_port: u16,
    },
    /// Too little was quoted, or something that we never send.
    Unknown,
}

/// Why a probe did not get there: the types and codes of RFC 792 and RFC 4443 by meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "cause", rename_all = "kebab-case")]
pub enum Cause {
    /// Type 3 code 0; ICMPv6 type 1 code 0: no route.
    NetUnreachable,
    /// Type 3 code 1; ICMPv6 type 1 code 3: nobody answers on the last link.
    HostUnreachable,
    /// Type 3 code 2; ICMPv6 type 4 code 1: the host does not speak the protocol.
    ProtocolUnreachable,
    /// Type 3 code 3; ICMPv6 type 1 code 4: nobody listens there.
    PortUnreachable,
    /// Type 3 code 4; ICMPv6 type 2: too large for a link.
    TooBig {
        /// The largest packet that passes; 0 when the router did not say.
        mtu: u32,
    },
    /// Type 3 code 5: source route failed.
    SourceRouteFailed,
    /// Type 3 code 13; ICMPv6 type 1 code 1: forbidden by an administrator.
    Prohibited,
    /// Type 11 code 0; ICMPv6 type 3 code 0: the hops ran out.
    TimeExceeded,
    /// Type 11 code 1; ICMPv6 type 3 code 1: fragments are missing.
    ReassemblyTimeExceeded,
    /// Type 12; ICMPv6 type 4: a field is wrong.
    ParameterProblem {
        /// The octet of the quoted packet.
        pointer: u32,
    },
    /// Any other type and code.
    Other {
        /// ICMP or ICMPv6 type.
        #[serde(rename = "type")]
        icmp_type: u8,
        /// Its code.
        code: u8,
    },
}

/// A probe was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Larger than the first link takes.
    #[error("message too long, mtu={mtu}")]
    TooLong {
        /// The largest packet that it takes.
        mtu: u32,
    },
    /// A queue on this host is full; the probe may be tried again later.
    #[error("no buffer space available")]
    Busy,
    /// Anything else, in words.
    #[error("{0}")]
    Refused(String),
}

/// The back end cannot go on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Failure(pub String);
