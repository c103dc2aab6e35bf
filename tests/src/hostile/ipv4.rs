//! IPv4: headers, and options of every kind.

use core::net::Ipv4Addr;

use super::dice::Dice;
use super::link::ethernet;
use super::sums::{self, ETHERNET};
use super::{Target, upper};

/// What a packet carries: appended to the frame.
pub(super) type Body = fn(&mut Dice, &mut Vec<u8>);

/// The fields of a header that are chosen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header {
    pub(super) protocol: u8,
    pub(super) source: Ipv4Addr,
    pub(super) destination: Ipv4Addr,
    pub(super) identification: [u8; 2],
    /// Flags and fragment offset.
    pub(super) fragment: u16,
    pub(super) time_to_live: u8,
}

impl Header {
    /// To the target, or by way of it.
    pub(super) fn any(dice: &mut Dice, target: &Target, protocol: u8) -> Self {
        let destination = match dice.below(16) {
            0 => Ipv4Addr::BROADCAST,
            1 => Ipv4Addr::new(224, 0, 0, dice.pick(&[1, 2, 9, 254])),
            2 => dice.array::<4>().into(),
            3..7 => dice.pick(&target.hosts),
            _ => dice.pick(&target.v4),
        };
        Header {
            protocol,
            source: source(dice, target),
            destination,
            identification: dice.word(),
            fragment: dice.pick(&[0, 0, 0, 0x4000]),
            time_to_live: dice.pick(&[0, 1, 1, 2, 64, 64, 128, 255]),
        }
    }
}

/// Mostly a host that is there.
pub(super) fn source(dice: &mut Dice, target: &Target) -> Ipv4Addr {
    match dice.below(24) {
        0 => dice.pick(&target.v4),
        1 => Ipv4Addr::UNSPECIFIED,
        2 => Ipv4Addr::BROADCAST,
        3 => Ipv4Addr::LOCALHOST,
        4 => Ipv4Addr::new(224, 0, 0, 1),
        5 => dice.array::<4>().into(),
        _ => dice.pick(&target.hosts),
    }
}

/// A frame with a packet of `protocol`; the checksums are right.
pub(super) fn with(
    dice: &mut Dice,
    target: &Target,
    frame: &mut Vec<u8>,
    protocol: u8,
    body: Body,
) {
    let header = Header::any(dice, target, protocol);
    begin(dice, target, frame, &header, &[]);
    body(dice, frame);
    finish(frame);
}

/// Echo or UDP with options in the header.
pub(super) fn with_options(dice: &mut Dice, target: &Target, frame: &mut Vec<u8>) {
    let (protocol, body): (u8, Body) = match dice.below(3) {
        0 => (17, upper::udp),
        _ => (1, upper::echo),
    };
    let header = Header::any(dice, target, protocol);
    let (options, len) = options(dice, target);
    begin(dice, target, frame, &header, &options[..len]);
    body(dice, frame);
    finish(frame);
}

/// Ethernet and IPv4 headers, lengths and checksum still open; `options` in steps of 4.
pub(super) fn begin(
    dice: &mut Dice,
    target: &Target,
    frame: &mut Vec<u8>,
    header: &Header,
    options: &[u8],
) {
    ethernet(dice, target, frame, 0x0800);
    bare(dice, frame, header, options);
}

/// The header alone, also for a quote.
pub(super) fn bare(
    dice: &mut Dice,
    frame: &mut Vec<u8>,
    header: &Header,
    options: &[u8],
) {
    let words = 5 + u8::try_from(options.len() / 4).unwrap_or_default();
    let class = if dice.chance(8) { dice.octet() } else { 0 };
    frame.extend([0x40 | words, class, 0, 0]);
    frame.extend(header.identification);
    frame.extend(header.fragment.to_be_bytes());
    frame.extend([header.time_to_live, header.protocol, 0, 0]);
    frame.extend(header.source.octets());
    frame.extend(header.destination.octets());
    frame.extend(options);
}

/// Lengths and checksums of the packet that is there now.
pub(super) fn finish(frame: &mut [u8]) {
    let packet = &mut frame[ETHERNET..];
    let total = u16::try_from(packet.len()).unwrap_or(u16::MAX);
    packet[2..4].copy_from_slice(&total.to_be_bytes());
    sums::ipv4(packet);
}

/// Up to 40 octets: record route, timestamps in three forms, router alert, source routes,
/// security, unknown ones, with pointers and lengths in and out of their range.
fn options(dice: &mut Dice, target: &Target) -> ([u8; 40], usize) {
    let (mut octets, mut len) = ([0; 40], 0);
    while len < 40 && !dice.chance(4) {
        let room = 40 - len;
        let count = dice.pick(&[3, 4, 7, 8, 11, 12, 15, 20, 39, 40]).min(room);
        let option = &mut octets[len..len + count];
        let kind = dice.pick(&[0, 1, 7, 7, 68, 68, 68, 131, 137, 148, 130, 25, 94, 255]);
        for octet in option.iter_mut().skip(3) {
            *octet = if dice.chance(2) { 0 } else { dice.octet() };
        }
        let length = match dice.below(8) {
            0 => dice.octet(),
            _ => u8::try_from(count).unwrap_or_default(),
        };
        let pointer = dice.pick(&[0, 4, 4, 5, 5, 8, 9, 12, 13, 40, 255]);
        for (place, value) in option.iter_mut().zip([kind, length, pointer]) {
            *place = value;
        }
        if kind == 68 && count >= 12 {
            // Overflow and flags; then the address that is asked for, in form 3.
            option[3] = dice.pick(&[0, 1, 3, 0xf0, 0xf1, 0xf3, 2]);
            option[4..8].copy_from_slice(&target.v4[0].octets());
        }
        len += if kind < 2 { 1 } else { count };
    }
    (octets, len.next_multiple_of(4).min(40))
}
