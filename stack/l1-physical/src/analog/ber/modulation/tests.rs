use super::*;
use crate::{BitOrder, code};

const BITS: [bool; 8] = [true, false, false, true, true, true, false, true];

/// The definitions of ITU-T G.703 (AMI), IEEE 802.3 §7.3.1.1 (Manchester), and Gray's code.
#[test]
fn each_says_bits_as_its_definition_does() {
    for (modulation, expected) in [
        (Nrz, vec![1, -1, -1, 1, 1, 1, -1, 1]),
        (Nrzi, vec![-1, 1, 1, 1, -1, 1, -1, -1, 1]),
        (
            Manchester,
            vec![-1, 1, 1, -1, 1, -1, -1, 1, -1, 1, -1, 1, 1, -1, -1, 1],
        ),
        (
            DifferentialManchester,
            vec![
                1, -1, -1, 1, -1, 1, -1, 1, 1, -1, -1, 1, 1, -1, 1, -1, -1, 1,
            ],
        ),
        (Ami, vec![1, 0, 0, -1, 1, -1, 0, 1]),
        (Mlt3, vec![0, 1, 1, 1, 0, -1, 0, 0, 1]),
        (Pam4, vec![3, -1, 1, -1]),
    ] {
        assert_eq!(modulation.levels(&BITS), expected, "{modulation:?}");
    }
}

/// Sum of the squares of the levels for each bit, over all octets, each sent by itself; without
/// the symbol or cell that only stands in front.
#[test]
fn the_energy_is_that_of_the_levels() {
    for modulation in Modulation::ALL {
        let mut squares = 0;
        for octet in 0..=255_u8 {
            let bits: Vec<_> = (0..8).map(|i| octet >> i & 1 == 1).collect();
            let levels = modulation.levels(&bits);
            let front = levels.len() % 4; // all take 4, 8 or 16 symbols
            squares += levels[front..]
                .iter()
                .map(|l| i32::from(l * l))
                .sum::<i32>();
        }
        let found = f64::from(squares) / 2048.0;
        assert_eq!(found, modulation.energy(), "{modulation:?}");
    }
}

/// Above zero for a 1; where neighbours are compared, as far as the less sure of them.
#[test]
fn a_value_is_as_far_from_zero_as_the_bit_is_sure() {
    for (modulation, values, expected) in [
        (Nrz, [1.0, -0.25, 0.75, 0.5], vec![1.0, -0.25, 0.75, 0.5]),
        (
            ManchesterByHalves,
            [1.0, -0.25, 0.75, 0.5],
            vec![-0.25, 0.5],
        ),
        (Nrzi, [1.0, -0.25, 0.75, 0.5], vec![0.25, 0.25, -0.5]),
        (Ami, [1.0, -0.25, 0.75, 0.5], vec![0.5, -0.25, 0.25, 0.0]),
        (Mlt3, [1.0, -0.25, 0.75, 0.75], vec![0.25, 0.25, -0.25]),
        (
            Pam4,
            [3.0, -0.25, 1.5, -2.5],
            vec![3.0, -1.0, -0.25, 1.75, 1.5, 0.5, -2.5, -0.5],
        ),
    ] {
        assert_eq!(modulation.soft(&values), expected, "{modulation:?}");
    }
}

/// NRZI is compared from its last idle symbol on, which is the level before the first bit.
#[test]
fn the_line_codes_of_the_same_name_send_the_same_levels() {
    use BitOrder::{LsbFirst, MsbFirst};
    let octets = *b"layercake";
    for (name, modulation, order, idle) in [
        ("nrz-l", Nrz, LsbFirst, 0),
        ("nrzi-mark", Nrzi, LsbFirst, 7),
        ("manchester", Manchester, LsbFirst, 0),
        (
            "differential-manchester",
            DifferentialManchester,
            MsbFirst,
            14,
        ),
        ("ami", Ami, MsbFirst, 0),
        ("pam-4", Pam4, LsbFirst, 0),
    ] {
        let in_time = octets.iter().map(|octet| order.in_time(*octet));
        let bits = in_time.flat_map(|o| (0..8).rev().map(move |i| o >> i & 1 == 1));
        let bits: Vec<_> = bits.collect();
        let mut code = code::named(name).unwrap();
        let (alphabet, mut symbols) = (code.alphabet(), Vec::new());
        code.encode(&octets, &mut symbols);
        let levels = alphabet.unpack(&symbols).filter_map(|s| alphabet.level(s));
        let levels: Vec<_> = levels.skip(idle).collect();
        assert_eq!(levels, modulation.levels(&bits), "{name}");
    }
}
