use super::*;
use crate::lldp::neighbours::NEIGHBOURS;
use crate::rig::Rig;

const SECOND: Duration = Duration::from_secs(1);
const HERE: Id<'_> = Id {
    subtype: 7,
    id: b"here",
};

fn port(id: &[u8]) -> Id<'_> {
    Id { subtype: 7, id }
}

fn rig() -> Rig<Lldp> {
    let name = Tlv::SystemName(b"tower");
    Rig::new(Lldp::new(HERE, port(b"1"), &[name]).unwrap())
}

fn lldpdu(number: usize, time_to_live: u16) -> Vec<u8> {
    let chassis = number.to_string();
    Lldpdu::encode(port(chassis.as_bytes()), port(b"1"), time_to_live, &[]).unwrap()
}

fn beside() -> Ici {
    Ici {
        next: ether_type::LLDP.0,
        link_source: Some(Mac::local(2)),
        link_destination: Some(NEAREST_BRIDGE),
        ..Ici::NONE
    }
}

#[test]
fn tells_who_we_are_every_thirty_seconds() {
    let mut rig = rig();
    for _ in 0..3 {
        rig.wait(Duration::ZERO);
        let sent = rig.sent();
        assert_eq!(sent.ici().next, ether_type::LLDP.0);
        assert_eq!(sent.ici().link_destination, Some(NEAREST_BRIDGE));
        let ours = Lldpdu::decode(sent.octets()).unwrap();
        assert_eq!((ours.chassis, ours.port), (HERE, port(b"1")));
        assert_eq!(ours.time_to_live, 121);
        let optional: Vec<_> = ours.optional().collect();
        assert_eq!(optional, [Tlv::SystemName(b"tower")]);
        rig.wait(30 * SECOND - Duration::from_nanos(1));
        assert!(rig.pop().is_none());
        rig.wait(Duration::from_nanos(1));
        assert_eq!(rig.sent().octets(), sent.octets());
        rig.wait(30 * SECOND - Duration::from_nanos(1));
        rig.wait(Duration::from_nanos(1));
    }
}

#[test]
fn what_is_not_lldp_passes_both_ways() {
    let mut rig = rig();
    let ici = Ici {
        next: ether_type::IPV4.0,
        ..Ici::NONE
    };
    rig.send(b"down", ici).unwrap();
    assert_eq!(rig.sent().octets(), b"down");
    rig.receive(b"up", ici).unwrap();
    assert_eq!(rig.received().octets(), b"up");
}

#[test]
fn a_neighbour_is_remembered_for_as_long_as_it_says() {
    let mut rig = rig();
    rig.receive(&lldpdu(5, 10), beside()).unwrap();
    let seen: Vec<_> = rig.layer.neighbours().cloned().collect();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].source, Some(Mac::local(2)));
    assert_eq!(seen[0].lldpdu().unwrap().chassis, port(b"5"));
    rig.wait(9 * SECOND);
    rig.receive(&lldpdu(5, 10), beside()).unwrap();
    rig.wait(9 * SECOND);
    assert_eq!(rig.layer.neighbours().count(), 1, "heard again");
    rig.wait(SECOND);
    assert_eq!(rig.layer.neighbours().count(), 0);
}

#[test]
fn a_neighbour_that_says_goodbye_is_forgotten_at_once() {
    let mut rig = rig();
    rig.receive(&lldpdu(5, 100), beside()).unwrap();
    rig.receive(&lldpdu(6, 100), beside()).unwrap();
    rig.receive(&lldpdu(5, 0), beside()).unwrap();
    rig.receive(&lldpdu(7, 0), beside()).unwrap();
    let left: Vec<_> = rig.layer.neighbours().collect();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].lldpdu().unwrap().chassis, port(b"6"));
}

#[test]
fn more_neighbours_than_the_table_holds_are_refused() {
    let mut rig = rig();
    for number in 0..NEIGHBOURS {
        rig.receive(&lldpdu(number, 100), beside()).unwrap();
    }
    let reason = rig.receive(&lldpdu(NEIGHBOURS, 100), beside()).unwrap_err();
    assert_eq!(reason.to_string(), "lldp neighbours is full at 64");
    rig.receive(&lldpdu(0, 100), beside()).unwrap();
    rig.receive(&lldpdu(0, 0), beside()).unwrap();
    rig.receive(&lldpdu(NEIGHBOURS, 100), beside()).unwrap();
    assert_eq!(rig.layer.neighbours().count(), NEIGHBOURS);
}

#[test]
fn what_is_ours_malformed_or_sent_to_nobody_of_lldp_is_refused() {
    let mut rig = rig();
    rig.wait(Duration::ZERO);
    let ours = rig.sent();
    let reason = rig.receive(ours.octets(), beside()).unwrap_err();
    assert_eq!(reason, Reason::NoWay("an LLDPDU of our own came back"));
    assert!(rig.receive(b"junk", beside()).is_err());
    let to_us = Ici {
        link_destination: Some(Mac::local(1)),
        ..beside()
    };
    let reason = rig.receive(&lldpdu(5, 100), to_us).unwrap_err();
    let text = "Destination Address = 02:00:00:00:00:01 is no group of LLDP";
    assert_eq!(reason.to_string(), text);
    assert_eq!(rig.layer.neighbours().count(), 0);
}

#[test]
fn who_leaves_says_goodbye_and_is_silent_until_the_link_is_up_again() {
    let mut rig = rig();
    rig.wait(Duration::ZERO);
    assert!(rig.pop().is_some());
    rig.tell(Direction::Down, Notice::LinkDown { port: 0 });
    let last = rig.sent();
    let goodbye = Lldpdu::decode(last.octets()).unwrap();
    assert_eq!((goodbye.time_to_live, goodbye.optional().count()), (0, 0));
    assert_eq!((goodbye.chassis, goodbye.port), (HERE, port(b"1")));
    rig.told();
    rig.wait(300 * SECOND);
    assert!(rig.pop().is_none());
    rig.tell(Direction::Up, Notice::LinkUp { port: 0 });
    rig.told();
    rig.wait(Duration::ZERO);
    assert_eq!(rig.sent().ici().next, ether_type::LLDP.0);
}

#[test]
fn a_link_that_is_gone_has_no_neighbours() {
    let mut rig = rig();
    rig.receive(&lldpdu(5, 100), beside()).unwrap();
    rig.tell(Direction::Up, Notice::LinkDown { port: 0 });
    assert_eq!(rig.layer.neighbours().count(), 0);
    assert_eq!(rig.layer.deadline(), None);
}

#[test]
fn more_than_a_frame_holds_is_refused() {
    let text = [b'x'; 255];
    let many = [Tlv::SystemDescription(&text); 6];
    let reason = Lldp::new(HERE, port(b"1"), &many).unwrap_err();
    assert_eq!(reason.kind(), "too-long");
}
