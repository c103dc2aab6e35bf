//! SECDED(72,64): eight check bits for each eight octets, as memories have them.
//!
//! ```text
//! place      1    2    3    4    5 … 7    8    9 … 15   16  …   32  …   64  65 … 71    0
//!          +----+----+----+----+--------+----+--------+----+---------+----+---------+----+
//!          | c1 | c2 | d  | c4 | d d d  | c8 | d … d  |c16 | …       |c64 | d … d   | c0 |
//!          +----+----+----+----+--------+----+--------+----+---------+----+---------+----+
//! on the line:  d (8 octets), then one octet: c1 c2 c4 c8 c16 c32 c64 c0, c1 least significant
//! ```
//! Spec: R. W. Hamming, Bell System Technical Journal 29 (1950), §5, shortened to 64 data bits.
//! Units: blocks of eight octets and one of checks; the last block may have fewer octets.
//! Checks: refuses a block with two wrong bits, or with one whose place does not exist.
//! Not here: Hsiao's arrangement with fewer gates, which finds and mends the same.
//!
//! Data bits fill the places that are no power of two, from the least significant bit of the
//! first octet on.

use layercake_base::Reason;

use super::Correction;

/// Data octets in a block.
const OCTETS: usize = 8;

/// The place of each data bit.
const PLACES: [u8; 64] = places();

#[expect(clippy::indexing_slicing, reason = "computed by the compiler")]
const fn places() -> [u8; 64] {
    let mut table = [0; 64];
    let (mut place, mut bit) = (1_u8, 0);
    while bit < table.len() {
        if !place.is_power_of_two() {
            table[bit] = place;
            bit += 1;
        }
        place += 1;
    }
    table
}

/// The exclusive or of the places of all ones.
fn syndrome(data: u64) -> u8 {
    let ones = PLACES.iter().enumerate();
    ones.filter(|(bit, _)| data >> bit & 1 == 1)
        .fold(0, |sum, (_, place)| sum ^ place)
}

/// The checks of a block: seven that spell a place, and the parity of everything.
fn checks(data: u64) -> u8 {
    let spell = syndrome(data);
    spell | parity(data, spell) << 7
}

/// Even parity over data and the seven checks.
fn parity(data: u64, spell: u8) -> u8 {
    u8::from((data.count_ones() + (spell & 0x7f).count_ones()) % 2 == 1)
}

fn block(octets: &[u8]) -> u64 {
    let mut block = [0; OCTETS];
    block
        .iter_mut()
        .zip(octets)
        .for_each(|(to, from)| *to = *from);
    u64::from_le_bytes(block)
}

/// The data of a block as it was sent, and whether a bit was mended.
fn mend(data: u64, found: u8, bits: usize) -> Result<(u64, bool), Reason> {
    let wrong_place = (syndrome(data) ^ found) & 0x7f;
    let odd = parity(data, found) != found >> 7;
    if !odd {
        let rule = "says that two bits of the block are wrong";
        Reason::require(wrong_place == 0, "syndrome", wrong_place, rule)?;
        return Ok((data, false));
    }
    if wrong_place == 0 || wrong_place.is_power_of_two() {
        return Ok((data, true)); // a check bit was wrong
    }
    let place = |own: &u8| *own == wrong_place;
    match PLACES.iter().take(bits).position(place) {
        Some(bit) => Ok((data ^ 1 << bit, true)),
        None => Err(Reason::Illegal {
            field: "syndrome",
            value: wrong_place.into(),
            rule: "is a place that the block does not have: three or more bits are wrong",
        }),
    }
}

/// Single error correction, double error detection over blocks of eight octets.
#[derive(Clone, Copy, Debug, Default)]
pub struct Secded;

impl Correction for Secded {
    fn name(&self) -> &'static str {
        "secded-72-64"
    }

    fn rate(&self) -> (u32, u32) {
        (64, 72)
    }

    fn encode(&mut self, data: &[u8], coded: &mut Vec<u8>) {
        coded.clear();
        for octets in data.chunks(OCTETS) {
            coded.extend_from_slice(octets);
            coded.push(checks(block(octets)));
        }
    }

    fn decode(&mut self, coded: &[u8], data: &mut Vec<u8>) -> Result<usize, Reason> {
        data.clear();
        let mut mended = 0;
        for octets in coded.chunks(OCTETS + 1) {
            let short = Reason::TooShort {
                field: "last block",
                need: 2,
                have: octets.len(),
            };
            let (found, octets) = octets.split_last().ok_or(short.clone())?;
            if octets.is_empty() {
                return Err(short);
            }
            let (right, hurt) = mend(block(octets), *found, 8 * octets.len())?;
            data.extend(right.to_le_bytes().iter().take(octets.len()));
            mended += usize::from(hurt);
        }
        Ok(mended)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_one_of_72_bits_is_mended_and_any_two_are_seen() {
        let sent = *b"any data";
        let (mut coded, mut data) = (Vec::new(), Vec::new());
        Secded.encode(&sent, &mut coded);
        assert_eq!(coded.len(), 9);
        let flip = |coded: &mut [u8], bit: usize| coded[bit / 8] ^= 1 << (bit % 8);
        for a in 0..72 {
            flip(&mut coded, a);
            assert_eq!(Secded.decode(&coded, &mut data), Ok(1), "bit {a}");
            assert_eq!(data, sent);
            for b in (0..72).filter(|b| *b != a) {
                flip(&mut coded, b);
                assert!(
                    Secded.decode(&coded, &mut data).is_err(),
                    "bits {a} and {b}"
                );
                flip(&mut coded, b);
            }
            flip(&mut coded, a);
        }
    }

    #[test]
    fn data_stands_at_the_places_that_are_no_power_of_two() {
        assert_eq!(&PLACES[..5], &[3, 5, 6, 7, 9]);
        assert_eq!(PLACES[63], 71);
    }
}
