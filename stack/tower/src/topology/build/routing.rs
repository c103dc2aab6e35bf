//! A router whose routes a protocol finds.

use core::net::{IpAddr, Ipv4Addr};

use layercake_network::ipv4::{Config, Ipv4};
use layercake_network::link_state::{self, LinkState, Metric};
use layercake_network::rip::{self, Rip, Version};
use layercake_network::route::{Prefix, SharedTable};
use layercake_transport::Udp;

use super::{UDP, Users};
use crate::topology::plan::{Node, Plan, Routing};
use crate::{Misfit, Tower};

/// The network layer, which hears what routers tell each other.
pub(super) fn ipv4(config: &Config, routing: Option<Routing>) -> Ipv4 {
    let ipv4 = Ipv4::new(config.clone());
    match (routing, Version::V2.group()) {
        (Some(Routing::Rip { .. }), IpAddr::V4(routers)) => ipv4.join(routers),
        (Some(Routing::LinkState { .. }), _) => ipv4.join(link_state::GROUP),
        _ => ipv4,
    }
}

/// UDP, and the routing protocol on it or beside it, with a look at what that believes.
pub(super) fn users(
    plan: &Plan,
    node: &Node,
    mut udp: Udp,
    table: &SharedTable,
) -> Result<(Users, Option<link_state::Watch>), Misfit> {
    Ok(match node.routing {
        None => (vec![(UDP, Box::new(udp))], None),
        Some(Routing::Rip { horizon, triggered }) => {
            udp.bind(Version::V2.port());
            let interfaces = rip_interfaces(plan, node);
            let settings = rip::Settings {
                horizon,
                triggered,
                ..rip::Settings::new(Version::V2, interfaces)
            };
            let rip = Rip::new(settings, table.clone());
            let tower = Tower::builder().layer(rip).layer(udp).build()?;
            (vec![(UDP, Box::new(tower))], None)
        }
        Some(Routing::LinkState { metric }) => {
            let settings = link_settings(plan, node, metric);
            let own = LinkState::new(settings, table.clone());
            let watch = own.watch();
            let number = link_state::PROTOCOL.0.into();
            let users: Users = vec![(UDP, Box::new(udp)), (number, Box::new(own))];
            (users, Some(watch))
        }
    })
}

/// The attachments with their numbers and costs.
fn interfaces<'a>(
    plan: &'a Plan,
    node: &'a Node,
) -> impl Iterator<Item = (u16, (Ipv4Addr, Prefix), u32)> + 'a {
    let ports = (0..).zip(&node.ports);
    ports.filter_map(|(number, port)| {
        let cost = plan.wires.get(port.wire).map_or(1, |wire| wire.cost);
        Some((number, port.v4()?, cost))
    })
}

fn rip_interfaces(plan: &Plan, node: &Node) -> Vec<rip::Interface> {
    let interface = |(port, (address, network), cost)| rip::Interface {
        port,
        address: IpAddr::V4(address),
        network,
        cost: u8::try_from(u32::min(cost, 15)).unwrap_or(15),
    };
    interfaces(plan, node).map(interface).collect()
}

/// A router's ID is its first address.
fn link_settings(plan: &Plan, node: &Node, metric: Metric) -> link_state::Settings {
    let interface = |(port, (address, network), cost)| link_state::Interface {
        port,
        address,
        network,
        cost: u16::try_from(cost).unwrap_or(u16::MAX),
    };
    let interfaces: Vec<_> = interfaces(plan, node).map(interface).collect();
    let first = interfaces.first().map(|own| own.address);
    link_state::Settings {
        router: first.unwrap_or(Ipv4Addr::UNSPECIFIED),
        interfaces,
        metric,
    }
}
