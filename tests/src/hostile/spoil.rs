//! A frame that was good.

use super::dice::Dice;

/// Values that lengths, counts and offsets go wrong at.
const EDGES: [u8; 10] = [0, 1, 2, 3, 4, 0x7f, 0x80, 0xfe, 0xff, 0x40];

/// One to four changes: other bits, octets at the edge of their range, an end too early or too
/// late, octets twice.
pub(super) fn spoil(dice: &mut Dice, frame: &mut Vec<u8>) {
    for _ in 0..=dice.below(4) {
        change(dice, frame);
    }
}

fn change(dice: &mut Dice, frame: &mut Vec<u8>) {
    if frame.is_empty() {
        return;
    }
    // Headers are changed more often than bodies, and link addresses seldom.
    let reach = if dice.chance(8) {
        frame.len()
    } else {
        frame.len().min(90)
    };
    let from = if dice.chance(16) {
        0
    } else {
        12.min(reach - 1)
    };
    let at = from + dice.below(reach - from);
    match dice.below(12) {
        0..4 => frame[at] = dice.pick(&EDGES),
        4..7 => frame[at] ^= 1 << dice.below(8),
        7 | 8 => frame[at] = dice.octet(),
        9 => frame.truncate(at),
        10 => {
            let more = dice.below(80);
            dice.fill(frame, more);
        }
        _ => {
            let end = frame.len().min(at + 1 + dice.below(24));
            frame.extend_from_within(at..end);
        }
    }
}
