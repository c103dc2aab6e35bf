//! RFC 5227: probing, announcing, and what happens when another station has our address.

use layercake_base::Direction;

use super::*;
use crate::arp::claim::{
    ANNOUNCE_INTERVAL, ANNOUNCE_NUM, ANNOUNCE_WAIT, DEFEND_INTERVAL, PROBE_MAX,
    PROBE_MIN, PROBE_NUM, PROBE_WAIT,
};

/// Another station that uses our address.
const DOUBLE: Station = Station {
    protocol: HERE.protocol,
    ..THERE
};
/// A station that has no address yet.
const NOBODY: Station = Station {
    protocol: Ipv4Addr::UNSPECIFIED,
    ..THERE
};

fn new_host() -> Rig<Arp> {
    Rig::new(Arp::probing(HERE.hardware, HERE.protocol))
}

/// What was sent when, until nothing is due.
fn settle(rig: &mut Rig<Arp>) -> Vec<(Instant, Packet)> {
    let mut sent = Vec::new();
    while let Some(due) = rig.layer.deadline() {
        rig.wait(due.since(rig.world.now));
        while let Some((_, pdu)) = rig.pop() {
            assert_eq!(pdu.ici().link_destination, Some(Mac::BROADCAST));
            sent.push((rig.world.now, Packet::decode(pdu.octets()).unwrap()));
        }
    }
    sent
}

fn conflict(lost: bool) -> (Direction, Notice) {
    let notice = Notice::AddressConflict {
        address: HERE.protocol.into(),
        holder: THERE.hardware,
        lost,
    };
    (Direction::Up, notice)
}

/// RFC 5227 §1.1, §2.1.1, §2.3: how many packets, how far apart, and what is in them.
#[test]
fn three_probes_and_two_announcements_at_the_times_of_rfc_5227() {
    for seed in 0..50 {
        let mut rig = new_host();
        rig.world.rng = layercake_base::Rng::seeded(seed);
        let sent = settle(&mut rig);
        let (probes, announcements) = sent.split_at(3);
        assert_eq!((PROBE_NUM, ANNOUNCE_NUM, sent.len()), (3, 2, 5));
        for (_, probe) in probes {
            let sender = Station {
                protocol: Ipv4Addr::UNSPECIFIED,
                ..HERE
            };
            let target = Station {
                hardware: Mac::default(),
                ..HERE
            };
            let opcode = Opcode::Request;
            assert_eq!(
                *probe,
                Packet {
                    opcode,
                    sender,
                    target
                }
            );
        }
        for (_, announcement) in announcements {
            assert_eq!(announcement.opcode, Opcode::Request);
            assert_eq!(announcement.sender, HERE);
            assert_eq!(announcement.target.protocol, HERE.protocol);
        }
        assert!(sent[0].0.since(Instant::ZERO) <= PROBE_WAIT);
        let pause = |at: usize| sent[at + 1].0.since(sent[at].0);
        assert!((PROBE_MIN..=PROBE_MAX).contains(&pause(0)));
        assert!((PROBE_MIN..=PROBE_MAX).contains(&pause(1)));
        assert_eq!((pause(2), pause(3)), (ANNOUNCE_WAIT, ANNOUNCE_INTERVAL));
    }
}

#[test]
fn probes_are_not_sent_in_step() {
    let first = |seed| {
        let mut rig = new_host();
        rig.world.rng = layercake_base::Rng::seeded(seed);
        settle(&mut rig)[0].0
    };
    assert_ne!(first(1), first(2));
}

#[test]
fn nothing_is_sent_or_answered_for_an_address_that_is_probed_for() {
    let mut rig = new_host();
    rig.wait(PROBE_WAIT);
    assert_eq!(shown(&mut rig), "ask");
    let reason = rig.send(b"x", next_hop(THERE.protocol)).unwrap_err();
    let text = "ar$spa = 10.0.0.1 is not ours yet, we probe for it";
    assert_eq!(reason.to_string(), text);
    hear(&mut rig, Opcode::Request, THERE, HERE);
    assert!(rig.pop().is_none());
    // From the first announcement on it is ours.
    while shown(&mut rig) != "ask" || rig.layer.claim.is_probed_for() {
        let due = rig.layer.deadline().unwrap();
        rig.wait(due.since(rig.world.now));
    }
    rig.send(b"x", next_hop(THERE.protocol)).unwrap();
    hear(&mut rig, Opcode::Request, THERE, HERE);
    assert_eq!(shown(&mut rig), "ask x reply");
}

/// RFC 5227 §2.1.1: the address is in use, or another station probes for it too.
#[test]
fn a_conflict_while_probing_ends_it() {
    let uses = "ar$spa = 10.0.0.1 must not be our own address";
    let probes = "ar$tpa = 10.0.0.1 must not be what we probe for";
    for (opcode, sender, target, text) in [
        (Opcode::Reply, DOUBLE, NOBODY, uses),
        (Opcode::Request, DOUBLE, OTHER, uses),
        (Opcode::Request, NOBODY, HERE, probes),
    ] {
        let mut rig = new_host();
        rig.wait(PROBE_WAIT);
        assert_eq!(shown(&mut rig), "ask");
        let reason = heard(&mut rig, opcode, sender, target).unwrap_err();
        assert_eq!(reason.to_string(), text);
        assert_eq!(rig.told(), conflict(true));
        assert_eq!(rig.layer.deadline(), None);
        let reason = rig.send(b"x", next_hop(THERE.protocol)).unwrap_err();
        let text = "ar$spa = 10.0.0.1 is another station's";
        assert_eq!(reason.to_string(), text);
        // It may use it now; nobody is answered for it here.
        hear(&mut rig, Opcode::Reply, DOUBLE, OTHER);
        hear(&mut rig, Opcode::Request, THERE, HERE);
        assert!(rig.pop().is_none());
    }
}

