//! What all layers of one simulation or one host share.

use std::rc::Rc;

use crate::{Event, Ici, Instant, Observer, Pdu, Pool, Reason, Rng, Room, What};

/// Time, chance, memory and the onlooker: everything that arrives with a call.
pub struct World {
    /// The time of the event that is being handled.
    pub now: Instant,
    /// The world's randomness.
    pub rng: Rng,
    /// Where PDUs come from.
    pub pool: Pool,
    /// The least room of a PDU that is made now. A node sets it to what its whole tower wants,
    /// so that what came up by one attachment can go down by another.
    pub room: Room,
    /// The node whose tower is running; empty outside a network.
    pub node: Rc<str>,
    /// A layer holds PDUs back until there is room below ([`Context::wait_for_room`]). Whoever
    /// runs the tower clears it, and sends [`Notice::Room`] up when there is.
    ///
    /// [`Context::wait_for_room`]: crate::Context::wait_for_room
    /// [`Notice::Room`]: crate::Notice::Room
    pub room_wanted: bool,
    /// How many PDUs were discarded, by layer and kind of reason.
    pub discards: Tally,
    /// Who looks on.
    pub observer: Option<Box<dyn Observer>>,
}

impl World {
    /// A world at its beginning, with a supply of `pdus` PDUs.
    pub fn new(seed: u64, pdus: usize) -> Self {
        World {
            now: Instant::ZERO,
            rng: Rng::seeded(seed),
            pool: Pool::new(pdus),
            room: Room::default(),
            room_wanted: false,
            node: Rc::from(""),
            discards: Tally::default(),
            observer: None,
        }
    }

    /// Throws a PDU away in the name of `layer`: counted, and shown to the observer. For what is
    /// no layer in a tower: a wire, a network, a user who does not listen.
    pub fn discard(&mut self, layer: &'static str, pdu: Pdu, reason: &Reason) {
        self.discards.count(layer, reason);
        let what = What::Discarded { reason };
        self.tell(
            layer,
            (pdu.id(), pdu.origin()),
            what,
            pdu.octets(),
            pdu.ici(),
        );
    }

    /// Tells the observer, if there is one, about a PDU that is `octets` and `ici`.
    pub fn tell(
        &mut self,
        layer: &'static str,
        (pdu, origin): (u64, u64),
        what: What<'_>,
        octets: &[u8],
        ici: &Ici,
    ) {
        if let Some(observer) = self.observer.as_mut() {
            let (at, node) = (self.now, &*self.node);
            observer.on(&Event {
                at,
                node,
                layer,
                pdu,
                origin,
                what,
                octets,
                ici,
            });
        }
    }
}

/// Counters by layer and kind of reason. Both are names from the code, so they stay few.
#[derive(Clone, Debug, Default)]
pub struct Tally(Vec<(&'static str, &'static str, u64)>);

impl Tally {
    /// Counts one discard.
    pub fn count(&mut self, layer: &'static str, reason: &Reason) {
        let kind = reason.kind();
        match self
            .0
            .iter_mut()
            .find(|(l, k, _)| *l == layer && *k == kind)
        {
            Some((_, _, count)) => *count += 1,
            None => self.0.push((layer, kind, 1)),
        }
    }

    /// Layer, kind of reason and count, in the order of first occurrence.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &'static str, u64)> + '_ {
        self.0.iter().copied()
    }

    /// All discards together.
    pub fn total(&self) -> u64 {
        self.0.iter().map(|(_, _, count)| count).sum()
    }
}
