//! Packets are made by etherparse; what rules say of them is worked out from how they were made.

use core::net::IpAddr;

use etherparse::PacketBuilder;
use layercake_base::{Bounce, Direction, Ici};
use proptest::prelude::*;

use super::*;
use crate::rig::{Out, Rig};
use crate::route::Prefix;
use crate::{Protocol, samples};

fn filter(rules: &[&str]) -> Rig<Filter> {
    let rules = rules.iter().map(|rule| rule.parse().unwrap());
    Rig::new(Filter::new(rules.collect()))
}

const OUTSIDE: u16 = 1;

fn arrive(rig: &mut Rig<Filter>, packet: &[u8]) -> Out {
    let port = OUTSIDE;
    rig.receive(packet, Ici { port, ..Ici::NONE })
}

/// Whether it passes, coming in at attachment 1.
fn passes(rules: &[&str], packet: &[u8]) -> bool {
    let out = arrive(&mut filter(rules), packet);
    let passes = out.up.iter().any(|pdu| pdu.ici().bounce.is_none());
    assert_eq!(passes, out.told.is_empty() && out.up.len() == 1);
    passes
}

#[derive(Clone, Copy, Debug)]
enum Made {
    Tcp { ports: [u16; 2], flags: u8 },
    Udp { ports: [u16; 2] },
    Icmp { kind: u8, code: u8 },
}

fn make(source: IpAddr, destination: IpAddr, made: Made) -> Vec<u8> {
    let ip = match (source, destination) {
        (IpAddr::V4(a), IpAddr::V4(b)) => PacketBuilder::ipv4(a.octets(), b.octets(), 9),
        (IpAddr::V6(a), IpAddr::V6(b)) => PacketBuilder::ipv6(a.octets(), b.octets(), 9),
        _ => panic!("two families"),
    };
    let mut octets = Vec::new();
    match made {
        Made::Tcp { ports, flags } => {
            ip.tcp(ports[0], ports[1], 1, 1)
                .write(&mut octets, b"")
                .unwrap();
            let at = octets.len() - 7;
            octets[at] = flags;
        }
        Made::Udp { ports } => {
            ip.udp(ports[0], ports[1]).write(&mut octets, b"").unwrap();
        }
        Made::Icmp { kind, code } if source.is_ipv4() => {
            let ip = ip.icmpv4_raw(kind, code, [0; 4]);
            ip.write(&mut octets, b"").unwrap();
        }
        Made::Icmp { kind, code } => {
            let ip = ip.icmpv6_raw(kind, code, [0; 4]);
            ip.write(&mut octets, b"").unwrap();
        }
    }
    octets
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn tcp(flags: u8) -> Vec<u8> {
    let ports = [50_000, 80];
    let ends = (address("192.0.2.9"), address("10.0.0.2"));
    make(ends.0, ends.1, Made::Tcp { ports, flags })
}

/// The rules on top of `filter.rs`.
fn example() -> Vec<&'static str> {
    let lines = include_str!("../filter.rs").lines();
    let block = lines.skip_while(|line| !line.ends_with("```text")).skip(1);
    let block = block.take_while(|line| !line.ends_with("```"));
    let rules = block.map(|line| line.trim_start_matches("//!").trim());
    rules
        .map(|line| line.split("   ").next().unwrap())
        .collect()
}

#[test]
fn the_example_in_the_documentation_does_what_it_says() {
    let rules = &example()[..];
    assert_eq!(rules.len(), 6);
    let from = |source: &str, made| make(address(source), address("10.0.0.2"), made);
    let syn = |port| Made::Tcp {
        ports: [50_000, port],
        flags: 2,
    };
    assert!(!passes(rules, &from("10.9.9.9", syn(80))), "forged");
    assert!(passes(rules, &from("192.0.2.9", syn(80))));
    assert!(passes(rules, &from("192.0.2.9", syn(81))));
    assert!(!passes(rules, &from("192.0.2.9", syn(82))));
    let answer = Made::Tcp {
        ports: [22, 5],
        flags: 0x12,
    };
    assert!(passes(rules, &from("192.0.2.9", answer)));
    assert!(passes(
        rules,
        &from("192.0.2.9", Made::Icmp { kind: 8, code: 0 })
    ));
    assert!(!passes(
        rules,
        &from("192.0.2.9", Made::Icmp { kind: 13, code: 0 })
    ));
}

