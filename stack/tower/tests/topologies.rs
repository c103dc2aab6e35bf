//! What the keys of a topology file do.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a panic is a failed test"
)]

mod probes;

use core::fmt::Write;
use core::time::Duration;
use std::collections::BTreeSet;

use layercake_tower::Network;
use probes::{ping, udp};

/// Two hosts with two ways between them: over `up.lab`, or over `down.lab`.
fn square(cost: u32, balance: &str) -> Network {
    let mut text = String::from("local = \"a.lab\"\n");
    for (name, kind) in [
        ("a.lab", "host"),
        ("in.lab", "router"),
        ("up.lab", "router"),
        ("down.lab", "router"),
        ("out.lab", "router"),
        ("b.lab", "host"),
    ] {
        writeln!(text, "[[node]]\nname = {name:?}\nkind = {kind:?}").unwrap();
        if name == "in.lab" {
            writeln!(text, "balance = {balance:?}").unwrap();
        }
    }
    for (net, from, to, cost) in [
        (1, "a.lab", "in.lab", 1),
        (2, "in.lab", "up.lab", 1),
        (3, "in.lab", "down.lab", cost),
        (4, "up.lab", "out.lab", 1),
        (5, "down.lab", "out.lab", 1),
        (6, "out.lab", "b.lab", 1),
    ] {
        let ends = format!("[\"{from} 10.0.{net}.1/24\", \"{to} 10.0.{net}.2/24\"]");
        writeln!(text, "[[wire]]\nbetween = {ends}\nlink = \"serial\"").unwrap();
        writeln!(text, "delay = \"1 ms\"\ncost = {cost}").unwrap();
    }
    Network::from_toml(&text, 1).unwrap()
}

/// Who answers at the second hop, for sixteen probes of one flow.
fn second_hops(net: &mut Network) -> BTreeSet<String> {
    let b = net.resolve("b.lab").unwrap();
    let mut hop = |_| {
        let answer = udp(net, b, 40_000, 2).unwrap();
        net.name_of(answer.ici.source.unwrap()).unwrap().to_owned()
    };
    (0..16).map(&mut hop).collect()
}

#[test]
fn the_cheapest_way_is_taken() {
    let up = BTreeSet::from(["up.lab".to_owned()]);
    assert_eq!(second_hops(&mut square(2, "flow")), up);
}

#[test]
fn equal_ways_carry_flow_by_flow_or_packet_by_packet() {
    assert_eq!(second_hops(&mut square(1, "flow")).len(), 1);
    assert_eq!(second_hops(&mut square(1, "packet")).len(), 2);
}

#[test]
fn a_host_with_one_router_has_a_default_route_and_a_router_all_prefixes() {
    let net = square(1, "flow");
    let routes = |name| net.config(net.node(name).unwrap()).unwrap().routes.clone();
    let host: Vec<_> = routes("a.lab")
        .iter()
        .map(|r| r.prefix.to_string())
        .collect();
    assert_eq!(host, ["0.0.0.0/0"]);
    // Of six prefixes three are its own; 10.0.6.0/24 has two ways.
    assert_eq!(routes("in.lab").len(), 4);
}

const WRITTEN: &str = r#"
local = "a.lab"
[[node]]
name = "a.lab"
kind = "host"
routes = ["10.0.9.0/24 via 10.0.1.1"]
[[node]]
name = "r.lab"
kind = "router"
[[node]]
name = "b.lab"
kind = "host"
[[wire]]
between = ["a.lab 10.0.1.2/24", "r.lab 10.0.1.1/24"]
link = "lan"
[[wire]]
between = ["r.lab 10.0.2.1/24", "b.lab 10.0.2.2/24"]
link = "lan"
"#;

#[test]
fn routes_that_are_written_down_are_the_only_ones() {
    let mut net = Network::from_toml(WRITTEN, 1).unwrap();
    let b = net.resolve("b.lab").unwrap();
    let answer = ping(&mut net, b, None, 1).unwrap();
    assert_eq!(
        answer.octets.first_chunk(),
        Some(&[3, 0]),
        "network unreachable"
    );
    assert_eq!(
        answer.ici.source,
        net.resolve("a.lab"),
        "says the host to itself"
    );
    let other = WRITTEN.replace("10.0.9.0/24 via", "10.0.2.0/24 via");
    let mut net = Network::from_toml(&other, 1).unwrap();
    assert!(ping(&mut net, b, None, 1).is_some());
}

