//! Floors whose layers are in boxes: what towers, ports and demultiplexers have in common.

use layercake_base::{Context, Direction, Instant, Item, Layer, Notice, Outbox, Pdu};

use crate::carrier::Floors;
use crate::floor::{Floor, earliest, hand_out};

/// A floor with whatever layer.
pub(crate) type BoxedFloor = Floor<Box<dyn Layer>>;

/// Boxed floors by number, and where what they hand out goes.
pub(crate) trait Boxed {
    fn floors(&self) -> &[BoxedFloor];

    fn floors_mut(&mut self) -> &mut [BoxedFloor];

    /// As [`Floors::neighbour`]; floors side by side have none.
    #[inline]
    fn next(&self, _floor: usize, _way: Direction) -> Option<usize> {
        None
    }

    /// As [`Floors::leave`].
    #[inline]
    fn hand_out(&self, _floor: usize, item: Item, cx: &mut Context<'_>) {
        hand_out(item, cx);
    }

    /// The next deadline of them all.
    fn deadline(&self) -> Option<Instant> {
        earliest(self.floors().iter().map(|floor| floor.layer.deadline()))
    }
}

impl<B: Boxed> Floors for B {
    fn count(&self) -> usize {
        self.floors().len()
    }

    #[inline]
    fn call(
        &mut self,
        floor: usize,
        way: Direction,
        pdu: Pdu,
        out: &mut Outbox,
        cx: &mut Context<'_>,
    ) {
        if let Some(floor) = self.floors_mut().get_mut(floor) {
            floor.call(way, pdu, out, cx);
        }
    }

    fn tell(
        &mut self,
        floor: usize,
        way: Direction,
        notice: Notice,
        out: &mut Outbox,
        cx: &mut Context<'_>,
    ) {
        if let Some(floor) = self.floors_mut().get_mut(floor) {
            floor.tell(way, notice, out, cx);
        }
    }

    fn fire(&mut self, floor: usize, out: &mut Outbox, cx: &mut Context<'_>) {
        if let Some(floor) = self.floors_mut().get_mut(floor) {
            floor.fire(out, cx);
        }
    }

    #[inline]
    fn neighbour(&self, floor: usize, way: Direction) -> Option<usize> {
        self.next(floor, way)
    }

    #[inline]
    fn leave(&self, floor: usize, item: Item, cx: &mut Context<'_>) {
        self.hand_out(floor, item, cx);
    }
}
