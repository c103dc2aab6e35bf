use super::*;
use proptest::prelude::*;

fn encoded(octets: &[u8]) -> Vec<u8> {
    let mut symbols = Vec::new();
    Block66::new().encode(octets, &mut symbols);
    symbols
}

/// §49.2.6 bit by bit: the register of 58 bits that the scrambler is.
struct Register(Vec<bool>);

impl Register {
    fn new() -> Self {
        Register(vec![true; 58])
    }

    fn shift(&mut self, bit: bool) {
        self.0.rotate_right(1);
        self.0[0] = bit;
    }

    fn taps(&self) -> bool {
        self.0[38] ^ self.0[57]
    }
}

/// A transmission written down after Figure 49-7: header as text, then eight octets.
fn by_hand(blocks: &[(&str, [u8; 8])]) -> Vec<u8> {
    let (mut register, mut line) = (Register::new(), Vec::new());
    for (header, octets) in blocks {
        line.extend(header.bytes().map(|bit| bit - b'0'));
        for octet in octets {
            for place in 0..8 {
                let sent = (octet >> place & 1 == 1) ^ register.taps();
                register.shift(sent);
                line.push(u8::from(sent));
            }
        }
    }
    Alphabet::Binary.pack(line)
}

const IDLE: (&str, [u8; 8]) = ("10", [0x1e, 0, 0, 0, 0, 0, 0, 0]);
const START: (&str, [u8; 8]) = ("10", [0x78, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55, 0xd5]);

/// Figure 49-7: 01 is data, 10 control; 78 starts, aa ends behind two octets.
#[test]
fn a_frame_of_ten_octets_as_blocks() {
    let data = ("01", *b"01234567");
    let end = ("10", [0xaa, b'8', b'9', 0, 0, 0, 0, 0]);
    let blocks = [IDLE, IDLE, START, data, end, IDLE, IDLE, IDLE];
    assert_eq!(encoded(b"0123456789"), by_hand(&blocks));
}

/// Figure 49-7 again: the type of each end.
#[test]
fn each_end_has_its_type() {
    let ends = [0x87, 0x99, 0xaa, 0xb4, 0xcc, 0xd2, 0xe1, 0xff];
    for (count, kind) in ends.into_iter().enumerate() {
        let octets = &b"abcdefg"[..count];
        let mut block = [kind, 0, 0, 0, 0, 0, 0, 0];
        block[1..=count].copy_from_slice(octets);
        assert_eq!(
            encoded(octets),
            by_hand(&[IDLE, IDLE, START, ("10", block)])
        );
    }
}

fn reason(blocks: &[(&str, [u8; 8])]) -> String {
    let mut octets = Vec::new();
    let outcome = Block66::new().decode(&by_hand(blocks), &mut octets);
    outcome.unwrap_err().to_string()
}

#[test]
fn what_is_wrong_is_told_with_its_block() {
    let end = ("10", [0x87, 0, 0, 0, 0, 0, 0, 0]);
    let data = *b"01234567";
    let cases = [
        (
            vec![IDLE, IDLE, START, ("11", data), end],
            "64b/66b header violation in cell 3: 0b11",
        ),
        (
            vec![IDLE, IDLE, START, ("10", data), end],
            "64b/66b control violation in cell 3: 0b110000",
        ),
        (
            vec![IDLE, IDLE, ("01", data), end],
            "64b/66b order violation in cell 2: 0b1",
        ),
        (
            vec![IDLE, IDLE, START, END_WITH_MORE],
            "64b/66b control violation in cell 3: 0b10000111",
        ),
        (
            vec![IDLE, IDLE, START, end, START],
            "64b/66b order violation in cell 4: 0b10",
        ),
        (
            vec![IDLE, IDLE, START, ("01", data)],
            "no end block in 33 octets",
        ),
        (vec![IDLE, IDLE], "no start block in 17 octets"),
        (vec![IDLE, START], "no idle block in 17 octets"),
    ];
    for (blocks, expected) in cases {
        assert_eq!(reason(&blocks), expected);
    }
}

const END_WITH_MORE: (&str, [u8; 8]) = ("10", [0x87, 0, 0, 1, 0, 0, 0, 0]);

proptest! {
    /// A receiver needs nothing but 58 bits to follow.
    #[test]
    fn the_descrambler_finds_the_state_by_itself(words in proptest::collection::vec(any::<u64>(), 2..20), before: u64, other: u64) {
        let (mut sender, mut receiver) = (State::after(before), State::after(other));
        for (at, word) in words.into_iter().enumerate() {
            let heard = receiver.descramble(sender.scramble(word));
            prop_assert!(at == 0 || heard == word);
        }
    }

    /// Two different bits every 66.
    #[test]
    fn there_is_a_header_every_66_bits(octets in proptest::collection::vec(any::<u8>(), 0..300)) {
        let symbols = encoded(&octets);
        let headers = (0..symbols.len() * 8).step_by(66).map(|at| bits_at(&symbols, at, 2));
        for header in headers {
            prop_assert!([DATA, CONTROL].map(Some).contains(&header));
        }
    }
}
