//! Hosts behind a router that translates addresses, in virtual time: they and everybody outside
//! hear what they should, and nobody outside hears of them.
#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use core::net::IpAddr;
use core::time::Duration;

use layercake_base::Ici;
use layercake_network::icmp::{Echo, Quoted, Type};
use layercake_tower::{Arrival, Network};

const NET: &str = r#"
# Two hosts inside, a router outside, and a server behind a line that takes 600 octets.
local = "one.lab"
[[node]]
name = "one.lab"
kind = "host"
[[node]]
name = "two.lab"
kind = "host"
[[node]]
name = "gate.lab"
kind = "router"
nat = { outside = ["198.51.100.1"] }
[[node]]
name = "isp.lab"
kind = "router"
routes = []
[[node]]
name = "web.lab"
kind = "host"
routes = ["198.51.100.0/24 via 203.0.113.1"]
[[wire]]
between = ["one.lab 10.0.1.2/24", "gate.lab 10.0.1.1/24"]
link = "lan"
[[wire]]
between = ["two.lab 10.0.2.2/24", "gate.lab 10.0.2.1/24"]
link = "lan"
[[wire]]
between = ["gate.lab 198.51.100.1/24", "isp.lab 198.51.100.2/24"]
link = "serial"
[[wire]]
between = ["isp.lab 203.0.113.1/24", "web.lab 203.0.113.2/24"]
link = "lan"
mtu = 600
"#;

/// Sends an echo request with identifier 7 and so much data to web.lab; what comes back.
fn ask(net: &mut Network, from: &str, hops: u8, octets: usize) -> Arrival {
    let node = net.node(from).unwrap();
    let mut message = vec![0x5a; 8 + octets];
    let echo = Echo {
        reply: false,
        identifier: 7,
        sequence_number: 1,
    };
    echo.encode(&mut message).unwrap();
    let ici = Ici {
        destination: net.resolve("web.lab"),
        next: 1,
        hops: Some(hops),
        dont_fragment: true,
        ..Ici::NONE
    };
    net.send(node, &message, ici).unwrap();
    net.run_until(net.now() + Duration::from_secs(5));
    net.receive(node).unwrap()
}

fn address(text: &str) -> Option<IpAddr> {
    text.parse().ok()
}

#[test]
fn two_hosts_with_one_identifier_both_get_their_answers() {
    let mut net = Network::from_toml(NET, 1).unwrap();
    for (host, own) in [("one.lab", "10.0.1.2"), ("two.lab", "10.0.2.2")] {
        let answer = ask(&mut net, host, 64, 56);
        assert_eq!(Type::of(&answer.octets), Some(Type::ECHO_REPLY));
        assert_eq!(Echo::decode(&answer.octets).unwrap().identifier, 7);
        assert_eq!(answer.ici.source, address("203.0.113.2"));
        assert_eq!(answer.ici.destination, address(own));
    }
}

/// isp.lab and web.lab know no way to 10.0.0.0/8, so what comes back was translated.
#[test]
fn a_trace_shows_every_hop_and_quotes_what_was_sent() {
    let mut net = Network::from_toml(NET, 1).unwrap();
    for (hops, reporter) in [(1, "10.0.2.1"), (2, "198.51.100.2")] {
        let error = ask(&mut net, "two.lab", hops, 56);
        assert_eq!(Type::of(&error.octets), Some(Type::TIME_EXCEEDED));
        assert_eq!(error.ici.source, address(reporter));
        let quoted = Quoted::in_message(&error.octets).unwrap();
        assert_eq!(quoted.header.source.octets(), [10, 0, 2, 2]);
        assert_eq!(quoted.echo().unwrap().identifier, 7);
    }
}

#[test]
fn a_small_mtu_outside_is_told_inside() {
    let mut net = Network::from_toml(NET, 1).unwrap();
    let error = ask(&mut net, "one.lab", 64, 1000);
    let error = layercake_network::icmp::Unreachable::decode(&error.octets).unwrap();
    assert_eq!((error.code.0, error.next_hop_mtu), (4, 600));
}
