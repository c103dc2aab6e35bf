//! The octets: sixteen a row, those of each layer told apart.
//!
//! With colour, each layer has its own. Without, a row of letters stands below each row of
//! octets; the legend says which letter is which layer. Capitals mark what is not header.

use core::fmt::Write as _;

use crate::place;
use crate::style::Style;
use crate::tree::title;
use crate::{Dissection, PartKind};

/// Octets in one row.
const ROW: usize = 16;

/// The octets of a frame, with a legend of its layers in front.
pub fn hex(dissection: &Dissection<'_>, style: Style) -> String {
    let owners = owners(dissection);
    let mut text = legend(dissection, style);
    for (row, octets) in dissection.octets.chunks(ROW).enumerate() {
        let owners = owners.iter().skip(row * ROW);
        let cells: Vec<_> = octets.iter().copied().zip(owners.copied()).collect();
        write_row(row * ROW, &cells, style, &mut text);
    }
    text
}

/// Whose an octet is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Owner {
    /// Of no layer.
    #[default]
    Nobody,
    /// Part of the header of the layer with this number.
    Header(usize),
    /// Carried or added by that layer.
    Body(usize),
}

impl Owner {
    /// `a` for the first layer's header, `A` for its body or padding, `.` for nobody.
    fn letter(self) -> char {
        let letter = |number: usize, first: u8| {
            let step = u8::try_from(number % 26).unwrap_or_default();
            char::from(first + step)
        };
        match self {
            Owner::Nobody => '.',
            Owner::Header(number) => letter(number, b'a'),
            Owner::Body(number) => letter(number, b'A'),
        }
    }

    fn paint(self, text: &str, style: Style) -> String {
        match self {
            Owner::Nobody => text.to_owned(),
            Owner::Header(number) => style.layer(number, text),
            Owner::Body(_) => style.dim(text),
        }
    }
}

/// The owner of each octet.
fn owners(dissection: &Dissection<'_>) -> Vec<Owner> {
    let mut owners = vec![Owner::Nobody; dissection.octets.len()];
    let mut own = |range: &core::ops::Range<usize>, owner| {
        let end = range.end.min(owners.len());
        if let Some(octets) = owners.get_mut(range.start..end) {
            octets.fill(owner);
        }
    };
    for (number, layer) in dissection.layers.iter().enumerate() {
        own(&layer.header, Owner::Header(number));
        for part in &layer.parts {
            let owner = match part.kind {
                PartKind::Options => Owner::Header(number),
                _ => Owner::Body(number),
            };
            own(&part.range, owner);
        }
    }
    owners
}

fn legend(dissection: &Dissection<'_>, style: Style) -> String {
    let mut text = String::new();
    for (number, layer) in dissection.layers.iter().enumerate() {
        let owner = Owner::Header(number);
        let entry = format!("{} {}", owner.letter(), title(layer));
        let _ = writeln!(text, "{}", owner.paint(&entry, style));
        let bodies = layer.parts.iter().filter(|p| p.kind != PartKind::Options);
        for part in bodies {
            let owner = Owner::Body(number);
            let (name, place) = (part.kind.name(), place::in_words(&part.range));
            let entry = format!("{} {name}, {place}", owner.letter());
            let _ = writeln!(text, "{}", owner.paint(&entry, style));
        }
    }
    text
}

/// Offset, octets, and what of them is printable ASCII; everything else is a dot.
fn write_row(at: usize, cells: &[(u8, Owner)], style: Style, text: &mut String) {
    let _ = write!(text, "{at:04x} ");
    for (column, (octet, owner)) in cells.iter().enumerate() {
        let gap = if column == ROW / 2 { "  " } else { " " };
        let _ = write!(text, "{gap}{}", owner.paint(&format!("{octet:02x}"), style));
    }
    let missing = ROW - cells.len();
    let pad = missing * 3 + usize::from(cells.len() <= ROW / 2);
    let _ = write!(text, "{:pad$}  ", "");
    for (octet, owner) in cells {
        let printable = octet.is_ascii_graphic() || *octet == b' ';
        let shown = char::from(if printable { *octet } else { b'.' });
        let _ = write!(text, "{}", owner.paint(&shown.to_string(), style));
    }
    text.push('\n');
    if !style.color {
        write_letters(cells, text);
    }
}

/// The letter of each octet's owner, below it.
fn write_letters(cells: &[(u8, Owner)], text: &mut String) {
    let mut letters = String::from("     ");
    for (column, (_, owner)) in cells.iter().enumerate() {
        let gap = if column == ROW / 2 { "  " } else { " " };
        let _ = write!(letters, "{gap}{} ", owner.letter());
    }
    text.push_str(letters.trim_end());
    text.push('\n');
}
