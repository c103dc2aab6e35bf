//! From inside to an outside end that stands for somebody inside. RFC 4787 §6, REQ-9.

use super::*;
use layercake_base::Direction;

/// What Ipv4 above would do: the packet comes up at one attachment, and goes down by the inside.
fn turned(rig: &mut Rig<Nat>, packet: &[u8]) -> Vec<u8> {
    let port = INSIDE;
    let mut up = rig.receive(packet, Ici { port, ..Ici::NONE }).up;
    let mut pdu = up.remove(0);
    assert_eq!(pdu.ici().port, OUTSIDE, "as if from outside: no redirect");
    pdu.set_ici(|ici| ici.port = INSIDE);
    only(&rig.deliver(Direction::Down, pdu).down)
}

#[test]
fn two_hosts_inside_meet_at_their_outside_ends() {
    let mut rig = nat();
    goes_out(&mut rig, &udp(end(BESIDE, 7000), end(PEER, 9), b""));
    let asked = udp(end(HERE, 40_000), end(ADDRESS, 7000), b"hello");
    let got = turned(&mut rig, &asked);
    assert_eq!(ends(&got), (end(ADDRESS, 40_000), end(BESIDE, 7000)));
    let answer = udp(end(BESIDE, 7000), end(ADDRESS, 40_000), b"hello");
    let got = turned(&mut rig, &answer);
    assert_eq!(ends(&got), (end(ADDRESS, 7000), end(HERE, 40_000)));
}

#[test]
fn a_connection_to_a_server_inside_opens_by_its_forward() {
    let mut rig = with_server();
    let (here, server) = (end(HERE, 40_000), end(BESIDE, 80));
    let (here_outside, server_outside) = (end(ADDRESS, 40_000), end(ADDRESS, 8080));
    for flags in [SYN, ACK] {
        let got = turned(&mut rig, &tcp(here, server_outside, flags, b""));
        assert_eq!(ends(&got), (here_outside, server));
        let got = turned(&mut rig, &tcp(server, here_outside, SYN | ACK, b""));
        assert_eq!(ends(&got), (server_outside, here));
    }
}

/// RFC 5508 REQ-7.
#[test]
fn an_error_about_a_hairpin_finds_back_too() {
    let mut rig = nat();
    goes_out(&mut rig, &udp(end(BESIDE, 7000), end(PEER, 9), b""));
    let asked = udp(end(HERE, 40_000), end(ADDRESS, 7000), b"hello");
    let got = turned(&mut rig, &asked);
    let mut message = [&[0; 8], &got[..]].concat();
    let code = crate::icmp::unreachable::Code::PORT;
    crate::icmp::Unreachable::new(code)
        .encode(&mut message)
        .unwrap();
    let length = u16::try_from(message.len()).unwrap();
    let protocol = crate::Protocol::ICMP;
    let header = crate::ipv4::Header::new(BESIDE, ADDRESS, protocol, length);
    let mut error = [&[0; 20][..], &message].concat();
    header.encode(&mut error).unwrap();
    let told = turned(&mut rig, &error);
    assert_eq!(ends(&told), (end(ADDRESS, 0), end(HERE, 0)));
    let same = |field: core::ops::Range<usize>| {
        assert_eq!(told[28..][field.clone()], asked[field])
    };
    same(12..28); // addresses, ports, length and checksum
}

#[test]
fn who_is_inside_reaches_this_node_by_its_outside_address() {
    let mut rig = nat();
    let question = echo(false, HERE, ADDRESS, 9, b"12345678");
    let port = INSIDE;
    let out = rig.receive(&question, Ici { port, ..Ici::NONE });
    assert_eq!(only(&out.up), question);
    assert_eq!(out.up[0].ici().port, INSIDE);
}
