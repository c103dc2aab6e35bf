//! LLDP: each element of an LLDPDU is a layer of its own.

use layercake_base::{Layout, Reason};
use layercake_datalink::lldp::{self, TLV_OCTETS, Tlv};

use crate::span::Span;
use crate::walk::{Decoder, Onward, Walk};
use crate::{Dissected, PartKind};

/// The first element.
pub(super) fn decode(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    mandatory(
        walk,
        span,
        1,
        "must be 1, Chassis ID, in the first TLV",
        second,
    )
}

fn second(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    mandatory(
        walk,
        span,
        2,
        "must be 2, Port ID, in the second TLV",
        third,
    )
}

fn third(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    let rule = "must be 3, Time To Live, in the third TLV";
    mandatory(walk, span, 3, rule, further)
}

fn mandatory(
    walk: &mut Walk<'_>,
    span: Span,
    expected: u64,
    rule: &'static str,
    next: Decoder,
) -> Result<Onward, Reason> {
    let (kind, rest) = element(walk, span)?;
    Reason::require(kind == expected, "TLV Type", kind, rule)?;
    Ok(Onward::Next(next, rest))
}

fn further(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    let (kind, rest) = element(walk, span)?;
    if kind == 0 {
        walk.ends_around(is_element, rest.start, span);
        let nothing = Span {
            end: rest.start,
            ..rest
        };
        return Ok(Onward::Payload(nothing));
    }
    let rule = "must not be 1 to 3 behind the first three TLVs";
    Reason::require(kind > 3, "TLV Type", kind, rule)?;
    Ok(match rest.len() {
        0 => Onward::Payload(rest),
        _ => Onward::Next(further, rest),
    })
}

/// The names of all layouts of elements begin with that of LLDP itself.
pub(crate) fn is_element(layer: &Dissected) -> bool {
    layer.layout.protocol.starts_with(lldp::LAYOUT.protocol)
}

/// Opens the layer of one element; gives its type, and where the next begins.
fn element(walk: &mut Walk<'_>, span: Span) -> Result<(u64, Span), Reason> {
    let captured = walk.captured(span);
    let layout = captured
        .first()
        .map_or(&lldp::LAYOUT, |first| of_type(first >> 1));
    let header = walk.open(layout, span)?;
    let (kind, length) = (header.number("TLV Type"), header.count("TLV Length"));
    let rest = span.after(TLV_OCTETS).after(length);
    let (field, need, have) = ("TLV", TLV_OCTETS + length, span.len());
    if have < need {
        return Err(Reason::TooShort { field, need, have });
    }
    walk.shorten(need);
    walk.part(
        PartKind::Options,
        Span {
            start: span.start + need.min(header.octets.len()),
            end: rest.start,
        },
    );
    if let Some(whole) = captured.get(..need) {
        walk.note(Tlv::decode(whole).map(drop));
    }
    Ok((kind, rest))
}

fn of_type(kind: u8) -> &'static Layout {
    let [description, name, system] = &lldp::TEXT_LAYOUTS;
    match kind {
        0 => &lldp::END_LAYOUT,
        1 => &lldp::CHASSIS_LAYOUT,
        2 => &lldp::PORT_LAYOUT,
        3 => &lldp::TIME_TO_LIVE_LAYOUT,
        4 => description,
        5 => name,
        6 => system,
        7 => &lldp::CAPABILITIES_LAYOUT,
        8 => &lldp::MANAGEMENT_LAYOUT,
        127 => &lldp::ORGANISATION_LAYOUT,
        _ => &lldp::LAYOUT,
    }
}
