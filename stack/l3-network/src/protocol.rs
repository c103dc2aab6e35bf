//! Which protocol an IP packet carries.
//!
//! Spec: IANA, Assigned Internet Protocol Numbers; RFC 791 §3.1 Protocol, RFC 8200 §3 Next
//! Header.

use core::fmt;

/// The number in IPv4's Protocol and IPv6's Next Header field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Protocol(pub u8);

impl Protocol {
    /// IPv6 Hop-by-Hop Options. RFC 8200 §4.3.
    pub const HOPOPT: Protocol = Protocol(0);
    /// Internet Control Message Protocol. RFC 792.
    pub const ICMP: Protocol = Protocol(1);
    /// Internet Group Management Protocol. RFC 1112.
    pub const IGMP: Protocol = Protocol(2);
    /// IPv4 in IP. RFC 2003.
    pub const IPV4: Protocol = Protocol(4);
    /// Transmission Control Protocol. RFC 9293.
    pub const TCP: Protocol = Protocol(6);
    /// User Datagram Protocol. RFC 768.
    pub const UDP: Protocol = Protocol(17);
    /// IPv6 in IP. RFC 2473.
    pub const IPV6: Protocol = Protocol(41);
    /// IPv6 Routing header. RFC 8200 §4.4.
    pub const IPV6_ROUTE: Protocol = Protocol(43);
    /// IPv6 Fragment header. RFC 8200 §4.5.
    pub const IPV6_FRAG: Protocol = Protocol(44);
    /// Generic Routing Encapsulation. RFC 2784.
    pub const GRE: Protocol = Protocol(47);
    /// Encapsulating Security Payload. RFC 4303.
    pub const ESP: Protocol = Protocol(50);
    /// Authentication Header. RFC 4302.
    pub const AH: Protocol = Protocol(51);
    /// ICMP for IPv6. RFC 4443.
    pub const ICMPV6: Protocol = Protocol(58);
    /// No Next Header for IPv6. RFC 8200 §4.7.
    pub const IPV6_NONXT: Protocol = Protocol(59);
    /// IPv6 Destination Options. RFC 8200 §4.6.
    pub const IPV6_OPTS: Protocol = Protocol(60);
    /// Stream Control Transmission Protocol. RFC 9260.
    pub const SCTP: Protocol = Protocol(132);

    /// The protocol's keyword in IANA's table; `None` for numbers that [`NAMES`] leaves out.
    pub fn name(self) -> Option<&'static str> {
        NAMES
            .iter()
            .find(|(number, _)| *number == u64::from(self.0))
            .map(|(_, name)| *name)
    }
}

/// Numbers and IANA keywords, for a `Layout`.
pub const NAMES: &[(u64, &str)] = &[
    (0, "HOPOPT"),
    (1, "ICMP"),
    (2, "IGMP"),
    (4, "IPv4"),
    (6, "TCP"),
    (8, "EGP"),
    (17, "UDP"),
    (33, "DCCP"),
    (41, "IPv6"),
    (43, "IPv6-Route"),
    (44, "IPv6-Frag"),
    (46, "RSVP"),
    (47, "GRE"),
    (50, "ESP"),
    (51, "AH"),
    (58, "IPv6-ICMP"),
    (59, "IPv6-NoNxt"),
    (60, "IPv6-Opts"),
    (88, "EIGRP"),
    (89, "OSPFIGP"),
    (103, "PIM"),
    (108, "IPComp"),
    (112, "VRRP"),
    (115, "L2TP"),
    (132, "SCTP"),
    (136, "UDPLite"),
    (137, "MPLS-in-IP"),
];

/// The keyword, or the number where there is none here.
impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "{}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_etherparse_knows() {
        for (number, name) in NAMES {
            let number = etherparse::IpNumber(u8::try_from(*number).unwrap());
            assert_eq!(number.keyword_str(), Some(*name));
        }
    }

    #[test]
    fn a_number_without_a_name_shows_as_number() {
        assert_eq!(Protocol::UDP.to_string(), "UDP");
        assert_eq!(Protocol(253).to_string(), "253");
    }
}
