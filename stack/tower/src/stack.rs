//! Two layers, one on the other, known to the compiler.

use layercake_base::{
    Context, Direction, Instant, Item, Layer, Notice, Outbox, Pdu, Reason, Spec,
};

use crate::carrier::{Carrier, Floors};
use crate::fit::{self, Misfit};
use crate::floor::{Below, Floor, earliest};

/// The layer `U` standing on the layer `L`; itself a layer, so that stacks stand on stacks.
///
/// ```text
///          send |        ^ receive
///        +------v--------|------+
///        |          U           |
///        |   - - - - - - - -    |  one outbox, emptied after each call
///        |          L           |
///        +------|--------^------+
///               v        |
/// ```
pub struct Stack<U, L> {
    floors: Pair<U, L>,
    carrier: Carrier,
    spec: Spec,
}

struct Pair<U, L> {
    upper: Floor<U>,
    lower: Floor<L>,
}

const UPPER: usize = 0;
const LOWER: usize = 1;

impl<U: Layer, L: Layer> Stack<U, L> {
    /// Puts `upper` on `lower`.
    ///
    /// # Errors
    /// The [`Misfit`] between them.
    pub fn new(upper: U, lower: L) -> Result<Self, Misfit> {
        let spec = fit::join(&upper.spec(), &lower.spec())?;
        let lower = Floor::new(lower, Below::NOTHING);
        let upper = Floor::new(upper, Below::NOTHING.above(&lower.spec));
        Ok(Stack {
            floors: Pair { upper, lower },
            carrier: Carrier::default(),
            spec,
        })
    }

    /// The upper layer.
    pub fn upper(&mut self) -> &mut U {
        &mut self.floors.upper.layer
    }

    /// The lower layer.
    pub fn lower(&mut self) -> &mut L {
        &mut self.floors.lower.layer
    }
}

impl<U: Layer, L: Layer> Layer for Stack<U, L> {
    fn spec(&self) -> Spec {
        self.spec
    }

    #[inline]
    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        self.carrier
            .carry_pdu(&mut self.floors, UPPER, Direction::Down, sdu, cx);
        Ok(())
    }

    #[inline]
    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        self.carrier
            .carry_pdu(&mut self.floors, LOWER, Direction::Up, pdu, cx);
        Ok(())
    }

    fn deadline(&self) -> Option<Instant> {
        let Pair { upper, lower } = &self.floors;
        earliest([upper.layer.deadline(), lower.layer.deadline()].into_iter())
    }

    fn on_deadline(&mut self, cx: &mut Context<'_>) {
        self.carrier.fire(&mut self.floors, cx);
    }

    fn notice(&mut self, notice: Notice, cx: &mut Context<'_>) {
        let way = cx.flow();
        let floor = match way {
            Direction::Down => UPPER,
            Direction::Up => LOWER,
        };
        let item = Item::Notice(way, Box::new(notice));
        self.carrier.carry(&mut self.floors, floor, item, cx);
    }
}

impl<U: Layer, L: Layer> Floors for Pair<U, L> {
    fn count(&self) -> usize {
        2
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
        match floor {
            UPPER => self.upper.call(way, pdu, out, cx),
            _ => self.lower.call(way, pdu, out, cx),
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
        match floor {
            UPPER => self.upper.tell(way, notice, out, cx),
            _ => self.lower.tell(way, notice, out, cx),
        }
    }

    fn fire(&mut self, floor: usize, out: &mut Outbox, cx: &mut Context<'_>) {
        match floor {
            UPPER => self.upper.fire(out, cx),
            _ => self.lower.fire(out, cx),
        }
    }

    #[inline]
    fn neighbour(&self, floor: usize, way: Direction) -> Option<usize> {
        match (floor, way) {
            (UPPER, Direction::Down) => Some(LOWER),
            (LOWER, Direction::Up) => Some(UPPER),
            _ => None,
        }
    }
}
