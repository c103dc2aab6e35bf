//! Signals end a wait at once. Handlers belong to the whole process, so each test runs in a process of its own.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::net::{Ipv4Addr, SocketAddr};
use std::os::unix::process::ExitStatusExt;
use std::process::Command;
use std::thread::{sleep, spawn};
use std::time::Duration;

use layercake_host::clock::monotonic;
use layercake_host::pace::{Pace, Pacer};
use layercake_host::signal::Signals;
use layercake_host::udp::UdpSocket;
use layercake_host::{Arrival, Family, Kind, OpenOptions, SendOptions};
use nix::sys::signal::{Signal, kill, raise};
use nix::unistd::Pid;

/// Names the process that a test started again.
const INNER: &str = "LAYERCAKE_INNER_TEST";

fn send_soon(signal: Signal) {
    spawn(move || {
        sleep(Duration::from_millis(50));
        kill(Pid::this(), signal).unwrap();
    });
}

/// Runs one test of this program in another process; true in that process.
fn inner(test: &str, signal: Option<Signal>) -> bool {
    if std::env::var_os(INNER).is_some() {
        return true;
    }
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", test, "--nocapture"])
        .env(INNER, "1");
    let output = command.output().unwrap();
    let expected = signal.map(|signal| signal as i32);
    assert_eq!(output.status.signal(), expected, "{output:?}");
    let passed = String::from_utf8_lossy(&output.stdout).contains("1 passed");
    assert_eq!(passed, signal.is_none(), "{output:?}");
    false
}

#[test]
fn a_third_interrupt_ends_the_process_as_by_default() {
    let test = "a_third_interrupt_ends_the_process_as_by_default";
    if inner(test, Some(Signal::SIGINT)) {
        let signals = Signals::watch().unwrap();
        raise(Signal::SIGINT).unwrap();
        assert!(signals.interrupted());
        raise(Signal::SIGINT).unwrap();
        raise(Signal::SIGINT).unwrap();
    }
}

/// timeout(1) sends its signal to the process and to its group.
#[test]
fn two_interrupts_at_once_are_answered_as_one() {
    let test = "two_interrupts_at_once_are_answered_as_one";
    if inner(test, None) {
        let signals = Signals::watch().unwrap();
        raise(Signal::SIGINT).unwrap();
        raise(Signal::SIGINT).unwrap();
        assert!(signals.interrupted());
    }
}

#[test]
fn a_signal_ends_a_wait_and_packets_still_come_after_a_quit() {
    let test = "a_signal_ends_a_wait_and_packets_still_come_after_a_quit";
    if !inner(test, None) {
        return;
    }
    let signals = Signals::watch().unwrap();
    let mut socket = UdpSocket::open(Family::V4, &OpenOptions::default()).unwrap();
    let patience = || Some(monotonic().plus(Duration::from_secs(20)));

    send_soon(Signal::SIGQUIT);
    let arrival = socket.receive(patience(), Some(&signals)).unwrap();
    assert_eq!(arrival, Arrival::Signal);
    assert!(signals.take_quit() && !signals.pending() && !signals.interrupted());

    let own = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), socket.port());
    socket
        .send(b"after the quit", own, &SendOptions::default())
        .unwrap();
    let arrival = socket.receive(patience(), Some(&signals)).unwrap();
    let Arrival::Received(message) = arrival else {
        unreachable!("{arrival:?}")
    };
    assert_eq!(message.kind, Kind::Message { from: own });

    send_soon(Signal::SIGINT);
    let paced = Pacer::new()
        .unwrap()
        .until(patience().unwrap(), Some(&signals));
    assert_eq!(paced.unwrap(), Pace::Signal);
    assert!(signals.interrupted() && !signals.take_quit());
}
