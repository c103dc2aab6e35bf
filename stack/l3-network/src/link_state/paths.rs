//! The shortest ways from one router to every network: Dijkstra's algorithm.
//!
//! Spec: RFC 2328 §16.1: a link between routers counts when both speak of it.

use core::cmp::Reverse;
use core::net::Ipv4Addr;
use std::collections::{BTreeMap, BinaryHeap};

use super::Link;
use super::database::Database;
use crate::route::Prefix;

/// A neighbour with whom a way can begin.
#[derive(Clone, Copy, Debug)]
pub(super) struct First {
    pub(super) id: Ipv4Addr,
    pub(super) cost: u16,
}

/// How far something is, and with which of the neighbours the ways begin: bit n for the nth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Way {
    pub(super) cost: u32,
    pub(super) firsts: u64,
}

/// Neighbours that ways can begin with.
pub(super) const MOST_FIRSTS: usize = 64;

/// The ways from `own` to all networks of other routers.
pub(super) fn shortest(
    database: &Database,
    own: Ipv4Addr,
    firsts: &[First],
) -> BTreeMap<Prefix, Way> {
    let mut networks = BTreeMap::new();
    for (router, way) in routers(database, own, firsts) {
        for link in database.links(router) {
            if let Link::Network { prefix, cost } = *link {
                let cost = way.cost.saturating_add(cost.into());
                better(&mut networks, prefix, Way { cost, ..way });
            }
        }
    }
    networks
}

/// The ways to all other routers.
fn routers(
    database: &Database,
    own: Ipv4Addr,
    firsts: &[First],
) -> BTreeMap<Ipv4Addr, Way> {
    let mut ways = BTreeMap::new();
    let mut queue = BinaryHeap::new();
    for (number, first) in (0..).zip(firsts.iter().take(MOST_FIRSTS)) {
        if speaks_of(database, first.id, own) {
            let (cost, firsts) = (first.cost.into(), 1 << number);
            better(&mut ways, first.id, Way { cost, firsts });
            queue.push(Reverse((cost, first.id)));
        }
    }
    while let Some(Reverse((cost, router))) = queue.pop() {
        let Some(way) = ways.get(&router).copied().filter(|way| way.cost == cost) else {
            continue; // a shorter way was found meanwhile
        };
        for link in database.links(router) {
            let Link::Router { id, cost: more } = *link else {
                continue;
            };
            if id == own || !speaks_of(database, id, router) {
                continue;
            }
            let cost = cost.saturating_add(more.into());
            if better(&mut ways, id, Way { cost, ..way }) {
                queue.push(Reverse((cost, id)));
            }
        }
    }
    ways
}

fn speaks_of(database: &Database, router: Ipv4Addr, of: Ipv4Addr) -> bool {
    let links = database.links(router).iter();
    links
        .into_iter()
        .any(|link| matches!(link, Link::Router { id, .. } if *id == of))
}

/// Takes a way that is shorter, or joins one that is as short; true when it was shorter. Costs
/// are above zero, so nothing joins a way after it was followed.
fn better<K: Ord>(ways: &mut BTreeMap<K, Way>, to: K, new: Way) -> bool {
    let old = ways.entry(to).or_insert(Way {
        cost: u32::MAX,
        firsts: 0,
    });
    let shorter = new.cost < old.cost;
    if shorter {
        *old = new;
    } else if new.cost == old.cost {
        old.firsts |= new.firsts;
    }
    shorter
}
