//! A bus: who hears what, when, and what becomes of transmissions that overlap.

#![allow(clippy::unwrap_used, reason = "a panic is a failed test")]

use core::cell::RefCell;
use core::time::Duration;
use std::rc::Rc;

use layercake_base::{Event, Ici, Instant, Layer, Observer, What};
use layercake_datalink::access::{Aloha, Csma, CsmaCd, Persistence, csma_cd};
use layercake_physical::Manchester;
use layercake_tower::{Bus, Network, NodeId, Tower};
use proptest::prelude::*;

/// What happens on the bus: when (in nanoseconds), where, and what.
#[derive(Default)]
struct Log(Vec<(u64, String, String)>);

impl Observer for Log {
    fn on(&mut self, event: &Event<'_>) {
        let what = match &event.what {
            What::Transmitted { .. } => "sends".to_owned(),
            What::Discarded { reason } => reason.to_string(),
            _ => return,
        };
        if event.layer == Bus::LAYER {
            let at = event.at.as_nanos();
            self.0.push((at, event.node.to_owned(), what));
        }
    }
}

/// Stations `a`, `b`, `c` … on a line at 10 Mbit/s, at these microseconds.
fn line<L: Layer + 'static>(
    positions: &[u64],
    seed: u64,
    access: impl Fn() -> L,
) -> (Network, Vec<NodeId>, Rc<RefCell<Log>>) {
    let mut net = Network::new(seed);
    let log = Rc::new(RefCell::new(Log::default()));
    net.observe(Box::new(Rc::clone(&log)));
    let names = ('a'..='z').map(String::from);
    let taps: Vec<_> = names
        .zip(positions)
        .map(|(name, at)| {
            let tower = Tower::builder().layer(access()).layer(Manchester::new());
            let node = net.add_node(&name, tower.build().unwrap()).unwrap();
            (node, Duration::from_micros(*at))
        })
        .collect();
    net.add_bus(Bus::default(), &taps);
    (net, taps.iter().map(|(node, _)| *node).collect(), log)
}

fn run_to(net: &mut Network, nanos: u64) {
    net.run_until(Instant::from_nanos(nanos));
}

fn arrivals(net: &mut Network, node: NodeId) -> Vec<(u64, u8)> {
    core::iter::from_fn(|| net.receive(node))
        .map(|arrival| (arrival.at.as_nanos(), *arrival.octets.first().unwrap()))
        .collect()
}

/// 100 octets at 10 Mbit/s are 80 µs, and a microsecond of cable lies between neighbours.
#[test]
fn each_station_hears_a_frame_when_its_last_bit_has_come() {
    let (mut net, nodes, _) = line(&[0, 1, 3], 1, Aloha::new);
    net.send(nodes[1], &[7; 100], Ici::NONE).unwrap();
    run_to(&mut net, 100_000);
    assert_eq!(arrivals(&mut net, nodes[0]), [(81_000, 7)]);
    assert_eq!(arrivals(&mut net, nodes[1]), []);
    assert_eq!(arrivals(&mut net, nodes[2]), [(82_000, 7)]);
    assert_eq!(net.discards().total(), 0);
}

/// a sends from 0 to 80 µs, b from 85 to 165. At c, next to a, they come one after the other;
/// at d, next to b, a arrives from 10 to 90. b itself does not receive while it sends.
#[test]
fn what_overlaps_at_one_place_is_whole_at_another() {
    let (mut net, nodes, log) = line(&[0, 10, 0, 10], 1, Aloha::new);
    net.send(nodes[0], &[1; 100], Ici::NONE).unwrap();
    run_to(&mut net, 85_000);
    net.send(nodes[1], &[2; 100], Ici::NONE).unwrap();
    run_to(&mut net, 300_000);
    assert_eq!(arrivals(&mut net, nodes[0]), [(175_000, 2)]);
    assert_eq!(arrivals(&mut net, nodes[1]), []);
    assert_eq!(arrivals(&mut net, nodes[2]), [(80_000, 1), (175_000, 2)]);
    assert_eq!(arrivals(&mut net, nodes[3]), []);
    let lost = |at, node: &str| (at, node.to_owned(), "collided on the bus".to_owned());
    let expected = [lost(90_000, "b"), lost(90_000, "d"), lost(165_000, "d")];
    assert_eq!(log.borrow().0[2..], expected);
}

#[test]
fn signals_that_touch_do_not_collide() {
    let (mut net, nodes, _) = line(&[0, 10, 5], 1, Aloha::new);
    net.send(nodes[0], &[1; 100], Ici::NONE).unwrap();
    run_to(&mut net, 80_000);
    net.send(nodes[1], &[2; 100], Ici::NONE).unwrap();
    run_to(&mut net, 300_000);
    assert_eq!(arrivals(&mut net, nodes[2]), [(85_000, 1), (165_000, 2)]);
}

#[test]
fn a_station_that_listens_does_not_collide_with_what_it_hears() {
    let one = || Csma::new(Persistence::OnePersistent);
    let (mut net, nodes, _) = line(&[0, 10], 1, one);
    net.send(nodes[0], &[1; 100], Ici::NONE).unwrap();
    run_to(&mut net, 10_000);
    net.send(nodes[1], &[2; 100], Ici::NONE).unwrap();
    run_to(&mut net, 300_000);
    assert_eq!(arrivals(&mut net, nodes[1]), [(90_000, 1)]);
    assert_eq!(arrivals(&mut net, nodes[0]), [(180_000, 2)]);
}

fn csma_cd() -> CsmaCd {
    CsmaCd::new(csma_cd::Settings::ieee_802_3(10_000_000))
}

