//! What a run does with a device, held with a device that is a pair of sockets: no rights are needed.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixDatagram;
use std::process::Command;
use std::time::Duration;

use layercake_base::{Ici, Instant};
use layercake_host::link::{Device, LinkError};
use layercake_host::signal::Signals;
use layercake_live::{Ended, Live};
use layercake_tower::Network;

/// A device whose far end is a socket of the test.
struct Pair {
    near: UnixDatagram,
    ethernet: bool,
    /// How long the process stands still before it reads.
    stall: Duration,
}

impl Pair {
    fn new() -> (Self, UnixDatagram) {
        let (near, far) = UnixDatagram::pair().unwrap();
        near.set_nonblocking(true).unwrap();
        far.set_nonblocking(true).unwrap();
        let (ethernet, stall) = (true, Duration::ZERO);
        (
            Pair {
                near,
                ethernet,
                stall,
            },
            far,
        )
    }
}

impl AsFd for Pair {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.near.as_fd()
    }
}

impl Device for Pair {
    fn name(&self) -> &str {
        "pair0"
    }

    fn is_ethernet(&self) -> bool {
        self.ethernet
    }

    fn receive(&mut self, buffer: &mut [u8]) -> Result<Option<usize>, LinkError> {
        std::thread::sleep(std::mem::take(&mut self.stall));
        Ok(self.near.recv(buffer).ok())
    }

    fn send(&mut self, frame: &[u8]) -> Result<(), LinkError> {
        let interface = self.name().to_owned();
        match self.near.send(frame) {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                Err(LinkError::Busy { interface })
            }
            Err(_) => Err(LinkError::Gone { interface }),
        }
    }

    fn missed(&mut self) -> Option<u64> {
        None
    }
}

/// Two ends of an emulated wire, both outside, and a host for the tools on a third.
const FILE: &str = r#"
[[node]]
name = "a.lab"
kind = "host"
[[node]]
name = "switch.lab"
kind = "bridge"
[[node]]
name = "left"
kind = "outside"
[[node]]
name = "right"
kind = "outside"
[[wire]]
between = ["a.lab 10.0.1.1/24", "switch.lab"]
link = "lan"
[[wire]]
between = ["left", "switch.lab"]
link = "lan"
[[wire]]
between = ["right", "switch.lab"]
link = "lan"
delay = "20 ms"
"#;

fn live() -> Live {
    Live::new(Network::from_toml(FILE, 1).unwrap()).unwrap()
}

/// A broadcast with the EtherType for experiments (IEEE 802).
fn frame(number: u8) -> Vec<u8> {
    let mut frame = vec![0xff; 6];
    frame.extend_from_slice(&[2, 0, 0, 0, 0, 9, 0x88, 0xb5]);
    frame.resize(100, number);
    frame
}

fn run_for(live: &mut Live, time: Duration) {
    let deadline = live.now() + time;
    let ended = live.run_until(Some(deadline), None, |_| false).unwrap();
    assert_eq!(ended, Ended::Deadline);
}

#[test]
fn a_frame_crosses_from_device_to_device_in_the_time_of_the_wires() {
    let (mut live, (one, left), (other, right)) = (live(), Pair::new(), Pair::new());
    live.attach("left", one).unwrap();
    live.attach("right", other).unwrap();
    let start = live.now();
    left.send(&frame(7)).unwrap();
    let mut buffer = [0; 200];
    while right.recv(&mut buffer).is_err() {
        assert!(live.now() < start + Duration::from_secs(20));
        run_for(&mut live, Duration::from_millis(1));
    }
    assert!(live.now() >= start + Duration::from_millis(20));
    assert_eq!(buffer[..100], frame(7)[..]);
    let (left, right) = (
        live.traffic("left").unwrap(),
        live.traffic("right").unwrap(),
    );
    assert_eq!((left.received, left.sent), (1, 0));
    assert_eq!((right.received, right.sent, right.lost), (0, 1, 0));
    assert_eq!(live.traffic("a.lab"), None);
}

/// A turn begins, the process stands still for longer than the wires take, and only then a frame is sent: it needs all of
/// their time from then on.
#[test]
fn a_frame_that_came_after_the_turn_began_is_not_early() {
    let (mut live, (mut one, left), (other, right)) = (live(), Pair::new(), Pair::new());
    one.stall = Duration::from_millis(100);
    live.attach("left", one).unwrap();
    live.attach("right", other).unwrap();
    let sending = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(90));
        let before = std::time::Instant::now();
        left.send(&frame(7)).unwrap();
        before
    });
    let mut buffer = [0; 200];
    while right.recv(&mut buffer).is_err() {
        run_for(&mut live, Duration::from_millis(1));
    }
    let arrived = std::time::Instant::now();
    assert!(arrived - sending.join().unwrap() >= Duration::from_millis(20));
}

