//! Interleaving: spreads a burst of errors over many code words.
//!
//! ```text
//!   written row by row        sent column by column
//! +---+---+---+---+
//! | a | b | c | d |           a e i b f j c g d h
//! +---+---+---+---+
//! | e | f | g | h |           neighbours on the line come from different rows
//! +---+---+---+---+
//! | i | j |
//! +---+---+
//! ```
//! Spec: the block interleaver of textbooks, with a short last row.
//! Units: octets.
//! Checks: none; every order of octets is the order of some.
//! Not here: interleaving of bits, and convolutional interleavers (Forney, Ramsey).
//!
//! With `rows` rows, a burst of up to `rows` octets hurts no row twice: a code that mends `t`
//! octets of a row mends bursts of `t * rows`.

use layercake_base::Reason;

use super::Correction;

/// Copies `from` to `to`, column by column of a table that has `rows` rows.
pub fn interleave(from: &[u8], rows: usize, to: &mut Vec<u8>) {
    to.clear();
    to.extend(order(from.len(), rows).filter_map(|at| from.get(at)));
}

/// Undoes [`interleave`] with the same number of rows.
pub fn deinterleave(from: &[u8], rows: usize, to: &mut Vec<u8>) {
    to.clear();
    to.resize(from.len(), 0);
    for (at, octet) in order(from.len(), rows).zip(from) {
        if let Some(to) = to.get_mut(at) {
            *to = *octet;
        }
    }
}

/// The places of `length` octets in the order in which they are sent.
fn order(length: usize, rows: usize) -> impl Iterator<Item = usize> {
    let columns = length.div_ceil(rows.max(1)).max(1);
    (0..columns).flat_map(move |column| (column..length).step_by(columns))
}

/// A code whose octets are sent in another order, so that a burst is spread over it.
#[derive(Clone, Debug)]
pub struct Interleaved<C> {
    code: C,
    rows: usize,
    scratch: Vec<u8>,
}

impl<C: Correction> Interleaved<C> {
    /// `code`, over this many rows; 1 changes nothing.
    pub const fn new(code: C, rows: usize) -> Self {
        let scratch = Vec::new();
        Interleaved {
            code,
            rows,
            scratch,
        }
    }
}

impl<C: Correction> Correction for Interleaved<C> {
    fn name(&self) -> &'static str {
        self.code.name()
    }

    fn rate(&self) -> (u32, u32) {
        self.code.rate()
    }

    fn encode(&mut self, data: &[u8], coded: &mut Vec<u8>) {
        self.code.encode(data, &mut self.scratch);
        interleave(&self.scratch, self.rows, coded);
    }

    fn decode(&mut self, coded: &[u8], data: &mut Vec<u8>) -> Result<usize, Reason> {
        deinterleave(coded, self.rows, &mut self.scratch);
        self.code.decode(&self.scratch, data)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Extended, ReedSolomon};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn octets_go_out_column_by_column_as_in_the_picture() {
        let mut sent = Vec::new();
        interleave(b"abcdefghij", 3, &mut sent);
        assert_eq!(sent, b"aeibfjcgdh");
    }

    /// RS(255,223) mends 16 octets in a block; four blocks side by side mend a burst of 64.
    #[test]
    fn a_burst_of_rows_times_t_octets_is_mended_wherever_it_falls() {
        let sent: Vec<u8> = (0..223 * 4).map(|at| (at % 251) as u8).collect();
        let mut code = Interleaved::new(ReedSolomon::default(), 4);
        let (mut coded, mut data) = (Vec::new(), Vec::new());
        code.encode(&sent, &mut coded);
        for start in (0..coded.len() - 64).step_by(37) {
            let mut hurt = coded.clone();
            hurt[start..start + 64]
                .iter_mut()
                .for_each(|octet| *octet ^= 0xff);
            assert_eq!(code.decode(&hurt, &mut data), Ok(64), "from {start}");
            assert_eq!(data, sent);
        }
        let mut alone = ReedSolomon::default();
        alone.encode(&sent, &mut coded);
        coded[..64].iter_mut().for_each(|octet| *octet ^= 0xff);
        assert!(alone.decode(&coded, &mut data).is_err());
    }

    proptest! {
        #[test]
        fn what_was_interleaved_comes_back(
            octets in proptest::collection::vec(any::<u8>(), 0..200),
            rows in 0..40_usize,
        ) {
            let (mut sent, mut back) = (Vec::new(), Vec::new());
            interleave(&octets, rows, &mut sent);
            deinterleave(&sent, rows, &mut back);
            prop_assert_eq!(&back, &octets);
            let mut code = Interleaved::new(Extended, rows);
            code.encode(&octets, &mut sent);
            prop_assert_eq!(code.decode(&sent, &mut back), Ok(0));
            prop_assert_eq!(back, octets);
        }
    }
}
