//! IPv6: headers, and chains of extension headers in any order.

use core::net::Ipv6Addr;

use super::dice::Dice;
use super::ipv4::Body;
use super::link::ethernet;
use super::sums::{self, ETHERNET};
use super::{Target, upper};

/// Octets of the fixed header.
pub(super) const HEADER: usize = 40;

/// Hop-by-hop, routing, fragment, destination options, authentication, ESP, mobility, nothing.
const EXTENSIONS: [u8; 12] = [0, 0, 43, 43, 44, 60, 60, 60, 51, 50, 135, 59];

/// The fixed header without its length; the frame ends behind it.
pub(super) fn begin(
    dice: &mut Dice,
    target: &Target,
    frame: &mut Vec<u8>,
    next: u8,
    hops: u8,
) {
    ethernet(dice, target, frame, 0x86dd);
    let (source, destination) = (source(dice, target), destination(dice, target));
    bare(dice, frame, next, hops, source, destination);
}

/// The header alone, also for a quote.
pub(super) fn bare(
    dice: &mut Dice,
    frame: &mut Vec<u8>,
    next: u8,
    hops: u8,
    source: Ipv6Addr,
    destination: Ipv6Addr,
) {
    let label = if dice.chance(2) {
        [0; 3]
    } else {
        dice.array::<3>()
    };
    frame.push(0x60);
    frame.extend(label);
    frame.extend([0, 0, next, hops]);
    frame.extend(source.octets());
    frame.extend(destination.octets());
}

pub(super) fn source(dice: &mut Dice, target: &Target) -> Ipv6Addr {
    match dice.below(16) {
        0 => dice.pick(&target.v6),
        1 => Ipv6Addr::UNSPECIFIED,
        2 => Ipv6Addr::LOCALHOST,
        3 => Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1),
        4 => dice.array::<16>().into(),
        5..9 => Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0x100),
        _ => dice.pick(&target.hosts_v6),
    }
}

fn destination(dice: &mut Dice, target: &Target) -> Ipv6Addr {
    match dice.below(16) {
        0 => Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, dice.pick(&[1, 2, 9, 0x16])),
        1 => solicited(dice.pick(&target.v6)),
        2 => dice.array::<16>().into(),
        3..6 => dice.pick(&target.hosts_v6),
        _ => dice.pick(&target.v6),
    }
}

/// The solicited-node group of an address. RFC 4291 §2.7.1.
pub(super) fn solicited(address: Ipv6Addr) -> Ipv6Addr {
    let [.., a, b, c] = address.octets();
    let low = u16::from_be_bytes([b, c]);
    Ipv6Addr::new(0xff02, 0, 0, 0, 0, 1, 0xff00 | u16::from(a), low)
}

/// Echo, UDP or TCP behind the header.
pub(super) fn plain(dice: &mut Dice, target: &Target, frame: &mut Vec<u8>) {
    let (next, body) = carried(dice);
    let hops = dice.pick(&[0, 1, 1, 64, 64, 255]);
    begin(dice, target, frame, next, hops);
    body(dice, frame);
    finish(frame, HEADER, next);
}

/// What a packet carries in the end.
pub(super) fn carried(dice: &mut Dice) -> (u8, Body) {
    match dice.below(8) {
        0 => (6, upper::tcp),
        1..4 => (17, upper::udp),
        4 => (dice.octet(), upper::anything),
        _ => (58, echo),
    }
}

fn echo(dice: &mut Dice, frame: &mut Vec<u8>) {
    let from = frame.len();
    upper::echo(dice, frame);
    frame[from] = dice.pick(&[128, 128, 128, 129]);
}

/// Up to nine extension headers, then something or nothing.
pub(super) fn chained(dice: &mut Dice, target: &Target, frame: &mut Vec<u8>) {
    let hops = dice.pick(&[1, 64, 64, 255]);
    begin(dice, target, frame, 59, hops);
    let mut link = ETHERNET + 6;
    let most = dice.pick(&[1, 2, 2, 3, 9]); // most chains are short
    for _ in 0..=dice.below(most) {
        let kind = dice.pick(&EXTENSIONS);
        frame[link] = kind;
        link = frame.len();
        extension(dice, target, frame, kind);
        if matches!(kind, 50 | 59) {
            return finish(frame, HEADER, kind);
        }
    }
    let (next, body) = carried(dice);
    frame[link] = next;
    let at = frame.len() - ETHERNET;
    body(dice, frame);
    finish(frame, at, next);
}

/// One header; its first octet, what follows, is written by the caller.
fn extension(dice: &mut Dice, target: &Target, frame: &mut Vec<u8>, kind: u8) {
    match kind {
        44 => {
            let offset = dice
                .pick(&[0, 0, 0, 1, 8, 0xfff8, 0xffff_u16])
                .to_be_bytes();
            frame.extend([59, 0, offset[0], offset[1]]);
            frame.extend(dice.array::<4>());
        }
        43 => {
            let units = dice.pick(&[0, 2, 2, 4, 1]);
            let kind = dice.pick(&[0, 2, 3, 4, 253]);
            frame.extend([59, units, kind, dice.pick(&[0, 0, 1, 2, 255]), 0, 0, 0, 0]);
            for at in 0..units {
                match at % 2 {
                    0 => frame.extend(&target.hosts_v6[0].octets()[..8]),
                    _ => frame.extend(&target.v6[0].octets()[8..]),
                }
            }
        }
        0 | 60 => options(dice, frame),
        51 => {
            frame.extend([59, dice.pick(&[4, 4, 1, 0, 255]), 0, 0]);
            dice.fill(frame, 20);
        }
        _ => dice.fill(frame, 16),
    }
}

/// Options of every action, padding right and wrong, jumbo payload, router alert.
fn options(dice: &mut Dice, frame: &mut Vec<u8>) {
    let from = frame.len();
    frame.extend([59, 0]);
    for _ in 0..dice.below(5) {
        let kind =
            dice.pick(&[0, 1, 1, 5, 0xc2, 0xc9, 0x3e, 0x7e, 0xbe, 0xfe, 0x26, 0x63]);
        if kind == 0 {
            frame.push(0);
            continue;
        }
        let count = dice.pick(&[0, 1, 2, 4, 4, 16]);
        let told = if dice.chance(12) {
            dice.octet()
        } else {
            u8::try_from(count).unwrap_or(0)
        };
        frame.extend([kind, told]);
        dice.fill(frame, count);
    }
    let rest = (frame.len() - from).next_multiple_of(8) - (frame.len() - from);
    match rest {
        0 => {}
        1 => frame.push(0),
        _ => {
            frame.extend([1, u8::try_from(rest - 2).unwrap_or(0)]);
            frame.resize(frame.len() + rest - 2, 0);
        }
    }
    let units = (frame.len() - from) / 8 - 1;
    frame[from + 1] = u8::try_from(units).unwrap_or(u8::MAX);
    if dice.chance(16) {
        frame[from + 1] = dice.octet();
    }
}

/// The payload length, and the checksum of the message that begins at octet `at` of the packet.
pub(super) fn finish(frame: &mut [u8], at: usize, protocol: u8) {
    let packet = &mut frame[ETHERNET..];
    let length = u16::try_from(packet.len() - HEADER).unwrap_or(u16::MAX);
    packet[4..6].copy_from_slice(&length.to_be_bytes());
    if let Some((front, message)) = packet.split_at_mut_checked(at) {
        sums::upper(&front[8..HEADER], protocol, message);
    }
}
