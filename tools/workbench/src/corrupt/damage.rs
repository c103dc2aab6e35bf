//! The damage itself, piece by piece: the same whatever the pieces.

use std::fmt;

use layercake_base::Rng;

use crate::chance::Expected;
use crate::output::thousands;

/// What to do to a stream.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Damage {
    /// Flip each bit with this probability.
    Flip(f64),
    /// Flip bits in bursts.
    Burst {
        /// From the first flipped bit to the last, both included.
        bits: u32,
        /// That one begins, at each bit outside one.
        probability: f64,
    },
    /// Leave out each octet with this probability.
    Drop(f64),
    /// Put a random octet in front of each with this probability.
    Insert(f64),
    /// Flip these bits; the last is next.
    At(Vec<u64>),
}

/// Does the damage and counts it.
#[derive(Debug)]
pub(crate) struct Damager {
    damage: Damage,
    rng: Rng,
    /// Octets that came in.
    octets: u64,
    /// Bits of the burst that is under way.
    left: u32,
    /// Things that were done: bits flipped, octets dropped or inserted, bursts.
    done: u64,
    /// Times that chance was asked whether to do it.
    trials: u64,
    /// Bits flipped in bursts.
    flipped: u64,
}

impl Damager {
    /// With chance from this seed.
    pub(crate) fn new(damage: Damage, seed: u64) -> Self {
        Damager {
            damage,
            rng: Rng::seeded(seed),
            octets: 0,
            left: 0,
            done: 0,
            trials: 0,
            flipped: 0,
        }
    }

    /// Appends `octets` to `out`, damaged.
    pub(crate) fn damage(&mut self, octets: &[u8], out: &mut Vec<u8>) {
        for &octet in octets {
            match self.damage {
                Damage::Drop(probability) => {
                    if !self.chance(probability) {
                        out.push(octet);
                    }
                }
                Damage::Insert(probability) => {
                    if self.chance(probability) {
                        out.push(self.rng.next_u64().to_le_bytes()[0]);
                    }
                    out.push(octet);
                }
                _ => out.push(octet ^ self.flips()),
            }
            self.octets += 1;
        }
    }

    /// Which bits of the next octet to flip.
    fn flips(&mut self) -> u8 {
        (0..8).fold(0, |flips, bit| flips | u8::from(self.flip(bit)) << bit)
    }

    fn flip(&mut self, bit: u64) -> bool {
        match &mut self.damage {
            Damage::Flip(probability) => {
                let probability = *probability;
                self.chance(probability)
            }
            Damage::Burst { bits, probability } => {
                let (bits, probability) = (*bits, *probability);
                self.burst(bits, probability)
            }
            Damage::At(bits) => {
                let hit = bits.pop_if(|next| *next == self.octets * 8 + bit).is_some();
                self.done += u64::from(hit);
                hit
            }
            Damage::Drop(_) | Damage::Insert(_) => false,
        }
    }

    fn burst(&mut self, bits: u32, probability: f64) -> bool {
        let flip = match self.left {
            0 => {
                if !self.chance(probability) {
                    return false;
                }
                self.left = bits;
                true
            }
            1 => true,
            _ => self.rng.chance(0.5),
        };
        self.left -= 1;
        self.flipped += u64::from(flip);
        flip
    }

    fn chance(&mut self, probability: f64) -> bool {
        let hit = self.rng.chance(probability);
        self.trials += 1;
        self.done += u64::from(hit);
        hit
    }
}

/// What was done, beside what chance should do.
impl fmt::Display for Damager {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (done, octets) = (thousands(self.done), thousands(self.octets));
        let expected = |probability| Expected::of(self.trials, probability);
        match &self.damage {
            Damage::Flip(p) => {
                let bits = thousands(self.trials);
                write!(f, "flipped {done} of {bits} bits ({})", expected(*p))
            }
            Damage::Burst { bits, probability } => {
                let (flipped, expected) =
                    (thousands(self.flipped), expected(*probability));
                write!(
                    f,
                    "{done} bursts of {bits} bits in {octets} octets, {flipped} bits flipped \
                     ({expected} bursts at {} bits outside one)",
                    thousands(self.trials)
                )
            }
            Damage::Drop(p) => {
                write!(f, "dropped {done} of {octets} octets ({})", expected(*p))
            }
            Damage::Insert(p) => write!(
                f,
                "inserted {done} octets among {octets} ({})",
                expected(*p)
            ),
            Damage::At(left) => {
                write!(f, "flipped {done} bits of {octets} octets")?;
                match left.len() {
                    0 => Ok(()),
                    beyond => write!(f, "; {beyond} lie beyond the end"),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn damaged(damage: Damage, input: &[u8], pieces: usize) -> (Vec<u8>, Damager) {
        let mut damager = Damager::new(damage, 7);
        let mut out = Vec::new();
        for piece in input.chunks(pieces) {
            damager.damage(piece, &mut out);
        }
        (out, damager)
    }

    #[test]
    fn the_same_seed_does_the_same_whatever_the_pieces() {
        let input: Vec<u8> = (0..=255).cycle().take(4_000).collect();
        let kinds = [
            Damage::Flip(0.01),
            Damage::Burst {
                bits: 13,
                probability: 0.001,
            },
            Damage::Drop(0.01),
            Damage::Insert(0.01),
            Damage::At(vec![31_999, 17, 0]),
        ];
        for kind in kinds {
            let (whole, _) = damaged(kind.clone(), &input, 4_000);
            assert_ne!(whole, input, "{kind:?}");
            assert_eq!(damaged(kind, &input, 7).0, whole);
        }
    }

    #[test]
    fn what_is_counted_is_what_was_done() {
        let input = [0; 10_000];
        let (out, damager) = damaged(Damage::Flip(0.01), &input, 999);
        let ones: u32 = out.iter().map(|octet| octet.count_ones()).sum();
        assert_eq!(u64::from(ones), damager.done);
        let text = damager.to_string();
        assert!(
            text.contains("of 80,000 bits (expected 800.0, 99 of 100 runs 727 to 873)")
        );
        // Five standard deviations of a binomial with 80,000 trials are 141.
        assert!((659..=941).contains(&ones), "{ones}");
        let (out, damager) = damaged(Damage::Drop(0.1), &input, 999);
        assert_eq!(u64::try_from(input.len() - out.len()), Ok(damager.done));
        let (out, damager) = damaged(Damage::Insert(0.1), &input, 999);
        assert_eq!(u64::try_from(out.len() - input.len()), Ok(damager.done));
    }

    #[test]
    fn a_burst_begins_and_ends_with_a_wrong_bit() {
        let probability = 1e-4;
        let (out, damager) = damaged(
            Damage::Burst {
                bits: 9,
                probability,
            },
            &[0; 9_000],
            100,
        );
        let bit = |at: usize| out[at / 8] >> (at % 8) & 1 == 1;
        let bits: Vec<usize> = (0..72_000).filter(|at| bit(*at)).collect();
        let first = bits[0];
        assert!(bit(first + 8) && !bit(first + 9));
        assert_eq!(u64::try_from(bits.len()), Ok(damager.flipped));
        assert!(damager.done > 0 && damager.flipped >= 2 * damager.done - 1);
    }

    /// Bits count from the least significant of each octet on.
    #[test]
    fn chosen_bits_are_flipped_and_those_beyond_the_end_told() {
        let (out, damager) = damaged(Damage::At(vec![99, 15, 0]), &[0, 0], 1);
        assert_eq!(out, [1, 0x80]);
        assert_eq!(
            damager.to_string(),
            "flipped 2 bits of 2 octets; 1 lie beyond the end"
        );
    }
}
