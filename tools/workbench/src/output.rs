//! What is told: to people on standard error, safely.

use std::fmt::Display;
use std::io::Write as _;

use layercake_probe::escape::Escaped;

/// Tells something on standard error, with whatever could steer a terminal escaped: names and
/// values may come from outside. Nobody need listen: `2>&1 | head` is no mistake.
pub(crate) fn tell(what: impl Display) {
    for line in what.to_string().lines() {
        let _nobody_listens = writeln!(std::io::stderr(), "{}", Escaped(line));
    }
}

/// A whole number with its thousands apart: 1,234,567.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share in per cent; a dash where there is no whole.
pub(crate) fn percent(part: u64, whole: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "a share for people")]
    let (part, whole) = (part as f64, whole as f64);
    share(part, whole)
}

/// A share in per cent; a dash where there is no whole.
pub(crate) fn share(part: f64, whole: f64) -> String {
    match whole > 0.0 {
        true => format!("{:.2} %", 100.0 * part / whole),
        false => "-".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_000), "1,000");
        assert_eq!(thousands(1_234_567), "1,234,567");
    }
}
