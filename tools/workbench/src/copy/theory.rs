//! What textbooks say that a line can be used: formulas of the three schemes.
//!
//! a = round trip / frame time, W the window, p the loss of frames, and for stop-and-wait, where each
//! one counts, of acknowledgements too.
//!
//! - stop-and-wait: U = (1 − p)² / (1 + a), time-out = round trip
//! - go-back-N: W ≥ 1 + a: (1 − p) / (1 + a·p); else W(1 − p) / [(1 + a)(1 + (W − 1)p)]
//! - selective repeat: (1 − p) · min(1, W / (1 + a)), which ignores that a window stalls on its
//!   oldest hole; as blocks min(1 − p, W / [(1 + a)·S]), S = Σ [1 − (1 − p^k)^W], the expected
//!   rounds until all W have arrived
//!
//! Source: A. S. Tanenbaum, Computer Networks, §3.4; D. Bertsekas and R. Gallager, Data Networks,
//! §2.4.

use layercake_datalink::arq::Scheme;

/// Rounds after which nothing is left to add.
const ROUNDS: u32 = 10_000;

/// A link, in these numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Theory {
    pub(super) scheme: Scheme,
    pub(super) window: u16,
    pub(super) a: f64,
    pub(super) p: f64,
}

impl Theory {
    /// Utilisation by the formula, and for selective repeat the block estimate.
    pub(super) fn utilisation(&self) -> (f64, Option<f64>) {
        let Theory { a, p, .. } = *self;
        let window = f64::from(self.window);
        let pipe = 1.0 + a;
        match self.scheme {
            Scheme::StopAndWait => ((1.0 - p) * (1.0 - p) / pipe, None),
            Scheme::GoBackN if window >= pipe => ((1.0 - p) / (1.0 + a * p), None),
            Scheme::GoBackN => (
                window * (1.0 - p) / (pipe * (1.0 + (window - 1.0) * p)),
                None,
            ),
            Scheme::SelectiveRepeat => {
                let ideal = (1.0 - p) * (window / pipe).min(1.0);
                let block = (1.0 - p).min(window / (pipe * self.rounds()));
                (ideal, Some(block))
            }
        }
    }

    /// S: rounds until a whole window has arrived.
    fn rounds(&self) -> f64 {
        let mut sum = 0.0;
        let mut missing = 1.0; // p^k
        for _ in 0..ROUNDS {
            let some_left = 1.0 - (1.0_f64 - missing).powf(f64::from(self.window));
            sum += some_left;
            missing *= self.p;
            if some_left < 1e-12 {
                break;
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utilisation(scheme: Scheme, window: u16, p: f64) -> [f64; 2] {
        let theory = Theory {
            scheme,
            window,
            a: 20.0 / 1.2,
            p,
        };
        let (formula, block) = theory.utilisation();
        [formula, block.unwrap_or(formula)].map(|share| (share * 1000.0).round() / 1000.0)
    }

    /// 1500 octets at 10 Mbit/s take 1.2 ms, the round trip 20 ms: a = 16.67. Worked by hand.
    #[test]
    fn the_formulas_give_the_table_of_the_textbook_example() {
        use Scheme::{GoBackN, SelectiveRepeat, StopAndWait};
        assert_eq!(utilisation(StopAndWait, 1, 0.1), [0.046, 0.046]);
        assert_eq!(utilisation(SelectiveRepeat, 4, 0.1), [0.204, 0.163]);
        assert_eq!(utilisation(SelectiveRepeat, 16, 0.01), [0.897, 0.787]);
        assert_eq!(utilisation(SelectiveRepeat, 18, 0.1), [0.9, 0.501]);
        assert_eq!(utilisation(GoBackN, 4, 0.1), [0.157, 0.157]);
        assert_eq!(utilisation(GoBackN, 18, 0.01), [0.849, 0.849]);
    }
}
