//! The kernel's end of a TAP device: its address, its routes, and how to set them without us.

use std::net::IpAddr;
use std::str::FromStr;

use clap::Args;
use layercake_host::link::{LinkError, Settings, add_route};
use layercake_network::route::Prefix;

use crate::cable::{CableError, Interface, Plug};

/// What to set there.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "The kernel's end of a TAP device (needs CAP_NET_ADMIN)")]
pub struct Kernel {
    /// Give it this address, and start it; with several TAP devices say which: lc1=10.0.0.1/24.
    /// One of IPv6 is usable after a second or two, when nobody else has turned out to have it
    #[arg(long, value_name = "[DEVICE=]ADDRESS/LENGTH", value_delimiter = ',')]
    kernel_addr: Vec<Address>,

    /// Let the kernel reach a network by way of a neighbour there: 10.0.0.0/8=10.9.0.1
    #[arg(long, value_name = "NETWORK/LENGTH=NEIGHBOUR", value_delimiter = ',')]
    kernel_route: Vec<Route>,
}

/// `[DEVICE=]ADDRESS/LENGTH`
#[derive(Clone, Debug, PartialEq, Eq)]
struct Address {
    device: Option<String>,
    interface: Interface,
}

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (device, interface) = match text.split_once('=') {
            Some((device, interface)) => (Some(device.to_owned()), interface),
            None => (None, text),
        };
        let interface = interface.parse()?;
        Ok(Address { device, interface })
    }
}

/// `NETWORK/LENGTH=NEIGHBOUR`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Route {
    network: Prefix,
    neighbour: IpAddr,
}

impl FromStr for Route {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = "a network and a neighbour expected: 10.0.0.0/8=10.9.0.1";
        let (network, neighbour) = text.split_once('=').ok_or(expected)?;
        let network: Prefix = network.parse().map_err(|_| expected)?;
        let neighbour: IpAddr = neighbour.parse().map_err(|_| expected)?;
        match network.address().is_ipv4() == neighbour.is_ipv4() {
            true => Ok(Route { network, neighbour }),
            false => Err(expected.into()),
        }
    }
}

/// Something that was set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// The device.
    pub device: String,
    /// In words.
    pub what: String,
}

impl Kernel {
    /// The addresses that are to be set.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = Interface> {
        self.kernel_addr.iter().map(|own| own.interface)
    }

    /// Sets everything, and gives what was set.
    ///
    /// # Errors
    /// [`CableError`]: there is no such device, or what the kernel answers and how to do without.
    pub fn apply(&self, plugs: &[Plug]) -> Result<Vec<Done>, CableError> {
        let mut done = Vec::new();
        for own in &self.kernel_addr {
            let device = self.device_of(own, plugs)?;
            set(own.interface, device)?;
            let what = format!("{}, up", own.interface);
            done.push(Done {
                device: device.to_owned(),
                what,
            });
        }
        for route in &self.kernel_route {
            let device = self.device_towards(route.neighbour, plugs)?;
            add(route, device)?;
            let what = format!(
                "with a route to {} by way of {}",
                route.network, route.neighbour
            );
            done.push(Done {
                device: device.to_owned(),
                what,
            });
        }
        Ok(done)
    }

    /// Which TAP device an address is for.
    fn device_of<'a>(
        &self,
        own: &'a Address,
        plugs: &'a [Plug],
    ) -> Result<&'a str, CableError> {
        let taps = taps(plugs)?;
        let wrong = |which: String| {
            let names = taps.join(", ");
            CableError::Asked(format!(
                "--kernel-addr {which}: the TAP devices are {names}"
            ))
        };
        match (&own.device, taps.as_slice()) {
            (None, [only]) => Ok(only),
            (None, _) => Err(wrong(format!("{} has no DEVICE=", own.interface))),
            (Some(name), _) => taps
                .iter()
                .find(|one| *one == name)
                .copied()
                .ok_or_else(|| wrong(name.clone())),
        }
    }

    /// The TAP device behind which a neighbour is: the only one, or that whose network it is in.
    fn device_towards<'a>(
        &'a self,
        neighbour: IpAddr,
        plugs: &'a [Plug],
    ) -> Result<&'a str, CableError> {
        if let [only] = taps(plugs)?.as_slice() {
            return Ok(only);
        }
        let near = |own: &&Address| own.interface.network.contains(neighbour);
        let own = self.kernel_addr.iter().find(near).ok_or_else(|| {
            CableError::Asked(format!(
                "--kernel-route: no --kernel-addr is in the network of {neighbour}"
            ))
        })?;
        self.device_of(own, plugs)
    }
}

