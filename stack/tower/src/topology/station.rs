//! A station on a LAN: its addresses, and the layers that find its neighbours.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use layercake_base::{Layer, Mac};
use layercake_datalink::Arp;
use layercake_network::Ndp;
use layercake_network::ndp::option::PrefixInformation;
use layercake_network::ndp::{Advertising, Identifiers, link_local};
use layercake_network::route::Prefix;

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
    /// Its part in neighbour discovery.
    pub part: Part,
}

/// What a station is among its neighbours on an IPv6 link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// A host with the addresses that it was given.
    #[default]
    Host,
    /// A host that listens to routers, and makes itself addresses in their prefixes.
    Autoconfigured,
    /// A router that answers as one.
    Router,
    /// A router that tells hosts of itself and of the networks of its addresses.
    Advertiser,
}

impl Station {
    /// A station that speaks IPv4 only.
    pub const fn v4(mac: Mac, address: Ipv4Addr) -> Self {
        Station {
            mac,
            v4: Some(address),
            v6: Vec::new(),
            part: Part::Host,
        }
    }

    /// The layer that finds its neighbours.
    pub(crate) fn neighbours(&self) -> Result<Box<dyn Layer>, Misfit> {
        let arp = self.v4.map(|address| Arp::new(self.mac, address));
        let ndp = (!self.v6.is_empty()).then(|| self.ndp());
        neighbours(arp, ndp)
    }

    fn ndp(&self) -> Ndp {
        let ndp = Ndp::new(self.mac, self.v6.clone());
        match self.part {
            Part::Host => ndp,
            Part::Autoconfigured => ndp.autoconfiguring(Identifiers::Eui64),
            Part::Router => ndp.router(true),
            Part::Advertiser => ndp.advertising(Advertising {
                prefixes: self.v6.iter().filter_map(prefix).collect(),
                ..Advertising::default()
            }),
        }
    }
}

/// The layers that find neighbours of each family, on one attachment.
///
/// # Errors
/// [`Misfit::Empty`] when there is none.
pub fn neighbours(arp: Option<Arp>, ndp: Option<Ndp>) -> Result<Box<dyn Layer>, Misfit> {
    Ok(match (arp, ndp) {
        (Some(arp), None) => Box::new(arp),
        (None, Some(ndp)) => Box::new(ndp),
        (Some(arp), Some(ndp)) => Box::new(Families::new(arp, ndp)?),
        (None, None) => return Err(Misfit::Empty),
    })
}

/// What an advertiser says of the network of one of its addresses: hosts are on the link, and may
/// make themselves addresses where the network is as wide as RFC 4862 §5.5.3 (d) needs it.
fn prefix(&(address, length): &(Ipv6Addr, u8)) -> Option<PrefixInformation> {
    let global = !address.is_unicast_link_local();
    let network = Prefix::new(address.into(), length).ok()?;
    let IpAddr::V6(prefix) = network.address() else {
        return None;
    };
    global.then_some(PrefixInformation {
        prefix_length: length,
        on_link: true,
        autonomous: length == 64,
        valid_lifetime: VALID,
        preferred_lifetime: PREFERRED,
        prefix,
    })
}

/// AdvValidLifetime, thirty days in seconds. RFC 4861 §6.2.1.
const VALID: u32 = 2_592_000;
/// AdvPreferredLifetime, seven days in seconds. RFC 4861 §6.2.1.
const PREFERRED: u32 = 604_800;

/// These addresses with a link-local one in front; none when there are none.
pub fn with_link_local(
    mac: Mac,
    addresses: impl Iterator<Item = (Ipv6Addr, u8)>,
) -> Vec<(Ipv6Addr, u8)> {
    let mut all: Vec<_> = addresses.collect();
    if !all.is_empty() {
        all.insert(0, (link_local(mac), 64));
    }
    all
}
