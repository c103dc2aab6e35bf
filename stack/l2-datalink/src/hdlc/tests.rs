use super::*;
use crate::framing;
use crate::rig::Rig;
use layercake_base::Ici;
use proptest::prelude::*;

const FLAG_BITS: [u8; 8] = [0, 1, 1, 1, 1, 1, 1, 0];

fn to_bits(octets: &[u8]) -> Vec<u8> {
    let bits = |octet: &u8| (0..8).map(|bit| octet >> bit & 1).collect::<Vec<_>>();
    octets.iter().flat_map(bits).collect()
}

/// Idle ones fill the last octet.
fn to_octets(bits: &[u8]) -> Vec<u8> {
    let octet = |bits: &[u8]| {
        let idle = 0xff_u8
            .checked_shl(u32::try_from(bits.len()).unwrap())
            .unwrap_or(0);
        bits.iter().rev().fold(0, |octet, bit| octet << 1 | bit) | idle
    };
    bits.chunks(8).map(octet).collect()
}

/// RFC 1662 §5.2, word for word: "inserts a zero bit after each contiguous sequence of five
/// ones", here over a list of bits.
fn naive_stuff(bits: &[u8]) -> Vec<u8> {
    let (mut stuffed, mut ones) = (Vec::new(), 0);
    for &bit in bits {
        stuffed.push(bit);
        ones = if bit == 1 { ones + 1 } else { 0 };
        if ones == 5 {
            stuffed.push(0);
            ones = 0;
        }
    }
    stuffed
}

fn between_flags(bits: &[u8]) -> Vec<u8> {
    to_octets(&[&FLAG_BITS[..], bits, &FLAG_BITS].concat())
}

fn stuffed(frame: &[u8]) -> Vec<u8> {
    let mut line = vec![0x55; 3];
    encode(frame, &mut line);
    line.split_off(3)
}

/// What is found in one transmission: frames, and the text of reasons.
fn found(line: &[u8]) -> Vec<Result<Vec<u8>, String>> {
    framing::tests::found(&mut Codec::default(), &[line])
}

/// The one thing that is found.
fn unstuffed(line: &[u8]) -> Result<Vec<u8>, String> {
    let found = found(line);
    assert_eq!(found.len(), 1, "{found:?}");
    found.into_iter().next().unwrap()
}

/// The example of the textbooks (Tanenbaum and Wetherall, Computer Networks, figure 3-5): the
/// data 011011111111111111110010 go out as 011011111 0 11111 0 11111 0 10010.
#[test]
fn stuffs_the_example_of_the_textbooks() {
    let bits = |text: &str| -> Vec<u8> { text.bytes().map(|b| b - b'0').collect() };
    let data = bits("011011111111111111110010");
    let sent = bits("011011111011111011111010010");
    assert_eq!(naive_stuff(&data), sent, "the model");
    assert_eq!(stuffed(&to_octets(&data)), between_flags(&sent));
    assert_eq!(unstuffed(&between_flags(&sent)), Ok(to_octets(&data)));
}

#[test]
fn an_octet_like_a_flag_is_stuffed_and_comes_back() {
    // 0 11111 (0) 1 0, between two flags, and five idle ones at least: 25 bits, 4 octets.
    let line = stuffed(&[0x7e]);
    assert_eq!(line, between_flags(&[0, 1, 1, 1, 1, 1, 0, 1, 0]));
    assert_eq!(line.len(), 4);
    assert_eq!(line[3] >> 1, 0b111_1111, "idle");
    assert_eq!(unstuffed(&line), Ok(vec![0x7e]));
}

#[test]
fn five_ones_at_the_end_are_followed_by_a_zero_before_the_flag() {
    let line = stuffed(&[0b1111_1000]);
    assert_eq!(line, between_flags(&[0, 0, 0, 1, 1, 1, 1, 1, 0]));
}

