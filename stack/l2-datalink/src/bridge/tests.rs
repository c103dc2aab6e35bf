use super::table::{AGEING, STATIONS};
use super::*;
use crate::ether_type;
use crate::rig::Rig;
use crate::stp::Version;
use core::time::Duration;
use layercake_base::{Direction, Ici};

const A: Mac = Mac::local(1);
const B: Mac = Mac::local(2);

fn frame(source: Mac, destination: Mac) -> Vec<u8> {
    let ether_type = ether_type::IPV4;
    let header = Header {
        destination,
        source,
        ether_type,
    };
    [&header.encode()[..], b"body"].concat()
}

/// The ports that a frame goes out at when it comes in at `port`.
fn carry(rig: &mut Rig<Bridge>, port: u16, octets: &[u8]) -> Result<Vec<u16>, Reason> {
    rig.receive(octets, Ici { port, ..Ici::NONE })?;
    let mut ports = Vec::new();
    while let Some((_, pdu)) = rig.pop() {
        assert_eq!(pdu.octets(), octets);
        ports.push(pdu.ici().port);
    }
    Ok(ports)
}

#[test]
fn floods_what_it_does_not_know_and_learns_from_the_answer() {
    let mut rig = Rig::new(Bridge::new(4));
    assert_eq!(carry(&mut rig, 1, &frame(A, B)), Ok(vec![0, 2, 3]));
    assert_eq!(carry(&mut rig, 3, &frame(B, A)), Ok(vec![1]));
    assert_eq!(carry(&mut rig, 1, &frame(A, B)), Ok(vec![3]));
}

#[test]
fn a_group_goes_everywhere_else_always() {
    let mut rig = Rig::new(Bridge::new(3));
    for _ in 0..2 {
        assert_eq!(
            carry(&mut rig, 0, &frame(A, Mac::BROADCAST)),
            Ok(vec![1, 2])
        );
    }
}

#[test]
fn a_frame_never_goes_back_where_it_came_from() {
    let mut rig = Rig::new(Bridge::new(3));
    carry(&mut rig, 2, &frame(B, Mac::BROADCAST)).unwrap();
    let reason = carry(&mut rig, 2, &frame(A, B)).unwrap_err();
    assert_eq!(
        reason.to_string(),
        "Destination Address = 02:00:00:00:00:02 is where the frame came from"
    );
    let mut lonely = Rig::new(Bridge::new(1));
    assert_eq!(
        carry(&mut lonely, 0, &frame(A, B)).unwrap_err().kind(),
        "no-way"
    );
}

#[test]
fn a_station_that_moved_is_followed_and_one_that_is_silent_is_forgotten() {
    let mut rig = Rig::new(Bridge::new(3));
    carry(&mut rig, 1, &frame(A, B)).unwrap();
    carry(&mut rig, 2, &frame(A, B)).unwrap();
    assert_eq!(carry(&mut rig, 0, &frame(B, A)), Ok(vec![2]));
    rig.wait(AGEING - Duration::from_nanos(1));
    assert_eq!(carry(&mut rig, 0, &frame(B, A)), Ok(vec![2]));
    rig.wait(Duration::from_nanos(1));
    assert_eq!(carry(&mut rig, 0, &frame(B, A)), Ok(vec![1, 2]));
}

#[test]
fn the_reserved_groups_stay_on_their_link() {
    let mut rig = Rig::new(Bridge::new(2));
    for last in 0..=0x10 {
        let group = Mac([0x01, 0x80, 0xc2, 0, 0, last]);
        let carried = carry(&mut rig, 0, &frame(A, group));
        assert_eq!(carried.is_ok(), last == 0x10, "{group}");
        if let Err(reason) = carried {
            let text = format!(
                "Destination Address = {group} is a group that stays on its link"
            );
            assert_eq!(reason.to_string(), text);
        }
    }
}

#[test]
fn a_frame_from_a_group_and_a_piece_of_a_frame_are_refused() {
    let mut rig = Rig::new(Bridge::new(2));
    let reason = carry(&mut rig, 0, &frame(Mac::BROADCAST, A)).unwrap_err();
    let text = "Source Address = ff:ff:ff:ff:ff:ff must not be a group";
    assert_eq!(reason.to_string(), text);
    assert_eq!(
        carry(&mut rig, 0, &[0; 13]).unwrap_err().kind(),
        "too-short"
    );
    assert_eq!(rig.send(b"x", Ici::NONE).unwrap_err().kind(), "no-way");
}

#[test]
fn a_full_table_drops_the_old_and_floods_for_the_new() {
    let mut rig = Rig::new(Bridge::new(3));
    for number in 0..u16::try_from(STATIONS).unwrap() {
        carry(&mut rig, 1, &frame(Mac::local(number), Mac::BROADCAST)).unwrap();
    }
    let new = Mac::local(0xffff);
    carry(&mut rig, 1, &frame(new, Mac::BROADCAST)).unwrap();
    assert_eq!(
        carry(&mut rig, 0, &frame(A, new)),
        Ok(vec![1, 2]),
        "not learnt"
    );
    rig.wait(AGEING - Duration::from_nanos(1));
    carry(&mut rig, 1, &frame(new, Mac::BROADCAST)).unwrap();
    assert_eq!(rig.layer.table.len(), STATIONS);
    rig.wait(Duration::from_nanos(1));
    carry(&mut rig, 1, &frame(new, Mac::BROADCAST)).unwrap();
    assert_eq!(carry(&mut rig, 0, &frame(A, new)), Ok(vec![1]));
    assert_eq!(rig.layer.table.len(), 2, "the new one and the asker");
}

