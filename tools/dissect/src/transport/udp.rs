//! UDP: ports, and a length of its own.

use layercake_base::Reason;
use layercake_transport::udp::LAYOUT;

use crate::routing;
use crate::span::Span;
use crate::walk::{Decoder, Onward, Walk};

/// What is read above UDP: RIP (RFC 2453 §4) and RIPng (RFC 2080 §2), by either port.
fn carried(ports: [u64; 2]) -> Option<Decoder> {
    let is = |port| ports.contains(&port);
    if is(520) {
        return Some(routing::version_2);
    }
    is(521).then_some(routing::next_generation)
}

pub(crate) fn decode(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    let header = walk.open(&LAYOUT, span)?;
    let (header_len, length) = (header.octets.len(), header.count("Length"));
    let rule = "must be at least 8";
    // Zero stands for more than 65 535 octets, in a jumbogram only. RFC 2675 §4.
    let length = if length == 0 { span.len() } else { length };
    let enough = length >= header_len;
    Reason::require(enough, "Length", header.number("Length"), rule)?;
    let end = span.start + length;
    if end > span.end && !walk.is_partial() {
        walk.note(Err(Reason::TooShort {
            field: "Length",
            need: length,
            have: span.len(),
        }));
    }
    walk.ends_at(end, span);
    walk.check_with_pseudo_header("Checksum", Span { end, ..span }, 6, 17);
    let body = Span { end, ..span }.after(header_len);
    let ports = ["Source Port", "Destination Port"].map(|port| header.number(port));
    Ok(match carried(ports) {
        Some(decoder) if body.len() > 0 => Onward::Next(decoder, body),
        _ => Onward::Payload(body),
    })
}
