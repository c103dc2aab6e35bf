//! The tree: layers, and below each its fields with their places and values.

use core::fmt::Write as _;

use crate::place;
use crate::style::Style;
use crate::{Dissected, Dissection};

/// Columns of a field's place and of its name.
const PLACE: usize = 11;
const NAME: usize = 26;

/// The layers of a frame, outermost first, with their fields: a line for each.
pub fn tree(dissection: &Dissection<'_>, style: Style) -> String {
    let mut text = String::new();
    for (number, layer) in dissection.layers.iter().enumerate() {
        branch(dissection, number, layer, style, &mut text);
    }
    undissected(dissection, style, &mut text);
    text
}

fn branch(
    dissection: &Dissection<'_>,
    number: usize,
    layer: &Dissected,
    style: Style,
    text: &mut String,
) {
    let _ = writeln!(text, "{}", style.layer(number, &title(layer)));
    for value in dissection.values(layer) {
        let place = place::of_field(layer.header.start, value.field);
        let name = value.field.name;
        let _ = writeln!(text, "    {place:PLACE$}{name:NAME$}{value}");
    }
    for part in &layer.parts {
        let (place, name) = (place::of_octets(&part.range), part.kind.name());
        let octets = count(part.range.len());
        let _ = writeln!(text, "    {place:PLACE$}{name:NAME$}{octets}");
    }
    for line in remarks(layer) {
        let _ = writeln!(text, "    {}", style.fault(&line));
    }
}

/// The layer's name and octets, and how deep it is quoted.
pub(crate) fn title(layer: &Dissected) -> String {
    let quoted = match layer.quoted {
        0 => String::new(),
        1 => ", quoted".into(),
        deep => format!(", quoted {deep} deep"),
    };
    let place = place::in_words(&(layer.header.start..layer.body_start()));
    format!("{}{quoted}, {place}", layer.layout.protocol)
}

/// What is wrong with a layer, or missing.
pub(crate) fn remarks(layer: &Dissected) -> Vec<String> {
    let fault = layer.fault.as_ref().map(|fault| format!("! {fault}"));
    let cut = if layer.quoted > 0 {
        "~ the quote ends here"
    } else {
        "~ the capture ends here"
    };
    let cut = layer.cut.then(|| cut.to_owned());
    fault.into_iter().chain(cut).collect()
}

/// Says which octets no layer here explains, because of their link type or a fault.
pub(crate) fn undissected(dissection: &Dissection<'_>, style: Style, text: &mut String) {
    if !dissection.layers.is_empty() {
        return;
    }
    let (link_type, len) = (dissection.link_type, dissection.octets.len());
    let meaning = link_type.meaning().unwrap_or("not known here");
    let _ = writeln!(text, "{link_type} ({meaning}): {}", count(len));
    if let Some(fault) = &dissection.fault {
        let _ = writeln!(text, "    {}", style.fault(&format!("! {fault}")));
    }
}

/// "1 octet", "2 octets".
pub(crate) fn count(octets: usize) -> String {
    let plural = if octets == 1 { "" } else { "s" };
    format!("{octets} octet{plural}")
}
