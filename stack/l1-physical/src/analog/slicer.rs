//! The slicer: from a voltage to the nearest level.
//!
//! ```text
//! Binary            -1 ------- 0 ------- +1
//! Ternary           -1 -- -½ -- 0 -- +½ -- +1
//! Quaternary   -3 -- -2 -- -1 -- 0 -- +1 -- +2 -- +3     thresholds halfway between levels
//! ```

use crate::Alphabet;

impl Alphabet {
    /// The voltages halfway between neighbouring levels, lowest first.
    pub const fn thresholds(self) -> &'static [f64] {
        match self {
            Alphabet::Binary => &[0.0],
            Alphabet::Ternary => &[-0.5, 0.5],
            Alphabet::Quaternary => &[-2.0, 0.0, 2.0],
        }
    }

    /// The symbol whose level is nearest to a voltage in levels; on a threshold the lower one.
    pub fn nearest(self, voltage: f64) -> u8 {
        let over = |threshold: &&f64| voltage > **threshold;
        let above = self.thresholds().iter().filter(over).count();
        match (self, above) {
            (Alphabet::Ternary, 0) => 0b10,
            (Alphabet::Ternary, 1) => 0b00,
            (Alphabet::Ternary, _) => 0b01,
            (_, 0) => 0,
            (_, 1) => 1,
            (_, 2) => 2,
            _ => 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Alphabet; 3] =
        [Alphabet::Binary, Alphabet::Ternary, Alphabet::Quaternary];

    #[test]
    fn the_nearest_symbol_is_the_one_with_the_least_distance() {
        for alphabet in ALL {
            for step in -400..400 {
                let voltage = f64::from(step) / 100.0 + 0.001; // on no threshold
                let symbols = (0..4).filter_map(|s| Some((s, alphabet.level(s)?)));
                let distance =
                    |(_, level): &(u8, i8)| (f64::from(*level) - voltage).abs();
                let nearest = symbols
                    .min_by(|a, b| distance(a).total_cmp(&distance(b)))
                    .unwrap();
                assert_eq!(
                    alphabet.nearest(voltage),
                    nearest.0,
                    "{alphabet:?} {voltage}"
                );
            }
        }
    }

    #[test]
    fn no_number_and_no_end_is_a_symbol_all_the_same() {
        for alphabet in ALL {
            for voltage in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
                assert!(alphabet.level(alphabet.nearest(voltage)).is_some());
            }
        }
    }
}
