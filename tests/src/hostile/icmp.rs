//! ICMP messages: errors with every kind of quote, and questions of every type.

use super::dice::Dice;
use super::ipv4::{self, Header};
use super::{Target, upper};

/// Unreachable, source quench, redirect, time exceeded, parameter problem.
const ERRORS: [u8; 7] = [3, 3, 3, 4, 5, 11, 12];
/// Types that are no error: known, deprecated, and not assigned.
const QUESTIONS: [u8; 16] =
    [8, 0, 9, 10, 13, 14, 15, 16, 17, 18, 30, 40, 42, 42, 43, 255];

/// An error about a packet that the target might have sent, about any other, or about nothing.
pub(super) fn error(dice: &mut Dice, target: &Target, frame: &mut Vec<u8>) {
    let header = Header::any(dice, target, 1);
    ipv4::begin(dice, target, frame, &header, &[]);
    let kind = dice.pick(&ERRORS);
    let code = if dice.chance(8) {
        dice.octet()
    } else {
        dice.pick(&[0, 1, 2, 3, 4, 4, 13])
    };
    frame.extend([kind, code, 0, 0]);
    match (kind, dice.below(4)) {
        (_, 0) => frame.extend(dice.array::<4>()),
        (5, _) => frame.extend(dice.pick(&target.hosts).octets()),
        (3, _) => {
            let mtu = dice
                .pick(&[0, 1, 68, 296, 576, 1400, 1500, 65535_u16])
                .to_be_bytes();
            frame.extend([0, dice.pick(&[0, 0, 7, 32, 255]), mtu[0], mtu[1]]);
        }
        _ => frame.extend([
            dice.pick(&[0, 20, 255]),
            dice.pick(&[0, 0, 7, 32, 255]),
            0,
            0,
        ]),
    }
    let from = frame.len();
    quote(dice, target, frame);
    if dice.chance(3) {
        frame.resize(from + 128, 0);
        extensions(dice, frame);
    }
    ipv4::finish(frame);
}

/// The quoted packet: from the target, from anybody, an error itself, or garbage.
fn quote(dice: &mut Dice, target: &Target, frame: &mut Vec<u8>) {
    if dice.chance(6) {
        let count = dice.below(60);
        return dice.fill(frame, count);
    }
    let protocol = dice.pick(&[1, 6, 17, 17, 41, 253]);
    let mut header = Header::any(dice, target, protocol);
    if !dice.chance(4) {
        (header.source, header.destination) = (dice.pick(&target.v4), header.source);
    }
    ipv4::bare(dice, frame, &header, &[]);
    let total = frame.len() - 18;
    frame[total..total + 2]
        .copy_from_slice(&dice.pick(&[28, 84, 1500, 20, 65535_u16]).to_be_bytes());
    match protocol {
        1 => upper::echo(dice, frame),
        6 => upper::tcp(dice, frame),
        17 => upper::udp(dice, frame),
        _ => upper::anything(dice, frame),
    }
    if dice.chance(2) {
        frame.truncate(total + 18 + 8);
    }
}

/// RFC 4884: a structure with objects, of which some are too long. Without a checksum, or a
/// wrong one.
fn extensions(dice: &mut Dice, frame: &mut Vec<u8>) {
    frame.extend([dice.pick(&[0x20, 0x20, 0x20, 0x10]), 0]);
    frame.extend(if dice.chance(2) { [0, 0] } else { dice.word() });
    for _ in 0..dice.below(4) {
        let count = dice.below(40);
        let length = u16::try_from(4 + count).unwrap_or_default();
        let length = if dice.chance(4) {
            dice.word()
        } else {
            length.to_be_bytes()
        };
        frame.extend(length);
        frame.extend([dice.pick(&[1, 2, 3, 9]), dice.octet()]);
        dice.fill(frame, count);
    }
}

/// Questions and answers.
pub(super) fn message(dice: &mut Dice, target: &Target, frame: &mut Vec<u8>) {
    let header = Header::any(dice, target, 1);
    ipv4::begin(dice, target, frame, &header, &[]);
    let kind = dice.pick(&QUESTIONS);
    frame.extend([kind, dice.pick(&[0, 0, 0, 1, 255]), 0, 0]);
    frame.extend(dice.array::<4>());
    match kind {
        13 | 14 => dice.fill(frame, 12),
        17 | 18 => dice.fill(frame, 4),
        9 => {
            let at = frame.len() - 4;
            frame[at..at + 2]
                .copy_from_slice(&[dice.pick(&[0, 1, 2, 255]), dice.pick(&[0, 1, 2, 3])]);
            dice.fill(frame, 24);
        }
        42 => {
            frame.extend([0x20, 0, 0, 0]);
            let count = dice.pick(&[0, 4, 8, 12, 16]);
            let length = u8::try_from(4 + count).unwrap_or_default();
            frame.extend([0, length, 3, dice.pick(&[0, 1, 2, 3, 4])]);
            dice.fill(frame, count);
        }
        _ => {
            let count = dice.below(40);
            dice.fill(frame, count);
        }
    }
    ipv4::finish(frame);
}
