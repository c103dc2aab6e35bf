//! Bounds under a flood, and packets of any octets.

use super::*;
use layercake_base::{Bounce, checksum};
use proptest::prelude::*;

/// Each packet asks for a mapping and a connection of its own.
#[test]
fn a_flood_fills_the_table_and_no_more() {
    let mut rig = Rig::new(Nat::new(Config {
        mappings: 100,
        connections: 60,
        ..config()
    }));
    for n in 0..2000_u16 {
        let inside = end([10, 0, 1, n.to_be_bytes()[1]].into(), 1000 + n);
        out(&mut rig, &udp(inside, end(PEER, 53), b""));
        out(&mut rig, &tcp(inside, end(PEER, 80), SYN, b""));
        let (mappings, connections) = rig.layer.table.len();
        assert!(mappings <= 100 && connections <= 60);
    }
    let late = udp(end(HERE, 1), end(PEER, 53), b"");
    let refused = out(&mut rig, &late);
    assert_eq!(refused.told, ["table of mappings is full at 100"]);
    rig.at_millis(5 * 60_000);
    rig.fire();
    assert_eq!(rig.layer.table.len(), (0, 0));
    goes_out(&mut rig, &late);
}

/// Whoever knocks at a forward cannot keep those inside from opening connections.
#[test]
fn a_flood_from_outside_takes_half_the_connections() {
    let mut rig = with_server();
    for n in 0..20_000_u32 {
        let peer = end((0xc000_0000 + n).into(), 1000);
        into(&mut rig, &tcp(peer, end(ADDRESS, 8080), SYN, b""));
    }
    assert_eq!(rig.layer.table.len(), (1, 4096));
    goes_out(&mut rig, &tcp(end(HERE, 40_000), end(PEER, 80), SYN, b""));
}

#[test]
fn a_class_of_ports_that_is_used_up_gives_none_of_another() {
    let mut rig = nat();
    for n in 0..512_u16 {
        let host = [10, 0, n.to_be_bytes()[0], n.to_be_bytes()[1]];
        out(&mut rig, &udp(end(host.into(), 501), end(PEER, 53), b""));
    }
    assert_eq!(rig.layer.table.len(), (512, 0));
    let host = [10, 0, 9, 9];
    let refused = out(&mut rig, &udp(end(host.into(), 501), end(PEER, 53), b""));
    assert!(refused.down.is_empty());
}

#[derive(Clone, Copy, Debug)]
enum Made {
    Udp { sum: bool },
    Tcp,
    Echo,
}

fn made() -> impl Strategy<Value = Made> {
    prop_oneof![
        any::<bool>().prop_map(|sum| Made::Udp { sum }),
        Just(Made::Tcp),
        Just(Made::Echo),
    ]
}

fn make(made: Made, from: Endpoint, to: Endpoint, back: bool, data: &[u8]) -> Vec<u8> {
    match made {
        Made::Udp { sum } => {
            let mut packet = udp(from, to, data);
            packet[26..28]
                .iter_mut()
                .filter(|_| !sum)
                .for_each(|octet| *octet = 0);
            packet
        }
        Made::Tcp => tcp(from, to, SYN | if back { ACK } else { 0 }, data),
        Made::Echo => {
            let id = if back { to.port } else { from.port };
            echo(back, from.address, to.address, id, data)
        }
    }
}

proptest! {
    /// Every checksum is what etherparse computes over the whole packet, and the way back is
    /// the way there, backwards.
    #[test]
    fn there_and_back_is_where_it_was(
        made in made(), host: [u8; 2], peer: [u8; 3], ports: [u16; 2], rivals in 0..4_u8,
        data in proptest::collection::vec(any::<u8>(), 0..60),
    ) {
        let inside = end([10, 1, host[0], host[1]].into(), ports[0]);
        let peer = end([192, peer[0], peer[1], peer[2]].into(), ports[1]);
        let mut rig = nat();
        for rival in 0..rivals {
            let rival = end([10, 2, 0, rival].into(), inside.port);
            out(&mut rig, &make(made, rival, peer, false, &data));
        }
        let packet = make(made, inside, peer, false, &data);
        let sent = goes_out(&mut rig, &packet);
        let (outside, to) = ends(&sent);
        prop_assert_eq!(outside.address, ADDRESS);
        prop_assert!(matches!(made, Made::Echo) || to == peer);
        let body = packet.len() - data.len();
        prop_assert_eq!(&sent[body..], &packet[body..]);
        let answer = make(made, peer, outside, true, &data);
        let got = comes_in(&mut rig, &answer);
        let (from, to) = ends(&got);
        prop_assert_eq!(to, inside);
        prop_assert_eq!(from.address, peer.address);
    }

    #[test]
    fn no_octets_can_harm(
        steps in proptest::collection::vec(
            (proptest::collection::vec(any::<u8>(), 0..90), 0..6_u8, any::<bool>()), 1..12
        )
    ) {
        let mut rig = with_server();
        for (mut octets, way, right) in steps {
            if right && octets.len() >= 28 {
                octets[0] = 0x45;
                let length = u16::try_from(octets.len()).unwrap();
                octets[2..4].copy_from_slice(&length.to_be_bytes());
                octets[9] = [1, 6, 17][usize::from(octets[9] % 3)];
                octets[16..20].copy_from_slice(&ADDRESS.octets());
                for (part, at) in [(20..octets.len(), 22), (0..20, 10)] {
                    octets[at..at + 2].fill(0);
                    let sum = checksum::internet(&octets[part]).to_be_bytes();
                    octets[at..at + 2].copy_from_slice(&sum);
                }
            }
            let ici = Ici {
                port: u16::from(way % 2),
                bounce: (way == 4).then_some(Bounce::NoNeighbour),
                ..Ici::NONE
            };
            let out = if way < 2 { rig.send(&octets, ici) } else { rig.receive(&octets, ici) };
            prop_assert!(out.up.len() + out.down.len() <= HELD_AND_ONE);
            rig.fire();
        }
    }
}

const HELD_AND_ONE: usize = crate::nat::fragments::HELD + 1;
