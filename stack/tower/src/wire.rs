//! A wire: carries symbols from one end to the other, late, and not always whole.
//!
//! ```text
//!                 +-- queue --+   +-- line --+   +---------- way ----------+
//!   transmit ---> | | | | | | |-->|  rate    |-->| delay + jitter, reorder |---> arrival
//!                 +-----------+   +----------+   +-------------------------+
//!                  full: drop      lost, in       duplicated: arrives twice
//!                                  bursts too     symbols flipped
//! ```
//!
//! Jitter alone never reorders: a transmission that drew less of it waits behind the one before
//! it, as on a radio link that repeats frames in order. Only [`Reordering`] lets some fall back.
//! Each direction has luck of its own, from the wire's name and the seed.

mod luck;

use core::time::Duration;
use std::collections::VecDeque;

use layercake_base::{Instant, Pdu, Reason, Rng, Room, Service, Spec, What, World};

use layercake_physical::LineCode;

use luck::Luck;
pub use luck::{Bursts, Reordering};

/// What a wire does to what crosses it. Probabilities are 0.0 to 1.0.
#[derive(Clone, Debug, PartialEq)]
pub struct Medium {
    /// Bits per second; zero for a line that takes no time.
    pub rate: u64,
    /// How many more packed symbols there are than bits.
    pub expansion: Expansion,
    /// From one end to the other.
    pub delay: Duration,
    /// At most this much more delay, all amounts equally likely.
    pub jitter: Duration,
    /// A transmission is lost, independently of the others.
    pub loss: f64,
    /// Losses that come in bursts.
    pub bursts: Option<Bursts>,
    /// A transmission arrives twice.
    pub duplication: f64,
    /// A transmission is overtaken by those behind it.
    pub reordering: Option<Reordering>,
    /// A packed symbol bit arrives as the other one: the bit error rate of the line. Where a
    /// symbol takes two of them, it arrives as one of the others.
    pub bit_errors: f64,
    /// Transmissions that wait for the line, the one on it included; more are dropped.
    pub queue: usize,
}

impl Default for Medium {
    /// A perfect wire: no time, no loss, and a queue of 1000.
    fn default() -> Self {
        Medium {
            rate: 0,
            expansion: Expansion::default(),
            delay: Duration::ZERO,
            jitter: Duration::ZERO,
            loss: 0.0,
            bursts: None,
            duplication: 0.0,
            reordering: None,
            bit_errors: 0.0,
            queue: 1000,
        }
    }
}

impl Medium {
    /// How long the line is busy with `octets` octets of symbols, rounded up to nanoseconds.
    pub fn serialization(&self, octets: usize) -> Duration {
        self.expansion.time(octets, self.rate)
    }
}

/// What a line code makes of bits: `packed` bits of [symbols](Service::Symbols) for each `bits`
/// bits of data. Neither may be zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expansion {
    /// Bits of data.
    pub bits: u32,
    /// Bits that their symbols take in the octets that cross the wire.
    pub packed: u32,
}

impl Expansion {
    /// How long `octets` octets of symbols take at `rate` bits of data per second, rounded up to
    /// nanoseconds; no time at rate zero.
    pub(crate) fn time(self, octets: usize, rate: u64) -> Duration {
        let symbols = 8 * octets as u128 * u128::from(self.bits);
        let per_second = u128::from(rate) * u128::from(self.packed);
        if per_second == 0 {
            return Duration::ZERO;
        }
        let nanos = (symbols * 1_000_000_000).div_ceil(per_second);
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }
}

impl Default for Expansion {
    /// That of Manchester: two symbols for each bit.
    fn default() -> Self {
        Expansion { bits: 1, packed: 2 }
    }
}

impl From<&dyn LineCode> for Expansion {
    fn from(code: &dyn LineCode) -> Self {
        let (bits, symbols) = code.efficiency();
        let width = code.alphabet().bits_per_symbol();
        let packed = symbols * u32::try_from(width).unwrap_or(1);
        Expansion { bits, packed }
    }
}

/// Which end of a wire, and so which direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The one named first.
    A,
    /// The other.
    B,
}

/// Transmissions on their way to the other end: none, one, or two when it was duplicated.
pub type Flights = [Option<(Instant, Pdu)>; 2];

/// A wire with two ends that send at the same time (full duplex).
#[derive(Debug)]
pub struct Wire {
    medium: Medium,
    from_a: Lane,
    from_b: Lane,
}

/// One direction.
#[derive(Debug)]
struct Lane {
    luck: Luck,
    /// When each transmission that waits or is being sent leaves the line.
    leaving: VecDeque<Instant>,
    /// When the line is free.
    free: Instant,
    /// The latest arrival of those that keep their order.
    latest: Instant,
}

impl Wire {
    /// The layer name under which observers and counters know wires.
    pub const LAYER: &'static str = Self::SPEC.name;

    /// What a tower stands on.
    pub(crate) const SPEC: Spec =
        Spec::new("wire", 1).between(Service::Symbols, Service::Any);

