//! How far an address reaches, and where it needs to be said on which link.
//!
//! | address | scope |
//! |---|---|
//! | multicast | as its second octet says |
//! | fe80::/10, ::1 | link |
//! | fec0::/10 (deprecated) | site |
//! | an IPv4 address in ::ffff:0:0/96 | link for 127/8 and 169.254/16, else global |
//! | any other | global; unique local addresses (fc00::/7) too |
//!
//! A scope that is not global has zones: the same address may be another host's in another zone.
//! A zone is known by the attachment that leads into it (`Ici::port`).
//!
//! Spec: RFC 4007 §4 to §6; RFC 4291 §2.5.6, §2.7 (values); RFC 6724 §3.1, §3.2, §3.4.

use core::net::Ipv6Addr;

/// How far an address reaches; the values are those of multicast addresses. RFC 4291 §2.7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scope(pub u8);

impl Scope {
    /// Within one attachment of one node.
    pub const INTERFACE: Scope = Scope(1);
    /// One link.
    pub const LINK: Scope = Scope(2);
    /// One site.
    pub const SITE: Scope = Scope(5);
    /// Everywhere.
    pub const GLOBAL: Scope = Scope(14);

    /// The scope of an address.
    pub fn of(address: Ipv6Addr) -> Scope {
        if let [0xff, second, ..] = address.octets() {
            return Scope(second & 0x0f);
        }
        if let Some(inner) = address.to_ipv4_mapped() {
            return match inner.is_loopback() || inner.is_link_local() {
                true => Scope::LINK,
                false => Scope::GLOBAL,
            };
        }
        match address.segments() {
            [0xfe80..=0xfebf, ..] => Scope::LINK,
            [0xfec0..=0xfeff, ..] => Scope::SITE,
            _ if address.is_loopback() => Scope::LINK,
            _ => Scope::GLOBAL,
        }
    }
}

/// True for an address whose zone must be said: a link-local one, and every group.
pub(super) fn has_zone(address: Ipv6Addr) -> bool {
    address.is_multicast() || is_link_local(address)
}

/// True for fe80::/10: one host's address on one link. RFC 4291 §2.5.6.
pub(super) fn is_link_local(address: Ipv6Addr) -> bool {
    address.is_unicast_link_local()
}

/// True for an address that stands for one host on the wire: no group, not ::, not ::1, no IPv4
/// address in disguise, which filters would not know.
pub(super) fn is_one_host(address: Ipv6Addr) -> bool {
    let nobody = address.is_unspecified() || address.is_loopback();
    !nobody && !address.is_multicast() && address.to_ipv4_mapped().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4291 §2.7 and RFC 6724 §3.1, §3.2, §3.4.
    #[test]
    fn an_address_reaches_as_far_as_its_kind_says() {
        for (address, scope) in [
            ("ff01::1", 1),
            ("ff02::1", 2),
            ("ff05::2", 5),
            ("ff0e::101", 14),
            ("ff12::1", 2),
            ("fe80::1", 2),
            ("febf::1", 2),
            ("fec0::1", 5),
            ("::1", 2),
            ("fd00::1", 14),
            ("2001:db8::1", 14),
            ("::", 14),
            ("::ffff:169.254.1.1", 2),
            ("::ffff:127.0.0.1", 2),
            ("::ffff:10.0.0.1", 14),
        ] {
            assert_eq!(
                Scope::of(address.parse().unwrap()),
                Scope(scope),
                "{address}"
            );
        }
    }

    #[test]
    fn one_host_has_an_address_of_its_own() {
        let is = |text: &str| is_one_host(text.parse().unwrap());
        assert!(is("fe80::1") && is("2001:db8::1"));
        assert!(!is("::") && !is("::1") && !is("ff02::1") && !is("::ffff:1.2.3.4"));
    }
}
