//! Identifications: by these numbers a receiver tells which fragments belong together.
//!
//! One count for each of [`COUNTS`] classes of source, destination and protocol, so that a
//! number comes again between two hosts only after 65 536 packets of their class.
//!
//! Spec: RFC 791 §3.2 (unique for source, destination and protocol while the packet lives);
//! RFC 6864 §4 (needed only for packets that may be fragmented; any value does in the others).
//! Not here: a limit on the rate. Above 546 packets a second a number comes again within the two
//! minutes that RFC 6864 takes for a packet's life; checksums above IP catch a mix-up, or DF.

use core::net::Ipv4Addr;

use crate::Protocol;

/// Classes that are counted by themselves.
const COUNTS: usize = 256;

/// The last number of each class.
#[derive(Clone, Debug)]
pub(crate) struct Identifications(Box<[u16; COUNTS]>);

impl Identifications {
    pub(crate) fn new() -> Self {
        Identifications(Box::new([0; COUNTS]))
    }

    /// The number of the next packet between these two.
    pub(crate) fn next(
        &mut self,
        (source, destination): (Ipv4Addr, Ipv4Addr),
        protocol: Protocol,
    ) -> u16 {
        let ends = source.to_bits().rotate_left(16) ^ destination.to_bits();
        // Fibonacci hashing: the upper bits of the product depend on all of the key.
        let mixed = (ends ^ u32::from(protocol.0)).wrapping_mul(0x9e37_79b9);
        let [class, ..] = mixed.to_be_bytes();
        match self.0.get_mut(usize::from(class)) {
            Some(count) => {
                *count = count.wrapping_add(1);
                *count
            }
            None => 0, // there is one for each octet
        }
    }
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
        let empty = numbers.0.iter().filter(|&&count| count == 0).count();
        assert!(empty <= 24, "{empty}");
        let mut numbers = Identifications::new();
        let ends = (HERE, Ipv4Addr::new(10, 9, 2, 2));
        for _ in 0..10 {
            numbers.next(ends, Protocol::UDP);
        }
        assert_eq!(numbers.next(ends, Protocol::ICMP), 1);
    }
}
