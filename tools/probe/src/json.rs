//! JSON lines: one record a line, each with the version of the format.
//!
//! Control characters in names are escaped by JSON itself (RFC 8259 §7); others that a terminal
//! would obey (C1, DEL) are escaped here, so that a line may be printed as it is.

use std::io::{self, Write};

use serde::Serialize;

/// Version of the records as they are written. It grows when a field changes its meaning or
/// goes away; new fields may come at any time.
pub const VERSION: u32 = 1;

#[derive(Serialize)]
struct Line<'a, R> {
    version: u32,
    #[serde(flatten)]
    record: &'a R,
}

/// Writes one record as one line.
///
/// # Errors
/// Those of `output`.
pub fn write_line<R: Serialize>(output: &mut dyn Write, record: &R) -> io::Result<()> {
    let line = Line {
        version: VERSION,
        record,
    };
    let text = serde_json::to_string(&line)?;
    writeln!(output, "{}", escape_controls(text))
}

/// JSON leaves U+007F to U+009F alone; terminals do not.
fn escape_controls(text: String) -> String {
    let is_control = |c: char| ('\u{7f}'..='\u{9f}').contains(&c);
    if !text.contains(is_control) {
        return text;
    }
    let escape = |c: char| match is_control(c) {
        true => format!("\\u{:04x}", u32::from(c)),
        false => c.to_string(),
    };
    text.chars().map(escape).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Named {
        name: &'static str,
    }

    #[test]
    fn a_hostile_name_reaches_no_terminal() {
        let mut line = Vec::new();
        write_line(
            &mut line,
            &Named {
                name: "\u{1b}[2J\u{9b}\u{7f}é",
            },
        )
        .unwrap();
        let line = String::from_utf8(line).unwrap();
        assert_eq!(
            line,
            "{\"version\":1,\"name\":\"\\u001b[2J\\u009b\\u007fé\"}\n"
        );
        let back: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(back["name"], "\u{1b}[2J\u{9b}\u{7f}é");
    }
}
