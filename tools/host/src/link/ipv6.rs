//! An IPv6 address and an IPv6 route of the kernel on one interface, by ioctl.
//!
//! Spec: `struct in6_ifreq` of `linux/ipv6.h`, `struct in6_rtmsg` of `linux/ipv6_route.h`.
//! Not here: lifetimes, and addresses without duplicate address detection: the kernel uses a new address after a second
//! or two, when nobody on the link has answered for it (RFC 4862 §5.4).

use std::io;
use std::net::Ipv6Addr;
use std::os::fd::AsRawFd;

use nix::net::if_::if_nametoindex;
use socket2::{Domain, Socket, Type};

/// The route is in force, and leads to a neighbour.
const FLAGS: libc::c_ushort = libc::RTF_UP | libc::RTF_GATEWAY;
/// `IP6_RT_PRIO_USER`: what `ip -6 route add` sets.
const METRIC: u32 = 1024;

/// Gives the interface another address. One that it has already is no error.
pub(super) fn add_address(
    interface: &str,
    address: Ipv6Addr,
    length: u8,
) -> io::Result<()> {
    let mut request = libc::in6_ifreq {
        ifr6_addr: inner(address),
        ifr6_prefixlen: length.into(),
        ifr6_ifindex: index(interface)?,
    };
    let socket = Socket::new(Domain::IPV6, Type::DGRAM, None)?;
    #[allow(unsafe_code, reason = "ioctl has no safe form")]
    // SAFETY: on a socket of AF_INET6 SIOCSIFADDR reads one in6_ifreq. The descriptor is open.
    let answer = unsafe {
        libc::ioctl(socket.as_raw_fd(), libc::SIOCSIFADDR as _, &raw mut request)
    };
    unless_there(answer)
}

/// `struct in6_rtmsg`, whose fields libc keeps to itself.
#[repr(C)]
struct Route {
    destination: [u8; 16],
    source: [u8; 16],
    gateway: [u8; 16],
    kind: u32,
    destination_length: u16,
    source_length: u16,
    metric: u32,
    info: libc::c_ulong,
    flags: u32,
    interface: libc::c_int,
}

/// Lets the kernel reach a network by way of a neighbour.
pub(super) fn add_route(
    interface: &str,
    (network, length): (Ipv6Addr, u8),
    gateway: Ipv6Addr,
) -> io::Result<()> {
    let mut route = Route {
        destination: network.octets(),
        source: [0; 16],
        gateway: gateway.octets(),
        kind: 0,
        destination_length: length.into(),
        source_length: 0,
        metric: METRIC,
        info: 0,
        flags: FLAGS.into(),
        interface: index(interface)?,
    };
    let socket = Socket::new(Domain::IPV6, Type::DGRAM, None)?;
    #[allow(unsafe_code, reason = "ioctl has no safe form")]
    // SAFETY: on a socket of AF_INET6 SIOCADDRT reads one in6_rtmsg, which `Route` is; it holds no pointer. The
    // descriptor is open.
    let answer =
        unsafe { libc::ioctl(socket.as_raw_fd(), libc::SIOCADDRT as _, &raw mut route) };
    unless_there(answer)
}

fn index(interface: &str) -> io::Result<i32> {
    let index = if_nametoindex(interface)?;
    i32::try_from(index).map_err(|_| io::Error::from_raw_os_error(libc::ENODEV))
}

fn inner(address: Ipv6Addr) -> libc::in6_addr {
    libc::in6_addr {
        s6_addr: address.octets(),
    }
}

/// What is there already need not be set.
fn unless_there(answer: libc::c_int) -> io::Result<()> {
    let error = io::Error::last_os_error();
    match answer {
        0 => Ok(()),
        _ if error.raw_os_error() == Some(libc::EEXIST) => Ok(()),
        _ => Err(error),
    }
}
