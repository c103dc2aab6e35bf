//! A station on a LAN: its addresses, and the layers that find its neighbours.

use core::net::Ipv4Addr;

use layercake_base::{Layer, Mac};
use layercake_datalink::Arp;

use crate::Misfit;

/// A station on a LAN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Station {
    /// Its link address.
    pub mac: Mac,
    /// Its IPv4 address there, if it has one.
    pub v4: Option<Ipv4Addr>,
}

impl Station {
    /// A station that speaks IPv4.
    pub const fn v4(mac: Mac, address: Ipv4Addr) -> Self {
        let v4 = Some(address);
        Station { mac, v4 }
    }

    /// The layer that finds its neighbours.
    pub(crate) fn neighbours(&self) -> Result<Box<dyn Layer>, Misfit> {
        let arp = self.v4.map(|address| Arp::new(self.mac, address));
        Ok(Box::new(arp.ok_or(Misfit::Empty)?))
    }
}
