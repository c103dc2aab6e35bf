//! Echo messages made by hand, and short ways to wait for an answer.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part")]

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::Duration;

use layercake_host::clock::monotonic;
use layercake_host::icmp::{IcmpSocket, Preference};
use layercake_host::udp::UdpSocket;
use layercake_host::{Arrival, Family, Kind, OpenOptions, Received, SendOptions};

/// An echo request (RFC 792, RFC 4443) with its checksum, which only raw IPv4 needs.
pub fn echo(family: Family, identifier: u16, sequence: u16, payload: &[u8]) -> Vec<u8> {
    let kind = if family == Family::V4 { 8 } else { 128 };
    let mut octets = vec![kind, 0, 0, 0];
    octets.extend_from_slice(&identifier.to_be_bytes());
    octets.extend_from_slice(&sequence.to_be_bytes());
    octets.extend_from_slice(payload);
    let mut sum = 0_u32;
    for pair in octets.chunks(2) {
        let low = pair.get(1).copied().unwrap_or(0);
        sum += u32::from(u16::from_be_bytes([pair[0], low]));
    }
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    octets[2..4].copy_from_slice(&(!u16::try_from(sum).unwrap()).to_be_bytes());
    octets
}

/// An address with port zero.
pub fn to(address: impl Into<IpAddr>) -> SocketAddr {
    SocketAddr::new(address.into(), 0)
}

pub fn open(family: Family, preference: Preference) -> IcmpSocket {
    let options = OpenOptions {
        transmit_stamps: true,
        ..OpenOptions::default()
    };
    IcmpSocket::open(family, preference, &options).unwrap()
}

/// Returns when the kernel stamps what arrives, and keeps it doing so until the process ends.
///
/// The first socket that asks for stamps only queues the work that turns them on, for all namespaces
/// (`net_enable_timestamp` in net/core/dev.c); on a busy machine packets arrive before it is done.
pub fn stamps_are_on() {
    static KEEPER: OnceLock<UdpSocket> = OnceLock::new();
    KEEPER.get_or_init(|| {
        let options = OpenOptions {
            source: Some(to(Ipv4Addr::LOCALHOST)),
            ..OpenOptions::default()
        };
        let mut socket = UdpSocket::open(Family::V4, &options).unwrap();
        let own = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), socket.port());
        let end = monotonic().plus(PATIENCE);
        loop {
            assert!(monotonic() < end, "this kernel stamps nothing that arrives");
            socket
                .send(b"a stamp?", own, &SendOptions::default())
                .unwrap();
            if socket.answer().expect("our own").kernel_time.is_some() {
                return socket;
            }
            sleep(Duration::from_millis(1));
        }
    });
}

/// How long an answer may take on a machine that is busy with other tests; a good run never waits as long.
const PATIENCE: Duration = Duration::from_secs(20);

/// What arrives, transmit stamps apart.
pub trait Answers {
    fn arrival(&mut self) -> Arrival;

    fn answer(&mut self) -> Option<Received> {
        loop {
            match self.arrival() {
                Arrival::Received(one) if matches!(one.kind, Kind::Transmitted(_)) => {}
                Arrival::Received(one) => return Some(one),
                Arrival::Deadline | Arrival::Signal => return None,
            }
        }
    }
}

impl Answers for IcmpSocket {
    fn arrival(&mut self) -> Arrival {
        self.receive(Some(monotonic().plus(PATIENCE)), None)
            .unwrap()
    }
}

impl Answers for UdpSocket {
    fn arrival(&mut self) -> Arrival {
        self.receive(Some(monotonic().plus(PATIENCE)), None)
            .unwrap()
    }
}
