//! The time as timestamp options and messages tell it.
//!
//! Spec: RFC 791 §3.1 and RFC 792: milliseconds since midnight UT; who does not know them sets
//! the upper bit and says what it likes.

use core::time::Duration;

use layercake_base::Instant;

/// The time is not one since midnight UT.
pub const NO_STANDARD_TIME: u32 = 0x8000_0000;

/// Milliseconds of a day.
const DAY: u128 = 24 * 60 * 60 * 1000;

/// The time now, where the world began at `start` after midnight UT; `None` when nobody knows.
pub(crate) fn millis(start: Option<Duration>, now: Instant) -> u32 {
    let passed = start.unwrap_or_default() + now.since(Instant::ZERO);
    let millis = u32::try_from(passed.as_millis() % DAY).unwrap_or(0);
    match start {
        Some(_) => millis,
        None => millis | NO_STANDARD_TIME,
    }
}
