//! IPv6 extension headers: each says what follows it, and all but one how long it is.
//!
//! ```text
//!  0                   1                   2                   3
//!  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//! +---------------+---------------+-------------------------+---+-+
//! |  Next Header  |   Reserved    |     Fragment Offset     |Res|M|
//! +---------------+---------------+-------------------------+---+-+
//! |                        Identification                         |
//! +---------------------------------------------------------------+
//! ```
//! Spec: RFC 8200 §4.2 to §4.6; the picture is the Fragment header of §4.5.
//! Units: octets, big-endian; Hdr Ext Len in 8 octets beyond the first 8.
//! Checks: all octets there.  Not here: the options inside (octets), order and repetition.

use layercake_base::layout::{Field, Kind};
use layercake_base::{Layout, Reason};
use layercake_network::protocol;

use crate::PartKind;
use crate::span::Span;
use crate::walk::{Onward, Walk};

use super::payload_of;

const LENGTH: Field = Layout::field(
    8,
    8,
    "Hdr Ext Len",
    Kind::Number(""),
    "length of the header in 8 octets, without the first 8",
    "RFC 8200 §4.2",
);

/// Hop-by-Hop Options.
pub(crate) static HOP_BY_HOP: Layout = Layout {
    protocol: "IPv6 Hop-by-Hop Options",
    spec: "RFC 8200 §4.3",
    fields: &[next_header("RFC 8200 §4.3"), LENGTH],
};

/// Destination Options.
pub(crate) static DESTINATION: Layout = Layout {
    protocol: "IPv6 Destination Options",
    spec: "RFC 8200 §4.6",
    fields: &[next_header("RFC 8200 §4.6"), LENGTH],
};

/// Routing.
pub(crate) static ROUTING: Layout = Layout {
    protocol: "IPv6 Routing",
    spec: "RFC 8200 §4.4",
    fields: &[
        next_header("RFC 8200 §4.4"),
        LENGTH,
        Layout::field(
            16,
            8,
            "Routing Type",
            Kind::Enum(&[
                (0, "source route, deprecated"),
                (2, "mobile IPv6"),
                (3, "RPL"),
                (4, "segment routing"),
            ]),
            "which variant of the header this is",
            "RFC 8200 §4.4",
        ),
        Layout::field(
            24,
            8,
            "Segments Left",
            Kind::Number("nodes"),
            "how many of the listed nodes are still to be visited",
            "RFC 8200 §4.4",
        ),
    ],
};

/// Fragment.
pub(crate) static FRAGMENT: Layout = Layout {
    protocol: "IPv6 Fragment",
    spec: "RFC 8200 §4.5",
    fields: &[
        next_header("RFC 8200 §4.5"),
        fragment_field(8, 8, "Reserved", Kind::Reserved, "zero"),
        fragment_field(
            16,
            13,
            "Fragment Offset",
            Kind::Scaled(8, "octets"),
            "where in the whole packet this fragment belongs",
        ),
        fragment_field(29, 2, "Res", Kind::Reserved, "zero"),
        fragment_field(31, 1, "M", Kind::Flags(&["more"]), "more fragments follow"),
        fragment_field(
            32,
            32,
            "Identification",
            Kind::Hex,
            "the same in all fragments of one packet",
        ),
    ],
};

const fn next_header(clause: &'static str) -> Field {
    let kind = Kind::Enum(protocol::NAMES);
    Layout::field(0, 8, "Next Header", kind, "what follows", clause)
}

const fn fragment_field(
    at: usize,
    width: usize,
    name: &'static str,
    kind: Kind,
    meaning: &'static str,
) -> Field {
    Layout::field(at, width, name, kind, meaning, "RFC 8200 §4.5")
}

pub(super) fn hop_by_hop(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    variable(&HOP_BY_HOP, walk, span)
}

pub(super) fn destination(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    variable(&DESTINATION, walk, span)
}

pub(super) fn routing(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    variable(&ROUTING, walk, span)
}

pub(super) fn fragment(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    let header = walk.open(&FRAGMENT, span)?;
    let body = span.after(header.octets.len());
    if header.number("Fragment Offset") > 0 {
        return Ok(Onward::Payload(body));
    }
    walk.fragment |= header.number("M") == 1;
    Ok(payload_of(header.number("Next Header"), body))
}

/// A header that tells its own length.
fn variable(
    layout: &'static Layout,
    walk: &mut Walk<'_>,
    span: Span,
) -> Result<Onward, Reason> {
    let header = walk.open(layout, span)?;
    let need = 8 + header.count("Hdr Ext Len") * 8;
    let whole = Span {
        end: span.end.min(span.start + need),
        ..span
    };
    walk.part(PartKind::Options, whole.after(header.octets.len()));
    let have = walk.captured(whole).len();
    if have < need {
        let field = layout.protocol;
        return Err(Reason::TooShort { field, need, have });
    }
    Ok(payload_of(header.number("Next Header"), span.after(need)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use layercake_base::layout::picture_in;

    #[test]
    fn the_picture_is_that_of_the_fragment_header() {
        let picture = picture_in(include_str!("extension.rs")).unwrap();
        assert_eq!(picture, FRAGMENT.diagram(), "\n{}", FRAGMENT.diagram());
        let all = [&HOP_BY_HOP, &DESTINATION, &ROUTING, &FRAGMENT];
        assert!(all.iter().all(|layout| layout.flaw().is_none()));
    }
}
