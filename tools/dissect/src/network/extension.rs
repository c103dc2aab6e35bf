//! IPv6 extension headers: each says what follows it, and all but one how long it is.
//!
//! Spec: RFC 8200 §4.2 to §4.6.  Checks: all octets there, options that end within their header.
//! Not here: order and repetition; what an option says (`why/options.rs`).

use layercake_base::{Layout, Reason};
use layercake_network::ipv6::extension::{Options, fragment, options, routing};

use crate::PartKind;
use crate::span::Span;
use crate::walk::{Onward, Walk};

use super::payload_of;

/// Octets of an options header in front of its options.
const FRONT: usize = 2;

pub(super) fn hop_by_hop(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    with_options(&options::HOP_BY_HOP, walk, span)
}

pub(super) fn destination(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    with_options(&options::DESTINATION, walk, span)
}

pub(super) fn routing(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    variable(&routing::LAYOUT, walk, span)
}

pub(super) fn fragment(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    let header = walk.open(&fragment::LAYOUT, span)?;
    let body = span.after(header.octets.len());
    if header.number("Fragment Offset") > 0 {
        return Ok(Onward::Payload(body));
    }
    walk.fragment |= header.number("M") == 1;
    Ok(payload_of(header.number("Next Header"), body))
}

/// The layout draws the first options with the header; here they are a part with the others.
fn with_options(
    layout: &'static Layout,
    walk: &mut Walk<'_>,
    span: Span,
) -> Result<Onward, Reason> {
    let onward = variable(layout, walk, span)?;
    let flaw =
        Options::decode(walk.captured(span)).map(|own| own.walk().find_map(Result::err));
    if let Ok(Some(flaw)) = flaw {
        walk.note(Err(flaw.reason));
    }
    Ok(onward)
}

/// A header that tells its own length.
fn variable(
    layout: &'static Layout,
    walk: &mut Walk<'_>,
    span: Span,
) -> Result<Onward, Reason> {
    let header = walk.open(layout, span)?;
    let fixed = match layout.find("Options") {
        Some(_) => FRONT,
        None => header.octets.len(),
    };
    walk.shorten(fixed);
    let need = 8 + header.count("Hdr Ext Len") * 8;
    let whole = Span {
        end: span.end.min(span.start + need),
        ..span
    };
    walk.part(PartKind::Options, whole.after(fixed));
    let have = walk.captured(whole).len();
    if have < need {
        let field = layout.protocol;
        return Err(Reason::TooShort { field, need, have });
    }
    Ok(payload_of(header.number("Next Header"), span.after(need)))
}