#[test]
fn seven_ones_abort_the_frame() {
    let aborted = to_octets(&[&FLAG_BITS[..], &[0, 1, 0], &[1; 7], &[0; 6]].concat());
    let text = "HDLC violation in cell 11: 0b1111111";
    assert_eq!(unstuffed(&aborted), Err(text.into()));
}

#[test]
fn missing_flags_are_named() {
    let opening = "opening flag = 0 must be 126";
    assert_eq!(unstuffed(&[0, 1, 2, 3]), Err(opening.into()));
    let closing = "closing flag needs 3 octets, have 2";
    assert_eq!(unstuffed(&[0x7e, 1, 2]), Err(closing.into()));
    // The transmission ends in the middle of the closing flag.
    let mut bits = to_bits(&stuffed(&[0x55]));
    bits.truncate(8 + 8 + 7);
    assert!(unstuffed(&[&to_octets(&bits[..16])[..], &[0b0011_1110]].concat()).is_err());
}

#[test]
fn an_idle_line_and_flags_alone_hold_neither_frame_nor_error() {
    let nothing: [&[u8]; 6] = [
        &[],
        &[0xff; 9],
        &[0x7e, 0x7e],
        &[0x7e, 0xff, 0xff],
        &[0x7e],
        &[0xff, 0x7e, 0xff],
    ];
    for line in nothing {
        assert_eq!(found(line), [], "{line:02x?}");
    }
    let shared = [&FLAG_BITS[..], &FLAG_BITS[1..], &FLAG_BITS[1..]].concat();
    assert_eq!(found(&to_octets(&shared)), []);
}

#[test]
fn frames_share_a_flag_or_the_zero_of_two() {
    let [one, two] = [b"one", b"two"].map(|frame| naive_stuff(&to_bits(frame)));
    let both = [Ok(b"one".to_vec()), Ok(b"two".to_vec())];
    for between in [
        &FLAG_BITS[..],
        &[0, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 0],
    ] {
        let bits = [&FLAG_BITS[..], &one, between, &two, &FLAG_BITS].concat();
        assert_eq!(found(&to_octets(&bits)), both);
    }
}

#[test]
fn transmissions_that_follow_each_other_are_filled_with_ones_which_are_no_frame() {
    // Frames of 0 to 7 stuffed bits, so that 0 to 7 ones fill the last octet.
    for octets in 1..=40 {
        let frame = vec![0xff; octets];
        let line = [stuffed(&frame), stuffed(b"next")].concat();
        assert_eq!(found(&line), [Ok(frame), Ok(b"next".to_vec())]);
    }
}

#[test]
fn an_idle_line_that_is_followed_by_no_flag_is_told() {
    let late = [&[0x7e, 0xff, 0xff, 0xff, 0x12][..], &stuffed(b"next")].concat();
    let reason = Err("opening flag = 18 must be 126".to_owned());
    assert_eq!(found(&late), [reason, Ok(b"next".to_vec())]);
}

#[test]
fn what_is_left_of_an_aborted_frame_is_passed_over_once() {
    let bits = [&FLAG_BITS[..], &[0, 1, 0], &[1; 7], &[0, 1, 0, 0, 1, 0]].concat();
    let line = [to_octets(&bits), stuffed(b"next")].concat();
    let found = found(&line);
    assert!(
        found[0]
            .as_ref()
            .is_err_and(|text| text.contains("violation"))
    );
    assert_eq!(found[1..], [Ok(b"next".to_vec())]);
}

#[test]
fn a_frame_that_is_not_whole_octets_is_refused_with_its_bits() {
    let reason = "bits of the frame = 7 must be a multiple of 8";
    let seven = between_flags(&[0, 1, 0, 1, 0, 1, 0]);
    assert_eq!(unstuffed(&seven), Err(reason.into()));
}

