//! Each impairment against its theory. Seeds are fixed; the bounds are five standard
//! deviations, which a correct wire would miss once in two million seeds.

use core::cell::RefCell;
use std::rc::Rc;

use super::*;
use layercake_base::{Event, Observer};

const MILLISECOND: Duration = Duration::from_millis(1);

/// Sends `count` transmissions of `octets`, one each `gap`; gives arrival and number.
fn send(medium: &Medium, count: u32, octets: usize, gap: Duration) -> Vec<(u64, u32)> {
    let mut world = World::new(3, 64);
    let mut wire = Wire::new("test", medium.clone(), &world.rng);
    let mut arrived = Vec::new();
    for number in 0..count {
        let pdu = world.pool.allocate(Room::default(), octets).unwrap();
        for (at, _) in wire.transmit(End::A, pdu, &mut world).into_iter().flatten() {
            arrived.push((at.as_nanos(), number));
        }
        world.now = world.now + gap;
    }
    arrived
}

fn about(found: f64, expected: f64, sigma: f64) {
    let distance = (found - expected).abs();
    assert!(
        distance < 5.0 * sigma,
        "{found}, expected {expected} ± 5 · {sigma}"
    );
}

/// The standard deviation of a share of `n` independent trials.
fn sigma(p: f64, n: f64) -> f64 {
    (p * (1.0 - p) / n).sqrt()
}

/// 4 bits in 5 symbols of three levels, each packed in two bits: 1250 octets of symbols stand
/// for 500 octets, which take 400 µs at 10 Mbit/s.
#[test]
fn a_lines_time_is_that_of_the_bits_and_not_of_how_symbols_are_packed() {
    let medium = Medium {
        rate: 10_000_000,
        expansion: Expansion {
            bits: 4,
            packed: 10,
        },
        ..Medium::default()
    };
    assert_eq!(medium.serialization(1250), Duration::from_micros(400));
    let manchester: &dyn LineCode = &layercake_physical::Manchester::new();
    assert_eq!(Expansion::from(manchester), Expansion::default());
}

#[test]
fn rate_and_delay_add_up_and_transmissions_wait_for_each_other() {
    // 1250 octets of symbols are 5000 bits: 5 ms at 1 Mbit/s.
    let medium = Medium {
        rate: 1_000_000,
        delay: 10 * MILLISECOND,
        ..Medium::default()
    };
    let arrived = send(&medium, 3, 1250, MILLISECOND);
    let expected = [15_000_000, 20_000_000, 25_000_000];
    assert_eq!(
        arrived.iter().map(|(at, _)| *at).collect::<Vec<_>>(),
        expected
    );
}

#[test]
fn a_full_queue_drops_what_comes_last() {
    let medium = Medium {
        rate: 1_000_000,
        queue: 3,
        ..Medium::default()
    };
    let numbers: Vec<_> = send(&medium, 9, 1250, MILLISECOND);
    // Sent at 0, 1, 2 ms; the line is free again at 5 ms.
    let numbers: Vec<_> = numbers.iter().map(|(_, number)| *number).collect();
    assert_eq!(numbers, [0, 1, 2, 5]);
}

#[test]
fn the_share_lost_is_the_probability() {
    let medium = Medium {
        loss: 0.02,
        ..Medium::default()
    };
    let n = 50_000;
    let lost = 1.0 - send(&medium, n, 1, MILLISECOND).len() as f64 / f64::from(n);
    about(lost, 0.02, sigma(0.02, f64::from(n)));
}

/// Bad share 0.01 / (0.01 + 0.2) = 1/21; every transmission of a bad time is lost, so runs of
/// losses last 1 / 0.2 = 5 in the mean, with variance (1 - 0.2) / 0.2² = 20.
#[test]
fn bursts_have_the_share_and_the_length_of_gilbert_and_elliott() {
    let bursts = Some(Bursts {
        enter: 0.01,
        leave: 0.2,
        loss: 1.0,
    });
    let medium = Medium {
        bursts,
        ..Medium::default()
    };
    let n = 200_000_u32;
    let arrived = send(&medium, n, 1, MILLISECOND);
    let gaps = arrived.windows(2).map(|pair| pair[1].1 - pair[0].1 - 1);
    let runs: Vec<_> = gaps.filter(|gap| *gap > 0).map(f64::from).collect();
    let count = runs.len() as f64;
    about(runs.iter().sum::<f64>() / count, 5.0, (20.0 / count).sqrt());
    // Correlated trials: the variance of the share grows by (1 + c) / (1 - c), c = 0.79.
    let share = 1.0 - arrived.len() as f64 / f64::from(n);
    let wide = sigma(1.0 / 21.0, f64::from(n)) * (1.79_f64 / 0.21).sqrt();
    about(share, 1.0 / 21.0, wide);
}

#[test]
fn the_share_duplicated_is_the_probability_and_copies_arrive_together() {
    let medium = Medium {
        duplication: 0.1,
        ..Medium::default()
    };
    let n = 20_000;
    let arrived = send(&medium, n, 1, MILLISECOND);
    let share = arrived.len() as f64 / f64::from(n) - 1.0;
    about(share, 0.1, sigma(0.1, f64::from(n)));
    let mut pairs = arrived.windows(2).filter(|pair| pair[0].1 == pair[1].1);
    assert!(pairs.all(|pair| pair[0].0 == pair[1].0));
}

