//! Amounts as people write them: "10 ms", "1 Mbit/s", "2%".

use core::net::IpAddr;
use core::time::Duration;

pub(super) const TIME: &str = r#"a time up to an hour, such as "10 ms" (ns, us, ms, s)"#;
pub(super) const RATE: &str =
    r#"a rate such as "1 Mbit/s" (bit/s, kbit/s, Mbit/s, Gbit/s)"#;
pub(super) const SHARE: &str = r#"a share from "0%" to "100%", or a number from 0 to 1"#;
pub(super) const FREQUENCY: &str =
    r#"a rate of messages such as "2/s" or "2/s, burst 6""#;
pub(super) const INTERFACE: &str = r#"an address with its prefix length, "192.0.2.1/24""#;

/// A time, whole nanoseconds.
pub(super) fn time(text: &str) -> Option<Duration> {
    const HOUR: f64 = 3600e9;
    let (number, unit) = number_and_unit(text)?;
    let nanos = number
        * match unit {
            "ns" => 1.0,
            "us" | "µs" => 1e3,
            "ms" => 1e6,
            "s" => 1e9,
            _ => return None,
        };
    (0.0..=HOUR)
        .contains(&nanos)
        .then(|| Duration::from_nanos(whole(nanos)))
}

/// Bits per second, at least one.
pub(super) fn rate(text: &str) -> Option<u64> {
    let (number, unit) = number_and_unit(text)?;
    let bits = number
        * match unit {
            "bit/s" => 1.0,
            "kbit/s" => 1e3,
            "Mbit/s" => 1e6,
            "Gbit/s" => 1e9,
            _ => return None,
        };
    (1.0..=1e15).contains(&bits).then(|| whole(bits))
}

/// A probability.
pub(super) fn share(text: &str) -> Option<f64> {
    let share = match text.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().ok()? / 100.0,
        None => text.trim().parse::<f64>().ok()?,
    };
    (0.0..=1.0).contains(&share).then_some(share)
}

/// Messages per second, and how many may come at once after a quiet time.
pub(super) fn frequency(text: &str) -> Option<(u32, u32)> {
    let (rate, burst) = match text.split_once(',') {
        Some((rate, burst)) => (rate, burst.trim().strip_prefix("burst")?.trim()),
        None => (text, "1"),
    };
    let rate: u32 = rate.trim().strip_suffix("/s")?.trim().parse().ok()?;
    let burst: u32 = burst.parse().ok()?;
    (rate >= 1 && burst >= 1).then_some((rate, burst))
}

/// An interface's address and the length of its prefix.
pub(super) fn interface(text: &str) -> Option<(IpAddr, u8)> {
    let (address, length) = text.split_once('/')?;
    let length: u8 = length.parse().ok()?;
    let address: IpAddr = address.parse().ok()?;
    let usable = !address.is_unspecified() && !address.is_multicast();
    let longest = if address.is_ipv4() { 31 } else { 127 };
    ((1..=longest).contains(&length) && usable).then_some((address, length))
}

fn number_and_unit(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = text.split_at_checked(end)?;
    Some((number.parse().ok()?, unit.trim()))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the callers have checked the range, far below 2^53"
)]
fn whole(number: f64) -> u64 {
    number.round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_rates_and_shares_are_read_as_people_write_them() {
        assert_eq!(time("1.5 ms"), Some(Duration::from_micros(1500)));
        assert_eq!(time("20us"), Some(Duration::from_micros(20)));
        assert_eq!(rate("1 Mbit/s"), Some(1_000_000));
        assert_eq!(rate("9.6 kbit/s"), Some(9600));
        assert_eq!(share("2%"), Some(0.02));
        assert_eq!(share("1e-6"), Some(1e-6));
        assert_eq!(frequency("2/s"), Some((2, 1)));
        assert_eq!(frequency("1/s, burst 6"), Some((1, 6)));
        let address = IpAddr::from([192, 0, 2, 1]);
        assert_eq!(interface("192.0.2.1/24"), Some((address, 24)));
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in ["", "10", "ms", "-1 ms", "1 h", "2 s 3", "1e99 s", "4000 s"] {
            assert_eq!(time(text), None, "{text}");
        }
        for text in ["0 bit/s", "1 Mb", "fast", "1 MB/s"] {
            assert_eq!(rate(text), None, "{text}");
        }
        for text in ["101%", "-1%", "2", "x", "NaN", "%"] {
            assert_eq!(share(text), None, "{text}");
        }
        for text in ["0/s", "2", "2/s burst 3", "2/s, burst 0"] {
            assert_eq!(frequency(text), None, "{text}");
        }
        for text in ["10.0.0.1", "10.0.0.1/32", "0.0.0.0/8", "224.0.0.1/4", "a/8"] {
            assert_eq!(interface(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_the_readers_panic(text in ".{0,40}") {
            let _ = (time(&text), rate(&text), share(&text));
            let _ = (frequency(&text), interface(&text));
        }
    }
}
