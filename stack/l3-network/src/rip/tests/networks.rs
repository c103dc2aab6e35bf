//! Routers among themselves: they converge, they count to infinity, and what helps against it.

use super::lab::{Lab, Manners, USUAL};
use crate::rip::{Horizon, Version};

/// Three routers in a row, each with a network of its own:
///
/// ```text
///   wire 2 --- 0 ---wire 0--- 1 ---wire 1--- 2 --- wire 4
///                             |
///                           wire 3
/// ```
const ROW: &[(usize, usize)] = &[(0, 1), (1, 2), (0, 0), (1, 1), (2, 2)];

fn row(manners: Manners) -> Lab {
    let mut lab = Lab::new(manners, 3, ROW);
    lab.run(100);
    lab
}

#[test]
fn routers_in_a_row_learn_everything_with_next_hops_and_metrics() {
    let lab = row(USUAL);
    let expected = [
        "10.1.0.0/16 via 10.0.0.2 metric 2",
        "10.3.0.0/16 via 10.0.0.2 metric 2",
        "10.4.0.0/16 via 10.0.0.2 metric 3",
    ];
    assert_eq!(lab.learned(0), expected);
    assert_eq!(lab.learned(1).len(), 2);
}

#[test]
fn ripng_does_the_same_over_link_local_addresses() {
    let lab = row(Manners {
        version: Version::Ng,
        ..USUAL
    });
    let expected = [
        "fd00:1::/32 via fe80::2 metric 2",
        "fd00:3::/32 via fe80::2 metric 2",
        "fd00:4::/32 via fe80::2 metric 3",
    ];
    assert_eq!(lab.learned(0), expected);
}

/// Triggered updates carry news over a row at once, long before the first regular update.
#[test]
fn triggered_updates_need_no_regular_ones() {
    let mut lab = Lab::new(USUAL, 3, ROW);
    lab.run(15);
    assert_eq!(lab.metric(0, 4), 3);
    lab.set_link(4, false);
    lab.run(12);
    assert_eq!(lab.metric(0, 4), 16);
    assert!(
        !lab.learned(0)
            .iter()
            .any(|route| route.starts_with("10.4."))
    );
    lab.set_link(4, true);
    lab.run(12);
    assert_eq!(lab.metric(0, 4), 3);
}

/// The metrics that router 0 has for the network of wire 2, one after the other, when that has
/// gone at this second.
fn count(manners: Manners, second: u64) -> Vec<u8> {
    let mut lab = Lab::new(manners, 2, &[(0, 1), (1, 1), (0, 0)]);
    lab.run(second);
    assert_eq!((lab.metric(0, 2), lab.metric(1, 2)), (1, 2));
    lab.set_link(2, false);
    let mut seen = vec![16];
    for _ in 0..600 {
        lab.run(1);
        let metric = lab.metric(0, 2);
        if seen.last() != Some(&metric) {
            seen.push(metric);
        }
    }
    seen
}

/// Moments at which one or the other router speaks next.
const MOMENTS: [u64; 6] = [100, 107, 114, 121, 128, 135];

/// RFC 2453 §3.4.2, "counting to infinity": each believes what it has told the other, and adds
/// one. It begins when router 1 speaks before router 0 can say that its network has gone.
#[test]
fn without_split_horizon_two_routers_count_to_infinity() {
    let manners = Manners {
        horizon: Horizon::Open,
        triggered: false,
        ..USUAL
    };
    let counts = MOMENTS.map(|second| count(manners, second));
    let counted = counts.iter().filter(|seen| seen.len() > 1);
    let expected = [16, 3, 5, 7, 9, 11, 13, 15, 16];
    assert!(
        counted.clone().all(|seen| seen[..] == expected),
        "{counts:?}"
    );
    assert!((1..MOMENTS.len()).contains(&counted.count()), "{counts:?}");
}

/// RFC 2453 §3.4.3.
#[test]
fn with_split_horizon_they_do_not() {
    for horizon in [Horizon::Split, Horizon::Poisoned] {
        for triggered in [false, true] {
            let manners = Manners {
                horizon,
                triggered,
                ..USUAL
            };
            for second in MOMENTS {
                assert_eq!(count(manners, second), [16], "{horizon:?} {triggered}");
            }
        }
    }
}

/// RFC 2453 §3.8: 180 s after the last word a route is dead, 120 s later forgotten.
#[test]
fn a_neighbour_that_falls_silent_is_believed_for_three_minutes() {
    let mut lab = row(USUAL);
    lab.cut_silently(1);
    lab.run(140);
    assert_eq!(lab.metric(1, 4), 2);
    lab.run(50);
    assert_eq!((lab.metric(1, 4), lab.metric(0, 4)), (16, 16));
    let known = |lab: &Lab| lab.routers[1].routes.after(None).count();
    assert_eq!(known(&lab), 5);
    lab.run(121);
    assert_eq!(known(&lab), 4);
}

/// Two ways from 0 to 2: the wire between them, and over router 1.
#[test]
fn the_other_way_is_taken_when_a_wire_is_cut_and_left_when_it_is_back() {
    let mut lab = Lab::new(USUAL, 3, &[(0, 1), (1, 2), (0, 2), (2, 2)]);
    lab.run(60);
    let way = |lab: &Lab| {
        let all = lab.learned(0).into_iter();
        all.filter(|route| route.starts_with("10.3."))
            .collect::<Vec<_>>()
    };
    assert_eq!(way(&lab), ["10.3.0.0/16 via 10.2.0.2 metric 2"]);
    lab.set_link(2, false);
    lab.run(40);
    assert_eq!(way(&lab), ["10.3.0.0/16 via 10.0.0.2 metric 3"]);
    lab.set_link(2, true);
    lab.run(40);
    assert_eq!(way(&lab), ["10.3.0.0/16 via 10.2.0.2 metric 2"]);
}

/// RFC 2453 §3.8: the times vary, so that routers do not speak in step.
#[test]
fn regular_updates_come_every_thirty_seconds_more_or_less() {
    let mut lab = Lab::new(USUAL, 1, &[(0, 0)]);
    lab.run(30);
    let before = lab.messages;
    lab.run(30_000);
    let updates = lab.messages - before;
    // The mean of 1000 draws from 25 to 35 s: five sigma are 0.46 s, or 1.5 %.
    assert!((984..=1016).contains(&updates), "{updates}");
}

/// A ring longer than infinity: what is too far is not reached.
#[test]
fn sixteen_hops_are_too_far() {
    let mut wires: Vec<_> = (0..19).map(|n| (n, n + 1)).collect();
    wires.push((19, 19));
    let mut lab = Lab::new(USUAL, 20, &wires);
    lab.run(200);
    assert_eq!((lab.metric(5, 19), lab.metric(4, 19)), (15, 16));
    assert_eq!(lab.learned(4).len(), 17);
}
