//! Groups of IPv6 and where they are on the link.
//!
//! Spec: RFC 4291 §2.7.1 (well-known groups), RFC 2464 §7 (their link addresses).

use core::net::Ipv6Addr;

use layercake_base::Mac;

/// Everybody on the link.
pub(super) const ALL_NODES: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1);

/// Every router on the link.
pub(super) const ALL_ROUTERS: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 2);

/// The group of all whose addresses have the same last three octets: few, so that a question
/// for one of them disturbs few.
pub fn solicited_node(address: Ipv6Addr) -> Ipv6Addr {
    let [.., a, b] = address.segments();
    Ipv6Addr::new(0xff02, 0, 0, 0, 0, 1, 0xff00 | a & 0xff, b)
}

/// True for the groups that [`solicited_node`] gives.
pub(super) fn is_solicited_node(group: Ipv6Addr) -> bool {
    solicited_node(group) == group
}

/// The link address of a group: its last four octets behind 33:33.
pub(super) fn link_address(group: Ipv6Addr) -> Mac {
    let [.., a, b, c, d] = group.octets();
    Mac([0x33, 0x33, a, b, c, d])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4291 §2.7.1 has this example; RFC 2464 §7 the rule for the link address.
    #[test]
    fn the_example_of_rfc_4291() {
        let address = "4037::01:800:200e:8c6c".parse().unwrap();
        let group = solicited_node(address);
        assert_eq!(group, "ff02::1:ff0e:8c6c".parse::<Ipv6Addr>().unwrap());
        assert!(is_solicited_node(group) && !is_solicited_node(address));
        assert!(!is_solicited_node(ALL_NODES));
        assert_eq!(link_address(group).to_string(), "33:33:ff:0e:8c:6c");
    }
}