/// Uniform on 0 to 4 ms: mean 2 ms, standard deviation 4 ms / √12.
#[test]
fn jitter_is_uniform_when_transmissions_are_far_apart() {
    let medium = Medium {
        delay: 10 * MILLISECOND,
        jitter: 4 * MILLISECOND,
        ..Medium::default()
    };
    let gap = 20 * MILLISECOND;
    let n = 20_000_u32;
    let arrived = send(&medium, n, 1, gap);
    let delay = |(at, number): &(u64, u32)| *at as f64 / 1e6 - 20.0 * f64::from(*number);
    let delays: Vec<f64> = arrived.iter().map(delay).collect();
    assert!(delays.iter().all(|d| (10.0..=14.0).contains(d)));
    let mean = delays.iter().sum::<f64>() / f64::from(n);
    about(mean, 12.0, 4.0 / 12.0_f64.sqrt() / f64::from(n).sqrt());
    let first_quarter = delays.iter().filter(|d| **d < 11.0).count() as f64;
    about(
        first_quarter / f64::from(n),
        0.25,
        sigma(0.25, f64::from(n)),
    );
}

#[test]
fn jitter_alone_never_reorders() {
    let medium = Medium {
        jitter: 50 * MILLISECOND,
        ..Medium::default()
    };
    let arrived = send(&medium, 5_000, 1, MILLISECOND);
    assert!(arrived.is_sorted_by_key(|(at, _)| *at));
}

#[test]
fn the_share_reordered_is_the_probability() {
    let reordering = Some(Reordering {
        chance: 0.05,
        by: MILLISECOND * 5 / 2,
    });
    let medium = Medium {
        reordering,
        ..Medium::default()
    };
    let n = 20_000_u32;
    let late = |(at, number): &&(u64, u32)| *at > u64::from(*number) * 1_000_000;
    let arrived = send(&medium, n, 1, MILLISECOND);
    let share = arrived.iter().filter(late).count() as f64 / f64::from(n);
    about(share, 0.05, sigma(0.05, f64::from(n)));
    assert!(!arrived.is_sorted_by_key(|(at, _)| *at));
}

#[derive(Default)]
struct Flips(Vec<usize>, usize);

impl Observer for Flips {
    fn on(&mut self, event: &Event<'_>) {
        match event.what {
            What::Damaged { bit } => self.0.push(bit),
            _ => self.1 += 1,
        }
    }
}

/// 2000 transmissions of 8000 symbols, each flipped with 1/1000.
#[test]
fn symbols_flip_as_often_as_the_error_rate_says_and_anywhere() {
    let medium = Medium {
        bit_errors: 0.001,
        ..Medium::default()
    };
    let mut world = World::new(9, 4);
    let flips = Rc::new(RefCell::new(Flips::default()));
    world.observer = Some(Box::new(flips.clone()));
    let mut wire = Wire::new("noisy", medium, &world.rng);
    let mut ones = 0;
    for _ in 0..2000 {
        let pdu = world.pool.allocate(Room::default(), 1000).unwrap();
        let [Some((_, pdu)), None] = wire.transmit(End::B, pdu, &mut world) else {
            panic!("nothing is lost or doubled here");
        };
        ones += pdu
            .octets()
            .iter()
            .map(|octet| octet.count_ones())
            .sum::<u32>();
    }
    let (told, transmitted) = (&flips.borrow().0, flips.borrow().1);
    assert_eq!((told.len(), transmitted), (ones as usize, 2000));
    let n = 16e6;
    about(f64::from(ones) / n, 0.001, sigma(0.001, n));
    let first_half = told.iter().filter(|bit| **bit < 4000).count() as f64;
    about(
        first_half / f64::from(ones),
        0.5,
        sigma(0.5, f64::from(ones)),
    );
    assert_eq!(world.pool.in_use(), 0);
}

#[test]
fn the_two_directions_have_luck_of_their_own_that_repeats() {
    let medium = Medium {
        loss: 0.5,
        ..Medium::default()
    };
    let run = |end| {
        let mut world = World::new(3, 64);
        let mut wire = Wire::new("coin", medium.clone(), &world.rng);
        let mut toss = || {
            let pdu = world.pool.allocate(Room::default(), 1).unwrap();
            wire.transmit(end, pdu, &mut world)[0].is_some()
        };
        (0..64).map(|_| toss()).collect::<Vec<_>>()
    };
    assert_eq!(run(End::A), run(End::A));
    assert_ne!(run(End::A), run(End::B));
}

#[test]
fn what_is_lost_is_counted_and_shown() {
    let medium = Medium {
        loss: 1.0,
        ..Medium::default()
    };
    let mut world = World::new(3, 64);
    let seen = Rc::new(RefCell::new(Flips::default()));
    world.observer = Some(Box::new(seen.clone()));
    let mut wire = Wire::new("cut", medium, &world.rng);
    let pdu = world.pool.allocate(Room::default(), 1).unwrap();
    assert!(matches!(
        wire.transmit(End::A, pdu, &mut world),
        [None, None]
    ));
    assert_eq!(
        world.discards.iter().collect::<Vec<_>>(),
        [("wire", "no-way", 1)]
    );
    assert_eq!(seen.borrow().1, 1);
}