fn set(own: Interface, device: &str) -> Result<(), CableError> {
    let settings = Settings {
        address: Some((own.address, own.network.length())),
        up: true,
        ..Settings::default()
    };
    let by_hand = format!("ip addr add {own} dev {device}; ip link set {device} up");
    settings
        .apply(device)
        .map_err(|error| failed(&error, &by_hand))
}

fn add(route: &Route, device: &str) -> Result<(), CableError> {
    let Route { network, neighbour } = route;
    let by_hand = format!("ip route add {network} via {neighbour} dev {device}");
    let to = (network.address(), network.length());
    let added = add_route(device, to, *neighbour);
    added.map_err(|error| failed(&error, &by_hand))
}

/// The TAP devices among the plugs.
fn taps(plugs: &[Plug]) -> Result<Vec<&str>, CableError> {
    let taps: Vec<_> = plugs
        .iter()
        .filter(|one| one.is_tap())
        .map(Plug::name)
        .collect();
    match taps.is_empty() {
        true => Err(CableError::Asked(
            "--kernel-addr and --kernel-route are for a TAP device: the other end of an existing \
             interface is not ours to set"
                .into(),
        )),
        false => Ok(taps),
    }
}

/// Says how to do it with the right that we lack.
fn failed(error: &LinkError, by_hand: &str) -> CableError {
    CableError::Asked(match error {
        LinkError::NotAdministrator { action, interface } => format!(
            "cannot {action} {interface}: CAP_NET_ADMIN is missing; leave --kernel-addr and \
             --kernel-route out, and let root do this once: {by_hand}"
        ),
        other => other.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kernel(addresses: &[&str]) -> Kernel {
        Kernel {
            kernel_addr: addresses.iter().map(|text| text.parse().unwrap()).collect(),
            kernel_route: Vec::new(),
        }
    }

    fn plugs(names: &[&str]) -> Vec<Plug> {
        names.iter().map(|name| name.parse().unwrap()).collect()
    }

    #[test]
    fn a_route_has_a_network_and_a_neighbour() {
        let route: Route = "10.0.0.0/8=10.9.0.1".parse().unwrap();
        assert_eq!(route.network.to_string(), "10.0.0.0/8");
        for bad in [
            "10.0.0.0/8",
            "10.0.0.0/8=x",
            "10.0.0.0=10.9.0.1",
            "fd00::/8=10.9.0.1",
            "10.0.0.0/8=fd00::1",
        ] {
            assert!(bad.parse::<Route>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_goes_to_the_device_that_is_meant() {
        let own = kernel(&["10.9.0.2/24", "lc1=10.8.0.2/24"]);
        let [plain, named] = &own.kernel_addr[..] else {
            unreachable!()
        };
        let one = plugs(&["tap:lc0", "link:veth0"]);
        assert_eq!(own.device_of(plain, &one).unwrap(), "lc0");
        assert!(own.device_of(named, &one).is_err());
        let two = plugs(&["tap:lc0", "tap:lc1"]);
        assert!(own.device_of(plain, &two).is_err());
        assert_eq!(own.device_of(named, &two).unwrap(), "lc1");
        assert!(own.device_of(plain, &plugs(&["link:veth0"])).is_err());
    }

    #[test]
    fn a_route_goes_to_the_device_whose_network_has_the_neighbour() {
        let own = kernel(&["lc0=10.9.0.2/24", "lc1=10.8.0.2/24"]);
        let two = plugs(&["tap:lc0", "tap:lc1"]);
        let device = own.device_towards([10, 8, 0, 1].into(), &two);
        assert_eq!(device.unwrap(), "lc1");
        assert!(own.device_towards([10, 7, 0, 1].into(), &two).is_err());
    }
}
