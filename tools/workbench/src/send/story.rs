//! What happened, step by step, as an onlooker of the network saw it.

use std::fmt::Write as _;

use layercake_base::{Event, Instant, Observer, What};
use layercake_datalink::arq::{Header, Type};

use super::frames::Frames;

/// Steps that are told.
const MOST: usize = 400;
/// Octets of a step that are shown.
const SHOWN: usize = 12;

/// An onlooker that writes everything down.
#[derive(Debug)]
pub(super) struct Story {
    steps: Vec<String>,
    missed: usize,
    frames: Frames,
    discards: Vec<String>,
    repeats: u32,
    timers: u32,
}

impl Story {
    /// Of stations with this framing.
    pub(super) fn new(framing: &str) -> Self {
        Story {
            steps: Vec::new(),
            missed: 0,
            frames: Frames::above(framing),
            discards: Vec::new(),
            repeats: 0,
            timers: 0,
        }
    }

    /// A line for each step.
    pub(super) fn steps(&self, color: bool) -> String {
        let mut text = String::new();
        for step in &self.steps {
            let loud = color && step.contains("DISCARDS");
            let (on, off) = if loud {
                ("\u{1b}[31m", "\u{1b}[0m")
            } else {
                ("", "")
            };
            let _ = writeln!(text, "{on}{step}{off}");
        }
        if self.missed > 0 {
            let _ = writeln!(text, "… and {} steps more", self.missed);
        }
        text
    }

    /// Why frames were discarded, how they looked, and how often frames were repeated.
    pub(super) fn outcome(&self, color: bool) -> String {
        let mut text = String::new();
        for discard in self.discards.iter().take(8) {
            let _ = writeln!(text, "discarded {discard}");
        }
        text.push_str(&self.frames.compared(color));
        if self.repeats + self.timers > 0 {
            let _ = writeln!(
                text,
                "frames repeated: {}, timers run out: {}",
                self.repeats, self.timers
            );
        }
        text
    }

    fn note(&mut self, event: &Event<'_>, did: &str) {
        if self.steps.len() >= MOST {
            self.missed += 1;
            return;
        }
        let step = format!(
            "{:>12}  {:2} {:12} {did}",
            milliseconds(event.at),
            event.node,
            event.layer
        );
        self.steps.push(step);
    }
}

impl Story {
    /// Frames that the sender repeats, and its timers.
    fn count(&mut self, event: &Event<'_>) {
        match event.what {
            What::TimerFired => self.timers += 1,
            What::Wrapped { .. } => {
                let header = Header::decode(event.octets);
                self.repeats += u32::from(header.is_ok_and(|header| header.attempt != 1));
            }
            _ => {}
        }
    }
}

/// What a layer did, in words; `None` for what follows from the step before.
fn did(event: &Event<'_>) -> Option<String> {
    let octets = event.octets;
    let part =
        |range: &std::ops::Range<usize>| octets.get(range.clone()).unwrap_or_default();
    Some(match &event.what {
        What::Wrapped { .. } if event.layer == "arq" => header(octets),
        What::Rewritten { .. } if event.layer == "arq" => header(octets),
        What::Rewritten { .. } if event.layer == "flip" => {
            format!("FLIPS symbols: {}", hex(octets))
        }
        What::Born if event.layer == "arq" => return None,
        What::Born => format!("makes {} octets: {}", octets.len(), hex(octets)),
        What::Wrapped { range } => {
            let side = if range.start == 0 {
                "in front"
            } else {
                "behind"
            };
            format!("adds {} {side}: {}", range.len(), hex(part(range)))
        }
        What::Stripped { octets, front } => {
            let side = if *front { "in front" } else { "behind" };
            format!("removes {} {side}: {}", octets.len(), hex(octets))
        }
        What::Kept => "keeps it for later".into(),
        What::Discarded { reason } => format!("DISCARDS it: {reason}"),
        What::TimerFired => "its timer has run out".into(),
        What::Consumed if event.layer == "arq" => header(octets) + " has arrived",
        What::Transmitted { arrival } => {
            let (symbols, there) = (octets.len(), milliseconds(*arrival));
            format!("{symbols} octets of symbols, there at {there}")
        }
        _ => return None,
    })
}

/// The header of an ARQ frame: "I, N(S) 0, N(R) 0, try 2".
fn header(frame: &[u8]) -> String {
    let Ok(header) = Header::decode(frame) else {
        return hex(frame);
    };
    let mut text = format!("{:?}", header.kind).to_uppercase();
    let _ = match (header.kind, header.sent) {
        (Type::I, Some(sent)) => write!(text, ", N(S) {sent}, try {}", header.attempt),
        (Type::Srej, Some(sent)) => write!(text, " {sent}"),
        (Type::Rr, Some(sent)) => write!(text, " for {sent}"),
        _ => Ok(()),
    };
    let _ = write!(text, ", N(R) {}: {}", header.expected, hex(frame));
    text
}

impl Observer for Story {
    fn on(&mut self, event: &Event<'_>) {
        self.frames.on(event);
        if event.layer == "arq" && event.node == "a" {
            self.count(event);
        }
        if let What::Discarded { reason } = &event.what {
            let (layer, node) = (event.layer, event.node);
            self.discards
                .push(format!("by {layer} at {node}: {reason}"));
        }
        if let Some(did) = did(event) {
            self.note(event, &did);
        }
    }
}

/// A time in milliseconds.
pub(super) fn milliseconds(at: Instant) -> String {
    format!(
        "{}.{:03} ms",
        at.as_nanos() / 1_000_000,
        at.as_nanos() / 1_000 % 1_000
    )
}

fn hex(octets: &[u8]) -> String {
    let shown = octets.iter().take(SHOWN);
    let mut text: Vec<String> = shown.map(|octet| format!("{octet:02x}")).collect();
    text.extend((octets.len() > SHOWN).then(|| "…".to_owned()));
    text.join(" ")
}
