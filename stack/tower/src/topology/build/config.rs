//! What the network layers of a host or router are told.

use layercake_network::ipv4::{self, Rate};
use layercake_network::ipv6;
use layercake_network::route::Route;

use crate::topology::file::{Balance, Kind, Link};
use crate::topology::internet::Configs;
use crate::topology::plan::{Node, Plan};

/// For both families; for IPv6 only where the node has an address of it.
pub(super) fn configs(plan: &Plan, node: &Node) -> Configs {
    let speaks_v6 = node.ports.iter().any(|port| !port.all_v6().is_empty());
    Configs {
        v4: v4(plan, node),
        v6: speaks_v6.then(|| v6(plan, node)),
    }
}

fn v4(plan: &Plan, node: &Node) -> ipv4::Config {
    let interfaces = (0..).zip(&node.ports).filter_map(|(number, port)| {
        let (address, prefix) = port.v4()?;
        Some(ipv4::Interface {
            port: number,
            address,
            prefix_len: prefix.length(),
            mtu: plan.wires.get(port.wire)?.mtu,
        })
    });
    ipv4::Config {
        interfaces: interfaces.collect(),
        routes: routes(node, true),
        forward: node.kind == Kind::Router,
        silent: node.silent,
        icmp_rate: rate(node),
        interface_information: node.interface_information,
        labels: node.labels.clone(),
        per_packet: node.balance == Balance::Packet,
        default_ttl: node.time_to_live,
        ..ipv4::Config::default()
    }
}

fn v6(plan: &Plan, node: &Node) -> ipv6::Config {
    let interfaces = (0..).zip(&node.ports).filter_map(|(number, port)| {
        let (addresses, wire) = (port.all_v6(), plan.wires.get(port.wire)?);
        (!addresses.is_empty()).then_some(ipv6::Interface {
            port: number,
            addresses,
            mtu: wire.mtu.into(),
            point_to_point: wire.link == Link::Serial,
        })
    });
    ipv6::Config {
        interfaces: interfaces.collect(),
        routes: routes(node, false),
        forward: node.kind == Kind::Router,
        silent: node.silent,
        icmp_rate: rate(node),
        per_packet: node.balance == Balance::Packet,
        interface_information: node.interface_information,
        labels: node.labels.clone(),
        default_hop_limit: node.time_to_live,
        ..ipv6::Config::default()
    }
}

fn routes(node: &Node, v4: bool) -> Vec<Route> {
    let all = node.routes.iter().flatten();
    let family = |route: &&Route| route.prefix.address().is_ipv4() == v4;
    all.filter(family).copied().collect()
}

/// Without one there is none: nobody attacks an emulated network, and what is measured in it is the
/// same each time.
fn rate(node: &Node) -> Option<Rate> {
    let (per_second, burst) = node.icmp_rate?;
    Some(Rate { per_second, burst })
}
