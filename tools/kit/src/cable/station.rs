//! The network of one host: a wire to the outside, and a switch where the host has several
//! addresses, because a station of ours has one.

use std::net::{IpAddr, Ipv4Addr};

use layercake_base::{Layer, Mac};
use layercake_datalink::{Arp, Bridge, Ethernet};
use layercake_network::ipv4::{self, Config};
use layercake_network::route::{Prefix, Route};
use layercake_tower::topology::{host_with, lan_column};
use layercake_tower::{Medium, Misfit, Network, NodeId, Ports, Tower};
use layercake_transport::Udp;

use crate::cable::Interface;

/// The outside node, where the device is attached.
pub const OUTSIDE: &str = "outside";
/// The node of the host.
pub const HOST: &str = "host";

/// Octets of the largest packet that an Ethernet frame carries.
pub const MTU: u16 = 1500;

/// What a host is beside its addresses.
#[derive(Debug)]
pub struct Setup {
    /// Where somebody listens.
    pub udp: Udp,
    /// The neighbour that takes what is for nobody on the link.
    pub gateway: Option<Ipv4Addr>,
    /// Octets of the largest packet that the link takes.
    pub mtu: u16,
    /// How a station comes to its address, and finds others.
    pub arp: fn(Mac, Ipv4Addr) -> Arp,
}

impl Default for Setup {
    /// Nobody listens, nobody is beyond the link, and the addresses are the host's beyond doubt.
    fn default() -> Self {
        Setup {
            udp: Udp::new(),
            gateway: None,
            mtu: MTU,
            arp: Arp::new,
        }
    }
}

/// A link address for each address: from the first one on, or 02:00 and the IPv4 address.
pub fn stations(addresses: &[Interface], first: Option<Mac>) -> Vec<(Mac, Interface)> {
    let mac = |(number, own): (u8, &Interface)| {
        let [a, b, c, d] = own.address.octets();
        let own_mac = Mac([2, 0, a, b, c, d]);
        let counted = first
            .map(|Mac([a, b, c, d, e, f])| Mac([a, b, c, d, e, f.wrapping_add(number)]));
        (counted.unwrap_or(own_mac), *own)
    };
    (0..).zip(addresses).map(mac).collect()
}

/// The network and its host.
///
/// # Errors
/// [`Misfit`], when the layers do not fit.
pub fn network(
    stations: &[(Mac, Interface)],
    setup: Setup,
) -> Result<(Network, NodeId), Misfit> {
    let mut network = Network::new(1);
    let host = network.add_node(HOST, tower(stations, setup)?)?;
    let outside = network.add_outside(OUTSIDE, lan_column()?)?.node();
    let cable = |network: &mut Network, a, b| {
        network.add_wire("cable", Medium::default(), a, b);
    };
    if stations.len() == 1 {
        cable(&mut network, host, outside);
        return Ok((network, host));
    }
    let switch = network.add_node("switch", switch(stations.len() + 1)?)?;
    for _ in stations {
        cable(&mut network, host, switch);
    }
    cable(&mut network, switch, outside);
    Ok((network, host))
}

fn tower(stations: &[(Mac, Interface)], setup: Setup) -> Result<Tower, Misfit> {
    let column = |(mac, own): &(Mac, Interface)| {
        let column = Tower::builder()
            .layer((setup.arp)(*mac, own.address))
            .layer(Ethernet::new(*mac))
            .layer(lan_column()?);
        column.build().map(|one| Box::new(one) as Box<dyn Layer>)
    };
    let columns = stations.iter().map(column).collect::<Result<_, _>>()?;
    let interface = |(port, (_, own)): (u16, &(Mac, Interface))| ipv4::Interface {
        port,
        address: own.address,
        prefix_len: own.network.length(),
        mtu: setup.mtu,
    };
    let config = Config {
        interfaces: (0..).zip(stations).map(interface).collect(),
        routes: default_route(stations, setup.gateway).into_iter().collect(),
        ..Config::default()
    };
    host_with(setup.udp, config, columns)
}

/// The route to everybody else, by way of a neighbour of one of the stations.
fn default_route(
    stations: &[(Mac, Interface)],
    gateway: Option<Ipv4Addr>,
) -> Option<Route> {
    let gateway = IpAddr::V4(gateway?);
    let near = |(_, own): &(Mac, Interface)| own.network.contains(gateway);
    Some(Route {
        prefix: Prefix::new(Ipv4Addr::UNSPECIFIED.into(), 0).ok()?,
        next_hop: Some(gateway),
        port: stations.iter().position(near)?.try_into().ok()?,
        metric: 0,
    })
}

fn switch(ports: usize) -> Result<Tower, Misfit> {
    let column = |_| lan_column().map(|one| Box::new(one) as Box<dyn Layer>);
    let columns = (0..ports).map(column).collect::<Result<_, _>>()?;
    Tower::builder()
        .layer(Bridge::new(u16::try_from(ports).unwrap_or(u16::MAX)))
        .layer(Ports::new(columns)?)
        .build()
}

#[cfg(test)]
mod tests {
    use layercake_base::{Ici, Instant};
    use layercake_network::icmp;

    use super::*;

    #[test]
    fn each_address_has_a_link_address_of_its_own() {
        let own = ["10.0.0.2/24", "10.0.1.2/24"].map(|text| text.parse().unwrap());
        let macs = |first| {
            stations(&own, first)
                .into_iter()
                .map(|(mac, _)| mac.to_string())
        };
        assert!(macs(None).eq(["02:00:0a:00:00:02", "02:00:0a:00:01:02"]));
        let first = Some(Mac::local(255));
        assert!(macs(first).eq(["02:00:00:00:00:ff", "02:00:00:00:00:00"]));
    }

    const OWN: [&str; 1] = ["10.0.0.2/24"];

    fn alone() -> (Network, NodeId) {
        let own = OWN.map(|text| text.parse().unwrap());
        let setup = Setup {
            arp: |mac, address| Arp::new(mac, address).holding(60),
            ..Setup::default()
        };
        network(&stations(&own, None), setup).unwrap()
    }

    fn ask(network: &mut Network, host: NodeId, octets: usize) {
        let mut message = vec![0; octets];
        let echo = icmp::Echo {
            reply: false,
            identifier: 1,
            sequence_number: 1,
        };
        echo.encode(&mut message).unwrap();
        let ici = Ici {
            destination: Some([10, 0, 0, 9].into()),
            next: 1,
            ..Ici::NONE
        };
        network.send(host, &message, ici).unwrap();
    }

    /// RFC 1122 §2.3.2.2 and §3.2.2.1; as many as a trace has under way.
    #[test]
    fn each_packet_that_waited_for_nobody_is_told() {
        let (mut network, host) = alone();
        for _ in 0..60 {
            ask(&mut network, host, 64);
        }
        network.run_until(Instant::from_nanos(4_000_000_000));
        let mut told = 0;
        while let Some(arrival) = network.receive(host) {
            assert_eq!(arrival.octets[..2], [3, 1], "host unreachable");
            told += 1;
        }
        assert_eq!(told, 60);
    }

    /// RFC 791 §3.1: 65535 octets, 20 of them the header.
    #[test]
    fn the_longest_question_fills_the_longest_packet() {
        let (mut network, host) = alone();
        ask(&mut network, host, 65_515);
        let fragments = 65_515_usize.div_ceil(1480);
        network.run_until(Instant::from_nanos(4_000_000_000));
        assert!(network.receive(host).is_some(), "one of {fragments} waited");
    }
}
