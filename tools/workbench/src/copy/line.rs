//! The line in one direction, as its sender makes it: frames take time, arrive later, get lost
//! or damaged.
//!
//! Nothing here sends or waits: a frame goes in at a time, and is asked for when it is due.

use std::collections::VecDeque;
use std::time::Duration;

use layercake_base::{Instant, Rng};

/// Frames that wait for the line, the one on it included.
const QUEUE: usize = 8;

/// What the line does to frames.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Nature {
    /// Bits in a second; 0 for a line that takes no time.
    pub(super) rate: u64,
    pub(super) delay: Duration,
    /// A frame is lost with this probability.
    pub(super) loss: f64,
    /// One bit of a frame is flipped with this probability.
    pub(super) corrupt: f64,
}

impl Nature {
    /// How long the line is busy with so many octets.
    pub(super) fn busy(&self, octets: usize) -> Duration {
        let bits = 8 * octets as u128 * 1_000_000_000;
        let nanos = bits.checked_div(u128::from(self.rate)).unwrap_or(0);
        Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
    }
}

/// What becomes of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Arrives,
    Lost,
    Damaged,
}

/// One direction.
#[derive(Debug)]
pub(super) struct Line {
    nature: Nature,
    rng: Rng,
    /// When the line is free again.
    free: Instant,
    /// Ends of the transmissions that wait for the line or are on it.
    queue: VecDeque<Instant>,
    /// What is on its way, with its arrival.
    flying: VecDeque<(Instant, Vec<u8>)>,
}

impl Line {
    pub(super) fn new(nature: Nature, rng: Rng) -> Self {
        Line {
            nature,
            rng,
            free: Instant::ZERO,
            queue: VecDeque::new(),
            flying: VecDeque::new(),
        }
    }

    /// Frames that it takes now.
    pub(super) fn room(&mut self, now: Instant) -> usize {
        while self.queue.pop_front_if(|end| *end <= now).is_some() {}
        QUEUE.saturating_sub(self.queue.len())
    }

    /// Takes a frame; says when the first bit leaves, when the last arrives, and whether.
    pub(super) fn take(
        &mut self,
        mut frame: Vec<u8>,
        now: Instant,
    ) -> (Instant, Instant, Fate) {
        let start = self.free.max(now);
        self.free = start + self.nature.busy(frame.len());
        if self.nature.rate > 0 {
            self.queue.push_back(self.free);
        }
        let arrival = self.free + self.nature.delay;
        let fate = match (
            self.rng.chance(self.nature.loss),
            self.rng.chance(self.nature.corrupt),
        ) {
            (true, _) => return (start, arrival, Fate::Lost),
            (_, true) => Fate::Damaged,
            _ => Fate::Arrives,
        };
        if fate == Fate::Damaged {
            let bits = u64::try_from(frame.len() * 8).unwrap_or(u64::MAX);
            let bit = self.rng.below(bits);
            let octet = usize::try_from(bit / 8)
                .ok()
                .and_then(|at| frame.get_mut(at));
            octet.into_iter().for_each(|octet| *octet ^= 1 << (bit % 8));
        }
        self.flying.push_back((arrival, frame));
        (start, arrival, fate)
    }

    /// The next frame that has arrived.
    pub(super) fn arrived(&mut self, now: Instant) -> Option<Vec<u8>> {
        let (_, frame) = self.flying.pop_front_if(|(arrival, _)| *arrival <= now)?;
        Some(frame)
    }

    /// When something happens here next.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let arrival = self.flying.front().map(|(arrival, _)| *arrival);
        arrival.into_iter().chain(self.queue.front().copied()).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NATURE: Nature = Nature {
        rate: 8_000,
        delay: Duration::from_millis(5),
        loss: 0.0,
        corrupt: 0.0,
    };

    fn at(millis: u64) -> Instant {
        Instant::from_nanos(millis * 1_000_000)
    }

    /// An octet a millisecond, and five on the way.
    #[test]
    fn frames_take_their_time_one_after_the_other() {
        let mut line = Line::new(NATURE, Rng::seeded(1));
        assert_eq!(
            line.take(vec![1; 10], at(0)),
            (at(0), at(15), Fate::Arrives)
        );
        assert_eq!(
            line.take(vec![2; 10], at(0)),
            (at(10), at(25), Fate::Arrives)
        );
        assert_eq!((line.room(at(0)), line.room(at(10))), (6, 7));
        assert_eq!(line.arrived(at(14)), None);
        assert_eq!(line.arrived(at(15)), Some(vec![1; 10]));
    }

    #[test]
    fn frames_are_lost_or_damaged_in_one_bit() {
        let lost = Nature {
            loss: 1.0,
            ..NATURE
        };
        let mut line = Line::new(lost, Rng::seeded(1));
        assert_eq!(line.take(vec![1; 10], at(0)).2, Fate::Lost);
        assert_eq!(line.arrived(at(99)), None);
        let damaged = Nature {
            corrupt: 1.0,
            ..NATURE
        };
        let mut line = Line::new(damaged, Rng::seeded(1));
        assert_eq!(line.take(vec![0; 10], at(0)).2, Fate::Damaged);
        let ones: u32 = line
            .arrived(at(99))
            .unwrap()
            .iter()
            .map(|octet| octet.count_ones())
            .sum();
        assert_eq!(ones, 1);
    }
}
