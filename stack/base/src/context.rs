//! Everything that a layer may touch while it is called.

mod compose;

use crate::{
    Direction, Instant, Item, Notice, Outbox, Pdu, Pool, Reason, Rng, Room, What, World,
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
    /// The PDU that the layer was called with, until its end is told; 0 for none.
    called_with: u64,
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
            called_with: 0,
        }
    }

    /// For whoever runs a tower: what it stands on takes at most `below` PDUs now.
    #[must_use]
    pub fn with_room_below(mut self, below: usize) -> Self {
        self.below = self.below.min(below);
        self
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

    /// How many PDUs the way down takes before it is full: places in the outboxes on the way,
    /// and in the queue of the wire. A layer that queues asks first, and holds back the rest.
    #[inline]
    pub fn room_below(&self) -> usize {
        self.below.min(self.outbox.free())
    }

    /// Asks for a [`Notice::Room`] as soon as the way down takes another PDU. For a layer that
    /// holds back because [`Context::room_below`] was too little.
    pub fn wait_for_room(&mut self) {
        self.world.room_wanted = true;
    }

    /// Throws a PDU away: counted, and shown to the observer.
    pub fn discard(&mut self, mut pdu: Pdu, why: Reason) {
        let layer = self.layer.unwrap_or("tower");
        self.world.discards.count(layer, &why);
        if self.world.observer.is_some() {
            self.tell_changes(&mut pdu);
            self.tell(&pdu, What::Discarded { reason: &why });
            self.end(&mut pdu);
        }
    }

    /// Lets go of a PDU that was kept and has reached its goal: its octets live on in another, or
    /// nobody needs them any more. The observer hears that it was consumed.
    pub fn consume(&mut self, mut pdu: Pdu) {
        if self.world.observer.is_some() {
            self.tell_changes(&mut pdu);
            self.tell(&pdu, What::Consumed);
            self.end(&mut pdu);
        }
    }

    fn end(&mut self, pdu: &mut Pdu) {
        pdu.end();
        if self.called_with == pdu.id() {
            self.called_with = 0;
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
        if self.layer.is_some() {
            if self.world.observer.is_some() {
                self.tell_passed(&mut pdu, direction);
            }
            pdu.clear_marks();
        }
        if let Err(item) = self.outbox.push(Item::Pdu(direction, pdu)) {
            self.overflow(item);
        }
    }

    #[cold]
    fn tell_passed(&mut self, pdu: &mut Pdu, direction: Direction) {
        self.tell_changes(pdu);
        if self.outbox.free() > 0 {
            self.tell(pdu, What::Passed { direction });
        }
    }

    #[cold]
    fn overflow(&mut self, item: Item) {
        let (queue, limit) = ("outbox", self.outbox.limit());
        if let Item::Pdu(_, pdu) = item {
            self.discard(pdu, Reason::Full { queue, limit });
        }
    }
}
