//! Addresses and networks as the command line has them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

use layercake_network::route::Prefix;

/// The address of a station, and the network that it is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Its own address.
    pub address: Ipv4Addr,
    /// All addresses that are on the link.
    pub network: Prefix,
}

impl Interface {
    /// Another address of the same network: the first that a station may have.
    pub fn neighbour(self) -> Option<Interface> {
        let IpAddr::V4(first) = self.network.address() else {
            return None;
        };
        let from = first.to_bits();
        let all = (from..=from.saturating_add(3)).map(|bits| Interface {
            address: bits.into(),
            ..self
        });
        let mut others = all.filter(|other| other.address != self.address);
        others.find(|other| {
            self.network.contains(other.address.into()) && other.is_station()
        })
    }

    /// Neither the network itself nor its broadcast, nor anything that no host may be.
    fn is_station(self) -> bool {
        let Interface { address, network } = self;
        let first = network.length() < 31 && network.address() == IpAddr::V4(address);
        let none = address.is_unspecified()
            || address.is_multicast()
            || address.is_loopback()
            || address.is_broadcast();
        !first && !none && network.broadcast() != Some(address)
    }
}

impl FromStr for Interface {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || "an address of one station expected, as in 10.0.0.2/24".into();
        let (address, length) = text.split_once('/').ok_or_else(expected)?;
        let (Ok(address), Ok(length)) = (address.parse::<Ipv4Addr>(), length.parse())
        else {
            return Err(expected());
        };
        let network = Prefix::new(address.into(), length).map_err(|_| expected())?;
        let interface = Interface { address, network };
        match (1..=31).contains(&length) && interface.is_station() {
            true => Ok(interface),
            false => Err(expected()),
        }
    }
}

impl fmt::Display for Interface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.network.length())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_station_has_an_address_of_its_own_in_its_network() {
        let own: Interface = "10.0.0.2/24".parse().unwrap();
        assert_eq!(own.to_string(), "10.0.0.2/24");
        assert_eq!(own.network.to_string(), "10.0.0.0/24");
        for good in ["10.0.0.0/31", "192.0.2.1/30", "10.255.255.254/8"] {
            assert!(good.parse::<Interface>().is_ok(), "{good}");
        }
        for bad in [
            "10.0.0.2",
            "10.0.0.0/24",
            "10.0.0.255/24",
            "10.0.0.2/32",
            "0.0.0.0/8",
            "fd00::2/64",
            "224.0.0.1/4",
            "127.0.0.1/8",
            "10.0.0.2/x",
            "/24",
            "",
        ] {
            assert!(bad.parse::<Interface>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_neighbour_is_the_first_other_station_of_the_network() {
        for (own, other) in [
            ("10.0.0.2/24", "10.0.0.1/24"),
            ("10.0.0.1/24", "10.0.0.2/24"),
            ("192.0.2.6/31", "192.0.2.7/31"),
            ("192.0.2.2/30", "192.0.2.1/30"),
        ] {
            let own: Interface = own.parse().unwrap();
            assert_eq!(
                own.neighbour().map(|one| one.to_string()).as_deref(),
                Some(other)
            );
        }
    }
}
