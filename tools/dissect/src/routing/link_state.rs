//! Link state, our own format: a header, and in updates the advertisements with their links.
//!
//! Spec: `link_state.rs` of layercake-network.  Checks: those of the layer.
//! Not here: the lists of hellos and acknowledgements (octets).

use layercake_base::Reason;
use layercake_network::link_state::{
    ADVERTISEMENT_LAYOUT, HEADER_LAYOUT, LINK_LAYOUT, Message,
};

use crate::span::Span;
use crate::walk::{Onward, Walk};

/// The type of a message that carries advertisements.
const UPDATE: u64 = 2;

pub(crate) fn decode(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    let header = walk.open(&HEADER_LAYOUT, span)?;
    walk.check("Checksum", span, span.len(), 2, None);
    if let Some(whole) = walk.whole(span) {
        walk.note(Message::decode(whole).map(drop));
    }
    let mut rest = span.after(header.octets.len());
    if header.number("Type") != UPDATE {
        return Ok(Onward::Payload(rest));
    }
    while rest.len() > 0 && !walk.is_full() {
        let own = walk.open(&ADVERTISEMENT_LAYOUT, rest)?;
        let links = rest.after(own.octets.len());
        walk.ends_within(links.start);
        rest = super::repeated(walk, &LINK_LAYOUT, own.count("Links"), links)?;
    }
    Ok(Onward::Payload(rest))
}
