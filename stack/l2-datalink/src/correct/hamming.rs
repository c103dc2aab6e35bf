//! Hamming's codes of four data bits: three checks that spell the place of a wrong bit.
//!
//! ```text
//! place     1    2    3    4    5    6    7    8
//!         +----+----+----+----+----+----+----+----+
//!         | c1 | c2 | d1 | c4 | d2 | d3 | d4 | c0 |     c0 in the extended code only
//!         +----+----+----+----+----+----+----+----+
//! c1 over   1         3         5         7             places whose number has a 1
//! c2 over        2    3              6    7             places whose number has a 2
//! c4 over                  4    5    6    7             places whose number has a 4
//! c0 over   1    2    3    4    5    6    7    8        all places
//! ```
//! Spec: R. W. Hamming, "Error detecting and error correcting codes", Bell System Technical
//! Journal 29 (1950), §4 (single error correcting) and §5 (plus double error detecting).
//! Units: two code words an octet, its low four bits first; d1 is the least significant. Places
//! fill the coded octets from the least significant bit on, without gap; zeros fill the last.
//! Checks: the extended code refuses a word with two wrong bits; the other mends it into a
//! wrong one.
//! Not here: longer words ([`secded`](super::secded)).
//!
//! Each check is the parity of the places that it covers, even. When all are computed again by
//! the receiver, those that fail add up to the number of the wrong place: the syndrome.

use layercake_base::Reason;

use super::Correction;

/// Places of the data bits, from the least significant bit on.
const DATA: [u8; 4] = [3, 5, 6, 7];
/// Places of a code word without the extension.
const PLACES: u8 = 7;

/// The word of each four data bits; place 1 is the least significant bit, place 8 (the
/// extension) the most.
static WORDS: [u8; 16] = words();
/// For each word of eight places: what it stands for.
static MEANINGS: [Meaning; 256] = meanings();

/// What a received word stands for.
#[derive(Clone, Copy)]
struct Meaning {
    data: u8,
    /// Wrong bits in the extended word: 0, 1, or 2 when it cannot be mended.
    wrong: u8,
    /// Whether one of the places 1 to 7 was mended.
    mended: bool,
}

/// The number that the failing checks spell: the exclusive or of the places that hold a one.
const fn syndrome(word: u8) -> u8 {
    let (mut syndrome, mut place) = (0, 1);
    while place <= PLACES {
        if word >> (place - 1) & 1 == 1 {
            syndrome ^= place;
        }
        place += 1;
    }
    syndrome
}

#[expect(clippy::indexing_slicing, reason = "computed by the compiler")]
const fn words() -> [u8; 16] {
    let mut table = [0; 16];
    let mut data = 0_u8;
    while data < 16 {
        let (mut word, mut bit) = (0_u8, 0);
        while bit < DATA.len() {
            word |= (data >> bit & 1) << (DATA[bit] - 1);
            bit += 1;
        }
        // A check at place 1, 2 or 4 takes that number out of the syndrome.
        let checks = syndrome(word);
        word |= (checks & 1) | (checks >> 1 & 1) << 1 | (checks >> 2 & 1) << 3;
        word |= ((word.count_ones() & 1) as u8) << PLACES;
        table[data as usize] = word;
        data += 1;
    }
    table
}

#[expect(clippy::indexing_slicing, reason = "computed by the compiler")]
#[expect(clippy::cast_possible_truncation, reason = "a word is at most 255")]
const fn meanings() -> [Meaning; 256] {
    let mut table = [Meaning {
        data: 0,
        wrong: 0,
        mended: false,
    }; 256];
    let mut word = 0;
    while word < table.len() {
        table[word] = meaning(word as u8);
        word += 1;
    }
    table
}

#[expect(clippy::indexing_slicing, reason = "computed by the compiler")]
const fn meaning(word: u8) -> Meaning {
    let place = syndrome(word);
    let mended = place != 0;
    let right = if mended {
        word ^ 1 << (place - 1)
    } else {
        word
    };
    let (mut data, mut bit) = (0, 0);
    while bit < DATA.len() {
        data |= (right >> (DATA[bit] - 1) & 1) << bit;
        bit += 1;
    }
    let odd = word.count_ones() % 2 == 1;
    let wrong = match (odd, mended) {
        (false, false) => 0,
        (true, _) => 1,
        (false, true) => 2,
    };
    Meaning {
        data,
        wrong,
        mended,
    }
}

fn word(data: u8) -> u8 {
    WORDS.get(usize::from(data & 15)).copied().unwrap_or(0)
}

fn look(word: u8) -> Meaning {
    let none = Meaning {
        data: 0,
        wrong: 2,
        mended: false,
    };
    MEANINGS.get(usize::from(word)).copied().unwrap_or(none)
}

/// Hamming(7,4): mends one wrong bit in seven.
///
/// ```
/// use layercake_datalink::correct::{Correction, Hamming};
///
/// let (mut coded, mut data) = (Vec::new(), Vec::new());
/// Hamming.encode(b"hi", &mut coded);
/// assert_eq!(coded.len(), 4); // 28 bits
/// coded[0] ^= 0b0100_0000;
/// assert_eq!(Hamming.decode(&coded, &mut data), Ok(1));
/// assert_eq!(data, b"hi");
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Hamming;

