//! TCP: one segment by itself, its options as octets.

use layercake_base::Reason;
use layercake_transport::tcp::LAYOUT;

use crate::PartKind;
use crate::span::Span;
use crate::walk::{Onward, Walk};

pub(crate) fn decode(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    let header = walk.open(&LAYOUT, span)?;
    let (fixed, words) = (header.octets.len(), header.number("Data Offset"));
    Reason::require(words >= 5, "Data Offset", words, "must be at least 5")?;
    let need = header.count("Data Offset") * 4;
    let whole = Span {
        end: span.end.min(span.start + need),
        ..span
    };
    walk.part(PartKind::Options, whole.after(fixed));
    let have = walk.captured(whole).len();
    if have < need {
        let field = "TCP options";
        return Err(Reason::TooShort { field, need, have });
    }
    walk.check_with_pseudo_header("Checksum", span, 16, 6);
    Ok(Onward::Payload(span.after(need)))
}
