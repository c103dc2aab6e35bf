//! Which of its addresses this host would send from.
//!
//! Connecting a UDP socket sends nothing: it only asks the routing table.
//!
//! Spec: ip(7), connect(2).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use socket2::{Domain, SockAddr, Socket, Type};

use crate::failure::HostError;

/// Any port will do: nothing is sent there. 1025 is what iputils takes.
const PORT: u16 = 1025;

/// The source address of packets to `destination`, through `interface` if one is given.
///
/// # Errors
/// What connect(2) says when there is no way: "Network is unreachable", for example.
pub fn source_toward(
    destination: IpAddr,
    interface: Option<&str>,
) -> Result<IpAddr, HostError> {
    let asked = ask(destination, interface);
    asked.map_err(|error| HostError::new(format!("find a way to {destination}"), &error))
}

fn ask(destination: IpAddr, interface: Option<&str>) -> std::io::Result<IpAddr> {
    let domain = Domain::for_address(SocketAddr::new(destination, PORT));
    let socket = Socket::new(domain, Type::DGRAM, None)?;
    if let Some(name) = interface {
        socket.bind_device(Some(name.as_bytes()))?;
    }
    let any: IpAddr = match destination {
        IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
        IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
    };
    socket.connect(&SockAddr::from(SocketAddr::new(destination, PORT)))?;
    let local = socket.local_addr()?.as_socket();
    Ok(local.map_or(any, |local| local.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loopback_is_reached_from_itself() {
        let loopback = IpAddr::from(Ipv4Addr::LOCALHOST);
        assert_eq!(source_toward(loopback, None), Ok(loopback));
        assert_eq!(source_toward(loopback, Some("lo")), Ok(loopback));
    }

    #[test]
    fn a_missing_interface_is_an_error() {
        let loopback = IpAddr::from(Ipv4Addr::LOCALHOST);
        assert!(source_toward(loopback, Some("nosuch0")).is_err());
    }
}
