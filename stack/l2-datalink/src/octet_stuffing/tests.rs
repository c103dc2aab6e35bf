use super::*;
use crate::framing::tests::found;
use hex_literal::hex;
use proptest::collection::vec;
use proptest::prelude::*;

fn encoded(frame: &[u8], accm: Accm) -> Vec<u8> {
    let mut line = Vec::new();
    encode(frame, accm, &mut line);
    line
}

/// RFC 1662 §4.2: "0x7e is encoded as 0x7d, 0x5e (Flag Sequence); 0x7d is encoded as 0x7d, 0x5d
/// (Control Escape); 0x03 is encoded as 0x7d, 0x23 (ETX)", and "0x11 is encoded as 0x7d, 0x31
/// (XON); 0x13 is encoded as 0x7d, 0x33 (XOFF)".
#[test]
fn agrees_with_the_examples_of_rfc_1662() {
    let line = hex!("7e 7d5e 7d5d 7d23 7d31 7d33 7e");
    assert_eq!(encoded(&hex!("7e 7d 03 11 13"), Accm::ALL), line);
    let mut codec = Codec::new(Accm::ALL, LIMIT);
    assert_eq!(found(&mut codec, &[&line]), [Ok(hex!("7e7d031113").into())]);
    let flow = Accm(1 << 0x11 | 1 << 0x13);
    assert_eq!(encoded(&hex!("03 11"), flow), hex!("7e 03 7d31 7e"));
}

/// RFC 1662 §4.2: each received octet below 20 that the map lists "is simply removed (it may
/// have been inserted by intermediate data communications equipment)".
#[test]
fn control_characters_that_a_modem_put_in_are_removed() {
    let line = hex!("7e 11 41 11 13 42 7d 11 5e 13 7e");
    let mut codec = Codec::new(Accm::ALL, LIMIT);
    assert_eq!(found(&mut codec, &[&line]), [Ok(hex!("41 42 7e").into())]);
    let kept = found(&mut Codec::default(), &[&hex!("7e 11 41 7e")]);
    assert_eq!(kept, [Ok(hex!("11 41").into())]);
}

/// RFC 1662 §4.3: a frame that "ends with a Control Escape octet followed immediately by a
/// closing Flag Sequence" is invalid.
#[test]
fn an_escape_before_the_flag_aborts_the_frame_and_only_it() {
    let line = hex!("7e 41 7d 7e 42 7e");
    let reason = Err("octet after 7d = 126 aborts the frame".to_owned());
    assert_eq!(
        found(&mut Codec::default(), &[&line]),
        [reason, Ok(hex!("42").into())]
    );
}

#[test]
fn a_line_without_flag_in_front_is_told_once() {
    for front in [&hex!("41 42")[..], &hex!("7d 41"), &hex!("41 7d")] {
        let line = [front, &hex!("7e 43 7e")].concat();
        let text = format!("opening flag = {} must be 126", front[0]);
        let frame = Ok(hex!("43").into());
        let found = found(&mut Codec::default(), &[&line]);
        assert_eq!(found, [Err(text), frame]);
    }
    let none = Err("opening flag = 65 must be 126".to_owned());
    assert_eq!(found(&mut Codec::default(), &[b"A"]), [none]);
    let cut = Err("closing flag needs 2 octets, have 1".to_owned());
    assert_eq!(found(&mut Codec::default(), &[b"\x7eA"]), [cut]);
}

proptest! {
    /// The crate hdlc, which knows nothing of this one and has no map, both ways.
    #[test]
    fn agrees_with_the_crate_hdlc(frame in vec(prop_oneof![any::<u8>(), Just(FLAG), Just(ESCAPE)], 1..200)) {
        let line = encoded(&frame, Accm::NONE);
        let special = ::hdlc::SpecialChars::default();
        prop_assert_eq!(&line, &::hdlc::encode(&frame, special).unwrap());
        prop_assert_eq!(::hdlc::decode(&line, special).unwrap(), frame);
    }

    #[test]
    fn nothing_listed_is_seen_on_the_line_and_all_of_it_comes_back(
        frame in vec(any::<u8>(), 1..200), map: u32
    ) {
        let line = encoded(&frame, Accm(map));
        let inside = &line[1..line.len() - 1];
        prop_assert!(!inside.iter().any(|&octet| octet == FLAG || Accm(map).lists(octet)));
        let mut codec = Codec::new(Accm(map), LIMIT);
        prop_assert_eq!(found(&mut codec, &[&line]), [Ok(frame)]);
    }
}
