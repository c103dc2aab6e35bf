//! EtherType: which protocol the octets after a link header belong to.
//!
//! Spec: IEEE 802.3-2018 §3.2.6 (values from 0x0600), IANA registry "EtherTypes".
//! Not here: lengths, the other use of the same field (see [`ethernet`](crate::ethernet)).

use core::fmt;

/// The protocol of a frame's body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EtherType(pub u16);

/// Internet Protocol version 4. RFC 894.
pub const IPV4: EtherType = EtherType(0x0800);
/// Address Resolution Protocol. RFC 826.
pub const ARP: EtherType = EtherType(0x0806);
/// Customer VLAN tag. IEEE 802.1Q-2018 §9.5.
pub const VLAN: EtherType = EtherType(0x8100);
/// Internet Protocol version 6. RFC 2464 §3.
pub const IPV6: EtherType = EtherType(0x86dd);
/// Service VLAN tag, outside a customer tag. IEEE 802.1Q-2018 §9.5.
pub const SERVICE_VLAN: EtherType = EtherType(0x88a8);

/// Link Layer Discovery Protocol. IEEE 802.1AB-2016 §7.3.
pub const LLDP: EtherType = EtherType(0x88cc);

/// The largest Length/Type value that is a length, in octets. IEEE 802.3-2018 §3.2.6.
pub const LARGEST_LENGTH: EtherType = EtherType(1500);
/// The smallest Length/Type value that is a type. IEEE 802.3-2018 §3.2.6.
pub const SMALLEST: EtherType = EtherType(0x0600);

/// The names that people use, for tables and [`Kind::Enum`](layercake_base::layout::Kind).
pub static NAMES: &[(u64, &str)] = &[
    (0x0800, "IPv4"),
    (0x0806, "ARP"),
    (0x8035, "RARP"),
    (0x8100, "VLAN tag"),
    (0x86dd, "IPv6"),
    (0x8847, "MPLS"),
    (0x8863, "PPPoE Discovery"),
    (0x8864, "PPPoE Session"),
    (0x88a8, "service VLAN tag"),
    (0x88cc, "LLDP"),
];

impl fmt::Display for EtherType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match NAMES.iter().find(|(value, _)| *value == u64::from(self.0)) {
            Some((_, name)) => f.write_str(name),
            None => write!(f, "{:#06x}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_named_numbers_are_those_of_etherparse() {
        use etherparse::ether_type as oracle;
        let pairs = [
            (IPV4, oracle::IPV4),
            (ARP, oracle::ARP),
            (VLAN, oracle::VLAN_TAGGED_FRAME),
            (IPV6, oracle::IPV6),
            (SERVICE_VLAN, oracle::PROVIDER_BRIDGING),
        ];
        for (ours, theirs) in pairs {
            assert_eq!(ours.0, theirs.0);
        }
    }

    #[test]
    fn shows_a_name_or_the_number() {
        assert_eq!(IPV6.to_string(), "IPv6");
        assert_eq!(EtherType(0x9000).to_string(), "0x9000");
    }
}
