//! A check value that is computed piece by piece; the pieces may end anywhere.

use layercake_base::checksum::Sum;

use super::catalogue::Method;
use super::crcs::Division;
use super::sums::Pair;

/// A check value under way. Begin with [`Check::start`](super::Check::start).
#[derive(Clone)]
pub struct Running(State);

#[derive(Clone)]
enum State {
    /// The exclusive or of all octets, and of what it begins with.
    Parity(u8),
    Columns(u8),
    Internet(Sum, Odd),
    Fletcher16(Pair<255>),
    Fletcher32(Pair<65_535>, Odd),
    Adler32(Pair<65_521>),
    Crc(Division),
}

/// The first octet of a word whose second is still to come.
type Odd = Option<u8>;

impl Running {
    pub(super) fn new(method: &Method) -> Self {
        Running(match method {
            Method::Parity { odd } => State::Parity(u8::from(*odd)),
            Method::Columns => State::Columns(0),
            Method::Internet => State::Internet(Sum::default(), None),
            Method::Fletcher16 => State::Fletcher16(Pair { low: 0, high: 0 }),
            Method::Fletcher32 => State::Fletcher32(Pair { low: 0, high: 0 }, None),
            Method::Adler32 => State::Adler32(Pair { low: 1, high: 0 }),
            Method::Crc(engine) => State::Crc(engine.start()),
        })
    }

    /// Adds the next piece.
    pub fn add(&mut self, octets: &[u8]) {
        match &mut self.0 {
            State::Parity(sum) | State::Columns(sum) => {
                *sum = octets.iter().fold(*sum, |sum, octet| sum ^ octet);
            }
            State::Internet(sum, odd) => {
                in_words(odd, octets, |words| *sum = sum.octets(words));
            }
            State::Fletcher16(pair) => pair.octets(octets),
            State::Fletcher32(pair, odd) => {
                in_words(odd, octets, |words| pair.pairs(words));
            }
            State::Adler32(pair) => pair.octets(octets),
            State::Crc(division) => division.add(octets),
        }
    }

    /// The same with the next piece added.
    #[must_use]
    pub fn with(mut self, octets: &[u8]) -> Self {
        self.add(octets);
        self
    }

    /// The value over all pieces.
    pub fn finish(self) -> u64 {
        match self.0 {
            State::Parity(sum) => u64::from(sum.count_ones() & 1),
            State::Columns(sum) => sum.into(),
            State::Internet(sum, odd) => sum.octets(odd.as_slice()).finish().into(),
            State::Fletcher16(pair) => pair.value(16),
            State::Fletcher32(mut pair, odd) => {
                pair.pairs(odd.as_slice());
                pair.value(32)
            }
            State::Adler32(pair) => pair.value(32),
            State::Crc(division) => division.finish(),
        }
    }
}

/// Hands on what makes whole words of two octets; an octet that is left waits in `odd`.
fn in_words(odd: &mut Odd, octets: &[u8], mut take: impl FnMut(&[u8])) {
    let mut octets = octets;
    if let (Some(first), Some((second, rest))) = (*odd, octets.split_first()) {
        take(&[first, *second]);
        (*odd, octets) = (None, rest);
    }
    let (words, rest) = octets.split_at(octets.len() & !1);
    take(words);
    *odd = rest.first().copied().or(*odd);
}
