//! The internet checksum: the one's complement of the one's complement sum of 16-bit words.
//!
//! Spec: RFC 1071; incremental update RFC 1624 §3.  Units: octets, words big-endian.
//! Not here: who covers what (the pseudo-header belongs to `l4-transport`).
//!
//! Plain safe Rust, two ways: sixteen 64-bit lanes for long inputs, which the compiler turns
//! into vector code, and four octets at a step for short ones, where setting up and adding up
//! the lanes would cost more than it saves.

/// A sum on its way to a checksum. Parts may be added one after another as long as each but
/// the last has an even number of octets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum(u64);

/// The checksum over `octets`, as it goes into the header; the field itself must be zero.
///
/// Over octets that hold their own right checksum the result is 0.
pub fn internet(octets: &[u8]) -> u16 {
    Sum::default().octets(octets).finish()
}

/// The checksum after one 16-bit word that it covers went from `old` to `new`.
///
/// RFC 1624 §3, equation 3: HC' = ~(~HC + ~m + m'). Wrong only where all that is covered becomes
/// zero, which an IP header never does: it gives 0000, and the right value is ffff.
pub fn update(checksum: u16, old: u16, new: u16) -> u16 {
    Sum(u64::from(!checksum) + u64::from(!old) + u64::from(new)).finish()
}

// ANCHOR: sum
impl Sum {
    /// Adds octets; an odd one at the end counts as the high half of a word. RFC 1071 §4.1.
    #[must_use]
    pub fn octets(self, octets: &[u8]) -> Self {
        // Words are added in native order: the sum is the same with its octets swapped,
        // RFC 1071 §2(B), so one swap at the end is enough.
        let sum = if octets.len() < LONG {
            short(octets)
        } else {
            long(octets)
        };
        Sum(self.0 + u64::from(fold(sum).to_be()))
    }

    /// Adds one 16-bit word.
    #[must_use]
    pub fn word(self, word: u16) -> Self {
        Sum(self.0 + u64::from(word))
    }

    /// The checksum: folded to 16 bits and complemented.
    pub fn finish(self) -> u16 {
        !fold(self.0)
    }
}

/// Octets from which on the lanes are worth their while.
const LONG: usize = 256;

/// Blocks of 64 octets, then what is left.
fn long(octets: &[u8]) -> u64 {
    let (blocks, rest) = octets.as_chunks::<64>();
    lanes(blocks) + short(rest)
}

/// Sixteen running sums over 32-bit words. Each block adds less than 2^32 to a lane, so a lane
/// overflows after 2^32 blocks, 256 GiB.
fn lanes(blocks: &[[u8; 64]]) -> u64 {
    let mut lanes = [0_u64; 16];
    for block in blocks {
        let (words, _) = block.as_chunks::<4>();
        for (lane, word) in lanes.iter_mut().zip(words) {
            *lane += u64::from(u32::from_ne_bytes(*word));
        }
    }
    lanes.iter().map(|&lane| u64::from(fold(lane))).sum()
}

/// Four octets at a step, then what is left.
fn short(octets: &[u8]) -> u64 {
    let (words, rest) = octets.as_chunks::<4>();
    let sum: u64 = words
        .iter()
        .map(|word| u64::from(u32::from_ne_bytes(*word)))
        .sum();
    let (pairs, odd) = rest.as_chunks::<2>();
    let sum = pairs
        .iter()
        .fold(sum, |sum, pair| sum + u64::from(u16::from_ne_bytes(*pair)));
    odd.iter().fold(sum, |sum, &octet| {
        sum + u64::from(u16::from_ne_bytes([octet, 0]))
    })
}

/// Adds the carries back in until 16 bits are left (end-around carry).
fn fold(sum: u64) -> u16 {
    let sum = (sum >> 32) + (sum & 0xffff_ffff);
    let sum = (sum >> 16) + (sum & 0xffff);
    let sum = (sum >> 16) + (sum & 0xffff);
    let sum = (sum >> 16) + (sum & 0xffff);
    u16::try_from(sum).unwrap_or(0xffff)
}
// ANCHOR_END: sum

#[cfg(test)]
mod tests {
    use super::*;
    use hex_literal::hex;

    /// RFC 1071 §3 works these eight octets by hand: sum ddf2, so checksum 220d.
    #[test]
    fn agrees_with_the_worked_example_of_rfc_1071() {
        assert_eq!(internet(&hex!("00 01 f2 03 f4 f5 f6 f7")), 0x220d);
    }

    /// RFC 1624 §4: checksum dd2f, word 5555 becomes 3285, new checksum 0000.
    #[test]
    fn updates_as_the_example_of_rfc_1624() {
        assert_eq!(update(0xdd2f, 0x5555, 0x3285), 0x0000);
    }

    #[test]
    fn every_carry_comes_round() {
        assert_eq!(internet(&[0xff; 65_536]), 0);
        assert_eq!(internet(&[]), 0xffff);
        assert_eq!(internet(&[0x12]), !0x1200);
    }

    /// The definition, word by word.
    fn naive(octets: &[u8]) -> u16 {
        let mut sum = 0_u32;
        for pair in octets.chunks(2) {
            sum += u32::from(u16::from_be_bytes([pair[0], *pair.get(1).unwrap_or(&0)]));
            sum = (sum & 0xffff) + (sum >> 16);
        }
        !u16::try_from(sum).unwrap()
    }

    proptest::proptest! {
        #[test]
        fn agrees_with_the_definition_and_with_etherparse(
            octets in proptest::collection::vec(proptest::num::u8::ANY, 0..400)
        ) {
            let ours = internet(&octets);
            assert_eq!(ours, naive(&octets));
            let sum = etherparse::checksum::Sum16BitWords::new().add_slice(&octets);
            assert_eq!(ours, sum.ones_complement().to_be());
        }

        #[test]
        fn parts_of_even_length_add_up(
            octets in proptest::collection::vec(proptest::num::u8::ANY, 0..400), cut in 0..200_usize
        ) {
            let cut = (2 * cut).min(octets.len() & !1);
            let (front, back) = octets.split_at(cut);
            assert_eq!(Sum::default().octets(front).octets(back).finish(), internet(&octets));
        }

        #[test]
        fn an_update_is_the_same_as_computing_again(
            mut octets in proptest::collection::vec(proptest::num::u8::ANY, 20..=20),
            at in 0..10_usize, new: [u8; 2]
        ) {
            let before = internet(&octets);
            let place = &mut octets[2 * at..2 * at + 2];
            let old = u16::from_be_bytes([place[0], place[1]]);
            place.copy_from_slice(&new);
            let updated = update(before, old, u16::from_be_bytes(new));
            // 0000 and ffff are the same number in one's complement; RFC 1624 §3 gives 0000
            // where all covered octets are zero and computing again gives ffff.
            proptest::prop_assert!(updated == internet(&octets) || octets.iter().all(|&o| o == 0));
        }
    }
}