#[test]
fn idle_and_flags_in_front_are_passed_over_wherever_they_begin() {
    for idle in 0..20 {
        let flags: [&[u8]; 3] = [&FLAG_BITS, &FLAG_BITS[..7], &FLAG_BITS];
        let front = [vec![1; idle], flags.concat()].concat();
        let frame = naive_stuff(&to_bits(b"late"));
        let bits = [&front[..], &frame, &FLAG_BITS].concat();
        assert_eq!(unstuffed(&to_octets(&bits)), Ok(b"late".to_vec()), "{idle}");
    }
}

fn many_ones() -> impl Strategy<Value = u8> {
    prop_oneof![
        any::<u8>(),
        Just(0xff),
        Just(0x7e),
        Just(0xf8),
        Just(0x1f),
        Just(0x3f)
    ]
}

/// Three ones in a row at most, but for one octet in forty.
fn mostly_plain() -> impl Strategy<Value = u8> {
    prop_oneof![40 => any::<u8>().prop_map(|octet| octet & 0x77), 1 => many_ones()]
}

proptest! {
    #[test]
    fn stuffing_agrees_with_the_model(frame in proptest::collection::vec(many_ones(), 0..100)) {
        prop_assert_eq!(stuffed(&frame), between_flags(&naive_stuff(&to_bits(&frame))));
    }

    /// Whole groups of words that need no stuffing, and where they end.
    #[test]
    fn long_plain_stretches_are_stuffed_as_the_model_says(
        frame in proptest::collection::vec(mostly_plain(), 1..300)
    ) {
        let line = stuffed(&frame);
        prop_assert_eq!(&line, &between_flags(&naive_stuff(&to_bits(&frame))));
        prop_assert_eq!(unstuffed(&line), Ok(frame));
    }

    #[test]
    fn a_frame_comes_back_whole(frame in proptest::collection::vec(many_ones(), 1..100)) {
        prop_assert_eq!(unstuffed(&stuffed(&frame)), Ok(frame));
    }

    /// The receiver as a list of bits: split at flags, drop the 0 after five ones.
    #[test]
    fn unstuffing_agrees_with_the_model_on_any_bits(line in proptest::collection::vec(many_ones(), 0..60)) {
        let frames: Vec<_> = found(&line).into_iter().filter_map(Result::ok).collect();
        prop_assert_eq!(frames, naive_unstuff(&to_bits(&line)));
    }
}

/// Every frame between two flags that is neither aborted nor uneven nor idle time.
fn naive_unstuff(line: &[u8]) -> Vec<Vec<u8>> {
    let is_flag = |at: &usize| line.get(*at..*at + 8) == Some(&FLAG_BITS[..]);
    let flags: Vec<_> = (0..line.len()).filter(is_flag).collect();
    let between = flags
        .windows(2)
        .filter_map(|pair| line.get(pair[0] + 8..pair[1]));
    between.filter_map(naive_body).collect()
}

fn naive_body(body: &[u8]) -> Option<Vec<u8>> {
    let (mut bits, mut ones) = (Vec::new(), 0);
    for &bit in body {
        if ones < 5 {
            bits.push(bit);
        }
        ones = if bit == 1 { ones + 1 } else { 0 };
        if ones > 5 {
            return None;
        }
    }
    let whole = !bits.is_empty() && bits.len().is_multiple_of(8);
    whole.then(|| to_octets(&bits))
}

#[test]
fn a_frame_crosses_as_other_octets_and_comes_back_with_what_travels_beside_it() {
    let mut rig = Rig::new(Hdlc::default());
    let ici = Ici {
        port: 3,
        ..Ici::NONE
    };
    rig.send(b"frame", ici).unwrap();
    let sent = rig.sent();
    assert_eq!(sent.octets()[0], 0x7e);
    assert_eq!(sent.ici().port, 3);
    rig.receive(sent.octets(), ici).unwrap();
    let received = rig.received();
    assert_eq!((received.octets(), received.ici().port), (&b"frame"[..], 3));
}
