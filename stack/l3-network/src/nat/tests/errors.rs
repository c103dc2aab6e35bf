//! ICMP errors through a NAT, both ways. RFC 5508 §4.

use super::*;
use crate::icmp::unreachable::Code;
use crate::icmp::{Quoted, TimeExceeded, Unreachable};
use layercake_base::checksum;

const ROUTER: Ipv4Addr = Ipv4Addr::new(198, 51, 100, 1);
const INSIDE_ROUTER: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 254);

/// An error of `from` about `packet`, of which it quotes so many octets.
fn error(from: Ipv4Addr, about: &[u8], octets: usize, mtu: Option<u16>) -> Vec<u8> {
    let to: [u8; 4] = about[12..16].try_into().unwrap();
    let quote = &about[..octets.min(about.len())];
    let mut message = [&[0; 8], quote].concat();
    match mtu {
        Some(next_hop_mtu) => Unreachable {
            next_hop_mtu,
            ..Unreachable::new(Code::FRAGMENTATION_NEEDED)
        }
        .encode(&mut message)
        .unwrap(),
        None => TimeExceeded::IN_TRANSIT.encode(&mut message).unwrap(),
    }
    let length = u16::try_from(message.len()).unwrap();
    let protocol = crate::Protocol::ICMP;
    let header = crate::ipv4::Header::new(from, to.into(), protocol, length);
    let mut octets = [&[0; 20][..], &message].concat();
    header.encode(&mut octets).unwrap();
    octets
}

/// Checksums of header and message are right; gives the quote.
#[track_caller]
fn quote(packet: &[u8]) -> &[u8] {
    assert_eq!(checksum::internet(&packet[..20]), 0);
    assert_eq!(checksum::internet(&packet[20..]), 0);
    assert!(Quoted::in_message(&packet[20..]).is_ok());
    &packet[28..]
}

fn flows() -> [Vec<u8>; 4] {
    let mut bare = udp(end(HERE, 40_002), end(PEER, 53), b"no checksum");
    bare[26..28].fill(0);
    [
        udp(end(HERE, 40_000), end(PEER, 53), b"some data"),
        tcp(end(HERE, 40_001), end(PEER, 80), SYN, b""),
        bare,
        echo(false, HERE, PEER, 77, b"12345678"),
    ]
}

/// The client gets its own packet quoted, octet for octet, whoever else has its ports: RFC 5508
/// REQ-4. Quoted with all of it, and with no more than RFC 792 asks.
#[test]
fn a_quote_that_comes_in_is_the_packet_that_was_sent() {
    for taken in [false, true] {
        let mut rig = nat();
        for packet in flows().into_iter().filter(|_| taken) {
            let mut other = packet;
            let mut header = crate::ipv4::Header::decode(&other).unwrap();
            header.source = BESIDE;
            header.encode(&mut other).unwrap();
            goes_out(&mut rig, &other);
        }
        for mut packet in flows() {
            packet[6] |= 0x40; // DF: its identification stays
            packet[10..12].fill(0);
            let sum = checksum::internet(&packet[..20]).to_be_bytes();
            packet[10..12].copy_from_slice(&sum);
            let sent = goes_out(&mut rig, &packet);
            let moved = sent[20..22] != packet[20..22] || sent[24..26] != packet[24..26];
            assert_eq!(moved, taken);
            for octets in [28, usize::MAX] {
                for mtu in [None, Some(1300)] {
                    let got = comes_in(&mut rig, &error(ROUTER, &sent, octets, mtu));
                    assert_eq!(got[12..16], ROUTER.octets(), "who says so");
                    assert_eq!(got[16..20], HERE.octets());
                    let most = octets.min(packet.len());
                    assert_eq!(quote(&got), &packet[..most]);
                    assert_eq!(got[26..28], mtu.unwrap_or(0).to_be_bytes());
                }
            }
        }
    }
}

/// RFC 5508 REQ-5: outside only the outside address is known, as sender too, also when
/// the error is that of a router inside.
#[test]
fn a_quote_that_goes_out_is_the_packet_that_came() {
    for from in [BESIDE, INSIDE_ROUTER] {
        let mut rig = with_server();
        let asked = tcp(end(PEER, 50_000), end(ADDRESS, 8080), SYN, b"");
        let got = comes_in(&mut rig, &asked);
        let sent = goes_out(&mut rig, &error(from, &got, usize::MAX, None));
        assert_eq!(sent[12..16], ADDRESS.octets());
        assert_eq!(sent[16..20], PEER.octets());
        assert_eq!(quote(&sent), asked);
    }
}

#[test]
fn an_error_about_what_came_by_no_mapping_stays_inside() {
    let stray = udp(end(PEER, 53), end(HERE, 40_000), b"");
    let out = out(&mut nat(), &error(HERE, &stray, usize::MAX, None));
    assert!(out.down.is_empty());
    assert_eq!(out.told, ["an ICMP error about what came by no mapping"]);
}

#[test]
fn this_node_speaks_about_what_was_for_itself() {
    let mut rig = nat();
    let stray = udp(end(PEER, 53), end(ADDRESS, 40_000), b"");
    let message = error(ADDRESS, &stray, usize::MAX, None);
    assert_eq!(quote(&goes_out(&mut rig, &message)), stray);
    let sent = echo(false, ADDRESS, PEER, 3, b"");
    let message = error(ROUTER, &goes_out(&mut rig, &sent), usize::MAX, None);
    assert_eq!(comes_in(&mut rig, &message), message);
}

/// RFC 5508 REQ-3.
#[test]
fn an_error_with_a_wrong_checksum_goes_no_further() {
    let mut rig = nat();
    let sent = goes_out(&mut rig, &flows()[0]);
    let mut message = error(ROUTER, &sent, usize::MAX, None);
    message[50] ^= 1;
    let got = into(&mut rig, &message);
    assert!(got.up.is_empty());
    assert!(
        got.told[0].starts_with("ICMP checksum is "),
        "{:?}",
        got.told
    );
}

/// RFC 4884 §4: the length ends the quote, and extensions behind it stay what they are.
#[test]
fn extensions_behind_a_quote_pass_as_they_are() {
    let mut rig = nat();
    let sent = goes_out(&mut rig, &udp(end(HERE, 40_000), end(PEER, 53), &[7; 100]));
    let mut message = error(ROUTER, &sent, usize::MAX, None);
    let extension = [0x20, 0, 0xde, 0xfe, 0, 8, 1, 1, 0x12, 0x34, 0x51, 0x01];
    message.extend(extension);
    message[25] = 32; // 128 octets
    let length = u16::try_from(message.len()).unwrap();
    message[2..4].copy_from_slice(&length.to_be_bytes());
    for (part, at) in [(0..20, 10), (20..message.len(), 22)] {
        message[at..at + 2].fill(0);
        let sum = checksum::internet(&message[part]).to_be_bytes();
        message[at..at + 2].copy_from_slice(&sum);
    }
    let got = comes_in(&mut rig, &message);
    let quoted = quote(&got);
    assert_eq!(quoted[128..], extension);
    assert_eq!(ends(&quoted[..128]).0, end(HERE, 40_000));
}
