//! Elementary functions with the same bits on every machine.
//!
//! A system's library rounds `ln` and `exp` as it likes, so two machines may differ in the last
//! bit, and one bit that differs on a wire makes another run. These use nothing but operations
//! that IEEE 754 rounds exactly: add, subtract, multiply, divide and scaling by powers of two.
//!
//! Units: plain numbers; relative error below 1e-15.
//! Not here: figures that people only look at, which may use the library and round.

use core::f64::consts::{LN_2, LOG2_E, SQRT_2};

/// The bits of an `f64` below its exponent.
const FRACTION: u32 = 52;
/// What is added to the exponent of an `f64`.
const BIAS: u64 = 1023;

/// The natural logarithm: minus infinity for zero, not a number below.
pub fn ln(x: f64) -> f64 {
    if x < f64::MIN_POSITIVE {
        return small(x);
    }
    if !x.is_finite() {
        return x;
    }
    // x = mantissa · 2^exponent with the mantissa from 1/√2 to √2.
    let bits = x.to_bits();
    let mut exponent = f64_of(bits >> FRACTION) - f64_of(BIAS);
    let mut mantissa = f64::from_bits(bits << 12 >> 12 | BIAS << FRACTION);
    if mantissa > SQRT_2 {
        mantissa *= 0.5;
        exponent += 1.0;
    }
    exponent * LN_2 + 2.0 * artanh((mantissa - 1.0) / (mantissa + 1.0))
}

/// The logarithm of what has no normal exponent.
#[cold]
fn small(x: f64) -> f64 {
    match x {
        0.0 => f64::NEG_INFINITY,
        x if x > 0.0 => ln(x * f64_of(1 << FRACTION)) - f64::from(FRACTION) * LN_2,
        _ => f64::NAN,
    }
}

/// s + s³/3 + s⁵/5 + …, for |s| below 0.172, where ten terms suffice.
fn artanh(s: f64) -> f64 {
    const TERMS: [f64; 10] = [
        1.0 / 21.0,
        1.0 / 19.0,
        1.0 / 17.0,
        1.0 / 15.0,
        1.0 / 13.0,
        1.0 / 11.0,
        1.0 / 9.0,
        1.0 / 7.0,
        1.0 / 5.0,
        1.0 / 3.0,
    ];
    let square = s * s;
    let rest = TERMS.iter().fold(0.0, |sum, term| sum * square + term);
    s + s * square * rest
}

/// e to the power of `x`: zero and infinity where an `f64` ends.
pub fn exp(x: f64) -> f64 {
    match x {
        x if x > 710.0 => return f64::INFINITY,
        x if x < -746.0 => return 0.0,
        x if x.is_nan() => return x,
        _ => {}
    }
    // ln 2 in two parts, so that a multiple of the first is exact.
    const HIGH: f64 = 0.693_147_180_369_123_8; // 33 bits
    const LOW: f64 = 1.908_214_929_270_587_7e-10;
    let halvings = (x * LOG2_E).round();
    let rest = (x - halvings * HIGH) - halvings * LOW;
    // Taylor's series for |rest| up to ln 2 / 2.
    let sum = (1..=17_u32)
        .rev()
        .fold(1.0, |sum, n| 1.0 + sum * rest / f64::from(n));
    scale(sum, halvings)
}

/// `x` times two to the power of a whole `exponent`, in two steps, since 2^-1074 has no
/// reciprocal.
fn scale(x: f64, exponent: f64) -> f64 {
    let half = (exponent / 2.0).trunc();
    x * power_of_two(half) * power_of_two(exponent - half)
}

/// 2 to a whole power from -1022 to 1023.
fn power_of_two(exponent: f64) -> f64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the sum is a whole number from 1 to 2046"
    )]
    let biased = (exponent + f64_of(BIAS)) as u64;
    f64::from_bits(biased << FRACTION)
}

/// A whole number up to 2^53, exactly.
#[expect(clippy::cast_precision_loss, reason = "callers have less than 53 bits")]
const fn f64_of(whole: u64) -> f64 {
    whole as f64
}

#[cfg(test)]
mod tests {
    use core::f64::consts::{E, LN_10};

    use super::*;

    /// The bound that the module promises: relative, so that a small number must be right too.
    fn close(found: f64, expected: f64) -> bool {
        found == expected || (found - expected).abs() < 1e-15 * expected.abs()
    }

    /// The constants of the core library are those of the tables.
    #[test]
    fn known_values_are_met() {
        assert!(close(ln(E), 1.0));
        assert!(close(ln(10.0), LN_10));
        assert!(close(ln(2.0), LN_2));
        assert!(close(exp(1.0), E));
        assert_eq!((ln(1.0), exp(0.0)), (0.0, 1.0));
    }

    /// The library of the machine is right to one bit in the last place.
    #[test]
    fn both_agree_with_the_library_from_end_to_end() {
        let mut x = 1e-320;
        while x < f64::MAX / 1.7 {
            assert!(close(ln(x), f64::ln(x)), "ln {x}: {} {}", ln(x), x.ln());
            x *= 1.013;
        }
        for step in -5000..5000 {
            let near = 1.0 + f64::from(step) * 1e-4; // where the logarithm is small
            assert!(close(ln(near), f64::ln(near)), "ln {near}");
        }
        let mut x = -708.0;
        while x < 709.0 {
            assert!(
                close(exp(x), f64::exp(x)),
                "exp {x}: {} {}",
                exp(x),
                x.exp()
            );
            x += 0.377;
        }
    }

    #[test]
    fn the_ends_are_those_of_the_library() {
        for x in [0.0, -0.0, f64::INFINITY, 5e-324, f64::MIN_POSITIVE] {
            assert!(close(ln(x), f64::ln(x)), "{x}");
        }
        for x in [
            f64::INFINITY,
            f64::NEG_INFINITY,
            800.0,
            -800.0,
            -745.0,
            709.7,
        ] {
            let (own, library) = (exp(x), f64::exp(x));
            assert!(close(own, library), "{x}: {own} {library}");
        }
        assert!(ln(-1.0).is_nan() && ln(f64::NAN).is_nan() && exp(f64::NAN).is_nan());
    }

    /// These bits are the contract: whoever changes them changes every run. Found on x86-64
    /// and equal by IEEE 754 on every other.
    #[test]
    fn the_bits_are_pinned() {
        let sum = (1..2000_u32).fold(0_u64, |sum, n| {
            let x = f64::from(n) / 64.0;
            let mixed = ln(x).to_bits() ^ exp(-x).to_bits().rotate_left(17);
            sum.rotate_left(1) ^ mixed
        });
        assert_eq!(sum, 11_775_978_866_283_830_733);
    }
}
