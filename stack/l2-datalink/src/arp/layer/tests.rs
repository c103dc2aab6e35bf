use core::time::Duration;

use layercake_base::Ici;

use super::*;
use crate::arp::neighbour::State;
use crate::rig::Rig;

mod conflicts;

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
const MINUTE: Duration = Duration::from_secs(60);

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

/// RFC 1122 §2.3.2.2 sets no upper bound; Linux keeps about a hundred (arp(7), `unres_qlen_bytes`).
#[test]
fn as_many_wait_as_the_station_was_told_to_hold() {
    for (told, held) in [(0, 1), (3, 3), (20, 20), (1000, 30)] {
        let arp = Arp::new(HERE.hardware, HERE.protocol).holding(told);
        let mut rig = Rig::new(arp);
        for body in 0..30_u8 {
            rig.send(&[body], next_hop(THERE.protocol)).unwrap();
        }
        assert!(is_request(&mut rig));
        assert_eq!(rig.world.discards.total(), u64::from(30 - held));
        hear(&mut rig, Opcode::Reply, THERE, HERE);
        for body in 30 - held..30 {
            assert_eq!(rig.sent().octets(), [body]);
        }
        assert!(rig.pop().is_none());
    }
}

#[test]
fn an_answer_is_believed_for_a_minute_and_then_asked_about() {
    let mut rig = rig();
    hear(&mut rig, Opcode::Request, THERE, HERE);
    assert_eq!(asked(&mut rig).0.opcode, Opcode::Reply);
    rig.wait(MINUTE - Duration::from_nanos(1));
    rig.send(b"young", next_hop(THERE.protocol)).unwrap();
    assert_eq!(rig.sent().octets(), b"young");
    assert!(rig.pop().is_none());
    rig.wait(Duration::from_nanos(1));
    rig.send(b"old", next_hop(THERE.protocol)).unwrap();
    let sent = rig.sent();
    assert_eq!(sent.octets(), b"old");
    assert_eq!(sent.ici().link_destination, Some(THERE.hardware));
    // RFC 1122 §2.3.2.1 (2): a poll to that station only.
    let (poll, to) = asked(&mut rig);
    assert_eq!((poll.opcode, to), (Opcode::Request, Some(THERE.hardware)));
    assert_eq!((poll.sender, poll.target.protocol), (HERE, THERE.protocol));
    hear(&mut rig, Opcode::Reply, THERE, HERE);
    assert_eq!(rig.layer.deadline(), None);
    rig.wait(MINUTE - Duration::from_nanos(1));
    rig.send(b"young", next_hop(THERE.protocol)).unwrap();
    assert_eq!(rig.sent().octets(), b"young");
    assert!(rig.pop().is_none());
}

