//! Which network a target is in: the machine's, by its sockets or by a host of ours, or an emulated one.

use std::net::{IpAddr, Ipv6Addr};

use layercake_host::Family;
use layercake_host::resolve::{ResolveError, addresses};
use layercake_tower::{Network, TopologyError};

use crate::cable::Plug;
use crate::common::Common;

/// Where probes go.
pub enum Place {
    /// Through the sockets of this machine.
    Kernel,
    /// From a host of ours through a device.
    Via(Plug),
    /// Into an emulated network.
    Emulated(Box<Network>),
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Place::Kernel => "Kernel",
            Place::Via(_) => "Via",
            Place::Emulated(_) => "Emulated",
        })
    }
}

/// Why there is no way to a target.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// The topology file cannot be read.
    #[error("cannot read {path}: {error}")]
    File {
        /// The file.
        path: String,
        /// Why.
        error: std::io::Error,
    },
    /// The topology file is wrong.
    #[error("{path}: {error}")]
    Topology {
        /// The file.
        path: String,
        /// What is wrong, with line and key.
        error: TopologyError,
    },
    /// The resolver does not know the name.
    #[error(transparent)]
    Name(#[from] ResolveError),
    /// The host has no address of the wanted family.
    #[error("{name}: has no {family} address in this network")]
    OtherFamily {
        /// The name or address.
        name: String,
        /// What was wanted.
        family: &'static str,
    },
    /// The emulated network has no such host.
    #[error("{name}: no host of this network; it has {known}")]
    NotHere {
        /// The name or address.
        name: String,
        /// Some names that it has.
        known: String,
    },
}

impl Place {
    /// The place of a target: `--via` and `--net` decide, else a name that ends in `.lab` is in the built-in network,
    /// else it is in the machine's.
    ///
    /// # Errors
    /// [`PlaceError::File`] and [`PlaceError::Topology`].
    pub fn of(target: &str, common: &Common) -> Result<Self, PlaceError> {
        let topology = |path: &str, error| PlaceError::Topology {
            path: path.to_owned(),
            error,
        };
        if let Some(plug) = &common.via.via {
            return Ok(Place::Via(plug.clone()));
        }
        if let Some(file) = &common.net {
            let path = file.display().to_string();
            let text = match std::fs::read_to_string(file) {
                Ok(text) => text,
                Err(error) => return Err(PlaceError::File { path, error }),
            };
            let network = Network::from_toml(&text, common.seed);
            return Ok(Place::Emulated(Box::new(
                network.map_err(|e| topology(&path, e))?,
            )));
        }
        if !is_lab_name(target) {
            return Ok(Place::Kernel);
        }
        let network =
            Network::builtin(common.seed).map_err(|e| topology("lab.toml", e))?;
        Ok(Place::Emulated(Box::new(network)))
    }

    /// The address of a target: the first of the wanted family, IPv4 first when either will do.
    ///
    /// # Errors
    /// [`PlaceError::Name`], [`PlaceError::NotHere`] and [`PlaceError::OtherFamily`].
    pub fn address(
        &self,
        target: &str,
        family: Option<Family>,
    ) -> Result<IpAddr, PlaceError> {
        if let (Place::Via(plug), None | Some(Family::V6)) = (self, family)
            && let Some(address) = zoned(target, plug)
        {
            return Ok(address.into());
        }
        match self {
            Place::Kernel | Place::Via(_) => {
                let found = addresses(target, family)?.addresses;
                let v4 = found.iter().find(|address| address.is_ipv4());
                let best = v4.or(found.first()).map(|address| address.ip());
                best.ok_or_else(|| not_here(target, String::new()))
            }
            Place::Emulated(network) => {
                let written = target.parse().ok();
                let named = network.addresses(target).iter().copied();
                let all: Vec<IpAddr> = named.chain(written).collect();
                let fits = |own: &&IpAddr| family.is_none_or(|it| it == Family::of(own));
                match (all.iter().find(fits), family) {
                    (Some(address), _) => Ok(*address),
                    (None, Some(wanted)) if !all.is_empty() => {
                        Err(PlaceError::OtherFamily {
                            name: target.to_owned(),
                            family: if wanted == Family::V4 { "IPv4" } else { "IPv6" },
                        })
                    }
                    _ => {
                        let names = network.nodes().map(|(_, name)| name);
                        let names: Vec<&str> = names.collect();
                        Err(not_here(target, names.join(", ")))
                    }
                }
            }
        }
    }
}

fn not_here(name: &str, known: String) -> PlaceError {
    PlaceError::NotHere {
        name: name.to_owned(),
        known,
    }
}

/// An IPv6 address with the device as its zone, `fe80::1%lc0`: the kernel may not know that device yet. RFC 4007 §11.2.
fn zoned(target: &str, plug: &Plug) -> Option<Ipv6Addr> {
    let (address, zone) = target.split_once('%')?;
    let address = address.parse().ok()?;
    (zone == plug.name()).then_some(address)
}

/// Whether a name belongs to the built-in network: it ends in `.lab`, with or without a dot behind.
pub fn is_lab_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name.ends_with(".lab")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_end_in_lab_are_in_the_built_in_network() {
        let common = Common::default();
        let place = Place::of("Web.lab.", &common).unwrap();
        let address = place.address("Web.lab.", None).unwrap();
        assert_eq!(address, IpAddr::from([198, 51, 100, 80]));
        assert!(place.address("nobody.lab", None).is_err());
        let v6 = place.address("web.lab", Some(Family::V6)).unwrap();
        assert_eq!(v6.to_string(), "2001:db8:198::80");
        let other = place.address("tiny.lab", Some(Family::V6)).unwrap_err();
        assert_eq!(
            other.to_string(),
            "tiny.lab: has no IPv6 address in this network"
        );
        assert!(matches!(Place::of("192.0.2.1", &common), Ok(Place::Kernel)));
        assert!(matches!(Place::of("lab", &common), Ok(Place::Kernel)));
    }

    /// RFC 4007 §11.2: the zone is the device, which may not be there yet.
    #[test]
    fn a_link_local_address_may_name_the_device_as_its_zone() {
        let place = Place::Via("tap:lc7".parse().unwrap());
        let address = place.address("fe80::1%lc7", None).unwrap();
        assert_eq!(address.to_string(), "fe80::1");
        assert!(place.address("fe80::1%lc8", None).is_err());
        assert!(place.address("fe80::1%lc7", Some(Family::V4)).is_err());
    }

    #[test]
    fn a_missing_topology_file_is_named() {
        let net = Some("/nonexistent/x.toml".into());
        let common = Common {
            net,
            ..Common::default()
        };
        let error = Place::of("x", &common).unwrap_err().to_string();
        assert!(error.starts_with("cannot read /nonexistent/x.toml: No such file"));
    }
}
