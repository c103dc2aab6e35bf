//! The default policy table: which addresses go well together, and which are tried first.
//!
//! Spec: RFC 6724 §2.1.

use core::net::Ipv6Addr;

/// What the policy says about an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Policy {
    /// Destinations with a higher one are tried first.
    pub(super) precedence: u8,
    /// A source and a destination with the same one go well together.
    pub(super) label: u8,
}

/// Prefix, its length, precedence, label; the longest first.
const TABLE: [(Ipv6Addr, u32, u8, u8); 9] = [
    (Ipv6Addr::LOCALHOST, 128, 50, 0),
    (Ipv6Addr::UNSPECIFIED, 96, 1, 3),
    (Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96, 35, 4),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 32, 5, 5),
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16, 30, 2),
    (Ipv6Addr::new(0x3ffe, 0, 0, 0, 0, 0, 0, 0), 16, 1, 12),
    (Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10, 1, 11),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7, 3, 13),
    (Ipv6Addr::UNSPECIFIED, 0, 40, 1),
];

impl Policy {
    /// The line of the table with the longest prefix that fits.
    pub(super) fn of(address: Ipv6Addr) -> Policy {
        let fits = |line: &&(Ipv6Addr, u32, u8, u8)| common(line.0, address) >= line.1;
        let line = TABLE.iter().find(fits);
        line.map_or(Policy::REST, |&(_, _, precedence, label)| Policy {
            precedence,
            label,
        })
    }

    /// What the last line says, which fits every address.
    const REST: Policy = Policy {
        precedence: 40,
        label: 1,
    };
}

/// How many first bits two addresses share.
pub(super) fn common(one: Ipv6Addr, other: Ipv6Addr) -> u32 {
    (one.to_bits() ^ other.to_bits()).leading_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6724 §2.1, line by line, with an address that each line fits.
    #[test]
    fn the_table_is_that_of_the_rfc() {
        for (address, precedence, label) in [
            ("::1", 50, 0),
            ("2001:db8::1", 40, 1),
            ("::ffff:10.0.0.1", 35, 4),
            ("2002:c633:6401::1", 30, 2),
            ("2001:0:1::1", 5, 5),
            ("fd00::1", 3, 13),
            ("::10.0.0.1", 1, 3),
            ("fec0::1", 1, 11),
            ("3ffe::1", 1, 12),
        ] {
            let found = Policy::of(address.parse().unwrap());
            assert_eq!(found, Policy { precedence, label }, "{address}");
        }
    }
}
