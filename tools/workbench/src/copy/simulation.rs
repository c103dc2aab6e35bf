//! What the bare rule of a scheme makes of a line: no headers, no acknowledgements lost, a
//! time-out of exactly the round trip. It shares nothing with the ARQ layer.
//!
//! Time counts in frames. Each frame that is sent is lost with p, and 1 + a later its sender
//! knows. Selective repeat sends what is known to be lost first, else a new frame while the
//! window is open; go-back-N begins again at the oldest frame when that is known to be lost.
//!
//! Source: the event simulation that textbook values are usually compared with; see
//! `cargo bench -p layercake-datalink --bench arq`.

use std::collections::{BTreeSet, VecDeque};

use layercake_base::Rng;
use layercake_datalink::arq::Scheme;

use super::theory::Theory;

/// Frames that are simulated at most.
const MOST: usize = 20_000;

/// Turns for each frame, to send it or to wait, before the line counts as dead.
const TURNS: usize = 200;

/// A sender and what it knows.
struct Sender {
    window: usize,
    /// The oldest frame that is not known to have arrived, and the next new one.
    base: usize,
    next: usize,
    /// Known to have arrived, beyond the oldest.
    arrived: BTreeSet<usize>,
    /// Known to be lost.
    lost: VecDeque<usize>,
    /// When what is known about which frame, in order of time.
    known: VecDeque<(f64, usize, bool)>,
}

/// The use of the line when so many frames cross it, from the first to the last
/// acknowledgement.
pub(super) fn utilisation(theory: &Theory, frames: usize, rng: &mut Rng) -> f64 {
    let frames = frames.clamp(1, MOST);
    let mut sender = Sender {
        window: match theory.scheme {
            Scheme::StopAndWait => 1,
            _ => usize::from(theory.window),
        },
        base: 0,
        next: 0,
        arrived: BTreeSet::new(),
        lost: VecDeque::new(),
        known: VecDeque::new(),
    };
    let mut time = 0.0;
    // With p = 1 nothing ever arrives; each frame gets so many turns.
    for _ in 0..frames * TURNS {
        sender.learn(time, theory.scheme);
        if sender.base >= frames {
            break;
        }
        if let Some(frame) = sender.choose(frames) {
            let arrives = !rng.chance(theory.p);
            sender
                .known
                .push_back((time + 1.0 + theory.a, frame, arrives));
            time += 1.0;
        } else if let Some((when, ..)) = sender.known.front() {
            time = f64::max(time, *when);
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "a share for people")]
    let delivered = sender.base.min(frames) as f64;
    delivered / f64::max(time, 1.0)
}

impl Sender {
    /// Takes note of everything that is known by now.
    fn learn(&mut self, time: f64, scheme: Scheme) {
        while let Some((_, frame, arrives)) =
            self.known.pop_front_if(|known| known.0 <= time)
        {
            match (scheme, arrives) {
                (Scheme::SelectiveRepeat, false) => self.lost.push_back(frame),
                // What was sent behind it is thrown away by the receiver.
                (_, false) => {
                    self.next = frame;
                    self.known.clear();
                }
                (_, true) => {
                    self.arrived.insert(frame);
                }
            }
            while self.arrived.remove(&self.base) {
                self.base += 1;
            }
        }
    }

    /// What to send next.
    fn choose(&mut self, frames: usize) -> Option<usize> {
        if let Some(lost) = self.lost.pop_front() {
            return Some(lost);
        }
        let open = self.next < frames.min(self.base + self.window);
        open.then(|| {
            self.next += 1;
            self.next - 1
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn simulated(scheme: Scheme, window: u16, p: f64) -> f64 {
        let theory = Theory {
            scheme,
            window,
            a: 20.0 / 1.2,
            p,
        };
        utilisation(&theory, MOST, &mut Rng::seeded(5))
    }

    /// Values of an independent simulation of the same rule with 20,000 frames and another
    /// generator; runs differ by about 1 %.
    #[test]
    fn agrees_with_a_simulation_made_elsewhere() {
        use Scheme::{GoBackN, SelectiveRepeat, StopAndWait};
        for (scheme, window, p, expected) in [
            (StopAndWait, 1, 0.0, 0.0566),
            (StopAndWait, 1, 0.1, 0.0508),
            (SelectiveRepeat, 4, 0.1, 0.176),
            (SelectiveRepeat, 8, 0.01, 0.426),
            (SelectiveRepeat, 16, 0.1, 0.514),
            (SelectiveRepeat, 72, 0.1, 0.897),
            (GoBackN, 4, 0.1, 0.171),
            (GoBackN, 16, 0.01, 0.770),
            (GoBackN, 36, 0.1, 0.335),
        ] {
            let found = simulated(scheme, window, p);
            let off = (found / expected - 1.0).abs();
            assert!(
                off < 0.03,
                "{scheme:?} {window} {p}: {found}, {expected} expected"
            );
        }
    }

    #[test]
    fn a_dead_line_ends_the_simulation() {
        assert!(simulated(Scheme::StopAndWait, 1, 1.0) < 1e-9);
    }
}
