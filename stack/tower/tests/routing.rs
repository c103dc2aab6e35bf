//! Routers that find their routes by a protocol: they agree with the shortest ways of the graph,
//! and do so again after a wire was cut.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a panic is a failed test"
)]

mod probes;

use core::fmt::Write;
use core::net::IpAddr;
use core::time::Duration;
use std::collections::BTreeMap;

use layercake_network::link_state::Link;
use layercake_tower::{Network, NodeId};
use probes::{ping, udp};
use proptest::prelude::*;

/// Routers r0, r1, … and a host at the first and at the last one; wire n has the network
/// 10.0.n.0/24, and cost 1.
struct Drawing {
    routing: &'static str,
    routers: usize,
    wires: Vec<(usize, usize)>,
    loss: &'static str,
}

impl Drawing {
    fn network(&self) -> Network {
        let mut text = String::from("local = \"a\"\n");
        for host in ["a", "b"] {
            writeln!(text, "[[node]]\nname = {host:?}\nkind = \"host\"").unwrap();
        }
        for router in 0..self.routers {
            let routing = self.routing;
            writeln!(text, "[[node]]\nname = \"r{router}\"\nkind = \"router\"").unwrap();
            writeln!(text, "routing = {routing:?}").unwrap();
        }
        for (net, (a, b)) in self.wires.iter().enumerate() {
            wire(&mut text, net, &format!("r{a}"), &format!("r{b}"));
            writeln!(text, "loss = {:?}", self.loss).unwrap();
        }
        wire(&mut text, 200, "r0", "a");
        wire(&mut text, 201, &format!("r{}", self.routers - 1), "b");
        Network::from_toml(&text, 7).unwrap()
    }

    /// Hops to each wire's network from `router`, when some wires are cut: 1 for its own.
    fn hops(&self, router: usize, cut: &[usize]) -> BTreeMap<IpAddr, u32> {
        let up = self.wires.iter().enumerate();
        let up: Vec<_> = up.filter(|(net, _)| !cut.contains(net)).collect();
        let mut distance = vec![None; self.routers];
        distance[router] = Some(0);
        for _ in 0..self.routers {
            for (_, (a, b)) in &up {
                for (from, to) in [(*a, *b), (*b, *a)] {
                    let new = distance[from].map(|hops: u32| hops + 1);
                    distance[to] = [distance[to], new].into_iter().flatten().min();
                }
            }
        }
        let stubs = [(200, (0, 0)), (201, (self.routers - 1, self.routers - 1))];
        let all = up.into_iter().map(|(net, ends)| (net, *ends)).chain(stubs);
        let hops = all.filter_map(|(net, (a, b))| {
            let nearest = [distance[a], distance[b]].into_iter().flatten().min()?;
            let net = u8::try_from(net).unwrap();
            Some((IpAddr::from([10, 0, net, 0]), nearest + 1))
        });
        hops.filter(|(_, hops)| *hops < 16).collect()
    }

    /// Every router's routes are those of the graph.
    fn agrees(&self, net: &Network, cut: &[usize]) {
        for router in 0..self.routers {
            let node = net.node(&format!("r{router}")).unwrap();
            let routes = net.routes(node).into_iter();
            // One's own networks have metric 0 there.
            let found: BTreeMap<_, _> = routes
                .map(|route| (route.prefix.address(), route.metric.max(1)))
                .collect();
            assert_eq!(found, self.hops(router, cut), "r{router}, cut: {cut:?}");
        }
    }
}

fn wire(text: &mut String, net: usize, a: &str, b: &str) {
    let ends = format!("[\"{a} 10.0.{net}.1/24\", \"{b} 10.0.{net}.2/24\"]");
    let link = if net.is_multiple_of(2) {
        "serial"
    } else {
        "lan"
    };
    writeln!(text, "[[wire]]\nbetween = {ends}\nlink = {link:?}").unwrap();
    writeln!(text, "delay = \"1 ms\"\nrate = \"10 Mbit/s\"").unwrap();
}

fn run(net: &mut Network, seconds: u64) {
    net.run_until(net.now() + Duration::from_secs(seconds));
}

/// The attachment of wire `net` at its first end.
fn end(drawing: &Drawing, network: &Network, net: usize) -> (NodeId, u16) {
    let router = drawing.wires[net].0;
    let of =
        |(a, b): &(usize, usize)| usize::from(*a == router) + usize::from(*b == router);
    let before: usize = drawing.wires[..net].iter().map(of).sum();
    let node = network.node(&format!("r{router}")).unwrap();
    (node, u16::try_from(before).unwrap())
}

