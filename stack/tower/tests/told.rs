//! An ICMP error comes up to a host: every transport hears of it, and the host keeps to it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a panic is a failed test"
)]

use core::net::Ipv4Addr;

use layercake_base::{
    Context, Direction, Ici, Item, Layer, Notice, Outbox, Room, Undelivered, World,
};
use layercake_network::icmp::Unreachable;
use layercake_network::icmp::unreachable::Code;
use layercake_network::ipv4::{Config, Header, Interface};
use layercake_network::{Icmp, Ipv4, Protocol};
use layercake_tower::{Demux, Tower};
use layercake_transport::Udp;

const HERE: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);
const THERE: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 3);
const ROUTER: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);

fn host() -> Tower {
    let ipv4 = Ipv4::new(Config {
        interfaces: vec![Interface {
            port: 0,
            address: HERE,
            prefix_len: 24,
            mtu: 1500,
        }],
        ..Config::default()
    });
    let transports: Vec<(u16, Box<dyn Layer>)> =
        vec![(1, Box::new(Icmp::new())), (17, Box::new(Udp::new()))];
    let transports = Demux::new(transports).unwrap();
    let tower = Tower::builder().layer(transports).layer(ipv4);
    tower.build().unwrap()
}

/// The router says that 1000 octets of UDP, from port 40000 to port 53, were too many for a link
/// that takes 576.
fn error() -> Vec<u8> {
    let mut packet = vec![0; 56];
    let header = Header::new(ROUTER, HERE, Protocol::ICMP, 36);
    header.encode(&mut packet).unwrap();
    let died = Header {
        identification: 1,
        dont_fragment: true,
        ..Header::new(HERE, THERE, Protocol::UDP, 980)
    };
    died.encode(&mut packet[28..]).unwrap();
    packet[48..].copy_from_slice(&[0x9c, 0x40, 0, 53, 3, 0xd4, 0, 0]);
    let error = Unreachable {
        next_hop_mtu: 576,
        ..Unreachable::new(Code::FRAGMENTATION_NEEDED)
    };
    error.encode(&mut packet[20..]).unwrap();
    packet
}

/// What comes out of the tower, and on which side.
fn out(tower: &mut Tower, way: Direction, octets: &[u8], ici: Ici) -> Vec<Item> {
    let (mut world, mut outer) = (World::new(1, 8), Outbox::default());
    let (mut out, room) = (Outbox::default(), Room { head: 60, tail: 0 });
    let mut pdu = world.pool.allocate(room, octets.len()).unwrap();
    pdu.octets_mut().copy_from_slice(octets);
    pdu.arrive();
    pdu.set_ici(|own| *own = ici);
    let spec = tower.spec();
    let mut cx = Context::new(&mut world, &mut outer);
    let item = Item::Pdu(way, pdu);
    cx.deliver(tower, &spec, &mut out, Room::default(), item);
    core::iter::from_fn(|| out.pop()).collect()
}

#[test]
fn an_error_reaches_all_transports_and_the_path_is_remembered() {
    let mut host = host();
    let strict = Ici {
        destination: Some(THERE.into()),
        source_port: 40_000,
        destination_port: 53,
        next: 17,
        dont_fragment: true,
        ..Ici::NONE
    };
    let sent = out(&mut host, Direction::Down, &[7; 972], strict);
    assert_eq!(sent.len(), 1, "the router has seen it");
    let items = out(&mut host, Direction::Up, &error(), Ici::NONE);
    let (mut notices, mut messages) = (Vec::new(), 0);
    for item in items {
        match item {
            Item::Notice(Direction::Up, notice) => notices.push(*notice),
            Item::Pdu(Direction::Up, _) => messages += 1,
            other => unreachable!("{other:?}"),
        }
    }
    assert_eq!(messages, 1, "the message itself, for whoever runs the host");
    let (destination, mtu) = (THERE.into(), 576);
    let path = Notice::PathMtu { destination, mtu };
    let died = Notice::Undelivered {
        source: HERE.into(),
        destination,
        protocol: 17,
        data: [0x9c, 0x40, 0, 53, 3, 0xd4, 0, 0],
        reporter: ROUTER.into(),
        why: Undelivered::TooLarge,
    };
    // Through ICMP and through UDP, which stand side by side.
    assert_eq!(notices, [path.clone(), path, died.clone(), died]);

    let ici = Ici {
        destination: Some(THERE.into()),
        destination_port: 53,
        next: 17,
        ..Ici::NONE
    };
    let items = out(&mut host, Direction::Down, &[7; 972], ici);
    let lengths: Vec<usize> = items
        .iter()
        .map(|item| match item {
            Item::Pdu(Direction::Down, pdu) => pdu.len(),
            other => unreachable!("{other:?}"),
        })
        .collect();
    assert_eq!(
        lengths,
        [572, 448],
        "980 octets in fragments of at most 576"
    );
}

/// The same message, made up by somebody who has seen no packet: transports hear of it, since each
/// knows its own ports, and packets stay as large.
#[test]
fn an_error_about_what_was_never_sent_changes_no_path() {
    let mut host = host();
    let items = out(&mut host, Direction::Up, &error(), Ici::NONE);
    let undelivered = items.iter().filter(|item| match item {
        Item::Notice(_, notice) => matches!(**notice, Notice::Undelivered { .. }),
        Item::Pdu(..) => false,
    });
    assert_eq!((items.len(), undelivered.count()), (3, 2), "{items:?}");
    let ici = Ici {
        destination: Some(THERE.into()),
        destination_port: 53,
        next: 17,
        ..Ici::NONE
    };
    let items = out(&mut host, Direction::Down, &[7; 972], ici);
    assert_eq!(items.len(), 1, "in one piece");
}
