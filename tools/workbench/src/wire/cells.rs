//! Which part of the data each cell of a transmission says.
//!
//! A code is asked, not known: turn one bit (or hexadecimal digit) of the data around, and the
//! first cell that is sent differently is the one that says it. So it works for every code.

use layercake_physical::LineCode;

/// Octets of which the cells are labelled; the rest is not looked at.
const MOST: usize = 64;

/// The words above the cells, one each; empty for idle, delimiters and what is not looked at.
pub(super) fn labels(code: &mut dyn LineCode, octets: &[u8]) -> Vec<String> {
    let octets = octets.get(..MOST).unwrap_or(octets);
    let per_cell = symbols_per_cell(code);
    let plain = symbols(code, octets);
    let mut labels = vec![String::new(); plain.len().div_ceil(per_cell)];
    let width = if is_block(code) { 4 } else { 1 };
    let mut parts: Vec<(usize, usize, u8)> = Vec::new();
    let mut turned = octets.to_vec();
    for (place, octet) in octets.iter().enumerate() {
        for part in (0..8 / width).rev() {
            let mask = ((1 << width) - 1) << (part * width);
            let value = (octet & u8::try_from(mask).unwrap_or(0)) >> (part * width);
            flip(&mut turned, place, mask);
            let other = symbols(code, &turned);
            flip(&mut turned, place, mask);
            let differs = plain.iter().zip(&other).position(|(a, b)| a != b);
            parts.extend(differs.map(|at| (at / per_cell, at, value)));
        }
    }
    if !is_block(code) {
        parts.sort_by_key(|(_, at, _)| *at);
    }
    for (cell, _, value) in parts {
        if let Some(label) = labels.get_mut(cell) {
            label.extend(char::from_digit(u32::from(value), 16));
        }
    }
    labels
}

/// Symbols that one cell has.
pub(super) fn symbols_per_cell(code: &dyn LineCode) -> usize {
    let (_, symbols) = code.efficiency();
    usize::try_from(symbols).unwrap_or(1).max(1)
}

/// True for codes that say several bits by one group: their cells say digits, not bits.
fn is_block(code: &dyn LineCode) -> bool {
    code.efficiency().0 >= 4
}

fn symbols(code: &mut dyn LineCode, octets: &[u8]) -> Vec<u8> {
    let mut packed = Vec::new();
    code.encode(octets, &mut packed);
    code.alphabet().unpack(&packed).collect()
}

fn flip(octets: &mut [u8], place: usize, mask: i32) {
    if let (Some(octet), Ok(mask)) = (octets.get_mut(place), u8::try_from(mask)) {
        *octet ^= mask;
    }
}

#[cfg(test)]
mod tests {
    use layercake_physical::code;

    use super::*;

    fn said(name: &str, octets: &[u8]) -> String {
        let mut code = code::named(name).unwrap();
        labels(&mut *code, octets).concat()
    }

    /// IEEE 802.3 sends the least significant bit first, AMI of G.703 the most significant.
    #[test]
    fn bits_are_in_the_order_of_the_line() {
        assert_eq!(said("manchester", b"h"), "00010110");
        assert_eq!(said("ami", b"h"), "01101000");
        assert_eq!(said("nrzi-mark", b"hi"), "0001011010010110");
    }

    #[test]
    fn every_digit_of_the_data_is_said_once() {
        for name in code::NAMES {
            let said = said(name, &[0x12, 0x48, 0xfe]);
            let expected = if is_block(&*code::named(name).unwrap()) {
                6
            } else {
                24
            };
            assert_eq!(said.len(), expected, "{name}: {said}");
        }
    }
}
