//! Numbers as iputils prints them.

use core::fmt;

/// Microseconds as milliseconds with three decimals.
#[derive(Clone, Copy, Debug)]
pub(super) struct Milliseconds(pub(super) u64);

impl fmt::Display for Milliseconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}", self.0 / 1000, self.0 % 1000)
    }
}

/// Microseconds as milliseconds with three significant digits, rounded as in `time=`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Time(pub(super) u64);

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rounded = |unit: u64| self.0.saturating_add(unit / 2);
        match self.0 {
            // The limits lie where rounding would add a digit.
            99_950.. => write!(f, "{}", rounded(1000) / 1000),
            9_995.. => write!(f, "{}.{}", rounded(100) / 1000, rounded(100) % 1000 / 100),
            1_000.. => write!(f, "{}.{:02}", rounded(10) / 1000, rounded(10) % 1000 / 10),
            _ => write!(f, "{}", Milliseconds(self.0)),
        }
    }
}

/// C's `%g`: six significant digits, no zeros at the end, after rounding to single precision.
#[expect(
    clippy::cast_possible_truncation,
    reason = "iputils rounds to single precision before it prints, and so the digits agree"
)]
pub(super) fn percent(value: f64) -> String {
    let value = f64::from(value as f32);
    let scientific = format!("{value:.5e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        let decimals = usize::try_from(5 - exponent).unwrap_or(0);
        return trimmed(&format!("{value:.decimals$}")).to_owned();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{sign}{:02}", trimmed(mantissa), exponent.unsigned_abs())
}

fn trimmed(digits: &str) -> &str {
    match digits.contains('.') {
        true => digits.trim_end_matches('0').trim_end_matches('.'),
        false => digits,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each pair from printf(3) with `%g` and a float.
    #[test]
    fn percentages_agree_with_printf() {
        for (part, whole, expected) in [
            (0, 3, "0"),
            (1, 3, "33.3333"),
            (2, 3, "66.6667"),
            (1, 1, "100"),
            (1, 8, "12.5"),
            (1, 1000, "0.1"),
            (1, 30_000, "0.00333333"),
            (1, 10_000_000, "1e-05"),
            (999_999, 1_000_000, "99.9999"),
            (9_999_999, 10_000_000, "100"),
        ] {
            let value = f64::from(part) * 100.0 / f64::from(whole);
            assert_eq!(percent(value), expected, "{part} of {whole}");
        }
    }

    /// formats.md and ping_common.c: three significant digits, with carries.
    #[test]
    fn a_time_has_three_significant_digits() {
        for (micros, expected) in [
            (0, "0.000"),
            (34, "0.034"),
            (999, "0.999"),
            (1_000, "1.00"),
            (1_234, "1.23"),
            (9_994, "9.99"),
            (9_995, "10.0"),
            (12_345, "12.3"),
            (99_949, "99.9"),
            (99_950, "100"),
            (123_456, "123"),
            (999_500, "1000"),
        ] {
            assert_eq!(Time(micros).to_string(), expected, "{micros} µs");
        }
        assert!(!Time(u64::MAX).to_string().is_empty());
    }
}
