//! A table of routes, asked by destination.
//!
//! ```text
//! trie of prefixes           routes of a prefix, the best metric first
//!   10.0.1.0/24 -----------> | 10.0.1.0/24 m1 | 10.0.1.0/24 m1 | 10.0.1.0/24 m7 |
//!   0.0.0.0/0   -----------> | 0.0.0.0/0      |   equal: one by the flow
//! ```
//! Memory (`benches/route.rs` measures it): a million prefixes with lengths as in the Internet,
//! drawn at random, take 114 megaoctets for IPv4 and 312 for IPv6; the trie without the routes
//! takes 36 and 268.

use core::cmp::Reverse;
use core::net::IpAddr;

use super::{Prefix, Route, Trie};

/// Routes by destination.
#[derive(Clone, Debug, Default)]
pub struct Table {
    trie: Trie<Ways>,
}

/// The routes of one prefix, the best metric first. Nearly always there is one.
#[derive(Clone, Debug)]
enum Ways {
    One(Route),
    Many(Vec<Route>),
}

impl Ways {
    fn all(&self) -> &[Route] {
        match self {
            Ways::One(route) => core::slice::from_ref(route),
            Ways::Many(routes) => routes,
        }
    }

    /// The routes with the best metric.
    fn best(&self) -> &[Route] {
        let all = self.all();
        let best = all.first().map(|route| route.metric);
        let equal = all.iter().take_while(|route| Some(route.metric) == best);
        all.get(..equal.count()).unwrap_or_default()
    }

    fn insert(&mut self, route: Route) {
        if let Ways::One(first) = *self {
            *self = Ways::Many(vec![first]);
        }
        if let Ways::Many(routes) = self {
            let place = routes.partition_point(|own| own.metric <= route.metric);
            routes.insert(place, route);
        }
    }
}

impl Table {
    /// A table of these routes.
    pub fn new(routes: Vec<Route>) -> Self {
        let mut table = Table::default();
        routes.into_iter().for_each(|route| table.insert(route));
        table
    }

    /// One route more; behind those of the same prefix that are as good.
    pub fn insert(&mut self, route: Route) {
        match self.trie.get_mut(route.prefix) {
            Some(ways) => ways.insert(route),
            None => {
                self.trie.insert(route.prefix, Ways::One(route));
            }
        }
    }

    /// Takes a route out; false when it is not in the table.
    pub fn remove(&mut self, route: &Route) -> bool {
        let Some(ways) = self.trie.get_mut(route.prefix) else {
            return false;
        };
        match ways {
            Ways::One(only) if only == route => {
                self.trie.remove(route.prefix);
                true
            }
            Ways::One(_) => false,
            Ways::Many(routes) => {
                let place = routes.iter().position(|own| own == route);
                place.map(|at| routes.remove(at));
                if let [only] = routes[..] {
                    *ways = Ways::One(only);
                }
                place.is_some()
            }
        }
    }

    /// The routes to `destination` with the longest prefix and, of these, the best metric.
    /// Empty when none leads there; more than one when they are equally good.
    pub fn find(&self, destination: IpAddr) -> &[Route] {
        self.trie.longest(destination).map_or(&[], Ways::best)
    }

    /// One of the equally good routes to `destination`: always the same for the same `hash`,
    /// which is asked for only when there is a choice.
    pub fn choose(
        &self,
        destination: IpAddr,
        hash: impl FnOnce() -> u64,
    ) -> Option<&Route> {
        match self.find(destination) {
            [] => None,
            [only] => Some(only),
            equal => equal.get(pick(hash(), equal.len())),
        }
    }

    /// The routes to exactly this prefix, the best metric first.
    pub fn routes_to(&self, prefix: Prefix) -> &[Route] {
        self.trie.get(prefix).map_or(&[], Ways::all)
    }

    /// All routes: IPv4 before IPv6, the longest prefixes first, and by address.
    pub fn routes(&self) -> Vec<Route> {
        let mut all = Vec::with_capacity(self.trie.len());
        self.trie.for_each(|ways| all.extend_from_slice(ways.all()));
        all.sort_by_key(|route| {
            let (address, length) = (route.prefix.address(), route.prefix.length());
            (address.is_ipv6(), Reverse(length), address)
        });
        all
    }
}

