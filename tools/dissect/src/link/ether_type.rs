//! What an EtherType announces.

use crate::network;
use crate::span::Span;
use crate::walk::{Onward, Walk};

use super::{ethernet, llc, lldp};

/// Values up to here are lengths, not types. IEEE 802.3-2022 §3.2.6.
const LARGEST_LENGTH: u64 = 1500;

/// Goes on with what follows a field that holds an EtherType, or an 802.3 length.
pub(crate) fn payload_of(ether_type: u64, body: Span, walk: &mut Walk<'_>) -> Onward {
    match ether_type {
        0x0800 => Onward::Next(network::ipv4, body),
        0x86dd => Onward::Next(network::ipv6, body),
        0x0806 | 0x8035 => Onward::Next(network::arp, body),
        0x88cc => Onward::Next(lldp::decode, body),
        0x8100 | 0x88a8 | 0x9100 => Onward::Next(ethernet::tag, body),
        length @ ..=LARGEST_LENGTH => {
            let end = body.start + usize::try_from(length).unwrap_or(usize::MAX);
            let body = Span {
                end: end.min(body.end),
                ..body
            };
            walk.pad_from(body.end);
            llc::follows(walk, body)
        }
        _ => Onward::Payload(body),
    }
}
