//! Every field of a frame in a few lines: place, name, value, then meaning and reason in one breath.
//!
//! ```text
//! IPv4                                                                      RFC 791 §3.1
//!   22        Time to Live        64 hops           how many more routers may forward the …
//! ```
//! The clause is told where it is another than the one in the heading.
//!
//! Not here: reading the octets, and the reasons (`layercake-dissect`).

use std::fmt::Write as _;

use layercake_base::layout::Value;
use layercake_dissect::{Dissected, Dissection, wrap};

use crate::look::{Look, painted};

/// Columns: indent, place, name, value; the text takes the rest of the width.
const INDENT: usize = 2;
const PLACE: usize = 10;
const NAME: usize = 21;
const VALUE: usize = 18;
/// With fewer columns the text stands below the value, not beside it.
const WIDE: usize = 100;
/// Octets of a part that are shown.
const SHOWN: usize = 16;

/// The wanted layers, a line or two for each field.
pub(crate) fn table(
    dissection: &Dissection<'_>,
    wanted: impl Fn(&Dissected) -> bool,
    look: Look,
) -> String {
    let mut text = String::new();
    for (number, layer) in dissection.layers.iter().enumerate() {
        if !wanted(layer) {
            continue;
        }
        heading(layer, look, &mut text);
        for value in dissection.values(layer) {
            field(dissection, number, layer, &value, look, &mut text);
        }
        for part in &layer.parts {
            let octets = dissection.octets_of(&part.range);
            let hex: Vec<String> = octets
                .iter()
                .take(SHOWN)
                .map(|octet| format!("{octet:02x}"))
                .collect();
            let more = if octets.len() > SHOWN { " …" } else { "" };
            let place = places(part.range.start, part.range.end);
            let value = format!("{} octets", part.range.len());
            let words = format!("{}{more}", hex.join(" "));
            row(&place, part.kind.name(), &value, &words, look, &mut text);
        }
    }
    text
}

fn heading(layer: &Dissected, look: Look, text: &mut String) {
    let (name, spec) = (layer.layout.protocol, layer.layout.spec);
    let gap = look
        .width
        .saturating_sub(name.chars().count() + spec.chars().count());
    let name = painted(name, name, look.color);
    let _ = writeln!(text, "{name}{:gap$}{spec}", "");
}

fn field(
    dissection: &Dissection<'_>,
    number: usize,
    layer: &Dissected,
    value: &Value<'_>,
    look: Look,
    text: &mut String,
) {
    let field = value.field;
    let mut words = field.meaning.to_owned();
    if !layer.layout.spec.starts_with(field.clause) {
        let _ = write!(words, " [{}]", field.clause);
    }
    if let Some(reason) = dissection.why(number, value) {
        let _ = write!(words, "; {reason}");
    }
    let start = layer.header.start;
    let octets = field.octets();
    let mut place = places(start + octets.start, start + octets.end);
    let last = (field.at + field.width - 1) % 8;
    if !field.at.is_multiple_of(8) || last != 7 {
        let first = start + octets.start;
        place = match octets.len() {
            1 => format!("{first}.{}-{last}", field.at % 8),
            _ => format!("{first}.{}-{}.{last}", field.at % 8, start + octets.end - 1),
        };
    }
    row(&place, field.name, &value.to_string(), &words, look, text);
}

/// The first octet and the last: `12-13`, or `12`.
fn places(start: usize, end: usize) -> String {
    match end.saturating_sub(start) {
        0 | 1 => start.to_string(),
        _ => format!("{start}-{}", end - 1),
    }
}

fn row(place: &str, name: &str, value: &str, words: &str, look: Look, text: &mut String) {
    let beside = look.width >= WIDE;
    let left = match beside {
        true => INDENT + PLACE + NAME + VALUE,
        false => INDENT + PLACE,
    };
    let mut lines = wrap(words, look.width.saturating_sub(left)).into_iter();
    let _ = write!(text, "{:INDENT$}{place:PLACE$}{name:NAME$}", "");
    if beside && value.chars().count() < VALUE {
        let first = lines.next().unwrap_or_default();
        let _ = writeln!(text, "{value:VALUE$}{first}");
    } else {
        let _ = writeln!(text, "{value}");
    }
    for line in lines {
        let _ = writeln!(text, "{:left$}{line}", "");
    }
}

#[cfg(test)]
mod tests {
    use layercake_dissect::{LinkType, dissect};

    use super::*;

    /// An IPv4 header without options and data.
    const PACKET: [u8; 20] = [
        0x45, 0, 0, 20, 0, 1, 0x40, 0, 64, 253, 0x36, 0xe8, 192, 0, 2, 1, 192, 0, 2, 2,
    ];

    #[test]
    fn a_field_is_told_with_place_value_meaning_and_reason() {
        let look = Look {
            color: false,
            width: 120,
        };
        let text = table(&dissect(LinkType::RAW, &PACKET), |_| true, look);
        let line = text
            .lines()
            .find(|line| line.contains("Time to Live"))
            .unwrap();
        assert!(
            line.starts_with("  8         Time to Live         64 hops"),
            "{line}"
        );
        let places = ["  0.0-3 ", "  6.3-7.7 ", "  16-19 "];
        assert!(places.iter().all(|place| text.contains(place)), "{text}");
        assert!(
            text.lines().all(|line| line.chars().count() <= 120),
            "{text}"
        );
    }

    #[test]
    fn a_narrow_table_puts_the_text_below() {
        let look = Look {
            color: false,
            width: 80,
        };
        let text = table(&dissect(LinkType::RAW, &PACKET), |_| true, look);
        let mut lines = text.lines();
        lines.find(|line| line.ends_with("64 hops")).unwrap();
        let below = lines.next().unwrap();
        assert!(
            below.starts_with("            how many more routers"),
            "{below}"
        );
        assert!(
            text.lines().all(|line| line.chars().count() <= 80),
            "{text}"
        );
    }
}
