//! Packets that wait for the address of a neighbour, counted by an onlooker.
//!
//! A layer that waits discards the oldest when there are too many. Who asks it to wait for more should rather wait
//! itself: an engine that is told "busy" tries again.
//!
//! Not here: the waiting (`stack/l2-datalink`, ARP; `stack/l3-network`, neighbour discovery).

use std::collections::BTreeSet;

use layercake_base::{Event, Observer, What};

/// The layers that look for neighbours, by the names in their `Spec`s.
const NEIGHBOURS: [&str; 2] = ["arp", "ndp"];

/// The packets that wait at one node.
#[derive(Debug)]
pub(super) struct Held {
    node: &'static str,
    waiting: BTreeSet<u64>,
}

impl Held {
    /// At the node with this name.
    pub(super) fn at(node: &'static str) -> Self {
        let waiting = BTreeSet::new();
        Held { node, waiting }
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.waiting.len()
    }
}

impl Observer for Held {
    fn on(&mut self, event: &Event<'_>) {
        if event.node != self.node {
            return;
        }
        if event.what == What::Kept && NEIGHBOURS.contains(&event.layer) {
            self.waiting.insert(event.pdu);
        } else if !self.waiting.is_empty() {
            self.waiting.remove(&event.pdu);
        }
    }
}
