//! Do the parts of a plan agree with each other?

use std::collections::{BTreeMap, BTreeSet};

use layercake_datalink::stp::PortId;
use layercake_network::route::Prefix;

use super::error::{Places, TopologyError};
use super::file::{Kind, Link};
use super::plan::{Interface, Node, Plan, Port, Routing};

/// Every rule, in the order in which a reader would look.
pub(super) fn check(plan: &Plan, places: Places<'_>) -> Result<(), TopologyError> {
    kinds(plan, places)?;
    addresses(plan, places)?;
    prefixes(plan, places)?;
    auto(plan, places)?;
    mtus(plan, places)?;
    rip_networks(plan, places)?;
    reachable(plan, places)?;
    names(plan, places)
}

/// Bridges join LANs; an outside node is the end of one.
fn kinds(plan: &Plan, places: Places<'_>) -> Result<(), TopologyError> {
    for node in &plan.nodes {
        for port in &node.ports {
            let wire = plan.wires.get(port.wire);
            let serial = wire.is_some_and(|wire| wire.link == Link::Serial);
            if node.kind == Kind::Bridge && serial {
                let expected = r#"a bridge on wires with link = "lan" only"#;
                return Err(bad(port, places, expected));
            }
            if node.kind == Kind::Outside && serial {
                let expected = r#"an outside node on a wire with link = "lan""#;
                return Err(bad(port, places, expected));
            }
        }
        let most = usize::from(PortId::MOST);
        if let (Some(_), Some(port)) = (node.spanning_tree, node.ports.get(most)) {
            let expected =
                format!("at most {most} wires at a bridge with a spanning tree");
            return Err(bad(port, places, expected));
        }
        if let (Kind::Outside, Some(second)) = (node.kind, node.ports.get(1)) {
            return Err(bad(second, places, "one wire at an outside node"));
        }
    }
    for wire in &plan.wires {
        let mut seen = BTreeSet::new();
        for &(node, port) in &wire.ends {
            let port = plan.nodes.get(node).and_then(|node| node.ports.get(port));
            if let (false, Some(port)) = (seen.insert(node), port) {
                return Err(bad(port, places, "another node than at the first end"));
            }
        }
    }
    Ok(())
}

/// No two interfaces have the same address.
fn addresses(plan: &Plan, places: Places<'_>) -> Result<(), TopologyError> {
    let mut owners = BTreeMap::new();
    for (node, _, port, own) in plan.interfaces() {
        let Some(other) = owners.insert(own.address, node) else {
            continue;
        };
        let name = plan.nodes.get(other).map_or("", |node| node.name.as_str());
        let expected = format!("an address of its own, {name} has this one");
        return Err(bad(port, places, expected));
    }
    Ok(())
}

/// A prefix has one link, and a link one prefix of IPv4, that of its first interface.
fn prefixes(plan: &Plan, places: Places<'_>) -> Result<(), TopologyError> {
    let links = plan.links();
    let link = |port: &Port| links.get(port.wire).copied().unwrap_or_default();
    // Of IPv6 any number: there the prefix itself is part of the key.
    let key = |port: &Port, own: Interface| {
        let v6 = own.address.is_ipv6().then_some(own.prefix.address());
        (link(port), v6)
    };
    let mut first: BTreeMap<_, (&Port, Prefix)> = BTreeMap::new();
    for (_, _, port, own) in plan.interfaces() {
        first.entry(key(port, own)).or_insert((port, own.prefix));
    }
    overlaps(first.values().copied().collect(), places)?;
    for (_, _, port, own) in plan.interfaces() {
        if let Some((other, prefix)) = first.get(&key(port, own))
            && *prefix != own.prefix
        {
            let expected = format!("an address in {prefix}, as at {:?}", other.text);
            return Err(bad(port, places, expected));
        }
    }
    Ok(())
}

/// Routers know their addresses, and on a serial wire nobody tells any.
fn auto(plan: &Plan, places: Places<'_>) -> Result<(), TopologyError> {
    for node in &plan.nodes {
        for port in node.ports.iter().filter(|port| port.autoconfigured) {
            let link = plan.wires.get(port.wire).map(|wire| wire.link);
            if (node.kind, link) != (Kind::Host, Some(Link::Lan)) {
                let expected = "auto at a host on a wire with link = \"lan\" only";
                return Err(bad(port, places, expected));
            }
        }
    }
    Ok(())
}

