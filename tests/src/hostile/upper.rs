//! What IP carries: echo, UDP, TCP, routing protocols. Checksums are computed later.

use core::net::Ipv4Addr;

use super::Target;
use super::dice::Dice;
use super::ipv4::{self, Header};

/// Ports at which somebody might listen, or answer for ever.
const PORTS: [u16; 12] = [7, 7, 9, 13, 19, 53, 67, 123, 520, 521, 33434, 0];

/// An echo request, seldom a reply.
pub(super) fn echo(dice: &mut Dice, frame: &mut Vec<u8>) {
    frame.extend([dice.pick(&[8, 8, 8, 8, 8, 8, 0]), 0, 0, 0]);
    let count = 4 + size(dice);
    dice.fill(frame, count);
}

pub(super) fn udp(dice: &mut Dice, frame: &mut Vec<u8>) {
    let count = size(dice);
    udp_header(dice, frame, count);
    dice.fill(frame, count);
}

/// Eight octets in front of `count`.
fn udp_header(dice: &mut Dice, frame: &mut Vec<u8>, count: usize) {
    frame.extend(port(dice));
    frame.extend(port(dice));
    let length = u16::try_from(8 + count).unwrap_or_default();
    let length = if dice.chance(16) { length ^ 1 } else { length };
    frame.extend(length.to_be_bytes());
    frame.extend([0, 0]);
}

fn port(dice: &mut Dice) -> [u8; 2] {
    match dice.chance(2) {
        true => dice.pick(&PORTS).to_be_bytes(),
        false => dice.word(),
    }
}

pub(super) fn tcp(dice: &mut Dice, frame: &mut Vec<u8>) {
    frame.extend(port(dice));
    frame.extend(port(dice));
    dice.fill(frame, 8);
    let words = dice.pick(&[5, 5, 6, 10, 15]);
    frame.extend([words << 4, dice.octet()]);
    dice.fill(frame, 6 + (usize::from(words) - 5) * 4);
    let count = size(dice);
    dice.fill(frame, count);
}

pub(super) fn anything(dice: &mut Dice, frame: &mut Vec<u8>) {
    let count = size(dice);
    dice.fill(frame, count);
}

/// Octets of data: mostly few.
fn size(dice: &mut Dice) -> usize {
    let most = dice.pick(&[1, 2, 57, 57, 57, 300, 1300]);
    dice.below(most)
}

/// RIP requests and responses, link state messages.
pub(super) fn routing(dice: &mut Dice, target: &Target, frame: &mut Vec<u8>) {
    if dice.chance(2) {
        return ipv4::with(dice, target, frame, 253, link_state);
    }
    let header = Header {
        destination: Ipv4Addr::new(224, 0, 0, 9),
        time_to_live: 1,
        ..Header::any(dice, target, 17)
    };
    ipv4::begin(dice, target, frame, &header, &[]);
    let entries = dice.below(28);
    udp_header(dice, frame, 4 + 20 * entries);
    let from = frame.len() - 8;
    frame[from..from + 4].copy_from_slice(&[2, 8, 2, 8]);
    frame.extend([dice.pick(&[1, 2, 2]), dice.pick(&[1, 2, 2]), 0, 0]);
    for _ in 0..entries {
        frame.extend([0, dice.pick(&[0, 2, 2, 2, 0xff]), 0, 0]);
        frame.extend([dice.octet(), dice.octet(), dice.octet(), 0]);
        frame.extend(dice.pick(&[[255, 255, 255, 0], [255, 0, 255, 0], [0; 4]]));
        frame.extend(dice.pick(&[[0; 4], [10, 0, 0, 1], [224, 0, 0, 1]]));
        frame.extend([0, 0, 0, dice.pick(&[0, 1, 3, 16, 17])]);
    }
    ipv4::finish(frame);
}

fn link_state(dice: &mut Dice, frame: &mut Vec<u8>) {
    frame.extend([dice.pick(&[1, 2, 2, 3, 4]), 1, 0, 0]);
    let count = dice.below(16) * 4;
    dice.fill(frame, 4 + count);
}
