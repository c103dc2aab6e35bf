//! Ethernet II and 802.3 frames, without their frame check sequence, and VLAN tags.

use layercake_base::Reason;
use layercake_datalink::{ethernet, vlan};

use crate::span::Span;
use crate::walk::{Onward, Walk};

use super::payload_of;

pub(super) fn decode(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    let header = walk.open(&ethernet::LAYOUT, span)?;
    let body = span.after(header.octets.len());
    Ok(payload_of(header.number("Length/Type"), body, walk))
}

/// One tag; a frame may carry several (QinQ), each announced by the one before.
pub(super) fn tag(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    let header = walk.open(&vlan::LAYOUT, span)?;
    let body = span.after(header.octets.len());
    Ok(payload_of(header.number("Length/Type"), body, walk))
}
