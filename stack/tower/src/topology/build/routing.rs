//! A router whose routes a protocol finds.

use core::net::IpAddr;

use layercake_base::Layer;
use layercake_network::ipv4::{Config, Ipv4};
use layercake_network::rip::{self, Rip, Settings, Version};
use layercake_network::route::SharedTable;
use layercake_transport::Udp;

use crate::topology::file::Routing;
use crate::topology::plan::{Node, Plan, Port};
use crate::{Misfit, Tower};

/// The network layer, which hears what routers tell each other.
pub(super) fn ipv4(config: &Config, routing: Option<Routing>) -> Ipv4 {
    let ipv4 = Ipv4::new(config.clone());
    match (routing, Version::V2.group()) {
        (Some(Routing::Rip), IpAddr::V4(routers)) => ipv4.join(routers),
        _ => ipv4,
    }
}

/// UDP, with the routing protocol on it.
pub(super) fn udp(
    plan: &Plan,
    node: &Node,
    mut udp: Udp,
    table: &SharedTable,
) -> Result<Box<dyn Layer>, Misfit> {
    match node.routing {
        None => Ok(Box::new(udp)),
        Some(Routing::Rip) => {
            udp.bind(Version::V2.port());
            let settings = Settings::new(Version::V2, interfaces(plan, node));
            let rip = Rip::new(settings, table.clone());
            Ok(Box::new(Tower::builder().layer(rip).layer(udp).build()?))
        }
    }
}

fn interfaces(plan: &Plan, node: &Node) -> Vec<rip::Interface> {
    let ports = (0..).zip(&node.ports);
    let interface = |(number, port): (u16, &Port)| {
        let own = port.interface?;
        let cost = plan.wires.get(port.wire).map_or(1, |wire| wire.cost);
        Some(rip::Interface {
            port: number,
            address: IpAddr::V4(own.address),
            network: own.prefix,
            cost: u8::try_from(cost.min(15)).unwrap_or(15),
        })
    };
    ports.filter_map(interface).collect()
}
