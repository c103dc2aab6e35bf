use super::*;
use crate::framing::tests::found;
use hex_literal::hex;

#[test]
fn the_picture_is_the_layout() {
    assert_eq!(LAYOUT.octets(), OCTETS);
    LAYOUT
        .is_drawn_in(include_str!("../length_count.rs"))
        .unwrap();
}

/// CRC-16/IBM-3740 (also CCITT-FALSE), bit by bit: polynomial 1021, preset ffff. That of the
/// digits 1 to 9 is 29b1, says the catalogue.
fn naive(octets: &[u8]) -> u16 {
    octets.iter().fold(0xffff, |sum, octet| {
        (0..8).fold(sum ^ u16::from(*octet) << 8, |sum: u16, _| {
            sum << 1 ^ (0x1021 * (sum >> 15))
        })
    })
}

#[test]
fn every_header_holds_the_check_of_its_count() {
    assert_eq!(naive(b"123456789"), 0x29b1);
    for count in 0..=u16::MAX {
        let [a, b, c, d] = header(count);
        assert_eq!([a, b], count.to_be_bytes());
        assert_eq!(u16::from_be_bytes([c, d]), naive(&[a, b]));
    }
}

#[test]
fn a_frame_stands_as_it_is_behind_its_header() {
    let mut line = Vec::new();
    encode(b"hello", &mut line).unwrap();
    assert_eq!(line[..2], [0, 5]);
    assert_eq!(line[4..], *b"hello");
    assert_eq!(
        encode(&[0; MOST + 1], &mut line).unwrap_err().kind(),
        "too-long"
    );
}

/// The frames between headers whose count is believed, as of a receiver without a check.
fn believed(mut line: &[u8]) -> Vec<&[u8]> {
    let mut frames = Vec::new();
    while let Some(([a, b, _, _], rest)) = line.split_first_chunk() {
        let count = usize::from(u16::from_be_bytes([*a, *b])).min(rest.len());
        let (frame, behind) = rest.split_at(count);
        frames.push(frame);
        line = behind;
    }
    frames
}

/// One wrong bit in the first count, and silence never comes: who believes the count has none of
/// the thousand frames right that follow, who checks it has them all.
#[test]
fn the_hunt_finds_the_next_header() {
    let frames: Vec<_> = (0..1001)
        .map(|n| format!("frame {n}").into_bytes())
        .collect();
    let mut line = Vec::new();
    for frame in &frames {
        encode(frame, &mut line).unwrap();
    }
    line[1] ^= 0b10;
    let right = believed(&line)
        .into_iter()
        .filter(|f| frames.contains(&f.to_vec()));
    assert_eq!(right.count(), 0);
    let found = found(&mut Codec::default(), &[&line]);
    assert!(
        found[0]
            .as_ref()
            .is_err_and(|text| text.starts_with("Header Check is"))
    );
    let sent: Vec<_> = frames.into_iter().skip(1).map(Ok).collect();
    assert_eq!(found[1..], sent);
}

#[test]
fn four_zeros_are_no_header() {
    assert_ne!(header(0), hex!("00 00 00 00"));
    let found = found(&mut Codec::default(), &[&[0; 64]]);
    assert_eq!(found.len(), 1, "one reason, and no frame: {found:?}");
}

#[test]
fn what_is_cut_off_is_told() {
    let mut line = Vec::new();
    encode(b"hello", &mut line).unwrap();
    let found = |octets: usize| found(&mut Codec::default(), &[&line[..octets]]);
    assert_eq!(found(3), [Err("header needs 4 octets, have 3".into())]);
    assert_eq!(found(7), [Err("frame needs 5 octets, have 3".into())]);
    assert_eq!(found(0), []);
}

#[test]
fn a_count_over_the_limit_is_no_header() {
    let mut line = Vec::new();
    encode(&[1; 50], &mut line).unwrap();
    let found = found(&mut Codec::new(49), &[&line]);
    assert_eq!(found, [Err("frame is 50 octets, at most 49 fit".into())]);
}
