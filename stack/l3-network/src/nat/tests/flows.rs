//! Datagrams, segments and questions there and back, and how long a mapping lives.

use layercake_base::{Bounce, Direction};

use super::*;

const MINUTE: u64 = 60_000;

#[test]
fn a_datagram_goes_out_under_the_outside_address_and_its_answer_finds_back() {
    let mut rig = nat();
    let sent = goes_out(&mut rig, &udp(end(HERE, 40_000), end(PEER, 53), b"name?"));
    assert_eq!(ends(&sent), (end(ADDRESS, 40_000), end(PEER, 53)));
    let answer = udp(end(PEER, 53), end(ADDRESS, 40_000), b"address");
    let got = comes_in(&mut rig, &answer);
    assert_eq!(ends(&got), (end(PEER, 53), end(HERE, 40_000)));
    assert_eq!(got[28..], *b"address");
}

/// RFC 4787 §4.1, REQ-1, and §5, REQ-8.
#[test]
fn mapping_and_filtering_do_not_depend_on_the_peer() {
    let mut rig = nat();
    for peer in [end(PEER, 53), end(PEER, 54), end(OTHER, 9)] {
        let sent = goes_out(&mut rig, &udp(end(HERE, 40_000), peer, b""));
        assert_eq!(ends(&sent).0, end(ADDRESS, 40_000));
    }
    let stranger = end([198, 51, 100, 1].into(), 1);
    let got = comes_in(&mut rig, &udp(stranger, end(ADDRESS, 40_000), b""));
    assert_eq!(ends(&got).1, end(HERE, 40_000));
}

/// RFC 4787 §4.2, REQ-3 and REQ-4.
#[test]
fn a_port_that_is_taken_becomes_one_of_its_class_and_parity() {
    for port in [1, 2, 1022, 1023, 1024, 1025, 65_534, 65_535] {
        let mut rig = nat();
        let first = goes_out(&mut rig, &udp(end(HERE, port), end(PEER, 53), b""));
        assert_eq!(ends(&first).0.port, port);
        for host in 3..40 {
            let inside = end([10, 0, 0, host].into(), port);
            let sent = goes_out(&mut rig, &udp(inside, end(PEER, 53), b""));
            let outside = ends(&sent).0;
            assert_eq!(outside.port < 1024, port < 1024, "{outside}");
            assert_eq!(outside.port % 2, port % 2, "{outside}");
            let got = comes_in(&mut rig, &udp(end(PEER, 53), outside, b""));
            assert_eq!(ends(&got).1, inside);
        }
    }
}

#[test]
fn a_datagram_without_checksum_stays_without() {
    let mut packet = udp(end(HERE, 40_000), end(PEER, 53), b"name?");
    packet[26..28].fill(0);
    let sent = goes_out(&mut nat(), &packet);
    assert_eq!(sent[26..28], [0, 0]);
    ends(&sent);
}

/// RFC 768: 0 would say that there is no checksum. etherparse makes ffff of it too.
#[test]
fn a_checksum_that_becomes_zero_is_written_as_ones() {
    let make = |from, data: u16| udp(from, end(PEER, 53), &data.to_be_bytes());
    let (inside, outside) = (end(HERE, 40_000), end(ADDRESS, 40_000));
    let ones = |data: &u16| make(outside, *data)[26..28] == [0xff; 2];
    let data = (0..=u16::MAX).find(ones).unwrap();
    let sent = goes_out(&mut nat(), &make(inside, data));
    assert_eq!(sent[20..], make(outside, data)[20..]);
}

#[test]
fn pings_of_two_hosts_with_one_identifier_are_told_apart() {
    let mut rig = nat();
    let ids = [HERE, BESIDE].map(|host| {
        let sent = goes_out(&mut rig, &echo(false, host, PEER, 77, b"12345678"));
        ends(&sent).0.port
    });
    assert_eq!(ids[0], 77);
    assert_ne!(ids[1], 77);
    for (host, id) in [HERE, BESIDE].into_iter().zip(ids) {
        let answer = echo(true, PEER, ADDRESS, id, b"12345678");
        let got = comes_in(&mut rig, &answer);
        assert_eq!(ends(&got).1, end(host, 77));
    }
}

/// [`layercake_base::checksum::update`] gives 0 for what becomes all zeros, and ffff is right.
#[test]
fn an_answer_that_becomes_all_zeros_has_the_checksum_of_zeros() {
    let mut rig = nat();
    let question = |reply, from, to, id| {
        let mut packet = echo(reply, from, to, id, b"");
        packet[26..28].fill(0); // sequence number
        packet[22..24].fill(0);
        let sum = layercake_base::checksum::internet(&packet[20..]);
        packet[22..24].copy_from_slice(&sum.to_be_bytes());
        packet
    };
    let sent = goes_out(&mut rig, &question(false, HERE, PEER, 0));
    let id = ends(&sent).0.port;
    assert_ne!(id, 0);
    let got = comes_in(&mut rig, &question(true, PEER, ADDRESS, id));
    assert_eq!(got[20..], [0, 0, 0xff, 0xff, 0, 0, 0, 0]);
}

