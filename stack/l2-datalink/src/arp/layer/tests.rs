use core::time::Duration;

use super::*;
use crate::rig::Rig;

const HERE: Station = Station {
    hardware: Mac::local(1),
    protocol: Ipv4Addr::new(10, 0, 0, 1),
};
const THERE: Station = Station {
    hardware: Mac::local(2),
    protocol: Ipv4Addr::new(10, 0, 0, 2),
};
const OTHER: Station = Station {
    hardware: Mac::local(3),
    protocol: Ipv4Addr::new(10, 0, 0, 3),
};
const SECOND: Duration = Duration::from_secs(1);

fn rig() -> Rig<Arp> {
    Rig::new(Arp::new(HERE.hardware, HERE.protocol))
}

fn next_hop(neighbour: Ipv4Addr) -> Ici {
    Ici {
        next_hop: Some(neighbour.into()),
        next: ether_type::IPV4.0,
        ..Ici::NONE
    }
}

fn hear(rig: &mut Rig<Arp>, opcode: Opcode, sender: Station, target: Station) {
    heard(rig, opcode, sender, target).unwrap();
}

fn heard(
    rig: &mut Rig<Arp>,
    opcode: Opcode,
    sender: Station,
    target: Station,
) -> Result<(), Reason> {
    let packet = Packet {
        opcode,
        sender,
        target,
    };
    let ici = Ici {
        next: ether_type::ARP.0,
        ..Ici::NONE
    };
    // As after Ethernet: the padding is still behind the packet.
    let padded = [&packet.encode()[..], &[0; 18]].concat();
    rig.receive(&padded, ici)
}

/// The ARP packet that the layer sent, and to whom.
fn asked(rig: &mut Rig<Arp>) -> (Packet, Option<Mac>) {
    let pdu = rig.sent();
    assert_eq!(pdu.ici().next, ether_type::ARP.0);
    (
        Packet::decode(pdu.octets()).unwrap(),
        pdu.ici().link_destination,
    )
}

fn is_request(rig: &mut Rig<Arp>) -> bool {
    let (packet, to) = asked(rig);
    to == Some(Mac::BROADCAST) && packet.opcode == Opcode::Request
}

/// RFC 826, "An Example": X asks, Y answers, and Y has learnt X without asking.
#[test]
fn the_example_of_rfc_826() {
    let (mut x, mut y) = (rig(), Rig::new(Arp::new(THERE.hardware, THERE.protocol)));
    x.send(b"packet", next_hop(THERE.protocol)).unwrap();
    let (request, to) = asked(&mut x);
    assert_eq!(
        (request.opcode, to),
        (Opcode::Request, Some(Mac::BROADCAST))
    );
    assert_eq!(request.sender, HERE);
    assert_eq!(request.target.protocol, THERE.protocol);

    hear(&mut y, request.opcode, request.sender, request.target);
    let (reply, to) = asked(&mut y);
    assert_eq!((reply.opcode, to), (Opcode::Reply, Some(HERE.hardware)));
    assert_eq!((reply.sender, reply.target), (THERE, HERE));
    y.send(b"back", next_hop(HERE.protocol)).unwrap();
    assert_eq!(y.sent().ici().link_destination, Some(HERE.hardware));

    hear(&mut x, reply.opcode, reply.sender, reply.target);
    let packet = x.sent();
    assert_eq!(packet.octets(), b"packet");
    assert_eq!(packet.ici().link_destination, Some(THERE.hardware));
    assert_eq!(packet.ici().next, ether_type::IPV4.0);
    assert!(x.pop().is_none() && y.pop().is_none());
}

#[test]
fn what_waits_is_sent_in_its_order_and_only_the_first_asks() {
    let mut rig = rig();
    for body in [b"a", b"b", b"c"] {
        rig.send(body, next_hop(THERE.protocol)).unwrap();
    }
    assert!(is_request(&mut rig));
    assert!(rig.pop().is_none());
    hear(&mut rig, Opcode::Reply, THERE, HERE);
    for body in [b"a", b"b", b"c"] {
        assert_eq!(rig.sent().octets(), body);
    }
    assert_eq!(rig.layer.deadline(), None);
}

