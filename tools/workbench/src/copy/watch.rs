//! The exchange as a picture: in a terminal, and as a figure.
//!
//! ```text
//!     0.1 ms  |---- I 0 ------------------>|  20.9 ms
//!     1.0 ms  |---- I 1 -----------x       |  lost
//!    21.9 ms  |<------------------ RR 1 ---|  41.9 ms
//! ```

use std::fmt::Write as _;

use layercake_base::Instant;
use layercake_figure::{Event, Exchange, Fate as Shown, Input, Side, figure};

use super::journal::Entry;
use super::line::Fate;
use crate::Failure;

/// Rows in the terminal.
const ROWS: usize = 60;
/// Columns between the two stations.
const WIDE: usize = 36;

/// What both have sent, in order of time.
pub(super) struct Watch {
    entries: Vec<(Side, Entry)>,
    start: Instant,
    more: u64,
}

impl Watch {
    /// Of the journals of both ends; `more` frames are not in them.
    pub(super) fn new(left: &[Entry], right: &[Entry], more: u64) -> Self {
        let left = left.iter().map(|entry| (Side::Left, entry.clone()));
        let right = right.iter().map(|entry| (Side::Right, entry.clone()));
        let mut entries: Vec<(Side, Entry)> = left.chain(right).collect();
        entries.sort_by_key(|(_, entry)| entry.at);
        let start = entries.first().map_or(Instant::ZERO, |(_, entry)| entry.at);
        Watch {
            entries,
            start,
            more,
        }
    }

    /// A row for each frame.
    pub(super) fn rows(&self) -> String {
        let mut text = format!("{:>12}  A{:WIDE$}B\n", "sent", "");
        for (side, entry) in self.entries.iter().take(ROWS) {
            let after = match entry.fate {
                Fate::Arrives => self.time(entry.arrival),
                Fate::Lost => "lost".into(),
                Fate::Damaged => format!("{} damaged", self.time(entry.arrival)),
            };
            let arrow = arrow(*side, entry);
            let _ = writeln!(text, "{:>12}  |{arrow}|  {after}", self.time(entry.at));
        }
        let hidden = self.entries.len().saturating_sub(ROWS);
        let hidden = self.more + u64::try_from(hidden).unwrap_or(u64::MAX);
        if hidden > 0 {
            let _ = writeln!(text, "{:>12}  and {hidden} frames more", "…");
        }
        text
    }

    /// The same as a figure.
    ///
    /// # Errors
    /// What the figure says.
    pub(super) fn svg(&self, title: &str) -> Result<String, Failure> {
        let event = |(side, entry): &(Side, Entry)| Event {
            at: self.since(entry.at),
            from: *side,
            label: entry.label.clone(),
            fate: match entry.fate {
                Fate::Arrives => Shown::Arrives(self.since(entry.arrival)),
                Fate::Lost => Shown::Lost(self.since(entry.arrival)),
                Fate::Damaged => Shown::Refused(self.since(entry.arrival)),
            },
        };
        let exchange = Exchange {
            title: title.into(),
            left: "A".into(),
            right: "B".into(),
            unit: "ms".into(),
            events: self.entries.iter().take(ROWS).map(event).collect(),
            notes: Vec::new(),
        };
        let svg = figure("time-sequence", &Input::Exchange(exchange));
        svg.map_err(|error| Failure::Asked(error.to_string()))
    }

    /// Milliseconds since the first frame.
    fn since(&self, at: Instant) -> f64 {
        at.since(self.start).as_secs_f64() * 1000.0
    }

    fn time(&self, at: Instant) -> String {
        format!("{:.1} ms", self.since(at))
    }
}

/// An arrow with its label; one that does not arrive ends with an x on the way.
fn arrow(side: Side, entry: &Entry) -> String {
    let label = format!("--- {} ", entry.label);
    let (tip, end) = match entry.fate {
        Fate::Lost => ("x", WIDE * 2 / 3),
        _ => (">", WIDE),
    };
    let dashes = "-".repeat(end.saturating_sub(label.chars().count() + tip.len()));
    let right = format!("{label}{dashes}{tip}");
    match side {
        Side::Left => format!("{right:WIDE$}"),
        Side::Right => {
            let back = tip.replace('>', "<");
            format!("{:>WIDE$}", format!("{back}{dashes} {} ---", entry.label))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_directions_are_drawn_between_two_lines() {
        let at = |millis: u64| Instant::from_nanos(millis * 1_000_000);
        let entry = |sent, arrival, fate, label: &str| Entry {
            at: at(sent),
            arrival: at(arrival),
            fate,
            label: label.into(),
        };
        let left = [
            entry(5, 15, Fate::Arrives, "I 0"),
            entry(6, 16, Fate::Lost, "I 1"),
        ];
        let right = [entry(15, 25, Fate::Damaged, "RR 1")];
        let rows = Watch::new(&left, &right, 3).rows();
        let expected = [
            "        sent  A                                    B",
            "      0.0 ms  |--- I 0 --------------------------->|  10.0 ms",
            "      1.0 ms  |--- I 1 ---------------x            |  lost",
            "     10.0 ms  |<-------------------------- RR 1 ---|  20.0 ms damaged",
            "           …  and 3 frames more",
        ];
        assert!(rows.lines().eq(expected), "{rows}");
    }
}
