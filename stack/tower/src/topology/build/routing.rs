//! A router whose routes a protocol finds.

use core::net::{IpAddr, Ipv4Addr};

use layercake_base::Layer;
use layercake_network::link_state::{self, LinkState, Metric};
use layercake_network::ndp::link_local;
use layercake_network::rip::{self, Rip, Version};
use layercake_network::route::{Prefix, SharedTable};
use layercake_transport::Udp;

use super::UDP;
use crate::topology::internet::{Configs, Internet, Users};
use crate::topology::plan::{Node, Plan, Port, Routing};
use crate::{Misfit, Tower};

/// The network layers, which hear what routers tell each other.
pub(super) fn internet(configs: &Configs, routing: Option<Routing>) -> Internet {
    let Internet { v4, v6, below } = Internet::from(configs.clone());
    let v4 = match (routing, Version::V2.group()) {
        (Some(Routing::Rip { .. }), IpAddr::V4(routers)) => v4.join(routers),
        (Some(Routing::LinkState { .. }), _) => v4.join(link_state::GROUP),
        _ => v4,
    };
    let v6 = v6.map(|v6| match (routing, Version::Ng.group()) {
        (Some(Routing::Rip { .. }), IpAddr::V6(routers)) => v6.join(routers),
        _ => v6,
    });
    Internet { v4, v6, below }
}

/// UDP, and the routing protocol on it or beside it, with a look at what that believes.
pub(super) fn users(
    plan: &Plan,
    node: &Node,
    udp: Udp,
    tables: &[SharedTable],
) -> Result<(Users, Option<link_state::Watch>), Misfit> {
    let table = tables.first().ok_or(Misfit::Empty)?;
    Ok(match node.routing {
        None => (vec![(UDP, Box::new(udp))], None),
        Some(Routing::Rip { horizon, triggered }) => {
            let settings = |version, interfaces| rip::Settings {
                horizon,
                triggered,
                ..rip::Settings::new(version, interfaces)
            };
            let settings = [
                settings(Version::V2, rip_interfaces(plan, node)),
                settings(Version::Ng, ripng_interfaces(plan, node)),
            ];
            (vec![(UDP, rip(settings, udp, tables)?)], None)
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

/// RIPv2 on UDP, and RIPng on it where the node speaks IPv6.
fn rip(
    settings: [rip::Settings; 2],
    mut udp: Udp,
    tables: &[SharedTable],
) -> Result<Box<dyn Layer>, Misfit> {
    for (settings, _) in settings.iter().zip(tables) {
        udp.bind(settings.version.port());
    }
    let mut tower: Box<dyn Layer> = Box::new(udp);
    for (settings, table) in settings.into_iter().zip(tables) {
        let rip = Rip::new(settings, table.clone());
        tower = Box::new(Tower::builder().layer(rip).layer(tower).build()?);
    }
    Ok(tower)
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

/// Of the networks of a link the first; its messages come from the link-local address.
fn ripng_interfaces(plan: &Plan, node: &Node) -> Vec<rip::Interface> {
    let interface = |(number, port): (u16, &Port)| {
        let (_, network) = port.v6().next()?;
        let cost = plan.wires.get(port.wire).map_or(1, |wire| wire.cost);
        Some(rip::Interface {
            port: number,
            address: IpAddr::V6(link_local(port.mac)),
            network,
            cost: u8::try_from(cost.min(15)).unwrap_or(15),
        })
    };
    (0..).zip(&node.ports).filter_map(interface).collect()
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
