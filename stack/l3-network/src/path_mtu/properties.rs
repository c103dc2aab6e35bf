//! A path that is simulated: what the search finds is what the path takes.

use super::*;
use proptest::prelude::*;

/// What routers say of packets that are too large.
#[derive(Clone, Debug)]
enum Routers {
    /// Nothing: a black hole.
    Silent,
    /// Their MTU.
    Honest,
    /// Nothing to the first so many, then their MTU.
    Hesitant(usize),
}

fn routers() -> impl Strategy<Value = Routers> {
    prop_oneof![
        Just(Routers::Silent),
        Just(Routers::Honest),
        (1..9_usize).prop_map(Routers::Hesitant),
    ]
}

/// A path with its luck: a probe whose turn is marked is lost, but never two in a row, so that
/// of three probes of a size one arrives at least.
#[derive(Debug)]
struct Path {
    mtu: u16,
    routers: Routers,
    luck: Vec<bool>,
    sent: usize,
    too_large: usize,
    lost: bool,
}

impl Path {
    /// Carries a probe, and tells the search what comes back.
    fn carry(&mut self, size: u16, search: &mut PathMtu, now: Instant) {
        let unlucky = self.luck.get(self.sent % self.luck.len().max(1)) == Some(&true);
        self.sent += 1;
        self.lost = unlucky && !self.lost;
        if self.lost {
            return;
        }
        if size <= self.mtu {
            return search.on_acknowledged(size, now);
        }
        self.too_large += 1;
        let speaks = match self.routers {
            Routers::Silent => false,
            Routers::Honest => true,
            Routers::Hesitant(first) => self.too_large > first,
        };
        if speaks {
            search.on_packet_too_big(self.mtu, now);
        }
    }
}

/// Runs a search until it rests; what it has found, and when.
fn run(search: &mut PathMtu, path: &mut Path, mut now: Instant) -> Instant {
    for _ in 0..1000 {
        match search.poll(now) {
            Step::Probe { size } => path.carry(size, search, now),
            Step::Wait(_) if search.state() == State::SearchComplete => return now,
            Step::Wait(Some(until)) => now = until,
            Step::Wait(None) => panic!("gave up at {}: {path:?}", search.size()),
        }
    }
    panic!("does not end: {search:?}")
}

proptest! {
    #[test]
    fn the_largest_size_that_a_path_takes_is_found(
        mtu in 68..=9300_u16, most in 68..=9300_u16, routers in routers(),
        luck in proptest::collection::vec(any::<bool>(), 0..40),
    ) {
        let (sent, too_large, lost) = (0, 0, false);
        let mut path = Path { mtu, routers, luck, sent, too_large, lost };
        let mut search = PathMtu::new(Settings::ipv4(most));
        search.on_connected(Instant::ZERO);
        run(&mut search, &mut path, Instant::ZERO);
        prop_assert_eq!(search.size(), mtu.min(most));
    }

    /// The same as a path changes under a search that is at rest: confirmations see a smaller
    /// MTU, the timer of ten minutes a larger one.
    #[test]
    fn a_path_that_changes_is_found_out(
        mtus in proptest::collection::vec(68..=1500_u16, 2..5), routers in routers(),
    ) {
        let (sent, too_large, lost) = (0, 0, false);
        let mut path = Path { mtu: 0, routers, luck: Vec::new(), sent, too_large, lost };
        let mut search = PathMtu::new(Settings::ipv4(1500));
        let mut now = Instant::ZERO;
        search.on_connected(now);
        for mtu in mtus {
            path.mtu = mtu;
            now = run(&mut search, &mut path, now);
            let end = now + core::time::Duration::from_secs(1300);
            while now < end {
                now = match search.poll(now) {
                    Step::Probe { size } => {
                        path.carry(size, &mut search, now);
                        now
                    }
                    Step::Wait(until) => until.unwrap(),
                };
            }
            prop_assert_eq!(search.size(), mtu);
        }
    }

    /// Lies of any size at any time: the size stays within its limits, and once the liar is
    /// silent and the raise timer has run out the truth is found.
    #[test]
    fn lies_never_lead_out_of_the_limits_nor_last(
        mtu in 68..=1500_u16,
        lies in proptest::collection::vec((any::<u16>(), any::<bool>()), 0..200),
    ) {
        let (sent, too_large, lost) = (0, 0, false);
        let (routers, luck) = (Routers::Honest, Vec::new());
        let mut path = Path { mtu, routers, luck, sent, too_large, lost };
        let mut search = PathMtu::new(Settings::ipv4(1500));
        let mut now = Instant::ZERO;
        search.on_connected(now);
        for (lie, near) in lies {
            // Half of them lie where they matter.
            let lie = if near { 60 + lie % 1450 } else { lie };
            match search.poll(now) {
                Step::Probe { size } => {
                    search.on_packet_too_big(lie, now);
                    path.carry(size, &mut search, now);
                }
                Step::Wait(until) => now = until.unwrap_or(now),
            }
            prop_assert!((68..=1500).contains(&search.size()), "{}", search.size());
        }
        now = run(&mut search, &mut path, now) + core::time::Duration::from_secs(600);
        let mut rests = false;
        while !rests {
            match search.poll(now) {
                Step::Probe { size } => path.carry(size, &mut search, now),
                Step::Wait(until) => {
                    rests = search.state() == State::SearchComplete;
                    now = until.unwrap();
                }
            }
        }
        prop_assert_eq!(search.size(), mtu);
    }

    /// Whatever is called with whatever number: no panic, and never out of the limits.
    #[test]
    fn no_sequence_of_calls_leads_out_of_the_limits(
        calls in proptest::collection::vec((0..7_u8, any::<u16>(), any::<bool>()), 0..300),
    ) {
        let mut search = PathMtu::new(Settings::ipv4(1500));
        let (mut now, mut last) = (Instant::ZERO, 0);
        for (call, number, right) in calls {
            let size = if right { last } else { number };
            match call {
                0 => search.on_connected(now),
                1 if number < 3000 => search.on_disconnected(now),
                1 | 2 => search.on_acknowledged(size, now),
                3 => search.on_lost(size, now),
                4 => search.on_packet_too_big(size, now),
                5 => search.on_black_hole(now),
                _ => match search.poll(now) {
                    Step::Probe { size } => last = size,
                    Step::Wait(until) => now = until.unwrap_or(now),
                },
            }
            prop_assert!((68..=1500).contains(&search.size()));
            prop_assert!(last == 0 || (68..=1500).contains(&last));
        }
    }
}
