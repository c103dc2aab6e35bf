//! Bit error rates, measured: bits through samples, noise and a receiver, and how sure one is.
//!
//! ```text
//! bits --> encode --> levels --> Channel (noise from Eb/N0) --> Receiver --> decode --> bits
//!          a code of yours         rate k/n lowers the energy of each bit on the line
//! ```
//! Units: Eb/N0 in dB, for each bit of the message.
//! Not here: the curves of theory ([`theory`]), drawing (`tools/figure`).

mod errors;
mod modulation;

pub use errors::BitErrors;
pub use modulation::Modulation;

use layercake_base::{Rng, exact};

use super::{Channel, Receiver, float, theory};

/// A line that bits cross, with the noise that Eb/N0 asks for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// How bits become levels, and values become bits.
    pub modulation: Modulation,
    /// Samples for each symbol; the error rate of a matched filter does not depend on it.
    pub per_symbol: u16,
    /// Energy for each bit over the noise power density, in dB.
    pub eb_n0: f64,
}

/// What came out of a link.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Received {
    /// The bits as the receiver decided them.
    pub bits: Vec<bool>,
    /// The voltage behind each decision: above zero for a 1, and the further from zero the
    /// surer. For decoders that want more than bits.
    pub soft: Vec<f64>,
}

impl Link {
    /// The same link for bits of which only `rate` (above 0, at most 1) carry the message: the
    /// energy of a bit of the message is spread over 1 / `rate` bits on the line.
    #[must_use]
    pub fn coded(self, rate: f64) -> Self {
        let loss = 10.0 * exact::ln(rate) / core::f64::consts::LN_10;
        let eb_n0 = self.eb_n0 + loss;
        Link { eb_n0, ..self }
    }

    /// The bit error rate of theory.
    pub fn theory(&self) -> f64 {
        let gamma = theory::ratio(self.eb_n0);
        self.modulation.theory(gamma, self.per_symbol)
    }

    /// The channel: ideal but for noise of variance N0/2 in each sample, where a bit's energy
    /// Eb is the sum of the squares of its samples.
    pub fn channel(&self) -> Channel {
        let energy = self.modulation.energy() * f64::from(self.per_symbol.max(1));
        Channel {
            per_symbol: self.per_symbol,
            noise: (energy / theory::ratio(self.eb_n0) / 2.0).sqrt(),
            ..Channel::default()
        }
    }

    /// Sends bits and decides what arrives.
    pub fn carry(&self, bits: &[bool], rng: &mut Rng) -> Received {
        let levels = self.modulation.levels(bits);
        let line = self.channel().transmit(&levels, rng);
        let receiver =
            Receiver::new(self.modulation.filter(), self.modulation.alphabet());
        let values: Vec<_> = receiver.receive(&line).iter().map(|d| d.value).collect();
        let soft = self.modulation.soft(&values);
        let bits = soft.iter().map(|value| *value > 0.0).collect();
        Received { bits, soft }
    }
}

/// Counts the errors among at least `bits` random bits over a link.
pub fn measure(link: &Link, bits: u64, rng: &mut Rng) -> BitErrors {
    let (group, mut errors) = (link.modulation.group(), BitErrors::default());
    while errors.bits() < bits {
        let sent = random_bits(4096, rng);
        let found = link.carry(&sent, rng).bits;
        for (sent, found) in sent.chunks(group).zip(found.chunks(group)) {
            errors.add(sent, found);
        }
    }
    errors
}

/// Counts the errors among at least `bits` random bits that a code protects: `message` bits at
/// a time are encoded, cross the link at the code's rate, and are decoded.
///
/// The link's Eb/N0 is that of a bit of the message. What `encode` gives must have the same
/// length each time; bits that `decode` leaves out count as wrong. Errors within one message
/// may depend on each other ([`BitErrors`] allows for it), so a message should be what the code
/// takes at once: a block, or a whole convolutional message with its tail. A code that gives no
/// bits, or a message of none, measures nothing.
pub fn measure_coded<E, D>(
    link: &Link,
    message: usize,
    bits: u64,
    mut encode: E,
    mut decode: D,
    rng: &mut Rng,
) -> BitErrors
where
    E: FnMut(&[bool]) -> Vec<bool>,
    D: FnMut(&Received) -> Vec<bool>,
{
    let mut errors = BitErrors::default();
    let length = encode(&vec![false; message]).len();
    if message == 0 || length == 0 {
        return errors;
    }
    let coded = link.coded(float(message) / float(length));
    while errors.bits() < bits {
        let sent = random_bits(message, rng);
        let received = coded.carry(&encode(&sent), rng);
        errors.add(&sent, &decode(&received));
    }
    errors
}

fn random_bits(count: usize, rng: &mut Rng) -> Vec<bool> {
    let words = (0..count.div_ceil(64)).map(|_| rng.next_u64());
    let bits = words.flat_map(|word| (0..64).map(move |place| word >> place & 1 == 1));
    bits.take(count).collect()
}

#[cfg(test)]
mod tests;