    /// A wire; `rng` and `name` decide its luck.
    pub fn new(name: &str, medium: Medium, rng: &Rng) -> Self {
        let lane = |end| Lane {
            luck: Luck::new(rng.split(name).split(end)),
            leaving: VecDeque::with_capacity(medium.queue.min(1024)),
            free: Instant::ZERO,
            latest: Instant::ZERO,
        };
        let (from_a, from_b) = (lane("from a"), lane("from b"));
        Wire {
            medium,
            from_a,
            from_b,
        }
    }

    /// What it does to what crosses it.
    pub fn medium(&self) -> &Medium {
        &self.medium
    }

    /// Transmissions that the queue of one end still takes, and when it takes another one.
    pub fn room(&mut self, from: End, now: Instant) -> (usize, Instant) {
        let medium = &self.medium;
        let lane = match from {
            End::A => &mut self.from_a,
            End::B => &mut self.from_b,
        };
        let room = lane.room(medium, now);
        let first = lane.leaving.front().copied().unwrap_or(now);
        (room, if room == 0 { first } else { now })
    }

    /// Sends symbols from one end; gives what will arrive at the other, and when.
    ///
    /// The observer hears of it now, at the time of sending, by the name of the sending node.
    pub fn transmit(&mut self, from: End, pdu: Pdu, world: &mut World) -> Flights {
        let lane = match from {
            End::A => &mut self.from_a,
            End::B => &mut self.from_b,
        };
        let Some(left) = lane.serialize(&self.medium, &pdu, world.now) else {
            let (queue, limit) = ("queue of the wire", self.medium.queue);
            return lose(pdu, &Reason::Full { queue, limit }, world);
        };
        if let Some(why) = lane.luck.loses(&self.medium) {
            return lose(pdu, &Reason::NoWay(why), world);
        }
        let arrival = lane.arrival(&self.medium, left);
        let copy = match lane.luck.happens(self.medium.duplication) {
            true => copy_of(Wire::LAYER, &pdu, world),
            false => None,
        };
        [Some(pdu), copy].map(|pdu| {
            let mut pdu = pdu?;
            tell(&pdu, What::Transmitted { arrival }, world);
            lane.damage(&self.medium, &mut pdu, world);
            Some((arrival, pdu))
        })
    }
}

impl Lane {
    /// When the last symbol leaves the line; `None` when the queue is full.
    fn serialize(&mut self, medium: &Medium, pdu: &Pdu, now: Instant) -> Option<Instant> {
        if self.room(medium, now) == 0 {
            return None;
        }
        let left = self.free.max(now) + medium.serialization(pdu.len());
        self.free = left;
        self.leaving.push_back(left);
        Some(left)
    }

    /// Transmissions that the queue still takes.
    fn room(&mut self, medium: &Medium, now: Instant) -> usize {
        while self.leaving.front().is_some_and(|left| *left <= now) {
            self.leaving.pop_front();
        }
        medium.queue.saturating_sub(self.leaving.len())
    }

    fn arrival(&mut self, medium: &Medium, left: Instant) -> Instant {
        let drawn = left + medium.delay + self.luck.up_to(medium.jitter);
        if let Some(Reordering { chance, by }) = medium.reordering
            && self.luck.happens(chance)
        {
            return drawn + by;
        }
        self.latest = self.latest.max(drawn);
        self.latest
    }

    /// Flips symbols: one draw for each flip, not for each symbol.
    fn damage(&mut self, medium: &Medium, pdu: &mut Pdu, world: &mut World) {
        let symbols = 8 * pdu.len();
        let mut bit = self.luck.until_next(medium.bit_errors);
        while bit < symbols {
            if let Ok([octet]) = pdu.rewrite(bit / 8..bit / 8 + 1) {
                *octet ^= 0b1000_0000 >> (bit % 8);
            }
            tell(pdu, What::Damaged { bit }, world);
            let gap = self.luck.until_next(medium.bit_errors);
            bit = bit.saturating_add(1).saturating_add(gap);
        }
    }
}

/// Another PDU with the same symbols, made in the name of `layer`; `None`, and counted, when the
/// supply is used up.
pub(crate) fn copy_of(layer: &'static str, pdu: &Pdu, world: &mut World) -> Option<Pdu> {
    let Some(mut copy) = world.pool.allocate(Room::default(), pdu.len()) else {
        let (queue, limit) = ("pool", world.pool.limit());
        let why = Reason::Full { queue, limit };
        world.discards.count(layer, &why);
        return None;
    };
    copy.octets_mut().copy_from_slice(pdu.octets());
    copy.descend_from(pdu);
    Some(copy)
}

fn lose(pdu: Pdu, reason: &Reason, world: &mut World) -> Flights {
    world.discard(Wire::LAYER, pdu, reason);
    [None, None]
}

fn tell(pdu: &Pdu, what: What<'_>, world: &mut World) {
    let numbers = (pdu.id(), pdu.origin());
    world.tell(Wire::LAYER, numbers, what, pdu.octets(), pdu.ici());
}

#[cfg(test)]
mod tests;
