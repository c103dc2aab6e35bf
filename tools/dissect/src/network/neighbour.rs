//! Neighbour discovery: the messages, and behind each its options, a layer each.
//!
//! Spec: RFC 4861 §4.  Checks: an option's length is not 0 and ends within the message.
//! Not here: which message may carry which option.

use layercake_base::{Layout, Reason};
use layercake_network::icmpv6::Type;
use layercake_network::ndp::{message, option};

use crate::PartKind;
use crate::span::Span;
use crate::walk::{Onward, Walk};

/// An option's Length counts so many octets.
const UNIT: usize = 8;

/// The layout of a message of this type, if it is one of the five.
pub(super) fn layout(kind: Type) -> Option<&'static Layout> {
    Some(match kind {
        Type::ROUTER_SOLICITATION => &message::router_solicitation::LAYOUT,
        Type::ROUTER_ADVERTISEMENT => &message::router_advertisement::LAYOUT,
        Type::NEIGHBOR_SOLICITATION => &message::neighbor_solicitation::LAYOUT,
        Type::NEIGHBOR_ADVERTISEMENT => &message::neighbor_advertisement::LAYOUT,
        Type::REDIRECT => &message::redirect::LAYOUT,
        _ => return None,
    })
}

/// What follows a message: its first option, or nothing.
pub(super) fn options(rest: Span) -> Onward {
    match rest.len() {
        0 => Onward::Payload(rest),
        _ => Onward::Next(option, rest),
    }
}

fn option(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    let captured = walk.captured(span);
    let kind = captured.first().copied();
    let length = captured
        .get(1)
        .map_or(0, |units| usize::from(*units) * UNIT);
    let fits = |layout: &&'static Layout| layout.octets() <= length;
    let layout = kind
        .and_then(of_kind)
        .filter(fits)
        .unwrap_or(&option::LAYOUT);
    let header = walk.open(layout, span)?;
    Reason::require(length > 0, "Length", 0_u8, "must not be 0")?;
    let (need, have) = (length, span.len());
    if have < need {
        let field = layout.protocol;
        return Err(Reason::TooShort { field, need, have });
    }
    let rest = span.after(length);
    let body = Span {
        start: span.start + header.octets.len(),
        end: rest.start,
    };
    walk.ends_within(rest.start);
    if kind == Some(REDIRECTED_HEADER) && rest.len() == 0 && body.len() > 0 {
        walk.quote();
        return Ok(Onward::Next(super::ipv6, body));
    }
    walk.part(PartKind::Options, body);
    Ok(options(rest))
}

/// The option with the packet that a redirect is about. RFC 4861 §4.6.3.
const REDIRECTED_HEADER: u8 = 4;

fn of_kind(kind: u8) -> Option<&'static Layout> {
    Some(match kind {
        1 | 2 => &option::link_layer_address::LAYOUT,
        3 => &option::prefix_information::LAYOUT,
        REDIRECTED_HEADER => &option::redirected_header::LAYOUT,
        5 => &option::mtu::LAYOUT,
        14 => &option::nonce::LAYOUT,
        24 => &option::route_information::LAYOUT,
        25 | 31 => &option::dns::LAYOUT,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_with_a_name_has_a_layout_but_pref64() {
        let without: Vec<_> = option::KINDS
            .iter()
            .filter(|(kind, _)| of_kind(u8::try_from(*kind).unwrap()).is_none())
            .map(|(_, name)| *name)
            .collect();
        assert_eq!(without, ["PREF64"]);
    }
}
