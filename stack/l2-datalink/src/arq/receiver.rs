//! The receiving side: what is taken, what is held until a gap closes, what is asked for again.
//!
//! ```text
//!   places    |  0  |  1  |  2  |  3  |  4  |     V(R) is the number of place 0
//!              missing here  asked  here  missing
//!
//!   Ahead of the receive window, and behind it by no more than Ws, lie numbers that the other
//!   end may use too; what else there is cannot come from it.
//! ```
//! Spec: receiver of A. S. Tanenbaum, Computer Networks, §3.4; REJ and SREJ of ISO/IEC 13239.
//!
//! | a frame with number | place missing or asked | place full |
//! |---|---|---|
//! | in [V(R), V(R) + Wr) | takes its place; those missing before it are asked for once | duplicate |
//! | behind, up to Ws | duplicate: acknowledge again | |
//! | ahead of Wr, within Ws | gap: ask for V(R), once | |
//! | any other | outside of both windows | |
//!
//! With go-back-N a number can be behind and ahead at once; it then counts as ahead. Nothing
//! tells the two apart, and for both the answer is V(R).
//!
//! Not here: when to acknowledge (`acknowledgement`), octets (`layer`).

use std::collections::VecDeque;

use super::sequence::Sequence;
use super::window::Window;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Place<T> {
    Missing,
    Asked,
    Here(T),
}

/// What a frame was to the receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The one that was expected.
    InOrder,
    /// Taken, but one before it is missing.
    Early,
    /// It has arrived before.
    Duplicate,
    /// One before it is missing, and this receiver takes them only in order.
    Gap,
    /// No sender that keeps its window sends this now.
    Outside,
}

/// Takes frames in any order that the window allows, and gives them in order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Receiver<T> {
    window: Window,
    /// V(R).
    expected: Sequence,
    /// One for each number of the receive window.
    places: VecDeque<Place<T>>,
    /// Places up to the last that is full.
    span: usize,
    /// Places before this one are full or have been asked for.
    asked: usize,
    /// REJ was sent, and V(R) has not come since.
    rejected: bool,
}

impl<T> Receiver<T> {
    pub(super) fn new(window: Window) -> Self {
        let missing = || Place::Missing;
        Receiver {
            window,
            expected: window.first,
            places: core::iter::repeat_with(missing)
                .take(window.receive)
                .collect(),
            span: 0,
            asked: 0,
            rejected: false,
        }
    }

    /// V(R): all before it have been given.
    pub(super) fn expected(&self) -> Sequence {
        self.expected
    }

    /// What a frame with this number would be.
    pub(super) fn judge(&self, number: Sequence) -> Verdict {
        let ahead = number.since(self.expected);
        let behind = self.expected.since(number);
        match self.places.get(ahead) {
            Some(Place::Here(_)) => Verdict::Duplicate,
            Some(_) if ahead == 0 => Verdict::InOrder,
            Some(_) => Verdict::Early,
            None if ahead < self.window.send => Verdict::Gap,
            None if behind <= self.window.send => Verdict::Duplicate,
            None => Verdict::Outside,
        }
    }

    /// Takes an SDU that was judged to be in order or early.
    pub(super) fn hold(&mut self, number: Sequence, sdu: T) {
        let ahead = number.since(self.expected);
        if let Some(place) = self.places.get_mut(ahead) {
            *place = Place::Here(sdu);
            self.span = self.span.max(ahead + 1);
        }
    }

    /// True when one that is not the next in order is there.
    pub(super) fn has_early(&self) -> bool {
        self.span > 1
    }

    /// True when the next SDU in order is there.
    pub(super) fn is_ready(&self) -> bool {
        matches!(self.places.front(), Some(Place::Here(_)))
    }

    /// Gives the next SDU in order, and opens the window by one.
    pub(super) fn take(&mut self) -> Option<T> {
        if !self.is_ready() {
            return None;
        }
        let Some(Place::Here(sdu)) = self.places.pop_front() else {
            return None;
        };
        self.places.push_back(Place::Missing);
        self.expected = self.expected.plus(1);
        self.span = self.span.saturating_sub(1);
        self.asked = self.asked.saturating_sub(1);
        self.rejected = false;
        Some(sdu)
    }

    /// What is held, by distance from the expected number.
    pub(super) fn held(&self) -> impl Iterator<Item = Option<&T>> {
        self.places.iter().map(|place| match place {
            Place::Here(sdu) => Some(sdu),
            Place::Missing | Place::Asked => None,
        })
    }

    /// A number to ask for with SREJ: missing before one that is there, and not asked for yet.
    pub(super) fn ask(&mut self) -> Option<Sequence> {
        while self.asked < self.span {
            let (at, place) = (self.asked, self.places.get_mut(self.asked)?);
            self.asked += 1;
            if matches!(place, Place::Missing) {
                *place = Place::Asked;
                return Some(self.expected.plus(at));
            }
        }
        None
    }

