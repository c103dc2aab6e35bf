//! Whether a device can be used, and how large packets may be.

use layercake_host::link::{LinkError, find};

use crate::cable::{CableError, Interface, Plug, station};

/// Octets of the smallest packet that every link takes whole: RFC 791 §3.2.
const SMALLEST: u16 = 68;
/// The same for IPv6. RFC 8200 §5.
const SMALLEST_IPV6: u16 = 1280;

/// The device is up at the kernel's end; octets of the largest packet that goes through it.
pub(super) fn usable(plug: &Plug, own: &[Interface]) -> Result<u16, CableError> {
    let name = plug.name();
    let interface = find(name)?;
    if interface.up {
        let told = u16::try_from(interface.mtu)
            .ok()
            .filter(|mtu| *mtu >= SMALLEST);
        let mtu = told.unwrap_or(station::MTU).min(station::MTU);
        let speaks_v6 = own.iter().any(|one| one.address.is_ipv6());
        return match speaks_v6 && mtu < SMALLEST_IPV6 {
            false => Ok(mtu),
            true => Err(CableError::Asked(format!(
                "{plug} takes packets of {mtu} octets: IPv6 wants {SMALLEST_IPV6} (RFC 8200 §5)"
            ))),
        };
    }
    if !plug.is_tap() {
        let interface = name.to_owned();
        return Err(LinkError::Down { interface }.into());
    }
    Err(CableError::Asked(format!(
        "{plug} is down at the kernel's end, where nobody would hear: --kernel-addr ADDRESS/LENGTH gives it an address \
         and starts it; or let root prepare it once: ip tuntap add dev {name} mode tap user NAME; ip addr add \
         ADDRESS/LENGTH dev {name}; ip link set {name} up"
    )))
}
