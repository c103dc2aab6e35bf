//! Timestamps: exact nanoseconds since 1970, and the units that files count them in.
//!
//! Spec: draft-ietf-opsawg-pcapng, `if_tsresol` and `if_tsoffset`.
//! Not here: calendars and time zones; the tools print those.

use std::fmt;

const NANOSECONDS_PER_SECOND: u32 = 1_000_000_000;

/// A point in time: seconds since 1970-01-01 00:00 UTC (leap seconds not counted) and nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// Whole seconds since 1970, rounded towards the past; negative before.
    pub seconds: i64,
    /// Nanoseconds after `seconds`, below 1 000 000 000.
    pub nanoseconds: u32,
}

impl Timestamp {
    /// A time from its parts; nanoseconds beyond one second are carried into the seconds.
    #[must_use]
    pub const fn new(seconds: i64, nanoseconds: u32) -> Self {
        let carry = (nanoseconds / NANOSECONDS_PER_SECOND) as i64;
        Self {
            seconds: seconds.saturating_add(carry),
            nanoseconds: nanoseconds % NANOSECONDS_PER_SECOND,
        }
    }

    /// A time from nanoseconds since 1970, the unit of the emulated world.
    #[must_use]
    pub fn from_nanoseconds(nanoseconds: u64) -> Self {
        let (seconds, rest) = divide(nanoseconds, u64::from(NANOSECONDS_PER_SECOND));
        Self {
            seconds: i64::try_from(seconds).unwrap_or(i64::MAX),
            nanoseconds: rest,
        }
    }

    /// Nanoseconds since 1970; negative before.
    #[must_use]
    pub fn as_nanoseconds(self) -> i128 {
        i128::from(self.seconds) * i128::from(NANOSECONDS_PER_SECOND)
            + i128::from(self.nanoseconds)
    }

    /// Adds whole seconds; `None` when the result is outside of 64 bits.
    fn shifted(self, seconds: i64) -> Option<Self> {
        Some(Self {
            seconds: self.seconds.checked_add(seconds)?,
            ..self
        })
    }
}

/// Seconds with nine decimals, as `frame.time_epoch` prints them.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let total = self.as_nanoseconds();
        let sign = if total < 0 { "-" } else { "" };
        let (size, second) = (total.unsigned_abs(), u128::from(NANOSECONDS_PER_SECOND));
        write!(f, "{sign}{}.{:09}", size / second, size % second)
    }
}

/// How long one unit of an interface's timestamps is: `if_tsresol`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// A unit is 10^-n seconds.
    Decimal(u8),
    /// A unit is 2^-n seconds.
    Binary(u8),
}

impl Resolution {
    /// What a pcapng interface has that says nothing.
    pub const MICROSECONDS: Self = Self::Decimal(6);
    /// What our own files have.
    pub const NANOSECONDS: Self = Self::Decimal(9);

    /// The value of the option: the high bit chooses the base, the rest is the exponent.
    pub(crate) fn from_option(value: u8) -> Self {
        match value & 0x80 {
            0 => Self::Decimal(value),
            _ => Self::Binary(value & 0x7f),
        }
    }

    /// A count of units, and `if_tsoffset` whole seconds, as a time; what is finer than a
    /// nanosecond is cut off. `None` when the seconds are outside of 64 bits.
    pub(crate) fn time(self, units: u64, offset_seconds: i64) -> Option<Timestamp> {
        let time = match self {
            Self::Decimal(exponent @ 0..=9) => decimal(units, exponent)?,
            Self::Decimal(exponent) => from_u128(fine_decimal(units, exponent))?,
            Self::Binary(exponent) => from_u128(binary(units, exponent))?,
        };
        time.shifted(offset_seconds)
    }

    /// How many units make a second for the classic formats and the limit of their fraction field.
    pub(crate) fn units_per_second(self) -> u128 {
        match self {
            Self::Decimal(exponent) => 10_u128.saturating_pow(exponent.into()),
            Self::Binary(exponent) => 1 << exponent.min(127),
        }
    }
}

