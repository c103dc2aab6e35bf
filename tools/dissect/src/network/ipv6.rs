//! IPv6: the fixed header; what it announces may be an extension header.

use layercake_base::Reason;
use layercake_network::ipv6::LAYOUT;

use crate::span::Span;
use crate::walk::{Onward, Walk};

use super::payload_of;

pub(crate) fn decode(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    let header = walk.open(&LAYOUT, span)?;
    let version = header.number("Version");
    Reason::require(version == 6, "Version", version, "must be 6")?;
    let (header_len, payload) = (header.octets.len(), header.count("Payload Length"));
    let have = span.len() - header_len;
    // Zero stands for "see the Jumbo Payload option" (RFC 2675 §3): to the end of the frame.
    let packet = if payload == 0 && header.number("Next Header") == 0 {
        span
    } else {
        let end = span.start + header_len + payload;
        walk.ends_at(end, span);
        Span { end, ..span }
    };
    if payload > have && !walk.is_partial() {
        walk.note(Err(Reason::TooShort {
            field: "Payload Length",
            need: payload,
            have,
        }));
    }
    Ok(payload_of(
        header.number("Next Header"),
        packet.after(header_len),
    ))
}
