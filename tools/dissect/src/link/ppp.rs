//! PPP, with and without the address and control octets of HDLC-like framing.

use layercake_base::layout::Kind;
use layercake_base::{Layout, Reason};
use layercake_datalink::ppp;

use crate::network;
use crate::span::Span;
use crate::walk::{Onward, Walk};

/// PPP without the two octets in front, as many captures of link type PPP have it.
static BARE: Layout = Layout {
    protocol: "PPP",
    spec: "RFC 1661 §2",
    fields: &[Layout::field(
        0,
        16,
        "Protocol",
        Kind::Enum(&[(0x0021, "IPv4"), (0x0057, "IPv6")]),
        "what the information field carries",
        "RFC 1661 §2",
    )],
};

/// All-stations address and unnumbered information. RFC 1662 §3.1.
const ADDRESS_AND_CONTROL: [u8; 2] = [0xff, 0x03];

pub(super) fn decode(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    let framed = walk.captured(span).starts_with(&ADDRESS_AND_CONTROL);
    let layout = if framed { &ppp::LAYOUT } else { &BARE };
    let header = walk.open(layout, span)?;
    let body = span.after(header.octets.len());
    Ok(match header.number("Protocol") {
        0x0021 => Onward::Next(network::ipv4, body),
        0x0057 => Onward::Next(network::ipv6, body),
        _ => Onward::Payload(body),
    })
}
