//! The interfaces of this host.
//!
//! Spec: getifaddrs(3) through `pnet_datalink`, netdevice(7) `SIOCGIFMTU`.

use std::io;
use std::net::IpAddr;

use pnet_datalink::NetworkInterface;
use socket2::{Domain, Socket, Type};

use crate::link::LinkError;
use crate::link::request::{Ask, Request};

/// One interface as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Its name, for example `eth0`.
    pub name: String,
    /// Its index, which socket options and IPv6 scopes use.
    pub index: u32,
    /// Its MAC address; `None` for links without one, such as tunnels.
    pub mac: Option<[u8; 6]>,
    /// Octets of the longest packet that it carries, its own header not counted; zero when unknown.
    pub mtu: u32,
    /// Whether it is administratively up.
    pub up: bool,
    /// Whether it is a loopback interface.
    pub loopback: bool,
    /// Its IP addresses.
    pub addresses: Vec<IpAddr>,
}

/// All interfaces, in the order of the kernel.
#[must_use]
pub fn interfaces() -> Vec<Interface> {
    pnet_datalink::interfaces().iter().map(describe).collect()
}

/// The interface of this name.
///
/// # Errors
/// [`LinkError::NoSuchInterface`], with the names that exist.
pub fn find(name: &str) -> Result<Interface, LinkError> {
    found(name).map(|found| describe(&found))
}

/// The same as pnet has it.
pub(super) fn found(name: &str) -> Result<NetworkInterface, LinkError> {
    let all = pnet_datalink::interfaces();
    let names = || all.iter().map(|one| one.name.clone()).collect();
    all.iter()
        .find(|one| one.name == name)
        .cloned()
        .ok_or_else(|| LinkError::NoSuchInterface {
            name: name.to_owned(),
            existing: names(),
        })
}

pub(super) fn describe(one: &NetworkInterface) -> Interface {
    Interface {
        name: one.name.clone(),
        index: one.index,
        mac: one.mac.map(|mac| mac.octets()),
        mtu: mtu(&one.name).unwrap_or(0),
        up: one.is_up(),
        loopback: one.is_loopback(),
        addresses: one.ips.iter().map(|network| network.ip()).collect(),
    }
}

/// Asks for the MTU by ioctl and not through `/sys`, which may show another network namespace.
fn mtu(name: &str) -> io::Result<u32> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, None)?;
    let mut request = Request::about(name)?;
    request.ask(&socket, Ask::Mtu)?;
    Ok(request.mtu())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loopback_interface_is_described() {
        let lo = find("lo").unwrap();
        assert!(lo.loopback && lo.index > 0);
        assert_eq!(lo.mtu, 65_536);
    }

    #[test]
    fn an_unknown_name_lists_the_known_ones() {
        let error = find("nosuch0").unwrap_err();
        let text = error.to_string();
        assert!(text.starts_with("no interface is named nosuch0; there are: lo"));
    }
}
