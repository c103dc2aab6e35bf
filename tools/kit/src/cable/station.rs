//! The network of one host: a wire to the outside, and a switch where the host has several IPv4
//! addresses, because a station of ours has one; of IPv6 it has any number.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use layercake_base::{Layer, Mac};
use layercake_datalink::{Arp, Bridge, Ethernet};
use layercake_network::route::{Prefix, Route};
use layercake_network::{Ndp, ipv4, ipv6};
use layercake_tower::topology::{
    Configs, host_with, lan_column, neighbours, with_link_local,
};
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
    /// The neighbours that take what is for nobody on the link, one of each family.
    pub gateways: Vec<IpAddr>,
    /// Octets of the largest packet that the link takes.
    pub mtu: u16,
    /// How a station comes to its IPv4 address, and finds others.
    pub arp: fn(Mac, Ipv4Addr) -> Arp,
    /// The same for IPv6.
    pub ndp: fn(Mac, Vec<(Ipv6Addr, u8)>) -> Ndp,
}

impl Default for Setup {
    /// Nobody listens, nobody is beyond the link, and the addresses are the host's beyond doubt.
    fn default() -> Self {
        Setup {
            udp: Udp::new(),
            gateways: Vec::new(),
            mtu: MTU,
            arp: Arp::new,
            ndp: Ndp::new,
        }
    }
}

/// An attachment of the host: a link address, and the network addresses that it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Station {
    /// Its link address.
    pub mac: Mac,
    /// At most one of IPv4, in front.
    pub interfaces: Vec<Interface>,
}

impl Station {
    fn v4(&self) -> Option<(Ipv4Addr, u8)> {
        let mut all = self.interfaces.iter();
        all.find_map(|own| Some((own.v4()?, own.network.length())))
    }

    /// The IPv6 addresses, the link-local one in front; none where no other is given.
    fn v6(&self) -> Vec<(Ipv6Addr, u8)> {
        let all = self.interfaces.iter();
        let given = all.filter_map(|own| Some((own.v6()?, own.network.length())));
        with_link_local(self.mac, given)
    }

    fn is_near(&self, address: IpAddr) -> bool {
        self.interfaces
            .iter()
            .any(|own| own.network.contains(address))
    }
}

/// A station for each IPv4 address, the first of which has all those of IPv6 too. Link addresses
/// count up from the first one, or follow from the first address.
pub fn stations(addresses: &[Interface], first: Option<Mac>) -> Vec<Station> {
    let (v4, v6): (Vec<_>, Vec<_>) =
        addresses.iter().partition(|own| own.address.is_ipv4());
    let mut each: Vec<Vec<Interface>> = v4.into_iter().map(|own| vec![own]).collect();
    if each.is_empty() && !v6.is_empty() {
        each.push(Vec::new());
    }
    if let Some(own) = each.first_mut() {
        own.extend(v6);
    }
    let station = |(number, interfaces): (usize, Vec<Interface>)| {
        let last = u8::try_from(number % 256).unwrap_or_default();
        let counted = first
            .map(|Mac([a, b, c, d, e, f])| Mac([a, b, c, d, e, f.wrapping_add(last)]));
        let own = interfaces.first().map(|own| mac(own.address));
        let mac = counted.or(own).unwrap_or_default();
        Station { mac, interfaces }
    };
    each.into_iter().enumerate().map(station).collect()
}

/// 02:00 and the IPv4 address, or 02:01 and the four words of 32 bits of that of IPv6, added up
/// bit by bit.
fn mac(address: IpAddr) -> Mac {
    let (kind, [a, b, c, d]) = match address {
        IpAddr::V4(own) => (0, own.octets()),
        IpAddr::V6(own) => {
            let octets = own.octets();
            let words = octets
                .as_chunks::<4>()
                .0
                .iter()
                .map(|word| u32::from_be_bytes(*word));
            (1, words.fold(0, |sum, word| sum ^ word).to_be_bytes())
        }
    };
    Mac([2, kind, a, b, c, d])
}

