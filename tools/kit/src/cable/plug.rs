//! The devices that join an emulated network to the kernel: `tap:lc0`, `link:veth0`.
//!
//! A TAP device is made if need be; its other end is the kernel's, with an address of its own. An
//! existing interface is only listened to and sent on: the kernel that it talks to is the one at
//! the other end of its cable, and the interface itself should have no address.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use layercake_host::link::{Device, Interface, LinkChannel, LinkError, Tap, find};
use layercake_live::Live;

use crate::cable::CableError;

/// A device as the command line names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Plug {
    /// `tap:NAME`
    Tap(String),
    /// `link:NAME`
    Link(String),
}

impl FromStr for Plug {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some(("tap", name)) if !name.is_empty() => Ok(Plug::Tap(name.into())),
            Some(("link", name)) if !name.is_empty() => Ok(Plug::Link(name.into())),
            _ => Err("a device expected: tap:lc0 or link:veth0".into()),
        }
    }
}

impl fmt::Display for Plug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Plug::Tap(name) => write!(f, "TAP device {name}"),
            Plug::Link(name) => write!(f, "interface {name}"),
        }
    }
}

impl Plug {
    /// Opens the device and connects it to the outside node of this name. The device may have
    /// chosen its number: `lc%d`.
    ///
    /// # Errors
    /// [`CableError`]: the device cannot be had, or the node has one already.
    pub fn attach(&self, live: &mut Live, outside: &str) -> Result<Plug, CableError> {
        let (opened, device) = self.open()?;
        live.attach(outside, device)?;
        Ok(opened)
    }

    /// Opens the device, and gives its name beside it.
    ///
    /// # Errors
    /// Why it cannot be had.
    pub(crate) fn open(&self) -> Result<(Plug, Box<dyn Device>), LinkError> {
        match self {
            Plug::Tap(name) => {
                let device = Tap::open(name)?;
                Ok((Plug::Tap(device.name().to_owned()), Box::new(device)))
            }
            Plug::Link(name) => {
                let device = LinkChannel::open(name)?;
                // Our stations have addresses of their own, which a card does not listen to.
                device.listen_to_all()?;
                Ok((self.clone(), Box::new(device)))
            }
        }
    }

    /// The name of the device.
    pub fn name(&self) -> &str {
        match self {
            Plug::Tap(name) | Plug::Link(name) => name,
        }
    }

    /// Whether the kernel's end is an interface of this machine, with the same name.
    pub fn is_tap(&self) -> bool {
        matches!(self, Plug::Tap(_))
    }

    /// The right that it takes to open it, and how to do without, in words.
    pub fn needs(&self) -> String {
        match self {
            Plug::Tap(name) => format!(
                "needs CAP_NET_ADMIN, or once as root: ip tuntap add dev {name} mode tap user NAME"
            ),
            Plug::Link(_) => "needs CAP_NET_RAW".into(),
        }
    }

    /// Whether the kernel's end cannot be used yet: down, or without an address.
    pub fn is_idle(&self) -> bool {
        let usable = |interface: Interface| {
            interface.up && interface.addresses.iter().any(is_given)
        };
        self.is_tap() && !find(self.name()).is_ok_and(usable)
    }

    /// What the kernel has there, in words.
    pub fn kernel(&self) -> String {
        let Ok(interface) = find(self.name()) else {
            return "the kernel does not show it".into();
        };
        let addresses = interface.addresses.iter().filter(|one| is_given(one));
        let addresses: Vec<_> = addresses.map(IpAddr::to_string).collect();
        let state = if interface.up { "up" } else { "down" };
        match (self, addresses.is_empty()) {
            (Plug::Tap(_), true) => {
                format!("the kernel's end has no address, {state}")
            }
            (Plug::Tap(_), false) => {
                format!("the kernel's end is {}, {state}", addresses.join(", "))
            }
            (Plug::Link(_), true) => {
                "without an address of its own, as it should be".into()
            }
            (Plug::Link(_), false) => format!(
                "which is {} itself: this machine's kernel answers there too",
                addresses.join(", ")
            ),
        }
    }
}

/// An address that somebody gave to the interface: a link-local one comes by itself.
fn is_given(address: &IpAddr) -> bool {
    !matches!(address, IpAddr::V6(own) if own.is_unicast_link_local())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_has_a_kind_and_a_name() {
        assert_eq!("tap:lc0".parse(), Ok(Plug::Tap("lc0".into())));
        assert_eq!("link:veth0".parse(), Ok(Plug::Link("veth0".into())));
        for bad in ["lc0", "tap:", "link:", "tun:lc0", ""] {
            assert!(bad.parse::<Plug>().is_err(), "{bad}");
        }
    }
}
