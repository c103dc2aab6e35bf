//! A route of the kernel: which network it reaches by way of which neighbour.
//!
//! Spec: `struct rtentry` of `linux/route.h`, `SIOCADDRT`; for IPv6 `ipv6`.
//! Not here: metrics, several tables; `ip route` sets and shows them all.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::os::fd::AsRawFd;

use socket2::{Domain, Socket, Type};

use crate::link::settings::{IPV4, internet, mask};
use crate::link::{LinkError, ipv6};

/// Lets the kernel send packets for `network`, an address and how many of its bits count, to the neighbour `gateway`
/// on the interface of this name. A route that is there already is no error. Ends with the interface. Needs
/// `CAP_NET_ADMIN`.
///
/// # Errors
/// [`LinkError`], for example when `gateway` is of another family than `network`, or on no network of the interface or the interface is down.
pub fn add_route(
    interface: &str,
    network: (IpAddr, u8),
    gateway: IpAddr,
) -> Result<(), LinkError> {
    let (address, length) = network;
    let added = match (address, gateway) {
        (IpAddr::V4(address), IpAddr::V4(gateway)) => {
            add(interface, (address, length), gateway)
        }
        (IpAddr::V6(address), IpAddr::V6(gateway)) => {
            ipv6::add_route(interface, (address, length), gateway)
        }
        _ => Err(io::Error::from_raw_os_error(libc::EAFNOSUPPORT)),
    };
    match added {
        Err(error) if error.raw_os_error() != Some(libc::EEXIST) => {
            let action = "add a route through";
            Err(LinkError::administering(action, interface, &error))
        }
        _ => Ok(()),
    }
}

/// Octets of an interface's name with its final zero. The kernel reads all of them.
const NAME: usize = libc::IFNAMSIZ;
/// The route is in force, and leads to a neighbour.
const FLAGS: libc::c_ushort = libc::RTF_UP | libc::RTF_GATEWAY;

fn add(
    interface: &str,
    (address, length): (Ipv4Addr, u8),
    gateway: Ipv4Addr,
) -> io::Result<()> {
    let mut name: [libc::c_char; NAME] = [0; NAME];
    if interface.is_empty() || interface.len() >= NAME {
        return Err(io::Error::from_raw_os_error(libc::ENAMETOOLONG));
    }
    for (slot, octet) in name.iter_mut().zip(interface.bytes()) {
        *slot = libc::c_char::from_ne_bytes([octet]);
    }
    let mask = mask(length);
    #[allow(unsafe_code, reason = "rtentry has no constructor")]
    // SAFETY: rtentry is a plain C structure for which all zeros is a value: a null pointer and numbers.
    let mut route: libc::rtentry = unsafe { std::mem::zeroed() };
    route.rt_dst = socket_address(address & mask);
    route.rt_genmask = socket_address(mask);
    route.rt_gateway = socket_address(gateway);
    route.rt_flags = FLAGS;
    route.rt_dev = name.as_mut_ptr();
    ask(&Socket::new(Domain::IPV4, Type::DGRAM, None)?, &mut route)
}

#[allow(unsafe_code, reason = "ioctl has no safe form")]
fn ask(socket: &Socket, route: &mut libc::rtentry) -> io::Result<()> {
    // SAFETY: SIOCADDRT reads one rtentry and, through its `rt_dev`, at most IFNAMSIZ octets; the caller keeps such an
    // array, which ends with a zero, through this call. The descriptor is open.
    let answer = unsafe {
        libc::ioctl(
            socket.as_raw_fd(),
            libc::SIOCADDRT as _,
            std::ptr::from_mut(route),
        )
    };
    if answer == 0 {
        return Ok(());
    }
    Err(io::Error::last_os_error())
}

fn socket_address(address: Ipv4Addr) -> libc::sockaddr {
    let mut octets: [libc::c_char; 14] = [0; 14];
    for (slot, octet) in octets.iter_mut().zip(internet(address)) {
        *slot = libc::c_char::from_ne_bytes([octet]);
    }
    libc::sockaddr {
        sa_family: IPV4,
        sa_data: octets,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interface_that_is_not_there_is_named() {
        let network = (Ipv4Addr::new(198, 51, 100, 0).into(), 24);
        for name in ["nosuch0", "", "a-name-of-16-oct"] {
            let error = add_route(name, network, Ipv4Addr::new(192, 0, 2, 1).into());
            let text = error.unwrap_err().to_string();
            assert!(
                text.starts_with(&format!("cannot add a route through {name}: ")),
                "{text}"
            );
        }
    }
}