#[test]
fn who_does_not_answer_three_polls_a_second_apart_is_asked_for_from_all() {
    let mut rig = stale();
    for poll in 0..3 {
        rig.send(b"x", next_hop(THERE.protocol)).unwrap();
        assert_eq!(rig.sent().octets(), b"x", "the old answer is still used");
        if poll == 0 {
            assert_eq!(asked(&mut rig).1, Some(THERE.hardware));
        }
        assert!(rig.pop().is_none(), "at most one request a second");
        assert_eq!(rig.layer.deadline(), Some(rig.world.now + SECOND));
        rig.wait(SECOND);
        if poll < 2 {
            let (again, to) = asked(&mut rig);
            assert_eq!((again.opcode, to), (Opcode::Request, Some(THERE.hardware)));
        }
    }
    assert!(rig.pop().is_none());
    assert_eq!(rig.layer.deadline(), None);
    rig.send(b"x", next_hop(THERE.protocol)).unwrap();
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
fn who_was_not_heard_for_twenty_minutes_is_unknown_to_packets_between_others_too() {
    let mut rig = reachable();
    rig.wait(20 * MINUTE);
    hear(&mut rig, Opcode::Request, THERE, OTHER);
    rig.send(b"x", next_hop(THERE.protocol)).unwrap();
    assert!(is_request(&mut rig), "nothing was learnt");
}

/// RFC 5227 §3: an announcement, also as a reply, changes the address of who is known.
#[test]
fn gratuitous_packets_update_and_never_add() {
    for opcode in [Opcode::Request, Opcode::Reply] {
        let mut rig = rig();
        hear(&mut rig, opcode, THERE, THERE);
        rig.send(b"x", next_hop(THERE.protocol)).unwrap();
        assert!(is_request(&mut rig), "nothing was learnt");
        let mut rig = reachable();
        let moved = Station {
            hardware: Mac::local(77),
            ..THERE
        };
        hear(&mut rig, opcode, moved, moved);
        rig.send(b"y", next_hop(THERE.protocol)).unwrap();
        assert_eq!(rig.sent().ici().link_destination, Some(moved.hardware));
    }
}

#[test]
fn a_flood_of_replies_to_us_adds_nobody() {
    let mut rig = rig();
    for number in 0..2000_u16 {
        let stranger = Station {
            hardware: Mac::local(number.max(9)),
            protocol: Ipv4Addr::from_bits(0x0a01_0000 + u32::from(number)),
        };
        hear(&mut rig, Opcode::Reply, stranger, HERE);
        let state = rig.layer.table.state(stranger.protocol, rig.world.now);
        assert_eq!(state, State::Unknown);
    }
    assert!(rig.pop().is_none());
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
fn who_cannot_be_a_neighbour_is_refused() {
    let mut rig = rig();
    let group = Station {
        hardware: Mac::BROADCAST,
        ..THERE
    };
    let ourselves = Station {
        hardware: HERE.hardware,
        ..THERE
    };
    let everybody = Station {
        protocol: Ipv4Addr::new(224, 0, 0, 1),
        ..THERE
    };
    for (sender, text) in [
        (group, "ar$sha = ff:ff:ff:ff:ff:ff must not be a group"),
        (
            ourselves,
            "ar$sha = 02:00:00:00:00:01 must not be our own address",
        ),
        (
            HERE,
            "ar$sha = 02:00:00:00:00:01 must not be our own address",
        ),
        (everybody, "ar$spa = 224.0.0.1 must not be a group"),
    ] {
        for opcode in [Opcode::Request, Opcode::Reply] {
            let reason = heard(&mut rig, opcode, sender, HERE).unwrap_err();
            assert_eq!(reason.to_string(), text);
        }
    }
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

fn incomplete() -> Rig<Arp> {
    let mut rig = unknown();
    rig.send(b"first", next_hop(THERE.protocol)).unwrap();
    assert!(is_request(&mut rig));
    rig
}

fn reachable() -> Rig<Arp> {
    let mut rig = incomplete();
    hear(&mut rig, Opcode::Reply, THERE, HERE);
    assert_eq!(rig.sent().octets(), b"first");
    rig
}

fn stale() -> Rig<Arp> {
    let mut rig = reachable();
    rig.wait(MINUTE);
    rig
}

fn probing() -> Rig<Arp> {
    let mut rig = stale();
    rig.send(b"doubt", next_hop(THERE.protocol)).unwrap();
    assert_eq!(shown(&mut rig), "doubt poll");
    rig
}

/// The table in the documentation of [`Arp`], event by event and state by state: what comes
/// out, and the state after it.
#[test]
fn every_state_with_every_event() {
    let pdu: Event = |rig| rig.send(b"next", next_hop(THERE.protocol)).unwrap();
    check(unknown, pdu, "ask", State::Incomplete);
    check(incomplete, pdu, "", State::Incomplete);
    check(reachable, pdu, "next", State::Reachable);
    check(stale, pdu, "next poll", State::Probing);
    check(probing, pdu, "next", State::Probing);

    let asks_us: Event = |rig| hear(rig, Opcode::Request, THERE, HERE);
    check(unknown, asks_us, "reply", State::Reachable);
    check(incomplete, asks_us, "first reply", State::Reachable);
    for state in [reachable, stale, probing] {
        check(state, asks_us, "reply", State::Reachable);
    }

    let replies: Event = |rig| hear(rig, Opcode::Reply, THERE, HERE);
    let asks_others: Event = |rig| hear(rig, Opcode::Request, THERE, OTHER);
    let replies_others: Event = |rig| hear(rig, Opcode::Reply, THERE, OTHER);
    let announces: Event = |rig| hear(rig, Opcode::Request, THERE, THERE);
    for event in [replies, asks_others, replies_others, announces] {
        check(unknown, event, "", State::Unknown);
        check(incomplete, event, "first", State::Reachable);
        for state in [reachable, stale, probing] {
            check(state, event, "", State::Reachable);
        }
    }

    let second: Event = |rig| rig.wait(SECOND);
    check(unknown, second, "", State::Unknown);
    check(incomplete, second, "ask", State::Incomplete);
    check(reachable, second, "", State::Reachable);
    check(stale, second, "", State::Stale);
    check(probing, second, "poll", State::Probing);

    let minute: Event = |rig| rig.wait(MINUTE);
    check(unknown, minute, "", State::Unknown);
    check(incomplete, minute, "ask ask first", State::Unknown);
    check(reachable, minute, "", State::Stale);
    check(stale, minute, "", State::Stale);
    check(probing, minute, "poll poll", State::Unknown);

    let twenty: Event = |rig| rig.wait(20 * MINUTE);
    check(unknown, twenty, "", State::Unknown);
    check(incomplete, twenty, "ask ask first", State::Unknown);
    check(reachable, twenty, "", State::Unknown);
    check(stale, twenty, "", State::Unknown);
    check(probing, twenty, "poll poll", State::Unknown);
}

#[track_caller]
fn check(state: fn() -> Rig<Arp>, event: Event, output: &str, after: State) {
    let mut rig = state();
    event(&mut rig);
    let found = rig.layer.table.state(THERE.protocol, rig.world.now);
    assert_eq!((shown(&mut rig).as_str(), found), (output, after));
}

/// What came out: "ask" for a request to all, "poll" for one to a station, "reply", else the
/// body.
fn shown(rig: &mut Rig<Arp>) -> String {
    let mut words = Vec::new();
    while let Some((_, pdu)) = rig.pop() {
        let packet = Packet::decode(pdu.octets()).map(|packet| packet.opcode);
        words.push(match (packet, pdu.ici().link_destination) {
            (Ok(Opcode::Request), Some(Mac::BROADCAST)) => "ask".to_owned(),
            (Ok(Opcode::Request), _) => "poll".to_owned(),
            (Ok(Opcode::Reply), _) => "reply".to_owned(),
            _ => String::from_utf8_lossy(pdu.octets()).into_owned(),
        });
    }
    words.join(" ")
}
