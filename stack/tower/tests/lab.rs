//! The built-in network: a ping crosses it, and takes as long as its wires say.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a panic is a failed test"
)]

use core::net::IpAddr;
use core::time::Duration;

use layercake_base::{Ici, checksum};
use layercake_tower::{Arrival, Network};

/// An echo request with 56 octets of data, as RFC 792 has it.
fn echo(identifier: u16, sequence: u16) -> Vec<u8> {
    let mut message = vec![8, 0, 0, 0];
    message.extend(identifier.to_be_bytes());
    message.extend(sequence.to_be_bytes());
    message.extend(0..56_u8);
    let sum = checksum::internet(&message).to_be_bytes();
    message[2..4].copy_from_slice(&sum);
    message
}

/// Sends an echo request from here and waits for what comes back.
fn ping(
    net: &mut Network,
    to: IpAddr,
    hops: Option<u8>,
    sequence: u16,
) -> Option<Arrival> {
    let ici = Ici {
        destination: Some(to),
        next: 1,
        hops,
        ..Ici::NONE
    };
    let here = net.local();
    net.send(here, &echo(7, sequence), ici).unwrap();
    let until = net.now() + Duration::from_secs(5);
    while net.next_event().is_some_and(|at| at <= until) {
        net.step();
        if let Some(arrival) = net.receive(here) {
            return Some(arrival);
        }
    }
    net.run_until(until);
    None
}

#[test]
fn a_ping_reaches_every_host() {
    let mut net = Network::builtin(1).unwrap();
    for name in ["printer.lab", "web.lab", "dns.lab", "tiny.lab", "far.lab"] {
        let to = net.resolve(name).unwrap();
        let answer = ping(&mut net, to, None, 1).unwrap();
        assert_eq!(answer.octets[0], 0, "echo reply from {name}");
        assert_eq!(answer.ici.source, Some(to));
        assert_eq!(answer.octets[8..], echo(7, 1)[8..]);
    }
}
