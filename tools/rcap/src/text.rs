//! Text from a file, made harmless, and times of day.

use std::fmt::{Display, Write as _};
use std::io::Write as _;
use std::ops::RangeInclusive;

use layercake_capfile::Timestamp;

/// Characters that turn the direction of writing around: a name could look like another.
const TURNS: [RangeInclusive<char>; 3] = [
    '\u{200e}'..='\u{200f}',
    '\u{202a}'..='\u{202e}',
    '\u{2066}'..='\u{2069}',
];

/// True for what could steer a terminal: control characters, and those that turn the direction
/// of writing around.
pub(crate) fn steers(character: char) -> bool {
    character.is_control() || TURNS.iter().any(|turn| turn.contains(&character))
}

/// Text with everything that could steer a terminal written as an escape.
pub(crate) fn harmless(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        if steers(character) {
            let _ = write!(safe, "{}", character.escape_default());
        } else {
            safe.push(character);
        }
    }
    safe
}

/// Tells something on standard error, made harmless: file names are not ours. Nobody need
/// listen: `2>&1 | head` is no mistake.
pub(crate) fn tell(what: impl Display) {
    for line in what.to_string().lines() {
        let _nobody_listens = writeln!(std::io::stderr(), "{}", harmless(line));
    }
}

/// The time of day in UTC with nine decimals, as tcpdump prints it with `--nano` in the zone
/// UTC; a packet without a time has dashes.
pub(crate) fn time_of_day(time: Option<Timestamp>) -> String {
    let Some(time) = time else {
        return "--:--:--.---------".into();
    };
    let second = time.seconds.rem_euclid(86_400);
    let (hour, minute) = (second / 3600, second / 60 % 60);
    format!(
        "{hour:02}:{minute:02}:{:02}.{:09}",
        second % 60,
        time.nanoseconds
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_steers_a_terminal() {
        let text = harmless("red \u{1b}[31m\n\u{202e}über");
        assert_eq!(text, "red \\u{1b}[31m\\n\\u{202e}über");
    }

    #[test]
    fn times_are_those_of_the_day_also_before_1970() {
        assert_eq!(
            time_of_day(Some(Timestamp::new(1_613_155_697, 5))),
            "18:48:17.000000005"
        );
        assert_eq!(
            time_of_day(Some(Timestamp::new(-1, 0))),
            "23:59:59.000000000"
        );
        assert!(time_of_day(None).starts_with("--"));
    }
}
