//! Frames of a line that repeats what is lost: the header of ARQ, then PPP.
//!
//! Captures of the emulated network have them under LINKTYPE_USER0, which tcpdump.org leaves to
//! private use; elsewhere that type may mean anything, and what is no such header is a fault.

use layercake_base::Reason;
use layercake_datalink::arq;

use super::ppp;
use crate::span::Span;
use crate::walk::{Onward, Walk};

pub(super) fn decode(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    let header = arq::Header::decode(walk.captured(span));
    let octets = walk.open(&arq::LAYOUT, span)?.octets.len();
    let body = span.after(octets);
    Ok(match header?.kind {
        arq::Type::I => Onward::Next(ppp::decode, body),
        _ => Onward::Payload(body),
    })
}
