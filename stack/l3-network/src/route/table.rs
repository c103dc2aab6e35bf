//! A table of routes, asked by destination.
//!
//! ```text
//! groups, longest first     routes of a group, by address
//! +---------+               +----------------+----------------+-----+
//! |   /32   | ------------> | 10.0.0.1/32    | 10.0.0.9/32    |     |
//! +---------+               +----------------+----------------+-----+
//! |   /24   | ------------> | 10.0.1.0/24 m1 | 10.0.1.0/24 m1 | ... |  equal: one by the flow
//! +---------+               +----------------+----------------+-----+
//! |   /0    | ------------> | 0.0.0.0/0      |
//! +---------+               +----------------+
//! ```
//! A question is a binary search in each group, at most 33 of them for IPv4.

use core::cmp::Reverse;
use core::net::IpAddr;
use core::ops::Range;

use super::Route;
use super::prefix::mask;

/// Routes, sorted for questions.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Longest prefixes first; equal ones side by side, the best metric first.
    routes: Vec<Route>,
    groups: Vec<Group>,
}

/// Routes of one address family whose prefixes are equally long.
#[derive(Clone, Debug)]
struct Group {
    ipv6: bool,
    length: u8,
    routes: Range<usize>,
}

impl Table {
    /// A table of these routes.
    pub fn new(mut routes: Vec<Route>) -> Self {
        routes.sort_by_key(|route| {
            let (address, length) = (route.prefix.address(), route.prefix.length());
            (address.is_ipv6(), Reverse(length), address, route.metric)
        });
        let mut groups: Vec<Group> = Vec::new();
        for (at, route) in routes.iter().enumerate() {
            let prefix = route.prefix;
            let (ipv6, length) = (prefix.address().is_ipv6(), prefix.length());
            match groups.last_mut() {
                Some(group) if group.ipv6 == ipv6 && group.length == length => {
                    group.routes.end = at + 1;
                }
                _ => groups.push(Group {
                    ipv6,
                    length,
                    routes: at..at + 1,
                }),
            }
        }
        Table { routes, groups }
    }

    /// The routes to `destination` with the longest prefix and, of these, the best metric.
    /// Empty when none leads there; more than one when they are equally good.
    pub fn find(&self, destination: IpAddr) -> &[Route] {
        let ipv6 = destination.is_ipv6();
        let groups = self.groups.iter().filter(|group| group.ipv6 == ipv6);
        groups
            .map(|group| self.find_in(group, destination))
            .find(|routes| !routes.is_empty())
            .unwrap_or_default()
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

    /// All routes, the longest prefixes first.
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    fn find_in(&self, group: &Group, destination: IpAddr) -> &[Route] {
        let routes = self.routes.get(group.routes.clone()).unwrap_or_default();
        let network = mask(destination, group.length);
        let from = routes.partition_point(|route| route.prefix.address() < network);
        let from = routes.get(from..).unwrap_or_default();
        let Some(best) = from.first() else { return &[] };
        let equal = |route: &&Route| {
            route.prefix.address() == network && route.metric == best.metric
        };
        let many = from.iter().take_while(equal).count();
        from.get(..many).unwrap_or_default()
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
    use crate::route::Prefix;
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
