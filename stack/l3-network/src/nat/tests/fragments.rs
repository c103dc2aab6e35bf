//! Packets in fragments, in order and not. RFC 4787 §11, REQ-14.

use super::*;
use crate::ipv4::Header;
use crate::nat::fragments::{FLOWS, HELD};

/// `packet` in fragments with so many octets of data.
fn cut(packet: &[u8], identification: u16, size: usize) -> Vec<Vec<u8>> {
    let header = Header::decode(packet).unwrap();
    let data = &packet[20..];
    let count = data.len().div_ceil(size);
    let pieces = data.chunks(size).enumerate().map(|(n, piece)| {
        let header = Header {
            identification,
            dont_fragment: false,
            more_fragments: n + 1 < count,
            fragment_offset: u16::try_from(n * size / 8).unwrap(),
            total_length: u16::try_from(20 + piece.len()).unwrap(),
            ..header
        };
        let mut octets = [&[0; 20], piece].concat();
        header.encode(&mut octets).unwrap();
        octets
    });
    pieces.collect()
}

/// What the receiver has: all of them are of one packet.
#[track_caller]
fn whole(fragments: &[Vec<u8>]) -> Vec<u8> {
    let headers: Vec<_> = fragments
        .iter()
        .map(|f| Header::decode(f).unwrap())
        .collect();
    let same = |h: &Header| (h.source, h.destination, h.protocol, h.identification);
    assert!(headers.iter().all(|h| same(h) == same(&headers[0])));
    let mut data = vec![0; 4000];
    let mut end = 0;
    for (header, fragment) in headers.iter().zip(fragments) {
        let at = usize::from(header.fragment_offset) * 8;
        data[at..at + fragment.len() - 20].copy_from_slice(&fragment[20..]);
        end = end.max(at + fragment.len() - 20);
    }
    let length = u16::try_from(20 + end).unwrap();
    let header = Header {
        total_length: length,
        more_fragments: false,
        fragment_offset: 0,
        ..headers[0]
    };
    let mut octets = [&[0; 20], &data[..end]].concat();
    header.encode(&mut octets).unwrap();
    octets
}

fn large() -> Vec<u8> {
    udp(end(HERE, 40_000), end(PEER, 53), &[0x5a; 1500])
}

fn send(rig: &mut Rig<Nat>, fragments: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let each = fragments.iter().map(|fragment| out(rig, fragment));
    each.flat_map(|out| out.down)
        .map(|pdu| pdu.octets().to_vec())
        .collect()
}

#[test]
fn fragments_in_any_order_go_where_the_first_one_goes() {
    let pieces = cut(&large(), 7, 600);
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [2, 1, 0], [1, 2, 0]] {
        let mut rig = nat();
        let sent = send(&mut rig, &order.map(|n| pieces[n].clone()));
        assert_eq!(sent.len(), 3, "{order:?}");
        assert_eq!(ends(&whole(&sent)), (end(ADDRESS, 40_000), end(PEER, 53)));
        assert_eq!(whole(&sent)[28..], large()[28..]);
    }
}

#[test]
fn fragments_come_in_too() {
    let mut rig = nat();
    goes_out(&mut rig, &udp(end(HERE, 40_000), end(PEER, 53), b""));
    let answer = udp(end(PEER, 53), end(ADDRESS, 40_000), &[3; 1500]);
    let pieces = cut(&answer, 9, 600);
    let mut got = Vec::new();
    for n in [2, 0, 1] {
        let out = into(&mut rig, &pieces[n]);
        got.extend(out.up.iter().map(|pdu| pdu.octets().to_vec()));
    }
    assert_eq!(ends(&whole(&got)), (end(PEER, 53), end(HERE, 40_000)));
}

/// They would be put together as one, if they had one identification. RFC 3022 §5.3.
#[test]
fn two_hosts_with_one_identification_are_told_apart() {
    let mut rig = nat();
    let mut other = large();
    let header = Header {
        source: BESIDE,
        ..Header::decode(&other).unwrap()
    };
    header.encode(&mut other).unwrap();
    let sent = [large(), other].map(|packet| send(&mut rig, &cut(&packet, 7, 600)));
    let [first, second] = sent.map(|sent| whole(&sent)[4..6].to_vec());
    assert_ne!(first, second);
}

#[test]
fn a_first_fragment_that_does_not_come_is_not_waited_for_in_vain() {
    let mut rig = nat();
    let pieces = cut(&large(), 7, 600);
    assert!(send(&mut rig, &pieces[1..]).is_empty());
    rig.at_millis(5000);
    let gone = rig.fire();
    assert_eq!(gone.told, ["the first fragment did not come"; 2]);
    assert_eq!(send(&mut rig, &pieces[..1]).len(), 1);
}

/// Fragments without a first one fill what is kept for them, and nothing else.
#[test]
fn a_flood_of_later_fragments_does_not_stop_those_in_order() {
    let mut rig = nat();
    rig.world.pool = layercake_base::Pool::new(HELD + 4);
    let pieces = cut(&large(), 7, 600);
    for identification in 100..200 {
        let flood = &cut(&large(), identification, 600)[1];
        let out = out(&mut rig, flood);
        let full = "queue of fragments before their first one is full at 16";
        let held = usize::from(identification - 100) < HELD;
        assert_eq!(out.told, [full; 1][usize::from(held)..]);
    }
    assert_eq!(send(&mut rig, &pieces).len(), 3);
}

#[test]
fn a_flood_of_first_fragments_lets_go_of_the_oldest() {
    let mut rig = nat();
    let flows = u16::try_from(FLOWS).unwrap();
    let pieces = |id| cut(&large(), id, 600);
    for identification in 0..=flows {
        assert_eq!(send(&mut rig, &pieces(identification)[..1]).len(), 1);
    }
    assert_eq!(send(&mut rig, &pieces(flows)[1..2]).len(), 1);
    assert!(send(&mut rig, &pieces(0)[1..2]).is_empty());
}

/// RFC 1858 §3: what does not say where it goes goes nowhere.
#[test]
fn a_first_fragment_without_the_whole_transport_header_is_discarded() {
    let segment = tcp(end(HERE, 40_000), end(PEER, 80), SYN, b"");
    let out = out(&mut nat(), &cut(&segment, 7, 8)[0]);
    assert_eq!(out.told, ["transport header needs 20 octets, have 8"]);
}
