//! The value that an error names: a number or an address, shown as people read it.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::Mac;

/// A value as it was found in a field. Numbers above 255 show their hexadecimal form too, since
/// one of the two is in the standard: "49185 (0xc021)".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A number.
    Number(u64),
    /// A link address.
    Link(Mac),
    /// A network address.
    Network(IpAddr),
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Found::Number(number @ ..=255) => write!(f, "{number}"),
            Found::Number(number) => write!(f, "{number} ({number:#x})"),
            Found::Link(address) => write!(f, "{address}"),
            Found::Network(address) => write!(f, "{address}"),
        }
    }
}

impl From<u8> for Found {
    fn from(number: u8) -> Self {
        Found::Number(number.into())
    }
}

impl From<u16> for Found {
    fn from(number: u16) -> Self {
        Found::Number(number.into())
    }
}

impl From<u32> for Found {
    fn from(number: u32) -> Self {
        Found::Number(number.into())
    }
}

impl From<u64> for Found {
    fn from(number: u64) -> Self {
        Found::Number(number)
    }
}

impl From<Mac> for Found {
    fn from(address: Mac) -> Self {
        Found::Link(address)
    }
}

impl From<Ipv4Addr> for Found {
    fn from(address: Ipv4Addr) -> Self {
        Found::Network(address.into())
    }
}

impl From<Ipv6Addr> for Found {
    fn from(address: Ipv6Addr) -> Self {
        Found::Network(address.into())
    }
}

impl From<IpAddr> for Found {
    fn from(address: IpAddr) -> Self {
        Found::Network(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_reads_as_people_read_it() {
        let v6 = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);
        for (found, text) in [
            (Found::from(0_u8), "0"),
            (255_u16.into(), "255"),
            (256_u32.into(), "256 (0x100)"),
            (49185_u16.into(), "49185 (0xc021)"),
            (u64::MAX.into(), "18446744073709551615 (0xffffffffffffffff)"),
            (Mac::BROADCAST.into(), "ff:ff:ff:ff:ff:ff"),
            (Ipv4Addr::LOCALHOST.into(), "127.0.0.1"),
            (v6.into(), "2001:db8::1"),
            (IpAddr::from([192, 0, 2, 1]).into(), "192.0.2.1"),
        ] {
            assert_eq!(found.to_string(), text);
        }
    }
}
