//! The line of an LLDPDU.

use layercake_datalink::lldp::TEXT_LAYOUTS;

use crate::link::is_lldp;
use crate::why::printable;
use crate::{Dissected, Dissection, PartKind};

/// The length counts the frame's padding; the system's name is told where there is one.
pub(super) fn line(dissection: &Dissection<'_>) -> String {
    let layers = &dissection.layers;
    let start = layers.iter().find(|layer| is_lldp(layer));
    let start = start.map_or(0, |layer| layer.header.start);
    let length = dissection.original_len.saturating_sub(start);
    let [_, name, _] = &TEXT_LAYOUTS;
    let name = layers.iter().find(|layer| layer.is(name));
    let name = name.and_then(|layer| layer.part(PartKind::Options));
    let name = name.map(|part| dissection.octets_of(&part.range));
    let name = name.map(|name| printable(name.strip_suffix(&[0]).unwrap_or(name)));
    let name = name.map_or_else(String::new, |name| format!(": {name}"));
    let short = |layer: &Dissected| {
        let fault = layer.fault.as_ref();
        layer.cut || fault.is_some_and(|fault| fault.reason.kind() == "too-short")
    };
    match layers.iter().any(short) {
        false => format!("LLDP, length {length}{name}"),
        true => format!("LLDP, length {length}{name} [|lldp]"),
    }
}
