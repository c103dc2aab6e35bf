//! A set of addresses that begin alike.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::str::FromStr;

/// All addresses whose first bits are the same: `10.1.0.0/16`. RFC 4632 §3.1.
/// Ordered by address, then by length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prefix {
    /// The bits beyond `length` are zero.
    address: IpAddr,
    length: u8,
}

/// What a text or a length that should make a prefix lacks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPrefix {
    /// The length is beyond the bits that the address has.
    #[error("prefix length {length}: an address like {address} has {most} bits")]
    Length {
        /// The address.
        address: IpAddr,
        /// The length found.
        length: u8,
        /// The largest length.
        most: u8,
    },
    /// The text is no address, slash and number.
    #[error("prefix {0:?}: expected an address, a slash and a number of bits")]
    Text(String),
}

impl Prefix {
    /// Every IPv4 address: the prefix of a default route.
    pub const ALL_IPV4: Prefix = Prefix {
        address: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        length: 0,
    };

    /// Every IPv6 address: the prefix of a default route.
    pub const ALL_IPV6: Prefix = Prefix {
        address: IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        length: 0,
    };

    /// The addresses that share their first `length` bits with `address`.
    ///
    /// # Errors
    /// A length beyond 32 or 128 bits.
    pub fn new(address: IpAddr, length: u8) -> Result<Self, BadPrefix> {
        let most = bits(address);
        if length > most {
            return Err(BadPrefix::Length {
                address,
                length,
                most,
            });
        }
        Ok(Self::clamped(address, length))
    }

    /// As [`Prefix::new`]; a length beyond the address counts as all of it.
    pub(crate) fn clamped(address: IpAddr, length: u8) -> Self {
        let length = length.min(bits(address));
        let address = mask(address, length);
        Prefix { address, length }
    }

    /// The first address.
    pub const fn address(&self) -> IpAddr {
        self.address
    }

    /// How many bits are the same.
    pub const fn length(&self) -> u8 {
        self.length
    }

    /// True when `address` is one of them.
    pub fn contains(&self, address: IpAddr) -> bool {
        bits(address) == bits(self.address) && mask(address, self.length) == self.address
    }

    /// The address of all stations of an IPv4 network: all other bits one. `None` where there
    /// is none: for IPv6, and for a network of one or two addresses (RFC 3021).
    pub fn broadcast(&self) -> Option<Ipv4Addr> {
        match self.address {
            IpAddr::V4(address) if self.length < 31 => Some(Ipv4Addr::from_bits(
                address.to_bits() | u32::MAX >> self.length,
            )),
            _ => None,
        }
    }
}

/// `address` with the bits beyond `length` zero.
fn mask(address: IpAddr, length: u8) -> IpAddr {
    let shift = u32::from(bits(address).saturating_sub(length));
    match address {
        IpAddr::V4(a) => {
            let kept = u32::MAX.checked_shl(shift).unwrap_or(0);
            Ipv4Addr::from_bits(a.to_bits() & kept).into()
        }
        IpAddr::V6(a) => {
            let kept = u128::MAX.checked_shl(shift).unwrap_or(0);
            Ipv6Addr::from_bits(a.to_bits() & kept).into()
        }
    }
}

const fn bits(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.length)
    }
}

impl FromStr for Prefix {
    type Err = BadPrefix;

    fn from_str(text: &str) -> Result<Self, BadPrefix> {
        let bad = || BadPrefix::Text(text.to_owned());
        let (address, length) = text.split_once('/').ok_or_else(bad)?;
        let address = address.parse().map_err(|_| bad())?;
        Prefix::new(address, length.parse().map_err(|_| bad())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix(text: &str) -> Prefix {
        text.parse().unwrap()
    }

    #[test]
    fn bits_beyond_the_length_do_not_count() {
        let net = prefix("10.1.2.3/16");
        assert_eq!(net.to_string(), "10.1.0.0/16");
        assert!(net.contains("10.1.255.255".parse().unwrap()));
        assert!(!net.contains("10.2.0.0".parse().unwrap()));
        assert!(!net.contains("::a01:1".parse().unwrap()));
        assert!(prefix("fd09::/16").contains("fd09:1::1".parse().unwrap()));
    }

    #[test]
    fn the_shortest_and_the_longest_prefix_hold_all_and_one() {
        assert!(Prefix::ALL_IPV4.contains("255.255.255.255".parse().unwrap()));
        assert!(!Prefix::ALL_IPV4.contains("::".parse().unwrap()));
        assert!(prefix("::/0").contains("ffff::".parse().unwrap()));
        assert!(prefix("::1/128").contains("::1".parse().unwrap()));
        assert!(!prefix("10.0.0.1/32").contains("10.0.0.0".parse().unwrap()));
    }

    #[test]
    fn the_broadcast_address_has_all_other_bits_one() {
        let broadcast = |text| prefix(text).broadcast().map(|a| a.to_string());
        assert_eq!(broadcast("10.1.2.0/23").as_deref(), Some("10.1.3.255"));
        assert_eq!(broadcast("0.0.0.0/0").as_deref(), Some("255.255.255.255"));
        assert_eq!(broadcast("10.1.2.0/31"), None);
        assert_eq!(broadcast("fd09::/64"), None);
    }

    #[test]
    fn what_is_no_prefix_is_refused_and_named() {
        for (text, wrong) in [
            (
                "10.0.0.0/33",
                "prefix length 33: an address like 10.0.0.0 has 32 bits",
            ),
            (
                "10.0.0.0",
                "prefix \"10.0.0.0\": expected an address, a slash and a number of bits",
            ),
            (
                "10.0.0.0/x",
                "prefix \"10.0.0.0/x\": expected an address, a slash and a number of bits",
            ),
        ] {
            let found = text.parse::<Prefix>().unwrap_err().to_string();
            assert_eq!(found, wrong);
        }
    }
}
