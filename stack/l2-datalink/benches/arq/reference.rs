//! The three schemes by their rule, and by their formulas: what the layer is measured against.
//!
//! Time in units of one frame. A frame is sent with loss `p` and resolved, by its answer or its
//! time-out, exactly `a` after its end; answers are never lost. Selective repeat sends what is
//! due first, else a new frame while the window is open, else waits. Go-back-N goes back to the
//! oldest frame when that times out. Nothing here knows of the layer.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Each outcome that is still to come: when, and which transmission of which frame.
type Outcomes = BinaryHeap<Reverse<(u64, u64, usize, bool)>>;

/// Nanoseconds: 1500 octets at 10 Mbit/s, and 20 ms from the end of a frame to its answer.
pub const FRAME: u64 = 1_200_000;
pub const ROUND_TRIP: u64 = 20_000_000;

/// a: the round trip in frames.
pub const A: f64 = 20.0 / 1.2;

/// Utilisation by selective repeat with window `w`.
pub fn selective_repeat(w: usize, frames: usize, mut lost: impl FnMut() -> bool) -> f64 {
    let mut arrived = vec![false; frames];
    let (mut base, mut next, mut now, mut serial) = (0, 0, 0, 0);
    let mut due = BinaryHeap::new();
    let mut outcomes = Outcomes::new();
    while base < frames {
        while let Some(Reverse((at, _, frame, good))) = outcomes.peek().copied() {
            if at > now {
                break;
            }
            outcomes.pop();
            if good {
                arrived[frame] = true;
            } else {
                due.push(Reverse(frame));
            }
        }
        while base < frames && arrived[base] {
            base += 1;
        }
        let frame = match due.pop() {
            Some(Reverse(frame)) => frame,
            None if next < (base + w).min(frames) => {
                next += 1;
                next - 1
            }
            None => {
                now = wait(&outcomes, now);
                continue;
            }
        };
        now += FRAME;
        serial += 1;
        outcomes.push(Reverse((now + ROUND_TRIP, serial, frame, !lost())));
    }
    share(frames, now)
}

/// Utilisation by go-back-N with window `w`; with 1 that is stop-and-wait.
pub fn go_back_n(w: usize, frames: usize, mut lost: impl FnMut() -> bool) -> f64 {
    let (mut base, mut next, mut now, mut serial) = (0, 0, 0, 0);
    let (mut wanted, mut last_sent) = (0, vec![0; frames]);
    let mut outcomes = Outcomes::new();
    while base < frames {
        while let Some(Reverse((at, sent, frame, good))) = outcomes.peek().copied() {
            if at > now {
                break;
            }
            outcomes.pop();
            if good {
                base = base.max(frame + 1);
                next = next.max(base);
            } else if frame == base && last_sent[frame] == sent {
                next = base;
            }
        }
        if next >= (base + w).min(frames) {
            now = wait(&outcomes, now);
            continue;
        }
        now += FRAME;
        serial += 1;
        let good = !lost() && next == wanted;
        wanted += usize::from(good);
        last_sent[next] = serial;
        outcomes.push(Reverse((now + ROUND_TRIP, serial, next, good)));
        next += 1;
    }
    share(frames, now)
}

/// Nothing can be sent: the next outcome is the next thing to happen.
fn wait(outcomes: &Outcomes, now: u64) -> u64 {
    outcomes.peek().map_or(now + 1, |Reverse((at, ..))| *at)
}

/// Frames delivered in order for each frame time.
fn share(frames: usize, now: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let share = (frames as u64 * FRAME) as f64 / now as f64;
    share
}

/// The textbooks' utilisation of selective repeat, which ignores that a window stalls on its
/// oldest hole.
pub fn selective_repeat_formula(w: f64, p: f64) -> f64 {
    (1.0 - p) * (w / (1.0 + A)).min(1.0)
}

/// An estimate that does not: a window is sent in rounds until all of it has arrived, a frame
/// being in round k with the chance p^k. It is low, since the next window begins before that.
pub fn selective_repeat_estimate(w: f64, p: f64) -> f64 {
    let goes_on = |round: i32| 1.0 - (1.0 - p.powi(round)).powf(w);
    let rounds: f64 = (0..200).map(goes_on).sum();
    (1.0 - p).min(w / ((1.0 + A) * rounds))
}

/// The textbooks' utilisation of go-back-N.
pub fn go_back_n_formula(w: f64, p: f64) -> f64 {
    if w >= 1.0 + A {
        return (1.0 - p) / (1.0 + A * p);
    }
    w * (1.0 - p) / ((1.0 + A) * (1.0 + (w - 1.0) * p))
}

/// The textbooks' utilisation of stop-and-wait, when the time-out is the round trip.
pub fn stop_and_wait_formula(p: f64) -> f64 {
    (1.0 - p) / (1.0 + A)
}