/// Two ways from r0 to r3: over r1, and over r2 and r4.
fn square(routing: &'static str) -> Drawing {
    Drawing {
        routing,
        routers: 5,
        wires: vec![(0, 1), (1, 4), (0, 2), (2, 3), (3, 4)],
        loss: "0%",
    }
}

/// Who answers at the third hop.
fn third_hop(net: &mut Network) -> String {
    let b = net.resolve("b").unwrap();
    let answer = udp(net, b, 40_000, 2).unwrap();
    net.name_of(answer.ici.source.unwrap()).unwrap().to_owned()
}

fn a_cut_wire_is_gone_around(routing: &'static str) {
    let drawing = square(routing);
    let mut net = drawing.network();
    let b = net.resolve("b").unwrap();
    assert_ne!(
        ping(&mut net, b, None, 1).unwrap().octets[0],
        0,
        "no route yet"
    );
    run(&mut net, 60);
    drawing.agrees(&net, &[]);
    assert_eq!(ping(&mut net, b, None, 2).unwrap().octets[0], 0);
    assert_eq!(third_hop(&mut net), "r1");
    let (node, port) = end(&drawing, &net, 1);
    net.set_link(node, port, false).unwrap();
    run(&mut net, 60);
    drawing.agrees(&net, &[1]);
    assert_eq!(ping(&mut net, b, None, 3).unwrap().octets[0], 0);
    assert_eq!(third_hop(&mut net), "r2");
    net.set_link(node, port, true).unwrap();
    run(&mut net, 60);
    drawing.agrees(&net, &[]);
    assert_eq!(third_hop(&mut net), "r1");
}

#[test]
fn rip_goes_around_a_cut_wire() {
    a_cut_wire_is_gone_around("rip");
}

#[test]
fn link_state_goes_around_a_cut_wire() {
    a_cut_wire_is_gone_around("link-state");
}

/// RIP says everything again every half minute, link state what was not acknowledged.
#[test]
fn a_fifth_of_all_frames_may_be_lost() {
    for routing in ["rip", "link-state"] {
        let drawing = Drawing {
            loss: "20%",
            ..square(routing)
        };
        let mut net = drawing.network();
        run(&mut net, 120);
        drawing.agrees(&net, &[]);
    }
}

/// RFC 2453 §3.8: what nobody says goes unnoticed for three minutes. Here the wire is cut behind
/// a bridge, so that no router hears of it.
#[test]
fn rip_notices_by_its_timers_what_no_link_tells() {
    let mut text = String::from("local = \"a\"\n");
    for (name, kind) in [
        ("a", "host"),
        ("b", "host"),
        ("r0", "router"),
        ("r1", "router"),
        ("s", "bridge"),
    ] {
        writeln!(text, "[[node]]\nname = {name:?}\nkind = {kind:?}").unwrap();
        if kind == "router" {
            writeln!(text, "routing = \"rip\"").unwrap();
        }
    }
    wire(&mut text, 1, "a", "r0");
    wire(&mut text, 3, "r1", "b");
    for (router, host) in [("r0", 1), ("r1", 2)] {
        let ends = format!("[\"{router} 10.0.9.{host}/24\", \"s\"]");
        writeln!(text, "[[wire]]\nbetween = {ends}\nlink = \"lan\"").unwrap();
    }
    let mut net = Network::from_toml(&text, 1).unwrap();
    let far = IpAddr::from([10, 0, 3, 1]);
    run(&mut net, 60);
    let known = |net: &Network| {
        let routes = net.routes(net.node("r0").unwrap());
        routes.iter().any(|route| route.prefix.contains(far))
    };
    assert!(known(&net));
    net.set_link(net.node("s").unwrap(), 1, false).unwrap();
    run(&mut net, 140);
    assert!(known(&net));
    run(&mut net, 50);
    assert!(!known(&net));
}

