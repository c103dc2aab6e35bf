//! ICMPv6: neighbour discovery with all its options, errors, groups.

use super::dice::Dice;
use super::ipv6::{self, HEADER};
use super::{Target, upper};

/// Errors, known and not.
const ERRORS: [u8; 8] = [1, 1, 2, 2, 3, 4, 100, 127];
/// Listeners, node information, renumbering, extended echo, not assigned.
const OTHERS: [u8; 12] = [128, 129, 130, 131, 132, 138, 139, 140, 143, 160, 161, 255];

/// Solicitations, advertisements, redirects; most with the hop limit that they must have.
pub(super) fn discovery(dice: &mut Dice, target: &Target, frame: &mut Vec<u8>) {
    let hops = if dice.chance(8) { 64 } else { 255 };
    ipv6::begin(dice, target, frame, 58, hops);
    let kind = dice.pick(&[133, 134, 134, 135, 135, 135, 136, 136, 137]);
    frame.extend([kind, if dice.chance(16) { 1 } else { 0 }, 0, 0]);
    frame.extend([dice.octet(), 0, 0, 0]);
    match kind {
        134 => dice.fill(frame, 8),
        135 | 136 => about(dice, target, frame),
        137 => {
            about(dice, target, frame);
            about(dice, target, frame);
        }
        _ => {}
    }
    for _ in 0..dice.below(5) {
        option(dice, target, frame);
    }
    ipv6::finish(frame, HEADER, 58);
}

/// An address that the message is about.
fn about(dice: &mut Dice, target: &Target, frame: &mut Vec<u8>) {
    let address = match dice.below(8) {
        0 => dice.array::<16>().into(),
        1 => ipv6::solicited(dice.pick(&target.v6)),
        2..5 => dice.pick(&target.hosts_v6),
        _ => dice.pick(&target.v6),
    };
    frame.extend(address.octets());
}

/// Link addresses, prefix, redirected header, MTU, route, name servers, search list, others.
fn option(dice: &mut Dice, target: &Target, frame: &mut Vec<u8>) {
    let (kind, units) = dice.pick(&[
        (1, 1),
        (1, 1),
        (2, 1),
        (3, 4),
        (3, 4),
        (4, 5),
        (5, 1),
        (14, 1),
        (24, 3),
        (25, 3),
        (31, 2),
        (38, 2),
        (255, 1),
    ]);
    let told = if dice.chance(12) { dice.octet() } else { units };
    frame.extend([kind, told]);
    let from = frame.len();
    dice.fill(frame, usize::from(units) * 8 - 2);
    match kind {
        3 => {
            frame[from] = dice.pick(&[64, 64, 64, 0, 128, 200]);
            frame[from + 1] = 0xc0;
            frame[from + 14..from + 22].copy_from_slice(&target.v6[0].octets()[..8]);
        }
        5 => {
            let mtu = dice.pick(&[0, 1279, 1280, 1500, 9000, u32::MAX]);
            frame[from + 2..from + 6].copy_from_slice(&mtu.to_be_bytes());
        }
        1 | 2 => frame[from] &= 0xfe,
        _ => {}
    }
}

/// An error about a packet that the target might have sent.
pub(super) fn error(dice: &mut Dice, target: &Target, frame: &mut Vec<u8>) {
    ipv6::begin(dice, target, frame, 58, 64);
    frame.extend([
        dice.pick(&ERRORS),
        dice.pick(&[0, 0, 1, 3, 4, 7, 255]),
        0,
        0,
    ]);
    let body = dice.pick(&[0, 40, 68, 1279, 1280, 1400, u32::MAX]);
    frame.extend(body.to_be_bytes());
    if dice.chance(5) {
        let count = dice.below(100);
        dice.fill(frame, count);
    } else {
        let (next, body) = ipv6::carried(dice);
        let (here, there) = (dice.pick(&target.v6), ipv6::source(dice, target));
        ipv6::bare(dice, frame, next, 1, here, there);
        body(dice, frame);
    }
    ipv6::finish(frame, HEADER, 58);
}

/// Groups, names, extended echo, types that do not exist.
pub(super) fn message(dice: &mut Dice, target: &Target, frame: &mut Vec<u8>) {
    let hops = dice.pick(&[1, 64, 255]);
    ipv6::begin(dice, target, frame, 58, hops);
    frame.extend([dice.pick(&OTHERS), 0, 0, 0]);
    upper::anything(dice, frame);
    ipv6::finish(frame, HEADER, 58);
}
