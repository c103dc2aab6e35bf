//! Routes that nobody wrote down: the cheapest way to every prefix, and all that are equal.

use core::cmp::Reverse;
use core::net::IpAddr;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use layercake_network::route::{Prefix, Route};

use super::file::Kind;
use super::plan::{Interface, Plan};

/// An edge of the graph: from `node`, out by `port`, one gets to `neighbour` at `address`.
struct Hop {
    node: usize,
    port: u16,
    cost: u32,
    neighbour: usize,
    address: IpAddr,
}

/// Gives routes to all nodes that have none written down.
pub(super) fn complete(plan: &mut Plan) {
    let hops = hops(plan);
    let prefixes: BTreeSet<(IpAddr, u8)> = plan
        .interfaces()
        .map(|(_, _, _, own)| (own.prefix.address(), own.prefix.length()))
        .collect();
    let mut found: Vec<Vec<Route>> = plan.nodes.iter().map(|_| Vec::new()).collect();
    for (address, length) in prefixes {
        if let Ok(prefix) = Prefix::new(address, length) {
            towards(prefix, plan, &hops, &mut found);
        }
    }
    for (node, mut routes) in found.into_iter().enumerate() {
        let Some(own) = plan.nodes.get_mut(node) else {
            continue;
        };
        if own.kind == Kind::Host {
            routes = default_route(routes);
        }
        own.routes.get_or_insert(routes);
    }
}

/// A host whose routes all lead over the same neighbour needs only one.
fn default_route(routes: Vec<Route>) -> Vec<Route> {
    let same = |pair: &[Route]| match pair {
        [a, b] => a.next_hop == b.next_hop,
        _ => true,
    };
    match routes.first() {
        Some(first) if routes.windows(2).all(same) => vec![Route {
            prefix: Prefix::ALL_IPV4,
            metric: 1,
            ..*first
        }],
        _ => routes,
    }
}

/// Every pair of interfaces on the same link, by the neighbour that a hop leads to.
fn hops(plan: &Plan) -> Vec<Vec<Hop>> {
    let links = plan.links();
    let mut stations: BTreeMap<usize, Vec<(usize, usize, usize, IpAddr)>> =
        BTreeMap::new();
    for (node, port, at, Interface { address, .. }) in plan.interfaces() {
        if let Some(link) = links.get(at.wire) {
            let station = (node, port, at.wire, IpAddr::V4(address));
            stations.entry(*link).or_default().push(station);
        }
    }
    let mut hops: Vec<Vec<Hop>> = plan.nodes.iter().map(|_| Vec::new()).collect();
    for link in stations.values() {
        for &(node, port, wire, _) in link {
            for &(neighbour, _, _, address) in link.iter().filter(|to| to.0 != node) {
                let hop = Hop {
                    node,
                    port: u16::try_from(port).unwrap_or(u16::MAX),
                    cost: plan.wires.get(wire).map_or(1, |wire| wire.cost),
                    neighbour,
                    address,
                };
                if let Some(hops) = hops.get_mut(neighbour) {
                    hops.push(hop);
                }
            }
        }
    }
    hops
}

/// Dijkstra's algorithm from the prefix outward; only routers lead further.
fn towards(prefix: Prefix, plan: &Plan, hops: &[Vec<Hop>], found: &mut [Vec<Route>]) {
    let mut cost: Vec<Option<u32>> = vec![None; plan.nodes.len()];
    let mut queue = BinaryHeap::new();
    for (node, _, _, own) in plan.interfaces() {
        if own.prefix == prefix {
            queue.push(Reverse((0, node)));
        }
    }
    while let Some(Reverse((so_far, node))) = queue.pop() {
        match cost.get_mut(node) {
            Some(best @ None) => *best = Some(so_far),
            _ => continue,
        }
        if plan
            .nodes
            .get(node)
            .is_none_or(|node| node.kind != Kind::Router)
        {
            continue;
        }
        for hop in hops.get(node).into_iter().flatten() {
            queue.push(Reverse((so_far.saturating_add(hop.cost), hop.node)));
        }
    }
    let cost = |node: usize| cost.get(node).copied().flatten();
    for hop in hops.iter().flatten() {
        let router = plan.nodes.get(hop.neighbour).map(|node| node.kind);
        let (Some(here), Some(there)) = (cost(hop.node), cost(hop.neighbour)) else {
            continue;
        };
        let best = here > 0 && here == there.saturating_add(hop.cost);
        if best
            && router == Some(Kind::Router)
            && let Some(routes) = found.get_mut(hop.node)
        {
            routes.push(Route {
                prefix,
                next_hop: Some(hop.address),
                port: hop.port,
                metric: here,
            });
        }
    }
}
