//! Deference: while others send, and for a gap after everyone has stopped, nobody begins.
//!
//! ```text
//!            carrier, or we send          all silent               part 1 over      part 2 over
//!   Clear ------------------------> Busy -----------> First part ----------> Second ----------> Clear
//!                                    ^                    |
//!                                    +--- carrier, unless we were among those who sent
//! ```
//! Spec: IEEE 802.3-2018 §4.2.3.2.1 and §4.2.3.2.2, the process Deference of §4.2.8.
//! Units: nanoseconds.

use core::time::Duration;

use layercake_base::Instant;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Clear,
    Busy,
    First { until: Instant },
    Second { until: Instant },
}

/// Whether a station may begin to send.
#[derive(Debug)]
pub(super) struct Deference {
    phase: Phase,
    part_1: Duration,
    part_2: Duration,
    carrier: bool,
    transmitting: bool,
    /// Since the medium was last clear, this station has sent too.
    was_transmitting: bool,
}

impl Deference {
    pub(super) fn new(part_1: Duration, part_2: Duration) -> Self {
        Deference {
            phase: Phase::Clear,
            part_1,
            part_2,
            carrier: false,
            transmitting: false,
            was_transmitting: false,
        }
    }

    pub(super) fn is_clear(&self) -> bool {
        self.phase == Phase::Clear
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        match self.phase {
            Phase::First { until } | Phase::Second { until } => Some(until),
            Phase::Clear | Phase::Busy => None,
        }
    }

    /// Another station is heard.
    pub(super) fn carrier_on(&mut self) {
        self.carrier = true;
        match self.phase {
            Phase::Clear => self.become_busy(),
            Phase::First { .. } if !self.was_transmitting => self.phase = Phase::Busy,
            _ => {}
        }
    }

    /// No other station is heard any more.
    pub(super) fn carrier_off(&mut self, now: Instant) {
        self.carrier = false;
        self.settle(now);
    }

    /// This station begins to send.
    pub(super) fn begin(&mut self) {
        self.transmitting = true;
        self.become_busy();
    }

    /// This station has stopped.
    pub(super) fn over(&mut self, now: Instant) {
        self.transmitting = false;
        self.settle(now);
    }

    fn become_busy(&mut self) {
        self.phase = Phase::Busy;
        self.was_transmitting = self.transmitting;
    }

    /// The gap begins when everyone is silent.
    fn settle(&mut self, now: Instant) {
        if self.phase == Phase::Busy && !self.carrier && !self.transmitting {
            let until = now + self.part_1;
            self.phase = Phase::First { until };
        }
    }

    /// Time has passed. When the gap is over, the station has its turn even if another has begun
    /// in its second part; [`Deference::miss_turn`] ends that turn.
    pub(super) fn advance(&mut self, now: Instant) {
        if let Phase::First { until } = self.phase
            && until <= now
        {
            let until = until + self.part_2;
            self.phase = Phase::Second { until };
        }
        if let Phase::Second { until } = self.phase
            && until <= now
        {
            self.phase = Phase::Clear;
        }
    }

    /// The station has nothing to send, and defers again if it hears another.
    pub(super) fn miss_turn(&mut self) {
        if self.is_clear() && self.carrier {
            self.become_busy();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(nanos: u64) -> Instant {
        Instant::from_nanos(nanos)
    }

    /// A gap of 64 and 32.
    fn gap() -> Deference {
        Deference::new(Duration::from_nanos(64), Duration::from_nanos(32))
    }

    /// The carrier goes off at 100 and is on again from `from` to 1000; when the gap is over.
    fn clear_after(mut gap: Deference, from: u64) -> u64 {
        gap.carrier_on();
        gap.carrier_off(at(100));
        gap.advance(at(from));
        gap.carrier_on();
        if let Some(until) = gap.deadline().filter(|until| *until < at(1000)) {
            gap.advance(until);
            if let Some(until) = gap.deadline() {
                gap.advance(until);
            }
            assert!(gap.is_clear());
            return 0;
        }
        gap.carrier_off(at(1000));
        gap.advance(at(5000));
        while let Some(until) = gap.deadline() {
            gap.advance(until);
        }
        1096
    }

    #[test]
    fn a_carrier_in_the_first_part_of_the_gap_begins_it_anew() {
        assert_eq!(clear_after(gap(), 163), 1096);
        assert_eq!(clear_after(gap(), 164), 0);
    }

    #[test]
    fn who_has_sent_waits_for_the_whole_gap_whatever_it_hears() {
        let mut own = gap();
        own.begin();
        own.over(at(100));
        own.carrier_on();
        assert_eq!(own.deadline(), Some(at(164)));
        own.advance(at(164));
        assert_eq!(own.deadline(), Some(at(196)));
        own.advance(at(196));
        assert!(own.is_clear());
        own.miss_turn();
        assert!(!own.is_clear());
    }

    #[test]
    fn the_gap_begins_when_the_last_one_is_silent() {
        let mut gap = gap();
        gap.begin();
        gap.carrier_on();
        gap.over(at(100));
        assert_eq!(gap.deadline(), None);
        gap.carrier_off(at(150));
        assert_eq!(gap.deadline(), Some(at(214)));
    }
}
