//! Every line code, chosen by the first octet: any symbols are refused or decoded within bounds,
//! any octets come back, also behind noise for the codes that find their groups by themselves.
#![no_main]

use layercake_physical::sync::{PREAMBLE, frame_start};
use layercake_physical::{Alphabet, LineCode, code};

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let Some((choice, rest)) = input.split_first() else {
        return;
    };
    let name = code::NAMES[usize::from(*choice) % code::NAMES.len()];
    let mut code = code::named(name).expect("each name has its code");
    symbols(&mut *code, rest);
    octets(&mut *code, rest);
    damaged(&mut *code, rest);
    start(rest);
});

/// From the line: no more octets than a code can carry, and they can be sent again.
fn symbols(code: &mut dyn LineCode, symbols: &[u8]) {
    let (mut octets, mut again, mut back) = (Vec::new(), Vec::new(), Vec::new());
    if code.decode(symbols, &mut octets).is_ok() {
        assert!(octets.len() <= symbols.len(), "{}", code.name());
        code.encode(&octets, &mut again);
        let outcome = code.decode(&again, &mut back);
        assert_eq!((outcome, &back), (Ok(()), &octets), "{}", code.name());
    }
}

/// To the line and back.
fn octets(code: &mut dyn LineCode, octets: &[u8]) {
    let (mut symbols, mut back) = (Vec::new(), Vec::new());
    code.encode(octets, &mut symbols);
    let outcome = code.decode(&symbols, &mut back);
    assert_eq!(
        (outcome, back.as_slice()),
        (Ok(()), octets),
        "{}",
        code.name()
    );
}

/// To the line, and back with a wrong symbol: the first two octets say where and which.
fn damaged(code: &mut dyn LineCode, input: &[u8]) {
    let Some((&[high, low], octets)) = input.split_first_chunk() else {
        return;
    };
    let (mut symbols, mut back) = (Vec::new(), Vec::new());
    code.encode(octets, &mut symbols);
    let at = usize::from(u16::from_be_bytes([high, low]));
    let width = code.alphabet().bits_per_symbol();
    let count = symbols.len() * code.alphabet().symbols_per_octet();
    if count > 0 {
        let bit = at % count * width;
        symbols[bit / 8] ^= 0x80 >> (bit % 8);
        let seen = code.decode(&symbols, &mut back).is_err();
        let always = code.alphabet() == Alphabet::Binary
            && ["manchester", "manchester-thomas", "8b10b"].contains(&code.name());
        assert!(seen || !always, "{} at bit {bit}", code.name());
    }
}

/// A delimiter is found where one stands, and in front of it a preamble.
fn start(octets: &[u8]) {
    if let Some(start) = frame_start(octets) {
        assert!((16..=octets.len() * 8).contains(&start));
    }
    let sent = [&PREAMBLE, octets].concat();
    assert_eq!(frame_start(&sent), Some(64));
}
