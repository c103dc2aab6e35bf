//! What the hosts and routers of a topology know about ways.

use core::net::Ipv4Addr;

use layercake_network::link_state::{Link, Watch};
use layercake_network::route::{Route, SharedTable};

use super::{Network, NodeId};

/// Ways that nodes know.
impl Network {
    /// The routes that a host or router of a topology has now, those of IPv4 first, and of each
    /// family the longest prefixes; empty for another node.
    pub fn routes(&self, node: NodeId) -> Vec<Route> {
        let tables = self.tables.get(&node.0).into_iter().flatten();
        tables.flat_map(SharedTable::routes).collect()
    }

    /// What a router that speaks link state believes now: of each router by its ID, which is its
    /// first address, what hangs on that, and at which cost; empty for another node.
    pub fn links(&self, node: NodeId) -> Vec<(Ipv4Addr, Vec<Link>)> {
        self.links
            .get(&node.0)
            .map(Watch::links)
            .unwrap_or_default()
    }

    pub(crate) fn set_tables(&mut self, node: NodeId, tables: Vec<SharedTable>) {
        self.tables.insert(node.0, tables);
    }

    pub(crate) fn set_links(&mut self, node: NodeId, watch: Option<Watch>) {
        self.links.extend(watch.map(|watch| (node.0, watch)));
    }
}