/// RFC 4787 §4.3, REQ-5 and REQ-6: refreshed from inside.
#[test]
fn a_mapping_of_udp_lives_five_minutes_from_the_last_packet_from_inside() {
    let mut rig = nat();
    let packet = udp(end(HERE, 40_000), end(PEER, 53), b"");
    let answer = udp(end(PEER, 53), end(ADDRESS, 40_000), b"");
    goes_out(&mut rig, &packet);
    rig.at_millis(4 * MINUTE);
    goes_out(&mut rig, &packet);
    rig.at_millis(5 * MINUTE);
    rig.fire();
    rig.at_millis(9 * MINUTE - 1);
    rig.fire();
    assert_eq!(ends(&comes_in(&mut rig, &answer)).1.address, HERE);
    rig.at_millis(9 * MINUTE);
    rig.fire();
    assert_eq!(rig.layer.table.len(), (0, 0));
    let got = comes_in(&mut rig, &answer);
    assert_eq!(ends(&got).1.address, ADDRESS, "it is for this node now");
}

/// RFC 5508 §3.2, REQ-2.
#[test]
fn a_mapping_of_a_ping_lives_a_minute() {
    let mut rig = nat();
    goes_out(&mut rig, &echo(false, HERE, PEER, 77, b""));
    rig.at_millis(MINUTE - 1);
    rig.fire();
    assert_eq!(rig.layer.table.len(), (1, 0));
    rig.at_millis(MINUTE);
    rig.fire();
    assert_eq!(rig.layer.table.len(), (0, 0));
}

/// RFC 5382 §5, REQ-5.
#[test]
fn an_idle_connection_is_kept_two_hours_and_a_closed_one_four_minutes() {
    let mut rig = nat();
    let (here, peer, outside) = (end(HERE, 40_000), end(PEER, 80), end(ADDRESS, 40_000));
    let mut exchange = |at: u64, segments: &[(bool, u8)]| {
        rig.at_millis(at);
        rig.fire();
        for &(from_inside, flags) in segments {
            let got = match from_inside {
                true => goes_out(&mut rig, &tcp(here, peer, flags, b"")),
                false => comes_in(&mut rig, &tcp(peer, outside, flags, b"")),
            };
            ends(&got);
        }
        rig.layer.table.len()
    };
    let opened = exchange(0, &[(true, SYN), (false, SYN | ACK), (true, ACK)]);
    assert_eq!(opened, (1, 1));
    let idle = 124 * MINUTE - 1;
    assert_eq!(exchange(idle, &[(false, ACK)]), (1, 1));
    assert_eq!(exchange(2 * idle, &[(true, 0x11), (false, 0x11)]), (1, 1));
    let closed = 2 * idle + 4 * MINUTE;
    assert_eq!(exchange(closed - 1, &[(true, ACK)]), (1, 1));
    assert_eq!(exchange(closed, &[]), (0, 0));
}

#[test]
fn a_connection_that_never_opens_is_kept_four_minutes() {
    let mut rig = nat();
    goes_out(&mut rig, &tcp(end(HERE, 40_000), end(PEER, 80), SYN, b""));
    rig.at_millis(4 * MINUTE);
    rig.fire();
    assert_eq!(rig.layer.table.len(), (0, 0));
    assert_eq!(layercake_base::Layer::deadline(&rig.layer), None);
}

#[test]
fn a_segment_that_begins_nothing_is_discarded() {
    let mut rig = nat();
    let stray = tcp(end(HERE, 40_000), end(PEER, 80), ACK, b"data");
    let out = out(&mut rig, &stray);
    assert!(out.down.is_empty());
    let why = "the segment is on no connection and begins none";
    assert_eq!(out.told, [why]);
}

/// RFC 5382 §4.3, REQ-4.
#[test]
fn a_syn_that_nobody_waits_for_is_not_answered() {
    let out = into(&mut nat(), &tcp(end(PEER, 80), end(ADDRESS, 22), SYN, b""));
    assert!(out.up.is_empty() && out.down.is_empty());
    assert_eq!(out.told, ["Destination Port = 22 has no mapping"]);
}

#[test]
fn a_server_inside_is_reached_by_its_forward() {
    let mut rig = with_server();
    let (peer, outside) = (end(PEER, 50_000), end(ADDRESS, 8080));
    let got = comes_in(&mut rig, &tcp(peer, outside, SYN, b""));
    assert_eq!(ends(&got), (peer, end(BESIDE, 80)));
    let sent = goes_out(&mut rig, &tcp(end(BESIDE, 80), peer, SYN | ACK, b""));
    assert_eq!(ends(&sent), (outside, peer));
    rig.at_millis(125 * MINUTE);
    rig.fire();
    assert_eq!(rig.layer.table.len(), (1, 0), "the forward stays");
}

