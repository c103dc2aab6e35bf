//! What is below the network layer, and frames that are nothing at all.

use layercake_base::Mac;

use super::Target;
use super::dice::Dice;

/// EtherTypes that somebody might read.
const TYPES: [u16; 12] = [
    0x0800, 0x86dd, 0x0806, 0x8035, 0x8100, 0x88a8, 0x88cc, 0x8847, 0x8863, 0x8864,
    0x0600, 0,
];

/// An Ethernet header, mostly for the target's own link address.
pub(super) fn ethernet(dice: &mut Dice, target: &Target, frame: &mut Vec<u8>, kind: u16) {
    let destination = match dice.below(32) {
        0 => Mac::BROADCAST,
        1 => Mac([0x01, 0x00, 0x5e, 0, 0, 1]),
        2 => Mac([0x33, 0x33, 0, 0, 0, 1]),
        3 => Mac(dice.array()),
        _ => target.mac,
    };
    let source = match dice.below(32) {
        0 => target.mac,
        1 => Mac(dice.array()),
        2 => Mac::BROADCAST,
        n => Mac::local(0x100 + u16::try_from(n).unwrap_or_default()),
    };
    frame.extend(destination.0);
    frame.extend(source.0);
    frame.extend(kind.to_be_bytes());
}

/// Random octets behind a header that may be random too.
pub(super) fn noise(dice: &mut Dice, target: &Target, frame: &mut Vec<u8>) {
    if dice.chance(4) {
        let count = dice.below(100);
        return dice.fill(frame, count);
    }
    let kind = dice.pick(&TYPES);
    ethernet(dice, target, frame, kind);
    let most = dice.pick(&[1, 8, 46, 200, 1500]);
    let count = dice.below(most);
    dice.fill(frame, count);
}

/// Requests and replies, probes, announcements, and hosts that claim the target's address.
pub(super) fn arp(dice: &mut Dice, target: &Target, frame: &mut Vec<u8>) {
    ethernet(dice, target, frame, 0x0806);
    let hardware = [frame[6], frame[7], frame[8], frame[9], frame[10], frame[11]];
    frame.extend([0, 1, 8, 0, 6, 4, 0]);
    frame.push(dice.pick(&[1, 1, 1, 2, 2, 3, 8, 9]));
    frame.extend(if dice.chance(8) {
        dice.array()
    } else {
        hardware
    });
    let sender = match dice.below(8) {
        0 => dice.pick(&target.v4),
        1 => [0; 4].into(),
        2 => dice.array::<4>().into(),
        _ => dice.pick(&target.hosts),
    };
    frame.extend(sender.octets());
    frame.extend(if dice.chance(2) { [0; 6] } else { target.mac.0 });
    let asked = match dice.below(4) {
        0 => dice.pick(&target.hosts),
        _ => dice.pick(&target.v4),
    };
    frame.extend(asked.octets());
    frame.resize(60, 0);
}

/// Tags, 802.3 with LLC, LLDP, BPDUs.
pub(super) fn other(dice: &mut Dice, target: &Target, frame: &mut Vec<u8>) {
    match dice.below(4) {
        0 => {
            ethernet(dice, target, frame, 0x8100);
            for _ in 0..dice.below(4) {
                frame.extend(dice.word());
                frame.extend([0x81, 0]);
            }
            frame.extend(dice.word());
            frame.extend(dice.pick(&TYPES).to_be_bytes());
            dice.fill(frame, 40);
        }
        1 => {
            let length = dice.below(100);
            ethernet(
                dice,
                target,
                frame,
                u16::try_from(length).unwrap_or_default(),
            );
            frame.extend(dice.pick(&[[0x42, 0x42, 3], [0xaa, 0xaa, 3], [0xe0, 0xe0, 3]]));
            dice.fill(frame, length.saturating_sub(3));
        }
        2 => {
            ethernet(dice, target, frame, 0x88cc);
            frame.extend([2, 7, 4]);
            frame.extend(dice.array::<6>());
            frame.extend([4, 3, 5, b'e', b'0', 6, 2, 0, 120]);
            for _ in 0..dice.below(6) {
                let length = dice.below(40);
                frame.extend([dice.octet(), u8::try_from(length).unwrap_or_default()]);
                dice.fill(frame, length);
            }
            frame.extend([0, 0]);
        }
        _ => {
            ethernet(dice, target, frame, 38);
            frame[..6].copy_from_slice(&[0x01, 0x80, 0xc2, 0, 0, 0]);
            frame.extend([
                0x42,
                0x42,
                3,
                0,
                0,
                dice.pick(&[0, 2, 3]),
                dice.pick(&[0, 2, 0x80]),
            ]);
            dice.fill(frame, 31);
        }
    }
}
