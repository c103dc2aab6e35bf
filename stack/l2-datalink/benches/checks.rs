//! What check values cost: the internet checksum and CRCs beside the fastest published crates
//! and a copy of the same octets, in interleaved rounds of one run.
//!
//! Times are medians over the rounds, for octets that are in the nearest cache.
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot start may stop")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use crc::{Crc, Table};
use crc_fast::CrcAlgorithm;
use layercake_base::checksum;
use layercake_datalink::Check;

/// An IPv4 header, a small frame, a full one, the largest datagram.
const SIZES: [usize; 4] = [20, 64, 1500, 65_536];
/// Rounds of which the median is taken.
const ROUNDS: usize = 31;
/// How long one contender runs in a round.
const TURN: Duration = Duration::from_micros(300);

static CRC_32: Crc<u32, Table<16>> = Crc::<u32, Table<16>>::new(&crc::CRC_32_ISO_HDLC);
static CRC_32_NAIVE: Crc<u32> = Crc::<u32>::new(&crc::CRC_32_ISO_HDLC);
static CRC_32C: Crc<u32, Table<16>> = Crc::<u32, Table<16>>::new(&crc::CRC_32_ISCSI);
static FCS_16: Crc<u16, Table<16>> = Crc::<u16, Table<16>>::new(&crc::CRC_16_IBM_SDLC);
static CRC_64: Crc<u64, Table<16>> = Crc::<u64, Table<16>>::new(&crc::CRC_64_XZ);

/// A table: our way first, then what it is measured against.
struct Contest {
    title: &'static str,
    /// The least of our rate over the best peer's, for each size; 0 where there is no goal.
    goals: [f64; 4],
    ours: Way,
    peers: Vec<Way>,
}

/// Computes over the octets so many times.
type Run = Box<dyn FnMut(&[u8], u32)>;

struct Way {
    name: &'static str,
    run: Run,
}

/// A way that computes a value from octets, many times.
fn way<T>(name: &'static str, compute: impl Fn(&[u8]) -> T + 'static) -> Way {
    let run = move |octets: &[u8], times: u32| {
        for _ in 0..times {
            black_box(compute(black_box(octets)));
        }
    };
    Way {
        name,
        run: Box::new(run),
    }
}

fn named(name: &str) -> impl Fn(&[u8]) -> u64 + use<> {
    let check = Check::named(name).unwrap();
    move |octets| check.compute(octets)
}

fn fast(algorithm: CrcAlgorithm) -> Way {
    way("crc-fast", move |octets| {
        crc_fast::checksum(algorithm, octets)
    })
}

fn internet() -> Contest {
    Contest {
        title: "internet checksum",
        goals: [0.7, 0.9, 1.7, 1.8],
        ours: way("ours", checksum::internet),
        peers: vec![
            way("etherparse", |octets| {
                let sum = etherparse::checksum::Sum16BitWords::new();
                sum.add_slice(octets).ones_complement()
            }),
            way("smoltcp", smoltcp::wire::checksum::data),
            way("internet-checksum", internet_checksum::checksum),
        ],
    }
}

fn crc_32() -> Contest {
    Contest {
        title: "CRC-32/ISO-HDLC",
        goals: [0.0; 4],
        ours: way("ours", named("CRC-32/ISO-HDLC")),
        peers: vec![
            way("crc, 16 tables", |octets| CRC_32.checksum(octets)),
            way("crc, 1 table", |octets| CRC_32_NAIVE.checksum(octets)),
            way("crc32fast", crc32fast::hash),
            fast(CrcAlgorithm::Crc32IsoHdlc),
        ],
    }
}

