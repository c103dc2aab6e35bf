//! The table of routes with a full Internet table in it: look-ups, changes and memory, beside the
//! crate `prefix-trie` in the same run.
//!
//! `cargo bench -p layercake-network --bench route`. A million different prefixes of each family
//! with lengths as the Internet's tables had them in 2024 (APNIC, "BGP in 2024": 60 % /24 and
//! 10 % each of /22 and /23; 46 % /48), drawn at random below 1.0.0.0 to 223.255.255.255 and
//! 2000::/3. Real tables are less scattered, so theirs take less memory. Destinations lie within
//! prefixes of the table, in random order. Times are the median of five runs. It fails when the
//! two disagree about any destination.
#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    reason = "a bench: a panic is a failure, and numbers are shifted to their size"
)]

use core::hint::black_box;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::alloc::System;
use std::collections::BTreeSet;
use std::time::Instant;

use layercake_base::Rng;
use layercake_network::route::{Prefix, Route, Table, Trie};
use prefix_trie::PrefixMap;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const PREFIXES: usize = 1_000_000;
const QUESTIONS: usize = 2_000_000;
const RUNS: usize = 5;

/// Length, and how many of a thousand prefixes have it.
type Lengths = &'static [(u8, u64)];

const IPV4: Lengths = &[
    (12, 1),
    (14, 1),
    (15, 2),
    (16, 13),
    (17, 8),
    (18, 14),
    (19, 25),
    (20, 44),
    (21, 52),
    (22, 112),
    (23, 103),
    (24, 625),
];

const IPV6: Lengths = &[
    (28, 3),
    (29, 20),
    (30, 7),
    (32, 120),
    (33, 20),
    (34, 15),
    (36, 65),
    (38, 20),
    (40, 110),
    (42, 30),
    (44, 95),
    (45, 15),
    (46, 25),
    (47, 25),
    (48, 430),
];

/// Any address of the family.
type Draw = fn(&mut Rng) -> IpAddr;

fn ipv4(rng: &mut Rng) -> IpAddr {
    let number = 0x0100_0000 + rng.below(0xdf00_0000);
    Ipv4Addr::from_bits(number.try_into().unwrap()).into()
}

fn ipv6(rng: &mut Rng) -> IpAddr {
    let high = rng.next_u64() >> 3 | 1 << 61;
    Ipv6Addr::from_bits(u128::from(high) << 64 | u128::from(rng.next_u64())).into()
}

/// Different prefixes, in random order.
fn prefixes(rng: &mut Rng, draw: Draw, lengths: Lengths) -> Vec<Prefix> {
    let mut seen = BTreeSet::new();
    let mut all = Vec::with_capacity(PREFIXES);
    let sum: u64 = lengths.iter().map(|(_, weight)| weight).sum();
    while all.len() < PREFIXES {
        let mut left = rng.below(sum);
        let fits = |&&(_, weight): &&(u8, u64)| match left.checked_sub(weight) {
            None => true,
            Some(rest) => {
                left = rest;
                false
            }
        };
        let (length, _) = *lengths.iter().find(fits).unwrap();
        let prefix = Prefix::new(draw(rng), length).unwrap();
        if seen.insert((prefix.address(), length)) {
            all.push(prefix);
        }
    }
    all
}

/// An address within each prefix, the prefixes in random order.
fn questions(rng: &mut Rng, draw: Draw, prefixes: &[Prefix]) -> Vec<IpAddr> {
    let one = |_| {
        let at = rng.below(PREFIXES.try_into().unwrap());
        let prefix = prefixes.get(usize::try_from(at).unwrap()).unwrap();
        let host =
            bits(draw(rng)) & u128::MAX.checked_shr(prefix.length().into()).unwrap_or(0);
        let address = bits(prefix.address()) | host;
        match prefix.address() {
            IpAddr::V4(_) => IpAddr::from(Ipv4Addr::from_bits((address >> 96) as u32)),
            IpAddr::V6(_) => IpAddr::from(Ipv6Addr::from_bits(address)),
        }
    };
    (0..QUESTIONS).map(one).collect()
}

/// The address, its first bit in the first place of 128.
fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(a) => u128::from(a.to_bits()) << 96,
        IpAddr::V6(a) => a.to_bits(),
    }
}

/// One line of the result, in operations per second and octets.
struct Line {
    name: &'static str,
    insert: f64,
    look_up: f64,
    remove: f64,
    memory: usize,
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    *all.get(all.len() / 2).unwrap()
}

/// Millions of times per second that `work` does what it does `times` times.
fn rate(times: usize, work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    times as f64 / start.elapsed().as_secs_f64() / 1e6
}

