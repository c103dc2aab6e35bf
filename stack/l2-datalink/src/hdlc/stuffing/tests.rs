use super::*;
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
    let mut out = vec![0x55; 3];
    stuff(frame, &mut out);
    out
}

fn unstuffed(line: &[u8]) -> Result<Vec<u8>, String> {
    let mut out = vec![0x55; 3];
    unstuff(line, &mut out).map_err(|reason| reason.to_string())?;
    Ok(out)
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
    let closing = "closing flag needs 4 octets, have 3";
    assert_eq!(unstuffed(&[0x7e, 1, 2]), Err(closing.into()));
    // Idle ones alone after the flag are an abort; flags alone are no frame.
    assert!(
        unstuffed(&[0x7e, 0xff, 0xff])
            .unwrap_err()
            .contains("violation")
    );
    let flags = "closing flag needs 3 octets, have 2";
    assert_eq!(unstuffed(&[0x7e, 0x7e]), Err(flags.into()));
    // The transmission ends in the middle of the closing flag.
    let mut bits = to_bits(&stuffed(&[0x55]));
    bits.truncate(8 + 8 + 7);
    assert!(unstuffed(&[&to_octets(&bits[..16])[..], &[0b0011_1110]].concat()).is_err());
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

proptest! {
    #[test]
    fn stuffing_agrees_with_the_model(frame in proptest::collection::vec(many_ones(), 0..100)) {
        prop_assert_eq!(stuffed(&frame), between_flags(&naive_stuff(&to_bits(&frame))));
    }

    #[test]
    fn a_frame_comes_back_whole(frame in proptest::collection::vec(many_ones(), 1..100)) {
        prop_assert_eq!(unstuffed(&stuffed(&frame)), Ok(frame));
    }

    /// The receiver as a list of bits: split at six ones, drop the 0 after five.
    #[test]
    fn unstuffing_agrees_with_the_model_on_any_bits(line in proptest::collection::vec(many_ones(), 0..60)) {
        prop_assert_eq!(unstuffed(&line).ok(), naive_unstuff(&to_bits(&line)));
    }
}

/// The first frame between two flags; `None` when there is none, or it is aborted or uneven.
fn naive_unstuff(line: &[u8]) -> Option<Vec<u8>> {
    let is_flag = |at: usize| line.get(at..at + 8) == Some(&FLAG_BITS[..]);
    let mut flag = (0..line.len()).find(|&at| is_flag(at))?;
    while let Some(next) = (flag + 7..=flag + 8).find(|&at| is_flag(at)) {
        flag = next;
    }
    let rest = &line[flag + 8..];
    let six = rest.windows(6).position(|run| run == [1; 6])?;
    if rest.get(six + 6) != Some(&0) {
        return None;
    }
    let body = rest.get(..six.checked_sub(1)?)?;
    let (mut bits, mut ones) = (Vec::new(), 0);
    for &bit in body {
        if ones < 5 {
            bits.push(bit);
        }
        ones = if bit == 1 { ones + 1 } else { 0 };
    }
    bits.len().is_multiple_of(8).then(|| to_octets(&bits))
}
