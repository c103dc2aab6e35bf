//! The composer's side: to call a layer, and to see and tell what it did.

use crate::pool::Slot;
use crate::{
    Change, Context, Direction, Ici, Item, Layer, Outbox, Pdu, Reason, Room, Spec, What,
    World,
};

/// For composers.
impl Context<'_> {
    /// The world, for a composer that has to change the node or read the pool.
    pub fn world(&mut self) -> &mut World {
        self.world
    }

    /// Calls `layer` with an item, and deals with what it did: its output is in `outbox`, an
    /// `Err` is counted and shown. `spec` is the layer's own, `room` what all below it want.
    #[inline]
    pub fn deliver<L: Layer + ?Sized>(
        &mut self,
        layer: &mut L,
        spec: &Spec,
        outbox: &mut Outbox,
        room: Room,
        item: Item,
    ) {
        match item {
            Item::Pdu(way, pdu) => self.deliver_pdu(layer, spec, outbox, room, way, pdu),
            Item::Notice(way, notice) => {
                layer.notice(*notice, &mut self.inner(spec, outbox, room, way));
            }
        }
    }

    /// As [`Context::deliver`], for a PDU.
    #[inline]
    pub fn deliver_pdu<L: Layer + ?Sized>(
        &mut self,
        layer: &mut L,
        spec: &Spec,
        outbox: &mut Outbox,
        room: Room,
        way: Direction,
        pdu: Pdu,
    ) {
        let mut inner = self.inner(spec, outbox, room, way);
        let id = pdu.id();
        inner.called_with = id;
        let result = match way {
            Direction::Down => layer.send(pdu, &mut inner),
            Direction::Up => layer.receive(pdu, &mut inner),
        };
        if let Err(reason) = result {
            inner.refused(id, &reason);
        } else if inner.world.observer.is_some() && inner.layer.is_some() {
            inner.tell_fate(id);
        }
    }

    /// Calls `layer` because its deadline has passed.
    pub fn fire<L: Layer + ?Sized>(
        &mut self,
        layer: &mut L,
        spec: &Spec,
        outbox: &mut Outbox,
        room: Room,
    ) {
        let mut inner = self.inner(spec, outbox, room, Direction::Up);
        if let Some(name) = inner.layer {
            inner
                .world
                .tell(name, (0, 0), What::TimerFired, &[], &Ici::NONE);
        }
        layer.on_deadline(&mut inner);
    }

    #[inline]
    fn inner<'b>(
        &'b mut self,
        spec: &Spec,
        outbox: &'b mut Outbox,
        room: Room,
        flow: Direction,
    ) -> Context<'b> {
        let layer = (spec.layers == 1).then_some(spec.name);
        let below = self.room_below();
        Context {
            world: self.world,
            outbox,
            layer,
            room,
            below,
            flow,
            called_with: 0,
        }
    }
}

/// What the observer hears.
impl Context<'_> {
    /// The layer refused and dropped the PDU with number `id`; its slot still holds it.
    #[cold]
    fn refused(&mut self, id: u64, reason: &Reason) {
        let layer = self.layer.unwrap_or("tower");
        self.world.discards.count(layer, reason);
        if self.world.observer.is_some() {
            self.tell_remains(id, What::Discarded { reason });
        }
    }

    /// The layer is done with the PDU with number `id`, and has not passed it on.
    #[cold]
    fn tell_fate(&mut self, id: u64) {
        // By now the slot of a PDU whose end was told may be that of another.
        if self.called_with != id || self.outbox.holds(id) {
            return;
        }
        if !self.tell_remains(id, What::Consumed) {
            let layer = self.layer.unwrap_or("tower");
            self.world
                .tell(layer, (id, id), What::Kept, &[], &Ici::NONE);
        }
    }

    /// Tells about a PDU that the layer has dropped, unless its end was told already. False when
    /// it was not dropped.
    fn tell_remains(&mut self, id: u64, what: What<'_>) -> bool {
        let layer = self.layer.unwrap_or("tower");
        let (pool, world) = (self.world.pool.clone(), &mut *self.world);
        let tell = |slot: &Slot| {
            if !slot.ended {
                world.tell(layer, (id, slot.origin), what, slot.octets(), &slot.ici);
            }
        };
        pool.remains(id, tell).is_some()
    }

    pub(super) fn tell(&mut self, pdu: &Pdu, what: What<'_>) {
        let numbers = (pdu.id(), pdu.origin());
        let layer = self.layer.unwrap_or("tower");
        self.world
            .tell(layer, numbers, what, pdu.octets(), pdu.ici());
    }

    /// Tells the observer what the layer did to the octets since it got them.
    pub(super) fn tell_changes(&mut self, pdu: &mut Pdu) {
        if pdu.announce() {
            self.tell(pdu, What::Born);
        }
        for mark in pdu.marks() {
            let front = mark.change == Change::StrippedFront;
            let what = match (mark.change, pdu.range_of(mark)) {
                (Change::Prepended | Change::Appended, Some(range)) => {
                    What::Wrapped { range }
                }
                (Change::Rewritten, Some(range)) => What::Rewritten { range },
                (Change::StrippedFront | Change::StrippedBack, _) => What::Stripped {
                    octets: pdu.octets_of(mark),
                    front,
                },
                // Added or rewritten, and removed again by the same layer.
                (_, None) => continue,
            };
            self.tell(pdu, what);
        }
    }
}
