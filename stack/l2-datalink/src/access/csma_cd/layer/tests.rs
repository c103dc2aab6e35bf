//! The layer against a medium that the test plays, with exact times.

use core::time::Duration;

use super::*;
use crate::rig::Rig;
use layercake_base::{Direction, Ici};
use proptest::prelude::*;

/// 10 Mbit/s: a bit is 100 ns, a slot 51.2 µs, the gap 9.6 µs.
const RATE: u64 = 10_000_000;
const GAP: Duration = Duration::from_nanos(9_600);
const SLOT: Duration = Duration::from_nanos(51_200);

fn station() -> Rig<CsmaCd> {
    Rig::new(CsmaCd::new(Settings::ieee_802_3(RATE)))
}

fn hear(rig: &mut Rig<CsmaCd>, signal: Signal) {
    rig.tell(Direction::Up, Notice::Medium { port: 0, signal });
}

fn frame(number: u8) -> [u8; 64] {
    [number; 64]
}

/// The frame that is out collides, and the jam is over.
fn collide(rig: &mut Rig<CsmaCd>) {
    hear(rig, Signal::CarrierOn);
    hear(rig, Signal::Collision);
    let signal = Signal::Jam { bits: 32 };
    let jam = Notice::Medium { port: 0, signal };
    assert_eq!(rig.told(), (Direction::Down, jam));
    rig.wait(Duration::from_nanos(3_200));
    hear(rig, Signal::Sent);
    hear(rig, Signal::CarrierOff);
}

#[test]
fn a_frame_goes_at_once_and_the_next_after_the_gap() {
    let mut rig = station();
    rig.send(&frame(1), Ici::NONE).unwrap();
    rig.send(&frame(2), Ici::NONE).unwrap();
    assert_eq!(rig.sent().octets(), frame(1));
    hear(&mut rig, Signal::Sent);
    rig.wait(GAP - Duration::from_nanos(1));
    assert!(rig.pop().is_none());
    rig.wait(Duration::from_nanos(1));
    assert_eq!(rig.sent().octets(), frame(2));
    hear(&mut rig, Signal::Sent);
    assert_eq!(rig.layer.state(), State::Idle);
    assert_eq!(rig.world.pool.in_use(), 0);
}

#[test]
fn a_station_that_hears_another_defers_and_then_waits_for_the_gap() {
    let mut rig = station();
    hear(&mut rig, Signal::CarrierOn);
    rig.send(&frame(1), Ici::NONE).unwrap();
    rig.wait(10 * SLOT);
    assert_eq!(rig.layer.state(), State::Deferring);
    hear(&mut rig, Signal::CarrierOff);
    assert_eq!(rig.layer.deadline(), Some(rig.world.now + GAP * 2 / 3));
    rig.wait(GAP);
    assert_eq!(rig.sent().octets(), frame(1));
}

/// The second part of the gap is for everyone alike: who waits for its end does not look whether
/// another was a little earlier, not even at that instant.
#[test]
fn a_carrier_in_the_second_part_of_the_gap_does_not_stop_a_station() {
    for late in [GAP * 2 / 3, GAP] {
        let mut rig = station();
        hear(&mut rig, Signal::CarrierOn);
        rig.send(&frame(1), Ici::NONE).unwrap();
        hear(&mut rig, Signal::CarrierOff);
        rig.world.now = rig.world.now + late; // the carrier comes before the deadline fires
        hear(&mut rig, Signal::CarrierOn);
        rig.wait(GAP - late);
        assert_eq!(rig.sent().octets(), frame(1));
    }
}

/// A carrier that came in the second part of the gap, and has gone again before the station
/// wants to send, makes another gap.
#[test]
fn a_station_without_a_frame_keeps_track_of_the_gap() {
    let mut rig = station();
    hear(&mut rig, Signal::CarrierOn);
    hear(&mut rig, Signal::CarrierOff);
    rig.wait(GAP * 5 / 6);
    hear(&mut rig, Signal::CarrierOn);
    rig.wait(GAP);
    hear(&mut rig, Signal::CarrierOff);
    rig.send(&frame(1), Ici::NONE).unwrap();
    rig.wait(GAP - Duration::from_nanos(1));
    assert!(rig.pop().is_none());
    rig.wait(Duration::from_nanos(1));
    assert_eq!(rig.sent().octets(), frame(1));
}

