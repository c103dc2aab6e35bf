//! Convolutional code of constraint length 7: each bit leaves traces in seven pairs.
//!
//! ```text
//!            +---(+)---(+)---(+)---------------(+)--> first bit     171 octal, 1111001
//!            |    |     |     |                 |
//!  data --> [b] [b-1] [b-2] [b-3] [b-4] [b-5] [b-6]            b-1 is the bit before b
//!            |          |     |           |     |
//!            +---------(+)---(+)---------(+)---(+)--> second bit    133 octal, 1011011
//! ```
//! Spec: generators 171 and 133, rate 1/2, in the order of CCSDS 131.0-B (which inverts the
//! second bit). IEEE 802.11 has the same two and sends that of 133 first.
//! Units: bits, most significant first; eight zeros behind the data, of which six lead the
//! encoder back to where it began: 2n + 2 octets for n.
//! Checks: the length.
//! Not here: puncturing; how it is decoded ([`viterbi`]).

use layercake_base::Reason;

use super::Correction;
use super::viterbi::{self, Trellis};

/// The bits of the encoder's register that each of the two outputs adds up, the newest bit most
/// significant.
pub const GENERATORS: [u8; 2] = [0o171, 0o133];
/// Bits of the register behind the newest.
pub const MEMORY: usize = 6;

/// The two bits that leave the encoder when its register holds `register`, the first bit more
/// significant: 0 to 3.
pub const fn output(register: u8) -> u8 {
    let [first, second] = GENERATORS;
    parity(register & first) << 1 | parity(register & second)
}

const fn parity(bits: u8) -> u8 {
    (bits.count_ones() & 1) as u8
}

/// Replaces `coded` by the code of `data`.
pub fn encode(data: &[u8], coded: &mut Vec<u8>) {
    coded.clear();
    let mut register = 0;
    for octet in data.iter().chain(&[0]) {
        let mut pairs = 0_u16;
        for bit in (0..8).rev() {
            register = register >> 1 | (octet >> bit & 1) << MEMORY;
            pairs = pairs << 2 | u16::from(output(register));
        }
        coded.extend(pairs.to_be_bytes());
    }
}

/// The code, with a Viterbi decoder that is given bits and not how sure they are.
#[derive(Clone, Debug, Default)]
pub struct Convolutional {
    soft: Vec<i8>,
    trellis: Trellis,
    again: Vec<u8>,
}

impl Correction for Convolutional {
    fn name(&self) -> &'static str {
        "convolutional"
    }

    fn rate(&self) -> (u32, u32) {
        (1, 2)
    }

    fn encode(&mut self, data: &[u8], coded: &mut Vec<u8>) {
        encode(data, coded);
    }

    fn decode(&mut self, coded: &[u8], data: &mut Vec<u8>) -> Result<usize, Reason> {
        let (field, need, have) = ("convolutional code", 2, coded.len());
        if have < need {
            return Err(Reason::TooShort { field, need, have });
        }
        let length = u64::try_from(have).unwrap_or(u64::MAX);
        let rule = "must be even";
        Reason::require(have.is_multiple_of(2), "octets of the code", length, rule)?;
        viterbi::hard(coded, &mut self.soft);
        self.trellis.decode(&self.soft, data);
        encode(data, &mut self.again);
        let pairs = self.again.iter().zip(coded);
        Ok(pairs.map(|(a, b)| (a ^ b).count_ones() as usize).sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A single one shows the generators: what leaves is 11 10 11 11 00 01 11, their bits side
    /// by side.
    #[test]
    fn the_answer_to_a_single_one_is_the_generators() {
        let mut coded = Vec::new();
        encode(&[0b1000_0000], &mut coded);
        assert_eq!(coded, [0b11_10_11_11, 0b00_01_11_00, 0, 0]);
    }

    /// The weights of the paths that leave the zero state and come back: ten for the lightest,
    /// with 36 data bits in all paths of that weight, then 211 for twelve, 1404 for fourteen.
    /// J. P. Odenwalder's table, as in J. G. Proakis, Digital Communications, §8.2.
    #[test]
    fn the_free_distance_is_ten_and_the_spectrum_is_the_published_one() {
        const MOST: usize = 14;
        let mut bits = [0_u64; MOST + 1];
        let mut open = vec![(1_usize << (MEMORY - 1), 2_usize, 1_u64)];
        while let Some((state, weight, ones)) = open.pop() {
            for bit in 0..2 {
                let register = u8::try_from(bit << MEMORY | state).unwrap();
                let weight = weight + output(register).count_ones() as usize;
                let next = usize::from(register >> 1);
                match next {
                    _ if weight > MOST => {}
                    0 => bits[weight] += ones,
                    _ => open.push((next, weight, ones + bit as u64)),
                }
            }
        }
        assert_eq!(bits[..10], [0; 10]);
        assert_eq!(bits[10..], [36, 0, 211, 0, 1404]);
    }

    proptest! {
        /// A path that is wrong differs in ten places at least, so four wrong bits are always
        /// mended, wherever they are.
        #[test]
        fn any_four_wrong_bits_are_mended(
            data in proptest::collection::vec(any::<u8>(), 0..40),
            wrong in proptest::collection::vec(any::<proptest::sample::Index>(), 0..=4),
        ) {
            let (mut code, mut coded, mut back) =
                (Convolutional::default(), Vec::new(), Vec::new());
            code.encode(&data, &mut coded);
            let places: std::collections::BTreeSet<usize> =
                wrong.iter().map(|index| index.index(coded.len() * 8)).collect();
            for at in &places {
                coded[at / 8] ^= 0x80 >> (at % 8);
            }
            prop_assert_eq!(code.decode(&coded, &mut back), Ok(places.len()));
            prop_assert_eq!(back, data);
        }
    }
}
