//! A station on a LAN: its addresses, and the layers that find its neighbours.

use core::net::{Ipv4Addr, Ipv6Addr};

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
        Ok(Box::new(arp.ok_or(Misfit::Empty)?))
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

/// The link-local address whose interface identifier is the link address, in the form of an EUI-64
/// with the universal bit turned. RFC 4291 §2.5.6 and appendix A.
pub fn link_local(mac: Mac) -> Ipv6Addr {
    let [a, b, c, d, e, f] = mac.0;
    let word = |high: u8, low: u8| u16::from_be_bytes([high, low]);
    let [first, second] = [word(a ^ 0b10, b), word(c, 0xff)];
    Ipv6Addr::new(0xfe80, 0, 0, 0, first, second, word(0xfe, d), word(e, f))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4291, appendix A: 34-56-78-9A-BC-DE becomes 36-56-78-FF-FE-9A-BC-DE.
    #[test]
    fn a_link_local_address_follows_from_the_link_address() {
        let mac = Mac([0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde]);
        assert_eq!(link_local(mac).to_string(), "fe80::3656:78ff:fe9a:bcde");
    }
}
