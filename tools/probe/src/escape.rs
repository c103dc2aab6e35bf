//! Text from outside, made safe for a terminal.

use core::fmt;

/// Shows text with every character that a terminal could obey, or that could hide what follows,
/// replaced by `\xNN` or `\u{…}`. Everything else stays as it is.
#[derive(Clone, Copy, Debug)]
pub struct Escaped<'a>(pub &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                _ if !needs_escape(c) => write!(f, "{c}")?,
                '\u{0}'..='\u{ff}' => write!(f, "\\x{:02x}", u32::from(c))?,
                _ => write!(f, "\\u{{{:x}}}", u32::from(c))?,
            }
        }
        Ok(())
    }
}

/// C0, DEL and C1 controls, and the characters that turn the direction of writing or are
/// invisible (Unicode categories Cc and Cf as far as they occur in attacks, UTR 36 §2).
fn needs_escape(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_and_controls_go() {
        assert_eq!(Escaped("müller.example").to_string(), "müller.example");
        assert_eq!(
            Escaped("a\u{1b}[31m\r\n\u{9b}").to_string(),
            "a\\x1b[31m\\x0d\\x0a\\x9b"
        );
        assert_eq!(Escaped("evil\u{202e}txt").to_string(), "evil\\u{202e}txt");
    }
}
