//! Any number of layers, put together while the program runs.

use layercake_base::{
    Context, Direction, Instant, Item, Layer, Notice, Pdu, Reason, Spec,
};

use crate::boxed::{Boxed, BoxedFloor};
use crate::carrier::Carrier;
use crate::fit::{self, Misfit};
use crate::floor::{Below, Floor};

/// Boxed layers, each standing on the next; itself a layer, and run like one ([`Layer`] shows how).
///
/// `Tower::builder().layer(upper).layer(lower).build()?` stands `upper` on `lower`. What a layer
/// inside refuses is counted in the world ([`World::discards`]); `send` and `receive` say `Ok`.
///
/// [`World::discards`]: layercake_base::World::discards
pub struct Tower {
    floors: Column,
    carrier: Carrier,
    spec: Spec,
}

/// The floors from the top, which has number 0, to the bottom.
struct Column(Vec<BoxedFloor>);

/// Collects the layers of a [`Tower`], from the top down as one draws it.
#[derive(Default)]
pub struct Builder(Vec<Box<dyn Layer>>);

impl Tower {
    /// A tower without layers, to be built from the top down.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// The names of the layers, from the top down.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.floors.0.iter().map(|floor| floor.spec.name)
    }
}

impl Builder {
    /// The next layer: it will stand below those given so far.
    #[must_use]
    pub fn layer(mut self, layer: impl Layer + 'static) -> Self {
        self.0.push(Box::new(layer));
        self
    }

    /// Checks every seam from the bottom up, and gives the tower.
    ///
    /// # Errors
    /// The first [`Misfit`] found.
    pub fn build(self) -> Result<Tower, Misfit> {
        let mut floors: Vec<BoxedFloor> = Vec::with_capacity(self.0.len());
        let mut below = Below::NOTHING;
        let mut whole: Option<Spec> = None;
        for layer in self.0.into_iter().rev() {
            let floor = Floor::new(layer, below);
            whole = Some(match whole {
                Some(lower) => fit::join(&floor.spec, &lower)?,
                None => floor.spec,
            });
            below = below.above(&floor.spec);
            floors.push(floor);
        }
        floors.reverse();
        let spec = whole.ok_or(Misfit::Empty)?;
        Ok(Tower {
            floors: Column(floors),
            carrier: Carrier::default(),
            // A tower is a composition even when only one layer is inside.
            spec: Spec {
                layers: spec.layers.max(2),
                ..spec
            },
        })
    }
}

impl Layer for Tower {
    fn spec(&self) -> Spec {
        self.spec
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let way = Direction::Down;
        self.carrier.carry_pdu(&mut self.floors, 0, way, sdu, cx);
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let (bottom, way) = (self.floors.bottom(), Direction::Up);
        self.carrier
            .carry_pdu(&mut self.floors, bottom, way, pdu, cx);
        Ok(())
    }

    fn deadline(&self) -> Option<Instant> {
        self.floors.deadline()
    }

    fn on_deadline(&mut self, cx: &mut Context<'_>) {
        self.carrier.fire(&mut self.floors, cx);
    }

    fn notice(&mut self, notice: Notice, cx: &mut Context<'_>) {
        let way = cx.flow();
        let floor = match way {
            Direction::Down => 0,
            Direction::Up => self.floors.bottom(),
        };
        let item = Item::Notice(way, Box::new(notice));
        self.carrier.carry(&mut self.floors, floor, item, cx);
    }
}

impl Column {
    fn bottom(&self) -> usize {
        self.0.len().saturating_sub(1)
    }
}

impl Boxed for Column {
    fn floors(&self) -> &[BoxedFloor] {
        &self.0
    }

    fn floors_mut(&mut self) -> &mut [BoxedFloor] {
        &mut self.0
    }

    #[inline]
    fn next(&self, floor: usize, way: Direction) -> Option<usize> {
        match way {
            Direction::Down => Some(floor + 1).filter(|next| *next < self.0.len()),
            Direction::Up => floor.checked_sub(1),
        }
    }
}
