//! From a plan to a network: towers for its nodes, and wires between them.

mod bridges;
mod config;
mod routing;

use layercake_base::Layer;
use layercake_datalink::Bridge;
use layercake_network::{Filter, Nat, Protocol};
use layercake_transport::Udp;

use super::error::{Places, TopologyError};
use super::file::{Kind, Link};
use super::internet::{Configs, Internet};
use super::plan::{self, Plan};
use super::station::{Part, Station};
use crate::{Bus, Misfit, Network, NodeId, Ports, Recipe, Shape, Tower};

/// One way from a node to the outside, without the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attachment {
    /// A station on a LAN.
    Station(Station),
    /// One end of a serial line: [`serial_column`].
    Serial,
    /// A bridge's attachment to a LAN: [`lan_column`].
    Bridge,
    /// An outside node's attachment to a LAN: [`lan_column`].
    Outside,
}

/// What a host or router usually has below its network layer on a serial line.
///
/// # Errors
/// [`Misfit`], when the layers do not fit.
pub fn serial_column() -> Result<Tower, Misfit> {
    Recipe::default().column(&Attachment::Serial)
}

/// What a bridge or an outside node usually has on a LAN: whole Ethernet frames to symbols, and
/// back.
///
/// # Errors
/// [`Misfit`], when the layers do not fit.
pub fn lan_column() -> Result<Tower, Misfit> {
    Recipe::default().column(&Attachment::Bridge)
}

/// A host or router above its columns: ICMP and UDP side by side on IPv4, or on IPv4 and IPv6.
///
/// # Errors
/// [`Misfit`], when the layers do not fit.
pub fn host(
    configs: impl Into<Configs>,
    columns: Vec<Box<dyn Layer>>,
) -> Result<Tower, Misfit> {
    host_with(Udp::new(), configs, columns)
}

/// The same with this UDP, at some of whose ports somebody may listen.
///
/// # Errors
/// [`Misfit`], when the layers do not fit.
pub fn host_with(
    udp: Udp,
    configs: impl Into<Configs>,
    columns: Vec<Box<dyn Layer>>,
) -> Result<Tower, Misfit> {
    let internet = Internet::from(configs.into());
    internet.between(vec![(UDP, Box::new(udp))], columns)
}

const UDP: u16 = Protocol::UDP.0 as u16;

fn bridge(bridge: Bridge, columns: Vec<Box<dyn Layer>>) -> Result<Tower, Misfit> {
    Tower::builder()
        .layer(bridge)
        .layer(Ports::new(columns)?)
        .build()
}

/// Builds every node, every wire, and the list of names.
pub(super) fn build(
    plan: &Plan,
    places: Places<'_>,
    seed: u64,
) -> Result<Network, TopologyError> {
    let mut net = Network::new(seed);
    for node in &plan.nodes {
        add_node(&mut net, plan, node).map_err(|misfit| {
            places.error(node.at, "name", format!("{:?}", node.name), misfit)
        })?;
    }
    for wire in &plan.wires {
        join(&mut net, wire);
    }
    for own in &plan.names {
        net.add_name(&own.name, own.address);
    }
    net.set_local(NodeId(plan.local));
    Ok(net)
}

/// Joins the ends of a wire; the taps of a bus lie on it at equal distances.
fn join(net: &mut Network, wire: &plan::Wire) {
    let ends: Vec<_> = wire.ends.iter().map(|(node, _)| NodeId(*node)).collect();
    if wire.shared {
        let most = u32::try_from(ends.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let at = |tap: u32| wire.medium.delay * tap / most.max(1);
        let taps: Vec<_> = ends.into_iter().zip((0..).map(at)).collect();
        let bus = Bus {
            rate: wire.medium.rate,
            expansion: wire.medium.expansion,
            shape: Shape::Line,
        };
        net.add_bus(bus, &taps);
    } else if let [a, b] = *ends {
        net.add_wire(&wire.name, wire.medium.clone(), a, b);
    }
}

fn add_node(net: &mut Network, plan: &Plan, node: &plan::Node) -> Result<(), Misfit> {
    let attachments: Vec<_> = node
        .ports
        .iter()
        .map(|port| attachment(plan, node, port))
        .collect();
    let recipes: Vec<_> = node.ports.iter().map(|port| recipe(plan, port)).collect();
    let column = |(own, recipe): (&Attachment, &Recipe)| {
        recipe.column(own).map(|c| Box::new(c) as Box<dyn Layer>)
    };
    let columns = attachments.iter().zip(&recipes).map(column);
    let mut columns = columns.collect::<Result<Vec<_>, _>>()?;
    let id = match node.kind {
        Kind::Outside => {
            let column = columns.pop().ok_or(Misfit::Empty)?;
            net.add_outside(&node.name, column)?.node()
        }
        Kind::Bridge => {
            let own = bridges::bridge(plan, node);
            let watch = own.watch();
            let id = net.add_node(&node.name, bridge(own, columns)?)?;
            net.set_watch(id, watch);
            id
        }
        Kind::Host | Kind::Router => {
            let configs = config::configs(plan, node);
            let mut internet = routing::internet(&configs, node.routing);
            internet.below = between(node);
            let tables = internet.tables();
            let (users, links) = routing::users(plan, node, Udp::new(), &tables)?;
            let id = net.add_node(&node.name, internet.between(users, columns)?)?;
            net.set_configs(id, configs);
            net.set_tables(id, tables);
            net.set_links(id, links);
            id
        }
    };
    net.set_attachments(id, attachments, recipes);
    name(net, node, id);
    Ok(())
}

/// What a node has between its network layers and its attachments, from the top down.
fn between(node: &plan::Node) -> Vec<Box<dyn Layer>> {
    let rules = Some(node.filter.clone()).filter(|rules| !rules.is_empty());
    let filter = rules.map(|rules| Box::new(Filter::new(rules)) as Box<dyn Layer>);
    let nat = node
        .nat
        .clone()
        .map(|nat| Box::new(Nat::new(nat)) as Box<dyn Layer>);
    filter.into_iter().chain(nat).collect()
}

/// Its name stands for the first address of each family.
fn name(net: &mut Network, node: &plan::Node, id: NodeId) {
    let addresses = || node.ports.iter().flat_map(|port| &port.addresses);
    for v4 in [true, false] {
        let first = addresses().find(|own| own.address.is_ipv4() == v4);
        if let Some(first) = first {
            net.add_name(&node.name, first.address);
        }
    }
    for own in addresses() {
        net.set_owner(own.address, id);
    }
}

fn part(node: &plan::Node, port: &plan::Port) -> Part {
    match (node.kind, node.advertises) {
        (Kind::Router, true) => Part::Advertiser,
        (Kind::Router, false) => Part::Router,
        _ if port.autoconfigured => Part::Autoconfigured,
        _ => Part::Host,
    }
}

fn recipe(plan: &Plan, port: &plan::Port) -> Recipe {
    let wire = plan.wires.get(port.wire);
    wire.map_or_else(Recipe::default, |wire| wire.recipe)
}

fn attachment(plan: &Plan, node: &plan::Node, port: &plan::Port) -> Attachment {
    let link = plan.wires.get(port.wire).map(|wire| wire.link);
    match (node.kind, link) {
        (Kind::Outside, _) => Attachment::Outside,
        (Kind::Bridge, _) => Attachment::Bridge,
        (_, Some(Link::Serial)) => Attachment::Serial,
        _ => Attachment::Station(Station {
            mac: port.mac,
            v4: port.v4().map(|(address, _)| address),
            v6: port.all_v6(),
            part: part(node, port),
        }),
    }
}