#[test]
fn three_requests_a_second_apart_then_all_that_waits_goes_back_up() {
    let mut rig = rig();
    rig.send(b"a", next_hop(THERE.protocol)).unwrap();
    rig.send(b"b", next_hop(THERE.protocol)).unwrap();
    for _ in 0..3 {
        assert!(is_request(&mut rig));
        assert!(rig.pop().is_none());
        assert_eq!(rig.layer.deadline(), Some(rig.world.now + SECOND));
        rig.wait(SECOND);
    }
    for body in [b"a", b"b"] {
        let back = rig.received();
        assert_eq!(back.octets(), body);
        assert_eq!(back.ici().bounce, Some(Bounce::NoNeighbour));
        assert_eq!(back.ici().next, ether_type::IPV4.0);
    }
    assert!(rig.pop().is_none());
    assert_eq!(rig.layer.deadline(), None);
    // Unknown again: the next PDU asks again.
    rig.send(b"c", next_hop(THERE.protocol)).unwrap();
    assert!(is_request(&mut rig));
}

#[test]
fn beyond_eight_the_oldest_that_waits_is_discarded() {
    let mut rig = rig();
    for body in 0..9_u8 {
        rig.send(&[body], next_hop(THERE.protocol)).unwrap();
    }
    assert!(is_request(&mut rig));
    assert_eq!(rig.world.discards.total(), 1);
    hear(&mut rig, Opcode::Reply, THERE, HERE);
    for body in 1..9_u8 {
        assert_eq!(rig.sent().octets(), [body]);
    }
}

#[test]
fn an_answer_is_believed_for_a_minute() {
    let mut rig = rig();
    hear(&mut rig, Opcode::Request, THERE, HERE);
    assert_eq!(asked(&mut rig).0.opcode, Opcode::Reply);
    rig.wait(Duration::from_secs(60) - Duration::from_nanos(1));
    rig.send(b"young", next_hop(THERE.protocol)).unwrap();
    assert_eq!(rig.sent().octets(), b"young");
    rig.wait(Duration::from_nanos(1));
    rig.send(b"old", next_hop(THERE.protocol)).unwrap();
    assert!(is_request(&mut rig));
}

/// RFC 826: the table is updated from every packet, but added to only from those to us.
#[test]
fn packets_between_others_update_and_never_add() {
    let mut rig = rig();
    hear(&mut rig, Opcode::Request, THERE, OTHER);
    rig.send(b"x", next_hop(THERE.protocol)).unwrap();
    assert!(is_request(&mut rig), "nothing was learnt");
    hear(&mut rig, Opcode::Request, THERE, OTHER);
    assert_eq!(rig.sent().octets(), b"x", "an answer is an answer");
    let moved = Station {
        hardware: Mac::local(77),
        ..THERE
    };
    hear(&mut rig, Opcode::Reply, moved, OTHER);
    rig.send(b"y", next_hop(THERE.protocol)).unwrap();
    assert_eq!(rig.sent().ici().link_destination, Some(moved.hardware));
}

#[test]
fn who_was_not_heard_for_a_minute_is_unknown_to_packets_between_others_too() {
    let mut rig = known();
    rig.wait(60 * SECOND);
    hear(&mut rig, Opcode::Request, THERE, OTHER);
    rig.send(b"x", next_hop(THERE.protocol)).unwrap();
    assert!(is_request(&mut rig), "nothing was learnt");
}

#[test]
fn a_probe_is_answered_and_not_learnt() {
    let mut rig = rig();
    let probe = Station {
        protocol: Ipv4Addr::UNSPECIFIED,
        ..THERE
    };
    hear(&mut rig, Opcode::Request, probe, HERE);
    let (reply, to) = asked(&mut rig);
    assert_eq!((reply.opcode, reply.target), (Opcode::Reply, probe));
    assert_eq!(to, Some(THERE.hardware));
    rig.send(b"x", next_hop(Ipv4Addr::UNSPECIFIED)).unwrap();
    assert!(is_request(&mut rig));
}

#[test]
fn a_sender_that_is_a_group_or_has_our_address_is_refused() {
    let mut rig = rig();
    let group = Station {
        hardware: Mac::BROADCAST,
        ..THERE
    };
    let reason = heard(&mut rig, Opcode::Reply, group, HERE).unwrap_err();
    assert_eq!(
        reason.to_string(),
        "ar$sha = ff:ff:ff:ff:ff:ff must not be a group"
    );
    let double = Station {
        protocol: HERE.protocol,
        ..THERE
    };
    let reason = heard(&mut rig, Opcode::Reply, double, OTHER).unwrap_err();
    assert_eq!(
        reason.to_string(),
        "ar$spa = 10.0.0.1 must not be our own address"
    );
    assert!(rig.pop().is_none());
}

