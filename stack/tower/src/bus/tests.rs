//! A bus without a network: the test reads the edges that it enters.

use layercake_base::{Instant, Pdu, Pool, Reason, Room, Signal};

use super::*;

const MICRO: Duration = Duration::from_micros(1);

/// Stations one microsecond apart, and PDUs for them.
fn line(stations: usize) -> (Cable, Pool) {
    let mut cable = Cable::new(Bus::default());
    for (station, at) in (0..stations).zip(0..) {
        cable.attach((station, 0), MICRO * at);
    }
    (cable, Pool::new(2000))
}

/// 125 octets of symbols are 500 bits, which take 50 µs.
fn pdu(pool: &Pool) -> Pdu {
    pool.allocate(Room::default(), 125).unwrap()
}

fn at(micros: u64) -> Instant {
    Instant::from_nanos(1000 * micros)
}

#[test]
fn what_its_sender_cuts_short_is_of_no_use_to_anybody() {
    let (mut cable, pool) = line(3);
    let (mut first, mut cut) = (Vec::new(), Vec::new());
    cable.transmit(0, pdu(&pool), at(0), |when, edge| first.push((when, edge)));
    for (when, edge) in first.iter().filter(|(_, edge)| edge.begins()) {
        let on = (edge.tap > 0).then_some(Signal::CarrierOn);
        assert_eq!(cable.begin(*edge, *when), [on, None]);
    }
    cable.jam(0, 32, at(10), |when, edge| cut.push((when, edge)));
    cable.jam(0, 32, at(11), |_, _| panic!("it jams already"));
    cable.jam(1, 32, at(11), |_, _| panic!("it does not send"));
    let nanos: Vec<_> = cut.iter().map(|(when, _)| when.as_nanos()).collect();
    assert_eq!(nanos, [13_200, 14_200, 15_200]);
    let fates: Vec<_> = cut.iter().map(|(_, edge)| cable.end(*edge)).collect();
    let spoilt = Reason::NoWay("cut short by its sender");
    let spoilt = Some((Fate::Spoilt(spoilt), Some(Signal::CarrierOff)));
    let own = Some((Fate::Own, Some(Signal::Sent)));
    assert_eq!(fates, [own, spoilt.clone(), spoilt]);
    for (_, edge) in &cut {
        cable.leave(*edge);
    }
    assert_eq!(pool.in_use(), 0);
    // The ends that were entered before the jam are void.
    let late = first.iter().filter(|(_, edge)| !edge.begins());
    assert!(
        late.map(|(_, edge)| cable.end(*edge))
            .all(|end| end.is_none())
    );
}

#[test]
fn a_station_sends_one_thing_at_a_time() {
    let (mut cable, pool) = line(2);
    assert_eq!(cable.room(0, at(0)), (1, at(0)));
    assert_eq!(cable.last_arrival(0, 125, at(0)), Ok(at(51)));
    cable.transmit(0, pdu(&pool), at(0), |_, _| {});
    assert_eq!(cable.room(0, at(10)), (0, at(50)));
    let why = cable.last_arrival(0, 125, at(10)).unwrap_err();
    assert_eq!(why.to_string(), "this station is still sending on the bus");
    assert!(cable.last_arrival(2, 125, at(10)).is_err(), "no such tap");
}

#[test]
fn what_is_in_the_air_is_bounded() {
    let (mut cable, pool) = line(4096);
    for station in 0..256 {
        assert!(cable.last_arrival(station, 125, at(0)).is_ok());
        cable.transmit(station, pdu(&pool), at(0), |_, _| {});
    }
    let why = cable.last_arrival(256, 125, at(0)).unwrap_err();
    assert_eq!(why.to_string(), "the bus is full at 256");
}

#[test]
fn a_star_is_as_far_across_as_both_arms_are_long() {
    let (near, far) = (2 * MICRO, 5 * MICRO);
    assert_eq!(Shape::Star.delay(near, far), 7 * MICRO);
    assert_eq!(Shape::Line.delay(near, far), 3 * MICRO);
    assert_eq!(Shape::Line.delay(far, near), 3 * MICRO);
}
