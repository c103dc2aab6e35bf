//! What an interface is set to: MAC address, MTU, an address, up.
//!
//! Spec: netdevice(7).
//! Not here: routes (`route`).

use std::io;
use std::net::{IpAddr, Ipv4Addr};

use socket2::{Domain, Socket, Type};

use crate::link::request::{Ask, Request};
use crate::link::{LinkError, ipv6};

/// What to change about an interface; what is not said stays as it is.
///
/// ```no_run
/// use layercake_host::link::Settings;
///
/// let settings = Settings {
///     address: Some(([10, 0, 0, 1].into(), 24)),
///     up: true,
///     ..Settings::default()
/// };
/// settings.apply("lc0")?;
/// # Ok::<(), layercake_host::link::LinkError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The kernel's own MAC address on it.
    pub mac: Option<[u8; 6]>,
    /// Octets of the longest packet.
    pub mtu: Option<u32>,
    /// The kernel's own address on it, and the length of the prefix that is on the link. One of IPv4 takes the place of
    /// what it had, one of IPv6 comes on top.
    pub address: Option<(IpAddr, u8)>,
    /// Whether to start it.
    pub up: bool,
}

impl Settings {
    /// Changes the interface of this name. Needs `CAP_NET_ADMIN`.
    ///
    /// # Errors
    /// [`LinkError`] about the first setting that the kernel refuses; those before it are in force.
    pub fn apply(&self, interface: &str) -> Result<(), LinkError> {
        if let Some(mac) = self.mac {
            set(interface, "set the MAC address of", |request, socket| {
                request.set_address(libc::ARPHRD_ETHER, mac);
                request.ask(socket, Ask::SetMac)
            })?;
        }
        if let Some(mtu) = self.mtu {
            set(interface, "set the MTU of", |request, socket| {
                request.set_mtu(mtu);
                request.ask(socket, Ask::SetMtu)
            })?;
        }
        match self.address {
            Some((IpAddr::V4(address), length)) => {
                set(interface, SET_ADDRESS, |request, socket| {
                    request.set_address(IPV4, internet(address));
                    request.ask(socket, Ask::SetAddress)?;
                    request.set_address(IPV4, internet(mask(length)));
                    request.ask(socket, Ask::SetMask)
                })?;
            }
            Some((IpAddr::V6(address), length)) => {
                ipv6::add_address(interface, address, length).map_err(|error| {
                    LinkError::administering(SET_ADDRESS, interface, &error)
                })?;
            }
            None => {}
        }
        if self.up {
            set(interface, "start", |request, socket| {
                request.ask(socket, Ask::Flags)?;
                request.set_flags(request.flags() | UP);
                request.ask(socket, Ask::SetFlags)
            })?;
        }
        Ok(())
    }
}

const SET_ADDRESS: &str = "set the address of";

/// `AF_INET`, as wide as it stands in a socket address.
pub(super) const IPV4: u16 = 2;
/// `IFF_UP`, as wide as it stands in `ifr_flags`.
const UP: libc::c_short = 1;

/// What follows the family in `sockaddr_in`: the port, then the address.
pub(super) fn internet(address: Ipv4Addr) -> [u8; 6] {
    let [a, b, c, d] = address.octets();
    [0, 0, a, b, c, d]
}

/// The mask of a prefix; a length beyond 32 counts as 32.
pub(super) fn mask(length: u8) -> Ipv4Addr {
    let host = u32::MAX.checked_shr(length.into()).unwrap_or(0);
    Ipv4Addr::from(!host)
}

fn set(
    interface: &str,
    action: &'static str,
    change: impl FnOnce(&mut Request, &Socket) -> io::Result<()>,
) -> Result<(), LinkError> {
    let socket = Socket::new(Domain::IPV4, Type::DGRAM, None);
    let changed =
        socket.and_then(|socket| change(&mut Request::about(interface)?, &socket));
    changed.map_err(|error| LinkError::administering(action, interface, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_are_those_of_their_prefixes() {
        assert_eq!(mask(0), Ipv4Addr::UNSPECIFIED);
        assert_eq!(mask(24), Ipv4Addr::new(255, 255, 255, 0));
        assert_eq!(mask(31), Ipv4Addr::new(255, 255, 255, 254));
        assert_eq!(
            (mask(32), mask(99)),
            (Ipv4Addr::BROADCAST, Ipv4Addr::BROADCAST)
        );
    }

    #[test]
    fn an_interface_that_is_not_there_is_named() {
        let settings = Settings {
            up: true,
            ..Settings::default()
        };
        let error = settings.apply("nosuch0").unwrap_err();
        assert_eq!(error.to_string(), "cannot start nosuch0: No such device");
    }
}
