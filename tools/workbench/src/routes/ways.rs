//! What a router knows of ways: the one in use, and what each would cost.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::net::{IpAddr, Ipv4Addr};

use layercake_network::link_state::Link;
use layercake_tower::{Network, NodeId};

/// A route to somewhere: the names of the next hops, and the metric.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// Empty when there is no route; several names when the ways are equal.
    pub(super) over: String,
    pub(super) metric: Option<u32>,
}

/// The route by which a router sends packets to `to`.
pub(super) fn known(net: &Network, router: NodeId, to: IpAddr) -> Known {
    let routes = net.routes(router);
    let mut fit = routes.iter().filter(|route| route.prefix.contains(to));
    let Some(first) = fit.next() else {
        return Known::default();
    };
    let same = routes.iter().filter(|route| route.prefix == first.prefix);
    let least = same.clone().map(|route| route.metric).min();
    let best = same.filter(|route| Some(route.metric) == least);
    let name = |hop: IpAddr| net.name_of(hop).unwrap_or("?").to_owned();
    let over: Vec<_> = best
        .map(|route| route.next_hop.map_or("(here)".to_owned(), name))
        .collect();
    Known {
        over: over.join("|"),
        metric: least,
    }
}

/// What each way from a router to `to` costs, as that router believes: the name of the neighbour
/// whom it begins with, and the cost. A way goes over each router once, so not back over this one.
pub(super) fn costs(net: &Network, router: NodeId, to: IpAddr) -> Vec<(String, u32)> {
    let own = net.address(router);
    let all = net.links(router);
    let links: BTreeMap<Ipv4Addr, &[Link]> = all
        .iter()
        .map(|(id, links)| (*id, links.as_slice()))
        .collect();
    let rest = distances(&links, own, to);
    let neighbours = links
        .iter()
        .filter(|(id, _)| IpAddr::V4(**id) == own)
        .flat_map(|(_, links)| routers(links));
    let mut ways: BTreeMap<String, u32> = BTreeMap::new();
    for (id, cost) in neighbours {
        if let Some(rest) = rest.get(&id) {
            let name = net.name_of(IpAddr::V4(id)).unwrap_or("?").to_owned();
            let cost = rest.saturating_add(cost);
            let best = ways.entry(name).or_insert(cost);
            *best = cost.min(*best);
        }
    }
    ways.into_iter().collect()
}

fn routers(links: &[Link]) -> impl Iterator<Item = (Ipv4Addr, u32)> + '_ {
    links.iter().filter_map(|link| match *link {
        Link::Router { id, cost } => Some((id, cost.into())),
        Link::Network { .. } => None,
    })
}

/// How far each router but `own` is from `to`: Dijkstra's algorithm from there backwards.
fn distances(
    links: &BTreeMap<Ipv4Addr, &[Link]>,
    own: IpAddr,
    to: IpAddr,
) -> BTreeMap<Ipv4Addr, u32> {
    let mut back: BTreeMap<Ipv4Addr, Vec<(Ipv4Addr, u32)>> = BTreeMap::new();
    let mut queue = BinaryHeap::new();
    for (id, links) in links.iter().filter(|(id, _)| IpAddr::V4(**id) != own) {
        for link in *links {
            match *link {
                Link::Router { id: far, cost } => {
                    back.entry(far).or_default().push((*id, cost.into()));
                }
                Link::Network { prefix, cost } if prefix.contains(to) => {
                    queue.push(Reverse((u32::from(cost), *id)));
                }
                Link::Network { .. } => {}
            }
        }
    }
    let mut found = BTreeMap::new();
    while let Some(Reverse((cost, id))) = queue.pop() {
        if found.contains_key(&id) {
            continue;
        }
        found.insert(id, cost);
        for (before, more) in back.get(&id).into_iter().flatten() {
            queue.push(Reverse((cost.saturating_add(*more), *before)));
        }
    }
    found
}
