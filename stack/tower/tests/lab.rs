//! The built-in network: what its comment tells is what happens.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a panic is a failed test"
)]

mod probes;

use core::cell::RefCell;
use core::time::Duration;
use std::collections::BTreeSet;
use std::rc::Rc;

use layercake_base::{Direction, Event, Ici, Observer, What};
use layercake_network::icmp::{Quoted, Type};
use layercake_tower::{CaptureTap, Medium, Network};
use probes::{echo, ping, udp};

#[test]
fn a_ping_reaches_every_host() {
    let mut net = Network::builtin(1).unwrap();
    for name in ["printer.lab", "web.lab", "dns.lab", "tiny.lab", "far.lab"] {
        let to = net.resolve(name).unwrap();
        let answer = ping(&mut net, to, None, 1).unwrap();
        assert_eq!(answer.octets[0], 0, "echo reply from {name}");
        assert_eq!(answer.ici.source, Some(to));
        assert_eq!(answer.octets[8..], echo(7, 1)[8..]);
        assert_eq!(net.name_of(to), Some(name));
    }
    assert_eq!(net.discards().total(), 0, "{:?}", net.discards());
}

/// Adds up, for everything that crosses a wire, what its line and its length cost.
#[derive(Default)]
struct Line {
    nanos: u64,
    /// Rate of the wire from a node's attachment, by node and port.
    media: Vec<(String, u16, Medium)>,
}

impl Observer for Line {
    fn on(&mut self, event: &Event<'_>) {
        if !matches!(event.what, What::Transmitted { .. }) {
            return;
        }
        let key = (event.node, event.ici.port);
        let medium = self.media.iter().find(|(n, p, _)| (n.as_str(), *p) == key);
        let time = medium.unwrap().2.serialization(event.octets.len());
        self.nanos += u64::try_from(time.as_nanos()).unwrap();
    }
}

fn line(net: &mut Network) -> Rc<RefCell<Line>> {
    let mut line = Line::default();
    for (node, name) in net.nodes() {
        let ports = (0..).map_while(|port| Some((port, net.wire(node, port)?.0)));
        line.media
            .extend(ports.map(|(p, m)| (name.to_owned(), p, m.clone())));
    }
    let line = Rc::new(RefCell::new(line));
    net.observe(Box::new(line.clone()));
    line
}

/// The table in `lab.toml`: hops, their node and address, and the sum of the delays in µs.
const WAY: [(u8, &str, &str, u64); 8] = [
    (1, "gateway.lab", "192.0.2.1", 20),
    (2, "edge.lab", "10.0.1.2", 2_020),
    (3, "city.lab", "10.0.2.2", 7_020),
    (4, "north.lab or south.lab", "10.0.3.2 or 10.0.4.2", 10_020),
    (5, "plaza.lab", "10.0.5.2 or 10.0.6.2", 14_020),
    (7, "strict.lab", "10.0.8.2", 32_020),
    (8, "shore.lab", "10.0.9.2", 44_020),
    (9, "far.lab", "203.0.113.7", 44_120),
];

/// Both ways around the lake are 2 ms apart, each way.
const SOUTH: u64 = 2_000;

#[test]
fn each_hop_answers_after_twice_the_delays_of_its_wires_and_its_time_on_the_lines() {
    let mut net = Network::builtin(1).unwrap();
    let far = net.resolve("far.lab").unwrap();
    ping(&mut net, far, None, 0).unwrap(); // every ARP table knows its neighbours now
    let line = line(&mut net);
    for (hops, node, address, sum) in WAY {
        let sent = net.now();
        line.borrow_mut().nanos = 0;
        let answer = ping(&mut net, far, Some(hops), 1).unwrap();
        let source = answer.ici.source.unwrap();
        assert!(
            address.split(" or ").any(|a| a == source.to_string()),
            "{source}"
        );
        assert!(node.split(" or ").any(|n| Some(n) == net.name_of(source)));
        let took = u64::try_from((answer.at - sent).as_nanos()).unwrap();
        let delays = took - line.borrow().nanos;
        let most = if hops > 4 { 2 } else { 0 };
        let ways: Vec<_> = (0..=most).map(|n| 1000 * (2 * sum + n * SOUTH)).collect();
        assert!(
            ways.contains(&delays),
            "hop {hops} {node}: {delays}, {ways:?}"
        );
    }
}

#[test]
fn quiet_lab_forwards_and_never_speaks() {
    let mut net = Network::builtin(1).unwrap();
    let far = net.resolve("far.lab").unwrap();
    assert_eq!(ping(&mut net, far, Some(6), 1), None);
    assert!(ping(&mut net, far, Some(7), 1).is_some());
    let quiet = net.resolve("quiet.lab").unwrap();
    assert_eq!(ping(&mut net, quiet, None, 1), None);
}

