//! The tree: layers, and below each its fields with their places and values.

use core::fmt::Write as _;

use crate::dissection::Stretch;
use crate::place;
use crate::style::Style;
use crate::{Dissected, Dissection};

/// Columns of a field's place and of its name.
const PLACE: usize = 11;
const NAME: usize = 26;

/// The layers of a frame in the order of the wire, with their fields: a line for each.
pub fn tree(dissection: &Dissection<'_>, style: Style) -> String {
    let mut text = String::new();
    for stretch in dissection.in_wire_order() {
        branch(dissection, &stretch, style, &mut text);
    }
    undissected(dissection, style, &mut text);
    text
}

fn branch(
    dissection: &Dissection<'_>,
    stretch: &Stretch<'_>,
    style: Style,
    text: &mut String,
) {
    let layer = stretch.layer;
    let _ = writeln!(text, "{}", style.layer(stretch.number, &heading(stretch)));
    let values = dissection.values(layer).filter(|_| stretch.header);
    for value in values {
        let place = place::of_field(layer.header.start, value.field);
        let name = value.field.name;
        let _ = writeln!(text, "    {place:PLACE$}{name:NAME$}{value}");
    }
    for part in stretch.parts {
        let (place, name) = (place::of_octets(&part.range), part.kind.name());
        let octets = count(part.range.len());
        let _ = writeln!(text, "    {place:PLACE$}{name:NAME$}{octets}");
    }
    for line in remarks(stretch) {
        let _ = writeln!(text, "    {}", style.fault(&line));
    }
}

/// The title of a layer, or of what belongs to it behind the layers inside.
pub(crate) fn heading(stretch: &Stretch<'_>) -> String {
    if stretch.header {
        return title(stretch.layer);
    }
    format!("{}, behind what it carries", stretch.layer.layout.protocol)
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

/// What is wrong with a layer, or missing; told below its header.
pub(crate) fn remarks(stretch: &Stretch<'_>) -> Vec<String> {
    let layer = stretch.layer;
    let fault = layer.fault.as_ref().map(|fault| format!("! {fault}"));
    let cut = if layer.quoted > 0 {
        "~ the quote ends here"
    } else {
        "~ the capture ends here"
    };
    let cut = layer.cut.then(|| cut.to_owned());
    let told = stretch.header.then_some(fault.into_iter().chain(cut));
    told.into_iter().flatten().collect()
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
