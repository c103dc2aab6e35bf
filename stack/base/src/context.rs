//! Everything that a layer may touch while it is called.

use crate::pool::Slot;
use crate::{
    Change, Direction, Instant, Item, Layer, Notice, Outbox, Pdu, Pool, Reason, Rng,
    Room, Spec, What, World,
};

/// Everything that a layer may touch while it is called: the world, and the outbox that its
/// composer empties.
///
/// Composers make one for each layer that they call ([`Context::deliver`]); layers only use it.
pub struct Context<'a> {
    world: &'a mut World,
    outbox: &'a mut Outbox,
    /// The single layer that is being called; `None` while a composition is.
    layer: Option<&'static str>,
    /// Octets that all layers below want.
    room: Room,
    /// Free places in the outboxes further out.
    below: usize,
    /// The way of the notice that is being handled.
    flow: Direction,
}

impl<'a> Context<'a> {
    /// The outermost context: what comes out of the composition goes into `outbox`.
    pub fn new(world: &'a mut World, outbox: &'a mut Outbox) -> Self {
        let below = outbox.free();
        let (layer, room, flow) = (None, Room::default(), Direction::Up);
        Context {
            world,
            outbox,
            layer,
            room,
            below,
            flow,
        }
    }

    /// The world's time.
    #[inline]
    pub fn now(&self) -> Instant {
        self.world.now
    }

    /// The world's seeded randomness.
    pub fn rng(&mut self) -> &mut Rng {
        &mut self.world.rng
    }

    /// The octets that the layers below want in front of and behind a PDU.
    #[inline]
    pub fn room(&self) -> Room {
        self.room
    }

    /// Hands a PDU to the layer below. When the outbox is full the PDU is discarded.
    #[inline]
    pub fn send_down(&mut self, pdu: Pdu) {
        self.forward(Direction::Down, pdu);
    }

    /// Hands an SDU to the layer above. When the outbox is full the SDU is discarded.
    #[inline]
    pub fn send_up(&mut self, sdu: Pdu) {
        self.forward(Direction::Up, sdu);
    }

    /// How many PDUs the way down takes before it is full. A layer that queues asks first, and
    /// hears [`Notice::Room`] when room comes back.
    #[inline]
    pub fn room_below(&self) -> usize {
        self.below.min(self.outbox.free())
    }

    /// Throws a PDU away: counted, and shown to the observer.
    pub fn discard(&mut self, mut pdu: Pdu, why: Reason) {
        let layer = self.layer.unwrap_or("tower");
        self.world.discards.count(layer, &why);
        if self.world.observer.is_some() {
            self.tell_changes(&mut pdu);
            self.tell(&pdu, What::Discarded { reason: &why });
            pdu.end();
        }
    }

    /// A fresh PDU with `body` zero octets, and the room that every layer below wants, or the
    /// world's least if that is more. `None` when the world's supply is used up or the PDU would
    /// be larger than [`Pool::LARGEST`].
    pub fn allocate(&mut self, body: usize) -> Option<Pdu> {
        self.world.pool.allocate(self.room_around(), body)
    }

    /// The room of a fresh PDU.
    fn room_around(&self) -> Room {
        let least = self.world.room;
        Room {
            head: self.room.head.max(least.head),
            tail: self.room.tail.max(least.tail),
        }
    }

    /// A fresh PDU that takes the place of `parent`: `body` zero octets, the same control
    /// information and origin. For layers that rewrite, copy or cut.
    ///
    /// # Errors
    /// [`Reason::TooLong`] when `body` and its room are beyond [`Pool::LARGEST`],
    /// [`Reason::Full`] when the world's supply is used up.
    pub fn allocate_from(&mut self, parent: &Pdu, body: usize) -> Result<Pdu, Reason> {
        let room = self.room_around();
        let most = Pool::LARGEST.saturating_sub(room.head + room.tail);
        let (field, have) = ("PDU", body);
        if have > most {
            return Err(Reason::TooLong { field, have, most });
        }
        let (queue, limit) = ("pool", self.world.pool.limit());
        let full = Reason::Full { queue, limit };
        let mut pdu = self.world.pool.allocate(room, body).ok_or(full)?;
        pdu.descend_from(parent);
        Ok(pdu)
    }

    /// Tells the layer above.
    pub fn notify_up(&mut self, notice: Notice) {
        self.notify(Direction::Up, notice);
    }

    /// Tells the layer below.
    pub fn notify_down(&mut self, notice: Notice) {
        self.notify(Direction::Down, notice);
    }

    /// Passes a notice on, the way it was going.
    pub fn pass(&mut self, notice: Notice) {
        self.notify(self.flow, notice);
    }

    /// Which way the notice that is being handled travels.
    pub fn flow(&self) -> Direction {
        self.flow
    }

    fn notify(&mut self, direction: Direction, notice: Notice) {
        let limit = self.outbox.limit();
        if self
            .outbox
            .push(Item::Notice(direction, Box::new(notice)))
            .is_err()
        {
            let why = Reason::Full {
                queue: "outbox",
                limit,
            };
            self.world
                .discards
                .count(self.layer.unwrap_or("tower"), &why);
        }
    }

    #[inline]
    fn forward(&mut self, direction: Direction, mut pdu: Pdu) {
        if let Some(layer) = self.layer {
            if self.world.observer.is_some() {
                self.tell_changes(&mut pdu);
                self.tell(&pdu, What::Passed { direction });
            }
            pdu.sign(layer);
        }
        if let Err(Item::Pdu(_, pdu)) = self.outbox.push(Item::Pdu(direction, pdu)) {
            let limit = self.outbox.limit();
            self.discard(
                pdu,
                Reason::Full {
                    queue: "outbox",
                    limit,
                },
            );
        }
    }
}

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
                .tell(name, (0, 0), What::TimerFired, &[], &crate::Ici::NONE);
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
        }
    }

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
        if self.outbox.holds(id) {
            return;
        }
        if !self.tell_remains(id, What::Consumed) {
            let layer = self.layer.unwrap_or("tower");
            self.world
                .tell(layer, (id, id), What::Kept, &[], &crate::Ici::NONE);
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

    fn tell(&mut self, pdu: &Pdu, what: What<'_>) {
        let numbers = (pdu.id(), pdu.origin());
        let layer = self.layer.unwrap_or("tower");
        self.world
            .tell(layer, numbers, what, pdu.octets(), pdu.ici());
    }

    /// Tells the observer what the layer did to the octets since it got them.
    fn tell_changes(&mut self, pdu: &mut Pdu) {
        if pdu.announce() {
            self.tell(pdu, What::Born);
        }
        for mark in pdu.unsigned() {
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
