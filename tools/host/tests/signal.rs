//! Signals end a wait at once. One test in a program of its own: handlers belong to the whole process.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::net::{Ipv4Addr, SocketAddr};
use std::thread::{sleep, spawn};
use std::time::Duration;

use layercake_host::clock::monotonic;
use layercake_host::pace::{Pace, Pacer};
use layercake_host::signal::Signals;
use layercake_host::udp::UdpSocket;
use layercake_host::{Arrival, Family, Kind, OpenOptions, SendOptions};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

fn send_soon(signal: Signal) {
    spawn(move || {
        sleep(Duration::from_millis(50));
        kill(Pid::this(), signal).unwrap();
    });
}

#[test]
fn a_signal_ends_a_wait_and_packets_still_come_after_a_quit() {
    let signals = Signals::watch().unwrap();
    let mut socket = UdpSocket::open(Family::V4, &OpenOptions::default()).unwrap();
    let ten_seconds = || Some(monotonic().plus(Duration::from_secs(10)));
    let start = monotonic();

    send_soon(Signal::SIGQUIT);
    let arrival = socket.receive(ten_seconds(), Some(&signals)).unwrap();
    assert_eq!(arrival, Arrival::Signal);
    assert!(signals.take_quit() && !signals.pending() && !signals.interrupted());

    let own = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), socket.port());
    socket
        .send(b"after the quit", own, &SendOptions::default())
        .unwrap();
    let arrival = socket.receive(ten_seconds(), Some(&signals)).unwrap();
    let Arrival::Received(message) = arrival else {
        unreachable!("{arrival:?}")
    };
    assert_eq!(message.kind, Kind::Message { from: own });

    send_soon(Signal::SIGINT);
    let paced = Pacer::new()
        .unwrap()
        .until(ten_seconds().unwrap(), Some(&signals));
    assert_eq!(paced.unwrap(), Pace::Signal);
    assert!(signals.interrupted() && !signals.take_quit());
    assert!(monotonic().since(start) < Duration::from_secs(5));
}
