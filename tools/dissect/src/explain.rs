//! The explanation: every field from the first octet on the wire to the last, with its place,
//! value, meaning, the clause that says so, and why it has this value here.

use core::fmt::Write as _;

use layercake_base::layout::Value;
use layercake_capfile::LinkType;

use crate::dissection::Stretch;
use crate::style::{Style, wrap};
use crate::tree::{count, heading, remarks, undissected};
use crate::{Dissected, Dissection, Part, PartKind, dissect, place, why};

/// Columns of a field's place, name and value; its meaning takes what is left of the width.
const PLACE: usize = 10;
const NAME: usize = 22;
const VALUE: usize = 22;
const INDENT: usize = 2;
/// The text column is at least this wide, however narrow the style.
const LEAST_TEXT: usize = 24;
/// A space at which no line is broken; written as a plain one.
const NO_BREAK: &str = "\u{a0}";
/// Octets of a part that are shown; the rest is only counted.
const SHOWN: usize = 16;

/// Explains a frame, layer by layer.
pub fn explain(link_type: LinkType, octets: &[u8], style: Style) -> String {
    explained(&dissect(link_type, octets), style)
}

/// Explains a frame that was already taken apart.
pub fn explained(dissection: &Dissection<'_>, style: Style) -> String {
    let mut text = String::new();
    for stretch in dissection.in_wire_order() {
        let (number, layer) = (stretch.number, stretch.layer);
        write_heading(&stretch, style, &mut text);
        let values = dissection.values(layer).filter(|_| stretch.header);
        for value in values {
            let row = field_row(dissection, number, layer, &value);
            write_row(&row, style, &mut text);
        }
        for part in stretch.parts {
            let row = part_row(dissection, number, layer, part);
            write_row(&row, style, &mut text);
        }
        for line in remarks(&stretch) {
            let _ = writeln!(text, "{:INDENT$}{}", "", style.fault(&line));
        }
    }
    undissected(dissection, style, &mut text);
    text
}

fn write_heading(stretch: &Stretch<'_>, style: Style, text: &mut String) {
    let spec = stretch.layer.layout.spec;
    let (title, spec) = (heading(stretch), if stretch.header { spec } else { "" });
    let gap = style
        .width
        .saturating_sub(title.chars().count() + spec.chars().count())
        .max(2);
    let title = style.bold(&style.layer(stretch.number, &title));
    let line = format!("{title}{:gap$}{}", "", style.dim(spec));
    let _ = writeln!(text, "{}", line.trim_end());
}

/// One row of the table; `reason` says why the value is what it is.
struct Row {
    place: String,
    name: &'static str,
    value: String,
    meaning: String,
    reason: Option<String>,
}

fn field_row(
    dissection: &Dissection<'_>,
    number: usize,
    layer: &Dissected,
    value: &Value<'_>,
) -> Row {
    let field = value.field;
    Row {
        place: place::of_field(layer.header.start, field),
        name: field.name,
        value: value.to_string(),
        meaning: format!("{} [{}]", field.meaning, whole(field.clause)),
        reason: why::why(dissection, number, value),
    }
}

/// A clause that is not broken over two lines.
fn whole(clause: &str) -> String {
    clause.replace(' ', NO_BREAK)
}

fn part_row(
    dissection: &Dissection<'_>,
    number: usize,
    layer: &Dissected,
    part: &Part,
) -> Row {
    let octets = dissection.octets_of(&part.range);
    Row {
        place: place::of_octets(&part.range),
        name: part.kind.name(),
        value: count(part.range.len()),
        meaning: octets_text(octets),
        reason: why::part(dissection, number, part).or_else(|| plain(layer, part.kind)),
    }
}

fn plain(layer: &Dissected, kind: PartKind) -> Option<String> {
    let name = layer.layout.protocol;
    match kind {
        PartKind::Payload => Some(format!("the body of {name}, not read further here")),
        PartKind::Extensions => {
            Some("objects behind the quote: RFC 4884 §7, not read here".into())
        }
        PartKind::Options | PartKind::Padding => None,
    }
}

/// The first octets in hexadecimal.
fn octets_text(octets: &[u8]) -> String {
    let shown = octets.iter().take(SHOWN);
    let hex: Vec<_> = shown.map(|octet| format!("{octet:02x}")).collect();
    let more = if octets.len() > SHOWN { " …" } else { "" };
    format!("{}{more}", hex.join(" "))
}

/// Writes a row; what does not fit the text column goes on below, under the same column.
fn write_row(row: &Row, style: Style, text: &mut String) {
    let left = INDENT + PLACE + NAME + 1 + VALUE;
    let width = style.width.saturating_sub(left).max(LEAST_TEXT);
    let mut lines: Vec<String> = wrap(&row.meaning, width);
    lines
        .iter_mut()
        .for_each(|line| *line = line.replace(NO_BREAK, " "));
    if let Some(reason) = &row.reason {
        lines.extend(
            wrap(&format!("why: {reason}"), width)
                .into_iter()
                .map(|l| style.bold(&l)),
        );
    }
    let mut lines = lines.into_iter();
    let (place, name, value) = (&row.place, row.name, &row.value);
    let place = style.dim(&format!("{place:PLACE$}"));
    let both = NAME + 1 + VALUE;
    let named = format!("{name:NAME$} {value}"); // a long name takes of the value's column
    let _ = write!(text, "{:INDENT$}{place}", "");
    if named.chars().count() < both {
        let first = lines.next().unwrap_or_default();
        let _ = writeln!(text, "{named:both$}{first}");
    } else {
        let _ = writeln!(text, "{named}"); // too wide for their columns: the text begins below
    }
    for line in lines {
        let _ = writeln!(text, "{:left$}{line}", "");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The longest name of a field is wider than the column of names.
    #[test]
    fn a_long_name_leaves_the_text_column_where_it_is() {
        let text = explain(LinkType::LINUX_SLL, &[0; 16], Style::PLAIN);
        let column = |name: &str, text_of_it: &str| {
            let line = text.lines().find(|line| line.contains(name)).unwrap();
            line.find(text_of_it).unwrap()
        };
        let left = INDENT + PLACE + NAME + 1 + VALUE;
        assert_eq!(column("Link-Layer Address Length", "octets of"), left);
        assert_eq!(column("Packet Type", "which way"), left);
    }
}
