//! What an onlooker sees: every change of every PDU, told by the composer and not by the layers.

use core::ops::Range;

use crate::{Direction, Ici, Instant, Reason};

/// Hears everything that happens to PDUs in a world. Called in order, on the same thread; it
/// should be quick and cannot change anything.
pub trait Observer {
    /// One thing happened.
    fn on(&mut self, event: &Event<'_>);
}

/// An observer that is shared with whoever wants to read it afterwards.
impl<O: Observer> Observer for std::rc::Rc<core::cell::RefCell<O>> {
    fn on(&mut self, event: &Event<'_>) {
        if let Ok(mut observer) = self.try_borrow_mut() {
            observer.on(event);
        }
    }
}

/// One thing that happened to one PDU.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    /// When, in the world's time.
    pub at: Instant,
    /// The node where it happened; empty in a tower outside a network.
    pub node: &'a str,
    /// The layer (or wire) that did it, as named in its `Spec`.
    pub layer: &'static str,
    /// The PDU's number.
    pub pdu: u64,
    /// The number of the PDU that it descends from.
    pub origin: u64,
    /// What happened.
    pub what: What<'a>,
    /// All octets of the PDU after it happened.
    pub octets: &'a [u8],
    /// What travels beside them.
    pub ici: &'a Ici,
}

/// The things that can happen to a PDU. Ranges count octets from the start of [`Event::octets`].
#[derive(Clone, Debug, PartialEq)]
pub enum What<'a> {
    /// It came into being in this layer.
    Born,
    /// The layer added these octets: a header in front, a trailer behind.
    Wrapped {
        /// Where the new octets are.
        range: Range<usize>,
    },
    /// The layer removed these octets.
    Stripped {
        /// The octets themselves.
        octets: &'a [u8],
        /// True for a header, false for a trailer.
        front: bool,
    },
    /// The layer changed these octets in place.
    Rewritten {
        /// Where they are.
        range: Range<usize>,
    },
    /// The layer handed the PDU to its neighbour.
    Passed {
        /// Which neighbour.
        direction: Direction,
    },
    /// The layer holds the PDU back for later.
    Kept,
    /// The PDU reached its goal in this layer, which may have answered with another.
    Consumed,
    /// The PDU goes no further.
    Discarded {
        /// Why.
        reason: &'a Reason,
    },
    /// A timer of the layer fired. No PDU is concerned; number and octets are empty.
    TimerFired,
    /// The PDU is on its way over a wire, and the far end has it at that time.
    Transmitted {
        /// When its last bit arrives.
        arrival: Instant,
    },
    /// Noise on the wire changed this bit, counted from the first bit of the transmission.
    Damaged {
        /// The bit.
        bit: usize,
    },
}
