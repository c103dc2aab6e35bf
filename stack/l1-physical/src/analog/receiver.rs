//! Receivers: from samples to decisions, one for each symbol.
//!
//! ```text
//! symbol       |     0     |     1     |
//! threshold          x           x         one sample in the middle
//! matched      |<---mean-->|<---mean-->|   integrate over the symbol and dump
//! biphase      |<- -mean ->|<- +mean ->|   one decision for two symbols: did it step up?
//! ```
//! Of a symbol with N samples in white noise, the matched filter keeps all the energy and so
//! has N times the signal-to-noise ratio of one sample: 10 log₁₀ N dB.
//!
//! Not here: equalisers; automatic gain (`gain` is told); which half of a cell comes first (the
//! transmission begins with a cell).

use super::{ClockRecovery, Waveform, float};
use crate::Alphabet;

/// How a receiver makes one value of the samples of a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filter {
    /// The sample in the middle.
    Threshold,
    /// The mean over the symbol: the matched filter of a level that lasts one symbol.
    Matched,
    /// Mean of the second symbol less that of the first, halved: the matched filter of a
    /// Manchester cell. Decides bits (1 for a step up), and never sees a violation.
    Biphase,
}

/// A decision of a receiver.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decision {
    /// Middle of what was looked at, in samples from the start.
    pub at: f64,
    /// The voltage that was compared with the thresholds, in levels as they were sent.
    pub value: f64,
    /// The symbol, or for [`Filter::Biphase`] the bit.
    pub symbol: u8,
}

/// What a station does with what it hears.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Receiver {
    /// How samples become one value.
    pub filter: Filter,
    /// The levels that it decides between.
    pub alphabet: Alphabet,
    /// The voltage of level 1 as it arrives ([`Channel::gain`](super::Channel::gain)).
    pub gain: f64,
    /// How it finds the symbols; `None` counts samples from the start of the waveform.
    pub clock: Option<ClockRecovery>,
}

impl Receiver {
    /// A receiver at gain 1 that knows where symbols begin.
    pub const fn new(filter: Filter, alphabet: Alphabet) -> Self {
        Receiver {
            filter,
            alphabet,
            gain: 1.0,
            clock: None,
        }
    }

    /// Decides every symbol (for [`Filter::Biphase`] every cell) that the waveform holds.
    pub fn receive(&self, line: &Waveform) -> Vec<Decision> {
        let middles = match &self.clock {
            Some(clock) => clock.track(line, self.alphabet, self.gain),
            None => {
                let per_symbol = f64::from(line.per_symbol());
                let middle = |symbol| (float(symbol) + 0.5) * per_symbol;
                (0..line.symbols()).map(middle).collect()
            }
        };
        match self.filter {
            Filter::Threshold => self.decide(&middles, |at| line.sample(at)),
            Filter::Matched => self.decide(&middles, |at| mean(line, at)),
            Filter::Biphase => {
                let (cells, _) = middles.as_chunks::<2>();
                cells.iter().map(|cell| self.cell(line, *cell)).collect()
            }
        }
    }

    /// The same, as octets of symbols for a line code's decoder; the last octet is filled up.
    pub fn symbols(&self, line: &Waveform) -> Vec<u8> {
        let decisions = self.receive(line);
        let decided = decisions.iter().map(|decision| decision.symbol);
        match self.filter {
            Filter::Biphase => self.alphabet.pack(decided.flat_map(|up| [1 - up, up])),
            _ => self.alphabet.pack(decided),
        }
    }

    fn decide(&self, middles: &[f64], voltage: impl Fn(f64) -> f64) -> Vec<Decision> {
        let decision = |at: &f64| {
            let value = voltage(*at) / self.gain;
            let symbol = self.alphabet.nearest(value);
            Decision {
                at: *at,
                value,
                symbol,
            }
        };
        middles.iter().map(decision).collect()
    }

    fn cell(&self, line: &Waveform, [first, second]: [f64; 2]) -> Decision {
        let value = (mean(line, second) - mean(line, first)) / 2.0 / self.gain;
        Decision {
            at: (first + second) / 2.0,
            value,
            symbol: Alphabet::Binary.nearest(value),
        }
    }
}

/// The mean over the symbol around `middle`.
fn mean(line: &Waveform, middle: f64) -> f64 {
    let half = f64::from(line.per_symbol()) / 2.0;
    line.mean(middle - half, middle + half)
}

#[cfg(test)]
mod tests {
    use layercake_base::Rng;

    use super::super::Channel;
    use super::*;
    use crate::manchester;

    const ALL: [Alphabet; 3] =
        [Alphabet::Binary, Alphabet::Ternary, Alphabet::Quaternary];

    fn levels(alphabet: Alphabet, symbols: &[u8]) -> Vec<i8> {
        let level = |symbol: &u8| alphabet.level(*symbol).unwrap();
        symbols.iter().map(level).collect()
    }

    fn some_symbols(alphabet: Alphabet, count: usize) -> Vec<u8> {
        let mut rng = Rng::seeded(2);
        let mut draw = || u8::try_from(rng.below(alphabet.levels().into())).unwrap();
        (0..count).map(|_| draw()).collect()
    }

    #[test]
    fn every_symbol_comes_back_over_an_ideal_and_over_a_lossy_line() {
        for alphabet in ALL {
            let symbols = some_symbols(alphabet, 400);
            for attenuation in [0.0, 30.0] {
                for filter in [Filter::Threshold, Filter::Matched] {
                    let channel = Channel {
                        rise: 0.5,
                        attenuation,
                        ..Channel::default()
                    };
                    let line = channel
                        .transmit(&levels(alphabet, &symbols), &mut Rng::seeded(1));
                    let gain = channel.gain();
                    let receiver = Receiver {
                        gain,
                        ..Receiver::new(filter, alphabet)
                    };
                    let found: Vec<_> =
                        receiver.receive(&line).iter().map(|d| d.symbol).collect();
                    assert_eq!(found, symbols, "{alphabet:?} {filter:?}");
                    assert_eq!(receiver.symbols(&line), alphabet.pack(symbols.clone()));
                }
            }
        }
    }

    #[test]
    fn a_biphase_receiver_hears_manchester_cells() {
        let octets = b"biphase";
        let mut symbols = vec![0; 2 * octets.len()];
        manchester::encode(octets, &mut symbols);
        let sent: Vec<u8> = Alphabet::Binary.unpack(&symbols).collect();
        let line = Waveform::of_levels(&levels(Alphabet::Binary, &sent), 5);
        let receiver = Receiver::new(Filter::Biphase, Alphabet::Binary);
        assert_eq!(receiver.symbols(&line), symbols);
        let cells = receiver.receive(&line);
        assert_eq!(cells.len(), 8 * octets.len());
        assert!(cells.iter().all(|cell| cell.value.abs() == 1.0));
        assert_eq!(cells.iter().map(|cell| cell.at).next(), Some(5.0));
    }

    /// One value in the middle, the mean of all, and the step: by hand.
    #[test]
    fn each_filter_looks_where_it_says() {
        let line = Waveform::new(vec![1.0, -4.0, 0.0, 2.0, 8.0, 2.0], 3);
        let values = |filter| -> Vec<f64> {
            let receiver = Receiver::new(filter, Alphabet::Binary);
            receiver.receive(&line).iter().map(|d| d.value).collect()
        };
        assert_eq!(values(Filter::Threshold), [-4.0, 8.0]);
        assert_eq!(values(Filter::Matched), [-1.0, 4.0]);
        assert_eq!(values(Filter::Biphase), [2.5]);
    }
}
