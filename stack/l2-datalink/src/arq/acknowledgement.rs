//! When to acknowledge: with the next frame that goes the other way, or by itself.
//!
//! What arrives in order is acknowledged by N(R) of whatever goes out next, at most `delay`
//! later, and without waiting once half a window has come: the other end must not run dry. What
//! arrives early, twice or behind a gap is answered at once, since the other end has lost
//! something. An RR also names the frame that it answers; of several it is the last.
//!
//! Spec: RFC 9293 §3.8.6.3 gives the idea and the reasons, TCP's delayed acknowledgement.
//! Units: frames, time.

use core::time::Duration;

use layercake_base::Instant;

use super::sequence::Sequence;

/// The frame that an RR answers, and which transmission of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Answered {
    pub(super) number: Sequence,
    pub(super) attempt: u8,
}

/// What the other end is to be told.
#[derive(Clone, Copy, Debug)]
pub(super) struct Acknowledgement {
    delay: Duration,
    /// Frames that may be owed at a time.
    most: usize,
    /// Frames that arrived in order and are not acknowledged.
    owed: usize,
    /// When those must be acknowledged.
    due: Option<Instant>,
    /// Without waiting.
    at_once: bool,
    /// The last frame that an RR would answer.
    answered: Option<Answered>,
    /// That is beyond N(R).
    early: bool,
}

impl Acknowledgement {
    pub(super) fn new(delay: Duration, window: usize) -> Self {
        Acknowledgement {
            delay,
            most: (window / 2).max(1),
            owed: 0,
            due: None,
            at_once: false,
            answered: None,
            early: false,
        }
    }

    /// A frame arrived in order.
    pub(super) fn owe(&mut self, frame: Answered, now: Instant) {
        self.owed += 1;
        self.due = self.due.or(Some(now + self.delay));
        self.at_once |= self.owed >= self.most || self.delay.is_zero();
        self.name(frame);
    }

    /// A frame arrived in order, or before, and must be answered without waiting.
    pub(super) fn answer(&mut self, frame: Answered) {
        self.at_once = true;
        self.name(frame);
    }

    /// A frame arrived before its turn.
    pub(super) fn answer_early(&mut self, frame: Answered) {
        self.at_once = true;
        (self.answered, self.early) = (Some(frame), true);
    }

    /// What is expected must be said without waiting.
    pub(super) fn hurry(&mut self) {
        self.at_once = true;
    }

    /// An early frame that was not told yet is more important than one that N(R) tells.
    fn name(&mut self, frame: Answered) {
        if !self.early {
            self.answered = Some(frame);
        }
    }

    /// When an acknowledgement must go out by itself.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.due.filter(|_| !self.at_once)
    }

    /// The time has come, if it has.
    pub(super) fn expire(&mut self, now: Instant) {
        self.at_once |= self.due.is_some_and(|due| due <= now);
    }

    /// True when an RR should go out now.
    pub(super) fn is_due(&self) -> bool {
        self.at_once
    }

    /// True when it says more than N(R), so that no other frame can carry it.
    pub(super) fn is_selective(&self) -> bool {
        self.early
    }

    /// An RR goes out: the frame that it answers.
    pub(super) fn tell(&mut self) -> Option<Answered> {
        let answered = self.answered;
        self.forget();
        answered
    }

    /// Another frame carries N(R).
    pub(super) fn carried(&mut self) {
        (self.owed, self.due) = (0, None);
        self.at_once = self.early;
        self.answered = self.answered.filter(|_| self.early);
    }

    /// Nothing is owed any more.
    pub(super) fn forget(&mut self) {
        self.early = false;
        self.carried();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DELAY: Duration = Duration::from_millis(5);

    fn frame(number: usize) -> Answered {
        Answered {
            number: Sequence::first(3).unwrap().plus(number),
            attempt: 1,
        }
    }

    #[test]
    fn waits_for_company_but_not_longer_than_the_delay() {
        let mut ack = Acknowledgement::new(DELAY, 8);
        ack.owe(frame(0), Instant::ZERO);
        ack.owe(frame(1), Instant::ZERO + Duration::from_millis(1));
        assert!(!ack.is_due());
        assert_eq!(ack.deadline(), Some(Instant::ZERO + DELAY), "of the first");
        ack.expire(Instant::ZERO + DELAY);
        assert!(ack.is_due());
        assert_eq!(ack.tell(), Some(frame(1)), "the last");
        assert_eq!((ack.is_due(), ack.deadline()), (false, None));
    }

    #[test]
    fn half_a_window_is_acknowledged_at_once_and_so_is_all_without_delay() {
        let mut ack = Acknowledgement::new(DELAY, 4);
        ack.owe(frame(0), Instant::ZERO);
        assert!(!ack.is_due());
        ack.owe(frame(0), Instant::ZERO);
        assert!(ack.is_due());
        let mut prompt = Acknowledgement::new(Duration::ZERO, 4);
        prompt.owe(frame(0), Instant::ZERO);
        assert!(prompt.is_due());
    }

    #[test]
    fn a_frame_the_other_way_carries_the_number_but_not_the_selective_one() {
        let mut ack = Acknowledgement::new(DELAY, 4);
        ack.answer_early(frame(5));
        ack.answer(frame(0));
        ack.carried();
        assert!(ack.is_due() && ack.is_selective());
        assert_eq!(ack.tell(), Some(frame(5)));
        assert!(!ack.is_due() && !ack.is_selective());
        ack.answer(frame(1));
        ack.carried();
        assert_eq!((ack.is_due(), ack.tell()), (false, None));
    }
}
