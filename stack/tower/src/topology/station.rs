//! A station on a LAN: its addresses, and the layers that find its neighbours.

use core::net::{Ipv4Addr, Ipv6Addr};

use layercake_base::{Layer, Mac};
use layercake_datalink::Arp;
use layercake_network::Ndp;
use layercake_network::ndp::link_local;

use crate::{Families, Misfit};

/// A station on a LAN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Station {
    /// Its link address.
    pub mac: Mac,
    /// Its IPv4 address there, if it has one.
    pub v4: Option<Ipv4Addr>,
    /// Its IPv6 addresses there, a link-local one in front, each with the length of its prefix;
    /// none for a station that does not speak IPv6.
    pub v6: Vec<(Ipv6Addr, u8)>,
}

impl Station {
    /// A station that speaks IPv4 only.
    pub const fn v4(mac: Mac, address: Ipv4Addr) -> Self {
        Station {
            mac,
            v4: Some(address),
            v6: Vec::new(),
        }
    }

    /// The same with these IPv6 addresses, and the link-local one that follows from its link
    /// address.
    #[must_use]
    pub fn with_v6(mut self, addresses: impl Iterator<Item = (Ipv6Addr, u8)>) -> Self {
        self.v6 = with_link_local(self.mac, addresses);
        self
    }

    /// The layer that finds its neighbours.
    pub(crate) fn neighbours(&self) -> Result<Box<dyn Layer>, Misfit> {
        let arp = self.v4.map(|address| Arp::new(self.mac, address));
        let ndp = (!self.v6.is_empty()).then(|| Ndp::new(self.mac, self.v6.clone()));
        Ok(match (arp, ndp) {
            (Some(arp), None) => Box::new(arp),
            (None, Some(ndp)) => Box::new(ndp),
            (Some(arp), Some(ndp)) => Box::new(Families::new(arp, ndp)?),
            (None, None) => return Err(Misfit::Empty),
        })
    }
}

/// These addresses with a link-local one in front; none when there are none.
pub(super) fn with_link_local(
    mac: Mac,
    addresses: impl Iterator<Item = (Ipv6Addr, u8)>,
) -> Vec<(Ipv6Addr, u8)> {
    let mut all: Vec<_> = addresses.collect();
    if !all.is_empty() {
        all.insert(0, (link_local(mac), 64));
    }
    all
}
