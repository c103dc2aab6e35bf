//! The channel: a transmitter that is not quite steady, a cable, and noise at its far end.
//!
//! In the order in which they act:
//!
//! 1. **Clock.** Symbol k begins at k / (1 + drift · 10⁻⁶), plus jitter: an independent normal
//!    shift of each edge, which does not add up.
//! 2. **Rise time.** An edge is a raised cosine, (1 - cos πu) / 2 for u from 0 to 1, from end
//!    to end in `rise` symbol times (10 % to 90 % takes 0.59 of that), centred on its instant.
//! 3. **Cable.** One pole: output follows input by 1 - e^(-2π · bandwidth · t), so that a sine
//!    of frequency `bandwidth` comes out at half its power (-3 dB) and later ones fall by 6 dB
//!    for each octave.
//! 4. **Attenuation.** All voltages times 10^(-dB / 20).
//! 5. **Noise.** White and Gaussian, `noise` volts (levels) of standard deviation in each sample.

use core::f64::consts::{LN_10, PI};

use layercake_base::{Rng, exact};

use super::noise::normal_pair;
use super::{Waveform, add_noise, bounded, float, whole};

/// What a line does to levels. The default is the ideal line with 16 samples for each symbol.
///
/// Values that make no sense (negative, not a number) count as zero, those beyond the largest
/// as the largest: rise 1 and jitter ½ symbol times, drift ± 100 000 parts in a million.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Channel {
    /// Samples for each symbol time, at least 1.
    pub per_symbol: u16,
    /// From end to end of an edge, in symbol times.
    pub rise: f64,
    /// How much faster than the receiver's the transmitter's clock runs, in parts in a million.
    pub drift: f64,
    /// Standard deviation of an edge's place, in symbol times.
    pub jitter: f64,
    /// Where the cable passes half the power, in symbol rates; `None` passes everything.
    pub bandwidth: Option<f64>,
    /// Loss of the cable in dB.
    pub attenuation: f64,
    /// Standard deviation of the noise in each sample, in levels as they are sent.
    pub noise: f64,
}

impl Default for Channel {
    fn default() -> Self {
        Channel {
            per_symbol: 16,
            rise: 0.0,
            drift: 0.0,
            jitter: 0.0,
            bandwidth: None,
            attenuation: 0.0,
            noise: 0.0,
        }
    }
}

impl Channel {
    /// What one level is at the far end, without noise: 10^(-attenuation / 20).
    pub fn gain(&self) -> f64 {
        exact::exp(-bounded(self.attenuation, f64::MAX) / 20.0 * LN_10)
    }

    /// What arrives when `levels` are sent, from the instant the first begins; the line stood
    /// at the first level before. It has samples for the whole transmission, so a slow clock
    /// makes it longer than the same levels from a right one.
    pub fn transmit(&self, levels: &[i8], rng: &mut Rng) -> Waveform {
        let mut samples = self.edges(levels, rng);
        self.cable(&mut samples);
        add_noise(&mut samples, self.noise, rng);
        Waveform::new(samples, self.per_symbol)
    }

    /// Steps 1 and 2: samples of the levels with their edges.
    fn edges(&self, levels: &[i8], rng: &mut Rng) -> Vec<f64> {
        let per_symbol = f64::from(self.per_symbol.max(1));
        let drift = self.drift.clamp(-1e5, 1e5);
        let drift = if drift.is_nan() { 0.0 } else { drift };
        let symbol = per_symbol / (1.0 + drift * 1e-6);
        let rise = bounded(self.rise, 1.0) * per_symbol;
        let jitter = bounded(self.jitter, 0.5) * per_symbol;
        let length = whole((float(levels.len()) * symbol).ceil());
        let mut steps = Steps {
            samples: vec![0.0; length],
            rise,
        };
        let mut before = levels.first().copied().map_or(0.0, f64::from);
        steps.add(0.0, before);
        for (index, level) in levels.iter().enumerate() {
            let level = f64::from(*level);
            if level != before {
                let [shift, _] = if jitter > 0.0 {
                    normal_pair(rng)
                } else {
                    [0.0; 2]
                };
                let place = float(index) * symbol + jitter * shift;
                steps.edge(place, level - before);
                before = level;
            }
        }
        steps.sum()
    }

    /// Steps 3 and 4.
    fn cable(&self, samples: &mut [f64]) {
        let gain = self.gain();
        let per_symbol = f64::from(self.per_symbol.max(1));
        let follow = self.bandwidth.map_or(1.0, |bandwidth| {
            1.0 - exact::exp(-2.0 * PI * bounded(bandwidth, f64::MAX) / per_symbol)
        });
        let mut voltage = samples.first().copied().unwrap_or(0.0);
        for sample in samples {
            voltage += follow * (*sample - voltage);
            *sample = gain * voltage;
        }
    }
}

/// The differences between neighbouring samples, to which each edge adds its own.
struct Steps {
    samples: Vec<f64>,
    rise: f64,
}

impl Steps {
    /// A sudden step at the first sample whose middle is not before `place`.
    fn add(&mut self, place: f64, height: f64) {
        if let Some(step) = self.samples.get_mut(whole((place - 0.5).ceil())) {
            *step += height;
        }
    }

    /// An edge centred on `place`.
    fn edge(&mut self, place: f64, height: f64) {
        let (start, end) = (place - self.rise / 2.0, place + self.rise / 2.0);
        let mut middle = (start - 0.5).ceil().max(0.0) + 0.5;
        let mut done = 0.0;
        while middle < end {
            let now = raised_cosine((middle - start) / self.rise);
            self.add(middle, height * (now - done));
            done = now;
            middle += 1.0;
        }
        self.add(middle, height * (1.0 - done));
    }

    fn sum(self) -> Vec<f64> {
        let mut samples = self.samples;
        let mut voltage = 0.0;
        for sample in &mut samples {
            voltage += *sample;
            *sample = voltage;
        }
        samples
    }
}

/// (1 - cos πu) / 2 = sin²(πu / 2) for u from 0 to 1, by Taylor's series of the sine.
fn raised_cosine(u: f64) -> f64 {
    let x = u.clamp(0.0, 1.0) * PI / 2.0;
    let term = |sum: f64, n: u32| 1.0 - sum * x * x / f64::from(2 * n * (2 * n + 1));
    let sine = x * (1..=11).rev().fold(1.0, term);
    sine * sine
}

#[cfg(test)]
mod tests;
