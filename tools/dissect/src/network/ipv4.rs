//! IPv4: header, options, and where the packet ends.

use layercake_base::Reason;
use layercake_network::ipv4::LAYOUT;

use crate::PartKind;
use crate::header::Header;
use crate::span::Span;
use crate::walk::{Onward, Walk};

use super::payload_of;

pub(crate) fn decode(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    let header = walk.open(&LAYOUT, span)?;
    let version = header.number("Version");
    Reason::require(version == 4, "Version", version, "must be 4")?;
    let header_len = options(&header, walk, span)?;
    walk.check("Header Checksum", span, header_len, 10, None);
    let packet = packet(&header, header_len, walk, span)?;
    let body = packet.after(header_len);
    if header.number("Fragment Offset") > 0 {
        return Ok(Onward::Payload(body)); // the next header is in the first fragment
    }
    walk.fragment |= more_fragments(&header);
    Ok(payload_of(header.number("Protocol"), body))
}

/// The length of the whole header; the options become a part.
fn options(
    header: &Header<'_>,
    walk: &mut Walk<'_>,
    span: Span,
) -> Result<usize, Reason> {
    let ihl = header.number("IHL");
    Reason::require(ihl >= 5, "IHL", ihl, "must be at least 5")?;
    let (need, fixed) = (header.count("IHL") * 4, header.octets.len());
    let whole = Span {
        end: span.end.min(span.start + need),
        ..span
    };
    walk.part(PartKind::Options, whole.after(fixed));
    let have = walk.captured(whole).len();
    let field = "IPv4 options";
    if have < need {
        return Err(Reason::TooShort { field, need, have });
    }
    Ok(need)
}

/// The packet by its own Total Length, which may end before the frame does, or after.
fn packet(
    header: &Header<'_>,
    header_len: usize,
    walk: &mut Walk<'_>,
    span: Span,
) -> Result<Span, Reason> {
    let total = header.count("Total Length");
    let rule = "must not be below the length of the header";
    let enough = Reason::require(
        total >= header_len,
        "Total Length",
        header.number("Total Length"),
        rule,
    );
    if total == 0 {
        // The sending host leaves the cutting to its network card, and with it the length.
        walk.note(enough);
        return Ok(span);
    }
    enough?;
    let end = span.start + total;
    if end > span.end && !walk.is_partial() {
        walk.note(Err(Reason::TooShort {
            field: "Total Length",
            need: total,
            have: span.len(),
        }));
    }
    walk.ends_at(end, span);
    Ok(Span { end, ..span })
}

/// MF: the lowest of the three flags.
fn more_fragments(header: &Header<'_>) -> bool {
    header.number("Flags") & 0b001 != 0
}