fn others() -> [Contest; 5] {
    let contest = |title, peers| Contest {
        title,
        goals: [0.0; 4],
        ours: way("ours", named(title)),
        peers,
    };
    [
        contest(
            "CRC-32/ISCSI",
            vec![
                way("crc, 16 tables", |octets| CRC_32C.checksum(octets)),
                fast(CrcAlgorithm::Crc32Iscsi),
            ],
        ),
        contest(
            "CRC-16/IBM-SDLC",
            vec![
                way("crc, 16 tables", |octets| FCS_16.checksum(octets)),
                fast(CrcAlgorithm::Crc16IbmSdlc),
            ],
        ),
        contest(
            "CRC-64/XZ",
            vec![
                way("crc, 16 tables", |octets| CRC_64.checksum(octets)),
                fast(CrcAlgorithm::Crc64Xz),
            ],
        ),
        contest("Adler-32", vec![way("adler2", adler2::adler32_slice)]),
        contest("Fletcher-16", vec![]),
    ]
}

/// A copy into memory that is there already: the bound.
fn copy() -> Way {
    let mut to = vec![0; *SIZES.iter().max().unwrap()];
    let run = move |octets: &[u8], times: u32| {
        for _ in 0..times {
            let to = to.get_mut(..octets.len()).unwrap();
            to.copy_from_slice(black_box(octets));
            black_box(to);
        }
    };
    Way {
        name: "(memcpy)",
        run: Box::new(run),
    }
}

/// Nanoseconds of each way over `octets`: the median of rounds in which all take turns.
fn measure(ways: &mut [&mut Way], octets: &[u8]) -> Vec<f64> {
    let mut times: Vec<u32> = Vec::new();
    for way in ways.iter_mut() {
        let mut count = 1;
        while time(way, octets, count) < TURN {
            count *= 2;
        }
        times.push(count);
    }
    let mut rounds = vec![Vec::new(); ways.len()];
    for _ in 0..ROUNDS {
        for ((way, count), round) in ways.iter_mut().zip(&times).zip(&mut rounds) {
            let taken = time(way, octets, *count).as_secs_f64();
            round.push(taken * 1e9 / f64::from(*count));
        }
    }
    rounds.iter_mut().map(|round| median(round)).collect()
}

fn time(way: &mut Way, octets: &[u8], count: u32) -> Duration {
    let start = Instant::now();
    (way.run)(octets, count);
    start.elapsed()
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    *values.get(values.len() / 2).unwrap()
}

fn show(mut contest: Contest) {
    println!("\n{}", contest.title);
    println!(
        "{:24}{:>13}{:>13}{:>13}{:>13}",
        "", "20 B", "64 B", "1500 B", "64 KiB"
    );
    let mut copy = copy();
    let mut names = vec![contest.ours.name];
    names.extend(contest.peers.iter().map(|way| way.name));
    names.push(copy.name);
    let mut columns = Vec::new();
    for size in SIZES {
        let octets: Vec<u8> = (0..=255).cycle().take(size).collect();
        let mut ways = vec![&mut contest.ours];
        ways.extend(contest.peers.iter_mut());
        ways.push(&mut copy);
        columns.push((size, measure(&mut ways, &octets)));
    }
    for (row, name) in names.iter().enumerate() {
        let cell = |(size, times): &(usize, Vec<f64>)| {
            let nanoseconds = times.get(row).copied().unwrap();
            let rate = f64::from(u32::try_from(*size).unwrap()) / nanoseconds;
            format!("{nanoseconds:>7.1} {rate:>5.1}")
        };
        let cells: String = columns.iter().map(cell).collect();
        println!("  {name:22}{cells}  ns GB/s");
    }
    let cell = |(_, times): &(usize, Vec<f64>)| {
        let (ours, peers) = times.split_first().unwrap();
        let (_, peers) = peers.split_last().unwrap();
        let best = peers.iter().copied().fold(f64::INFINITY, f64::min);
        if best.is_finite() {
            format!("{:>13.2}", best / ours)
        } else {
            format!("{:>13}", "")
        }
    };
    let ratios: String = columns.iter().map(cell).collect();
    println!("  {:22}{ratios}  x best peer", "ours");
    if contest.goals.iter().any(|goal| *goal > 0.0) {
        let goals = contest.goals.map(|goal| format!("{goal:>13.2}")).concat();
        println!("  {:22}{goals}  x", "goal, at least");
    }
}

fn main() {
    println!("median of {ROUNDS} interleaved rounds; (memcpy) is the bound, not a peer");
    show(internet());
    show(crc_32());
    others().into_iter().for_each(show);
}
