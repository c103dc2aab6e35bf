//! BPDUs: what bridges tell each other about the spanning tree.

use layercake_base::{Layout, Reason};
use layercake_datalink::stp::{Bpdu, bpdu};

use crate::Dissected;
use crate::span::Span;
use crate::walk::{Onward, Walk};

/// What a BPDU of a later version has behind the fields that are known here stays octets.
pub(super) fn decode(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    let captured = walk.captured(span);
    let header = walk.open(of_type(captured.get(3).copied()), span)?;
    walk.note(Bpdu::decode(captured).map(drop));
    Ok(Onward::Payload(span.after(header.octets.len())))
}

/// Of an unknown type are known the octets that all have: those of the shortest.
fn of_type(kind: Option<u8>) -> &'static Layout {
    match kind {
        Some(0x00) => &bpdu::CONFIGURATION,
        Some(0x02) => &bpdu::RAPID,
        _ => &bpdu::TOPOLOGY_CHANGE,
    }
}

pub(crate) fn is_bpdu(layer: &Dissected) -> bool {
    let layouts = [&bpdu::CONFIGURATION, &bpdu::RAPID, &bpdu::TOPOLOGY_CHANGE];
    layouts.into_iter().any(|layout| layer.is(layout))
}
