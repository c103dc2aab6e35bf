//! From what is known to routes: the ways are worked out, and what has changed goes into the table.

use core::net::{IpAddr, Ipv4Addr};
use std::collections::BTreeMap;

use layercake_base::Instant;

use super::{HOLD, LinkState, Neighbour, Port};
use crate::link_state::paths::{self, First, MOST_FIRSTS, Way};
use crate::route::{Prefix, Route};

impl LinkState {
    /// Works the ways out, and puts them into the table. RFC 2328 §16.1.
    pub(super) fn search(&mut self, now: Instant) {
        (self.search, self.searched) = (None, now + HOLD);
        let firsts: Vec<(First, u16, Ipv4Addr)> = self.firsts().collect();
        let ids: Vec<First> = firsts.iter().map(|(first, ..)| *first).collect();
        let mut ways = paths::shortest(&self.database.borrow(), self.router, &ids);
        for port in self.ports.iter().filter(|port| port.up) {
            ways.remove(&port.own.network);
        }
        let new: BTreeMap<Prefix, Vec<Route>> = ways
            .into_iter()
            .map(|(prefix, way)| (prefix, routes(prefix, way, &firsts)))
            .collect();
        let table = &self.table;
        for (prefix, routes) in &self.installed {
            if new.get(prefix) != Some(routes) {
                for route in routes {
                    table.remove(route);
                }
            }
        }
        for (prefix, routes) in &new {
            if self.installed.get(prefix) != Some(routes) {
                routes.iter().for_each(|route| table.insert(*route));
            }
        }
        self.installed = new;
    }

    /// The neighbours with whom a way can begin: with port and address.
    fn firsts(&self) -> impl Iterator<Item = (First, u16, Ipv4Addr)> + '_ {
        let up = self.ports.iter().filter(|port| port.up);
        let all =
            up.flat_map(|port| port.neighbours.iter().map(move |there| (port, there)));
        let first = |(port, there): (&Port, &Neighbour)| {
            let (id, cost) = (there.id, there.cost(self.metric, &port.own)?);
            Some((First { id, cost }, port.own.port, there.address))
        };
        all.filter_map(first).take(MOST_FIRSTS)
    }
}

/// The routes of a way, one for each neighbour with whom it can begin.
fn routes(prefix: Prefix, way: Way, firsts: &[(First, u16, Ipv4Addr)]) -> Vec<Route> {
    let chosen = (0..).zip(firsts);
    let chosen = chosen.filter(|(number, _): &(u32, _)| way.firsts >> number & 1 == 1);
    let route = |(_, (_, port, address)): (u32, &(First, u16, Ipv4Addr))| Route {
        prefix,
        next_hop: Some(IpAddr::V4(*address)),
        port: *port,
        metric: way.cost,
    };
    chosen.map(route).collect()
}
