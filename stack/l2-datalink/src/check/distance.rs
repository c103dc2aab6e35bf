//! Hamming distance of CRCs: the fewest wrong bits that can go unseen, by the length of frames.
//!
//! ```text
//! wrong bits    0                       j              t     an error of 3 bits, t - j and
//! frame         .1......................1..............1.    t apart, goes unseen when
//!                                                            1 + x^j + x^t = 0 modulo P
//! ```
//! Spec: Koopman, "32-Bit Cyclic Redundancy Codes for Internet Applications" (DSN 2002); the
//! lengths he publishes at users.ece.cmu.edu/~koopman/crc are what the tests compare with.
//! Units: bits; lengths are of the frame without its check value.
//! Not here: how often such errors happen.
//!
//! A CRC is linear, so what matters is the pattern of wrong bits alone: it goes unseen when the
//! polynomial P divides it, and then it does so wherever it is in the frame. So we look for the
//! shortest span between the first and the last of `weight` wrong bits that P divides. Preset
//! and final complement change nothing of it.

use std::collections::HashSet;

use super::Parameters;

/// How long frames may be for a Hamming distance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Fewer wrong bits than this are always seen.
    pub distance: u32,
    /// In frames of at most so many bits; 0 when in none.
    pub longest_bits: usize,
}

/// For each distance from 3 to `weights` + 1, the longest frames, searched up to `most_bits`.
///
/// Takes of the order of most_bits^(weights / 2) steps, but each distance is searched only as
/// far as the one before it reaches. Stays within seconds for CRCs of 32 bits, 100,000 bits and
/// weights of 7.
pub fn reaches(crc: &Parameters, weights: u32, most_bits: usize) -> Vec<Reach> {
    let mut longest_bits = most_bits;
    let mut reaches = Vec::new();
    for weight in 2..=weights {
        if let Some(first) = first_unseen(crc, weight, longest_bits) {
            longest_bits = first - 1;
        }
        reaches.push(Reach {
            distance: weight + 1,
            longest_bits,
        });
    }
    reaches
}

/// The fewest wrong bits that can go unseen in frames of `bits` bits; `None` when it is more
/// than `weights`.
pub fn distance(crc: &Parameters, bits: usize, weights: u32) -> Option<u32> {
    (2..=weights).find(|&weight| first_unseen(crc, weight, bits).is_some())
}

/// The length of the shortest frames, up to `most_bits`, in which some error of `weight` bits
/// goes unseen. No lighter error may go unseen in frames of `most_bits`, or it may be found in
/// the heavier one's place.
fn first_unseen(crc: &Parameters, weight: u32, most_bits: usize) -> Option<usize> {
    if weight % 2 == 1 && sees_odd(crc) {
        return None;
    }
    let width = usize::try_from(crc.width_bits).ok()?;
    let mut search = Search::new(weight.checked_sub(2)?);
    let mut power = Power::new(crc);
    for last in 1..most_bits + width {
        let remainder = power.next();
        if search.completes(remainder ^ 1) {
            return Some((last + 1).saturating_sub(width));
        }
        search.add(remainder);
    }
    None
}

/// Whether every error of an odd number of bits is seen: x + 1 divides the polynomial, which it
/// does when that has an even number of terms, the highest included.
fn sees_odd(crc: &Parameters) -> bool {
    crc.polynomial.count_ones() % 2 == 1
}

/// After how many bits the powers of x begin again: an error of two bits so far apart is the
/// first that goes unseen. `None` when it is more than `most`.
pub fn period(crc: &Parameters, most: u64) -> Option<u64> {
    let mut power = Power::new(crc);
    (1..=most).find(|_| power.next() == 1)
}

/// The powers of x modulo the polynomial, from the first on.
struct Power {
    value: u64,
    polynomial: u64,
    /// The bit of x^(width - 1).
    top: u64,
}

impl Power {
    fn new(crc: &Parameters) -> Self {
        let Parameters {
            width_bits,
            polynomial,
            ..
        } = *crc;
        Power {
            value: 1,
            polynomial,
            top: 1 << (width_bits - 1),
        }
    }

    fn next(&mut self) -> u64 {
        let carry = self.value & self.top;
        self.value = (self.value ^ carry) << 1;
        if carry != 0 {
            self.value ^= self.polynomial;
        }
        self.value
    }
}

/// Whether some of the remainders so far add up to what is asked for: half of them looked up in
/// a table of sums, half tried one after another.
struct Search {
    remainders: Vec<u64>,
    /// Every sum of `looked_up` remainders.
    sums: HashSet<u64>,
    looked_up: u32,
    tried: u32,
}

impl Search {
    /// A search for sums of `terms` remainders.
    fn new(terms: u32) -> Self {
        let mut search = Search {
            remainders: Vec::new(),
            sums: HashSet::new(),
            looked_up: terms / 2 + u32::from(terms == 1),
            tried: terms.div_ceil(2) - u32::from(terms == 1),
        };
        if terms == 0 {
            search.sums.insert(0);
        }
        search
    }

