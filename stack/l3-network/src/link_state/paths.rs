//! The shortest ways from one router to every network: Dijkstra's algorithm.
//!
//! Routers get numbers for the time of a search, so that it goes over arrays: a thousand routers
//! take a fraction of a millisecond.
//!
//! Spec: RFC 2328 §16.1: a link between routers counts when both speak of it.

use core::cmp::Reverse;
use core::net::Ipv4Addr;
use std::collections::BinaryHeap;

use super::Link;
use super::database::Database;
use crate::route::Prefix;

/// A neighbour with whom a way can begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

impl Way {
    /// There is none.
    const NONE: Way = Way {
        cost: u32::MAX,
        firsts: 0,
    };

    /// Takes a way that is shorter, or joins one that is as short; true when it was shorter.
    /// Costs are above zero, so nothing joins a way after it was followed.
    fn better(&mut self, new: Way) -> bool {
        let shorter = new.cost < self.cost;
        if shorter {
            *self = new;
        } else if new.cost == self.cost {
            self.firsts |= new.firsts;
        }
        shorter
    }
}

/// Neighbours that ways can begin with.
pub(super) const MOST_FIRSTS: usize = 64;

/// The ways from `own` to all networks of other routers, in the order of the prefixes.
pub(super) fn shortest(
    database: &Database,
    own: Ipv4Addr,
    firsts: &[First],
) -> Vec<(Prefix, Way)> {
    let map = Map::of(database);
    let ways = map.routers(own, firsts);
    let mut networks = Vec::new();
    for (links, way) in map.links.iter().zip(ways) {
        if way == Way::NONE {
            continue;
        }
        let network = |link: &Link| match *link {
            Link::Router { .. } => None,
            Link::Network { prefix, cost } => {
                let cost = way.cost.saturating_add(cost.into());
                Some((prefix, Way { cost, ..way }))
            }
        };
        networks.extend(links.iter().filter_map(network));
    }
    networks.sort_unstable_by_key(|(prefix, _)| *prefix);
    networks.dedup_by(|(prefix, way), (before, best)| {
        let same = prefix == before;
        if same {
            best.better(*way);
        }
        same
    });
    networks
}

/// What is known, with numbers for routers.
struct Map<'a> {
    /// Which router has which number, in rising order.
    ids: Vec<Ipv4Addr>,
    links: Vec<&'a [Link]>,
    /// Number and cost of those that a router speaks of, in rising order.
    next: Vec<Vec<(usize, u16)>>,
}

impl<'a> Map<'a> {
    fn of(database: &'a Database) -> Self {
        let (ids, links): (Vec<_>, Vec<_>) = database.all().unzip();
        let number = |link: &Link| match *link {
            Link::Router { id, cost } => Some((ids.binary_search(&id).ok()?, cost)),
            Link::Network { .. } => None,
        };
        let next = |links: &&[Link]| {
            let mut next: Vec<_> = links.iter().filter_map(number).collect();
            next.sort_unstable();
            next
        };
        let next = links.iter().map(next).collect();
        Map { ids, links, next }
    }

    /// The ways to all routers, by number; none to `own`.
    fn routers(&self, own: Ipv4Addr, firsts: &[First]) -> Vec<Way> {
        let number = |id: Ipv4Addr| self.ids.binary_search(&id).ok();
        let mut ways = vec![Way::NONE; self.ids.len()];
        let mut queue = BinaryHeap::new();
        let Some(own) = number(own) else {
            return ways;
        };
        for (bit, first) in (0..).zip(firsts.iter().take(MOST_FIRSTS)) {
            let there = number(first.id).filter(|there| self.speaks_of(*there, own));
            let (cost, firsts) = (first.cost.into(), 1 << bit);
            if let Some(there) = there
                && let Some(best) = ways.get_mut(there)
            {
                best.better(Way { cost, firsts });
                queue.push(Reverse((cost, there)));
            }
        }
        while let Some(Reverse((cost, router))) = queue.pop() {
            let way = ways.get(router).copied().filter(|way| way.cost == cost);
            let (Some(way), Some(next)) = (way, self.next.get(router)) else {
                continue; // a shorter way was found meanwhile
            };
            for (there, more) in next {
                let cost = cost.saturating_add((*more).into());
                if *there != own
                    && self.speaks_of(*there, router)
                    && let Some(best) = ways.get_mut(*there)
                    && best.better(Way { cost, ..way })
                {
                    queue.push(Reverse((cost, *there)));
                }
            }
        }
        ways
    }

    fn speaks_of(&self, router: usize, of: usize) -> bool {
        let next = self.next.get(router).map_or(&[][..], Vec::as_slice);
        next.binary_search_by_key(&of, |(there, _)| *there).is_ok()
    }
}
