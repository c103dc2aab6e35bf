//! The host that is worth a trace: the one with the most wires between it and a node.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;

use layercake_tower::{Network, NodeId};

/// The address of the farthest host; of several, the one that the file has first. `None` in a
/// network without hosts.
pub(crate) fn host(network: &Network, from: NodeId) -> Option<IpAddr> {
    let mut wires = BTreeMap::from([(from, 0_usize)]);
    let mut edge = VecDeque::from([(from, 0)]);
    while let Some((node, distance)) = edge.pop_front() {
        let far = (0..).map_while(|port| network.wire(node, port));
        for (_, next, _) in far {
            if let Entry::Vacant(new) = wires.entry(next) {
                edge.push_back((next, *new.insert(distance + 1)));
            }
        }
    }
    let is_host = |node: &NodeId| network.config(*node).is_some_and(|own| !own.forward);
    let hosts = wires.iter().filter(|(node, _)| is_host(node));
    let farthest =
        hosts.min_by_key(|(node, distance)| (std::cmp::Reverse(**distance), **node));
    farthest.map(|(node, _)| network.address(*node))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The topology that this crate ships.
    #[test]
    fn the_lighthouse_is_the_farthest_host_of_the_coast() {
        let text = include_str!("../../examples/six-routers.toml");
        let coast = Network::from_toml(text, 1).unwrap();
        let wan = coast.outside("wan").unwrap().node();
        assert_eq!(host(&coast, wan), Some([10, 9, 6, 2].into()));
        let forwards = |(node, _)| coast.config(node).is_some_and(|own| own.forward);
        assert_eq!(coast.nodes().filter(|own| forwards(*own)).count(), 6);
    }

    #[test]
    fn far_lab_is_the_farthest_host_from_the_office() {
        let lab = Network::builtin(1).unwrap();
        let from = lab.node("switch.lab").unwrap();
        assert_eq!(host(&lab, from), lab.resolve("far.lab"));
        assert_eq!(
            host(&lab, lab.node("far.lab").unwrap()),
            lab.resolve("here.lab")
        );
    }
}