/// A client inside may not take a port that this node uses, nor the other way round.
#[test]
fn ports_of_this_node_and_of_those_inside_do_not_collide() {
    let mut rig = nat();
    let own = goes_out(&mut rig, &udp(end(ADDRESS, 5000), end(PEER, 53), b""));
    assert_eq!(ends(&own).0, end(ADDRESS, 5000));
    let sent = goes_out(&mut rig, &udp(end(HERE, 5000), end(PEER, 53), b""));
    assert_ne!(ends(&sent).0.port, 5000);
    let got = comes_in(&mut rig, &udp(end(PEER, 53), end(ADDRESS, 5000), b""));
    assert_eq!(ends(&got).1, end(ADDRESS, 5000));

    goes_out(&mut rig, &udp(end(HERE, 6000), end(PEER, 53), b""));
    let own = goes_out(&mut rig, &udp(end(ADDRESS, 6000), end(PEER, 53), b""));
    let outside = ends(&own).0;
    assert_ne!(outside.port, 6000);
    let got = comes_in(&mut rig, &udp(end(PEER, 53), outside, b""));
    assert_eq!(ends(&got).1, end(ADDRESS, 6000));
}

#[test]
fn this_node_is_pinged_and_answers_as_if_there_were_no_nat() {
    let mut rig = nat();
    let question = echo(false, PEER, ADDRESS, 9, b"12345678");
    assert_eq!(comes_in(&mut rig, &question), question);
    let answer = echo(true, ADDRESS, PEER, 9, b"12345678");
    assert_eq!(ends(&goes_out(&mut rig, &answer)), ends(&answer));
    assert_eq!(rig.layer.table.len(), (0, 0));
}

#[test]
fn what_cannot_be_translated_is_refused_by_name() {
    let mut rig = nat();
    let mut packet = udp(end(HERE, 1), end(PEER, 1), b"");
    packet[9] = 47;
    let mut header = crate::ipv4::Header::decode_lax(&packet).unwrap();
    header.encode(&mut packet).unwrap();
    let refused = out(&mut rig, &packet);
    assert_eq!(refused.told, ["Protocol = 47 is not handled here"]);
    header.destination = HERE;
    header.encode(&mut packet).unwrap();
    let refused = into(&mut rig, &packet);
    let why = "Destination Address = 10.0.0.2 is not the one outside";
    assert_eq!(refused.told, [why]);
    let stray = out(&mut rig, &echo(true, HERE, PEER, 300, b""));
    let why = "Identifier = 300 (0x12c) answers no question from outside";
    assert_eq!(stray.told, [why]);
}

#[test]
fn other_protocols_groups_and_inside_packets_pass_as_they_are() {
    let mut rig = nat();
    let group = udp(end(ADDRESS, 520), end([224, 0, 0, 9].into(), 520), b"rip");
    assert_eq!(goes_out(&mut rig, &group), group);
    assert_eq!(comes_in(&mut rig, &group), group);
    let v6 = crate::samples::ECHO_V6;
    assert_eq!(goes_out(&mut rig, &v6), v6);
    let inside = udp(end(HERE, 1), end([10, 0, 0, 1].into(), 53), b"");
    let port = INSIDE;
    let got = rig.receive(&inside, Ici { port, ..Ici::NONE });
    assert_eq!(only(&got.up), inside);
    let got = rig.send(&inside, Ici { port, ..Ici::NONE });
    assert_eq!(only(&got.down), inside);
    assert_eq!(rig.layer.table.len(), (0, 0));
}

/// The network layer above tells the sender, and must find its inside address.
#[test]
fn what_the_link_sends_back_has_its_inside_source_again() {
    let mut rig = nat();
    for packet in [
        udp(end(HERE, 40_000), end(PEER, 53), b"data"),
        tcp(end(HERE, 40_001), end(PEER, 80), SYN, b""),
        echo(false, HERE, PEER, 77, b"12345678"),
    ] {
        let mut pdu = out(&mut rig, &packet).down.remove(0);
        assert_eq!(ends(pdu.octets()).0.address, ADDRESS);
        pdu.set_ici(|ici| ici.bounce = Some(Bounce::NoNeighbour));
        let back = rig.deliver(Direction::Up, pdu);
        assert_eq!(ends(&only(&back.up)), ends(&packet));
    }
}

/// RFC 6864 §5.3: two hosts inside may have chosen the same.
#[test]
fn a_packet_that_may_be_cut_gets_an_identification_of_its_own() {
    let mut rig = nat();
    let mut seen = Vec::new();
    for host in [HERE, BESIDE] {
        let mut packet = udp(end(host, 40_000), end(PEER, 53), b"");
        let mut header = crate::ipv4::Header::decode(&packet).unwrap();
        (header.identification, header.dont_fragment) = (7, false);
        header.encode(&mut packet).unwrap();
        seen.push(goes_out(&mut rig, &packet)[4..6].to_vec());
        header.dont_fragment = true;
        header.encode(&mut packet).unwrap();
        assert_eq!(goes_out(&mut rig, &packet)[4..6], [0, 7]);
    }
    assert_ne!(seen[0], seen[1]);
}