impl Correction for Hamming {
    fn name(&self) -> &'static str {
        "hamming-7-4"
    }

    fn rate(&self) -> (u32, u32) {
        (4, 7)
    }

    fn encode(&mut self, data: &[u8], coded: &mut Vec<u8>) {
        coded.clear();
        for four in data.chunks(4) {
            let octets = four.iter().enumerate();
            let bits = octets.fold(0_u64, |bits, (at, octet)| {
                let low = u64::from(word(*octet) & 0x7f);
                let high = u64::from(word(octet >> 4) & 0x7f);
                bits | (low | high << 7) << (14 * at)
            });
            let length = (14 * four.len()).div_ceil(8);
            coded.extend(bits.to_le_bytes().iter().take(length));
        }
    }

    fn decode(&mut self, coded: &[u8], data: &mut Vec<u8>) -> Result<usize, Reason> {
        data.clear();
        let mut mended = 0;
        for seven in coded.chunks(7) {
            whole(
                seven.len().is_multiple_of(2) || seven.len() == 7,
                coded.len(),
            )?;
            let mut octets = [0; 8];
            octets
                .iter_mut()
                .zip(seven)
                .for_each(|(to, from)| *to = *from);
            let bits = u64::from_le_bytes(octets);
            for at in 0..8 * seven.len() / 14 {
                let [first, ..] = (bits >> (14 * at) & 0x7f).to_le_bytes();
                let [second, ..] = (bits >> (14 * at + 7) & 0x7f).to_le_bytes();
                let (low, high) = (look(first), look(second));
                mended += usize::from(low.mended) + usize::from(high.mended);
                data.push(high.data << 4 | low.data);
            }
        }
        Ok(mended)
    }
}

/// Lengths that no data gives: after each 7 octets of coded bits 2, 4 or 6 may be left.
fn whole(holds: bool, length: usize) -> Result<(), Reason> {
    let (field, rule) = ("length of the code", "is no whole number of code words");
    let length = u64::try_from(length).unwrap_or(u64::MAX);
    Reason::require(holds, field, length, rule)
}

/// The extended Hamming code (8,4): mends one wrong bit in eight and sees two (SECDED).
#[derive(Clone, Copy, Debug, Default)]
pub struct Extended;

impl Correction for Extended {
    fn name(&self) -> &'static str {
        "secded-8-4"
    }

    fn rate(&self) -> (u32, u32) {
        (4, 8)
    }

    fn encode(&mut self, data: &[u8], coded: &mut Vec<u8>) {
        coded.clear();
        coded.extend(
            data.iter()
                .flat_map(|octet| [word(*octet), word(octet >> 4)]),
        );
    }

    fn decode(&mut self, coded: &[u8], data: &mut Vec<u8>) -> Result<usize, Reason> {
        data.clear();
        let (pairs, odd) = coded.as_chunks::<2>();
        whole(odd.is_empty(), coded.len())?;
        let mut mended = 0;
        for pair in pairs {
            let [low, high] = pair.map(look);
            for (meaning, word) in [low, high].iter().zip(pair) {
                let rule = "has two wrong bits";
                Reason::require(meaning.wrong < 2, "code word", *word, rule)?;
                mended += usize::from(meaning.wrong);
            }
            data.push(high.data << 4 | low.data);
        }
        Ok(mended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the code, read d1 d2 d3 d4 as a binary number: Hamming (1950), table III.
    #[test]
    fn checks_stand_where_hamming_put_them() {
        let table = [
            (0b0001, [1, 1, 0, 1, 0, 0, 1]),
            (0b0010, [0, 1, 0, 1, 0, 1, 0]),
            (0b0100, [1, 0, 0, 1, 1, 0, 0]),
            (0b0110, [1, 1, 0, 0, 1, 1, 0]),
            (0b1000, [1, 1, 1, 0, 0, 0, 0]),
        ];
        for (number, places) in table {
            let data = u8::reverse_bits(number) >> 4; // d1 is the least significant bit
            let found: Vec<u8> = (0..7).map(|at| word(data) >> at & 1).collect();
            assert_eq!(found, places);
        }
    }

    #[test]
    fn two_words_of_seven_differ_in_three_places_at_least_and_of_eight_in_four() {
        for a in 0..16 {
            for b in (0..16).filter(|b| *b != a) {
                let differ = word(a) ^ word(b);
                assert!((differ & 0x7f).count_ones() >= 3 && differ.count_ones() >= 4);
            }
        }
    }

    #[test]
    fn the_extended_code_mends_any_one_and_sees_any_two_wrong_bits() {
        let (mut coded, mut data) = (Vec::new(), Vec::new());
        for octet in 0..=255 {
            Extended.encode(&[octet], &mut coded);
            for a in 0..8 {
                let hurt = [coded[0] ^ 1 << a, coded[1]];
                assert_eq!(Extended.decode(&hurt, &mut data), Ok(1));
                assert_eq!(data, [octet]);
                for b in (0..8).filter(|b| *b != a) {
                    let hurt = [coded[0] ^ 1 << a ^ 1 << b, coded[1]];
                    assert!(Extended.decode(&hurt, &mut data).is_err());
                }
            }
        }
    }

    #[test]
    fn seven_four_mends_one_wrong_bit_in_each_word() {
        let (mut coded, mut data) = (Vec::new(), Vec::new());
        for octet in 0..=255 {
            Hamming.encode(&[octet], &mut coded);
            for (a, b) in (0..49).map(|n| (n / 7, n % 7)) {
                let hurt =
                    u16::from_le_bytes([coded[0], coded[1]]) ^ 1 << a ^ 1 << (7 + b);
                assert_eq!(Hamming.decode(&hurt.to_le_bytes(), &mut data), Ok(2));
                assert_eq!(data, [octet]);
            }
        }
    }
}
