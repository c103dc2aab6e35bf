//! The sending side: which frame goes next, which are out, which are given up for lost.
//!
//! ```text
//!   slots      |  0  |  1  |  2  |  3  |  4  |  5  |        V(A) is the number of slot 0,
//!               arrived      due          waiting            V(S) that of the first waiting
//!                     flying       flying
//!
//!   flights    1 (oldest)  3                                 order of transmission: the first
//!                                                            is the one to time out next
//! ```
//! Spec: sender of A. S. Tanenbaum, Computer Networks, §3.4; REJ and SREJ of ISO/IEC 13239.
//!
//! | event | waiting | flying | due | arrived |
//! |---|---|---|---|---|
//! | its turn, window open | sent: flying | – | sent: flying | – |
//! | N(R) is beyond it | – | gone | gone | gone |
//! | N(S) of an RR names it | – | arrived | arrived | – |
//! | its time is over | – | due; go-back-N: all that fly | – | – |
//! | REJ, SREJ of its last transmission | – | due; REJ: all that fly | – | – |
//! | the link is reset | – | waiting | waiting | waiting |
//!
//! "–" is: nothing happens. Frames that are due go before waiting ones, the lowest number first.
//!
//! The first slot is never "arrived": only N(R) takes it away, and until then its timer runs, from
//! when it became the first. Else nothing would be sent again when every RR after the last gap is
//! lost.
//!
//! Not here: octets and the header (`layer`), how long a time-out is (`timer`). What an SDU is
//! does not matter here, so [`search`](super::search) sends plain numbers.

use core::time::Duration;
use std::collections::VecDeque;

use layercake_base::Instant;

use super::sequence::Sequence;
use super::window::{Scheme, Window};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum State {
    Waiting,
    Flying,
    Due,
    Arrived,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Slot<T> {
    sdu: T,
    state: State,
    /// When it was sent last.
    sent: Instant,
    /// How often it was sent.
    times: u32,
    /// When its timer was started: as it was sent, or when it became the first.
    timer: Instant,
    /// An RR has named it. How long it took was known then; N(R) comes later.
    named: bool,
}

/// A running timer: for one transmission, by the count of the frame and of its transmissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Flight {
    frame: u64,
    times: u32,
    from: Instant,
}

/// What was given up for lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lost {
    /// When its timer was started.
    pub(super) from: Instant,
    /// How often it was sent.
    pub(super) times: u32,
}

/// A number acknowledges what is not out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotOut;

/// Sends SDUs in order and keeps each until the other end has it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Sender<T> {
    window: Window,
    /// V(A): the number of the first slot.
    first: Sequence,
    /// The first slot's place among all frames since the beginning.
    count: u64,
    slots: VecDeque<Slot<T>>,
    /// Slots that have been sent; the others wait.
    out: usize,
    /// Slots that are due, and the first one that may be.
    due: usize,
    due_from: usize,
    flights: VecDeque<Flight>,
}

impl<T> Sender<T> {
    /// An idle sender, with memory for `most` SDUs.
    pub(super) fn new(window: Window, most: usize) -> Self {
        Sender {
            window,
            first: window.first,
            count: 0,
            slots: VecDeque::with_capacity(most),
            out: 0,
            due: 0,
            due_from: 0,
            flights: VecDeque::with_capacity(2 * window.send + 1),
        }
    }

    /// SDUs that are kept: sent and not acknowledged, or waiting.
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    /// Takes an SDU. The caller sees to it that there are not too many.
    pub(super) fn push(&mut self, sdu: T) {
        self.slots.push_back(Slot {
            sdu,
            state: State::Waiting,
            sent: Instant::ZERO,
            times: 0,
            timer: Instant::ZERO,
            named: false,
        });
    }

    /// True when something may be sent now.
    pub(super) fn wants_to_send(&self) -> bool {
        self.due > 0 || self.window_is_open()
    }

    /// The window rule: V(S) < V(A) + Ws.
    fn window_is_open(&self) -> bool {
        self.out < self.window.send && self.out < self.slots.len()
    }

