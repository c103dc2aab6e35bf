//! Chance that repeats: the same seed gives the same world.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng};

/// Seeded randomness (xoshiro256++). Not for secrets.
///
/// Only integer and exactly rounded floating-point operations are used, so that every machine
/// and WebAssembly draw the same numbers.
#[derive(Clone, Debug)]
pub struct Rng(Xoshiro256PlusPlus);

impl Rng {
    /// The stream of this seed.
    pub fn seeded(seed: u64) -> Self {
        Rng(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// A stream of its own for something with a name, so that adding one thing to a world does
    /// not change the luck of the others.
    pub fn split(&self, name: &str) -> Self {
        // FNV-1a spreads the name, the parent's next number ties it to the seed.
        let basis = self.clone().next_u64() ^ 0xcbf2_9ce4_8422_2325;
        let mix = |hash: u64, octet: u8| {
            (hash ^ u64::from(octet)).wrapping_mul(0x100_0000_01b3)
        };
        Rng::seeded(name.bytes().fold(basis, mix))
    }

    /// The next 64 bits.
    pub fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A whole number below `bound`, all equally likely; zero when `bound` is zero.
    pub fn below(&mut self, bound: u64) -> u64 {
        let wide = u128::from(self.next_u64()) * u128::from(bound);
        u64::try_from(wide >> 64).unwrap_or(0)
    }

    /// A number in 0.0 ..< 1.0, in steps of 2^-53.
    pub fn unit(&mut self) -> f64 {
        const STEP: f64 = 1.0 / 9_007_199_254_740_992.0; // 2^-53
        let steps = self.next_u64() >> 11;
        // Exact: 53 bits fit an f64.
        #[expect(clippy::cast_precision_loss, reason = "53 bits are exact in an f64")]
        let steps = steps as f64;
        steps * STEP
    }

    /// True with this probability; never for 0, always for 1.
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Fills `octets`.
    pub fn fill(&mut self, octets: &mut [u8]) {
        self.0.fill_bytes(octets);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_and_name_draw_the_same_numbers() {
        let draw = |seed, name| Rng::seeded(seed).split(name).next_u64();
        assert_eq!(draw(7, "radio"), draw(7, "radio"));
        assert_ne!(draw(7, "radio"), draw(7, "cable"));
        assert_ne!(draw(7, "radio"), draw(8, "radio"));
    }

    #[test]
    fn numbers_stay_in_their_bounds_and_fill_them() {
        let mut rng = Rng::seeded(1);
        let mut seen = [0_u32; 6];
        for _ in 0..6000 {
            seen[usize::try_from(rng.below(6)).unwrap()] += 1;
            assert!((0.0..1.0).contains(&rng.unit()));
        }
        assert!(seen.iter().all(|&n| (850..1150).contains(&n)), "{seen:?}");
        assert!(!rng.chance(0.0));
        assert!(rng.chance(1.0));
        assert_eq!(rng.below(0), 0);
    }
}
