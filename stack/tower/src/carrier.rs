//! Carries what layers hand out to their neighbours, until nothing is left to carry.
//!
//! All compositions share this. One call of a layer may hand out several items; each is carried
//! as far as it goes before the next, so that nothing overtakes on the way.

use layercake_base::{Context, Direction, Item, Notice, Outbox, Pdu, Reason};

use crate::floor::hand_out;

/// The floors of a composition, by number.
pub(crate) trait Floors {
    /// How many there are.
    fn count(&self) -> usize;

    /// Calls the layer on a floor with a PDU.
    fn call(
        &mut self,
        floor: usize,
        way: Direction,
        pdu: Pdu,
        out: &mut Outbox,
        cx: &mut Context<'_>,
    );

    /// Calls the layer on a floor with a notice.
    fn tell(
        &mut self,
        floor: usize,
        way: Direction,
        notice: Notice,
        out: &mut Outbox,
        cx: &mut Context<'_>,
    );

    /// Calls the layer on a floor if its deadline has passed.
    fn fire(&mut self, floor: usize, out: &mut Outbox, cx: &mut Context<'_>);

    /// Where an item from `floor` goes; `None` when it leaves the composition.
    fn neighbour(&self, floor: usize, way: Direction) -> Option<usize>;

    /// Hands an item from `floor` out of the composition.
    #[inline]
    fn leave(&self, _floor: usize, item: Item, cx: &mut Context<'_>) {
        hand_out(item, cx);
    }
}

/// The outbox of a composition, and what waits while something else is carried.
#[derive(Default)]
pub(crate) struct Carrier {
    out: Outbox,
    waiting: Vec<(usize, Item)>,
}

impl Carrier {
    /// Items that may wait at a time; what does not fit is discarded.
    const WAITING: usize = 4 * Outbox::USUAL;

    /// Calls of layers that one item may cause. Two layers that answer each other for ever
    /// would hang the world; this ends it.
    const CALLS: usize = 4096;

    /// Brings `item` to `floor`, and everything that follows from it to where it belongs.
    #[inline]
    pub(crate) fn carry<F: Floors>(
        &mut self,
        floors: &mut F,
        floor: usize,
        item: Item,
        cx: &mut Context<'_>,
    ) {
        match item {
            Item::Pdu(way, pdu) => self.carry_pdu(floors, floor, way, pdu, cx),
            Item::Notice(way, notice) => {
                floors.tell(floor, way, *notice, &mut self.out, cx);
                self.carry_rest(floors, floor, 1, cx);
            }
        }
    }

    /// The usual case: each call hands out one PDU, and nothing else waits.
    #[inline]
    pub(crate) fn carry_pdu<F: Floors>(
        &mut self,
        floors: &mut F,
        mut floor: usize,
        mut way: Direction,
        mut pdu: Pdu,
        cx: &mut Context<'_>,
    ) {
        for calls in 1..Self::CALLS {
            floors.call(floor, way, pdu, &mut self.out, cx);
            if !self.waiting.is_empty() {
                return self.carry_rest(floors, floor, calls, cx);
            }
            let Some(next) = self.out.pop_single() else {
                return self.carry_rest(floors, floor, calls, cx);
            };
            (way, pdu) = next;
            match floors.neighbour(floor, way) {
                Some(next) => floor = next,
                None => return floors.leave(floor, Item::Pdu(way, pdu), cx),
            }
        }
        refuse(Item::Pdu(way, pdu), "turns of a tower", Self::CALLS, cx);
    }

    /// Carries what `floor` has handed out and what waits, after so many calls.
    #[inline(never)]
    fn carry_rest<F: Floors>(
        &mut self,
        floors: &mut F,
        floor: usize,
        mut calls: usize,
        cx: &mut Context<'_>,
    ) {
        let mut next = self.sort(floors, floor, cx);
        while let Some((floor, item)) = next {
            calls += 1;
            if calls > Self::CALLS {
                refuse(item, "turns of a tower", Self::CALLS, cx);
                next = self.waiting.pop();
                continue;
            }
            match item {
                Item::Pdu(way, pdu) => floors.call(floor, way, pdu, &mut self.out, cx),
                Item::Notice(way, notice) => {
                    floors.tell(floor, way, *notice, &mut self.out, cx);
                }
            }
            next = self.sort(floors, floor, cx);
        }
    }

    /// Fires what is due on each floor, and carries what follows.
    pub(crate) fn fire<F: Floors>(&mut self, floors: &mut F, cx: &mut Context<'_>) {
        for floor in 0..floors.count() {
            floors.fire(floor, &mut self.out, cx);
            if let Some((next, item)) = self.sort(floors, floor, cx) {
                self.carry(floors, next, item, cx);
            }
        }
    }

    /// Empties the outbox that `floor` has filled: what leaves the composition leaves, the
    /// first of the rest is the result, and what is behind it waits.
    fn sort<F: Floors>(
        &mut self,
        floors: &F,
        floor: usize,
        cx: &mut Context<'_>,
    ) -> Option<(usize, Item)> {
        let mut first = None;
        let already = self.waiting.len();
        while let Some(item) = self.out.pop() {
            match floors.neighbour(floor, way(&item)) {
                None => floors.leave(floor, item, cx),
                Some(next) if first.is_none() => first = Some((next, item)),
                Some(next) => self.wait(next, item, cx),
            }
        }
        if let Some(new) = self.waiting.get_mut(already..) {
            new.reverse();
        }
        first.or_else(|| self.waiting.pop())
    }

    #[cold]
    fn wait(&mut self, floor: usize, item: Item, cx: &mut Context<'_>) {
        if self.waiting.len() >= Self::WAITING {
            return refuse(item, "waiting items of a tower", Self::WAITING, cx);
        }
        if self.waiting.capacity() == 0 {
            self.waiting.reserve_exact(Self::WAITING);
        }
        self.waiting.push((floor, item));
    }
}

fn way(item: &Item) -> Direction {
    match item {
        Item::Pdu(way, _) | Item::Notice(way, _) => *way,
    }
}

#[cold]
fn refuse(item: Item, queue: &'static str, limit: usize, cx: &mut Context<'_>) {
    let why = Reason::Full { queue, limit };
    match item {
        Item::Pdu(_, pdu) => cx.discard(pdu, why),
        Item::Notice(..) => cx.world().discards.count("tower", &why),
    }
}