    /// What to send now, with its number and how many-th transmission of it this is, modulo 8;
    /// from here on it is out.
    pub(super) fn next(&mut self, now: Instant) -> Option<(Sequence, u8, &T)> {
        let at = match self.next_due() {
            Some(due) => due,
            None if self.window_is_open() => self.out,
            None => return None,
        };
        let (number, frame) = (self.first.plus(at), self.count + at as u64);
        let slot = self.slots.get_mut(at)?;
        self.due -= usize::from(slot.state == State::Due);
        self.out = self.out.max(at + 1);
        slot.times = slot.times.saturating_add(1);
        (slot.state, slot.sent, slot.timer) = (State::Flying, now, now);
        let times = slot.times;
        let from = now;
        self.record(Flight { frame, times, from });
        self.slots
            .get(at)
            .map(|slot| (number, attempt(times), &slot.sdu))
    }

    /// The lowest slot that is due.
    fn next_due(&mut self) -> Option<usize> {
        if self.due == 0 {
            return None;
        }
        let due = |slot: &Slot<T>| slot.state == State::Due;
        let behind = self.slots.iter().skip(self.due_from).position(due)?;
        self.due_from += behind;
        Some(self.due_from)
    }

    /// Cumulative acknowledgement: all before `expected` have arrived. Gives how long a frame
    /// took that was sent once (Karn's rule, RFC 6298 §3), if one of them was.
    pub(super) fn acknowledge(
        &mut self,
        expected: Sequence,
        now: Instant,
    ) -> Result<Option<Duration>, NotOut> {
        let arrived = expected.since(self.first);
        if arrived > self.out {
            return Err(NotOut);
        }
        let mut sample = None;
        for slot in self.slots.drain(..arrived) {
            self.due -= usize::from(slot.state == State::Due);
            if slot.times == 1 && !slot.named {
                sample = Some(now.since(slot.sent));
            }
        }
        self.out -= arrived;
        self.due_from = self.due_from.saturating_sub(arrived);
        self.first = expected;
        self.count += arrived as u64;
        self.watch_first(now);
        self.forget_landed();
        Ok(sample)
    }

    /// Selective acknowledgement: this one has arrived, whether or not those before it have.
    /// Gives how long the transmission took that is answered, if it was the last one.
    pub(super) fn arrived(
        &mut self,
        number: Sequence,
        answers: u8,
        now: Instant,
    ) -> Option<Duration> {
        let at = number.since(self.first);
        let slot = self.slots.get_mut(at).filter(|_| at < self.out)?;
        let was = core::mem::replace(&mut slot.state, State::Arrived);
        self.due -= usize::from(was == State::Due);
        let known = core::mem::replace(&mut slot.named, true);
        let last = attempt(slot.times) == answers && !known;
        let took = last.then(|| now.since(slot.sent));
        self.watch_first(now);
        self.forget_landed();
        took
    }

    /// The first slot flies again if it has arrived, without being sent: its timer runs anew.
    fn watch_first(&mut self, now: Instant) {
        let (frame, from) = (self.count, now);
        if let Some(slot) = self.slots.front_mut()
            && slot.state == State::Arrived
        {
            (slot.state, slot.timer) = (State::Flying, now);
            let times = slot.times;
            self.record(Flight { frame, times, from });
        }
    }

    /// REJ: everything from V(A) on is due again, since `seen` has come without it. The line keeps
    /// frames in order, so that transmission proves the loss of all before it; one that is from
    /// before V(A) was sent last proves nothing any more.
    pub(super) fn reject(&mut self, seen: Sequence, answers: u8) {
        let at = seen.since(self.first);
        if let (Some(first), Some(later)) = (self.slots.front(), self.slots.get(at))
            && (1..self.out).contains(&at)
            && attempt(later.times) == answers
            && later.sent >= first.sent
        {
            self.go_back();
        }
    }

    /// SREJ: this one is due again, if it was sent once: the receiver asks for a number once, so
    /// this is about that transmission.
    pub(super) fn reject_selectively(&mut self, number: Sequence) {
        let at = number.since(self.first);
        if self.slots.get(at).is_some_and(|slot| slot.times == 1) {
            self.repeat(at);
            self.forget_landed();
        }
    }

    /// When the next frame is to be given up, if each may take `rto`.
    pub(super) fn deadline(&self, rto: Duration) -> Option<Instant> {
        self.flights.front().map(|flight| flight.from + rto)
    }

