//! Addresses and networks as the command line has them.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use layercake_network::route::Prefix;

/// The address of a station, and the network that it is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Its own address.
    pub address: IpAddr,
    /// All addresses that are on the link.
    pub network: Prefix,
}

impl Interface {
    /// Its IPv4 address.
    pub fn v4(self) -> Option<Ipv4Addr> {
        match self.address {
            IpAddr::V4(address) => Some(address),
            IpAddr::V6(_) => None,
        }
    }

    /// Its IPv6 address.
    pub fn v6(self) -> Option<Ipv6Addr> {
        match self.address {
            IpAddr::V4(_) => None,
            IpAddr::V6(address) => Some(address),
        }
    }

    /// Another address of the same network: the first that a station may have.
    pub fn neighbour(self) -> Option<Interface> {
        let all = (0..=3).map(|number| Interface {
            address: behind(self.network.address(), number),
            ..self
        });
        let mut others = all.filter(|other| other.address != self.address);
        others.find(|other| self.network.contains(other.address) && other.is_station())
    }

    /// Neither the network itself nor its broadcast, nor anything that no host may be. The first address of an IPv6
    /// network belongs to all its routers (RFC 4291 §2.6.1).
    fn is_station(self) -> bool {
        let Interface { address, network } = self;
        let longest = if address.is_ipv4() { 30 } else { 126 };
        let first = network.length() <= longest && network.address() == address;
        let none =
            address.is_unspecified() || address.is_multicast() || address.is_loopback();
        let group = match address {
            IpAddr::V4(own) => own.is_broadcast() || network.broadcast() == Some(own),
            IpAddr::V6(_) => false,
        };
        !first && !none && !group
    }
}

/// The address so far behind another; the last one where there are not so many.
fn behind(first: IpAddr, number: u8) -> IpAddr {
    match first {
        IpAddr::V4(first) => {
            Ipv4Addr::from(first.to_bits().saturating_add(number.into())).into()
        }
        IpAddr::V6(first) => {
            Ipv6Addr::from(first.to_bits().saturating_add(number.into())).into()
        }
    }
}

impl FromStr for Interface {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = || {
            "an address of one station expected, as in 10.0.0.2/24 or fd00::2/64".into()
        };
        let (address, length) = text.split_once('/').ok_or_else(expected)?;
        let (Ok(address), Ok(length)) = (address.parse::<IpAddr>(), length.parse())
        else {
            return Err(expected());
        };
        let network = Prefix::new(address, length).map_err(|_| expected())?;
        let interface = Interface { address, network };
        let longest = if address.is_ipv4() { 31 } else { 127 };
        match (1..=longest).contains(&length) && interface.is_station() {
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
        for good in [
            "10.0.0.0/31",
            "192.0.2.1/30",
            "10.255.255.254/8",
            "fd00::2/64",
            "fe80::7/10",
            "2001:db8::/127",
        ] {
            assert!(good.parse::<Interface>().is_ok(), "{good}");
        }
        for bad in [
            "10.0.0.2",
            "10.0.0.0/24",
            "10.0.0.255/24",
            "10.0.0.2/32",
            "0.0.0.0/8",
            "fd00::/64",
            "fd00::2/128",
            "ff02::1/64",
            "::1/64",
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
            ("fd00::2/64", "fd00::1/64"),
            ("2001:db8::/127", "2001:db8::1/127"),
        ] {
            let own: Interface = own.parse().unwrap();
            assert_eq!(
                own.neighbour().map(|one| one.to_string()).as_deref(),
                Some(other)
            );
        }
    }
}