/// A number below `many`, in equal parts of the range of `hash`.
fn pick(hash: u64, many: usize) -> usize {
    let many = u128::try_from(many).unwrap_or(0);
    usize::try_from((u128::from(hash) * many) >> 64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn route(prefix: &str, port: u16, metric: u32) -> Route {
        Route {
            prefix: prefix.parse().unwrap(),
            next_hop: None,
            port,
            metric,
        }
    }

    fn ports(table: &Table, destination: &str) -> Vec<u16> {
        let found = table.find(destination.parse().unwrap());
        found.iter().map(|route| route.port).collect()
    }

    /// RFC 1812 §5.2.4.3 (2) and (4).
    #[test]
    fn the_longest_prefix_wins_and_then_the_best_metric() {
        let table = Table::new(vec![
            route("0.0.0.0/0", 0, 0),
            route("10.0.0.0/8", 1, 5),
            route("10.1.0.0/16", 2, 9),
            route("10.1.0.0/16", 3, 8),
            route("10.1.2.3/32", 4, 9),
            route("fd00::/8", 5, 0),
        ]);
        for (destination, port) in [
            ("192.0.2.1", 0),
            ("10.2.0.0", 1),
            ("10.1.2.4", 3),
            ("10.1.2.3", 4),
            ("fd12::1", 5),
        ] {
            assert_eq!(ports(&table, destination), [port], "{destination}");
        }
        assert!(ports(&table, "2001:db8::1").is_empty());
    }

    #[test]
    fn an_empty_table_leads_nowhere() {
        assert_eq!(Table::default().choose([10, 0, 0, 1].into(), || 7), None);
    }

    #[test]
    fn equal_routes_share_the_flows_and_a_flow_keeps_its_route() {
        let table = Table::new((0..3).map(|port| route("10.0.0.0/8", port, 1)).collect());
        let destination = [10, 9, 9, 9].into();
        let port = |hash| table.choose(destination, || hash).unwrap().port;
        let mut counts = [0; 3];
        let step = u64::MAX / 300;
        for flow in 0..300 {
            let hash = flow * step + step / 2;
            assert_eq!(port(hash), port(hash));
            counts[usize::from(port(hash))] += 1;
        }
        assert_eq!(counts, [100; 3]);
        assert_eq!((port(0), port(u64::MAX)), (0, 2));
    }

    #[test]
    fn a_route_that_goes_leaves_the_others() {
        let all = [
            route("10.1.0.0/16", 1, 5),
            route("10.1.0.0/16", 2, 3),
            route("10.1.0.0/16", 3, 5),
            route("10.0.0.0/8", 4, 1),
        ];
        let mut table = Table::new(all.to_vec());
        let to = "10.1.2.3";
        for (gone, left) in [(1, [1, 3].as_slice()), (0, &[3]), (2, &[4]), (3, &[])] {
            assert!(table.remove(&all[gone]));
            assert!(!table.remove(&all[gone]));
            assert_eq!(ports(&table, to), left);
        }
    }

    #[test]
    fn routes_are_listed_in_the_order_in_which_they_count() {
        let texts = [
            "10.9.0.0/16",
            "10.1.0.0/16",
            "10.0.0.0/8",
            "fd00::/64",
            "::/0",
        ];
        let mut routes: Vec<_> = texts.iter().rev().map(|t| route(t, 0, 2)).collect();
        routes.push(route("10.1.0.0/16", 1, 1));
        let table = Table::new(routes);
        let all = table.routes();
        let found = all.iter().map(|r| format!("{} m{}", r.prefix, r.metric));
        let expected = [
            "10.1.0.0/16 m1",
            "10.1.0.0/16 m2",
            "10.9.0.0/16 m2",
            "10.0.0.0/8 m2",
            "fd00::/64 m2",
            "::/0 m2",
        ];
        assert_eq!(found.collect::<Vec<_>>(), expected);
        let to = "10.1.0.0/16".parse().unwrap();
        assert_eq!(table.routes_to(to).len(), 2);
    }

    proptest! {
        /// The answer is what a walk over all routes gives.
        #[test]
        fn agrees_with_a_walk_over_all_routes(
            all in proptest::collection::vec((0..1024_u32, 22..=32_u8, 0..3_u32), 0..40),
            destination in 0..1024_u32,
        ) {
            let address = |bits: u32| IpAddr::from((0x0a00_0000 | bits).to_be_bytes());
            let routes: Vec<Route> = (0..).zip(all).map(|(port, (bits, length, metric))| {
                let prefix = Prefix::new(address(bits), length).unwrap();
                Route { prefix, next_hop: None, port, metric }
            }).collect();
            let fits = routes.iter().filter(|r| r.prefix.contains(address(destination)));
            let rank = |r: &&Route| (Reverse(r.prefix.length()), r.metric);
            let best = fits.clone().map(|r| rank(&r)).min();
            let mut expected: Vec<u16> =
                fits.filter(|r| Some(rank(r)) == best).map(|r| r.port).collect();
            let table = Table::new(routes.clone());
            let mut found: Vec<u16> =
                table.find(address(destination)).iter().map(|r| r.port).collect();
            found.sort_unstable();
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }
}
