//! A station with its line and a socket, against the real clock.
//!
//! ```text
//!   datagram   +-----------------+---------------------------+
//!              |  nonce (8)      |  frame with frame check   |     to one port of 127.0.0.1
//!              +-----------------+---------------------------+
//! ```
//! The socket hears one peer only, and a datagram without the nonce that both processes share
//! is none of ours, whoever on this machine has sent it.

use std::net::{Ipv4Addr, UdpSocket};
use std::os::fd::AsFd as _;
use std::time::Duration;

use layercake_base::{Instant, Rng};
use layercake_datalink::Check;
use layercake_host::clock::{Monotonic, monotonic};
use layercake_host::wait::wait;

use super::journal::Journal;
use super::line::{Line, Nature};
use super::station::Station;
use crate::Failure;

/// Octets of the longest datagram.
const LONGEST: usize = 65_536;
/// Datagrams that are taken before anything else is looked at.
const AT_ONCE: usize = 64;
/// Nothing is waited for longer than this without looking around.
const LOOK: Duration = Duration::from_millis(20);

/// One end of the link in real time.
pub(super) struct Link {
    socket: UdpSocket,
    nonce: [u8; 8],
    pub(super) station: Station,
    line: Line,
    pub(super) journal: Journal,
    buffer: Vec<u8>,
}

impl Link {
    /// An end with a port of its own, which hears nobody yet.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn open(
        station: Station,
        nature: Nature,
        rng: Rng,
        nonce: u64,
    ) -> Result<Self, Failure> {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).map_err(socket_failure)?;
        socket.set_nonblocking(true).map_err(socket_failure)?;
        Ok(Link {
            socket,
            nonce: nonce.to_be_bytes(),
            station,
            line: Line::new(nature, rng),
            journal: Journal::default(),
            buffer: vec![0; LONGEST],
        })
    }

    /// The port of this end.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn port(&self) -> Result<u16, Failure> {
        let address = self.socket.local_addr();
        address
            .map(|address| address.port())
            .map_err(socket_failure)
    }

    /// Hears this port of this machine from now on, and no other.
    ///
    /// # Errors
    /// What the system says.
    pub(super) fn join(&self, port: u16) -> Result<(), Failure> {
        let peer = (Ipv4Addr::LOCALHOST, port);
        self.socket.connect(peer).map_err(socket_failure)
    }

    /// An SDU for the other end; [`Station::takes`] has said that there is room.
    pub(super) fn send(&mut self, sdu: &[u8]) {
        let now = now();
        let room = self.line.room(now);
        self.station.send(sdu, now, room);
        self.transmit(now);
    }

    /// Takes what has come, sends what is due, and waits for more when there is nothing to do.
    ///
    /// # Errors
    /// What poll(2) answers.
    pub(super) fn turn(&mut self) -> Result<(), Failure> {
        for _ in 0..AT_ONCE {
            // An error is an answer to a datagram of ours: the peer is not there (any more).
            let Ok(length) = self.socket.recv(&mut self.buffer) else {
                break;
            };
            let now = now();
            let room = self.line.room(now);
            let datagram = self.buffer.get(..length).unwrap_or_default();
            if let Some(frame) = datagram.strip_prefix(&self.nonce) {
                self.station.receive(frame, now, room);
            }
            self.transmit(now);
        }
        let now = now();
        let room = self.line.room(now);
        self.station.tick(now, room);
        self.transmit(now);
        let due = [self.station.deadline(), self.line.deadline()];
        let due = due
            .into_iter()
            .flatten()
            .min()
            .unwrap_or(now + LOOK)
            .min(now + LOOK);
        if self.station.delivery_waits() {
            return Ok(());
        }
        let woken = wait(
            &[self.socket.as_fd()],
            Some(Monotonic(due.as_nanos())),
            None,
        );
        woken
            .map(|_| ())
            .map_err(|error| Failure::Asked(error.to_string()))
    }

    /// Puts frames on the line, and what has reached its end into the socket.
    fn transmit(&mut self, now: Instant) {
        let trailer = Check::default().octets();
        while let Some(frame) = self.station.transmission() {
            let octets = frame.octets();
            let body = octets.len().saturating_sub(trailer);
            let body = octets.get(..body).unwrap_or_default();
            let taken = self.line.take(octets.to_vec(), now);
            self.journal.note(body, taken);
        }
        while let Some(frame) = self.line.arrived(now) {
            let datagram = [&self.nonce, &frame[..]].concat();
            // What the kernel does not take is lost, as on any line.
            let _lost = self.socket.send(&datagram);
        }
    }
}

/// The time that both processes share.
pub(super) fn now() -> Instant {
    Instant::from_nanos(monotonic().0)
}

fn socket_failure(source: std::io::Error) -> Failure {
    let name = "UDP socket on 127.0.0.1".into();
    Failure::File { name, source }
}

#[cfg(test)]
mod tests {
    use layercake_datalink::arq;

    use super::*;

    const QUIET: Nature = Nature {
        rate: 0,
        delay: Duration::ZERO,
        loss: 0.0,
        corrupt: 0.0,
    };

    fn link(nonce: u64) -> Link {
        let station = Station::new(arq::Config::default()).unwrap();
        Link::open(station, QUIET, Rng::seeded(1), nonce).unwrap()
    }

    /// One sends from another port, the other from the peer's port but without the nonce; what
    /// they say is a frame that would open a link.
    #[test]
    fn datagrams_of_others_are_none_of_ours() {
        let mut honest = link(7);
        let stranger = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let peer = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        honest.join(peer.local_addr().unwrap().port()).unwrap();
        let port = honest.port().unwrap();
        peer.connect((Ipv4Addr::LOCALHOST, port)).unwrap();
        let mut caller = Station::new(arq::Config::default()).unwrap();
        caller.send(b"let me in", now(), 8);
        let frame = caller.transmission().unwrap().octets().to_vec();
        let with = |nonce: u64| [&nonce.to_be_bytes(), &frame[..]].concat();
        stranger
            .send_to(&with(7), (Ipv4Addr::LOCALHOST, port))
            .unwrap();
        peer.send(&with(8)).unwrap();
        peer.send(b"").unwrap();
        honest.turn().unwrap();
        assert_eq!(honest.journal.frames, 0);
        peer.send(&with(7)).unwrap();
        honest.turn().unwrap();
        assert_eq!(honest.journal.frames, 1, "the answer to its peer");
    }

    #[test]
    fn what_one_end_sends_the_other_gets() {
        let (mut a, mut b) = (link(7), link(7));
        a.join(b.port().unwrap()).unwrap();
        b.join(a.port().unwrap()).unwrap();
        a.send(b"over the loopback");
        for _ in 0..50 {
            a.turn().unwrap();
            b.turn().unwrap();
            if b.station.delivery_waits() {
                break;
            }
        }
        assert_eq!(
            b.station.delivery().as_deref(),
            Some(&b"over the loopback"[..])
        );
    }
}
