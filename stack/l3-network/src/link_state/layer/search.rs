//! From what is known to routes: the ways are worked out, and what has changed goes into the table.

use core::cmp::Ordering;
use core::net::{IpAddr, Ipv4Addr};

use super::{LinkState, Neighbour, Port};
use crate::link_state::paths::{self, First, MOST_FIRSTS, Way};
use crate::route::{Prefix, Route, SharedTable};

/// The ways that were found last, by prefix, and the neighbours whom they begin with.
#[derive(Debug, Default)]
pub(super) struct Installed {
    pub(super) ways: Vec<(Prefix, Way)>,
    firsts: Vec<Begin>,
}

/// A neighbour whom a way can begin with.
#[derive(Clone, Copy, Debug)]
struct Begin {
    first: First,
    port: u16,
    address: Ipv4Addr,
}

impl LinkState {
    /// Works the ways out, and puts them into the table. RFC 2328 §16.1.
    pub(super) fn search(&mut self) {
        self.patience.due = None;
        let firsts: Vec<Begin> = self.firsts().collect();
        let ids: Vec<First> = firsts.iter().map(|begin| begin.first).collect();
        let mut ways = paths::shortest(&self.database.borrow(), self.router, &ids);
        let up = || self.ports.iter().filter(|port| port.up);
        let own: Vec<_> = up().map(|port| port.own.network).collect();
        ways.retain(|(prefix, _)| !own.contains(prefix));
        let new = Installed { ways, firsts };
        new.replace(&self.installed, &self.table);
        self.installed = new;
    }

    /// The neighbours whose links have a cost.
    fn firsts(&self) -> impl Iterator<Item = Begin> + '_ {
        let up = self.ports.iter().filter(|port| port.up);
        let all =
            up.flat_map(|port| port.neighbours.iter().map(move |there| (port, there)));
        let begin = |(port, there): (&Port, &Neighbour)| {
            let (id, cost) = (there.id, there.cost(self.metric, &port.own)?);
            Some(Begin {
                first: First { id, cost },
                port: port.own.port,
                address: there.address,
            })
        };
        all.filter_map(begin).take(MOST_FIRSTS)
    }
}

impl Installed {
    /// Takes the routes of `old` out of the table and puts these in, but for those that are in
    /// both. Both go side by side, as they are in order.
    fn replace(&self, old: &Installed, table: &SharedTable) {
        let hops = |own: &Installed| -> Vec<_> {
            let firsts = own.firsts.iter();
            firsts.map(|begin| (begin.port, begin.address)).collect()
        };
        let same_firsts = hops(self) == hops(old);
        let (mut ours, mut theirs) = (self.ways.iter(), old.ways.iter());
        let (mut new, mut gone) = (ours.next(), theirs.next());
        loop {
            let order = match (new, gone) {
                (None, None) => return,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some((new, _)), Some((gone, _))) => new.cmp(gone),
            };
            let same = same_firsts && new == gone;
            if let Some((prefix, way)) = gone.filter(|_| order != Ordering::Less) {
                if !same {
                    old.routes(*prefix, *way).for_each(|route| {
                        table.remove(&route);
                    });
                }
                gone = theirs.next();
            }
            if let Some((prefix, way)) = new.filter(|_| order != Ordering::Greater) {
                if !same {
                    self.routes(*prefix, *way).for_each(|route| {
                        table.insert(route);
                    });
                }
                new = ours.next();
            }
        }
    }

    /// The routes of a way, one for each neighbour with whom it can begin.
    fn routes(&self, prefix: Prefix, way: Way) -> impl Iterator<Item = Route> + '_ {
        let chosen = (0_u32..).zip(&self.firsts);
        let chosen = chosen.filter(move |(number, _)| way.firsts >> number & 1 == 1);
        chosen.map(move |(_, begin)| Route {
            prefix,
            next_hop: Some(IpAddr::V4(begin.address)),
            port: begin.port,
            metric: way.cost,
        })
    }
}