    /// The rule of the time-out: the oldest transmission, if it is overdue, is lost. Selective
    /// repeat sends that frame again, go-back-N all that are out.
    pub(super) fn expire(&mut self, now: Instant, rto: Duration) -> Option<Lost> {
        if self.deadline(rto)? > now {
            return None;
        }
        let Flight { frame, times, from } = *self.flights.front()?;
        match self.window.scheme {
            Scheme::SelectiveRepeat => {
                let at = usize::try_from(frame.checked_sub(self.count)?).ok()?;
                self.repeat(at);
                self.forget_landed();
            }
            Scheme::StopAndWait | Scheme::GoBackN => self.go_back(),
        }
        Some(Lost { from, times })
    }

    /// Both ends begin at 0 again; what was out waits again.
    pub(super) fn restart(&mut self) {
        for slot in &mut self.slots {
            (slot.state, slot.times, slot.named) = (State::Waiting, 0, false);
        }
        self.first = self.window.first;
        (self.out, self.due, self.due_from) = (0, 0, 0);
        self.flights.clear();
    }

    /// Takes out the oldest SDU that has been sent: nobody knows whether it arrived. The caller
    /// restarts afterwards.
    pub(super) fn give_up(&mut self) -> Option<T> {
        self.out = self.out.checked_sub(1)?;
        self.take()
    }

    /// Takes out the oldest SDU. The caller restarts afterwards.
    pub(super) fn take(&mut self) -> Option<T> {
        let slot = self.slots.pop_front()?;
        self.due -= usize::from(slot.state == State::Due);
        self.count += 1;
        Some(slot.sdu)
    }

    /// All that decides what can happen next: the numbers, the states, the order of flights.
    pub(super) fn shape(&self) -> Vec<u64> {
        let state = |slot: &Slot<T>| match slot.state {
            State::Waiting => 0,
            State::Flying => 1,
            State::Due => 2,
            State::Arrived => 3,
        };
        let flying = |flight: &&Flight| self.flying(**flight).is_some();
        let flights = self.flights.iter().filter(flying);
        core::iter::once(self.first.number().into())
            .chain(self.slots.iter().map(state))
            .chain(flights.map(|flight| flight.frame - self.count))
            .collect()
    }

    fn go_back(&mut self) {
        for at in 0..self.out {
            self.repeat(at);
        }
        self.forget_landed();
    }

    /// Makes a frame due that flies.
    fn repeat(&mut self, at: usize) {
        if let Some(slot) = self.slots.get_mut(at)
            && slot.state == State::Flying
        {
            slot.state = State::Due;
            self.due += 1;
            self.due_from = self.due_from.min(at);
        }
    }

    /// The slot of a flight that is not over: neither acknowledged nor given up.
    fn flying(&self, flight: Flight) -> Option<&Slot<T>> {
        let at = usize::try_from(flight.frame.checked_sub(self.count)?).ok()?;
        let slot = self.slots.get(at)?;
        let is_this = (slot.times, slot.timer) == (flight.times, flight.from);
        (slot.state == State::Flying && is_this).then_some(slot)
    }

    /// Keeps the order of transmission. Its memory is twice the window, and at most a window of
    /// it flies, so sweeping it when it is full makes room for as many again.
    fn record(&mut self, flight: Flight) {
        if self.flights.len() > 2 * self.window.send {
            let mut flights = core::mem::take(&mut self.flights);
            flights.retain(|flight| self.flying(*flight).is_some());
            self.flights = flights;
        }
        self.flights.push_back(flight);
    }

    /// After anything that ends a flight: the first one in order is one that flies.
    fn forget_landed(&mut self) {
        while let Some(flight) = self.flights.front() {
            if self.flying(*flight).is_some() {
                return;
            }
            self.flights.pop_front();
        }
    }
}

/// The count of a transmission as a header carries it, in three bits.
const fn attempt(times: u32) -> u8 {
    times.to_le_bytes()[0] & 0b111
}

#[cfg(test)]
mod tests {
    use super::*;

    const RTO: Duration = Duration::from_millis(10);

