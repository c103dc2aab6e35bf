//! Theory: how often a bit is wrong, from the energy spent on it and the noise.
//!
//! ```text
//! density of the voltage that a matched filter gives for a 0 and for a 1
//!
//!        0                 1
//!      _---_             _---_          x = distance to the threshold / sigma
//!    _-     -_         _-     -_        Q(x) = share of a normal distribution
//!  _-         -_ ____ -         -_             that lies beyond x
//!  -1            0             +1
//! ```
//! Units: `gamma` is Eb/N0 as a ratio (not in dB): energy for each bit over the noise power in
//! each hertz of bandwidth. All bits equally likely, symbols decided one by one.
//! Source: J. G. Proakis, Digital Communications, for the antipodal, PAM and coded cases; the
//! others follow from them as said at each.

use core::f64::consts::{LN_10, PI, SQRT_2};

use layercake_base::exact;

/// A ratio of powers from decibels: 10^(dB / 10).
pub fn ratio(decibels: f64) -> f64 {
    exact::exp(decibels / 10.0 * LN_10)
}

/// The share of the standard normal distribution above `x`.
pub fn q(x: f64) -> f64 {
    0.5 * erfc(x / SQRT_2)
}

/// The complementary error function, 2/√π ∫ₓ^∞ e^(-t²) dt, to a relative 1e-12.
///
/// Below 2 by the series of the error function (Abramowitz and Stegun 7.1.6), above by the
/// continued fraction (7.1.14), neither of which loses digits there.
pub fn erfc(x: f64) -> f64 {
    match x {
        x if x < 0.0 => 2.0 - erfc(-x),
        x if x < 2.0 => 1.0 - erf_series(x),
        x => erfc_fraction(x),
    }
}

/// erf x = 2x/√π e^(-x²) (1 + 2x²/3 + (2x²)²/(3·5) + …).
fn erf_series(x: f64) -> f64 {
    let (mut term, mut sum) = (1.0, 1.0);
    for n in 1..60_u32 {
        term *= 2.0 * x * x / f64::from(2 * n + 1);
        sum += term;
    }
    2.0 * x / PI.sqrt() * exact::exp(-x * x) * sum
}

/// √π e^(x²) erfc x = 1/(x + ½/(x + 1/(x + 3⁄2/(x + …)))), from the inside out.
fn erfc_fraction(x: f64) -> f64 {
    let inner = (1..=100_u32).rev();
    let fraction = inner.fold(x, |below, n| x + f64::from(n) / 2.0 / below);
    exact::exp(-x * x) / PI.sqrt() / fraction
}

/// NRZ, levels ±1, matched filter: Q(√2γ). Also Manchester with a matched filter, whose cell is
/// as antipodal as a level.
pub fn antipodal(gamma: f64) -> f64 {
    q((2.0 * gamma).sqrt())
}

/// NRZ decided by one of `samples` in white noise: that sample has the noise of the whole
/// sampled band, `samples` times as much as the matched filter lets through.
pub fn antipodal_by_one_sample(gamma: f64, samples: u16) -> f64 {
    q((2.0 * gamma / f64::from(samples.max(1))).sqrt())
}

/// NRZI and differential Manchester: a bit is whether two symbols differ.
pub fn differential(gamma: f64) -> f64 {
    just_one_of_two(antipodal(gamma))
}

/// How often just one of two independent decisions is wrong, when each is with probability `p`.
fn just_one_of_two(p: f64) -> f64 {
    2.0 * p * (1.0 - p)
}

/// Manchester decided by the second half of each cell alone: half the energy, 3 dB lost.
pub fn manchester_by_halves(gamma: f64) -> f64 {
    q(gamma.sqrt())
}

/// How often both halves of a Manchester cell are decided alike, so that a code violation is
/// seen: one half wrong and the other right.
pub fn manchester_violations(gamma: f64) -> f64 {
    just_one_of_two(manchester_by_halves(gamma))
}

/// AMI decided by magnitude, 0 against ±1: a zero is missed on both sides, a mark when it falls
/// between the thresholds. The mean energy is half that of a mark.
pub fn ami(gamma: f64) -> f64 {
    let half = gamma.sqrt(); // half a level over sigma
    let zero = 2.0 * q(half);
    let mark = q(half) - q(3.0 * half);
    (zero + mark) / 2.0
}

/// MLT-3 decided by magnitude like AMI, with as many zeros and marks among its symbols: a bit is
/// whether the magnitudes of two neighbours differ.
pub fn mlt_3(gamma: f64) -> f64 {
    just_one_of_two(ami(gamma))
}

/// PAM-4 with Gray mapping (00, 01, 11, 10 from the lowest level on), levels ±1 and ±3, whose
/// mean square is 5 for two bits: both bits averaged, with all the levels that an error reaches.
pub fn pam_4(gamma: f64) -> f64 {
    let one = (0.8 * gamma).sqrt(); // one level over sigma
    0.75 * q(one) + 0.5 * q(3.0 * one) - 0.25 * q(5.0 * one)
}

