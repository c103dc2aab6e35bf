//! RIP: a header, and an entry for each route.
//!
//! Spec: RFC 2453 §4, RFC 2080 §2.  Checks: whole entries, and what the layer checks of headers.
//! Not here: authentication, whose entry looks like any other; entries beyond the most layers.

use layercake_base::{Layout, Reason};
use layercake_network::rip::{
    HEADER_LAYOUT, Message, NG_ENTRY_LAYOUT, V2_ENTRY_LAYOUT, Version,
};

use crate::span::Span;
use crate::walk::{Onward, Walk};

/// Over UDP port 520.
pub(crate) fn version_2(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    message(Version::V2, &V2_ENTRY_LAYOUT, walk, span)
}

/// Over UDP port 521.
pub(crate) fn next_generation(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    message(Version::Ng, &NG_ENTRY_LAYOUT, walk, span)
}

fn message(
    version: Version,
    entry: &'static Layout,
    walk: &mut Walk<'_>,
    span: Span,
) -> Result<Onward, Reason> {
    let header = walk.open(&HEADER_LAYOUT, span)?;
    if let Some(whole) = walk.whole(span) {
        walk.note(Message::decode(version, whole).map(drop));
    }
    let body = span.after(header.octets.len());
    let rest = super::repeated(walk, entry, usize::MAX, body)?;
    Ok(Onward::Payload(rest))
}