/// What is measured. `T` is the table; the sum over all answers says that both found the same.
fn measure<T>(
    name: &'static str,
    fill: impl Fn() -> T,
    ask: impl Fn(&T) -> u64,
    empty: impl Fn(&mut T),
) -> (Line, u64) {
    let (mut insert, mut look_up, mut remove) = (vec![], vec![], vec![]);
    let (mut memory, mut sum) = (0, 0);
    for _ in 0..RUNS {
        let region = Region::new(COUNTED);
        let mut table = None;
        insert.push(rate(PREFIXES, || table = Some(fill())));
        let mut table = table.unwrap();
        let used = region.change();
        // Grown blocks are counted by their growth alone.
        let grown = used
            .bytes_allocated
            .wrapping_add_signed(used.bytes_reallocated);
        memory = grown.saturating_sub(used.bytes_deallocated);
        look_up.push(rate(QUESTIONS, || sum = black_box(ask(&table))));
        remove.push(rate(PREFIXES, || empty(&mut table)));
    }
    let [insert, look_up, remove] = [insert, look_up, remove].map(median);
    let line = Line {
        name,
        insert,
        look_up,
        remove,
        memory,
    };
    (line, sum)
}

fn ours(prefixes: &[Prefix], questions: &[IpAddr]) -> (Line, u64) {
    measure(
        "trie of numbers",
        || {
            let mut trie = Trie::default();
            for (number, prefix) in (0..).zip(prefixes) {
                trie.insert(*prefix, number);
            }
            trie
        },
        |trie: &Trie<u32>| {
            let found = questions.iter().map(|at| trie.longest(*at).copied());
            found.map(|number| u64::from(number.unwrap())).sum()
        },
        |trie| {
            for prefix in prefixes {
                trie.remove(*prefix);
            }
        },
    )
}

/// As the routers use it.
fn table(prefixes: &[Prefix], questions: &[IpAddr]) -> (Line, u64) {
    let route = |(number, prefix): (u32, &Prefix)| Route {
        prefix: *prefix,
        next_hop: None,
        port: 0,
        metric: number,
    };
    measure(
        "table of routes",
        || {
            let mut table = Table::default();
            (0..)
                .zip(prefixes)
                .for_each(|pair| table.insert(route(pair)));
            table
        },
        |table: &Table| {
            let found = questions.iter().map(|at| table.choose(*at, || 0));
            found.map(|route| u64::from(route.unwrap().metric)).sum()
        },
        |table| {
            for pair in (0..).zip(prefixes) {
                assert!(table.remove(&route(pair)));
            }
        },
    )
}

fn theirs<R>(
    prefixes: &[Prefix],
    questions: &[IpAddr],
    number: impl Fn(IpAddr) -> R,
    whole: u8,
) -> (Line, u64)
where
    (R, u8): prefix_trie::Prefix,
{
    let key = |prefix: &Prefix| (number(prefix.address()), prefix.length());
    measure(
        "prefix-trie 0.10",
        || {
            let mut map = PrefixMap::new();
            for (number, prefix) in (0..).zip(prefixes) {
                map.insert(key(prefix), number);
            }
            map
        },
        |map: &PrefixMap<(R, u8), u32>| {
            let found = questions
                .iter()
                .map(|at| map.get_lpm(&(number(*at), whole)));
            found.map(|found| u64::from(*found.unwrap().1)).sum()
        },
        |map| {
            for prefix in prefixes {
                map.remove(&key(prefix));
            }
        },
    )
}

fn main() {
    println!("{PREFIXES} prefixes, {QUESTIONS} destinations, one thread");
    for (family, draw, lengths) in [("IPv4", ipv4 as Draw, IPV4), ("IPv6", ipv6, IPV6)] {
        let mut rng = Rng::seeded(1);
        let prefixes = prefixes(&mut rng, draw, lengths);
        let questions = questions(&mut rng, draw, &prefixes);
        let (ours, sum) = ours(&prefixes, &questions);
        let (table, table_sum) = table(&prefixes, &questions);
        let (theirs, theirs_sum) = match family {
            "IPv4" => theirs(&prefixes, &questions, |at| (bits(at) >> 96) as u32, 32),
            _ => theirs(&prefixes, &questions, bits, 128),
        };
        assert_eq!((sum, table_sum), (theirs_sum, theirs_sum), "{family}");
        println!("\n{family:17} look-ups   inserts  removals  (millions/s)  memory (MB)");
        for line in [ours, table, theirs] {
            println!(
                "{:17} {:8.1} {:9.2} {:9.2} {:26.1}",
                line.name,
                line.look_up,
                line.insert,
                line.remove,
                line.memory as f64 / 1e6
            );
        }
    }
}
