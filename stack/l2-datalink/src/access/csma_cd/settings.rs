//! The parameters of CSMA/CD.

use core::time::Duration;

use layercake_base::Rng;

/// Times and limits. All stations of a medium need the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Slot time: more than the delay to the farthest station and back, with jam.
    pub slot: Duration,
    /// First part of the interframe gap: a carrier within it begins the gap anew.
    pub gap_part_1: Duration,
    /// Second part of the gap, which a carrier does not stop, so that all have the same chance.
    pub gap_part_2: Duration,
    /// Bits that are sent on when a collision is heard.
    pub jam_bits: u16,
    /// A frame is given up after so many collisions.
    pub attempt_limit: u16,
    /// The range of the random wait does not double any more after so many collisions.
    pub backoff_limit: u16,
    /// Octets of the smallest frame, frame check included.
    pub smallest_frame: usize,
    /// Frames that wait, the one that is being sent included.
    pub queue: usize,
}

impl Settings {
    /// The parameters of IEEE 802.3-2018 §4.4.2 at 10 and 100 Mbit/s, for a medium of `rate`
    /// bits per second: slot 512 bits, gap 96 bits (two thirds of it the first part), jam 32 bits,
    /// 16 attempts, back-off limit 10, smallest frame 64 octets. At rate zero no time passes.
    pub fn ieee_802_3(rate: u64) -> Self {
        let bits = |bits: u64| {
            Duration::from_nanos((bits * 1_000_000_000).checked_div(rate).unwrap_or(0))
        };
        Settings {
            slot: bits(512),
            gap_part_1: bits(64),
            gap_part_2: bits(32),
            jam_bits: 32,
            attempt_limit: 16,
            backoff_limit: 10,
            smallest_frame: 64,
            queue: super::super::QUEUE,
        }
    }

    /// Slots to wait after this many collisions of a frame: 0 ..< 2^min(collisions, limit).
    /// IEEE 802.3-2018 §4.2.3.2.5.
    pub fn back_off(&self, collisions: u16, rng: &mut Rng) -> u64 {
        let doublings = collisions.min(self.backoff_limit).min(63);
        rng.below(1 << doublings)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bit_of_10_mbit_per_second_is_100_ns() {
        let settings = Settings::ieee_802_3(10_000_000);
        assert_eq!(settings.slot, Duration::from_nanos(51_200));
        let gap = settings.gap_part_1 + settings.gap_part_2;
        assert_eq!(gap, Duration::from_nanos(9_600));
        assert_eq!(Settings::ieee_802_3(0).slot, Duration::ZERO);
    }

    /// Chi-square of 6400 draws over 2^min(n, 10) slots. With k − 1 degrees of freedom its mean
    /// is k − 1 and its variance 2 (k − 1); the bound of five standard deviations (at least 30 for
    /// few slots) is missed by a correct draw less than once in ten thousand seeds.
    #[test]
    fn all_slots_are_equally_likely() {
        let (settings, mut rng) = (Settings::ieee_802_3(10_000_000), Rng::seeded(4));
        for collisions in 1..=16_u16 {
            let slots = 1_usize << collisions.min(10);
            let (mut counts, draws) = (vec![0.0_f64; slots], 6400);
            for _ in 0..draws {
                let slot = settings.back_off(collisions, &mut rng);
                counts[usize::try_from(slot).unwrap()] += 1.0;
            }
            let (expected, free) = (6400.0 / slots as f64, slots as f64 - 1.0);
            let term = |count: &f64| (count - expected).powi(2) / expected;
            let square: f64 = counts.iter().map(term).sum();
            let bound = (5.0 * (2.0 * free).sqrt()).max(30.0);
            assert!((square - free).abs() < bound, "{collisions}: {square}");
        }
        assert_eq!(settings.back_off(0, &mut rng), 0);
    }
}