/// Two ways from a to b: one wire of 40 ms between r0 and r1, or two of 2 ms over r2; by `cost`
/// the long one is dear.
fn two_ways(metric: &str) -> Network {
    let mut text = String::new();
    for (name, kind) in [("a", "host"), ("b", "host")] {
        writeln!(text, "[[node]]\nname = {name:?}\nkind = {kind:?}").unwrap();
    }
    for router in ["r0", "r1", "r2"] {
        writeln!(text, "[[node]]\nname = {router:?}\nkind = \"router\"").unwrap();
        writeln!(text, "routing = \"link-state\"\nmetric = {metric:?}").unwrap();
    }
    for (net, a, b, more) in [
        (0, "a", "r0", ""),
        (2, "r0", "r1", "delay = \"40 ms\"\ncost = 5"),
        (4, "r0", "r2", "delay = \"2 ms\"\ncost = 2"),
        (6, "r2", "r1", "delay = \"2 ms\"\ncost = 2"),
        (8, "r1", "b", ""),
    ] {
        let ends = format!("[\"{a} 10.0.{net}.1/24\", \"{b} 10.0.{net}.2/24\"]");
        writeln!(
            text,
            "[[wire]]\nbetween = {ends}\nlink = \"serial\"\n{more}"
        )
        .unwrap();
    }
    Network::from_toml(&text, 1).unwrap()
}

/// The course: the shortest route may not be the best. Wires take no other time than is written.
#[test]
fn the_shortest_way_by_hops_is_not_the_fastest() {
    for (metric, round_trip, over) in [
        ("hops", 80, "r1"),
        ("cost", 8, "r2"),
        ("delay", 8, "r2"),
        ("average-delay", 8, "r2"),
    ] {
        let mut net = two_ways(metric);
        run(&mut net, 30);
        let (b, start) = (net.resolve("b").unwrap(), net.now());
        let answer = ping(&mut net, b, None, 1).unwrap();
        assert_eq!(answer.octets[0], 0);
        assert_eq!(
            answer.at - start,
            Duration::from_millis(round_trip),
            "{metric}"
        );
        let answer = udp(&mut net, b, 40_000, 2).unwrap();
        let second = net.name_of(answer.ici.source.unwrap()).unwrap();
        assert_eq!(second, over, "{metric}");
    }
}

/// The costs of the links that a router believes in are the delays of their wires, in tenths of a
/// millisecond, also far from those who have measured them.
#[test]
fn what_routers_measure_is_what_the_wires_say() {
    for (metric, expected) in [
        ("hops", [1, 1, 1, 1, 1, 1]),
        ("cost", [2, 2, 2, 2, 5, 5]),
        ("delay", [20, 20, 20, 20, 400, 400]),
        ("average-delay", [20, 20, 20, 20, 400, 400]),
    ] {
        let mut net = two_ways(metric);
        run(&mut net, 60);
        for router in ["r0", "r1", "r2"] {
            let links = net.links(net.node(router).unwrap());
            let costs = links.iter().flat_map(|(_, links)| links);
            let mut costs: Vec<_> = costs
                .filter_map(|link| match link {
                    Link::Router { cost, .. } => Some(*cost),
                    Link::Network { .. } => None,
                })
                .collect();
            costs.sort_unstable();
            assert_eq!(costs, expected, "{router} by {metric}");
        }
    }
}

/// A tree, and wires across.
fn graph() -> impl Strategy<Value = (usize, Vec<(usize, usize)>)> {
    (3..8_usize).prop_flat_map(|routers| {
        let parents: Vec<_> = (1..routers).map(|router| 0..router).collect();
        let across = prop::collection::vec((0..routers, 0..routers), 0..5);
        (Just(routers), parents, across).prop_map(|(routers, parents, across)| {
            let tree = parents.into_iter().zip(1..);
            let across = across.into_iter().filter(|(a, b)| a != b);
            (routers, tree.chain(across).collect())
        })
    })
}

fn agrees_with_the_graph(
    routing: &'static str,
    (routers, wires): (usize, Vec<(usize, usize)>),
    cut: usize,
) {
    let drawing = Drawing {
        routing,
        routers,
        wires,
        loss: "0%",
    };
    let mut net = drawing.network();
    run(&mut net, 60);
    drawing.agrees(&net, &[]);
    let cut = cut % drawing.wires.len();
    let (node, port) = end(&drawing, &net, cut);
    net.set_link(node, port, false).unwrap();
    // Dead routes are told until they are forgotten: 120 s.
    run(&mut net, 120);
    drawing.agrees(&net, &[cut]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn rip_finds_the_shortest_ways_of_any_graph(graph in graph(), cut: usize) {
        agrees_with_the_graph("rip", graph, cut);
    }

    #[test]
    fn link_state_finds_the_shortest_ways_of_any_graph(graph in graph(), cut: usize) {
        agrees_with_the_graph("link-state", graph, cut);
    }
}