/// A seed that nobody can foresee, from the operating system: on a real link what the host draws
/// (identifications, flow labels, nonces) must not be known to others. RFC 7739 §5, RFC 7527 §4.2.
fn unforeseen() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// The network and its host.
///
/// # Errors
/// [`Misfit`], when the layers do not fit.
pub fn network(stations: &[Station], setup: Setup) -> Result<(Network, NodeId), Misfit> {
    let mut network = Network::new(unforeseen());
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

fn tower(stations: &[Station], setup: Setup) -> Result<Tower, Misfit> {
    let column = |station| column(station, &setup);
    let columns = stations.iter().map(column).collect::<Result<_, _>>()?;
    let configs = Configs {
        v4: v4(stations, &setup),
        v6: v6(stations, &setup),
    };
    host_with(setup.udp, configs, columns)
}

fn column(station: &Station, setup: &Setup) -> Result<Box<dyn Layer>, Misfit> {
    let mac = station.mac;
    let arp = station.v4().map(|(address, _)| (setup.arp)(mac, address));
    let addresses = station.v6();
    let ndp = (!addresses.is_empty()).then(|| (setup.ndp)(mac, addresses));
    let column = Tower::builder()
        .layer(neighbours(arp, ndp)?)
        .layer(Ethernet::new(mac))
        .layer(lan_column()?);
    Ok(Box::new(column.build()?))
}

fn v4(stations: &[Station], setup: &Setup) -> ipv4::Config {
    let interface = |(port, station): (u16, &Station)| {
        let (address, prefix_len) = station.v4()?;
        Some(ipv4::Interface {
            port,
            address,
            prefix_len,
            mtu: setup.mtu,
        })
    };
    ipv4::Config {
        interfaces: (0..).zip(stations).filter_map(interface).collect(),
        routes: default_routes(stations, setup, Prefix::ALL_IPV4),
        ..ipv4::Config::default()
    }
}

fn v6(stations: &[Station], setup: &Setup) -> Option<ipv6::Config> {
    let interface = |(port, station): (u16, &Station)| {
        let addresses = station.v6();
        (!addresses.is_empty()).then(|| ipv6::Interface {
            port,
            addresses,
            mtu: setup.mtu.into(),
            point_to_point: false,
        })
    };
    let interfaces: Vec<_> = (0..).zip(stations).filter_map(interface).collect();
    (!interfaces.is_empty()).then(|| ipv6::Config {
        interfaces,
        routes: default_routes(stations, setup, Prefix::ALL_IPV6),
        ..ipv6::Config::default()
    })
}

/// The routes to everybody else, by way of neighbours of the stations.
fn default_routes(stations: &[Station], setup: &Setup, prefix: Prefix) -> Vec<Route> {
    let family = |gateway: &&IpAddr| gateway.is_ipv4() == prefix.address().is_ipv4();
    let route = |gateway: &IpAddr| {
        let near = |station: &Station| station.is_near(*gateway);
        let link_local =
            matches!(gateway, IpAddr::V6(own) if own.is_unicast_link_local());
        let port = stations.iter().position(near);
        let port = port.or(link_local.then_some(0))?;
        Some(Route {
            prefix,
            next_hop: Some(*gateway),
            port: port.try_into().ok()?,
            metric: 0,
        })
    };
    setup
        .gateways
        .iter()
        .filter(family)
        .filter_map(route)
        .collect()
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
                .map(|station| station.mac.to_string())
        };
        assert!(macs(None).eq(["02:00:0a:00:00:02", "02:00:0a:00:01:02"]));
        let first = Some(Mac::local(255));
        assert!(macs(first).eq(["02:00:00:00:00:ff", "02:00:00:00:00:00"]));
    }

    #[test]
    fn the_first_station_has_all_ipv6_addresses() {
        let own = ["fd00::2/64", "10.0.0.2/24", "2001:db8::7/48", "10.0.1.2/24"];
        let own = own.map(|text| text.parse().unwrap());
        let all = stations(&own, None);
        let texts = |station: &Station| {
            let texts = station.interfaces.iter().map(Interface::to_string);
            texts.collect::<Vec<_>>().join(" ")
        };
        let all: Vec<_> = all.iter().map(texts).collect();
        assert_eq!(
            all,
            ["10.0.0.2/24 fd00::2/64 2001:db8::7/48", "10.0.1.2/24"]
        );
        let six = stations(&own[..1], None);
        assert_eq!(six[0].mac.to_string(), "02:01:fd:00:00:02");
        let local: Ipv6Addr = "fe80::1:fdff:fe00:2".parse().unwrap();
        assert_eq!(six[0].v6()[0], (local, 64));
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
