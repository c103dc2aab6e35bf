//! Three of our bridges and the kernel's in a ring: they agree on the tree, and find another one when a cable is pulled.
//!
//! ```text
//!                     k0 - o0
//!        kernel, br0 --------- left one.lab       the kernel's bridge and its two veth pairs are in a namespace of
//!            |                        |           their own; ours run in an emulated network, in real time
//!         k1 - o1                     |
//!            |       right            |
//!         three.lab ------------- two.lab --- host.lab
//! ```
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod common;

use std::process::Command;
use std::time::Duration;

use common::{alone, run};
use layercake_host::link::LinkChannel;
use layercake_live::Live;
use layercake_tower::{Network, NodeId};

const RING: &str = r#"
[[node]]
name = "host.lab"
kind = "host"
[[node]]
name = "one.lab"
kind = "bridge"
spanning_tree = "stp"
priority = 12288
hello_time = 1
max_age = 6
forward_delay = 4
[[node]]
name = "two.lab"
kind = "bridge"
spanning_tree = "stp"
priority = 8192
hello_time = 1
max_age = 6
forward_delay = 4
[[node]]
name = "three.lab"
kind = "bridge"
spanning_tree = "stp"
priority = 16384
hello_time = 1
max_age = 6
forward_delay = 4
[[node]]
name = "left"
kind = "outside"
[[node]]
name = "right"
kind = "outside"
[[wire]]
between = ["left", "one.lab"]
link = "lan"
rate = "10 Gbit/s"
[[wire]]
between = ["one.lab", "two.lab"]
link = "lan"
rate = "10 Gbit/s"
[[wire]]
between = ["two.lab", "three.lab"]
link = "lan"
rate = "10 Gbit/s"
[[wire]]
between = ["three.lab", "right"]
link = "lan"
rate = "10 Gbit/s"
[[wire]]
between = ["host.lab 10.99.1.2/24", "two.lab"]
link = "lan"
rate = "10 Gbit/s"
"#;

/// Our bridges; the first two ports of each are in the ring.
const OURS: [&str; 3] = ["one.lab", "two.lab", "three.lab"];

/// What a bridge has come to: its name, the root, and role and state of its ports in the ring.
type Told = (String, String, Vec<(String, String)>);

fn ip(arguments: &str) {
    let status = Command::new("ip").args(arguments.split(' ')).status();
    assert!(status.unwrap().success(), "ip {arguments}");
}

/// The kernel's bridge, in this namespace.
fn kernel_bridge(priority: u16) {
    ip(&format!(
        "link add br0 type bridge stp_state 1 hello_time 100 max_age 600 forward_delay 400 priority {priority}"
    ));
    for number in [0, 1] {
        ip(&format!("link add k{number} type veth peer name o{number}"));
        ip(&format!("link set k{number} master br0"));
    }
    for name in ["br0", "k0", "o0", "k1", "o1"] {
        ip(&format!("link set {name} addrgenmode none up"));
    }
    ip("addr add 10.99.1.1/24 dev br0");
}

/// Our bridges on the far ends of its cables.
fn our_bridges() -> Live {
    let mut live = Live::new(Network::from_toml(RING, 1).unwrap()).unwrap();
    for (outside, name) in [("left", "o0"), ("right", "o1")] {
        let channel = LinkChannel::open(name).unwrap();
        channel.listen_to_all().unwrap();
        live.attach(outside, channel).unwrap();
    }
    live
}

