//! What will happen, and when.

use core::cmp::Ordering;
use std::collections::BinaryHeap;

use layercake_base::{Instant, Pdu};

use crate::bus::Edge;

/// Something that will happen at a node.
#[derive(Debug)]
pub(super) enum Happening {
    /// Symbols arrive at an attachment.
    Delivery {
        /// The node.
        node: usize,
        /// Its attachment.
        port: u16,
        /// The symbols.
        pdu: Pdu,
    },
    /// A signal on a bus reaches or leaves a tap.
    Edge {
        /// The bus.
        bus: usize,
        /// Which edge.
        edge: Edge,
    },
    /// A wire has room for what a layer has held back.
    Room {
        /// The node.
        node: usize,
    },
    /// A layer wants the time.
    Deadline {
        /// The node.
        node: usize,
    },
}

/// Happenings in the order of their time; at the same time, in the order of their entry.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    heap: BinaryHeap<Entry>,
    entered: u64,
}

#[derive(Debug)]
struct Entry {
    at: Instant,
    number: u64,
    what: Happening,
}

impl Agenda {
    pub(super) fn enter(&mut self, at: Instant, what: Happening) {
        let number = self.entered;
        self.entered += 1;
        self.heap.push(Entry { at, number, what });
    }

    /// When the next thing happens.
    pub(super) fn next(&self) -> Option<Instant> {
        self.heap.peek().map(|entry| entry.at)
    }

    pub(super) fn pop(&mut self) -> Option<(Instant, Happening)> {
        self.heap.pop().map(|entry| (entry.at, entry.what))
    }
}

/// The heap gives its greatest first; the greatest is the one that happens first.
impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.number).cmp(&(self.at, self.number))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Entry {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn earlier_comes_first_and_equal_times_keep_their_order() {
        let mut agenda = Agenda::default();
        for (at, node) in [(5, 0), (3, 1), (5, 2), (3, 3)] {
            agenda.enter(Instant::from_nanos(at), Happening::Deadline { node });
        }
        let mut order = Vec::new();
        while let Some((at, Happening::Deadline { node })) = agenda.pop() {
            order.push((at.as_nanos(), node));
        }
        assert_eq!(order, [(3, 1), (3, 3), (5, 0), (5, 2)]);
    }
}
