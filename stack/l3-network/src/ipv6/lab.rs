//! A router and a host, for tests: the nodes between which the samples were recorded.

use core::net::Ipv6Addr;

use layercake_base::{Ici, Pdu};

use super::{Config, Header, Interface, Ipv6};
use crate::Protocol;
use crate::rig::Rig;
use crate::route::Route;

pub(crate) const NEAR: Ipv6Addr = Ipv6Addr::new(0xfd09, 1, 0, 0, 0, 0, 0, 2);
pub(crate) const FAR: Ipv6Addr = Ipv6Addr::new(0xfd09, 2, 0, 0, 0, 0, 0, 2);
pub(crate) const ROUTER: Ipv6Addr = Ipv6Addr::new(0xfd09, 1, 0, 0, 0, 0, 0, 1);
/// The router's other address.
pub(crate) const BEYOND: Ipv6Addr = Ipv6Addr::new(0xfd09, 2, 0, 0, 0, 0, 0, 1);
/// No route leads there.
pub(crate) const NOWHERE: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1);

pub(crate) fn address(text: &str) -> Ipv6Addr {
    text.parse().unwrap()
}

/// The router: fd09:1::1 and fe80::1 on port 0, fd09:2::1 and fe80::1 on port 1 with an MTU of
/// 1400. `change` may make it special.
pub(crate) fn router(change: impl FnOnce(&mut Config)) -> Rig<Ipv6> {
    let mut config = Config {
        interfaces: vec![
            interface(0, &["fd09:1::1", "fe80::1"], 1500),
            interface(1, &["fd09:2::1", "fe80::1"], 1400),
        ],
        forward: true,
        ..Config::default()
    };
    change(&mut config);
    Rig::new(Ipv6::new(config))
}

/// The host fd09:1::2 and fe80::2, whose default route goes to the router.
pub(crate) fn host() -> Rig<Ipv6> {
    Rig::new(Ipv6::new(Config {
        interfaces: vec![interface(0, &["fd09:1::2", "fe80::2"], 1500)],
        routes: vec![Route {
            prefix: "::/0".parse().unwrap(),
            next_hop: Some(ROUTER.into()),
            port: 0,
            metric: 0,
        }],
        ..Config::default()
    }))
}

pub(crate) fn interface(port: u16, addresses: &[&str], mtu: u32) -> Interface {
    let addresses = addresses.iter().map(|text| (address(text), 64)).collect();
    Interface {
        port,
        addresses,
        mtu,
        point_to_point: false,
    }
}

/// A packet with `data`; `change` may make its header special.
pub(crate) fn packet(
    protocol: Protocol,
    data: &[u8],
    change: impl FnOnce(&mut Header),
) -> Vec<u8> {
    let mut header = Header {
        traffic_class: 0,
        flow_label: 0,
        payload_length: u16::try_from(data.len()).unwrap(),
        next_header: protocol,
        hop_limit: 64,
        source: NEAR,
        destination: FAR,
    };
    change(&mut header);
    [&header.encode(), data].concat()
}

/// What a layer above says that has data for `destination`.
pub(crate) fn to(destination: Ipv6Addr) -> Ici {
    Ici {
        destination: Some(destination.into()),
        next: 17,
        ..Ici::NONE
    }
}

/// The only PDU that came out.
#[track_caller]
pub(crate) fn only(pdus: &[Pdu]) -> &Pdu {
    assert_eq!(pdus.len(), 1, "{pdus:?}");
    &pdus[0]
}
