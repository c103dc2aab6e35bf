//! Every state with every event, for each kind of persistence.

use super::*;
use crate::rig::Rig;
use layercake_base::{Direction, Ici};
use proptest::prelude::*;

const SLOT: Duration = Duration::from_nanos(100);

fn non_persistent(attempts: u16) -> Rig<Csma> {
    let longest = 10 * SLOT;
    Rig::new(Csma::new(Persistence::NonPersistent { longest, attempts }))
}

fn hear(rig: &mut Rig<Csma>, signal: Signal) {
    rig.tell(Direction::Up, Notice::Medium { port: 0, signal });
}

#[test]
fn all_send_at_once_on_a_silent_medium() {
    let (probability, slot) = (1.0, SLOT);
    let all = [
        Persistence::OnePersistent,
        Persistence::PPersistent { probability, slot },
        Persistence::NonPersistent {
            longest: SLOT,
            attempts: 1,
        },
    ];
    for persistence in all {
        let mut rig = Rig::new(Csma::new(persistence));
        rig.send(b"one", Ici::NONE).unwrap();
        rig.send(b"two", Ici::NONE).unwrap();
        assert_eq!(rig.sent().octets(), b"one");
        hear(&mut rig, Signal::CarrierOn);
        hear(&mut rig, Signal::CarrierOff);
        assert!(rig.pop().is_none(), "one at a time");
        hear(&mut rig, Signal::Sent);
        assert_eq!(rig.sent().octets(), b"two");
    }
}

#[test]
fn a_one_persistent_station_sends_when_the_carrier_goes_off() {
    let mut rig = Rig::new(Csma::new(Persistence::OnePersistent));
    hear(&mut rig, Signal::CarrierOn);
    rig.send(b"one", Ici::NONE).unwrap();
    rig.send(b"two", Ici::NONE).unwrap();
    rig.wait(100 * SLOT);
    assert!(rig.pop().is_none());
    assert_eq!(rig.layer.deadline(), None);
    hear(&mut rig, Signal::CarrierOff);
    assert_eq!(rig.sent().octets(), b"one");
    hear(&mut rig, Signal::CarrierOn); // a collision, which this layer does not mind
    hear(&mut rig, Signal::Collision);
    hear(&mut rig, Signal::Sent);
    assert!(rig.pop().is_none());
    hear(&mut rig, Signal::CarrierOff);
    assert_eq!(rig.sent().octets(), b"two");
}

#[test]
fn a_non_persistent_station_comes_back_later_and_gives_up_in_the_end() {
    let mut rig = non_persistent(3);
    hear(&mut rig, Signal::CarrierOn);
    rig.send(b"one", Ici::NONE).unwrap();
    for _ in 0..2 {
        let wait = rig.layer.deadline().unwrap() - rig.world.now;
        assert!((1..=1000).contains(&wait.as_nanos()));
        assert_eq!(rig.world.discards.total(), 0);
        rig.wait(wait);
    }
    assert_eq!(rig.layer.deadline(), None);
    let gone: Vec<_> = rig.world.discards.iter().collect();
    assert_eq!(gone.len(), 1);
    assert_eq!((gone[0].1, gone[0].2), ("no-way", 1));
    assert_eq!(rig.world.pool.in_use(), 0);
}

#[test]
fn a_non_persistent_station_does_not_send_just_because_the_carrier_is_off() {
    let mut rig = non_persistent(3);
    hear(&mut rig, Signal::CarrierOn);
    rig.send(b"one", Ici::NONE).unwrap();
    hear(&mut rig, Signal::CarrierOff);
    assert!(rig.pop().is_none());
    rig.wait(10 * SLOT);
    assert_eq!(rig.sent().octets(), b"one");
}

/// The number of slots before a p-persistent station sends is geometric: mean (1 − p) / p = 3
/// and variance (1 − p) / p² = 12 for p = 1/4. Five standard deviations of the mean of 2000:
/// a correct layer is beyond for one seed in two million.
#[test]
fn a_p_persistent_station_sends_in_each_silent_slot_with_probability_p() {
    let (probability, slot) = (0.25, SLOT);
    let mut rig = Rig::new(Csma::new(Persistence::PPersistent { probability, slot }));
    let mut slots = 0_u32;
    for _ in 0..2000 {
        rig.send(b"frame", Ici::NONE).unwrap();
        while rig.layer.deadline().is_some() {
            slots += 1;
            rig.wait(SLOT);
        }
        rig.sent();
        hear(&mut rig, Signal::Sent);
    }
    let mean = f64::from(slots) / 2000.0;
    assert!(
        (mean - 3.0).abs() < 5.0 * (12.0_f64 / 2000.0).sqrt(),
        "{mean}"
    );
}

#[test]
fn a_p_persistent_station_that_finds_its_slot_busy_waits_for_silence() {
    let (probability, slot) = (0.0, SLOT);
    let mut rig = Rig::new(Csma::new(Persistence::PPersistent { probability, slot }));
    rig.send(b"one", Ici::NONE).unwrap();
    hear(&mut rig, Signal::CarrierOn);
    rig.wait(SLOT);
    assert_eq!(rig.layer.deadline(), None);
    hear(&mut rig, Signal::CarrierOff);
    assert!(rig.layer.deadline().is_some());
    assert!(rig.pop().is_none());
}

proptest! {
    /// Whatever the medium says, in whatever order.
    #[test]
    fn nothing_is_sent_twice_and_nothing_lost_without_a_reason(
        kind in 0..3_u8,
        events in prop::collection::vec(0..8_u8, 0..200),
    ) {
        let (probability, slot, longest, attempts) = (0.5, SLOT, SLOT, 3);
        let mut rig = Rig::new(Csma::new(match kind {
            0 => Persistence::OnePersistent,
            1 => Persistence::PPersistent { probability, slot },
            _ => Persistence::NonPersistent { longest, attempts },
        }));
        let (mut offered, mut refused, mut sent) = (0_u8, 0_u64, Vec::new());
        for event in events {
            match event {
                0 | 1 => {
                    refused += u64::from(rig.send(&[offered], Ici::NONE).is_err());
                    offered += 1;
                }
                2 => hear(&mut rig, Signal::CarrierOn),
                3 => hear(&mut rig, Signal::CarrierOff),
                4 => hear(&mut rig, Signal::Collision),
                5 => hear(&mut rig, Signal::Sent),
                6 => hear(&mut rig, Signal::Jam { bits: 1 }),
                _ => rig.wait(SLOT),
            }
            for (way, pdu) in rig.drain() {
                prop_assert_eq!(way, Direction::Down);
                sent.push(pdu.octets()[0]);
            }
        }
        prop_assert!(sent.is_sorted_by(|a, b| a < b), "in order, and none twice");
        let waiting = rig.layer.outgoing.waiting() as u64;
        let gone = rig.world.discards.total() + refused;
        prop_assert_eq!(u64::from(offered), sent.len() as u64 + gone + waiting);
    }
}