impl fmt::Display for Resolution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Decimal(exponent) => write!(f, "10^-{exponent} s"),
            Self::Binary(exponent) => write!(f, "2^-{exponent} s"),
        }
    }
}

/// Quotient and remainder by a divisor of at most 10^9, whose remainders fit 32 bits.
fn divide(value: u64, divisor: u64) -> (u64, u32) {
    let rest = u32::try_from(value % divisor).unwrap_or_default();
    (value / divisor, rest)
}

/// The common case, in 64-bit arithmetic: it runs once for each packet.
fn decimal(units: u64, exponent: u8) -> Option<Timestamp> {
    let exponent = u32::from(exponent);
    let (seconds, rest) = divide(units, 10_u64.pow(exponent));
    let nanoseconds = rest * 10_u32.pow(9 - exponent); // below 10^9: rest is below 10^exponent
    Some(Timestamp {
        seconds: i64::try_from(seconds).ok()?,
        nanoseconds,
    })
}

/// Nanoseconds in units finer than a nanosecond. 10^-29 s and below never add up to one.
fn fine_decimal(units: u64, exponent: u8) -> u128 {
    match 10_u128.checked_pow(u32::from(exponent) - 9) {
        Some(divisor) => u128::from(units) / divisor,
        None => 0,
    }
}

/// Nanoseconds in units of 2^-exponent seconds; the product has at most 94 bits.
fn binary(units: u64, exponent: u8) -> u128 {
    (u128::from(units) * u128::from(NANOSECONDS_PER_SECOND)) >> exponent.min(127)
}

fn from_u128(nanoseconds: u128) -> Option<Timestamp> {
    let second = u128::from(NANOSECONDS_PER_SECOND);
    Some(Timestamp {
        seconds: i64::try_from(nanoseconds / second).ok()?,
        nanoseconds: u32::try_from(nanoseconds % second).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counts_in_powers_of_two_and_ten() {
        let at = |resolution: Resolution, units| {
            resolution.time(units, 0).unwrap().to_string()
        };
        assert_eq!(at(Resolution::Decimal(0), 7), "7.000000000");
        assert_eq!(at(Resolution::Decimal(6), 1_500_000), "1.500000000");
        assert_eq!(
            at(Resolution::Decimal(12), 1_000_000_000_999),
            "1.000000000"
        );
        assert_eq!(at(Resolution::Decimal(127), u64::MAX), "0.000000000");
        assert_eq!(at(Resolution::Binary(8), 0x132), "1.195312500");
        assert_eq!(at(Resolution::Binary(127), u64::MAX), "0.000000000");
    }

    #[test]
    fn offsets_move_before_the_epoch() {
        let time = Resolution::Decimal(3).time(250, -1).unwrap();
        assert_eq!(
            time,
            Timestamp {
                seconds: -1,
                nanoseconds: 250_000_000
            }
        );
        assert_eq!(time.to_string(), "-0.750000000");
    }

    #[test]
    fn has_no_time_when_seconds_leave_64_bits() {
        assert_eq!(Resolution::Decimal(0).time(u64::MAX, 0), None);
        assert_eq!(Resolution::Decimal(6).time(u64::MAX, i64::MAX), None);
    }

    proptest! {
        /// The naive model: multiply first, divide after, in 128 bits.
        #[test]
        fn agrees_with_the_naive_model(units: u64, option: u8) {
            let resolution = Resolution::from_option(option);
            let naive = (u128::from(units) * 1_000_000_000)
                .checked_div(resolution.units_per_second());
            let time = resolution.time(units, 0).map(|t| t.as_nanoseconds());
            if let Some(time) = time {
                prop_assert_eq!(Some(time), naive.and_then(|n| i128::try_from(n).ok()));
            } else {
                prop_assert!(naive.unwrap() / 1_000_000_000 > i64::MAX as u128);
            }
        }
    }
}