    /// True when there is a number to ask for.
    pub(super) fn wants_to_ask(&self) -> bool {
        self.asked < self.span
            && (self.asked..self.span)
                .any(|at| matches!(self.places.get(at), Some(Place::Missing)))
    }

    /// True the first time that a gap is seen, until it has closed: REJ goes out once.
    pub(super) fn reject(&mut self) -> bool {
        !core::mem::replace(&mut self.rejected, true)
    }

    /// Both ends begin at 0 again. What was held is given up, place by place.
    pub(super) fn restart(&mut self) -> impl Iterator<Item = T> + '_ {
        self.expected = self.window.first;
        (self.span, self.asked, self.rejected) = (0, 0, false);
        let empty = |place| match core::mem::replace(place, Place::Missing) {
            Place::Here(sdu) => Some(sdu),
            Place::Missing | Place::Asked => None,
        };
        self.places.iter_mut().filter_map(empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arq::window::Scheme;

    fn receiver(scheme: Scheme, window: u16, bits: u8) -> Receiver<usize> {
        Receiver::new(Window::new(scheme, window, bits).unwrap())
    }

    fn number(number: usize, bits: u8) -> Sequence {
        Sequence::first(bits).unwrap().plus(number)
    }

    /// What each number of 3 bits is, from 0 to 7.
    fn verdicts(receiver: &Receiver<usize>) -> String {
        let letter = |n| match receiver.judge(number(n, 3)) {
            Verdict::InOrder => 'I',
            Verdict::Early => 'E',
            Verdict::Duplicate => 'D',
            Verdict::Gap => 'G',
            Verdict::Outside => 'O',
        };
        (0..8).map(letter).collect()
    }

    #[test]
    fn every_number_has_its_verdict() {
        let mut full = receiver(Scheme::SelectiveRepeat, 4, 3);
        assert_eq!(verdicts(&full), "IEEEDDDD");
        full.hold(number(2, 3), 2);
        assert_eq!(verdicts(&full), "IEDEDDDD");
        let mut narrow = receiver(Scheme::SelectiveRepeat, 2, 3);
        assert_eq!(verdicts(&narrow), "IEOOOODD");
        narrow.hold(number(0, 3), 0);
        narrow.take().unwrap();
        assert_eq!(verdicts(&narrow), "DIEOOOOD");
        assert_eq!(verdicts(&receiver(Scheme::GoBackN, 7, 3)), "IGGGGGGD");
        assert_eq!(verdicts(&receiver(Scheme::GoBackN, 3, 3)), "IGGOODDD");
        assert_eq!(verdicts(&receiver(Scheme::StopAndWait, 1, 3)), "IOOOOOOD");
    }

    #[test]
    fn early_frames_are_held_and_given_in_order() {
        let mut receiver = receiver(Scheme::SelectiveRepeat, 4, 3);
        for n in [1, 3, 0] {
            receiver.hold(number(n, 3), n);
        }
        let given: Vec<_> = core::iter::from_fn(|| receiver.take()).collect();
        assert_eq!(given, [0, 1]);
        assert_eq!(receiver.expected().number(), 2);
        receiver.hold(number(2, 3), 2);
        let given: Vec<_> = core::iter::from_fn(|| receiver.take()).collect();
        assert_eq!(given, [2, 3]);
    }

    #[test]
    fn each_missing_number_is_asked_for_once() {
        let mut receiver = receiver(Scheme::SelectiveRepeat, 4, 3);
        assert_eq!(receiver.ask(), None, "nothing is known to be missing");
        receiver.hold(number(2, 3), 2);
        assert!(receiver.wants_to_ask());
        let asked: Vec<_> = core::iter::from_fn(|| receiver.ask())
            .map(Sequence::number)
            .collect();
        assert_eq!(asked, [0, 1]);
        receiver.hold(number(0, 3), 0);
        receiver.take().unwrap();
        receiver.hold(number(4, 3), 4);
        assert_eq!(receiver.ask().map(Sequence::number), Some(3));
        assert!(!receiver.wants_to_ask());
    }

    #[test]
    fn a_gap_is_rejected_once_until_it_has_closed() {
        let mut receiver = receiver(Scheme::GoBackN, 7, 3);
        assert!(receiver.reject());
        assert!(!receiver.reject());
        receiver.hold(number(0, 3), 0);
        receiver.take().unwrap();
        assert!(receiver.reject());
    }

    #[test]
    fn a_restart_gives_up_what_was_held() {
        let mut receiver = receiver(Scheme::SelectiveRepeat, 4, 3);
        receiver.hold(number(1, 3), 1);
        receiver.hold(number(3, 3), 3);
        assert_eq!(receiver.restart().collect::<Vec<_>>(), [1, 3]);
        assert_eq!(receiver, self::receiver(Scheme::SelectiveRepeat, 4, 3));
    }
}