/// A pair of sockets holds some hundred datagrams; nobody takes these.
#[test]
fn a_device_whose_queue_is_full_loses_frames_and_says_how_many() {
    let (mut live, (one, left), (other, _right)) = (live(), Pair::new(), Pair::new());
    live.attach("left", one).unwrap();
    live.attach("right", other).unwrap();
    for _ in 0..2000 {
        left.send(&frame(1)).unwrap();
        live.run_until(Some(Instant::ZERO), None, |_| false)
            .unwrap();
    }
    run_for(&mut live, Duration::from_millis(30));
    let right = live.traffic("right").unwrap();
    assert!(right.sent > 0 && right.lost > 0, "{right:?}");
    assert_eq!(right.sent + right.lost, 2000, "{right:?}");
}

/// A turn takes 64 frames.
#[test]
fn what_is_too_much_for_one_turn_is_taken_in_the_next() {
    let (mut live, (one, left)) = (live(), Pair::new());
    live.attach("left", one).unwrap();
    let waiting = (0..250)
        .take_while(|n| left.send(&frame(*n)).is_ok())
        .count();
    assert!(waiting > 64, "{waiting}");
    let waiting = u64::try_from(waiting).unwrap();
    while live.traffic("left").unwrap().received < waiting {
        run_for(&mut live, Duration::ZERO);
    }
    assert_eq!(live.traffic("left").unwrap().received, waiting);
}

#[test]
fn a_device_that_fails_for_good_ends_the_run() {
    let (mut live, (one, left)) = (live(), Pair::new());
    live.attach("left", one).unwrap();
    drop(left);
    let here = live.network().local();
    let ici = Ici {
        destination: Some([10, 0, 1, 9].into()),
        next: 17,
        ..Ici::NONE
    };
    // Its ARP request goes out by every attachment of the bridge.
    live.network().send(here, b"anybody?", ici).unwrap();
    let deadline = live.now() + Duration::from_secs(20);
    let error = live.run_until(Some(deadline), None, |_| false).unwrap_err();
    assert_eq!(error.to_string(), "pair0 is gone");
}

#[test]
fn what_cannot_be_attached_is_told_with_what_can() {
    let mut live = live();
    let error = live.attach("wan", Pair::new().0).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the network has no outside node wan; there are: left, right"
    );
    let mut packets = Pair::new().0;
    packets.ethernet = false;
    assert_eq!(
        live.attach("left", packets).unwrap_err().to_string(),
        "pair0 is a TUN device and carries no Ethernet frames; a TAP device does"
    );
    live.attach("left", Pair::new().0).unwrap();
    assert_eq!(
        live.attach("left", Pair::new().0).unwrap_err().to_string(),
        "pair0 is attached to left already"
    );
    let mut none = Live::new(Network::builtin(1).unwrap()).unwrap();
    assert_eq!(
        none.attach("wan", Pair::new().0).unwrap_err().to_string(),
        "the network has no outside node wan; no node is of kind \"outside\""
    );
}

#[test]
fn a_signal_ends_a_run_that_would_never_end() {
    let signals = Signals::watch().unwrap();
    let own = std::process::id().to_string();
    let quit = ["-c", "sleep 0.05; kill -QUIT $0", &own];
    let mut child = Command::new("sh").args(quit).spawn().unwrap();
    let ended = live().run_until(None, Some(&signals), |_| false).unwrap();
    assert_eq!(ended, Ended::Signal);
    assert!(signals.take_quit());
    assert!(child.wait().unwrap().success());
}

#[test]
fn time_goes_on_from_where_the_network_was() {
    let mut network = Network::from_toml(FILE, 1).unwrap();
    let hour = Instant::ZERO + Duration::from_secs(3600);
    network.run_until(hour);
    let mut live = Live::new(network).unwrap();
    assert!(live.now() >= hour && live.now() < hour + Duration::from_secs(60));
    run_for(&mut live, Duration::from_millis(2));
    assert!(live.network().now() >= hour + Duration::from_millis(2));
}
