//! One floor of a composition: a layer, what it is, and the room that it must leave.

use layercake_base::{
    Context, Direction, Instant, Item, Kind, Layer, Notice, Outbox, Pdu, Room, Spec,
};

use crate::fit;

/// A layer with its place in a composition.
pub(crate) struct Floor<L> {
    pub(crate) layer: L,
    pub(crate) spec: Spec,
    below: Below,
}

/// What the floors below want.
#[derive(Clone, Copy)]
pub(crate) struct Below {
    room: Room,
    /// True when no layer below in this composition makes PDUs anew, so that the room which
    /// the world below the composition wants counts too.
    open: bool,
}

impl Below {
    /// The lowest floor of a composition.
    pub(crate) const NOTHING: Below = Below {
        room: Room { head: 0, tail: 0 },
        open: true,
    };

    /// The floor above one with `spec`.
    pub(crate) fn above(self, spec: &Spec) -> Below {
        Below {
            room: fit::room(spec, self.room),
            open: self.open && spec.kind != Kind::Rewrite,
        }
    }

    #[inline]
    fn room(self, cx: &Context<'_>) -> Room {
        if !self.open {
            return self.room;
        }
        let outside = cx.room();
        Room {
            head: self.room.head + outside.head,
            tail: self.room.tail + outside.tail,
        }
    }
}

impl<L: Layer> Floor<L> {
    pub(crate) fn new(layer: L, below: Below) -> Self {
        let spec = layer.spec();
        Floor { layer, spec, below }
    }

    #[inline]
    pub(crate) fn call(
        &mut self,
        way: Direction,
        pdu: Pdu,
        out: &mut Outbox,
        cx: &mut Context<'_>,
    ) {
        let room = self.below.room(cx);
        cx.deliver_pdu(&mut self.layer, &self.spec, out, room, way, pdu);
    }

    pub(crate) fn tell(
        &mut self,
        way: Direction,
        notice: Notice,
        out: &mut Outbox,
        cx: &mut Context<'_>,
    ) {
        let (item, room) = (Item::Notice(way, Box::new(notice)), self.below.room(cx));
        cx.deliver(&mut self.layer, &self.spec, out, room, item);
    }

    /// Calls the layer if its deadline has passed.
    pub(crate) fn fire(&mut self, out: &mut Outbox, cx: &mut Context<'_>) {
        if self.layer.deadline().is_some_and(|at| at <= cx.now()) {
            let room = self.below.room(cx);
            cx.fire(&mut self.layer, &self.spec, out, room);
        }
    }
}

/// The earlier of two deadlines.
pub(crate) fn earliest(all: impl Iterator<Item = Option<Instant>>) -> Option<Instant> {
    all.flatten().min()
}

/// Hands an item on, out of a composition.
#[inline]
pub(crate) fn hand_out(item: Item, cx: &mut Context<'_>) {
    match item {
        Item::Pdu(Direction::Down, pdu) => cx.send_down(pdu),
        Item::Pdu(Direction::Up, pdu) => cx.send_up(pdu),
        Item::Notice(Direction::Down, notice) => cx.notify_down(*notice),
        Item::Notice(Direction::Up, notice) => cx.notify_up(*notice),
    }
}
