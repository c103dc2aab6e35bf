//! Viterbi's algorithm: of all paths through the trellis, the one nearest to what came in.
//!
//! ```text
//!   state    step 1       step 2       step 3
//!    00  o------------o------------o------------o     each path is a message; two paths that
//!           \        / \          /  \              meet in a state have the same future, so
//!    10      o------o    o------o      o            the worse one is forgotten
//! ```
//! Spec: A. J. Viterbi, IEEE Transactions on Information Theory 13 (1967), for the code of
//! [`convolutional`](super::convolutional).
//! Units: soft bits, -127 (surely 0) to 127 (surely 1), 0 for one that is not known.
//! Checks: nothing; some path is always the nearest.
//! Not here: how sure the result is.
//!
//! Soft decisions gain about 2 dB over hard ones, which throw away how far a level was from the
//! threshold.

use super::convolutional::{MEMORY, output};

/// States: all that the encoder may remember.
const STATES: usize = 1 << MEMORY;
/// The oldest bits of two registers that lead to the same state differ in this one.
const OLDEST: usize = 1;
/// No path leads here.
const NEVER: i64 = i64::MIN / 2;

/// What leaves the encoder for each register.
static OUTPUTS: [u8; 2 * STATES] = outputs();

#[expect(clippy::indexing_slicing, reason = "computed by the compiler")]
#[expect(clippy::cast_possible_truncation, reason = "a register is at most 127")]
const fn outputs() -> [u8; 2 * STATES] {
    let (mut table, mut register) = ([0; 2 * STATES], 0);
    while register < table.len() {
        table[register] = output(register as u8);
        register += 1;
    }
    table
}

/// Replaces `soft` by the bits of `octets`, most significant first, all equally sure.
pub fn hard(octets: &[u8], soft: &mut Vec<i8>) {
    soft.clear();
    let sure = |octet: u8| {
        (0..8)
            .rev()
            .map(move |bit| 2 * (octet >> bit & 1).cast_signed() - 1)
    };
    soft.extend(octets.iter().flat_map(|octet| sure(*octet)));
}

/// The decoder, whose memory is used again for each message.
#[derive(Clone, Debug)]
pub struct Trellis {
    /// How well the best path to each state agrees so far.
    metrics: [i64; STATES],
    /// For each step, a bit for each state: the oldest bit of the register on its best path.
    chosen: Vec<u64>,
}

impl Default for Trellis {
    fn default() -> Self {
        Trellis {
            metrics: [NEVER; STATES],
            chosen: Vec::new(),
        }
    }
}

impl Trellis {
    /// Replaces `data` by the message nearest to `soft`, whose last octet (the zeros that end
    /// it) is left out. `soft` should hold two for each bit, in whole octets; what is beyond
    /// is not looked at.
    pub fn decode(&mut self, soft: &[i8], data: &mut Vec<u8>) {
        let (pairs, _) = soft.as_chunks::<2>();
        let pairs = pairs.get(..pairs.len() / 8 * 8).unwrap_or_default();
        self.forward(pairs);
        data.clear();
        data.resize(pairs.len() / 8, 0);
        self.backward(data);
        data.pop();
    }

    /// Step by step, the best path to each state.
    fn forward(&mut self, pairs: &[[i8; 2]]) {
        self.metrics = [NEVER; STATES];
        if let Some(start) = self.metrics.first_mut() {
            *start = 0;
        }
        self.chosen.clear();
        let tail = pairs.len().saturating_sub(8);
        for (at, pair) in pairs.iter().enumerate() {
            let [first, second] = pair.map(i64::from);
            // Agreement with 00, 01, 10 and 11.
            let gains = [
                -first - second,
                second - first,
                first - second,
                first + second,
            ];
            let chosen = self.step(gains);
            self.chosen.push(chosen);
            if at >= tail {
                self.forbid_ones();
            }
        }
    }

    /// The newest bit is known to be zero.
    fn forbid_ones(&mut self) {
        self.metrics
            .iter_mut()
            .skip(STATES / 2)
            .for_each(|metric| *metric = NEVER);
    }

    fn step(&mut self, gains: [i64; 4]) -> u64 {
        let before = self.metrics;
        let mut chosen = 0;
        let gain = |register: usize| {
            let output = OUTPUTS.get(register).copied().unwrap_or(0);
            gains.get(usize::from(output)).copied().unwrap_or(0)
        };
        let path = |register: usize| {
            let from = before.get(register % STATES).copied().unwrap_or(NEVER);
            from + gain(register)
        };
        for (state, metric) in self.metrics.iter_mut().enumerate() {
            let register = state << 1;
            let (zero, one) = (path(register), path(register | OLDEST));
            chosen |= u64::from(one > zero) << state;
            *metric = zero.max(one);
        }
        chosen
    }

    /// From the zero state at the end back along the best path; each state's newest bit is data.
    fn backward(&self, data: &mut [u8]) {
        let mut state = 0;
        for (at, chosen) in self.chosen.iter().enumerate().rev() {
            let bit = u8::from(state >> (MEMORY - 1) & 1 == 1);
            if let Some(octet) = data.get_mut(at / 8) {
                *octet |= bit << (7 - at % 8);
            }
            let oldest = usize::from(chosen >> state & 1 == 1);
            state = (state << 1 | oldest) % STATES;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::convolutional::encode;
    use super::*;
    use layercake_base::Rng;

    /// All messages of two octets, the nearest by brute force.
    fn nearest(soft: &[i8]) -> i32 {
        let agreement = |message: u16| {
            let (mut coded, mut bits) = (Vec::new(), Vec::new());
            encode(&message.to_be_bytes(), &mut coded);
            hard(&coded, &mut bits);
            let pairs = bits.iter().zip(soft);
            pairs.map(|(a, b)| i32::from(*a) * i32::from(*b)).sum()
        };
        (0..=u16::MAX).map(agreement).max().unwrap()
    }

    #[test]
    fn no_message_is_nearer_than_the_one_found() {
        let (mut rng, mut trellis, mut data) =
            (Rng::seeded(3), Trellis::default(), Vec::new());
        for _ in 0..4 {
            let soft: Vec<i8> = (0..48)
                .map(|_| rng.next_u64().to_le_bytes()[0].cast_signed().max(-127))
                .collect();
            trellis.decode(&soft, &mut data);
            let (mut coded, mut bits) = (Vec::new(), Vec::new());
            encode(&data, &mut coded);
            hard(&coded, &mut bits);
            let pairs = bits.iter().zip(&soft);
            let found: i32 = pairs.map(|(a, b)| i32::from(*a) * i32::from(*b)).sum();
            assert_eq!(found, nearest(&soft));
        }
    }

    #[test]
    fn bits_that_are_not_known_cost_nothing() {
        let (mut coded, mut soft, mut data) = (Vec::new(), Vec::new(), Vec::new());
        encode(b"erasures", &mut coded);
        hard(&coded, &mut soft);
        soft.iter_mut().step_by(3).for_each(|bit| *bit = 0);
        Trellis::default().decode(&soft, &mut data);
        assert_eq!(data, b"erasures");
    }
}
