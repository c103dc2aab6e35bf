//! Networks that speak IPv6, alone or beside IPv4.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a panic is a failed test"
)]

mod probes;

use core::net::{IpAddr, Ipv6Addr};
use core::time::Duration;

use layercake_base::Ici;
use layercake_network::Protocol;
use layercake_tower::topology::Attachment;
use layercake_tower::{Arrival, Network};

/// Two hosts and a router between them; the host `both` speaks IPv4 too.
const TWO_LINES: &str = r#"
    [[node]]
    name = "six"
    kind = "host"
    [[node]]
    name = "router"
    kind = "router"
    [[node]]
    name = "both"
    kind = "host"
    [[wire]]
    between = ["six 2001:db8:1::10/64", "router 2001:db8:1::1/64"]
    link = "serial"
    delay = "1 ms"
    [[wire]]
    between = ["router 10.0.2.1/24 2001:db8:2::1/64", "both 10.0.2.2/24 2001:db8:2::2/64"]
    link = "serial"
    delay = "2 ms"
"#;

fn address(text: &str) -> IpAddr {
    IpAddr::V6(text.parse::<Ipv6Addr>().unwrap())
}

/// An echo request without its checksum, which the layer writes.
fn echo(sequence: u8) -> [u8; 16] {
    let mut message = [0; 16];
    message[0] = 128;
    message[5] = 7;
    message[7] = sequence;
    message
}

/// Sends an echo request from the local node; what comes back within ten seconds.
fn ping(net: &mut Network, to: IpAddr, hops: Option<u8>) -> Option<Arrival> {
    let here = net.local();
    let ici = Ici {
        destination: Some(to),
        next: Protocol::ICMPV6.0.into(),
        hops,
        ..Ici::NONE
    };
    net.send(here, &echo(1), ici).unwrap();
    net.run_until(net.now() + Duration::from_secs(10));
    net.receive(here)
}

#[test]
fn a_ping_crosses_a_router_and_comes_back() {
    let mut net = Network::from_toml(TWO_LINES, 1).unwrap();
    let both = address("2001:db8:2::2");
    assert_eq!(net.addresses("both"), [IpAddr::from([10, 0, 2, 2]), both]);
    assert_eq!(net.resolve("six"), Some(address("2001:db8:1::10")));
    let answer = ping(&mut net, both, None).unwrap();
    assert_eq!(answer.octets[0], 129, "echo reply");
    assert_eq!(answer.ici.source, Some(both));
    assert_eq!(answer.octets[4..], echo(1)[4..]);
    assert_eq!(answer.ici.hops, Some(63), "one router on the way");
    assert_eq!(net.discards().total(), 0, "{:?}", net.discards());
}

#[test]
fn a_hop_limit_that_runs_out_is_told_by_the_router() {
    let mut net = Network::from_toml(TWO_LINES, 1).unwrap();
    let answer = ping(&mut net, address("2001:db8:2::2"), Some(1)).unwrap();
    assert_eq!(answer.octets[..2], [3, 0], "hop limit exceeded in transit");
    assert_eq!(answer.ici.source, Some(address("2001:db8:1::1")));
}

#[test]
fn a_network_that_nobody_has_is_told_by_the_router() {
    let mut net = Network::from_toml(TWO_LINES, 1).unwrap();
    let answer = ping(&mut net, address("2001:db8:3::1"), None).unwrap();
    assert_eq!(answer.octets[..2], [1, 0], "no route to destination");
}

/// RFC 4443 §3.1, code 3: a serial line has two ends, and it is neither of them.
#[test]
fn what_a_serial_line_brought_for_its_own_network_does_not_go_back() {
    let mut net = Network::from_toml(TWO_LINES, 1).unwrap();
    let answer = ping(&mut net, address("2001:db8:1::77"), None).unwrap();
    assert_eq!(answer.octets[..2], [1, 3], "address unreachable");
    assert_eq!(answer.ici.source, Some(address("2001:db8:1::1")));
}

/// What is measured in an emulated network is the same each time: no rate that nobody wrote down.
#[test]
fn a_router_of_a_topology_without_a_rate_answers_every_packet() {
    let mut net = Network::from_toml(TWO_LINES, 1).unwrap();
    let here = net.local();
    let ici = Ici {
        destination: Some(address("2001:db8:2::2")),
        next: Protocol::ICMPV6.0.into(),
        hops: Some(1),
        ..Ici::NONE
    };
    for sequence in 0..80 {
        net.send(here, &echo(sequence), ici).unwrap();
    }
    net.run_until(net.now() + Duration::from_secs(1));
    let answers = core::iter::from_fn(|| net.receive(here));
    assert_eq!(answers.count(), 80);
}

#[test]
fn a_datagram_to_a_port_where_nobody_listens_is_told() {
    let mut net = Network::from_toml(TWO_LINES, 1).unwrap();
    let here = net.local();
    let ici = Ici {
        destination: Some(address("2001:db8:2::2")),
        next: Protocol::UDP.0.into(),
        source_port: 40_000,
        destination_port: 9,
        ..Ici::NONE
    };
    net.send(here, b"anybody there?", ici).unwrap();
    net.run_until(net.now() + Duration::from_secs(1));
    let answer = net.receive(here).unwrap();
    assert_eq!(answer.octets[..2], [1, 4], "port unreachable");
}

