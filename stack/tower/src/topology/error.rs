//! What is wrong with a topology file: where, what was found, what was expected.

use core::fmt;

/// A fault in a topology file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopologyError {
    /// Line, counted from 1.
    pub line: usize,
    /// The key, or the table, that is concerned; empty for a file that is no TOML at all.
    pub key: String,
    /// The value found.
    pub found: String,
    /// What was expected instead, worded to follow "expected".
    pub expected: String,
}

impl fmt::Display for TopologyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        if !self.key.is_empty() {
            write!(f, "{} = ", self.key)?;
        }
        write!(f, "{}: expected {}", self.found, self.expected)
    }
}

impl core::error::Error for TopologyError {}

/// Makes errors for places in one file.
#[derive(Clone, Copy)]
pub(super) struct Places<'a>(pub(super) &'a str);

impl Places<'_> {
    /// The error for `key` whose value starts at octet `at` of the file.
    pub(super) fn error(
        self,
        at: usize,
        key: &str,
        found: impl fmt::Display,
        expected: impl fmt::Display,
    ) -> TopologyError {
        TopologyError {
            line: self.line(at),
            key: key.to_owned(),
            found: found.to_string(),
            expected: expected.to_string(),
        }
    }

    fn line(self, at: usize) -> usize {
        let before = self.0.as_bytes().get(..at).unwrap_or_default();
        1 + before.iter().filter(|octet| **octet == b'\n').count()
    }

    /// What the TOML reader says, in our words.
    pub(super) fn not_toml(self, error: &toml::de::Error) -> TopologyError {
        let at = error.span().map_or(0, |span| span.start);
        let line = self.0.lines().nth(self.line(at) - 1);
        let text = &readable(line.unwrap_or_default().trim());
        let (key, value) = text.split_once('=').unwrap_or((text, text));
        let (key, value) = (key.trim(), value.trim());
        let message = error.message().trim();
        let (what, expected) = message
            .split_once(", expected ")
            .unwrap_or((message, "valid TOML"));
        let (what, expected) = (&readable(what), in_plain_words(expected));
        if let Some(missing) = what.strip_prefix("missing field ") {
            let expected = format!("it in {text}");
            return self.error(at, missing.trim_matches('`'), "nothing", expected);
        }
        if let Some(unknown) = what.strip_prefix("unknown field ") {
            return self.error(at, unknown.trim_matches('`'), value, expected);
        }
        if what.starts_with("unknown variant ") {
            return self.error(at, key, value, expected);
        }
        let wrong = ["invalid type: ", "invalid value: "];
        if let Some(found) = wrong.iter().find_map(|wrong| what.strip_prefix(wrong)) {
            return self.error(at, key, found, expected);
        }
        self.error(at, "", format!("{text} ({what})"), expected)
    }
}

/// The words of the TOML reader's library that only a Rust programmer knows.
fn in_plain_words(expected: &str) -> &str {
    match expected {
        "a sequence" => "tables in double brackets, [[…]]",
        "u32" => "a whole number, not below 0",
        _ => expected,
    }
}

/// A file is not to be trusted: what controls a terminal is escaped, and long text is cut.
fn readable(text: &str) -> String {
    const MOST: usize = 100;
    let mut all = text.chars();
    let mut shown = String::new();
    for c in all.by_ref().take(MOST) {
        match c.is_control() {
            true => shown.extend(c.escape_default()),
            false => shown.push(c),
        }
    }
    if all.next().is_some() {
        shown.push('…');
    }
    shown
}
