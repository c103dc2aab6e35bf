//! Levels and the steps between them, 64 at a time: what NRZI, AMI and MLT-3 have in common.

/// Each 1 in `steps` changes the level, which was `before` (0 or 1): for each bit, the parity of
/// all the bits up to it.
#[inline]
pub(super) const fn levels(steps: u64, before: u64) -> u64 {
    let mut levels = steps ^ steps >> 1;
    levels ^= levels >> 2;
    levels ^= levels >> 4;
    levels ^= levels >> 8;
    levels ^= levels >> 16;
    levels ^= levels >> 32;
    levels ^ before.wrapping_neg()
}

/// A 1 where a level differs from the one before it, the first from `before` (0 or 1).
#[inline]
pub(super) const fn steps(levels: u64, before: u64) -> u64 {
    levels ^ delayed(levels, before)
}

/// The bits one place later in time, with `before` (0 or 1) in the first place.
#[inline]
pub(super) const fn delayed(bits: u64, before: u64) -> u64 {
    bits >> 1 | before << 63
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn levels_change_where_there_are_steps(word: u64, before in 0..=1_u64) {
            let mut level = before;
            let one_by_one = (0..64).rev().fold(0, |all, place| {
                level ^= word >> place & 1;
                all << 1 | level
            });
            prop_assert_eq!(levels(word, before), one_by_one);
            prop_assert_eq!(steps(one_by_one, before), word);
        }
    }
}