#[test]
fn our_own_probe_that_comes_back_is_no_conflict() {
    let mut rig = new_host();
    rig.wait(PROBE_WAIT);
    let (probe, _) = asked(&mut rig);
    let reason = heard(&mut rig, probe.opcode, probe.sender, probe.target);
    let text = "ar$sha = 02:00:00:00:00:01 must not be our own address";
    assert_eq!(reason.unwrap_err().to_string(), text);
    assert_eq!(settle(&mut rig).len(), 4);
}

/// RFC 5227 §2.4, the three ways.
#[test]
fn an_address_is_given_up_at_once_after_one_defence_or_never() {
    let attacked = |defence| {
        let arp = Arp::new(HERE.hardware, HERE.protocol).defending(defence);
        let mut rig = Rig::new(arp);
        heard(&mut rig, Opcode::Reply, DOUBLE, OTHER).unwrap_err();
        rig
    };
    let mut rig = attacked(Defence::Yield);
    assert_eq!(rig.told(), conflict(true));
    assert!(rig.send(b"x", next_hop(OTHER.protocol)).is_err());

    let mut rig = attacked(Defence::Once);
    assert_announces(&mut rig);
    rig.wait(DEFEND_INTERVAL);
    heard(&mut rig, Opcode::Reply, DOUBLE, OTHER).unwrap_err();
    assert_announces(&mut rig);
    rig.wait(DEFEND_INTERVAL - Duration::from_nanos(1));
    heard(&mut rig, Opcode::Request, DOUBLE, OTHER).unwrap_err();
    assert_eq!(rig.told(), conflict(true));
    assert!(rig.send(b"x", next_hop(OTHER.protocol)).is_err());

    let mut rig = attacked(Defence::Always);
    assert_announces(&mut rig);
    for _ in 0..1000 {
        heard(&mut rig, Opcode::Reply, DOUBLE, OTHER).unwrap_err();
        assert!(rig.pop().is_none(), "one defence in ten seconds");
    }
    rig.wait(DEFEND_INTERVAL);
    heard(&mut rig, Opcode::Reply, DOUBLE, OTHER).unwrap_err();
    assert_announces(&mut rig);
    rig.send(b"x", next_hop(OTHER.protocol)).unwrap();
}

#[track_caller]
fn assert_announces(rig: &mut Rig<Arp>) {
    let (packet, to) = asked(rig);
    assert_eq!((packet.opcode, to), (Opcode::Request, Some(Mac::BROADCAST)));
    assert_eq!(
        (packet.sender, packet.target.protocol),
        (HERE, HERE.protocol)
    );
    assert_eq!(rig.told(), conflict(false));
}

#[test]
fn what_waits_when_the_address_is_given_up_is_discarded() {
    let arp = Arp::new(HERE.hardware, HERE.protocol).defending(Defence::Yield);
    let mut rig = Rig::new(arp);
    rig.send(b"x", next_hop(OTHER.protocol)).unwrap();
    assert!(is_request(&mut rig));
    heard(&mut rig, Opcode::Reply, DOUBLE, OTHER).unwrap_err();
    assert_eq!(rig.world.discards.total(), 1);
    assert_eq!(rig.world.pool.in_use(), 0);
    assert_eq!(rig.layer.deadline(), None);
}

#[test]
fn a_station_that_announces_does_so_twice_and_may_send_at_once() {
    let mut rig = Rig::new(Arp::announcing(HERE.hardware, HERE.protocol));
    rig.send(b"x", next_hop(Ipv4Addr::BROADCAST)).unwrap();
    assert_eq!(rig.sent().octets(), b"x");
    let sent = settle(&mut rig);
    let times: Vec<_> = sent.iter().map(|(at, _)| at.as_nanos()).collect();
    assert_eq!(times, [0, 2_000_000_000]);
    assert!(sent.iter().all(|(_, packet)| packet.sender == HERE));
}

/// RFC 5227 §2.1: a host probes whenever its link comes up.
#[test]
fn after_a_link_came_up_probing_begins_again() {
    let up = Notice::LinkUp { port: 0 };
    let mut rig = new_host();
    assert_eq!(settle(&mut rig).len(), 5);
    rig.tell(Direction::Up, up.clone());
    assert_eq!(rig.told(), (Direction::Up, up.clone()));
    assert!(rig.send(b"x", next_hop(THERE.protocol)).is_err());
    assert_eq!(settle(&mut rig).len(), 5);

    let mut fixed = super::rig();
    fixed.tell(Direction::Up, up);
    assert_eq!(fixed.layer.deadline(), None);
}
