//! Why the window has a limit: every schedule of losses is tried, until one fails.
//!
//! Two ends with the real window logic, `sender` and `receiver`, stand on a line that has no
//! delay and loses what it likes: each frame, or the answer to it. The search goes breadth
//! first through everything that can happen, so that the first failure found is the shortest.
//! One above the limit, selective repeat with 2-bit numbers and a window of 3 fails like this:
//!
//! ```text
//! A sends a as I 0: B takes it, RR 1 is lost
//! A sends b as I 1: B takes it, RR 2 is lost
//! A sends c as I 2: B takes it, RR 3 is lost
//! A times out
//! A sends a as I 0: B takes it, RR 3 arrives
//! A sends d as I 3: B takes it and gives a in place of e, RR 1 arrives
//! ```
//! B has had a, b and c and waits for d as 3, e as 0 and f as 1; so it takes the old a, which
//! comes again as 0, for e.
//!
//! Spec: the example of A. S. Tanenbaum, Computer Networks, §3.4. Not here: lines that reorder.

use core::fmt::Write as _;
use core::time::Duration;
use std::collections::{BTreeSet, VecDeque};

use layercake_base::Instant;

use super::receiver::{Receiver, Verdict};
use super::sender::Sender;
use super::window::{Scheme, Window, WindowError};

/// States that a search looks at before it gives up.
const MOST_STATES: usize = 300_000;

/// What a search has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The shortest way to a frame that is delivered out of order, twice or never, step by step.
    Fails(Vec<String>),
    /// Every state that can be reached was looked at, and none fails.
    Safe {
        /// How many there are.
        states: usize,
    },
    /// There are more states than a search looks at; those looked at did not fail.
    TooLarge,
}

/// Searches for the shortest failure of a scheme whose send window has `window` frames and
/// whose numbers have `bits`, also beyond the limit of [`Window::new`].
///
/// # Errors
/// [`WindowError`] when `bits` is not 1 to 16, or `window` is 0.
pub fn shortest_failure(
    scheme: Scheme,
    window: u16,
    bits: u8,
) -> Result<Outcome, WindowError> {
    let start = Ends::new(Window::of_any_size(scheme, window, bits)?);
    let mut seen = BTreeSet::from([start.shape()]);
    let mut reached: Vec<(usize, Step)> = vec![(0, Step::TimeOut)];
    let mut next = VecDeque::from([(0, start.clone())]);
    while let Some((at, ends)) = next.pop_front() {
        for step in Step::ALL {
            let mut then = ends.clone();
            let Some(good) = then.act(step, &mut String::new()) else {
                continue;
            };
            reached.push((at, step));
            if !good {
                return Ok(Outcome::Fails(story(start, &reached)));
            }
            if seen.insert(then.shape()) {
                next.push_back((reached.len() - 1, then));
            }
        }
        if seen.len() > MOST_STATES {
            return Ok(Outcome::TooLarge);
        }
    }
    let states = seen.len();
    Ok(Outcome::Safe { states })
}

/// The steps that led to the last one, in words.
fn story(mut ends: Ends, reached: &[(usize, Step)]) -> Vec<String> {
    let mut steps = Vec::new();
    let mut at = reached.len() - 1;
    while let Some((from, step)) = reached.get(at).filter(|_| at > 0) {
        steps.push(*step);
        at = *from;
    }
    let tell = |step| {
        let mut line = String::new();
        ends.act(step, &mut line);
        line
    };
    steps.into_iter().rev().map(tell).collect()
}

/// What can happen next.
#[derive(Clone, Copy)]
enum Step {
    /// A sends, and everything arrives.
    Arrives,
    /// A sends, and the answer is lost.
    AnswerLost,
    /// A sends, and the frame is lost.
    Lost,
    /// The oldest transmission that is not acknowledged is given up.
    TimeOut,
}

impl Step {
    const ALL: [Step; 4] = [Step::Arrives, Step::AnswerLost, Step::Lost, Step::TimeOut];
}

/// A sends without end, B receives. SDUs are counted from 0.
#[derive(Clone)]
struct Ends {
    window: Window,
    sender: Sender<u64>,
    receiver: Receiver<u64>,
    /// SDUs that A has taken on.
    taken_on: u64,
    /// SDUs that B has given to whom they are for.
    given: u64,
}

impl Ends {
    fn new(window: Window) -> Self {
        let (sender, receiver) = (Sender::new(window, 0), Receiver::new(window));
        let (taken_on, given) = (0, 0);
        let mut ends = Ends {
            window,
            sender,
            receiver,
            taken_on,
            given,
        };
        ends.refill();
        ends
    }

