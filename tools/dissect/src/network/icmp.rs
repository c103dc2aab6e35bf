//! ICMP for IPv4 and IPv6. An error quotes the packet that it speaks of, and the quote is taken
//! apart like any packet; it may end anywhere.

use layercake_base::layout::Kind;
use layercake_base::{Layout, Reason};
use layercake_network::{icmp, icmpv6};

use crate::PartKind;
use crate::header::Header;
use crate::span::Span;
use crate::walk::{Decoder, Onward, Walk};

use super::neighbour;

pub(super) fn v4(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    let kind = icmp::Type::of(walk.captured(span)).unwrap_or(icmp::Type(u8::MAX));
    let layout = match kind {
        icmp::Type::ECHO | icmp::Type::ECHO_REPLY => &icmp::echo::LAYOUT,
        icmp::Type::UNREACHABLE => &icmp::unreachable::LAYOUT,
        icmp::Type::REDIRECT => &icmp::redirect::LAYOUT,
        icmp::Type::TIME_EXCEEDED => &icmp::time_exceeded::LAYOUT,
        icmp::Type::PARAMETER_PROBLEM => &icmp::parameter_problem::LAYOUT,
        icmp::Type::TIMESTAMP | icmp::Type::TIMESTAMP_REPLY => &icmp::timestamp::LAYOUT,
        icmp::Type::EXTENDED_ECHO => &icmp::extended_echo::QUESTION,
        icmp::Type::EXTENDED_ECHO_REPLY => &icmp::extended_echo::LAYOUT,
        icmp::Type::ROUTER_ADVERTISEMENT => &icmp::router_discovery::LAYOUT,
        _ => &icmp::LAYOUT,
    };
    // One without an address would be longer than it is.
    let short = span.len() < layout.octets();
    let layout = if short { &icmp::LAYOUT } else { layout };
    let header = walk.open(layout, span)?;
    walk.check("Checksum", span, span.len(), 2, None);
    if kind == icmp::Type::EXTENDED_ECHO {
        walk.part(PartKind::Extensions, span.after(header.octets.len()));
        return Ok(Onward::Payload(span.after(span.len())));
    }
    let quoted: Option<Decoder> = kind.is_error().then_some(super::ipv4);
    Ok(body(layout, &header, quoted, walk, span))
}

pub(super) fn v6(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    let kind = icmpv6::Type::of(walk.captured(span)).unwrap_or(icmpv6::Type(u8::MAX));
    let discovery = neighbour::layout(kind);
    let layout = discovery.unwrap_or(match kind {
        icmpv6::Type::ECHO_REQUEST | icmpv6::Type::ECHO_REPLY => &icmpv6::echo::LAYOUT,
        icmpv6::Type::UNREACHABLE => &icmpv6::unreachable::LAYOUT,
        icmpv6::Type::PACKET_TOO_BIG => &icmpv6::packet_too_big::LAYOUT,
        icmpv6::Type::TIME_EXCEEDED => &icmpv6::time_exceeded::LAYOUT,
        icmpv6::Type::PARAMETER_PROBLEM => &icmpv6::parameter_problem::LAYOUT,
        _ => &icmpv6::LAYOUT,
    });
    let header = walk.open(layout, span)?;
    walk.check_with_pseudo_header("Checksum", span, 2, 58);
    if discovery.is_some() {
        return Ok(neighbour::options(span.after(header.octets.len())));
    }
    // 5 to 127 are errors without a definition, whose body may be anything.
    let quotes = matches!(kind.0, 1..=4);
    let quoted: Option<Decoder> = quotes.then_some(super::ipv6);
    Ok(body(layout, &header, quoted, walk, span))
}

/// What follows the header: data, or the quoted packet and perhaps extensions behind it.
fn body(
    layout: &'static Layout,
    header: &Header<'_>,
    quoted: Option<Decoder>,
    walk: &mut Walk<'_>,
    span: Span,
) -> Onward {
    let body = span.after(header.octets.len());
    let (Some(decoder), true) = (quoted, body.len() > 0) else {
        return Onward::Payload(body);
    };
    walk.quote();
    let length = quote_length(layout, header);
    let end = body.start + length;
    if length == 0 || end >= body.end {
        return Onward::Next(decoder, body);
    }
    walk.part(PartKind::Extensions, body.after(length));
    Onward::Next(decoder, Span { end, ..body })
}

/// Octets of the quote when extensions follow it, RFC 4884 §4; 0 when none do, or the message
/// has no such field. The field counts in steps of 4, for IPv6 of 8.
fn quote_length(layout: &'static Layout, header: &Header<'_>) -> usize {
    match layout.find("Length").map(|field| field.kind) {
        Some(Kind::Scaled(step, _)) => {
            header.count("Length") * usize::try_from(step).unwrap_or_default()
        }
        _ => 0,
    }
}
