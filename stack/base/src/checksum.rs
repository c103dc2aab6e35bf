//! The internet checksum: the one's complement of the one's complement sum of 16-bit words.
//!
//! Spec: RFC 1071; incremental update RFC 1624 §3.  Units: octets, words big-endian.
//! Not here: who covers what (the pseudo-header belongs to `l4-transport`).
//!
//! Plain safe Rust, two ways: eight 32-bit lanes for long inputs, which the compiler turns
//! into vector code, and eight octets at a step for short ones, where setting up and adding up
//! the lanes would cost more than it saves. `cargo bench -p layercake-datalink --bench checks`
//! has the rates, beside those of published crates.

use core::net::IpAddr;

/// A sum on its way to a checksum. Parts may be added one after another as long as each but
/// the last has an even number of octets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum(u64);

/// The checksum over `octets`, as it goes into the header; the field itself must be zero.
///
/// Over octets that hold their own right checksum the result is 0.
#[inline]
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

/// The checksum of which only the network addresses are still owed
/// ([`ChecksumState::Owed`](crate::ChecksumState::Owed)): `field` is the sum of all else. What
/// comes to zero is written as ffff, which is the same number; UDP must not say 0, which there
/// stands for none (RFC 768).
#[must_use]
pub fn settle(field: [u8; 2], source: IpAddr, destination: IpAddr) -> [u8; 2] {
    let owed = Sum::default().word(u16::from_be_bytes(field));
    match owed.address(source).address(destination).finish() {
        0 => [0xff; 2],
        checksum => checksum.to_be_bytes(),
    }
}

// ANCHOR: sum
impl Sum {
    /// Adds octets; an odd one at the end counts as the high half of a word. RFC 1071 §4.1.
    #[must_use]
    #[inline]
    pub fn octets(self, octets: &[u8]) -> Self {
        // Words are added in native order: the sum is the same with its octets swapped,
        // RFC 1071 §2(B), so one swap at the end is enough.
        let sum = if octets.len() < LONG {
            short(octets)
        } else {
            long(octets)
        };
        Sum(halves(self.0 + halves(sum.to_be())))
    }

    /// Adds one 16-bit word.
    #[must_use]
    pub fn word(self, word: u16) -> Self {
        Sum(self.0 + u64::from(word))
    }

    /// Adds a network address, as a pseudo-header has it. RFC 9293 §3.1, RFC 8200 §8.1.
    #[must_use]
    pub fn address(self, address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => self.octets(&address.octets()),
            IpAddr::V6(address) => self.octets(&address.octets()),
        }
    }

    /// What the field of a checksum holds while addresses are [owed](settle).
    #[inline]
    pub fn owed(self) -> [u8; 2] {
        fold(self.0).to_be_bytes()
    }

    /// The checksum: folded to 16 bits and complemented.
    #[inline]
    pub fn finish(self) -> u16 {
        !fold(self.0)
    }
}

/// Octets from which on the lanes are worth their while.
const LONG: usize = 192;

/// Blocks of 64 octets, then what is left.
fn long(octets: &[u8]) -> u64 {
    let (blocks, rest) = octets.as_chunks::<64>();
    blocks.chunks(BLOCKS).map(lanes).sum::<u64>() + short(rest)
}

/// Blocks that the lanes can take: each adds less than 2^17 to the sum of the upper halves and
/// to that of the lower ones, which have 32 bits.
const BLOCKS: usize = 1 << 15;

/// Eight lanes of 32 bits, twice in each block. Each sums up whole words, carries lost, and
/// their upper halves; the difference is the sum of the lower halves. That is one operation
/// less than taking both halves out of every word.
fn lanes(blocks: &[[u8; 64]]) -> u64 {
    let (mut wholes, mut uppers) = ([0_u32; 8], [0_u32; 8]);
    for block in blocks {
        let (rows, _) = block.as_chunks::<32>();
        for row in rows {
            let (words, _) = row.as_chunks::<4>();
            for ((whole, upper), word) in wholes.iter_mut().zip(&mut uppers).zip(words) {
                let word = u32::from_ne_bytes(*word);
                *whole = whole.wrapping_add(word);
                *upper += word >> 16;
            }
        }
    }
    let halves = wholes.iter().zip(&uppers).map(|(whole, upper)| {
        let lower = whole.wrapping_sub(upper << 16);
        u64::from(lower) + u64::from(*upper)
    });
    halves.sum()
}

/// Eight octets at a step, then what is left, larger pieces first.
#[inline]
fn short(octets: &[u8]) -> u64 {
    let (words, mut rest) = octets.as_chunks::<8>();
    let word = |word: &[u8; 8]| u128::from(u64::from_ne_bytes(*word));
    let mut sum = halves_128(words.iter().map(word).sum());
    if let Some((word, behind)) = rest.split_first_chunk() {
        sum += u64::from(u32::from_ne_bytes(*word));
        rest = behind;
    }
    if let Some((word, behind)) = rest.split_first_chunk() {
        sum += u64::from(u16::from_ne_bytes(*word));
        rest = behind;
    }
    if let Some(octet) = rest.first() {
        sum += u64::from(u16::from_ne_bytes([*octet, 0]));
    }
    sum
}

/// Both halves, added up: in a sum whose carry comes round, 2^32 is 1 as 2^16 is. Below 2^33.
const fn halves(sum: u64) -> u64 {
    (sum >> 32) + (sum & 0xffff_ffff)
}

/// The same for 128 bits of which less than 2^62 is above 64.
fn halves_128(sum: u128) -> u64 {
    let low = u64::try_from(sum & u128::from(u64::MAX)).unwrap_or(0);
    let high = u64::try_from(sum >> 64).unwrap_or(0);
    halves(low) + high
}

/// Adds the carries back in until 16 bits are left (end-around carry).
#[inline]
fn fold(sum: u64) -> u16 {
    // A number added to itself with its halves swapped holds, in its upper half, the sum of
    // both with the carry that came round.
    let sum = sum.wrapping_add(sum.rotate_left(32)) >> 32;
    let sum = u32::try_from(sum).unwrap_or(0);
    let sum = sum.wrapping_add(sum.rotate_left(16)) >> 16;
    u16::try_from(sum).unwrap_or(0)
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
    fn a_sum_of_any_number_of_parts_does_not_overflow() {
        let full = Sum(u64::from(u32::MAX) << 1);
        let sum = (0..100).fold(full, |sum, _| {
            sum.octets(&[0xff; 255]).octets(&[0xff; 1024])
        });
        assert!(sum.0 <= 1 << 33);
    }

    #[test]
    fn every_carry_comes_round() {
        assert_eq!(internet(&[0xff; 65_536]), 0);
        assert_eq!(internet(&vec![0xff; 64 * BLOCKS + 64]), 0);
        assert_eq!(internet(&[]), 0xffff);
        assert_eq!(internet(&[0x12]), !0x1200);
    }

    #[test]
    fn what_is_owed_is_paid_by_the_addresses() {
        let (source, destination) = ([10, 9, 1, 2].into(), [10, 9, 2, 2].into());
        let datagram = hex!("9c40 8235 000c 0000 61626364");
        let data = Sum::default().word(17).word(12).octets(&datagram);
        let whole = data.address(source).address(destination).finish();
        let settled = settle(data.owed(), source, destination);
        assert_eq!(settled, whole.to_be_bytes());
        let zero = settle([0xff; 2], [0; 4].into(), [255; 4].into());
        assert_eq!(zero, [0xff; 2], "never 0");
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
