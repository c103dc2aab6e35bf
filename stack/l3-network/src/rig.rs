//! A bench for one layer: what goes in, and what comes out on either side.

use std::cell::RefCell;
use std::rc::Rc;

use layercake_base::{
    Context, Direction, Event, Ici, Instant, Item, Layer, Notice, Observer, Outbox, Pdu,
    Room, What, World,
};

/// One layer in a world of its own.
pub(crate) struct Rig<L> {
    pub(crate) layer: L,
    pub(crate) world: World,
    /// PDUs that the way down takes at a time.
    pub(crate) below: usize,
    told: Rc<RefCell<Told>>,
}

/// Why PDUs were discarded, in full.
#[derive(Debug, Default)]
struct Told(Vec<String>);

impl Observer for Told {
    fn on(&mut self, event: &Event<'_>) {
        if let What::Discarded { reason } = event.what {
            self.0.push(reason.to_string());
        }
    }
}

/// What came out of a layer.
#[derive(Debug, Default)]
pub(crate) struct Out {
    pub(crate) up: Vec<Pdu>,
    pub(crate) down: Vec<Pdu>,
    pub(crate) notices: Vec<Notice>,
    /// Layer-less kinds of the reasons for which PDUs were discarded.
    pub(crate) discards: Vec<&'static str>,
    /// The same reasons as an onlooker reads them, in the order in which they were told.
    pub(crate) told: Vec<String>,
}

impl<L: Layer> Rig<L> {
    pub(crate) fn new(layer: L) -> Self {
        let mut world = World::new(1, 16);
        let told = Rc::new(RefCell::new(Told::default()));
        world.observer = Some(Box::new(Rc::clone(&told)));
        Rig {
            layer,
            world,
            below: Outbox::USUAL,
            told,
        }
    }

    /// The layer gets octets from below.
    pub(crate) fn receive(&mut self, octets: &[u8], ici: Ici) -> Out {
        let pdu = self.pdu(octets, ici);
        self.deliver(Direction::Up, pdu)
    }

    /// The layer gets octets from above.
    pub(crate) fn send(&mut self, octets: &[u8], ici: Ici) -> Out {
        let pdu = self.pdu(octets, ici);
        self.deliver(Direction::Down, pdu)
    }

    /// The layer gets this PDU.
    pub(crate) fn deliver(&mut self, direction: Direction, pdu: Pdu) -> Out {
        self.call(Some(Item::Pdu(direction, pdu)))
    }

    /// The layer hears this.
    pub(crate) fn tell(&mut self, direction: Direction, notice: Notice) -> Out {
        self.call(Some(Item::Notice(direction, Box::new(notice))))
    }

    /// The layer's deadline has passed.
    pub(crate) fn fire(&mut self) -> Out {
        self.call(None)
    }

    fn call(&mut self, item: Option<Item>) -> Out {
        let before: Vec<_> = self.world.discards.iter().collect();
        let (mut inside, mut outside) = (Outbox::default(), Outbox::new(self.below));
        let (spec, room) = (self.layer.spec(), Room { head: 14, tail: 4 });
        let mut cx = Context::new(&mut self.world, &mut outside);
        let layer = &mut self.layer;
        match item {
            Some(item) => cx.deliver(layer, &spec, &mut inside, room, item),
            None => cx.fire(layer, &spec, &mut inside, room),
        }
        let told = self.told.take().0;
        let mut out = Out {
            told,
            ..Out::default()
        };
        while let Some(item) = inside.pop() {
            match item {
                Item::Pdu(Direction::Up, pdu) => out.up.push(pdu),
                Item::Pdu(Direction::Down, pdu) => out.down.push(pdu),
                Item::Notice(_, notice) => out.notices.push(*notice),
            }
        }
        let after = self.world.discards.iter();
        out.discards = after
            .filter(|c| !before.contains(c))
            .map(|(_, kind, _)| kind)
            .collect();
        out
    }

    /// Time passes.
    pub(crate) fn at_millis(&mut self, millis: u64) {
        self.world.now = Instant::from_nanos(millis * 1_000_000);
    }

    fn pdu(&mut self, octets: &[u8], ici: Ici) -> Pdu {
        let room = Room { head: 80, tail: 20 };
        let mut pdu = self.world.pool.allocate(room, octets.len()).unwrap();
        pdu.octets_mut().copy_from_slice(octets);
        pdu.arrive();
        pdu.set_ici(|place| *place = ici);
        pdu
    }
}