#[test]
fn a_network_of_a_thousand_nodes_is_built_and_crossed() {
    let mut text = String::from("local = \"h0.lab\"\n");
    for n in 0..500 {
        writeln!(text, "[[node]]\nname = \"r{n}.lab\"\nkind = \"router\"").unwrap();
        writeln!(text, "[[node]]\nname = \"h{n}.lab\"\nkind = \"host\"").unwrap();
    }
    let mut wire = |net: u32, from: &str, to: &str| {
        let [high, low] = u16::try_from(net).unwrap().to_be_bytes();
        let of = |n| format!("10.{high}.{low}.{n}/24");
        let ends = format!("[\"{from} {}\", \"{to} {}\"]", of(1), of(2));
        writeln!(text, "[[wire]]\nbetween = {ends}\nlink = \"serial\"").unwrap();
    };
    for n in 0..500 {
        wire(n, &format!("r{n}.lab"), &format!("h{n}.lab"));
        if n > 0 {
            // A tree: every router hangs on the one with half its number.
            wire(1000 + n, &format!("r{}.lab", n / 2), &format!("r{n}.lab"));
        }
    }
    let mut net = Network::from_toml(&text, 1).unwrap();
    let last = net.resolve("h499.lab").unwrap();
    assert!(ping(&mut net, last, None, 1).is_some());
    assert_eq!(net.discards().total(), 0);
}

/// Two hosts with a ring of three bridges between them.
const RING: &str = r#"
local = "a.lab"
[[node]]
name = "a.lab"
kind = "host"
[[node]]
name = "b.lab"
kind = "host"
[[node]]
name = "one.lab"
kind = "bridge"
spanning_tree = "rstp"
[[node]]
name = "two.lab"
kind = "bridge"
spanning_tree = "rstp"
priority = 4096
[[node]]
name = "three.lab"
kind = "bridge"
spanning_tree = "rstp"
[[wire]]
between = ["a.lab 10.0.1.1/24", "one.lab"]
link = "lan"
[[wire]]
between = ["b.lab 10.0.1.2/24", "three.lab"]
link = "lan"
[[wire]]
between = ["one.lab", "two.lab"]
link = "lan"
rate = "1 Gbit/s"
[[wire]]
between = ["two.lab", "three.lab"]
link = "lan"
rate = "100 Mbit/s"
[[wire]]
between = ["three.lab", "one.lab"]
link = "lan"
rate = "1 Gbit/s"
"#;

#[test]
fn a_ring_of_bridges_with_a_spanning_tree_carries_a_ping_and_survives_a_cut() {
    let mut net = Network::from_toml(RING, 1).unwrap();
    let node = |name| net.node(name).unwrap();
    let [one, two, three] = ["one.lab", "two.lab", "three.lab"].map(node);
    net.run_until(net.now() + Duration::from_secs(5));
    let b = net.resolve("b.lab").unwrap();
    assert!(ping(&mut net, b, None, 1).is_some());
    let tree = net.spanning_tree(three).unwrap();
    assert_eq!(tree.root, net.spanning_tree(two).unwrap().bridge);
    // 20 000 for each Gbit/s, 200 000 for 100 Mbit/s.
    assert_eq!((tree.root_path_cost, tree.root_port), (40_000, Some(2)));
    assert_eq!(net.spanning_tree(net.local()), None);
    net.set_link(one, 2, false).unwrap();
    net.run_until(net.now() + Duration::from_millis(10));
    let tree = net.spanning_tree(three).unwrap();
    assert_eq!((tree.root_path_cost, tree.root_port), (200_000, Some(1)));
    assert!(ping(&mut net, b, None, 2).is_some());
}

/// Nobody is at that address: the question goes everywhere, as often as it is asked.
#[test]
fn a_bridge_floods_no_more_than_its_limit() {
    let limit = "priority = 4096\nflood_limit = \"1/s, burst 2\"";
    let mut net = Network::from_toml(&RING.replace("priority = 4096", limit), 1).unwrap();
    net.run_until(net.now() + Duration::from_secs(5));
    let full = |net: &Network| {
        let of_bridge = |own: &(&str, &str, u64)| (own.0, own.1) == ("bridge", "full");
        net.discards().iter().find(of_bridge).map_or(0, |own| own.2)
    };
    assert_eq!(full(&net), 0);
    let one = net.node("one.lab").unwrap();
    let mut broadcast = [0xff; 60];
    broadcast[6..12].copy_from_slice(&[2, 0, 0, 0, 0, 99]);
    for _ in 0..5 {
        net.inject(one, 0, &broadcast).unwrap();
    }
    net.run_until(net.now() + Duration::from_millis(100));
    assert_eq!(full(&net), 3, "two of five pass at two.lab");
}
