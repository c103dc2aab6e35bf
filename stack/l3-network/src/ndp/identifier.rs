//! Interface identifiers: the half of an address that a station makes by itself.
//!
//! Spec: RFC 4291 §2.5.1 and Appendix A (modified EUI-64), RFC 2464 §4, §5.

use core::net::Ipv6Addr;

use layercake_base::Mac;

/// The link-local network, fe80::/64.
pub(super) const LINK_LOCAL: Ipv6Addr = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0);

/// The identifier of a station by its link address: ff and fe in the middle, and the bit for
/// "unique in the world" is turned over.
pub fn eui_64(mac: Mac) -> [u8; 8] {
    let [a, b, c, d, e, f] = mac.0;
    [a ^ 0b10, b, c, 0xff, 0xfe, d, e, f]
}

/// The address with the first 64 bits of `prefix` and this identifier.
pub(super) fn join(prefix: Ipv6Addr, identifier: [u8; 8]) -> Ipv6Addr {
    let [a, b, c, d, e, f, g, h, ..] = prefix.octets();
    let [i, j, k, l, m, n, o, p] = identifier;
    [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p].into()
}

/// The link-local address of a station by its link address.
pub fn link_local(mac: Mac) -> Ipv6Addr {
    join(LINK_LOCAL, eui_64(mac))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 2464 §4, §5: the example of an interface with 34-56-78-9A-BC-DE.
    #[test]
    fn the_example_of_rfc_2464() {
        let mac = Mac([0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde]);
        assert_eq!(
            eui_64(mac),
            [0x36, 0x56, 0x78, 0xff, 0xfe, 0x9a, 0xbc, 0xde]
        );
        let expected: Ipv6Addr = "fe80::3656:78ff:fe9a:bcde".parse().unwrap();
        assert_eq!(link_local(mac), expected);
    }
}