/// What a file of the kernel below `/sys/class/net/br0` says. (`ip -d link` of iproute2 6.1 shows the bridge's own
/// identifier where the root's should be.)
fn sys(namespace: &str, file: &str) -> String {
    let path = format!("/sys/class/net/br0/{file}");
    let arguments = ["netns", "exec", namespace, "cat", &path];
    let output = Command::new("ip").args(arguments).output().unwrap();
    assert!(output.status.success(), "{path}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// What the kernel has come to. It names no roles: they follow from its root port, and from who is designated at a port.
fn kernel_told(namespace: &str) -> Told {
    let of = |file: &str| sys(namespace, file);
    let number = |file: &str| {
        let text = of(file);
        match text.strip_prefix("0x") {
            Some(digits) => u64::from_str_radix(digits, 16).unwrap(),
            None => text.parse().unwrap(),
        }
    };
    let (bridge, root) = (of("bridge/bridge_id"), of("bridge/root_id"));
    let root_port = number("bridge/root_port");
    let port = |name: &str| {
        let file = |own: &str| format!("brif/{name}/{own}");
        let state = match number(&file("state")) {
            0 => "disabled",
            1 => "listening",
            2 => "learning",
            3 => "forwarding",
            _ => "blocking",
        };
        let by_us = of(&file("designated_bridge")) == bridge;
        let designated =
            by_us && number(&file("designated_port")) == number(&file("port_id"));
        let role = match state {
            "disabled" => "disabled",
            _ if number(&file("port_no")) == root_port => "root",
            _ if designated => "designated",
            _ => "alternate",
        };
        (role.to_owned(), state.to_owned())
    };
    let ports = ["k0", "k1"].map(port).to_vec();
    (bridge, root, ports)
}

fn our_told(network: &Network, name: &str) -> Told {
    let status = network.spanning_tree(network.node(name).unwrap()).unwrap();
    let ports = status.ports[..2].iter();
    let ports = ports.map(|port| (port.role.to_string(), port.state.to_string()));
    (
        status.bridge.to_string(),
        status.root.to_string(),
        ports.collect(),
    )
}

/// All four, the kernel first.
fn all_told(live: &mut Live, namespace: &str) -> Vec<Told> {
    let network = live.network();
    let ours = OURS.map(|name| our_told(network, name));
    [kernel_told(namespace)].into_iter().chain(ours).collect()
}

/// Everybody has the same root, and every port does for good what its role demands.
fn is_settled(all: &[Told]) -> bool {
    let same_root = all.iter().all(|(_, root, _)| *root == all[0].1);
    let mut ports = all.iter().flat_map(|(.., ports)| ports);
    let settled = ports.all(|(role, state)| match role.as_str() {
        "root" | "designated" => state == "forwarding",
        "alternate" => state == "blocking",
        _ => state == "disabled",
    });
    same_root && settled
}

/// Lets time pass until they are settled, and shows what they have come to.
fn settle(live: &mut Live, namespace: &str) -> Vec<Told> {
    let end = live.now() + PATIENCE;
    loop {
        let all = all_told(live, namespace);
        if is_settled(&all) {
            show(&all);
            return all;
        }
        assert!(live.now() < end, "not settled: {all:#?}");
        let soon = live.now() + Duration::from_millis(100);
        live.run_until(Some(soon), None, |_| false).unwrap();
    }
}

fn show(all: &[Told]) {
    let names = ["kernel"].into_iter().chain(OURS);
    for (name, (bridge, root, ports)) in names.zip(all) {
        println!("{name:10} {bridge} root {root} {ports:?}");
    }
    let output = Command::new("bridge")
        .args(["-d", "link"])
        .output()
        .unwrap();
    println!("{}", String::from_utf8_lossy(&output.stdout));
}

fn roles(told: &Told) -> [&str; 2] {
    let role = |port: usize| told.2[port].0.as_str();
    [role(0), role(1)]
}

/// The kernel reaches our host. It asks for its address first: the answer teaches all bridges where it is now. (Without
/// that, Linux 6.18 would go on to use what it learnt before the change: it marks such entries as stale, but drops them only
/// when it sweeps its table.)
fn assert_ping(live: &mut Live) {
    ip("neigh flush dev br0");
    let mut ping = Command::new("ping");
    ping.args(["-n", "-c", "5", "-i", "0.05", "-W", "2", "10.99.1.2"]);
    let said = run(live, &mut ping);
    assert!(said.contains("5 packets transmitted, 5 received"), "{said}");
}

/// Cuts the wire at a port of a bridge of ours.
fn cut(live: &mut Live, name: &str, port: u16) {
    let node: NodeId = live.network().node(name).unwrap();
    live.network().set_link(node, port, false).unwrap();
}

/// Twice the Forward Delay, Max Age, and some seconds for a busy machine.
const PATIENCE: Duration = Duration::from_secs(2 * 4 + 6 + 6);

#[test]
fn the_kernel_is_the_root_and_a_wire_of_ours_is_cut() {
    let Some(chain) = alone() else { return };
    let namespace = chain.name(0).unwrap();
    let tested = chain.enter(0, || {
        kernel_bridge(4096);
        let mut live = our_bridges();
        let all = settle(&mut live, namespace);
        assert_eq!(all[0].0, all[0].1, "the kernel is the root");
        assert_eq!(roles(&all[0]), ["designated", "designated"]);
        assert_eq!(roles(&all[1]), ["root", "designated"]);
        // Both ways from two.lab cost 4, and one.lab has the lower identifier.
        assert_eq!(roles(&all[2]), ["root", "alternate"]);
        // On the wire in between three.lab is nearer to the root.
        assert_eq!(roles(&all[3]), ["designated", "root"]);
        assert_ping(&mut live);
        cut(&mut live, "one.lab", 1);
        let all = settle(&mut live, namespace);
        assert_eq!(roles(&all[1]), ["root", "disabled"]);
        assert_eq!(roles(&all[2]), ["disabled", "root"]);
        assert_ping(&mut live);
    });
    tested.unwrap();
}

#[test]
fn one_of_ours_is_the_root_and_a_cable_of_the_kernel_is_pulled() {
    let Some(chain) = alone() else { return };
    let namespace = chain.name(0).unwrap();
    let tested = chain.enter(0, || {
        kernel_bridge(32768);
        let mut live = our_bridges();
        let all = settle(&mut live, namespace);
        assert_eq!(all[2].0, all[2].1, "two.lab is the root");
        assert_eq!(roles(&all[2]), ["designated", "designated"]);
        assert_eq!(roles(&all[1]), ["designated", "root"]);
        assert_eq!(roles(&all[3]), ["root", "designated"]);
        // Both ways cost 4, and one.lab has the lower identifier.
        assert_eq!(roles(&all[0]), ["root", "alternate"]);
        assert_ping(&mut live);
        ip("link set k0 down");
        cut(&mut live, "one.lab", 0);
        let all = settle(&mut live, namespace);
        assert_eq!(roles(&all[0]), ["disabled", "root"]);
        assert_eq!(roles(&all[1]), ["disabled", "root"]);
        assert_ping(&mut live);
    });
    tested.unwrap();
}
