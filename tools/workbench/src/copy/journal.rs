//! What crossed the line, written down by its sender: one line of text for each frame, so that
//! one process can tell the other.
//!
//! Units: nanoseconds of CLOCK_MONOTONIC, which both processes share.

use layercake_base::Instant;
use layercake_datalink::arq::{Header, Type};

use super::line::Fate;

/// Frames that are written down.
pub(super) const MOST: usize = 400;

/// One frame on the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) at: Instant,
    pub(super) arrival: Instant,
    pub(super) fate: Fate,
    pub(super) label: String,
}

/// The frames of one sender, and how many there were of each kind.
#[derive(Clone, Debug, Default)]
pub(super) struct Journal {
    pub(super) entries: Vec<Entry>,
    pub(super) frames: u64,
    /// Frames with an SDU, and those among them that were sent before.
    pub(super) carrying: u64,
    pub(super) repeated: u64,
    pub(super) lost: u64,
    pub(super) damaged: u64,
}

impl Journal {
    /// A frame goes out: `body` is what the frame check covers.
    pub(super) fn note(
        &mut self,
        body: &[u8],
        (at, arrival, fate): (Instant, Instant, Fate),
    ) {
        self.frames += 1;
        self.lost += u64::from(fate == Fate::Lost);
        self.damaged += u64::from(fate == Fate::Damaged);
        let Ok(header) = Header::decode(body) else {
            return;
        };
        if header.kind == Type::I {
            self.carrying += 1;
            self.repeated += u64::from(header.attempt != 1);
        }
        if self.entries.len() < MOST {
            let label = label(&header);
            self.entries.push(Entry {
                at,
                arrival,
                fate,
                label,
            });
        }
    }
}

/// A frame in few letters: "I 3", "RR 4", "SREJ 2".
fn label(header: &Header) -> String {
    let kind = format!("{:?}", header.kind).to_uppercase();
    match (header.kind, header.sent) {
        (Type::I | Type::Srej, Some(number)) => format!("{kind} {number}"),
        (Type::Rr | Type::Rej, _) => format!("{kind} {}", header.expected),
        _ => kind,
    }
}

impl Entry {
    /// The entry as a line.
    pub(super) fn encode(&self) -> String {
        let fate = match self.fate {
            Fate::Arrives => "arrives",
            Fate::Lost => "lost",
            Fate::Damaged => "damaged",
        };
        let (at, arrival) = (self.at.as_nanos(), self.arrival.as_nanos());
        format!("frame {at} {arrival} {fate} {}", self.label)
    }

    /// An entry from the line of another process; `None` when it is none.
    pub(super) fn decode(line: &str) -> Option<Entry> {
        let mut words = line.strip_prefix("frame ")?.splitn(4, ' ');
        let mut time = || Some(Instant::from_nanos(words.next()?.parse().ok()?));
        let (at, arrival) = (time()?, time()?);
        let fate = match words.next()? {
            "arrives" => Fate::Arrives,
            "lost" => Fate::Lost,
            "damaged" => Fate::Damaged,
            _ => return None,
        };
        let label = words.next()?.to_owned();
        Some(Entry {
            at,
            arrival,
            fate,
            label,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_survives_the_way_to_the_other_process() {
        let entry = Entry {
            at: Instant::from_nanos(7),
            arrival: Instant::from_nanos(u64::MAX),
            fate: Fate::Lost,
            label: "SREJ 2".into(),
        };
        assert_eq!(Entry::decode(&entry.encode()), Some(entry));
        assert_eq!(Entry::decode("frame 1 2 perhaps I 0"), None);
    }
}