/// Three routers in a row, which know only their own networks at first.
fn by_rip(cost: u32) -> String {
    let wire = |net: u8, a: &str, b: &str| {
        format!(
            "[[wire]]\nbetween = [\"{a} 10.0.{net}.1/24 2001:db8:{net}::1/64\", \
             \"{b} 10.0.{net}.2/24 2001:db8:{net}::2/64\"]\nlink = \"serial\"\ncost = {cost}\n"
        )
    };
    let router = |n: u8| {
        format!("[[node]]\nname = \"r{n}\"\nkind = \"router\"\nrouting = \"rip\"\n")
    };
    let host = |name| format!("[[node]]\nname = \"{name}\"\nkind = \"host\"\n");
    let nodes = [host("a"), host("b"), router(1), router(2), router(3)].concat();
    let wires = [
        wire(1, "a", "r1"),
        wire(2, "r1", "r2"),
        wire(3, "r2", "r3"),
        wire(4, "r3", "b"),
    ];
    nodes + &wires.concat()
}

/// RIPv2 and RIPng stand on the same UDP, and each finds the ways of its family.
#[test]
fn ripng_finds_the_way_beside_ripv2() {
    let mut net = Network::from_toml(&by_rip(1), 1).unwrap();
    let far = address("2001:db8:4::2");
    let early = ping(&mut net, far, None);
    net.run_until(net.now() + Duration::from_secs(30));
    while net.receive(net.local()).is_some() {}
    let answer = ping(&mut net, far, None).unwrap();
    assert_eq!(
        (answer.octets[0], answer.ici.hops),
        (129, Some(61)),
        "{early:?}"
    );
    let v4 = probes::ping(&mut net, IpAddr::from([10, 0, 4, 2]), None, 1).unwrap();
    assert_eq!(v4.octets[0], 0, "echo reply");
    let router = net.node("r1").unwrap();
    let routes = net.routes(router);
    let of = |v4: bool| {
        let family = routes.iter().filter(|r| r.prefix.address().is_ipv4() == v4);
        family.map(|route| route.metric).collect::<Vec<_>>()
    };
    assert_eq!(of(true), of(false), "the same network twice");
}

/// The built-in network once more: each hop of the way to far.lab speaks IPv6, but for quiet.lab.
#[test]
fn every_router_of_the_lab_tells_where_a_hop_limit_ran_out() {
    let mut net = Network::builtin(1).unwrap();
    let far = net.addresses("far.lab")[1];
    assert_eq!(far, address("2001:db8:203::7"));
    let mut names = Vec::new();
    for hops in 1..=9 {
        let answer = ping(&mut net, far, Some(hops));
        let source = answer.and_then(|answer| answer.ici.source);
        let name = source.map_or("", |source| net.name_of(source).unwrap());
        names.push(name.to_owned());
    }
    let around = ["north.lab", "south.lab"];
    assert!(around.contains(&names[3].as_str()), "{names:?}");
    names.remove(3);
    let expected = [
        "gateway.lab",
        "edge.lab",
        "city.lab",
        "plaza.lab",
        "",
        "strict.lab",
        "shore.lab",
        "far.lab",
    ];
    assert_eq!(names, expected);
}

#[test]
fn a_neighbour_that_does_not_answer_is_told_by_the_router() {
    let mut net = Network::builtin(1).unwrap();
    let gone = net.addresses("gone.lab")[1];
    let answer = ping(&mut net, gone, None).unwrap();
    assert_eq!(answer.octets[..2], [1, 3], "address unreachable");
    assert_eq!(net.name_of(answer.ici.source.unwrap()), Some("city.lab"));
}

#[test]
fn neighbours_ping_each_other_by_their_link_local_addresses() {
    let mut net = Network::builtin(1).unwrap();
    let printer = net.node("printer.lab").unwrap();
    let [Attachment::Station(own)] = net.attachments(printer) else {
        unreachable!("one LAN")
    };
    let to = IpAddr::V6(own.v6[0].0);
    let answer = ping(&mut net, to, None).unwrap();
    assert_eq!((answer.octets[0], answer.ici.source), (129, Some(to)));
}

/// RFC 4862 §5.5: a host without any address has one after the first advertisement, and a default
/// route by way of the router.
#[test]
fn a_host_configures_itself_from_what_a_router_says() {
    let text = r#"
        [[node]]
        name = "new"
        kind = "host"
        [[node]]
        name = "router"
        kind = "router"
        advertise = true
        [[node]]
        name = "far"
        kind = "host"
        [[wire]]
        between = ["new auto", "router 2001:db8:1::1/64"]
        link = "lan"
        [[wire]]
        between = ["router 2001:db8:2::1/64", "far 2001:db8:2::2/64"]
        link = "lan"
    "#;
    let mut net = Network::from_toml(text, 1).unwrap();
    net.run_until(net.now() + Duration::from_secs(10));
    let answer = ping(&mut net, address("2001:db8:2::2"), None).unwrap();
    assert_eq!(answer.octets[0], 129, "echo reply");
    let [Attachment::Station(own)] = net.attachments(net.local()) else {
        unreachable!("one LAN")
    };
    let identifier = own.v6[0].0.segments();
    let made = answer.ici.destination.map(|own| match own {
        IpAddr::V6(own) => own.segments(),
        IpAddr::V4(_) => [0; 8],
    });
    let made = made.unwrap();
    assert_eq!(made[..4], [0x2001, 0xdb8, 1, 0]);
    assert_eq!(made[4..], identifier[4..], "its EUI-64");
}
