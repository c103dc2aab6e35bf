use super::*;
use crate::framing::tests::found;
use proptest::collection::vec;
use proptest::prelude::*;

/// RFC 1055: "If a data byte is the same code as END character, a two byte sequence of ESC and
/// octal 334 (decimal 220) is sent instead. If it the same as an ESC character, an two byte
/// sequence of ESC and octal 335 (decimal 221) is sent".
#[test]
fn agrees_with_the_text_of_rfc_1055() {
    assert_eq!([END, ESC, ESC_END, ESC_ESC], [0o300, 0o333, 0o334, 0o335]);
    let mut line = Vec::new();
    encode(&[0o300, 1, 0o333], &mut line);
    assert_eq!(line, [192, 219, 220, 1, 219, 221, 192]);
}

#[test]
fn a_wrong_octet_after_esc_refuses_the_frame_and_only_it() {
    let line = [b'a', ESC, b'b', b'c', ESC, b'd', END, b'e', END];
    let reason = Err("octet after ESC = 98 must be 220 or 221".to_owned());
    assert_eq!(
        found(&mut Codec::default(), &[&line]),
        [reason, Ok(b"e".to_vec())]
    );
}

#[test]
fn an_end_after_esc_ends_the_frame_that_it_spoils() {
    let line = [b'a', ESC, END, b'e', END];
    let reason = Err("octet after ESC = 192 must be 220 or 221".to_owned());
    assert_eq!(
        found(&mut Codec::default(), &[&line]),
        [reason, Ok(b"e".to_vec())]
    );
}

#[test]
fn a_frame_without_its_end_is_told_when_nothing_more_comes() {
    let reason = Err("END needs 2 octets, have 1".to_owned());
    assert_eq!(found(&mut Codec::default(), &[&[END, b'a']]), [reason]);
}

proptest! {
    /// The crate serial-line-ip, which knows nothing of this one, both ways.
    #[test]
    fn agrees_with_serial_line_ip(frame in vec(prop_oneof![any::<u8>(), Just(END), Just(ESC)], 1..200)) {
        let (mut line, mut theirs) = (Vec::new(), vec![0; 1000]);
        encode(&frame, &mut line);
        let mut encoder = serial_line_ip::Encoder::new();
        let mut totals = encoder.encode(&frame, &mut theirs).unwrap();
        totals += encoder.finish(&mut theirs[totals.written..]).unwrap();
        prop_assert_eq!(&line[..], &theirs[..totals.written]);

        let mut decoder = serial_line_ip::Decoder::new();
        let (_, read, end) = decoder.decode(&line, &mut theirs).map(|(n, out, end)| (n, out.to_vec(), end)).unwrap();
        prop_assert_eq!((read, end), (frame, true));
    }
}
