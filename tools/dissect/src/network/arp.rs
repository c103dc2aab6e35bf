//! ARP for Ethernet and IPv4; other kinds of addresses are shown as octets.

use layercake_base::Reason;
use layercake_datalink::arp::LAYOUT;

use crate::header::Header;
use crate::span::Span;
use crate::walk::{Onward, Walk};

/// Octets in front of the addresses.
const FIXED: usize = 8;

pub(crate) fn decode(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    let header = walk.open(&LAYOUT, span)?;
    if let Err(reason) = lengths(&header) {
        walk.shorten(FIXED); // the addresses lie elsewhere than the layout says
        return Err(reason);
    }
    let end = span.start + header.octets.len();
    walk.ends_at(end, span);
    Ok(Onward::Payload(Span { start: end, end }))
}

fn lengths(header: &Header<'_>) -> Result<(), Reason> {
    let length = |field, must, rule| {
        let found = header.number(field);
        Reason::require(found == must, field, found, rule)
    };
    length("ar$hln", 6, "is not read here, only 6 is")?;
    length("ar$pln", 4, "is not read here, only 4 is")
}
