use super::*;
use hex_literal::hex;
use layercake_base::{Direction, Ici, Item, Outbox, Room, World, layout};
use proptest::prelude::*;

fn encoded(octets: &[u8]) -> Vec<u8> {
    let mut symbols = vec![0; octets.len() * 2];
    encode(octets, &mut symbols);
    symbols
}

fn decoded(symbols: &[u8]) -> Result<Vec<u8>, String> {
    let mut octets = vec![0; symbols.len() / 2];
    decode(symbols, &mut octets).map_err(|reason| reason.to_string())?;
    Ok(octets)
}

/// IEEE 802.3-2018 §7.3.1.1, symbol for symbol: the first half of a cell is the complement of
/// the bit, the second half the bit itself.
fn naive(octets: &[u8]) -> Vec<u8> {
    let bits = octets
        .iter()
        .flat_map(|octet| (0..8).map(move |bit| octet >> bit & 1));
    let symbols: Vec<u8> = bits.flat_map(|bit| [1 - bit, bit]).collect();
    let packed = |symbols: &[u8]| {
        symbols
            .iter()
            .fold(0, |packed, symbol| packed << 1 | symbol)
    };
    symbols.chunks(8).map(packed).collect()
}

/// IEEE 802.3-2018 §4.2.5: the preamble, octets of 10101010 as sent, is a wave
/// of half the bit rate on the line: each bit differs from the one before, so there is a step
/// in the middle of each cell and none between cells.
#[test]
fn the_preamble_is_a_square_wave_of_half_the_bit_rate() {
    // First bit 1: up in its middle, so low first; then high, high, low, low …
    assert_eq!(encoded(&[0x55]), hex!("6666"));
    // The start frame delimiter 10101011 as sent ends in two ones: the wave breaks there.
    assert_eq!(encoded(&[0xd5]), hex!("6665"));
}

/// IEEE 802.3-2018 §7.3.1.1: CD0 is high to low, CD1 low to high; §3.3: least significant first.
#[test]
fn zero_steps_down_and_one_steps_up() {
    assert_eq!(encoded(&[0x00]), [0b1010_1010, 0b1010_1010]);
    assert_eq!(encoded(&[0xff]), [0b0101_0101, 0b0101_0101]);
    assert_eq!(encoded(&[0x01]), [0b0110_1010, 0b1010_1010]);
    assert_eq!(encoded(&[0x80]), [0b1010_1010, 0b1010_1001]);
}

/// The figure in the module's documentation, drawn from the symbols of its five bits.
#[test]
fn the_picture_is_what_is_sent() {
    let octets = encoded(&[0b0001_1001]);
    let symbols: Vec<bool> = (0..10)
        .map(|at| octets[at / 8] << (at % 8) & 0x80 != 0)
        .collect();
    let line = |name: &str, level: bool| {
        let mut line = format!("{name:7}");
        for (at, &now) in symbols.iter().enumerate() {
            let step = at > 0 && symbols[at - 1] != now;
            line.push(if step {
                '+'
            } else if now == level {
                '-'
            } else {
                ' '
            });
            line.push_str(if now == level { "--" } else { "  " });
        }
        line
    };
    let picture = layout::picture_in(include_str!("../manchester.rs")).unwrap();
    for expected in [line("high", true), line("low", false)] {
        let drawn = picture
            .lines()
            .find(|drawn| drawn.starts_with(expected.trim_end()));
        assert!(drawn.is_some(), "{expected}\n{picture}");
    }
}

/// The figure of Wikipedia's article "Manchester code" (file "Manchester encoding both
/// conventions") draws the bits 10100111001; here are its first eight, in IEEE polarity.
#[test]
fn agrees_with_the_usual_figure() {
    let first_sent_in_least_place = 0b1110_0101;
    assert_eq!(
        encoded(&[first_sent_in_least_place]),
        [0b0110_0110, 0b1001_0101]
    );
}

#[test]
fn a_violation_is_told_with_its_cell_and_symbols() {
    let mut symbols = encoded(b"abc");
    symbols[3] ^= 0b0000_0100; // octet 1, second half: cell 8 + 4 + 2
    let found = symbols[3] >> 2 & 0b11;
    let text = format!("Manchester violation in cell 14: {found:#b}");
    assert_eq!(decoded(&symbols), Err(text));
}

#[test]
fn half_an_octet_is_refused() {
    let reason = "octets of symbols = 3 must be even";
    assert_eq!(decoded(&[0x55; 3]), Err(reason.into()));
}

fn cross(
    direction: Direction,
    octets: &[u8],
    ici: Ici,
) -> Result<(Vec<u8>, Ici), Reason> {
    let (mut world, mut outbox) = (World::new(1, 2), Outbox::default());
    let mut pdu = world.pool.allocate(Room::default(), octets.len()).unwrap();
    pdu.octets_mut().copy_from_slice(octets);
    pdu.set_ici(|to| *to = ici);
    let mut cx = Context::new(&mut world, &mut outbox);
    match direction {
        Direction::Down => Manchester::new().send(pdu, &mut cx)?,
        Direction::Up => Manchester::new().receive(pdu, &mut cx)?,
    }
    match outbox.pop() {
        Some(Item::Pdu(to, pdu)) if to == direction => {
            Ok((pdu.octets().to_vec(), *pdu.ici()))
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_layer_crosses_both_ways_and_keeps_what_travels_beside_the_octets() {
    let ici = Ici {
        port: 7,
        ..Ici::NONE
    };
    let (symbols, beside) = cross(Direction::Down, b"bits", ici).unwrap();
    assert_eq!((&symbols, beside), (&encoded(b"bits"), ici));
    assert_eq!(
        cross(Direction::Up, &symbols, ici),
        Ok((b"bits".to_vec(), ici))
    );
    let reason = cross(Direction::Up, &[0xff; 4], ici).unwrap_err();
    assert_eq!(reason.to_string(), "Manchester violation in cell 0: 0b11");
}

proptest! {
    #[test]
    fn agrees_with_the_definition_symbol_by_symbol(octets in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(encoded(&octets), naive(&octets));
    }

    #[test]
    fn decode_after_encode_is_identity(octets in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(decoded(&encoded(&octets)), Ok(octets));
    }

    #[test]
    fn any_symbols_that_decode_encode_to_themselves(symbols in proptest::collection::vec(any::<u8>(), 0..8)) {
        if let Ok(octets) = decoded(&symbols) {
            prop_assert_eq!(encoded(&octets), symbols);
        }
    }

    #[test]
    fn each_flipped_symbol_is_a_violation_in_its_cell(
        octets in proptest::collection::vec(any::<u8>(), 1..200), symbol: usize
    ) {
        let mut symbols = encoded(&octets);
        let symbol = symbol % (symbols.len() * 8);
        symbols[symbol / 8] ^= 0x80 >> (symbol % 8);
        let mut out = vec![0; octets.len()];
        match decode(&symbols, &mut out) {
            Err(Reason::Violation { cell, found, .. }) => {
                prop_assert_eq!(cell, symbol / 2);
                prop_assert!(found == 0b00 || found == 0b11);
            }
            other => prop_assert!(false, "{other:?}"),
        }
    }
}