    fn at(ms: u64) -> Instant {
        Instant::ZERO + Duration::from_millis(ms)
    }

    /// A sender that has sent `sent` of ten letters, one each millisecond.
    fn sender(scheme: Scheme, window: u16, sent: usize) -> Sender<char> {
        let mut sender = Sender::new(Window::new(scheme, window, 4).unwrap(), 10);
        ('a'..='j').for_each(|sdu| sender.push(sdu));
        for ms in 0..sent {
            sender.next(at(ms as u64)).unwrap();
        }
        sender
    }

    /// Numbers and SDUs of everything that may be sent now.
    fn sends(sender: &mut Sender<char>, ms: u64) -> String {
        let mut all = String::new();
        while let Some((number, _, sdu)) = sender.next(at(ms)) {
            all += &format!("{number}{sdu} ");
        }
        assert!(!sender.wants_to_send());
        all
    }

    fn number(number: usize) -> Sequence {
        Sequence::first(4).unwrap().plus(number)
    }

    #[test]
    fn sends_a_window_and_the_next_when_the_first_is_acknowledged() {
        let mut sender = sender(Scheme::GoBackN, 3, 0);
        assert_eq!(sends(&mut sender, 0), "0a 1b 2c ");
        assert_eq!(sender.acknowledge(number(2), at(5)), Ok(Some(RTO / 2)));
        assert_eq!(sends(&mut sender, 5), "3d 4e ");
        assert_eq!(
            sender.acknowledge(number(2), at(6)),
            Ok(None),
            "nothing new"
        );
    }

    #[test]
    fn an_acknowledgement_of_what_is_not_out_changes_nothing() {
        let mut sender = sender(Scheme::SelectiveRepeat, 4, 2);
        let before = sender.clone();
        for n in 3..16 {
            assert_eq!(sender.acknowledge(number(n), at(9)), Err(NotOut));
        }
        for n in 2..16 {
            assert_eq!(sender.arrived(number(n), 1, at(9)), None);
            sender.reject_selectively(number(n));
        }
        assert_eq!(sender, before);
    }

    #[test]
    fn go_back_n_repeats_all_from_the_one_that_timed_out() {
        let mut sender = sender(Scheme::GoBackN, 3, 3);
        assert_eq!(sender.expire(at(9), RTO), None);
        assert_eq!(sender.deadline(RTO), Some(at(10)));
        let lost = sender.expire(at(10), RTO).unwrap();
        assert_eq!((lost.from, lost.times), (at(0), 1));
        assert_eq!(sender.expire(at(99), RTO), None, "nothing flies");
        assert_eq!(sends(&mut sender, 11), "0a 1b 2c ");
        assert_eq!(
            sender.acknowledge(number(3), at(12)),
            Ok(None),
            "Karn's rule"
        );
    }

    #[test]
    fn selective_repeat_repeats_only_what_is_missing() {
        let mut sender = sender(Scheme::SelectiveRepeat, 4, 4);
        assert_eq!(
            sender.arrived(number(2), 1, at(5)),
            Some(Duration::from_millis(3))
        );
        assert_eq!(sender.arrived(number(2), 1, at(6)), None, "known already");
        assert_eq!(sender.expire(at(11), RTO).unwrap().from, at(0));
        assert_eq!(sender.expire(at(11), RTO).unwrap().from, at(1));
        assert_eq!(sender.expire(at(11), RTO), None);
        assert_eq!(sends(&mut sender, 11), "0a 1b ");
        assert_eq!(sender.deadline(RTO), Some(at(13)), "the fourth");
        sender.acknowledge(number(3), at(12)).unwrap();
        assert_eq!(sends(&mut sender, 12), "4e 5f 6g ");
    }

    /// The receiver hands up what a closed gap held back in two parts: the RR after the first
    /// part arrives, that after the second is lost. All that is out has arrived by then.
    #[test]
    fn the_first_is_sent_again_when_every_answer_after_it_is_lost() {
        let mut sender = sender(Scheme::SelectiveRepeat, 4, 4);
        for early in 1..4 {
            sender.arrived(number(early), 1, at(5));
        }
        sender.acknowledge(number(2), at(6)).unwrap();
        assert_eq!(sender.deadline(RTO), Some(at(16)), "of the third, anew");
        sender.expire(at(16), RTO).unwrap();
        assert_eq!(sends(&mut sender, 16), "2c 4e 5f ");
    }