/// Two stations 10 µs apart. a begins at 0, b at 9 µs; b hears a at 10 and jams to 13.2, a
/// hears b at 19 and jams to 22.2. a hears the end of b at 23.2 and has waited for the gap of
/// 9.6 at 32.8; b hears that of a at 32.2, and has at 41.8. Slots of 51.2 count from the end of
/// the own jam: drawing 0 and 1, a sends at 32.8, and b, whose slot ends at 64.4 while it hears
/// a, after that.
#[test]
fn two_stations_that_collide_resolve_it_at_the_times_of_ieee_802_3() {
    let begins = |seed| {
        let (mut net, nodes, log) = line(&[0, 10], seed, csma_cd);
        net.send(nodes[0], &[1; 100], Ici::NONE).unwrap();
        run_to(&mut net, 9_000);
        net.send(nodes[1], &[2; 100], Ici::NONE).unwrap();
        run_to(&mut net, 400_000);
        let first = arrivals(&mut net, nodes[1]);
        let log = log.borrow().0.clone();
        (log, first)
    };
    let sends = |at, node: &str| (at, node.to_owned(), "sends".to_owned());
    let lost = |at, node: &str| (at, node.to_owned(), "collided on the bus".to_owned());
    let wanted = |seed: &u64| {
        let (log, _) = begins(*seed);
        log.get(4) == Some(&sends(32_800, "a")) && log.len() == 6
    };
    let seed = (0..50).find(wanted).unwrap();
    let (log, arrived) = begins(seed);
    let expected = [
        sends(0, "a"),
        sends(9_000, "b"),
        lost(23_200, "a"),
        lost(32_200, "b"),
        sends(32_800, "a"),
        sends(122_800 + 9_600, "b"), // a is heard until 32.8 + 80 + 10
    ];
    assert_eq!(log, expected);
    assert_eq!(arrived, [(122_800, 1)]);
}

/// Ten hosts on a cable of so many microseconds all ping the first one at the same instant, after
/// questions by ARP, of course: how many are answered within a second.
fn answered(delay: u32) -> (usize, u64) {
    let hosts = 1..=10;
    let node = |n| format!("[[node]]\nname = \"h{n}.lab\"\nkind = \"host\"\n");
    let nodes: String = hosts.clone().map(node).collect();
    let station = |n| format!("\"h{n}.lab 10.0.0.{n}/24\"");
    let stations: Vec<_> = hosts.clone().map(station).collect();
    let between = stations.join(", ");
    let text = format!("{nodes}[[bus]]\nbetween = [{between}]\ndelay = \"{delay} us\"");
    let mut net = Network::from_toml(&text, 1).unwrap();
    let ici = Ici {
        destination: net.resolve("h1.lab"),
        next: 1,
        ..Ici::NONE
    };
    let echo = [8, 0, 0xf7, 0xfd, 0, 1, 0, 1];
    let all: Vec<_> = hosts
        .skip(1)
        .map(|n| net.node(&format!("h{n}.lab")).unwrap())
        .collect();
    for node in &all {
        net.send(*node, &echo, ici).unwrap();
    }
    run_to(&mut net, 1_000_000_000);
    let answers = all
        .iter()
        .filter(|node| net.receive(**node).is_some())
        .count();
    let bus = net.discards().iter().filter(|(layer, ..)| *layer == "bus");
    (answers, bus.map(|(_, _, count)| count).sum())
}

#[test]
fn hosts_that_ping_at_the_same_instant_are_all_answered() {
    let (answers, collided) = answered(5);
    assert_eq!(answers, 9);
    assert!(collided > 50, "they should have collided, found {collided}");
}

/// Where a signal takes longer to the far end and back than the shortest frame lasts, stations
/// do not hear all collisions that others do: the reason for the slot time.
#[test]
fn a_cable_longer_than_a_slot_loses_frames() {
    let (answers, _) = answered(200);
    assert!(answers < 9, "{answers}");
}

/// The same seed, the same run.
#[test]
fn a_run_repeats() {
    let run = || {
        let (mut net, nodes, log) = line(&[0, 1, 2, 3], 9, csma_cd);
        for round in 0..20 {
            for node in &nodes {
                net.send(*node, &[round; 64], Ici::NONE).unwrap();
            }
        }
        run_to(&mut net, 50_000_000);
        let log = log.borrow().0.clone();
        (log, arrivals(&mut net, nodes[0]))
    };
    let (log, arrived) = run();
    assert_eq!((log, arrived.clone()), run());
    assert_eq!(arrived.len(), 60);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Whoever sends whatever whenever: each frame arrives at every other station once, or is
    /// counted as lost.
    #[test]
    fn no_frame_arrives_twice_and_none_is_lost_without_a_reason(
        seed in any::<u64>(),
        schedule in prop::collection::vec((0..4_usize, 0..60_000_u64), 1..40),
    ) {
        let (mut net, nodes, _) = line(&[0, 3, 5, 12], seed, csma_cd);
        let mut at = 0;
        for (number, (station, gap)) in (0_u8..).zip(&schedule) {
            at += gap;
            run_to(&mut net, at);
            net.send(nodes[*station], &[number; 64], Ici::NONE).unwrap();
        }
        run_to(&mut net, at + 1_000_000_000);
        let given_up: u64 = net
            .discards()
            .iter()
            .filter(|(layer, ..)| *layer == "csma-cd")
            .map(|(_, _, count)| count)
            .sum();
        let mut arrived = 0;
        for node in nodes {
            let mut numbers: Vec<_> = arrivals(&mut net, node).into_iter().map(|(_, n)| n).collect();
            arrived += numbers.len();
            numbers.sort_unstable();
            prop_assert!(numbers.windows(2).all(|pair| pair[0] != pair[1]));
        }
        let sent = schedule.len() as u64 - given_up;
        prop_assert_eq!(arrived as u64, 3 * sent);
    }
}
