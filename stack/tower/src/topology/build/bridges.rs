//! A bridge as the plan wants it.

use layercake_base::Mac;
use layercake_datalink::Bridge;
use layercake_datalink::bridge::FloodLimit;
use layercake_datalink::stp::Settings;

use crate::topology::plan::{Node, Plan, SpanningTree};

/// The layer, without what is below it.
pub(super) fn bridge(plan: &Plan, node: &Node) -> Bridge {
    let ports = u16::try_from(node.ports.len()).unwrap_or(u16::MAX);
    let tree = node
        .spanning_tree
        .map(|tree| Bridge::with_spanning_tree(&settings(plan, node, tree)));
    // The plan was checked, and holds nothing that settings refuse.
    let bridge = tree.and_then(Result::ok).unwrap_or(Bridge::new(ports));
    match node.flood_limit {
        Some((per_second, burst)) => {
            bridge.limit_flooding(FloodLimit { per_second, burst })
        }
        None => bridge,
    }
}

/// The bridge has the lowest address of its ports, as IEEE 802.1D-2004 §7.12.5 recommends.
fn settings(plan: &Plan, node: &Node, tree: SpanningTree) -> Settings {
    let address = node.ports.iter().map(|port| port.mac).min();
    let ports = u16::try_from(node.ports.len()).unwrap_or(u16::MAX);
    let mut settings =
        Settings::new(tree.version, address.unwrap_or(Mac::local(0)), ports);
    (settings.priority, settings.times) = (tree.priority, tree.times);
    for (own, port) in settings.ports.iter_mut().zip(&node.ports) {
        let wire = plan.wires.get(port.wire);
        let rate = wire.map_or(0, |wire| wire.medium.rate);
        own.point_to_point = wire.is_none_or(|wire| !wire.shared);
        own.path_cost = tree.version.path_cost(rate);
    }
    settings
}
