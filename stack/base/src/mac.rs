//! The address of a station on a link.

use core::fmt;
use core::str::FromStr;

/// A 48-bit link address (EUI-48), as Ethernet and ARP carry it. IEEE 802-2014 §8.2.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mac(pub [u8; 6]);

impl Mac {
    /// Every station on the link.
    pub const BROADCAST: Mac = Mac([0xff; 6]);

    /// The address `02:00:00:00:xx:xx`, locally administered, unique for each number.
    pub const fn local(number: u16) -> Mac {
        let [high, low] = number.to_be_bytes();
        Mac([0x02, 0, 0, 0, high, low])
    }

    /// Group bit: true for broadcast and multicast. IEEE 802-2014 §8.2.2.
    pub const fn is_group(self) -> bool {
        self.0[0] & 0b1 != 0
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

/// What a text that should be a link address lacks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("link address {0:?}: expected six octets in hexadecimal with colons between")]
pub struct BadMac(String);

impl FromStr for Mac {
    type Err = BadMac;

    fn from_str(text: &str) -> Result<Self, BadMac> {
        let bad = || BadMac(text.to_owned());
        let mut parts = text.split(':');
        let mut octets = [0; 6];
        for octet in &mut octets {
            let part = parts
                .next()
                .filter(|p| matches!(p.len(), 1..=2))
                .ok_or_else(bad)?;
            *octet = u8::from_str_radix(part, 16).map_err(|_| bad())?;
        }
        parts
            .next()
            .is_none()
            .then_some(Mac(octets))
            .ok_or_else(bad)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_octets_agree_both_ways() {
        let mac = Mac([0, 0x1b, 0x21, 0xab, 0xcd, 0xef]);
        assert_eq!(mac.to_string(), "00:1b:21:ab:cd:ef");
        assert_eq!("00:1b:21:ab:cd:ef".parse(), Ok(mac));
    }

    #[test]
    fn a_text_with_too_few_or_too_many_octets_is_refused() {
        for text in [
            "",
            "1:2:3:4:5",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:256",
            "+1:2:3:4:5:g",
        ] {
            assert!(text.parse::<Mac>().is_err(), "{text}");
        }
    }

    #[test]
    fn broadcast_is_a_group() {
        assert!(Mac::BROADCAST.is_group());
        assert!(!Mac::local(7).is_group());
    }
}
