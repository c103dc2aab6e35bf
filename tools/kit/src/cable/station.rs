//! The network of one host: a wire to the outside, and a switch where the host has several
//! addresses, because a station of ours has one.

use layercake_base::{Layer, Mac};
use layercake_datalink::Bridge;
use layercake_network::ipv4::{self, Config};
use layercake_tower::topology::{Station, host_with, lan_column, station_column};
use layercake_tower::{Medium, Misfit, Network, NodeId, Ports, Tower};
use layercake_transport::Udp;

use crate::cable::Interface;

/// The outside node, where the device is attached.
pub const OUTSIDE: &str = "outside";
/// The node of the host.
pub const HOST: &str = "host";

/// Octets of the largest packet that an Ethernet frame carries.
const MTU: u16 = 1500;

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

/// The network and its host, which listens at the ports of `udp`.
///
/// # Errors
/// [`Misfit`], when the layers do not fit.
pub fn network(
    stations: &[(Mac, Interface)],
    udp: Udp,
) -> Result<(Network, NodeId), Misfit> {
    let mut network = Network::new(1);
    let host = network.add_node(HOST, tower(stations, udp)?)?;
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

fn tower(stations: &[(Mac, Interface)], udp: Udp) -> Result<Tower, Misfit> {
    let column = |(mac, own): &(Mac, Interface)| {
        let station = Station::v4(*mac, own.address);
        station_column(station).map(|one| Box::new(one) as Box<dyn Layer>)
    };
    let columns = stations.iter().map(column).collect::<Result<_, _>>()?;
    let interface = |(port, (_, own)): (u16, &(Mac, Interface))| ipv4::Interface {
        port,
        address: own.address,
        prefix_len: own.network.length(),
        mtu: MTU,
    };
    let config = Config {
        interfaces: (0..).zip(stations).map(interface).collect(),
        ..Config::default()
    };
    host_with(udp, config, columns)
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
}