#[test]
fn the_first_rule_that_holds_decides_and_what_none_holds_for_passes() {
    let packet = tcp(2);
    assert!(passes(&[], &packet));
    assert!(passes(&["accept tcp", "drop"], &packet));
    assert!(!passes(&["drop", "accept tcp"], &packet));
    assert!(passes(&["drop udp", "drop out", "drop on 0"], &packet));
}

#[test]
fn a_drop_is_told_to_nobody_and_counted_with_its_rule() {
    let out = arrive(&mut filter(&["accept udp", "drop tcp"]), &tcp(2));
    assert!(out.up.is_empty() && out.down.is_empty());
    assert_eq!(out.told, ["filter rule = 2 does not let it pass"]);
}

/// The network layer tells the sender: `ipv4/errors.rs`, `ipv6/errors.rs`.
#[test]
fn a_reject_goes_back_to_the_network_layer() {
    let mut rig = filter(&["reject"]);
    let out = arrive(&mut rig, &tcp(2));
    let pdu = &out.up[0];
    assert_eq!(pdu.ici().bounce, Some(Bounce::Prohibited));
    assert_eq!((pdu.ici().next_hop, pdu.octets()), (None, &tcp(2)[..]));
    let next_hop = Some(address("10.0.0.2"));
    let out = rig.send(
        &tcp(2),
        Ici {
            next_hop,
            ..Ici::NONE
        },
    );
    assert!(out.down.is_empty());
    let pdu = &out.up[0];
    assert_eq!(pdu.ici().bounce, Some(Bounce::Prohibited));
    assert_eq!(pdu.ici().next_hop, next_hop, "it was on its way out");
}

#[test]
fn what_the_link_sends_back_is_not_judged_again() {
    let bounce = Some(Bounce::NoNeighbour);
    let out = filter(&["drop"]).receive(
        &tcp(2),
        Ici {
            bounce,
            ..Ici::NONE
        },
    );
    assert_eq!(out.up[0].ici().bounce, bounce);
}

/// RFC 9293 §3.1: every segment of a connection but its first has ACK, or RST.
#[test]
fn established_is_all_but_the_first_segment() {
    let rules = &["accept tcp established", "drop"];
    let flags = [0x02, 0x12, 0x10, 0x04, 0x11, 0x01, 0x00];
    let passing = flags.map(|flags| passes(rules, &tcp(flags)));
    assert_eq!(passing, [false, true, true, true, true, false, false]);
}