#[test]
fn strict_lab_answers_two_at_once_and_then_one_a_second() {
    let mut net = Network::builtin(1).unwrap();
    let far = net.resolve("far.lab").unwrap();
    let here = net.local();
    let burst = |net: &mut Network| {
        for sequence in 0..5 {
            let ici = Ici {
                destination: Some(far),
                next: 1,
                hops: Some(7),
                ..Ici::NONE
            };
            net.send(here, &echo(1, sequence), ici).unwrap();
        }
        net.run_until(net.now() + Duration::from_secs(1));
        core::iter::from_fn(|| net.receive(here)).count()
    };
    assert_eq!(burst(&mut net), 2);
    assert_eq!(burst(&mut net), 1);
}

#[test]
fn gone_lab_is_unreachable_and_city_lab_says_so() {
    let mut net = Network::builtin(1).unwrap();
    let gone = net.resolve("gone.lab").unwrap();
    assert_eq!(net.name_of(gone), Some("gone.lab"));
    let answer = ping(&mut net, gone, None, 1).unwrap();
    assert_eq!(answer.octets[..2], [3, 1], "destination host unreachable");
    let city = net.name_of(answer.ici.source.unwrap());
    assert_eq!(city, Some("city.lab"));
    let quoted = Quoted::in_message(&answer.octets).unwrap();
    assert_eq!(quoted.echo().unwrap().sequence_number, 1);
}

#[test]
fn an_address_that_no_route_leads_to_is_told_by_the_gateway() {
    let mut net = Network::builtin(1).unwrap();
    let answer = ping(&mut net, "172.16.0.1".parse().unwrap(), None, 1).unwrap();
    assert_eq!(
        answer.octets[..2],
        [3, 0],
        "destination network unreachable"
    );
    assert_eq!(net.name_of(answer.ici.source.unwrap()), Some("gateway.lab"));
}

/// UDP probes with different ports are different flows; those with the same are one.
#[test]
fn flows_spread_over_both_ways_and_each_keeps_to_its_own() {
    let mut net = Network::builtin(1).unwrap();
    let far = net.resolve("far.lab").unwrap();
    let mut fourth_hop = |port| {
        let answer = udp(&mut net, far, port, 4).unwrap();
        assert_eq!(Type::of(&answer.octets), Some(Type::TIME_EXCEEDED));
        net.name_of(answer.ici.source.unwrap()).unwrap().to_owned()
    };
    let mut seen = BTreeSet::new();
    for port in 33_434..33_450 {
        let first = fourth_hop(port);
        assert!((0..3).all(|_| fourth_hop(port) == first));
        seen.insert(first);
    }
    assert_eq!(Vec::from_iter(seen), ["north.lab", "south.lab"]);
}

#[test]
fn a_closed_port_is_told_by_the_host() {
    let mut net = Network::builtin(1).unwrap();
    let web = net.resolve("web.lab").unwrap();
    let answer = udp(&mut net, web, 33_434, 64).unwrap();
    assert_eq!(answer.octets[..2], [3, 3], "destination port unreachable");
    assert_eq!(answer.ici.source, Some(web));
}

/// Each way 3 % are lost alone, 80 % of the 1/16 of the time that the radio is bad (2 % enter,
/// 30 % leave), and one in 100 000 of about 1600 symbols is flipped: 0.97 · 0.95 · 0.984 get
/// through, 82 % of pings both ways. Of 400 that is 329, and five standard deviations, with
/// bursts counted twice, are 50.
#[test]
fn lossy_lab_answers_some_pings_late_and_some_twice() {
    let mut net = Network::builtin(1).unwrap();
    let lossy = net.resolve("lossy.lab").unwrap();
    let (mut times, mut twice) = (Vec::new(), 0);
    for sequence in 0..400 {
        let sent = net.now();
        if let Some(answer) = ping(&mut net, lossy, None, sequence) {
            times.push((answer.at - sent).as_millis());
        }
        net.run_until(sent + Duration::from_secs(1));
        twice += core::iter::from_fn(|| net.receive(net.local())).count();
    }
    assert!((279..380).contains(&times.len()), "{} answers", times.len());
    let (first, last) = (times.iter().min().unwrap(), times.iter().max().unwrap());
    assert!(
        *first >= 34 && *last <= 100 && last - first > 30,
        "{first} to {last}"
    );
    assert!((1..30).contains(&twice), "{twice}, about 2 of 100 pings");
    let violations = net
        .discards()
        .iter()
        .any(|(layer, kind, _)| (layer, kind) == ("manchester", "violation"));
    assert!(violations, "a flipped symbol is seen: {:?}", net.discards());
}

