use super::*;
use crate::framing::tests::found;
use hex_literal::hex;
use proptest::collection::vec;
use proptest::prelude::*;

fn encoded(frame: &[u8]) -> Vec<u8> {
    let mut line = Vec::new();
    encode(frame, &mut line);
    line
}

/// The examples of the article on COBS in Wikipedia, 1 to 6, with their delimiter.
#[test]
fn agrees_with_the_short_examples_of_wikipedia() {
    let examples: [(&[u8], &[u8]); 6] = [
        (&hex!("00"), &hex!("01 01 00")),
        (&hex!("00 00"), &hex!("01 01 01 00")),
        (&hex!("00 11 00"), &hex!("01 02 11 01 00")),
        (&hex!("11 22 00 33"), &hex!("03 11 22 02 33 00")),
        (&hex!("11 22 33 44"), &hex!("05 11 22 33 44 00")),
        (&hex!("11 00 00 00"), &hex!("02 11 01 01 01 00")),
    ];
    for (frame, line) in examples {
        assert_eq!(encoded(frame), line);
        assert_eq!(found(&mut Codec::default(), &[line]), [Ok(frame.to_vec())]);
    }
}

/// The same article, examples 7 to 11: what happens around 254 octets without a 0.
#[test]
fn agrees_with_the_long_examples_of_wikipedia() {
    let from = |first: u8, last: u8| (first..=last).collect::<Vec<u8>>();
    let join = |parts: &[&[u8]]| parts.concat();
    let ff = from(0x01, 0xff);
    let examples = [
        (from(1, 0xfe), join(&[&[0xff], &from(1, 0xfe), &[0]])),
        (
            join(&[&[0], &from(1, 0xfe)]),
            join(&[&[0x01, 0xff], &from(1, 0xfe), &[0]]),
        ),
        (ff.clone(), join(&[&[0xff], &from(1, 0xfe), &[2, 0xff, 0]])),
        (
            join(&[&from(2, 0xff), &[0]]),
            join(&[&[0xff], &from(2, 0xff), &[1, 1, 0]]),
        ),
        (
            join(&[&from(3, 0xff), &[0, 1]]),
            join(&[&[0xfe], &from(3, 0xff), &[2, 1, 0]]),
        ),
    ];
    for (frame, line) in examples {
        assert_eq!(encoded(&frame), line);
        assert_eq!(found(&mut Codec::default(), &[&line]), [Ok(frame)]);
    }
}

/// Cheshire and Baker's own program writes one more code behind a whole block at the end; it
/// stands for nothing.
#[test]
fn a_code_for_nothing_behind_a_whole_block_is_understood() {
    let frame = vec![7; 254];
    let line = [&[0xff][..], &frame, &[1, 0]].concat();
    assert_eq!(found(&mut Codec::default(), &[&line]), [Ok(frame)]);
}

#[test]
fn a_delimiter_inside_a_block_refuses_the_frame_and_only_it() {
    let line = hex!("05 11 22 00 02 33 00");
    let reason = Err("COBS block needs 4 octets, have 2".to_owned());
    assert_eq!(
        found(&mut Codec::default(), &[&line]),
        [reason, Ok(vec![0x33])]
    );
}

#[test]
fn an_empty_frame_differs_from_no_frame() {
    assert_eq!(encoded(&[]), [1, 0]);
    let found = |line: &[u8]| found(&mut Codec::default(), &[line]);
    assert_eq!(found(&[1, 0]), [Ok(vec![])]);
    assert_eq!(found(&[0, 0, 0]), []);
    assert_eq!(
        found(&[1]),
        [Err("delimiter needs 1 octets, have 0".into())]
    );
}

proptest! {
    #[test]
    fn no_zero_but_the_last_octet(frame in vec(any::<u8>(), 0..600)) {
        let line = encoded(&frame);
        prop_assert_eq!(memchr(0, &line), Some(line.len() - 1));
    }

    /// The crate cobs, which knows nothing of this one, reads what this one writes, and the other
    /// way round.
    #[test]
    fn agrees_with_the_crate_cobs(frame in vec(prop_oneof![8 => 1..=u8::MAX, 1 => Just(0)], 0..900)) {
        let line = encoded(&frame);
        let theirs = ::cobs::decode_vec(&line).unwrap();
        prop_assert_eq!(&theirs, &frame);
        let line = [::cobs::encode_vec(&frame), vec![0]].concat();
        prop_assert_eq!(found(&mut Codec::default(), &[&line]), [Ok(frame)]);
    }
}