/// RFC 1112 §6.4: 224.1.2.3 with its low 23 bits; the 24th is lost.
#[test]
fn groups_map_to_link_addresses_without_a_question() {
    let mut rig = rig();
    for (neighbour, hardware) in [
        (Ipv4Addr::BROADCAST, Mac::BROADCAST),
        (
            Ipv4Addr::new(224, 129, 2, 3),
            Mac([0x01, 0x00, 0x5e, 1, 2, 3]),
        ),
    ] {
        rig.send(b"all", next_hop(neighbour)).unwrap();
        assert_eq!(rig.sent().ici().link_destination, Some(hardware));
    }
}

#[test]
fn without_an_ipv4_next_hop_nothing_is_sent() {
    let mut rig = rig();
    let reason = rig.send(b"x", Ici::NONE).unwrap_err();
    assert_eq!(reason, Reason::NoWay("no next hop"));
    let six = Ici {
        next_hop: Some(core::net::Ipv6Addr::LOCALHOST.into()),
        ..Ici::NONE
    };
    let reason = rig.send(b"x", six).unwrap_err();
    assert_eq!(
        reason.to_string(),
        "version of the next hop = 6 is not handled here"
    );
}

#[test]
fn what_is_not_arp_goes_up_as_it_is() {
    let mut rig = rig();
    let ici = Ici {
        next: ether_type::IPV4.0,
        ..Ici::NONE
    };
    rig.receive(b"packet", ici).unwrap();
    assert_eq!(rig.received().octets(), b"packet");
}

#[test]
fn a_question_that_no_pdu_was_free_for_is_asked_a_second_later() {
    let mut rig = rig();
    rig.world.pool = layercake_base::Pool::new(1);
    rig.send(b"x", next_hop(THERE.protocol)).unwrap();
    assert!(rig.pop().is_none());
    rig.world.pool = layercake_base::Pool::new(1);
    rig.wait(SECOND);
    assert!(is_request(&mut rig));
}

type Event = fn(&mut Rig<Arp>);

fn unknown() -> Rig<Arp> {
    rig()
}

fn asking() -> Rig<Arp> {
    let mut rig = unknown();
    rig.send(b"first", next_hop(THERE.protocol)).unwrap();
    assert!(is_request(&mut rig));
    rig
}

fn known() -> Rig<Arp> {
    let mut rig = asking();
    hear(&mut rig, Opcode::Reply, THERE, HERE);
    assert_eq!(rig.sent().octets(), b"first");
    rig
}

/// The table in the documentation of [`Arp`], event by event and state by state: what comes
/// out, and the state after it.
#[test]
fn every_state_with_every_event() {
    let pdu: Event = |rig| rig.send(b"next", next_hop(THERE.protocol)).unwrap();
    check(unknown, pdu, "ask", "asking");
    check(asking, pdu, "", "asking");
    check(known, pdu, "next", "known");

    let to_us: Event = |rig| hear(rig, Opcode::Reply, THERE, HERE);
    check(unknown, to_us, "", "known");
    check(asking, to_us, "first", "known");
    check(known, to_us, "", "known");

    let not_to_us: Event = |rig| hear(rig, Opcode::Reply, THERE, OTHER);
    check(unknown, not_to_us, "", "unknown");
    check(asking, not_to_us, "first", "known");
    check(known, not_to_us, "", "known");

    let second: Event = |rig| rig.wait(SECOND);
    check(unknown, second, "", "unknown");
    check(asking, second, "ask", "asking");
    check(known, second, "", "known");

    let minute: Event = |rig| rig.wait(60 * SECOND);
    check(unknown, minute, "", "unknown");
    check(asking, minute, "ask ask first", "unknown");
    check(known, minute, "", "unknown");
}

#[track_caller]
fn check(state: fn() -> Rig<Arp>, event: Event, output: &str, after: &str) {
    let mut rig = state();
    event(&mut rig);
    assert_eq!((shown(&mut rig).as_str(), state_of(&rig)), (output, after));
}

/// What came out: "ask" for a request, else the body.
fn shown(rig: &mut Rig<Arp>) -> String {
    let mut words = Vec::new();
    while let Some((_, pdu)) = rig.pop() {
        words.push(match pdu.ici().next == ether_type::ARP.0 {
            true => "ask".to_owned(),
            false => String::from_utf8_lossy(pdu.octets()).into_owned(),
        });
    }
    words.join(" ")
}

fn state_of(rig: &Rig<Arp>) -> &'static str {
    let table = &rig.layer.table;
    match (table.known(THERE.protocol, rig.world.now), table.deadline()) {
        (Some(_), _) => "known",
        (None, Some(_)) => "asking",
        (None, None) => "unknown",
    }
}
