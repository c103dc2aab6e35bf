//! The addresses that are this node's, and the groups that it listens to.
//!
//! | group | who listens |
//! |---|---|
//! | ff01::1, ff02::1 | every node |
//! | ff01::2, ff02::2, ff05::2 | a router |
//! | ff02::1:ff00:0 with the last 24 bits of an address | who has such an address on that link |
//! | any other | who has joined it |
//!
//! Spec: RFC 4291 §2.5.6 (a link-local address counts on its own link only), §2.7.1 and §2.8
//! (groups); RFC 4862 §5.5.4 (preferred, deprecated).
//! Bound: [`MOST`] addresses come from below; what is beyond is not heard.

use core::net::Ipv6Addr;

use layercake_base::AddressState;

use super::scope::is_link_local;
use crate::ndp::solicited_node;

/// Addresses that neighbour discovery may bring.
const MOST: usize = 256;

const ALL_NODES: [Ipv6Addr; 2] = [group(1, 1), group(2, 1)];
const ALL_ROUTERS: [Ipv6Addr; 3] = [group(1, 2), group(2, 2), group(5, 2)];

/// ff0`scope`::`number`.
const fn group(scope: u16, number: u16) -> Ipv6Addr {
    Ipv6Addr::new(0xff00 | scope, 0, 0, 0, 0, 0, 0, number)
}

/// One address of this node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Own {
    pub(super) port: u16,
    pub(super) address: Ipv6Addr,
    pub(super) prefix_len: u8,
    /// It is still this node's, but not for anything new.
    pub(super) deprecated: bool,
}

/// The addresses that are this node's, and the groups that it listens to.
#[derive(Clone, Debug, Default)]
pub(super) struct Addresses {
    own: Vec<Own>,
    joined: Vec<Ipv6Addr>,
    router: bool,
}

impl Addresses {
    /// Those of a host, or a router, with these addresses.
    pub(super) fn new(own: Vec<Own>, router: bool) -> Self {
        let joined = Vec::new();
        Addresses {
            own,
            joined,
            router,
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Own> {
        self.own.iter()
    }

    /// Also what is sent to this group is for this node.
    pub(super) fn join(&mut self, group: Ipv6Addr) {
        self.joined.push(group);
    }

    /// True for an address of this node, as seen from attachment `port`, and for loopback.
    pub(super) fn has(&self, address: Ipv6Addr, port: u16) -> bool {
        let here = |own: &Own| own.port == port || !is_link_local(address);
        let is = |own: &Own| own.address == address && here(own);
        address.is_loopback() || self.own.iter().any(is)
    }

    /// True for a group that this node listens to at attachment `port`.
    pub(super) fn hears(&self, group: Ipv6Addr, port: u16) -> bool {
        let asked = |own: &Own| own.port == port && solicited_node(own.address) == group;
        ALL_NODES.contains(&group)
            || self.joined.contains(&group)
            || self.router && ALL_ROUTERS.contains(&group)
            || self.own.iter().any(asked)
    }

    /// An address comes, changes or goes.
    pub(super) fn set(
        &mut self,
        port: u16,
        address: Ipv6Addr,
        prefix_len: u8,
        state: AddressState,
    ) {
        let same = |own: &Own| (own.port, own.address) == (port, address);
        if state == AddressState::Gone {
            return self.own.retain(|own| !same(own));
        }
        let known = Own {
            port,
            address,
            prefix_len,
            deprecated: state == AddressState::Deprecated,
        };
        if let Some(own) = self.own.iter_mut().find(|own| same(own)) {
            *own = known;
        } else if self.own.len() < MOST {
            self.own.push(known);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Ipv6Addr {
        text.parse().unwrap()
    }

    fn with(all: &[(u16, &str)], router: bool) -> Addresses {
        let mut known = Addresses::new(Vec::new(), router);
        for (port, text) in all {
            known.set(*port, address(text), 64, AddressState::Preferred);
        }
        known
    }

    #[test]
    fn a_link_local_address_counts_on_its_own_link_only() {
        let known = with(&[(0, "fe80::1"), (1, "2001:db8::1")], false);
        assert!(known.has(address("fe80::1"), 0) && !known.has(address("fe80::1"), 1));
        assert!(known.has(address("2001:db8::1"), 0), "any link");
        assert!(known.has(address("::1"), 7));
        assert!(!known.has(address("2001:db8::2"), 0));
    }

    /// RFC 4291 §2.8.
    #[test]
    fn a_node_listens_to_the_groups_that_it_must() {
        let host = with(&[(0, "2001:db8::12:3456")], false);
        let router = with(&[], true);
        let joined = address("ff02::9");
        for (group, by_host, by_router) in [
            ("ff01::1", true, true),
            ("ff02::1", true, true),
            ("ff02::2", false, true),
            ("ff05::2", false, true),
            ("ff02::1:ff12:3456", true, false),
            ("ff02::9", false, false),
        ] {
            let group = address(group);
            let found = [&host, &router].map(|node| node.hears(group, 0));
            assert_eq!(found, [by_host, by_router], "{group}");
        }
        assert!(!host.hears(address("ff02::1:ff12:3456"), 1), "another link");
        let mut host = host;
        host.join(joined);
        assert!(host.hears(joined, 0));
    }

    #[test]
    fn an_address_comes_ages_and_goes() {
        let mut known = with(&[(0, "2001:db8::1")], false);
        let here = address("2001:db8::1");
        known.set(0, here, 64, AddressState::Deprecated);
        assert!(known.all().all(|own| own.deprecated) && known.all().count() == 1);
        known.set(0, here, 64, AddressState::Gone);
        assert!(!known.has(here, 0));
        for n in 0..1000 {
            let many = Ipv6Addr::from_bits(n);
            known.set(0, many, 64, AddressState::Preferred);
        }
        assert_eq!(known.all().count(), MOST);
    }
}