    fn completes(&self, wanted: u64) -> bool {
        any_sum(&self.remainders, self.tried, wanted, &mut |rest| {
            self.sums.contains(&rest)
        })
    }

    fn add(&mut self, remainder: u64) {
        let Some(others) = self.looked_up.checked_sub(1) else {
            return;
        };
        let sums = &mut self.sums;
        any_sum(&self.remainders, others, remainder, &mut |sum| {
            sums.insert(sum);
            false
        });
        self.remainders.push(remainder);
    }
}

/// Whether `is` holds for `start` with some `terms` of `remainders` added.
fn any_sum(
    remainders: &[u64],
    terms: u32,
    start: u64,
    is: &mut impl FnMut(u64) -> bool,
) -> bool {
    let Some(others) = terms.checked_sub(1) else {
        return is(start);
    };
    let mut rest = remainders;
    while let Some((first, behind)) = rest.split_first() {
        if any_sum(behind, others, start ^ first, is) {
            return true;
        }
        rest = behind;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Check;

    fn crc(name: &str) -> Parameters {
        Check::named(name).and_then(Check::crc).unwrap()
    }

    fn lengths(name: &str, weights: u32, most_bits: usize) -> Vec<usize> {
        let reaches = reaches(&crc(name), weights, most_bits);
        reaches.iter().map(|reach| reach.longest_bits).collect()
    }

    /// Koopman's page on 0x82608edb, the 802.3 polynomial: distance 4 up to 91607 bits, 5 up to
    /// 2974, 6 up to 268, 7 up to 171, 8 up to 91. (Distance 3 up to 2^32 - 33; here as far as
    /// searched.)
    #[test]
    fn crc_32_of_802_3_reaches_as_far_as_koopman_publishes() {
        let published = [100_000, 91_607, 2974, 268, 171, 91];
        assert_eq!(lengths("CRC-32", 7, 100_000), published);
    }

    /// Koopman's page on 0x8f6e37a0, Castagnoli's polynomial: distance 6 up to 5243 bits, 8 up
    /// to 177.
    #[test]
    fn crc_32c_reaches_as_far_as_koopman_publishes() {
        let published = [10_000, 10_000, 5243, 5243, 177, 177];
        assert_eq!(lengths("CRC-32C", 7, 10_000), published);
    }

    /// Koopman's pages on 0x8810 (CCITT), 0xc002 (ARC) and 0x83 (ATM): distance 4 up to 32751,
    /// 32751 and 119 bits, and none beyond 4.
    #[test]
    fn the_shorter_ones_reach_as_far_as_koopman_publishes() {
        assert_eq!(lengths("CRC-16/IBM-SDLC", 4, 40_000), [32_751, 32_751, 0]);
        assert_eq!(lengths("CRC-16/ARC", 4, 40_000), [32_751, 32_751, 0]);
        assert_eq!(lengths("CRC-8/I-432-1", 4, 1000), [119, 119, 0]);
        assert_eq!(period(&crc("CRC-16/IBM-SDLC"), 40_000), Some(32_767));
        assert_eq!(period(&crc("CRC-8/I-432-1"), 100), None);
    }

    /// An Ethernet frame of 1518 octets without its check value: three wrong bits are always
    /// seen, four not.
    #[test]
    fn the_distance_at_a_length_is_where_the_reaches_change() {
        assert_eq!(distance(&crc("CRC-32"), 1514 * 8, 5), Some(4));
        assert_eq!(distance(&crc("CRC-32"), 268, 6), Some(6));
        assert_eq!(distance(&crc("CRC-32"), 269, 6), Some(5));
        assert_eq!(distance(&crc("CRC-32"), 91, 7), None);
    }

    /// The search against trying all errors of up to five bits in short frames, for a CRC that
    /// is computed for real.
    #[test]
    fn agrees_with_trying_all_errors() {
        for name in ["CRC-8/SMBUS", "CRC-8/MAXIM-DOW", "CRC-8/AUTOSAR"] {
            let check = Check::named(name).unwrap();
            for octets in 1..=2_u32 {
                let bits = 8 * octets + 8;
                let unseen = |error: u32| {
                    let octets = error.to_le_bytes();
                    let (frame, rest) = octets.split_at((bits / 8 - 1) as usize);
                    let zero = check.compute(&vec![0; frame.len()]);
                    check.compute(frame) ^ zero == u64::from(rest[0])
                };
                let few = (1..1_u32 << bits).filter(|error| error.count_ones() <= 5);
                let errors = few.filter(|&error| unseen(error));
                let fewest = errors.map(u32::count_ones).min();
                assert_eq!(distance(&crc(name), 8 * octets as usize, 5), fewest);
            }
        }
    }
}