/// A packet of the kernel, behind a destination options header and an authentication header.
#[test]
fn a_rule_looks_behind_extension_headers() {
    let echo = samples::ECHO_V6;
    let options = [58, 0, 1, 4, 0, 0, 0, 0];
    let with = |kind: u8, headers: &[u8]| {
        let mut octets = [&echo[..40], headers, &echo[40..]].concat();
        octets[6] = kind;
        octets[5] += u8::try_from(headers.len()).unwrap();
        octets
    };
    let rules = &["drop icmpv6 type 128"];
    assert!(!passes(rules, &echo));
    assert!(!passes(rules, &with(60, &options)));
    let both = [&[60, 0, 1, 4, 0, 0, 0, 0][..], &options].concat();
    assert!(!passes(rules, &with(0, &both)));
    let hidden = [58, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    assert!(passes(rules, &with(51, &hidden)), "see Not here");
    assert!(!passes(&["drop protocol 51"], &with(51, &hidden)));
}

/// RFC 7112 §5.
#[test]
fn a_chain_of_headers_that_is_not_all_there_does_not_pass() {
    let mut octets = samples::ECHO_V6.to_vec();
    octets[6] = 60;
    octets[41] = 200;
    let out = arrive(&mut filter(&["accept"]), &octets);
    assert!(out.up.is_empty());
    assert_eq!(
        out.told,
        ["IPv6 extension header needs 1608 octets, have 16"]
    );
    octets[41] = 0;
    for at in (40..56).step_by(8) {
        octets[at] = 60;
    }
    octets.extend([60, 0, 1, 4, 0, 0, 0, 0].repeat(8));
    octets[5] = 80;
    let out = arrive(&mut filter(&["accept"]), &octets);
    assert_eq!(out.told, ["chain of IPv6 extension headers is full at 8"]);
}

/// The fragment of `packet` from `offset` octets of its data on, with so many octets.
fn fragment(packet: &[u8], offset: usize, octets: usize) -> Vec<u8> {
    let header = crate::ipv4::Header::decode_lax(packet).unwrap();
    let data = &packet[20..][offset..][..octets];
    let header = crate::ipv4::Header {
        more_fragments: offset + octets < packet.len() - 20,
        fragment_offset: u16::try_from(offset / 8).unwrap(),
        total_length: u16::try_from(20 + octets).unwrap(),
        ..header
    };
    let mut fragment = [&[0; 20], data].concat();
    header.encode(&mut fragment).unwrap();
    fragment
}

fn large_tcp() -> Vec<u8> {
    let mut packet = tcp(2);
    packet.resize(100, 0);
    packet[3] = 100;
    packet
}

/// RFC 1858 §3 and §4, RFC 3128 §4: whatever the rules say.
#[test]
fn fragments_that_hide_or_overwrite_a_tcp_header_do_not_pass() {
    for (offset, octets, why) in [
        (
            0,
            16,
            "TCP header in a first fragment needs 20 octets, have 16",
        ),
        (8, 16, "Fragment Offset = 1 is inside the TCP header"),
    ] {
        let packet = fragment(&large_tcp(), offset, octets);
        let out = arrive(&mut filter(&["accept"]), &packet);
        assert_eq!(out.told, [why]);
        assert!(out.up.is_empty());
    }
    assert!(passes(&["accept"], &fragment(&large_tcp(), 0, 24)));
    assert!(passes(&["accept"], &fragment(&large_tcp(), 24, 24)));
}

/// RFC 1858 §2.1: later fragments are of no use without the first, which is judged.
#[test]
fn a_later_fragment_passes_where_its_first_one_may() {
    let later = fragment(&large_tcp(), 24, 24);
    assert!(passes(&["accept tcp to any port 80", "drop"], &later));
    assert!(!passes(&["accept udp to any port 80", "drop"], &later));
    assert!(!passes(&["accept tcp to 10.0.0.3 port 80", "drop"], &later));
    assert!(passes(&["drop tcp to any port 80"], &later));
    assert!(!passes(&["drop fragments"], &later));
    assert!(!passes(&["drop fragments"], &fragment(&large_tcp(), 0, 24)));
    assert!(passes(&["drop fragments"], &large_tcp()));
}

#[test]
fn a_packet_too_short_for_what_a_rule_asks_does_not_pass() {
    let ports = [1, 53];
    let (from, to) = (address("192.0.2.9"), address("10.0.0.2"));
    let packet = make(from, to, Made::Udp { ports });
    let short = fragment(&packet, 0, 4);
    let out = arrive(&mut filter(&["drop udp to any port 69"]), &short);
    assert_eq!(out.told, ["transport header needs 8 octets, have 4"]);
    assert!(
        passes(&["drop tcp to any port 69"], &short),
        "the network layer judges"
    );
}

#[test]
fn a_text_that_is_no_rule_is_told_the_word_and_what_was_expected() {
    for (text, told) in [
        ("", "the end: expected accept, drop or reject"),
        ("allow tcp", "\"allow\": expected accept, drop or reject"),
        (
            "drop on wan",
            "\"wan\": expected an attachment behind \"on\"",
        ),
        (
            "drop protocol tcp",
            "\"tcp\": expected a protocol number from 0 to 255 behind \"protocol\"",
        ),
        (
            "drop from 10.0.0.0/33",
            "\"10.0.0.0/33\": expected an address, a prefix such as 10.0.0.0/8, or any",
        ),
        (
            "drop tcp to any port 90-80",
            "\"90-80\": expected a port or a range such as 1024-65535",
        ),
        (
            "drop tcp to any port",
            "the end: expected a port or a range such as 1024-65535",
        ),
        (
            "drop to any port 80",
            "\"port\": expected tcp or udp in front of ports",
        ),
        (
            "drop icmp type 256",
            "\"256\": expected a type and code from 0 to 255",
        ),
        (
            "drop tcp type 8",
            "\"type\": expected icmp or icmpv6 in front of a type",
        ),
        (
            "drop udp established",
            "\"established\": expected tcp in front of established",
        ),
        (
            "drop from 10.0.0.1 to ::1",
            "\"::1/128\": expected both addresses of one family",
        ),
        (
            "drop to any from any",
            "\"from\": expected in or out, on, a protocol, from, to, type, established, fragments, in this order",
        ),
    ] {
        assert_eq!(text.parse::<Rule>().unwrap_err().to_string(), told);
    }
}

prop_compose! {
    fn any_prefix()(v6: bool, near: bool, octets: [u8; 16], length in 0..=128_u8) -> Prefix {
        let mut octets = octets;
        if near {
            octets = [10; 16];
        }
        let v4: [u8; 4] = octets[..4].try_into().unwrap();
        match v6 {
            true => Prefix::clamped(octets.into(), length),
            false => Prefix::clamped(v4.into(), length % 33),
        }
    }
}

prop_compose! {
    fn any_ports()(a in 0..4_u16, b in 0..4_u16) -> Ports {
        Ports { first: a.min(b), last: a.max(b) }
    }
}

prop_compose! {
    fn any_rule()(
        action in prop_oneof![Just(Action::Accept), Just(Action::Drop), Just(Action::Reject)],
        way in proptest::option::of(prop_oneof![Just(Direction::Up), Just(Direction::Down)]),
        port in proptest::option::of(0..3_u16),
        number in proptest::option::of(prop_oneof![Just(6), Just(17), Just(1), Just(58), any::<u8>()]),
        ends in [proptest::option::of(any_prefix()), proptest::option::of(any_prefix())],
        ports in [proptest::option::of(any_ports()), proptest::option::of(any_ports())],
        message in proptest::option::of((0..3_u8, proptest::option::of(0..2_u8))),
        established: bool, fragments: bool,
    ) -> Rule {
        let mut rule = Rule::new(action);
        (rule.way, rule.port, rule.protocol) = (way, port, number.map(Protocol));
        (rule.source, rule.destination, rule.fragments) = (ends[0], ends[1], fragments);
        if let (Some(a), Some(b)) = (rule.source, rule.destination)
            && a.address().is_ipv4() != b.address().is_ipv4()
        {
            rule.destination = None;
        }
        match rule.protocol {
            Some(Protocol::TCP | Protocol::UDP) => {
                (rule.source_ports, rule.destination_ports) = (ports[0], ports[1]);
            }
            Some(Protocol::ICMP | Protocol::ICMPV6) => {
                rule.message = message.map(|(kind, code)| Message { kind, code });
            }
            _ => {}
        }
        rule.established = established && rule.protocol == Some(Protocol::TCP);
        rule
    }
}

fn any_made() -> impl Strategy<Value = Made> {
    let ports = [0..4_u16, 0..4_u16];
    prop_oneof![
        (ports.clone(), 0..64_u8).prop_map(|(ports, flags)| Made::Tcp { ports, flags }),
        ports.prop_map(|ports| Made::Udp { ports }),
        (0..3_u8, 0..2_u8).prop_map(|(kind, code)| Made::Icmp { kind, code }),
    ]
}

/// What the table on top of `filter.rs` says, from how a whole packet was made.
fn holds(rule: &Rule, ends: [IpAddr; 2], made: Made, way: Direction, port: u16) -> bool {
    let v4 = ends[0].is_ipv4();
    let within = |own: Option<Ports>, port: u16| {
        own.is_none_or(|own| own.first <= port && port <= own.last)
    };
    let (number, asked) = match made {
        Made::Tcp { ports, flags } => (6, {
            let ack_or_rst = flags & 0b1_0000 != 0 || flags & 0b100 != 0;
            within(rule.source_ports, ports[0])
                && within(rule.destination_ports, ports[1])
                && (!rule.established || ack_or_rst)
        }),
        Made::Udp { ports } => (
            17,
            within(rule.source_ports, ports[0])
                && within(rule.destination_ports, ports[1]),
        ),
        Made::Icmp { kind, code } => (
            if v4 { 1 } else { 58 },
            rule.message
                .is_none_or(|own| own.kind == kind && own.code.unwrap_or(code) == code),
        ),
    };
    rule.way.unwrap_or(way) == way
        && rule.port.unwrap_or(port) == port
        && rule.protocol.unwrap_or(Protocol(number)).0 == number
        && rule.source.is_none_or(|own| own.contains(ends[0]))
        && rule.destination.is_none_or(|own| own.contains(ends[1]))
        && !rule.fragments
        && asked
}

proptest! {
    #[test]
    fn a_rule_is_read_as_it_is_written(rule in any_rule()) {
        prop_assert_eq!(rule.to_string().parse(), Ok(rule));
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "(drop|reject)( [a-z0-9.:/-]{1,12}){0,8}|.{0,60}") {
        let _ = text.parse::<Rule>();
    }

    #[test]
    fn the_filter_agrees_with_its_definition(
        rules in proptest::collection::vec(any_rule(), 0..6), made in any_made(),
        v6: bool, octets: [[u8; 16]; 2], near: [bool; 2], up: bool, port in 0..3_u16,
    ) {
        let ends = [0, 1].map(|n| {
            let octets = if near[n] { [10; 16] } else { octets[n] };
            let v4: [u8; 4] = octets[..4].try_into().unwrap();
            if v6 { IpAddr::from(octets) } else { IpAddr::from(v4) }
        });
        let packet = make(ends[0], ends[1], made);
        let way = if up { Direction::Up } else { Direction::Down };
        let first = rules.iter().find(|rule| holds(rule, ends, made, way, port));
        let action = first.map_or(Action::Accept, |rule| rule.action);
        let mut rig = Rig::new(Filter::new(rules));
        let ici = Ici { port, ..Ici::NONE };
        let out = if up { rig.receive(&packet, ici) } else { rig.send(&packet, ici) };
        let bounced = out.up.iter().any(|pdu| pdu.ici().bounce.is_some());
        let passed = out.down.len() + out.up.len() == 1 && !bounced;
        let found = match (passed, bounced) {
            (true, _) => Action::Accept,
            (_, true) => Action::Reject,
            _ => Action::Drop,
        };
        prop_assert_eq!(found, action);
    }

    #[test]
    fn no_octets_can_harm(
        rules in proptest::collection::vec(any_rule(), 0..6),
        octets in proptest::collection::vec(any::<u8>(), 0..120), version in 3..8_u8,
    ) {
        let mut octets = octets;
        if let Some(first) = octets.first_mut() {
            *first = version << 4 | *first & 0xf;
        }
        let mut rig = Rig::new(Filter::new(rules));
        let out = arrive(&mut rig, &octets);
        prop_assert!(out.up.len() + out.told.len() == 1);
    }
}
