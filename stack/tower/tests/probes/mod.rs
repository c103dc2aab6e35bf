//! Questions that tests ask a network, and waiting for the answer.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "shared by test files; each uses some, and a panic is a failed test"
)]

use core::net::IpAddr;
use core::time::Duration;

use layercake_base::{Ici, checksum};
use layercake_tower::{Arrival, Network};

/// An echo request with 56 octets of data, as RFC 792 has it.
pub fn echo(identifier: u16, sequence: u16) -> Vec<u8> {
    let mut message = vec![8, 0, 0, 0];
    message.extend(identifier.to_be_bytes());
    message.extend(sequence.to_be_bytes());
    message.extend(0..56_u8);
    let sum = checksum::internet(&message).to_be_bytes();
    message[2..4].copy_from_slice(&sum);
    message
}

/// Sends an echo request from here, and gives what comes back within five seconds.
pub fn ping(
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
    ask(net, &echo(7, sequence), ici)
}

/// The same with a UDP datagram to `port`.
pub fn udp(net: &mut Network, to: IpAddr, port: u16, hops: u8) -> Option<Arrival> {
    let ici = Ici {
        destination: Some(to),
        next: 17,
        hops: Some(hops),
        source_port: 50_000,
        destination_port: port,
        ..Ici::NONE
    };
    ask(net, &[0; 32], ici)
}

fn ask(net: &mut Network, message: &[u8], ici: Ici) -> Option<Arrival> {
    let here = net.local();
    net.send(here, message, ici).unwrap();
    if let Some(at_once) = net.receive(here) {
        return Some(at_once); // the node itself knows that there is no way
    }
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
