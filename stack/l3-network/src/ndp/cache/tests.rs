use layercake_base::{Pool, Room};

use super::*;
use crate::ndp::timers::REACHABLE_TIME;

const HERE: Ipv6Addr = Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1);

fn address(number: usize) -> Ipv6Addr {
    Ipv6Addr::from_bits((0xfe80 << 112) | (number as u128 + 1000))
}

fn nanos(number: usize) -> Instant {
    Instant::from_nanos(u64::try_from(number).unwrap())
}

fn tell(cache: &mut Cache, number: usize, now: Instant) -> Result<VecDeque<Pdu>, Reason> {
    cache.told(address(number), Some(Mac::local(1)), now)
}

/// A cache whose neighbours all asked for us, each a nanosecond after the one before.
fn full() -> Cache {
    let mut cache = Cache::default();
    for number in 0..NEIGHBOURS {
        tell(&mut cache, number, nanos(number)).unwrap();
    }
    cache
}

/// Makes a neighbour REACHABLE.
fn confirm(cache: &mut Cache, number: usize, now: Instant) {
    cache.way(address(number), HERE, now).unwrap();
    cache.confirmed(address(number), now, now + REACHABLE_TIME);
    assert_eq!(cache.state(address(number), now), State::Reachable);
}

fn wait(cache: &mut Cache, pool: &Pool, number: usize, now: Instant) -> Waits {
    let pdu = pool.allocate(Room::default(), 1).unwrap();
    cache.wait(address(number), HERE, pdu, now).unwrap()
}

#[test]
fn a_full_cache_forgets_the_neighbour_heard_longest_ago() {
    let (mut cache, now) = (full(), nanos(NEIGHBOURS));
    tell(&mut cache, NEIGHBOURS, now).unwrap();
    assert_eq!(cache.entries.len(), NEIGHBOURS);
    let state = |number| cache.state(address(number), now);
    assert_eq!(state(0), State::Absent);
    assert_eq!((state(1), state(NEIGHBOURS)), (State::Stale, State::Stale));
}

#[test]
fn messages_of_strangers_push_out_nobody_who_is_spoken_with() {
    let (mut cache, now) = (full(), nanos(NEIGHBOURS));
    confirm(&mut cache, 0, now);
    for number in NEIGHBOURS..3 * NEIGHBOURS {
        tell(&mut cache, number, now).unwrap();
    }
    assert_eq!(cache.entries.len(), NEIGHBOURS);
    assert_eq!(cache.state(address(0), now), State::Reachable);
    // All are spoken with: a stranger finds no room, until one of them was silent for long.
    let all: Vec<_> = cache.entries.keys().copied().collect();
    for neighbour in all {
        cache.way(neighbour, HERE, now);
        cache.confirmed(neighbour, now, now + REACHABLE_TIME);
    }
    let reason = tell(&mut cache, 9 * NEIGHBOURS, now).unwrap_err();
    assert_eq!(reason.to_string(), "ndp cache is full at 512");
    tell(&mut cache, 9 * NEIGHBOURS, now + REACHABLE_TIME).unwrap();
}

/// RFC 6583 §4: somebody sends to all addresses of a network, one after the other.
#[test]
fn a_flood_to_absent_neighbours_ends_the_oldest_question_and_forgets_nobody() {
    let (pool, mut cache) = (Pool::new(INCOMPLETE * 8 + 1), Cache::default());
    for number in 0..100 {
        tell(&mut cache, number, nanos(number)).unwrap();
        confirm(&mut cache, number, nanos(number));
    }
    for number in 1000..1000 + 10 * INCOMPLETE {
        let waits = wait(&mut cache, &pool, number, nanos(number));
        assert!(waits.ask);
        let displaced = usize::from(number >= 1000 + INCOMPLETE);
        assert_eq!(waits.displaced.len(), displaced);
        assert!(cache.entries.len() <= 100 + INCOMPLETE);
    }
    for number in 0..100 {
        assert_eq!(cache.state(address(number), nanos(9999)), State::Reachable);
    }
    // The last question is still open, and its answer is believed.
    let last = 999 + 10 * INCOMPLETE;
    assert_eq!(tell(&mut cache, last, nanos(9999)).unwrap().len(), 1);
    assert_eq!(cache.incomplete, INCOMPLETE - 1);
}

#[test]
fn no_more_than_eight_packets_wait_for_one_neighbour_and_the_oldest_goes() {
    let (pool, mut cache) = (Pool::new(16), Cache::default());
    for number in 0..8 {
        let waits = wait(&mut cache, &pool, 7, nanos(number));
        assert_eq!((waits.ask, waits.displaced.len()), (number == 0, 0));
    }
    let waits = wait(&mut cache, &pool, 7, nanos(8));
    assert_eq!((waits.ask, waits.displaced.len()), (false, 1));
    assert_eq!(tell(&mut cache, 7, nanos(9)).unwrap().len(), 8);
}

#[test]
fn as_many_wait_as_the_cache_was_told_to_hold() {
    let (pool, mut cache) = (Pool::new(32), Cache::default());
    cache.most = 20;
    for number in 0..25 {
        let waits = wait(&mut cache, &pool, 7, nanos(number));
        assert_eq!(waits.displaced.len(), usize::from(number >= 20));
    }
    assert_eq!(tell(&mut cache, 7, nanos(25)).unwrap().len(), 20);
}

#[test]
fn advertisements_that_nobody_asked_for_do_not_fill_the_cache() {
    let mut cache = Cache::default();
    for number in 0..NEIGHBOURS {
        let advertisement = NeighborAdvertisement {
            router: false,
            solicited: true,
            overrides: true,
            target_address: address(number),
        };
        let (link, now) = (Some(Mac::local(2)), Instant::ZERO);
        cache.advertised(&advertisement, link, now, now);
    }
    assert!(cache.entries.is_empty());
}
