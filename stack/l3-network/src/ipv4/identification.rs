//! Identifications: by these numbers a receiver tells which fragments belong together.
//!
//! ```text
//!   number   0 ........... 32767 | 32768 ......... 65535 | 0 ...
//!            first half          | second half           | first half again:
//!            |<----------------->|<------ 120 s at least ------->
//! ```
//! One count for each of [`COUNTS`] classes of source, destination and protocol, so that a
//! number comes again between two hosts only after 65 536 packets of their class. Packets that
//! must not be fragmented have counts of their own, since any number does in them.
//!
//! For the others a half of the numbers is begun again only when the last of them was given out
//! two minutes ago, which RFC 6864 takes for a packet's life. A class can so have 65 536 packets
//! at once, and 273 a second in the long run, half of what is possible, for one time to remember.
//! What is sent beyond that must not be fragmented, and needs no number (`own.rs`).
//!
//! Spec: RFC 791 §3.2 (unique for source, destination and protocol while the packet lives);
//! RFC 6864 §4 (needed only for packets that may be fragmented; any value does in the others),
//! §4.3 (a limit on the rate).
//! Not here: what becomes of a packet for which there is no number (`own.rs`).

use core::net::Ipv4Addr;
use core::time::Duration;

use layercake_base::Instant;

use crate::Protocol;

/// Classes that are counted by themselves.
const COUNTS: usize = 256;

/// The longest life of a packet. RFC 6864 §4.3, RFC 793.
const LIFE: Duration = Duration::from_secs(120);

/// The bit that tells one half of the numbers from the other.
const HALF: u16 = 0x8000;

/// The last numbers of each class.
#[derive(Clone, Debug)]
pub(crate) struct Identifications {
    any: Box<[u16; COUNTS]>,
    unique: Box<[Count; COUNTS]>,
}

/// The numbers of one class.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    last: u16,
    /// When the first number of the present half was given out, once the other half was begun.
    turned: Option<Instant>,
}

impl Count {
    /// The next number, unless it may still be on its way.
    fn next(&mut self, now: Instant) -> Option<u16> {
        let next = self.last.wrapping_add(1);
        if next & HALF != self.last & HALF {
            // The other half was given out before this one was begun.
            if self.turned.is_some_and(|turned| now - turned < LIFE) {
                return None;
            }
            self.turned = Some(now);
        }
        self.last = next;
        Some(next)
    }
}

impl Identifications {
    pub(crate) fn new() -> Self {
        Identifications {
            any: Box::new([0; COUNTS]),
            unique: Box::new([Count::default(); COUNTS]),
        }
    }

    /// The number of the next packet between these two, if it must not be fragmented.
    pub(crate) fn next(&mut self, ends: (Ipv4Addr, Ipv4Addr), protocol: Protocol) -> u16 {
        match self.any.get_mut(class(ends, protocol)) {
            Some(count) => {
                *count = count.wrapping_add(1);
                *count
            }
            None => 0, // there is one for each octet
        }
    }

    /// The number of the next packet between these two, if it may be fragmented; `None` while
    /// another packet with that number may be on its way.
    pub(crate) fn unique(
        &mut self,
        ends: (Ipv4Addr, Ipv4Addr),
        protocol: Protocol,
        now: Instant,
    ) -> Option<u16> {
        self.unique.get_mut(class(ends, protocol))?.next(now)
    }
}

fn class((source, destination): (Ipv4Addr, Ipv4Addr), protocol: Protocol) -> usize {
    let ends = source.to_bits().rotate_left(16) ^ destination.to_bits();
    // Fibonacci hashing: the upper bits of the product depend on all of the key.
    let mixed = (ends ^ u32::from(protocol.0)).wrapping_mul(0x9e37_79b9);
    let [class, ..] = mixed.to_be_bytes();
    class.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Ipv4Addr = Ipv4Addr::new(10, 9, 1, 2);

    #[test]
    fn a_number_comes_again_only_after_all_others() {
        let mut numbers = Identifications::new();
        let ends = (HERE, Ipv4Addr::new(10, 9, 2, 2));
        let all: Vec<u16> = (0..=65_536)
            .map(|_| numbers.next(ends, Protocol::UDP))
            .collect();
        assert_eq!(all[..2], [1, 2]);
        assert_eq!((all[65_535], all[65_536]), (0, 1));
    }

    /// 1,000 neighbours fall into nearly all of the 256 classes: with a fair hash, 5 are empty
    /// on average, and more than 24 only with a chance below 1e-9.
    #[test]
    fn other_hosts_and_protocols_are_counted_by_themselves() {
        let mut numbers = Identifications::new();
        for host in 0..1000_u32 {
            let to = Ipv4Addr::from_bits(0x0a09_0000 + host);
            numbers.next((HERE, to), Protocol::UDP);
        }
        let empty = numbers.any.iter().filter(|&&count| count == 0).count();
        assert!(empty <= 24, "{empty}");
        let mut numbers = Identifications::new();
        let ends = (HERE, Ipv4Addr::new(10, 9, 2, 2));
        for _ in 0..10 {
            numbers.next(ends, Protocol::UDP);
        }
        assert_eq!(numbers.next(ends, Protocol::ICMP), 1);
    }

    fn second(seconds: u64) -> Instant {
        Instant::from_nanos(seconds * 1_000_000_000)
    }

    fn at(numbers: &mut Identifications, seconds: u64) -> Option<u16> {
        let ends = (HERE, Ipv4Addr::new(10, 9, 2, 2));
        numbers.unique(ends, Protocol::UDP, second(seconds))
    }

    /// RFC 6864 §4.3: as fast as possible, and a number that comes again is two minutes old.
    #[test]
    fn no_number_comes_again_within_two_minutes() {
        let mut numbers = Identifications::new();
        let mut given = vec![None; 65_536];
        let mut total = 0;
        for seconds in 0..1000 {
            while let Some(number) = at(&mut numbers, seconds) {
                let before: &mut Option<u64> = &mut given[usize::from(number)];
                assert!(
                    before.is_none_or(|before| seconds - before >= 120),
                    "{number}"
                );
                *before = Some(seconds);
                total += 1;
            }
        }
        let most_at_once = 65_535; // number 0 is the first of the next round
        assert_eq!(
            total,
            most_at_once + 8 * 32_768,
            "273 a second after the first"
        );
    }

    #[test]
    fn a_sender_that_takes_its_time_is_never_refused() {
        let mut numbers = Identifications::new();
        for packet in 0..300_000 {
            assert!(at(&mut numbers, packet / 270).is_some(), "packet {packet}");
        }
        // What must not be fragmented needs no number, and takes none away.
        let ends = (HERE, Ipv4Addr::new(10, 9, 2, 2));
        let last = at(&mut numbers, 2000).unwrap();
        (0..1000).for_each(|_| assert_ne!(numbers.next(ends, Protocol::UDP), 0));
        assert_eq!(at(&mut numbers, 2000), Some(last.wrapping_add(1)));
    }
}
