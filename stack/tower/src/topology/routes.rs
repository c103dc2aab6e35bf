//! Routes that nobody wrote down: the cheapest way to every prefix, and all that are equal.

use core::cmp::Reverse;
use core::net::IpAddr;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use layercake_network::route::{Prefix, Route};

use super::error::{Places, TopologyError};
use super::file::Kind;
use super::plan::{Interface, Node, Plan, Routing};

/// An edge of the graph: from `node`, out by `port`, one gets to the router `neighbour` at
/// `address`.
struct Hop {
    node: usize,
    port: u16,
    cost: u32,
    neighbour: usize,
    address: IpAddr,
}

/// Pairs of a prefix and a hop that are looked at, which is more than there will be routes:
/// enough for some thousand nodes, and for some hundred megaoctets.
const MOST_PAIRS: usize = 8_000_000;

/// Gives routes to all nodes that have none written down.
///
/// # Errors
/// More than [`MOST_PAIRS`] to look at.
pub(super) fn complete(plan: &mut Plan, places: Places<'_>) -> Result<(), TopologyError> {
    let any_v6 = plan
        .interfaces()
        .any(|(_, _, _, own)| own.address.is_ipv6());
    let wants = |node: &Node| node.routes.is_none() || any_v6 && lacks_v6(node);
    if !plan.nodes.iter().any(wants) {
        return Ok(());
    }
    let too_large = |pairs: usize| {
        let (found, key) = (format!("{pairs} pairs of prefix and neighbour"), "[[wire]]");
        let expected = format!("at most {MOST_PAIRS}, or routes at every node");
        places.error(0, key, found, expected)
    };
    let hops = hops(plan, MOST_PAIRS).map_err(too_large)?;
    let prefixes: BTreeSet<(IpAddr, u8)> = plan
        .interfaces()
        .map(|(_, _, _, own)| (own.prefix.address(), own.prefix.length()))
        .collect();
    let pairs = prefixes.len() * hops.iter().map(Vec::len).sum::<usize>();
    if pairs > MOST_PAIRS {
        return Err(too_large(pairs));
    }
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
            routes = default_routes(routes);
        }
        if lacks_v6(own) {
            routes.retain(|route| route.prefix.address().is_ipv6());
            own.routes.get_or_insert_default().extend(routes);
        } else {
            own.routes.get_or_insert(routes);
        }
    }
    Ok(())
}

/// The link state protocol finds no routes of IPv6.
fn lacks_v6(node: &Node) -> bool {
    matches!(node.routing, Some(Routing::LinkState { .. }))
}

/// A default route for each family, where that is enough.
fn default_routes(routes: Vec<Route>) -> Vec<Route> {
    let v4 = |route: &Route| route.prefix.address().is_ipv4();
    let (v4, v6): (Vec<_>, Vec<_>) = routes.into_iter().partition(v4);
    let mut all = default_route(v4, Prefix::ALL_IPV4);
    all.extend(default_route(v6, Prefix::ALL_IPV6));
    all
}

/// A host whose routes all lead over the same neighbour needs only one.
fn default_route(routes: Vec<Route>, everywhere: Prefix) -> Vec<Route> {
    let same = |pair: &[Route]| match pair {
        [a, b] => a.next_hop == b.next_hop,
        _ => true,
    };
    match routes.first() {
        Some(first) if routes.windows(2).all(same) => vec![Route {
            prefix: everywhere,
            metric: 1,
            ..*first
        }],
        _ => routes,
    }
}

/// A station on a link: node, port, wire and address.
type Station = (usize, usize, usize, IpAddr);

/// Every way from a station to a router on the same link, by the router that it leads to; one
/// for each family that both have there.
///
/// # Errors
/// How many there are, when that is more than `most`.
fn hops(plan: &Plan, most: usize) -> Result<Vec<Vec<Hop>>, usize> {
    let links = plan.links();
    let mut stations: BTreeMap<(usize, bool), Vec<Station>> = BTreeMap::new();
    for (node, port, at, Interface { address, .. }) in plan.interfaces() {
        let family = address.is_ipv4();
        let mut same = at.addresses.iter().map(|own| own.address);
        let first = same.find(|other| other.is_ipv4() == family) == Some(address);
        if let (Some(link), true) = (links.get(at.wire), first) {
            let station = (node, port, at.wire, address);
            stations.entry((*link, family)).or_default().push(station);
        }
    }
    let router = |node: usize| plan.nodes.get(node).map(|node| node.kind);
    let routers = |link: &[Station]| -> Vec<Station> {
        let all = link.iter().copied();
        all.filter(|to| router(to.0) == Some(Kind::Router))
            .collect()
    };
    let count = |link: &Vec<Station>| link.len() * routers(link).len();
    let count: usize = stations.values().map(count).sum();
    if count > most {
        return Err(count);
    }
    let mut hops: Vec<Vec<Hop>> = plan.nodes.iter().map(|_| Vec::new()).collect();
    for link in stations.values() {
        let routers = routers(link);
        for &(node, port, wire, _) in link {
            for &(neighbour, _, _, address) in routers.iter().filter(|to| to.0 != node) {
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
    Ok(hops)
}

/// Dijkstra's algorithm from the prefix outward; only routers lead further.
fn towards(prefix: Prefix, plan: &Plan, hops: &[Vec<Hop>], found: &mut [Vec<Route>]) {
    let family = |hop: &&Hop| hop.address.is_ipv4() == prefix.address().is_ipv4();
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
        for hop in hops.get(node).into_iter().flatten().filter(family) {
            queue.push(Reverse((so_far.saturating_add(hop.cost), hop.node)));
        }
    }
    let cost = |node: usize| cost.get(node).copied().flatten();
    for hop in hops.iter().flatten().filter(family) {
        let (Some(here), Some(there)) = (cost(hop.node), cost(hop.neighbour)) else {
            continue;
        };
        let best = here > 0 && here == there.saturating_add(hop.cost);
        if best && let Some(routes) = found.get_mut(hop.node) {
            routes.push(Route {
                prefix,
                next_hop: Some(hop.address),
                port: hop.port,
                metric: here,
            });
        }
    }
}
