//! The field of 256 elements: octets that can be added, multiplied and divided.
//!
//! An octet is a polynomial over single bits, its least significant bit the constant. Sums are
//! exclusive ors; products are taken modulo x^8 + x^4 + x^3 + x^2 + 1 (11d), of which `2` is a
//! primitive root: its powers 0 to 254 are all elements but zero.

/// The modulus without its x^8.
const MODULUS: u8 = 0x1d;

/// Elements that are not zero.
pub(super) const ORDER: usize = 255;

/// The powers of 2, twice over so that two logarithms need no modulo.
static POWERS: [u8; 2 * ORDER] = powers();
/// The logarithm of each element but zero.
static LOGARITHMS: [u8; 256] = logarithms();

#[expect(clippy::indexing_slicing, reason = "computed by the compiler")]
const fn powers() -> [u8; 2 * ORDER] {
    let mut table = [0; 2 * ORDER];
    let (mut at, mut power) = (0, 1_u8);
    while at < table.len() {
        table[at] = power;
        power = power << 1 ^ if power & 0x80 == 0 { 0 } else { MODULUS };
        at += 1;
    }
    table
}

#[expect(clippy::indexing_slicing, reason = "computed by the compiler")]
#[expect(
    clippy::cast_possible_truncation,
    reason = "a logarithm is at most 254"
)]
const fn logarithms() -> [u8; 256] {
    let (powers, mut table, mut at) = (powers(), [0; 256], 0);
    while at < ORDER {
        table[powers[at] as usize] = at as u8;
        at += 1;
    }
    table
}

/// 2 to the power of `exponent`.
pub(super) fn power(exponent: usize) -> u8 {
    POWERS.get(exponent % ORDER).copied().unwrap_or(0)
}

fn logarithm(of: u8) -> usize {
    LOGARITHMS
        .get(usize::from(of))
        .copied()
        .map_or(0, usize::from)
}

pub(super) fn multiply(a: u8, b: u8) -> u8 {
    if a == 0 || b == 0 {
        return 0;
    }
    POWERS
        .get(logarithm(a) + logarithm(b))
        .copied()
        .unwrap_or(0)
}

/// The quotient; zero when `b` is zero, which no caller lets happen.
pub(super) fn divide(a: u8, b: u8) -> u8 {
    if a == 0 || b == 0 {
        return 0;
    }
    power(logarithm(a) + ORDER - logarithm(b))
}

/// The value of a polynomial, its constant first, at `x`.
pub(super) fn evaluate(polynomial: &[u8], x: u8) -> u8 {
    let step = |sum, coefficient: &u8| multiply(sum, x) ^ coefficient;
    polynomial.iter().rev().fold(0, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Multiplication as it is defined: shift, add, and take the modulus away.
    fn naive(a: u8, b: u8) -> u8 {
        let mut product = 0;
        for bit in (0..8).rev() {
            let carry = product & 0x80 != 0;
            product = product << 1 ^ if carry { MODULUS } else { 0 };
            product ^= if b >> bit & 1 == 1 { a } else { 0 };
        }
        product
    }

    #[test]
    fn products_and_quotients_are_those_of_the_definition() {
        for (a, b) in (0..=255).flat_map(|a| (0..=255).map(move |b| (a, b))) {
            assert_eq!(multiply(a, b), naive(a, b));
            if b != 0 {
                assert_eq!(divide(multiply(a, b), b), a);
            }
        }
    }

    #[test]
    fn two_is_a_primitive_root() {
        let mut all: Vec<u8> = (0..ORDER).map(power).collect();
        all.sort_unstable();
        assert!(all.iter().copied().eq(1..=255));
    }

    #[test]
    fn a_polynomial_is_evaluated_with_its_constant_first() {
        assert_eq!(evaluate(&[7, 0, 1], 2), 7 ^ 4);
        assert_eq!(evaluate(&[], 2), 0);
    }
}
