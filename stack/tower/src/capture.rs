//! Catches frames where a network card would: above the frame check.
//!
//! Going down, the frame check wraps a frame; coming up, it passes on what was whole. Watching
//! that one layer shows every frame that a node sends and every good one that it hears,
//! Ethernet and PPP alike, without the check sequence, as captures usually have them.

use std::collections::VecDeque;

use layercake_base::{Direction, Event, Instant, Observer, What};

/// A frame that crossed an attachment of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// When.
    pub at: Instant,
    /// The node's name.
    pub node: String,
    /// Its attachment.
    pub port: u16,
    /// Down: sent by the node. Up: received.
    pub direction: Direction,
    /// From the first octet of the header to the last of the body.
    pub octets: Vec<u8>,
}

/// An observer that keeps frames until they are asked for.
#[derive(Debug, Default)]
pub struct CaptureTap {
    only: Vec<String>,
    frames: VecDeque<Frame>,
    missed: u64,
}

impl CaptureTap {
    /// Frames that are kept at a time; later ones are missed, and counted.
    pub const MOST: usize = 1 << 20;

    /// Catches the frames of all nodes.
    pub fn everywhere() -> Self {
        Self::default()
    }

    /// Catches the frames of these nodes.
    pub fn at(nodes: &[&str]) -> Self {
        CaptureTap {
            only: nodes.iter().map(|&name| name.to_owned()).collect(),
            ..Self::default()
        }
    }

    /// The oldest frame that was caught and not yet taken.
    pub fn take(&mut self) -> Option<Frame> {
        self.frames.pop_front()
    }

    /// Frames that were not kept because too many waited.
    pub fn missed(&self) -> u64 {
        self.missed
    }

    fn keep(&mut self, event: &Event<'_>, direction: Direction, octets: &[u8]) {
        let wanted = self.only.is_empty() || self.only.iter().any(|n| n == event.node);
        if !wanted {
            return;
        }
        if self.frames.len() == Self::MOST {
            self.missed += 1;
            return;
        }
        self.frames.push_back(Frame {
            at: event.at,
            node: event.node.to_owned(),
            port: event.ici.port,
            direction,
            octets: octets.to_vec(),
        });
    }
}

impl Observer for CaptureTap {
    fn on(&mut self, event: &Event<'_>) {
        if event.layer != FRAME_CHECK {
            return;
        }
        match &event.what {
            What::Wrapped { range } => {
                let frame = event.octets.get(..range.start).unwrap_or_default();
                self.keep(event, Direction::Down, frame);
            }
            What::Passed {
                direction: Direction::Up,
            } => self.keep(event, Direction::Up, event.octets),
            _ => {}
        }
    }
}

/// The name in the frame check's `Spec`.
const FRAME_CHECK: &str = "frame-check";
