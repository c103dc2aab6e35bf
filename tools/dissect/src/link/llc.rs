//! LLC and SNAP, which follow a length, and whom LLC announces.

use layercake_base::{Layout, Reason};
use layercake_datalink::llc::{self, snap};

use crate::span::Span;
use crate::walk::{Onward, Walk};

use super::{payload_of, stp};

/// Numbers of EtherTypes: RFC 1042's, and those that bridges use for tunnels, IEEE 802.1H.
const OF_ETHER_TYPES: [u64; 2] = [0x00_0000, 0x00_00f8];
/// Values from here on are types. IEEE 802.3-2022 §3.2.6.
const SMALLEST_TYPE: u64 = 0x0600;
/// Two octets that begin an IPX packet, whose early frames had no LLC: its unused checksum.
const RAW_IPX: [u8; 2] = [0xff; 2];

/// Goes on with the body of an 802.3 frame.
pub(super) fn follows(walk: &Walk<'_>, body: Span) -> Onward {
    if walk.captured(body).starts_with(&RAW_IPX) {
        return Onward::Payload(body);
    }
    Onward::Next(decode, body)
}

pub(super) fn decode(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    let captured = walk.captured(span);
    let header = walk.open(format(captured), span)?;
    walk.note(llc::Header::decode(captured).map(drop));
    let body = span.after(header.octets.len());
    Ok(match header.octets {
        [0xaa, 0xaa | 0xab, 0x03] => Onward::Next(snap, body),
        [0x42, 0x42, 0x03] => Onward::Next(stp::decode, body),
        _ => Onward::Payload(body),
    })
}

/// The layout of the format that the lowest bits of the control field tell.
fn format(octets: &[u8]) -> &'static Layout {
    match octets.get(2).map(|control| control & 0b11) {
        Some(0b00 | 0b10) => &llc::INFORMATION_LAYOUT,
        Some(0b01) => &llc::SUPERVISORY_LAYOUT,
        _ => &llc::LAYOUT,
    }
}

fn snap(walk: &mut Walk<'_>, span: Span) -> Result<Onward, Reason> {
    let header = walk.open(&snap::LAYOUT, span)?;
    let body = span.after(header.octets.len());
    let (organisation, protocol) = (header.number("OUI"), header.number("PID"));
    Ok(match protocol {
        SMALLEST_TYPE.. if OF_ETHER_TYPES.contains(&organisation) => {
            payload_of(protocol, body, walk)
        }
        _ => Onward::Payload(body),
    })
}
