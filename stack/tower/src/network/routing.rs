//! What the hosts and routers of a topology know about ways.

use core::net::Ipv4Addr;

use layercake_network::link_state::{Link, Watch};
use layercake_network::route::{Route, SharedTable};

use super::{Network, NodeId};

/// Ways that nodes know.
impl Network {
    /// The routes that a host or router of a topology has now, the longest prefixes first;
    /// empty for another node.
    pub fn routes(&self, node: NodeId) -> Vec<Route> {
        let table = self.tables.get(&node.0);
        table.map(SharedTable::routes).unwrap_or_default()
    }

    /// What a router that speaks link state believes now: of each router by its ID, which is its
    /// first address, what hangs on that, and at which cost; empty for another node.
    pub fn links(&self, node: NodeId) -> Vec<(Ipv4Addr, Vec<Link>)> {
        self.links
            .get(&node.0)
            .map(Watch::links)
            .unwrap_or_default()
    }

    pub(crate) fn set_table(&mut self, node: NodeId, table: SharedTable) {
        self.tables.insert(node.0, table);
    }

    pub(crate) fn set_links(&mut self, node: NodeId, watch: Option<Watch>) {
        self.links.extend(watch.map(|watch| (node.0, watch)));
    }
}
