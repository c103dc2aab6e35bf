//! A router and a host, for tests: the nodes between which the samples were recorded.

use core::net::Ipv4Addr;

use layercake_base::{Ici, Pdu};

use super::{Config, Header, Interface, Ipv4};
use crate::Protocol;
use crate::rig::Rig;

pub(crate) const NEAR: Ipv4Addr = Ipv4Addr::new(10, 9, 1, 2);
pub(crate) const FAR: Ipv4Addr = Ipv4Addr::new(10, 9, 2, 2);
pub(crate) const ROUTER: Ipv4Addr = Ipv4Addr::new(10, 9, 1, 1);

/// The router: 10.9.1.1 on port 0, 10.9.2.1 on port 1 with an MTU of 1400. `change` may make it
/// special.
pub(crate) fn router(change: impl FnOnce(&mut Config)) -> Rig<Ipv4> {
    let mut config = Config {
        interfaces: vec![
            interface(0, [10, 9, 1, 1], 1500),
            interface(1, [10, 9, 2, 1], 1400),
        ],
        forward: true,
        ..Config::default()
    };
    change(&mut config);
    Rig::new(Ipv4::new(config))
}

/// The host 10.9.1.2, whose default route goes to the router.
pub(crate) fn host() -> Rig<Ipv4> {
    Rig::new(Ipv4::new(Config {
        interfaces: vec![interface(0, NEAR.octets(), 1500)],
        routes: vec![crate::route::Route {
            prefix: crate::route::Prefix::ALL_IPV4,
            next_hop: Some(ROUTER.into()),
            port: 0,
            metric: 0,
        }],
        ..Config::default()
    }))
}

pub(crate) fn interface(port: u16, address: [u8; 4], mtu: u16) -> Interface {
    let (address, prefix_len) = (address.into(), 24);
    Interface {
        port,
        address,
        prefix_len,
        mtu,
    }
}

/// A packet with `data`; `change` may make its header special.
pub(crate) fn packet(
    protocol: Protocol,
    data: &[u8],
    change: impl FnOnce(&mut Header),
) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap();
    let mut header = Header::new(NEAR, FAR, protocol, length);
    change(&mut header);
    let mut octets = [vec![0; header.octets()], data.to_vec()].concat();
    header.encode(&mut octets).unwrap();
    octets
}

/// What a layer above says that has data for `destination`.
pub(crate) fn to(destination: Ipv4Addr) -> Ici {
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

/// Holds the checksum against one computed over all of the header (RFC 1071), bit for bit: a
/// receiver takes 0 for 0xffff, and would not see the difference.
#[track_caller]
pub(crate) fn assert_sum_is_the_whole(packet: &[u8]) {
    let mut header = packet[..usize::from(packet[0] & 0xf) * 4].to_vec();
    let found = header[10..12].to_vec();
    header[10..12].fill(0);
    let sum = layercake_base::checksum::internet(&header).to_be_bytes();
    assert_eq!(found, sum);
}
