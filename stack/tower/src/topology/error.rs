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
        let text = self
            .0
            .lines()
            .nth(self.line(at) - 1)
            .unwrap_or_default()
            .trim();
        let (key, value) = text.split_once('=').unwrap_or(("", text));
        let (key, value) = (key.trim(), value.trim());
        let message = error.message().trim();
        let (what, expected) = message
            .split_once(", expected ")
            .unwrap_or((message, "valid TOML"));
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
        if let Some(found) = what.strip_prefix("invalid type: ") {
            return self.error(at, key, found, expected);
        }
        self.error(at, "", format!("{text} ({what})"), expected)
    }
}