#[test]
fn a_frame_that_collides_is_tried_sixteen_times() {
    let mut rig = station();
    rig.send(&frame(1), Ici::NONE).unwrap();
    rig.send(&frame(2), Ici::NONE).unwrap();
    for attempt in 1..16_u32 {
        assert_eq!(rig.sent().octets(), frame(1), "attempt {attempt}");
        collide(&mut rig);
        assert_eq!(rig.layer.state(), State::BackingOff);
        let (until, now) = (rig.layer.deadline().unwrap(), rig.world.now);
        let slots = (until - now).as_nanos() / SLOT.as_nanos();
        assert_eq!((until - now).as_nanos() % SLOT.as_nanos(), 0);
        assert!(slots < 1 << attempt.min(10), "attempt {attempt}: {slots}");
        rig.wait((until - now).max(GAP));
    }
    assert_eq!(rig.sent().octets(), frame(1));
    collide(&mut rig);
    let discards: Vec<_> = rig.world.discards.iter().map(|(_, _, n)| n).collect();
    assert_eq!(discards, [1]);
    rig.wait(GAP);
    assert_eq!(rig.sent().octets(), frame(2));
    assert_eq!(rig.layer.collisions, 0);
}

#[test]
fn a_late_collision_is_not_tried_again() {
    let mut rig = station();
    rig.send(&[1; 1500], Ici::NONE).unwrap();
    rig.sent();
    rig.wait(SLOT + Duration::from_nanos(1));
    collide(&mut rig);
    assert_eq!(rig.layer.state(), State::Idle);
    assert_eq!(rig.world.discards.total(), 1);
    assert_eq!(LATE.kind(), "no-way");
}

#[test]
fn a_frame_shorter_than_the_collision_window_is_refused_both_ways() {
    let mut rig = station();
    let why = rig.send(&[0; 63], Ici::NONE).unwrap_err();
    assert_eq!(why.to_string(), "frame needs 64 octets, have 63");
    assert!(rig.receive(&[0; 63], Ici::NONE).is_err());
    rig.receive(&[0; 64], Ici::NONE).unwrap();
    assert_eq!(rig.received().octets(), [0; 64]);
}

/// The rig has 64 PDUs: with all but one taken, the frame cannot be copied.
#[test]
fn a_frame_that_cannot_be_copied_is_discarded_and_the_next_has_its_turn() {
    let mut rig = station();
    let room = layercake_base::Room::default();
    let taken: Vec<_> = (0..63)
        .map(|_| rig.world.pool.allocate(room, 1).unwrap())
        .collect();
    rig.send(&frame(1), Ici::NONE).unwrap();
    assert!(rig.pop().is_none());
    assert_eq!(rig.layer.state(), State::Idle);
    drop(taken);
    rig.send(&frame(2), Ici::NONE).unwrap();
    assert_eq!(rig.sent().octets(), frame(2));
}

proptest! {
    /// Whatever the medium says, in whatever order: each frame is being tried, waits, was sent
    /// to its end, or was discarded; and attempts follow the order of the queue.
    #[test]
    fn nothing_is_lost_without_a_reason_whatever_the_medium_says(
        events in prop::collection::vec((0..9_u8, 0..200_000_u64), 0..300),
    ) {
        let mut rig = station();
        let (mut offered, mut refused, mut done) = (0_u8, 0_u64, 0_u64);
        let mut tried = Vec::new();
        for (event, nanos) in events {
            let before = (rig.layer.outgoing.waiting(), rig.world.discards.total());
            match event {
                0 if offered < u8::MAX => {
                    refused += u64::from(rig.send(&frame(offered), Ici::NONE).is_err());
                    offered += 1;
                }
                1 => hear(&mut rig, Signal::CarrierOn),
                2 => hear(&mut rig, Signal::CarrierOff),
                3 => hear(&mut rig, Signal::Collision),
                4 | 5 => hear(&mut rig, Signal::Sent),
                6 => hear(&mut rig, Signal::Jam { bits: 9 }),
                7 => rig.tell(Direction::Up, Notice::Room),
                _ => rig.wait(Duration::from_nanos(nanos)),
            }
            let after = (rig.layer.outgoing.waiting(), rig.world.discards.total());
            let left = before.0.saturating_sub(after.0) as u64;
            prop_assert!(left >= after.1 - before.1);
            done += left - (after.1 - before.1);
            for (way, pdu) in rig.drain() {
                prop_assert_eq!(way, Direction::Down);
                tried.push(pdu.octets()[0]);
            }
        }
        prop_assert!(tried.is_sorted());
        let waiting = rig.layer.outgoing.waiting() as u64;
        let gone = rig.world.discards.total() + refused;
        prop_assert_eq!(u64::from(offered), done + gone + waiting);
    }
}
