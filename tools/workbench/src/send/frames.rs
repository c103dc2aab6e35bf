//! The frame before and after: what was handed to the framing of one station, and what came out
//! of the framing of the other, for the transmission that was damaged.

use std::fmt::Write as _;

use layercake_base::{Direction, Event, Instant, What};

/// Octets in a row.
const ROW: usize = 20;

/// Catches both frames.
#[derive(Debug)]
pub(super) struct Frames {
    /// The name of the framing's layer.
    framing: String,
    /// What the sender's framing was given last.
    last: Vec<u8>,
    before: Option<Vec<u8>>,
    after: Option<Vec<u8>>,
    /// When the damaged transmission arrives.
    arrival: Option<Instant>,
}

impl Frames {
    /// At the seam above this framing.
    pub(super) fn above(framing: &str) -> Self {
        Frames {
            framing: framing.to_owned(),
            last: Vec::new(),
            before: None,
            after: None,
            arrival: None,
        }
    }

    pub(super) fn on(&mut self, event: &Event<'_>) {
        let of_framing = event.layer == self.framing;
        match (event.node, &event.what) {
            ("a", What::Consumed) if of_framing => self.last = event.octets.to_vec(),
            ("a", What::Rewritten { .. }) if event.layer == "flip" => {
                self.before = Some(std::mem::take(&mut self.last));
            }
            ("a", What::Transmitted { arrival }) if self.before.is_some() => {
                self.arrival.get_or_insert(*arrival);
            }
            (
                "b",
                What::Passed {
                    direction: Direction::Up,
                },
            ) if of_framing && Some(event.at) == self.arrival => {
                self.after.get_or_insert_with(|| event.octets.to_vec());
            }
            _ => {}
        }
    }

    /// Both frames in rows, what differs marked.
    pub(super) fn compared(&self, color: bool) -> String {
        match (&self.before, &self.after) {
            (None, _) => String::new(),
            (Some(before), None) => {
                format!(
                    "{}no frame came of it\n",
                    rows("frame sent", before, before, color)
                )
            }
            (Some(before), Some(after)) if before == after => {
                "the frame arrived as it was sent\n".into()
            }
            (Some(before), Some(after)) => {
                let sent = rows("frame sent", before, after, color);
                sent + &rows("received", after, before, color)
            }
        }
    }
}

/// The octets in rows; those that differ from `other` in brackets, and in colour.
fn rows(name: &str, octets: &[u8], other: &[u8], color: bool) -> String {
    let (on, off) = if color {
        ("\u{1b}[31m", "\u{1b}[0m")
    } else {
        ("", "")
    };
    let mut text = String::new();
    for (row, part) in octets.chunks(ROW).enumerate() {
        let name = if row == 0 { name } else { "" };
        let _ = write!(text, "{name:12}");
        for (place, octet) in part.iter().enumerate() {
            let _ = match other.get(row * ROW + place) == Some(octet) {
                true => write!(text, " {octet:02x}"),
                false => write!(text, "{on}[{octet:02x}]{off}"),
            };
        }
        text.push('\n');
    }
    text
}