/// Bits wrong after hard-decision decoding of the Hamming(7,4) code, when each bit on the line
/// is wrong with probability `p`.
///
/// The code is perfect: each pattern of w errors is a code word or one bit from one. So after
/// the correction, 0, 3, 4 or 7 bits are wrong, and by symmetry that share of each place. The
/// numbers of patterns follow from the weights of the code words, 1 + 7z³ + 7z⁴ + z⁷.
pub fn hamming_7_4(p: f64) -> f64 {
    // For w = 2 … 7: the sum over all patterns of the share of bits wrong afterwards.
    const SHARES: [f64; 6] = [9.0, 19.0, 16.0, 12.0, 7.0, 1.0];
    let right = 1.0 - p;
    let term = |(index, share): (usize, &f64)| {
        let errors = index + 2;
        share * power(p, errors) * power(right, 7 - errors)
    };
    SHARES.iter().enumerate().map(term).sum()
}

fn power(base: f64, exponent: usize) -> f64 {
    std::iter::repeat_n(base, exponent).product()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64) {
        let error = (found - expected).abs() / expected;
        assert!(error < 1e-12, "{found:e} for {expected:e}");
    }

    /// The values of erfc in NIST's Digital Library of Mathematical Functions' sense (7.2.2),
    /// to the digits of an f64.
    #[test]
    fn erfc_agrees_with_published_values() {
        for (x, expected) in [
            (0.0, 1.0),
            (0.5, 0.479_500_122_186_953_5),
            (1.0, 0.157_299_207_050_285_13),
            (2.0, 0.004_677_734_981_047_266),
            (3.0, 2.209_049_699_858_544e-5),
            (4.0, 1.541_725_790_028_002e-8),
            (5.0, 1.537_459_794_428_034_8e-12),
            (-1.0, 1.842_700_792_949_715),
        ] {
            close(erfc(x), expected);
        }
    }

    /// `libm`, a translation of musl's library, is right to one bit in the last place.
    #[test]
    fn erfc_agrees_with_another_implementation_from_end_to_end() {
        for step in -600..2600 {
            let x = f64::from(step) / 100.0;
            close(erfc(x), libm::erfc(x));
        }
    }

    /// Tables of the normal distribution: 5 % lie beyond 1.644854, 0.5 % beyond 2.575829. And
    /// antipodal signals need 9.588 dB for one error in 100 000 bits.
    #[test]
    fn q_agrees_with_the_tables_of_the_normal_distribution() {
        close(q(0.0), 0.5);
        close(q(1.644_853_626_951_472_6), 0.05);
        close(q(2.575_829_303_548_900_4), 0.005);
        assert!((antipodal(ratio(9.588)) / 1e-5 - 1.0).abs() < 1e-3);
    }

    #[test]
    fn decibels_are_tenths_of_powers_of_ten() {
        close(ratio(0.0), 1.0);
        close(ratio(10.0), 10.0);
        close(ratio(-3.0), 0.501_187_233_627_272_2);
    }

    /// By enumeration: the syndrome decoder run on all 128 patterns of errors on the zero word.
    #[test]
    fn the_hamming_formula_agrees_with_all_patterns_of_errors() {
        // Place i (1 to 7) is checked by the parities that its binary number names.
        let syndrome = |word: u8| {
            let places = (1..8_u8).filter(|place| word >> (place - 1) & 1 == 1);
            places.fold(0, |sum, place| sum ^ place)
        };
        for p in [0.3, 0.1, 0.01] {
            let mut expected = 0.0;
            for errors in 0..128_u8 {
                let mended = match syndrome(errors) {
                    0 => errors,
                    place => errors ^ 1 << (place - 1),
                };
                let message = mended & 0b111_0100; // places 3, 5, 6, 7
                let weight = usize::try_from(errors.count_ones()).unwrap();
                let chance = power(p, weight) * power(1.0 - p, 7 - weight);
                expected += chance * f64::from(message.count_ones()) / 4.0;
            }
            close(hamming_7_4(p), expected);
        }
    }

    /// Without a signal every code is a coin; with much of it the order is the known one.
    #[test]
    fn the_curves_start_at_their_coins_and_keep_their_order() {
        for curve in [antipodal, differential, manchester_by_halves, pam_4] {
            close(curve(0.0), 0.5);
        }
        close(ami(0.0), 0.5);
        close(mlt_3(0.0), 0.5);
        let gamma = ratio(8.0);
        let order = [
            antipodal(gamma),
            differential(gamma),
            manchester_by_halves(gamma),
            pam_4(gamma),
        ];
        assert!(order.is_sorted(), "{order:?}");
        close(antipodal_by_one_sample(8.0, 4), antipodal(2.0));
    }
}