/// Every link that carries IPv6 takes packets of 1280 octets. RFC 8200 §5.
fn mtus(plan: &Plan, places: Places<'_>) -> Result<(), TopologyError> {
    for port in plan.nodes.iter().flat_map(|node| &node.ports) {
        let mtu = plan.wires.get(port.wire).map(|wire| wire.mtu);
        let speaks = port.autoconfigured || port.v6().next().is_some();
        if speaks && mtu.is_some_and(|mtu| mtu < LEAST_IPV6_MTU) {
            let expected =
                format!("an mtu of at least {LEAST_IPV6_MTU} where IPv6 addresses are");
            return Err(bad(port, places, expected));
        }
    }
    Ok(())
}

/// RIPng tells one network for each wire.
fn rip_networks(plan: &Plan, places: Places<'_>) -> Result<(), TopologyError> {
    let speakers = plan.nodes.iter();
    let speakers =
        speakers.filter(|node| matches!(node.routing, Some(Routing::Rip { .. })));
    match speakers
        .flat_map(|node| &node.ports)
        .find(|port| port.v6().count() > 1)
    {
        Some(port) => {
            let expected =
                r#"one IPv6 address for each wire of a router with routing = "rip""#;
            Err(bad(port, places, expected))
        }
        None => Ok(()),
    }
}

/// RFC 8200 §5.
const LEAST_IPV6_MTU: u16 = 1280;

/// No prefix lies in that of another link. In the order of their addresses, one that does
/// follows the one that it lies in, with nothing between them but others that do too.
fn overlaps(
    mut links: Vec<(&Port, Prefix)>,
    places: Places<'_>,
) -> Result<(), TopologyError> {
    links.sort_by_key(|(_, prefix)| (prefix.address(), prefix.length()));
    for pair in links.windows(2) {
        if let [(other, outer), (port, inner)] = pair
            && outer.contains(inner.address())
        {
            let expected = format!("a prefix of its own, {:?} is elsewhere", other.text);
            return Err(bad(port, places, expected));
        }
    }
    Ok(())
}

/// Wires lead from the local host to every node.
fn reachable(plan: &Plan, places: Places<'_>) -> Result<(), TopologyError> {
    let mut found = BTreeSet::from([plan.local]);
    let mut edge = vec![plan.local];
    while let Some(node) = edge.pop() {
        let ports = plan.nodes.get(node).map_or(&[][..], |node| &node.ports);
        let wires = ports.iter().filter_map(|port| plan.wires.get(port.wire));
        for (next, _) in wires.flat_map(|wire| &wire.ends) {
            if found.insert(*next) {
                edge.push(*next);
            }
        }
    }
    let name = |node: &Node| node.name.clone();
    let local = plan.nodes.get(plan.local).map(name).unwrap_or_default();
    let lost = plan
        .nodes
        .iter()
        .enumerate()
        .find(|(i, _)| !found.contains(i));
    let Some((_, node)) = lost else {
        return Ok(());
    };
    let expected = format!("wires that lead to it from {local}");
    Err(places.error(node.at, "name", format!("{:?}", node.name), expected))
}

/// A name without a node stands for an address of some link; else nobody could say that the
/// host is not there.
fn names(plan: &Plan, places: Places<'_>) -> Result<(), TopologyError> {
    for super::plan::Name { name, address, at } in &plan.names {
        let inside = |prefix: layercake_network::route::Prefix| prefix.contains(*address);
        if !plan.interfaces().any(|(_, _, _, own)| inside(own.prefix)) {
            let found = format!("{:?}", address.to_string());
            let expected = format!("an address of one of the links for {name}");
            return Err(places.error(*at, "address", found, expected));
        }
    }
    Ok(())
}

fn bad(
    port: &Port,
    places: Places<'_>,
    expected: impl core::fmt::Display,
) -> TopologyError {
    places.error(port.at, "between", format!("{:?}", port.text), expected)
}