#[test]
fn a_packet_too_large_for_the_old_line_is_told_with_its_mtu() {
    let mut net = Network::builtin(1).unwrap();
    let (here, tiny) = (net.local(), net.resolve("tiny.lab").unwrap());
    let mut big = vec![0; 1000];
    big[0] = 8;
    let sum = layercake_base::checksum::internet(&big).to_be_bytes();
    big[2..4].copy_from_slice(&sum);
    let ici = Ici {
        destination: Some(tiny),
        next: 1,
        dont_fragment: true,
        ..Ici::NONE
    };
    net.send(here, &big, ici).unwrap();
    net.run_until(net.now() + Duration::from_secs(1));
    let answer = net.receive(here).unwrap();
    assert_eq!(answer.octets[..2], [3, 4], "fragmentation needed");
    assert_eq!(answer.octets[6..8], 576_u16.to_be_bytes());
}

#[test]
fn a_tap_catches_whole_frames_without_their_check_sequence() {
    let mut net = Network::builtin(1).unwrap();
    let tap = Rc::new(RefCell::new(CaptureTap::at(&["here.lab"])));
    net.observe(Box::new(tap.clone()));
    let web = net.resolve("web.lab").unwrap();
    ping(&mut net, web, None, 1).unwrap();
    let frames: Vec<_> = core::iter::from_fn(|| tap.borrow_mut().take()).collect();
    let summary: Vec<_> = frames
        .iter()
        .map(|f| {
            (
                f.direction,
                u16::from_be_bytes([f.octets[12], f.octets[13]]),
            )
        })
        .collect();
    let (down, up) = (Direction::Down, Direction::Up);
    let expected = [(down, 0x0806), (up, 0x0806), (down, 0x0800), (up, 0x0800)];
    assert_eq!(summary, expected);
    assert_eq!(frames[2].octets.len(), 14 + 20 + 64);
    assert!(
        frames.iter().all(|f| f.octets.len() >= 60),
        "padded like on a LAN"
    );
    assert!(frames.is_sorted_by_key(|frame| frame.at));
}

#[test]
fn a_captured_ping_that_is_injected_is_answered() {
    let mut net = Network::builtin(1).unwrap();
    let tap = Rc::new(RefCell::new(CaptureTap::at(&["web.lab"])));
    net.observe(Box::new(tap.clone()));
    let (web, node) = (
        net.resolve("web.lab").unwrap(),
        net.node("web.lab").unwrap(),
    );
    ping(&mut net, web, None, 1).unwrap();
    let mut caught = core::iter::from_fn(|| tap.borrow_mut().take());
    let request = caught.find(|f| f.octets[23] == 1).unwrap();
    while tap.borrow_mut().take().is_some() {}
    net.inject(node, 0, &request.octets).unwrap();
    net.run_until(net.now() + Duration::from_secs(1));
    let again = tap.borrow_mut().take().unwrap();
    assert_eq!(
        (again.direction, &again.octets),
        (Direction::Up, &request.octets)
    );
    let answer = tap.borrow_mut().take().unwrap();
    assert_eq!((answer.direction, answer.octets[34]), (Direction::Down, 0));
    assert!(
        net.inject(node, 1, &request.octets).is_err(),
        "it has one attachment"
    );
}

/// FNV-1a over everything that every event says.
struct Digest(u64, usize);

impl Observer for Digest {
    fn on(&mut self, event: &Event<'_>) {
        let text = format!("{event:?}");
        self.1 += 1;
        for octet in text.bytes() {
            self.0 = (self.0 ^ u64::from(octet)).wrapping_mul(0x100_0000_01b3);
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_trace_octet_for_octet() {
    let run = |seed| {
        let mut net = Network::builtin(seed).unwrap();
        let digest = Rc::new(RefCell::new(Digest(0xcbf2_9ce4_8422_2325, 0)));
        net.observe(Box::new(digest.clone()));
        for name in ["lossy.lab", "far.lab", "gone.lab", "lossy.lab"] {
            let to = net.resolve(name).unwrap();
            ping(&mut net, to, None, 1);
        }
        let digest = digest.borrow();
        (digest.0, digest.1)
    };
    assert_eq!(run(7), run(7));
    assert!(run(7).1 > 500, "events");
    assert_ne!(run(7), run(8), "the radio has other luck");
}

#[test]
fn a_run_ends_and_the_clock_is_where_it_was_told() {
    let mut net = Network::builtin(1).unwrap();
    let then = net.now() + Duration::from_secs(3600);
    net.run_until(then);
    assert_eq!((net.now(), net.next_event()), (then, None));
}