/// A bridge of three ports that speaks STP, and has just begun.
fn in_tree() -> Rig<Bridge> {
    let settings = Settings::new(Version::Stp, Mac::local(0x100), 3);
    let mut rig = Rig::new(Bridge::with_spanning_tree(&settings).unwrap());
    rig.wait(Duration::ZERO);
    rig
}

/// Time passes, and the BPDUs that are sent meanwhile are looked at and dropped.
fn wait(rig: &mut Rig<Bridge>, seconds: u64) {
    for _ in 0..seconds {
        rig.wait(Duration::from_secs(1));
        while let Some((_, pdu)) = rig.pop() {
            crate::stp::frame::decode(pdu.octets()).unwrap();
        }
    }
}

#[test]
fn a_port_in_a_tree_first_listens_then_learns_then_forwards() {
    let mut rig = in_tree();
    wait(&mut rig, 1);
    let says = |rig: &mut Rig<Bridge>, port| {
        let reason = carry(rig, port, &frame(A, B)).unwrap_err();
        reason.to_string()
    };
    assert_eq!(says(&mut rig, 1), "port = 1 is listening");
    assert_eq!(rig.layer.table.len(), 0);
    wait(&mut rig, 15);
    assert_eq!(says(&mut rig, 1), "port = 1 is learning");
    assert_eq!(rig.layer.table.len(), 1);
    wait(&mut rig, 15);
    // A topology change, so what was learnt a Forward Delay ago is void.
    assert_eq!(carry(&mut rig, 2, &frame(B, A)), Ok(vec![0, 1]));
    assert_eq!(carry(&mut rig, 1, &frame(A, B)), Ok(vec![2]));
    assert_eq!(carry(&mut rig, 2, &frame(B, A)), Ok(vec![1]));
}

/// IEEE 802.1D-2004 §7.12.3: BPDUs are heard by every port, and by nobody behind the bridge.
#[test]
fn a_bpdu_is_taken_even_where_nothing_passes_and_what_is_none_is_refused() {
    let mut rig = in_tree();
    wait(&mut rig, 1);
    let better = crate::stp::Bpdu::Configuration(crate::stp::bpdu::Configuration {
        max_age: Duration::from_secs(20).into(),
        ..Default::default()
    });
    let octets = crate::stp::frame::encode(&better, B);
    let watch = rig.layer.watch().unwrap();
    assert_eq!(watch.status().root_port, None);
    rig.receive(
        &octets,
        Ici {
            port: 2,
            ..Ici::NONE
        },
    )
    .unwrap();
    assert_eq!(watch.status().root_port, Some(2));
    let group = crate::stp::frame::BRIDGE_GROUP;
    let reason = carry(&mut rig, 0, &frame(B, group)).unwrap_err();
    assert_eq!(reason.kind(), "unhandled", "{reason}");
    let lldp = Mac([0x01, 0x80, 0xc2, 0, 0, 0x0e]);
    assert_eq!(
        carry(&mut rig, 0, &frame(B, lldp)).unwrap_err().kind(),
        "no-way"
    );
}

#[test]
fn a_port_without_a_link_carries_nothing_and_nobody_is_behind_it() {
    let mut rig = Rig::new(Bridge::new(3));
    carry(&mut rig, 1, &frame(A, B)).unwrap();
    let down = Notice::LinkDown { port: 1 };
    rig.tell(Direction::Up, down.clone());
    assert_eq!(rig.told(), (Direction::Up, down), "passed on");
    assert_eq!(carry(&mut rig, 0, &frame(B, A)), Ok(vec![2]));
    let reason = carry(&mut rig, 1, &frame(A, B)).unwrap_err();
    assert_eq!(reason.to_string(), "port = 1 is disabled");
    rig.tell(Direction::Up, Notice::LinkUp { port: 1 });
    rig.told();
    assert_eq!(carry(&mut rig, 0, &frame(B, A)), Ok(vec![1, 2]));
}

#[test]
fn what_is_flooded_is_limited_for_each_port_and_what_is_known_is_not() {
    let limit = FloodLimit {
        per_second: 1,
        burst: 2,
    };
    let mut rig = Rig::new(Bridge::new(3).limit_flooding(limit));
    let mut flooded = |port| carry(&mut rig, port, &frame(A, Mac::BROADCAST)).is_ok();
    assert_eq!([0, 0, 0, 1].map(&mut flooded), [true, true, false, true]);
    let count = rig.layer.flood_count(0);
    assert_eq!((count.flooded, count.refused), (2, 1));
    for _ in 0..9 {
        assert_eq!(carry(&mut rig, 0, &frame(B, A)), Ok(vec![1]));
    }
}
