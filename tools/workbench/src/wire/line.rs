//! One transmission from octets to octets, with everything between kept to look at.

use layercake_base::{Reason, Rng};
use layercake_physical::analog::{
    Channel, ClockRecovery, Decision, Filter, Receiver, Waveform, theory,
};
use layercake_physical::{Alphabet, LineCode};

/// How loud the noise is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Noise {
    /// Standard deviation of a sample, in levels.
    Sigma(f64),
    /// Energy per bit, as it arrives, over noise density, in dB.
    EbN0(f64),
}

/// A wire and its receiver.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) channel: Channel,
    pub(super) noise: Noise,
    pub(super) filter: Filter,
    pub(super) clock: Option<ClockRecovery>,
    pub(super) seed: u64,
}

/// What happened to one transmission.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) code: Box<dyn LineCode>,
    pub(super) octets: Vec<u8>,
    /// The symbols as they were sent, one each.
    pub(super) symbols: Vec<u8>,
    pub(super) waveform: Waveform,
    pub(super) decisions: Vec<Decision>,
    pub(super) decoded: Result<Vec<u8>, Reason>,
    /// Standard deviation of the noise in each sample.
    pub(super) sigma: f64,
    /// Wrong symbols that noise alone should make, of so many.
    pub(super) expected: f64,
    /// Nothing but noise was on this line, so that theory knows how many are wrong.
    pub(super) only_noise: bool,
}

impl Line {
    /// Sends `octets` with this code.
    pub(super) fn carry(&self, mut code: Box<dyn LineCode>, octets: &[u8]) -> Run {
        let alphabet = code.alphabet();
        let mut packed = Vec::new();
        code.encode(octets, &mut packed);
        let symbols: Vec<u8> = alphabet.unpack(&packed).collect();
        let levels: Vec<i8> = symbols
            .iter()
            .map(|symbol| level(alphabet, *symbol))
            .collect();
        let mut channel = self.channel;
        channel.noise = match self.noise {
            Noise::Sigma(sigma) => sigma,
            Noise::EbN0(decibels) => {
                sigma(&levels, &channel, code.efficiency(), decibels)
            }
        };
        let waveform = channel.transmit(&levels, &mut Rng::seeded(self.seed));
        let receiver = Receiver {
            gain: channel.gain(),
            clock: self.clock,
            ..Receiver::new(self.filter, alphabet)
        };
        let decisions = receiver.receive(&waveform);
        let mut decoded = Vec::new();
        let done = code.decode(&receiver.symbols(&waveform), &mut decoded);
        Run {
            octets: octets.to_vec(),
            expected: wrong(&levels, alphabet, &channel, self.filter),
            only_noise: self.clock.is_none() && is_ideal(&channel),
            code,
            symbols,
            waveform,
            decisions,
            decoded: done.map(|()| decoded),
            sigma: channel.noise,
        }
    }
}

impl Run {
    /// The places of symbols that were decided wrongly.
    pub(super) fn errors(&self) -> impl Iterator<Item = usize> {
        let pairs = self.symbols.iter().zip(&self.decisions).enumerate();
        pairs
            .filter_map(|(at, (sent, decision))| (*sent != decision.symbol).then_some(at))
    }

    /// The cell that the line code refuses, and how many symbols one has.
    pub(super) fn violation(&self) -> Option<std::ops::Range<usize>> {
        let Err(Reason::Violation { cell, .. }) = self.decoded else {
            return None;
        };
        let (_, per_cell) = self.code.efficiency();
        let per_cell = usize::try_from(per_cell).unwrap_or(1);
        Some(cell * per_cell..(cell + 1) * per_cell)
    }
}

/// The level of a symbol; a code sends only symbols that have one.
pub(super) fn level(alphabet: Alphabet, symbol: u8) -> i8 {
    alphabet.level(symbol).unwrap_or(0)
}

/// The noise of a sample at which energy per bit over noise density is `decibels`: of N samples
/// for each symbol, a bit that takes s symbols has the energy N · s · mean square · gain², and
/// the density of white noise is twice the variance of a sample.
fn sigma(
    levels: &[i8],
    channel: &Channel,
    (bits, symbols): (u32, u32),
    decibels: f64,
) -> f64 {
    let count = u32::try_from(levels.len().max(1)).unwrap_or(u32::MAX);
    let square = |level: &i8| f64::from(*level) * f64::from(*level);
    let mean = levels.iter().map(square).sum::<f64>() / f64::from(count);
    let samples = f64::from(channel.per_symbol) * f64::from(symbols) / f64::from(bits);
    let energy = samples * mean * channel.gain() * channel.gain();
    (energy / (2.0 * theory::ratio(decibels))).sqrt()
}

/// Symbols that Gaussian noise carries over a threshold: each level has one or two of them, at
/// half the distance between levels; the mean of N samples has a variance N times smaller.
fn wrong(levels: &[i8], alphabet: Alphabet, channel: &Channel, filter: Filter) -> f64 {
    let (half, highest) = match alphabet {
        Alphabet::Binary => (1.0, 1),
        Alphabet::Ternary => (0.5, 1),
        Alphabet::Quaternary => (1.0, 3),
    };
    let samples = match filter {
        Filter::Threshold => 1.0,
        _ => f64::from(channel.per_symbol),
    };
    let over = theory::q(half * channel.gain() * samples.sqrt() / channel.noise);
    let each = |level: &i8| {
        if level.abs() == highest {
            over
        } else {
            2.0 * over
        }
    };
    levels.iter().map(each).sum()
}

fn is_ideal(channel: &Channel) -> bool {
    channel.rise == 0.0
        && channel.drift == 0.0
        && channel.jitter == 0.0
        && channel.bandwidth.is_none()
}

#[cfg(test)]
mod tests {
    use layercake_physical::code;

    use super::*;

    fn line(noise: Noise) -> Line {
        Line {
            channel: Channel::default(),
            noise,
            filter: Filter::Matched,
            clock: None,
            seed: 3,
        }
    }

    #[test]
    fn every_code_carries_text_over_a_quiet_wire() {
        for name in code::NAMES {
            let run =
                line(Noise::Sigma(0.1)).carry(code::named(name).unwrap(), b"layer cake");
            assert_eq!(run.decoded.as_deref(), Ok(&b"layer cake"[..]), "{name}");
            assert_eq!(run.errors().count(), 0, "{name}");
        }
    }

    /// At 4 dB, antipodal signals have 1.25 % wrong bits (Q(√(2γ)), Proakis). Five standard
    /// deviations of 32,000 bits are 98.
    #[test]
    fn as_many_symbols_are_wrong_as_theory_says() {
        let run =
            line(Noise::EbN0(4.0)).carry(code::named("nrz-l").unwrap(), &[0x5a; 4_000]);
        assert!((run.expected - 400.0).abs() < 1.0, "{}", run.expected);
        let wrong = run.errors().count();
        assert!((302..=498).contains(&wrong), "{wrong}");
        assert!(run.only_noise);
    }
}
