//! Sequence numbers of m bits, which begin again at 0 after 2^m − 1.
//!
//! ```text
//!                 0
//!            7         1        m = 3.  Forward from 6 to 1 are 3 steps, from 1 to 6 are 5:
//!         6               2     1.since(6) = 3, 6.since(1) = 5
//!            5         3
//!                 4
//! ```
//! Spec: serial number arithmetic as in RFC 1982, for any number of bits from 1 to 16. Where that
//! RFC compares two numbers, which says nothing when they are half a circle apart, a window asks
//! how many steps forward a number lies: that has an answer always.
//! Units: frames.
//! Not here: how many numbers may be out at a time (`window`).

use core::fmt;

/// The most bits of a number: the width of its field in the header.
pub const MOST_BITS: u8 = 16;

/// A number of m bits. Numbers of different width must not be mixed.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Sequence {
    number: u16,
    /// 2^m − 1, which is also the mask.
    last: u16,
}

impl Sequence {
    /// The number 0 of so many bits; `None` unless there are 1 to 16.
    pub const fn first(bits: u8) -> Option<Self> {
        if bits == 0 || bits > MOST_BITS {
            return None;
        }
        let last = u16::MAX >> (MOST_BITS - bits);
        Some(Sequence { number: 0, last })
    }

    /// Another number of the same width; `None` when it does not fit.
    pub const fn with_number(self, number: u16) -> Option<Self> {
        if number > self.last {
            return None;
        }
        Some(Sequence { number, ..self })
    }

    /// The number itself.
    pub const fn number(self) -> u16 {
        self.number
    }

    /// How many numbers there are: 2^m.
    pub const fn modulus(self) -> usize {
        self.last as usize + 1
    }

    /// The number `steps` further on.
    #[must_use]
    pub fn plus(self, steps: usize) -> Self {
        let steps = u16::try_from(steps & usize::from(self.last)).unwrap_or(0);
        let number = self.number.wrapping_add(steps) & self.last;
        Sequence { number, ..self }
    }

    /// Steps forward from `earlier` to here: 0 to 2^m − 1.
    pub fn since(self, earlier: Self) -> usize {
        usize::from(self.number.wrapping_sub(earlier.number) & self.last)
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.number.fmt(f)
    }
}

/// "6 mod 8".
impl fmt::Debug for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} mod {}", self.number, self.modulus())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(number: u16, bits: u8) -> Sequence {
        Sequence::first(bits).unwrap().with_number(number).unwrap()
    }

    /// The picture above.
    #[test]
    fn steps_are_counted_forward_around_the_circle() {
        assert_eq!(number(1, 3).since(number(6, 3)), 3);
        assert_eq!(number(6, 3).since(number(1, 3)), 5);
        assert_eq!(number(6, 3).plus(3), number(1, 3));
        assert_eq!(format!("{:?}", number(6, 3)), "6 mod 8");
    }

    #[test]
    fn widths_and_numbers_that_do_not_exist_are_none() {
        assert_eq!((Sequence::first(0), Sequence::first(17)), (None, None));
        assert_eq!(Sequence::first(16).unwrap().modulus(), 65_536);
        assert_eq!(Sequence::first(1).unwrap().with_number(2), None);
    }

    /// RFC 1982 §3.1 and §3.2: addition is modulo 2^m, and of two numbers less than half a
    /// circle apart the later is the one that is fewer steps forward.
    fn rfc_1982_less(a: u32, b: u32, bits: u8) -> bool {
        let half = 1 << (bits - 1);
        (a < b && b - a < half) || (a > b && a - b > half)
    }

    proptest! {
        #[test]
        fn agrees_with_rfc_1982_where_that_has_an_answer(a: u16, b: u16, bits in 1..=16_u8) {
            let mask = u16::MAX >> (16 - bits);
            let (a, b) = (number(a & mask, bits), number(b & mask, bits));
            let steps = b.since(a);
            prop_assert_eq!(a.plus(steps), b);
            let forward = steps > 0 && steps < a.modulus() / 2;
            let (from, to) = (a.number().into(), b.number().into());
            prop_assert_eq!(forward, rfc_1982_less(from, to, bits));
        }

        #[test]
        fn sums_are_those_of_whole_numbers(a: u16, bits in 1..=16_u8, n in 0..200_000_usize) {
            let a = number(a & (u16::MAX >> (16 - bits)), bits);
            let sum = (usize::from(a.number()) + n) % a.modulus();
            prop_assert_eq!(usize::from(a.plus(n).number()), sum);
        }
    }
}
