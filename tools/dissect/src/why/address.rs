//! What an address tells about itself.

use core::net::{Ipv4Addr, Ipv6Addr};

use layercake_base::Mac;

/// The kind of an IPv4 address. IANA, IPv4 Special-Purpose Address Registry.
pub(super) fn ipv4(address: Ipv4Addr) -> Option<String> {
    let [a, b, c, _] = address.octets();
    let text = match (a, b, c) {
        _ if address.is_unspecified() => "no address yet, or any",
        _ if address.is_broadcast() => "every host on this link",
        _ if address.is_loopback() => "loopback: never leaves the host",
        _ if address.is_private() => "private use: not routed in the internet, RFC 1918",
        _ if address.is_link_local() => "link-local: the host chose it itself, RFC 3927",
        _ if address.is_multicast() => "a group of hosts: multicast, RFC 5771",
        _ if address.is_documentation() => "reserved for documentation, RFC 5737",
        (100, 64..=127, _) => "shared by a provider's customers, RFC 6598",
        (198, 18..=19, _) => "reserved for benchmarks, RFC 2544",
        (192, 0, 0) => "IETF protocol assignments, RFC 6890",
        (240..=255, _, _) => "reserved, RFC 1112",
        (0, _, _) => "this network, RFC 791",
        _ => return None,
    };
    Some(text.into())
}

/// The kind of an IPv6 address. IANA, IPv6 Special-Purpose Address Registry.
pub(super) fn ipv6(address: Ipv6Addr) -> Option<String> {
    let [first, second, ..] = address.segments();
    let text = match (first, second) {
        _ if address.is_unspecified() => "no address yet, or any",
        _ if address.is_loopback() => "loopback: never leaves the host",
        _ if address.to_ipv4_mapped().is_some() => "an IPv4 address in IPv6 form",
        (0xff00..=0xffff, _) => multicast(first),
        (0xfe80..=0xfebf, _) => "link-local: stays on this link, RFC 4291",
        (0xfc00..=0xfdff, _) => "unique local: not routed in the internet, RFC 4193",
        (0x2001, 0x0db8) => "reserved for documentation, RFC 3849",
        (0x2001, 0) => "Teredo: carries an IPv4 address, RFC 4380",
        (0x2002, _) => "6to4: carries an IPv4 address, RFC 3056",
        (0x2000..=0x3fff, _) => "global unicast, RFC 4291",
        _ => return None,
    };
    Some(text.into())
}

/// The scope of a group is in the low four bits. RFC 4291 §2.7.
fn multicast(first: u16) -> &'static str {
    match first & 0xf {
        1 => "a group on this interface, RFC 4291",
        2 => "a group on this link, RFC 4291",
        5 => "a group at this site, RFC 4291",
        8 => "a group in this organisation, RFC 4291",
        0xe => "a group anywhere, RFC 4291",
        _ => "a group: multicast, RFC 4291",
    }
}

/// The kind of a link address: the two low bits of its first octet. IEEE 802-2014 §8.2.2.
pub(super) fn mac(address: Mac) -> String {
    let [first, ..] = address.0;
    let text = match (address, first & 0b11) {
        (Mac::BROADCAST, _) => "all ones: every station on the link",
        (_, 0b01 | 0b11) => "lowest bit of its first octet is 1: a group of stations",
        (_, 0b10) => {
            "one station; second lowest bit of its first octet is 1: assigned locally"
        }
        _ => "one station; assigned by its maker",
    };
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_tell_their_kind() {
        let v4 = |text: &str| ipv4(text.parse().unwrap()).unwrap_or_default();
        assert!(v4("10.1.2.3").starts_with("private"));
        assert!(v4("127.0.0.1").starts_with("loopback"));
        assert!(v4("198.18.0.1").contains("benchmarks"));
        assert_eq!(v4("8.8.8.8"), "");
        let v6 = |text: &str| ipv6(text.parse().unwrap()).unwrap_or_default();
        assert!(v6("fe80::1").starts_with("link-local"));
        assert!(v6("ff02::1").contains("this link"));
        assert!(v6("2001:db8::1").contains("documentation"));
        assert!(mac(Mac::local(1)).contains("locally"));
        assert!(mac(Mac::BROADCAST).contains("every station"));
    }
}