    /// There is always a window of SDUs to send.
    fn refill(&mut self) {
        while self.sender.len() < self.window.send {
            self.sender.push(self.taken_on);
            self.taken_on += 1;
        }
    }

    /// What matters for all that can still happen; how many SDUs went before does not.
    fn shape(&self) -> Vec<u64> {
        let mut shape = self.sender.shape();
        let behind = self.taken_on.wrapping_sub(self.given);
        shape.extend([behind, self.receiver.expected().number().into()]);
        let held = self.receiver.held();
        shape.extend(held.map(|sdu| match sdu {
            Some(sdu) => sdu.wrapping_sub(self.given).wrapping_add(1 << 32),
            None => 0,
        }));
        shape
    }

    /// Lets a step happen. `None` when it cannot, false when B then gives a wrong SDU.
    fn act(&mut self, step: Step, line: &mut String) -> Option<bool> {
        if let Step::TimeOut = step {
            self.sender.expire(Instant::ZERO, Duration::ZERO)?;
            line.push_str("A times out");
            return Some(true);
        }
        let (number, attempt, &sdu) = self.sender.next(Instant::ZERO)?;
        let _ = write!(line, "A sends {} as I {number}: ", letter(sdu));
        if let Step::Lost = step {
            line.push_str("it is lost");
            return Some(true);
        }
        let verdict = self.receiver.judge(number);
        let takes = matches!(verdict, Verdict::InOrder | Verdict::Early);
        if takes {
            self.receiver.hold(number, sdu);
        }
        line.push_str(if takes {
            "B takes it"
        } else {
            "B has no use for it"
        });
        let good = self.give(line);
        let expected = self.receiver.expected();
        let _ = write!(line, ", RR {expected}");
        if let Step::AnswerLost = step {
            line.push_str(" is lost");
            return Some(good);
        }
        line.push_str(" arrives");
        let _ = self.sender.acknowledge(expected, Instant::ZERO);
        if verdict == Verdict::Early {
            self.sender.arrived(number, attempt, Instant::ZERO);
        }
        self.refill();
        Some(good)
    }

    /// B gives what is in order; false when it is not the SDU whose turn it is.
    fn give(&mut self, line: &mut String) -> bool {
        while let Some(sdu) = self.receiver.take() {
            if sdu != self.given {
                let (is, should) = (letter(sdu), letter(self.given));
                let _ = write!(line, " and gives {is} in place of {should}");
                return false;
            }
            self.given += 1;
        }
        true
    }
}

/// SDUs are called a, b, c and so on.
fn letter(sdu: u64) -> char {
    u8::try_from(sdu % 26).map_or('?', |n| char::from(b'a' + n))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fails(scheme: Scheme, window: u16, bits: u8) -> Vec<String> {
        match shortest_failure(scheme, window, bits).unwrap() {
            Outcome::Fails(steps) => steps,
            other => panic!("{scheme:?} {window} {bits}: {other:?}"),
        }
    }

    /// Tanenbaum's failure, found and not told: the picture at the top of this file.
    #[test]
    fn the_failure_one_above_the_limit_is_the_one_in_the_picture() {
        let steps = fails(Scheme::SelectiveRepeat, 3, 2);
        println!("{}", steps.join("\n"));
        let picture: String = steps.iter().map(|step| format!("//! {step}\n")).collect();
        let picture = format!("//! ```text\n{picture}//! ```\n");
        assert!(include_str!("search.rs").contains(&picture), "{steps:#?}");
    }

    /// At the limit all that can happen is looked at, and nothing fails; one above it fails.
    #[test]
    fn the_limit_is_exact_for_every_scheme() {
        for (scheme, most) in [
            (Scheme::StopAndWait, 4),
            (Scheme::GoBackN, 3),
            (Scheme::SelectiveRepeat, 3),
        ] {
            for bits in 1..=most {
                let limit = scheme.largest_window(bits);
                let at_limit = shortest_failure(scheme, limit, bits).unwrap();
                assert!(matches!(at_limit, Outcome::Safe { .. }), "{at_limit:?}");
            }
        }
        for bits in 1..=3 {
            let above = |scheme: Scheme| scheme.largest_window(bits) + 1;
            for scheme in [Scheme::GoBackN, Scheme::SelectiveRepeat] {
                let steps = fails(scheme, above(scheme), bits);
                assert!(steps.last().unwrap().contains("in place of"), "{steps:#?}");
            }
        }
    }
}
