//! What became of each frame: every PDU is followed from its arrival or birth to its end.
//!
//! ```text
//!   arrived ──▶ PDUs of that origin ──┬─▶ discarded, by layer and reason
//!               (a line code and a    ├─▶ taken: a layer was its goal (ARP, a routing protocol)
//!                fragmenter make      ├─▶ delivered: out of the top
//!                others of it)        ├─▶ answered: ICMP sent it back out of the bottom
//!                                     └─▶ forwarded: out of the bottom
//! ```
//! A frame of which several things became counts once, by the last of these that is true of it.
//! What the node itself made (errors, questions of ARP) is followed too, and counted apart.
//!
//! Bounds: one entry for each PDU and each frame that has not ended.

use std::collections::{BTreeMap, HashMap};

use layercake_base::{Direction, Event, Observer, Reason, What};

/// What became of a frame, in the order of precedence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    /// Something between the layers swallowed it; a mistake.
    Lost,
    /// There was nothing between the flags.
    Empty,
    Taken(&'static str),
    Discarded,
    Delivered,
    Answered,
    Forwarded,
}

/// Layer, kind of reason, and the field or rule that it names.
pub(crate) type Why = (&'static str, &'static str, &'static str);

/// An observer of one node.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// PDUs that have not ended, with their origins.
    open: HashMap<u64, u64>,
    /// Frames that have not ended.
    frames: HashMap<u64, Frame>,
    /// Frames that something happened to since the books were closed last.
    touched: Vec<u64>,
    pub(crate) fates: BTreeMap<Fate, u64>,
    pub(crate) discards: BTreeMap<Why, u64>,
    /// PDUs that the node made by itself.
    pub(crate) born: u64,
    /// Those of them that left it.
    pub(crate) born_and_sent: u64,
    /// PDUs that reached their goal, by layer.
    pub(crate) goals: BTreeMap<&'static str, u64>,
}

/// A frame that arrived.
#[derive(Debug)]
struct Frame {
    /// PDUs of this origin that have not ended.
    open: u32,
    fate: Fate,
    /// ICMP has turned it round.
    turned: bool,
}

impl Ledger {
    /// A frame comes in.
    pub(crate) fn arrive(&mut self, pdu: u64) {
        let (open, fate, turned) = (1, Fate::Lost, false);
        self.open.insert(pdu, pdu);
        self.frames.insert(pdu, Frame { open, fate, turned });
    }

    /// A PDU came out of the tower.
    pub(crate) fn leave(&mut self, pdu: u64, direction: Direction) {
        let Some(origin) = self.open.get(&pdu) else {
            return;
        };
        let fate = match (self.frames.get(origin), direction) {
            (_, Direction::Up) => Fate::Delivered,
            (Some(frame), Direction::Down) if frame.turned => Fate::Answered,
            (Some(_), Direction::Down) => Fate::Forwarded,
            (None, Direction::Down) => {
                self.born_and_sent += 1;
                Fate::Forwarded
            }
        };
        self.end(pdu, fate);
    }

    /// Closes the books of frames of which no PDU is left.
    pub(crate) fn close(&mut self) {
        while let Some(origin) = self.touched.pop() {
            let frame = self.frames.get(&origin).filter(|frame| frame.open == 0);
            if let Some(fate) = frame.map(|frame| frame.fate) {
                self.frames.remove(&origin);
                *self.fates.entry(fate).or_default() += 1;
            }
        }
    }

    /// Frames that have not ended, and PDUs.
    pub(crate) fn pending(&self) -> (usize, usize) {
        (self.frames.len(), self.open.len())
    }

    pub(crate) fn discarded(&self) -> u64 {
        self.discards.values().sum()
    }

    fn begin(&mut self, pdu: u64, origin: u64) {
        if self.open.contains_key(&pdu) {
            return;
        }
        self.open.insert(pdu, origin);
        match self.frames.get_mut(&origin) {
            Some(frame) => frame.open += 1,
            None => self.born += u64::from(pdu == origin),
        }
    }

    fn end(&mut self, pdu: u64, fate: Fate) {
        let Some(origin) = self.open.remove(&pdu) else {
            return;
        };
        if let Some(frame) = self.frames.get_mut(&origin) {
            frame.open -= 1;
            frame.fate = frame.fate.max(fate);
            self.touched.push(origin);
        }
    }
}

impl Observer for Ledger {
    fn on(&mut self, event: &Event<'_>) {
        match event.what {
            What::TimerFired => {}
            What::Discarded { reason } => {
                *self.discards.entry(why(event.layer, reason)).or_default() += 1;
                self.end(event.pdu, Fate::Discarded);
            }
            What::Consumed => {
                *self.goals.entry(event.layer).or_default() += 1;
                let fate = match event.layer {
                    "manchester" => Fate::Lost, // unless something comes of it
                    "hdlc" => Fate::Empty,
                    layer => Fate::Taken(layer),
                };
                self.end(event.pdu, fate);
            }
            ref what => {
                self.begin(event.pdu, event.origin);
                let down = matches!(
                    what,
                    What::Passed {
                        direction: Direction::Down
                    }
                );
                if down
                    && matches!(event.layer, "icmp" | "icmpv6")
                    && let Some(frame) = self.frames.get_mut(&event.origin)
                {
                    frame.turned = true;
                }
            }
        }
    }
}

/// Which row of the table a reason belongs to.
fn why(layer: &'static str, reason: &Reason) -> Why {
    let what = match *reason {
        Reason::TooShort { field, .. }
        | Reason::TooLong { field, .. }
        | Reason::Mismatch { field, .. }
        | Reason::Absent { field, .. }
        | Reason::Unhandled { field, .. } => field,
        Reason::Illegal { field, .. } => field,
        Reason::Violation { code, .. } => code,
        Reason::Full { queue, .. } => queue,
        Reason::NoRoom(_) => "room for a header",
        Reason::DeadEnd { why, .. } | Reason::NoWay(why) => why,
        Reason::HopsExhausted => "time to live",
        _ => "a reason that is new here",
    };
    (layer, reason.kind(), what)
}