    /// How long it took was told when it was named; until N(R) tells, the gap in front of it has
    /// passed too.
    #[test]
    fn a_frame_that_was_named_gives_no_second_sample() {
        let mut sender = sender(Scheme::SelectiveRepeat, 4, 3);
        assert!(sender.arrived(number(1), 1, at(5)).is_some());
        sender.expire(at(10), RTO).unwrap();
        assert_eq!(sends(&mut sender, 12), "0a 3d ");
        assert_eq!(sender.acknowledge(number(1), at(20)), Ok(None));
        assert_eq!(sender.acknowledge(number(2), at(90)), Ok(None));
    }

    /// What Karn's rule cannot tell apart, the header does.
    #[test]
    fn an_answer_to_the_last_transmission_tells_how_long_it_took() {
        let mut sender = sender(Scheme::SelectiveRepeat, 2, 2);
        sender.expire(at(10), RTO).unwrap();
        sender.expire(at(11), RTO).unwrap();
        assert_eq!(sends(&mut sender, 12), "0a 1b ");
        assert_eq!(
            sender.arrived(number(0), 1, at(15)),
            None,
            "the first was late"
        );
        assert_eq!(
            sender.arrived(number(1), 2, at(15)),
            Some(Duration::from_millis(3))
        );
        assert_eq!(sender.deadline(RTO), Some(at(25)), "both came, but no N(R)");
    }

    #[test]
    fn a_number_is_repeated_once_for_all_rejects() {
        let mut selective = sender(Scheme::SelectiveRepeat, 4, 4);
        selective.reject_selectively(number(1));
        selective.reject_selectively(number(1));
        assert_eq!(sends(&mut selective, 5), "1b ");
        selective.reject_selectively(number(1));
        assert_eq!(sends(&mut selective, 6), "");
    }

    #[test]
    fn a_reject_counts_once_for_each_transmission_that_proves_a_loss() {
        let mut sender = sender(Scheme::GoBackN, 4, 4);
        sender.acknowledge(number(1), at(4)).unwrap();
        sender.reject(number(1), 1);
        assert!(sender.due == 0, "it has not come itself");
        sender.reject(number(2), 1);
        assert_eq!(sends(&mut sender, 5), "1b 2c 3d 4e ");
        sender.reject(number(3), 1);
        assert_eq!(sends(&mut sender, 6), "", "sent before 1 was sent again");
        sender.reject(number(3), 2);
        assert_eq!(sends(&mut sender, 7), "1b 2c 3d 4e ");
    }

    #[test]
    fn after_a_restart_everything_goes_again_from_0() {
        let mut sender = sender(Scheme::SelectiveRepeat, 4, 4);
        sender.acknowledge(number(1), at(4)).unwrap();
        sender.arrived(number(3), 1, at(4));
        sender.restart();
        assert_eq!((sender.out, sender.deadline(RTO)), (0, None));
        assert_eq!(sends(&mut sender, 5), "0b 1c 2d 3e ");
    }

    #[test]
    fn what_is_given_up_is_what_was_out() {
        let mut sender = sender(Scheme::GoBackN, 3, 2);
        sender.expire(at(99), RTO).unwrap();
        let given_up: String = core::iter::from_fn(|| sender.give_up()).collect();
        assert_eq!(given_up, "ab");
        sender.restart();
        assert_eq!(sends(&mut sender, 99), "0c 1d 2e ");
        let rest: String = core::iter::from_fn(|| sender.take()).collect();
        assert_eq!(rest, "cdefghij");
    }

    #[test]
    fn the_memory_of_flights_is_bounded_however_often_frames_fly() {
        let mut sender = sender(Scheme::SelectiveRepeat, 4, 4);
        let capacity = sender.flights.capacity();
        for round in 1..1000 {
            // The first one stays in the air; the others are given up again and again.
            for at in 1..4 {
                sender.repeat(at);
            }
            sends(&mut sender, round);
            assert!(sender.flights.len() <= 9);
        }
        assert_eq!(sender.flights.capacity(), capacity);
    }
}
