//! The figures in the modules' documentation are drawn from what is sent.

use super::*;
use crate::BitOrder;
use layercake_base::layout;

/// The line of a figure for one level: `width` characters a symbol, behind one for the rest
/// before it.
fn line(levels: &[i8], level: i8, width: usize) -> String {
    let mut line = String::new();
    for (at, now) in levels.iter().enumerate() {
        let before = if at == 0 { *now } else { levels[at - 1] };
        let (low, high) = (before.min(*now), before.max(*now));
        line.push(match level {
            _ if at == 0 && *now == level => '-',
            level if low < level && level < high => '|',
            level if low != high && (low == level || level == high) => '+',
            level if *now == level => '-',
            _ => ' ',
        });
        if at > 0 {
            let rest = if *now == level { "-" } else { " " };
            line.push_str(&rest.repeat(width - 1));
        }
    }
    line.trim().into()
}

/// Holds the figure in `source` against the first `count` symbols behind `skip`, for the bits
/// of `octet` in order of time.
fn hold(
    source: &str,
    mut code: impl LineCode,
    octet: u8,
    skip: usize,
    shape: (usize, usize),
) {
    let mut symbols = Vec::new();
    code.encode(&[octet], &mut symbols);
    let alphabet = code.alphabet();
    let sent: Vec<u8> = alphabet.unpack(&symbols).collect();
    let rest = if alphabet == Alphabet::Ternary { 0 } else { -1 };
    let (count, width) = shape;
    let sent = sent[skip..skip + count]
        .iter()
        .map(|symbol| alphabet.level(*symbol).unwrap());
    let levels: Vec<i8> = core::iter::once(rest).chain(sent).collect();
    let picture = layout::picture_in(source).unwrap();
    for level in (-1..=1).filter(|level| levels.contains(level)) {
        let expected = line(&levels, level, width);
        assert!(
            picture.contains(&expected),
            "{}:\n{expected}\n{picture}",
            code.name()
        );
    }
}

#[test]
fn each_picture_is_what_is_sent() {
    let (msb, octet, five) = (BitOrder::MsbFirst, 0b1001_1000, (5, 6));
    hold(include_str!("../nrz.rs"), NrzL::new(msb), octet, 0, five);
    let nrzi = include_str!("../nrzi.rs");
    hold(nrzi, Nrzi::new(Sense::Mark, msb), octet, 7, (6, 6));
    hold(nrzi, Nrzi::new(Sense::Space, msb), octet, 7, (6, 6));
    hold(
        include_str!("../thomas.rs"),
        Thomas,
        octet.reverse_bits(),
        0,
        (10, 3),
    );
    let differential = include_str!("../differential.rs");
    hold(differential, Differential::new(msb), octet, 14, (12, 3));
    hold(include_str!("../ami.rs"), Ami::new(msb), octet, 0, five);
    hold(
        include_str!("../mlt3.rs"),
        Mlt3::new(msb),
        0b1011_1100,
        0,
        (6, 6),
    );
}
