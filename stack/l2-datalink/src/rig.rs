//! A layer alone on the bench, for the tests of this crate.

use core::time::Duration;

use layercake_base::{
    Context, Direction, Ici, Item, Layer, Notice, Outbox, Pdu, Reason, Room, World,
};

/// One layer, a world, and an outbox where a neighbour would be.
pub(crate) struct Rig<L> {
    pub(crate) layer: L,
    pub(crate) world: World,
    outbox: Outbox,
}

impl<L: Layer> Rig<L> {
    pub(crate) fn new(layer: L) -> Self {
        Rig {
            layer,
            world: World::new(1, 64),
            outbox: Outbox::default(),
        }
    }

    fn pdu(&self, octets: &[u8], ici: Ici) -> Pdu {
        let room = self.layer.spec().room;
        let room = Room {
            head: room.head + 16,
            tail: room.tail + 16,
        };
        let mut pdu = self.world.pool.allocate(room, octets.len()).unwrap();
        pdu.octets_mut().copy_from_slice(octets);
        pdu.set_ici(|to| *to = ici);
        pdu
    }

    /// A PDU comes from above.
    pub(crate) fn send(&mut self, octets: &[u8], ici: Ici) -> Result<(), Reason> {
        let pdu = self.pdu(octets, ici);
        let mut cx = Context::new(&mut self.world, &mut self.outbox);
        self.layer.send(pdu, &mut cx)
    }

    /// A PDU comes from below.
    pub(crate) fn receive(&mut self, octets: &[u8], ici: Ici) -> Result<(), Reason> {
        let pdu = self.pdu(octets, ici);
        let mut cx = Context::new(&mut self.world, &mut self.outbox);
        self.layer.receive(pdu, &mut cx)
    }

    /// Time passes; the layer's deadlines fire as they come.
    pub(crate) fn wait(&mut self, span: Duration) {
        let end = self.world.now + span;
        while let Some(next) = self.layer.deadline().filter(|&next| next <= end) {
            self.world.now = next.max(self.world.now);
            let mut cx = Context::new(&mut self.world, &mut self.outbox);
            self.layer.on_deadline(&mut cx);
        }
        self.world.now = end;
    }

    /// What the layer handed on next, if anything.
    pub(crate) fn pop(&mut self) -> Option<(Direction, Pdu)> {
        match self.outbox.pop()? {
            Item::Pdu(direction, pdu) => Some((direction, pdu)),
            Item::Notice(_, notice) => panic!("a notice: {notice:?}"),
        }
    }

    /// All PDUs that the layer handed on; what it told is dropped.
    pub(crate) fn drain(&mut self) -> Vec<(Direction, Pdu)> {
        let items = core::iter::from_fn(|| self.outbox.pop());
        items
            .filter_map(|item| match item {
                Item::Pdu(direction, pdu) => Some((direction, pdu)),
                Item::Notice(..) => None,
            })
            .collect()
    }

    /// What the layer told next, and which way.
    pub(crate) fn told(&mut self) -> (Direction, Notice) {
        match self.outbox.pop() {
            Some(Item::Notice(direction, notice)) => (direction, *notice),
            other => panic!("the layer should have told something: {other:?}"),
        }
    }

    /// A neighbour tells something; `flow` is the way that it goes.
    pub(crate) fn tell(&mut self, flow: Direction, notice: Notice) {
        let spec = self.layer.spec();
        let item = Item::Notice(flow, Box::new(notice));
        let mut outside = Outbox::default();
        let mut cx = Context::new(&mut self.world, &mut outside);
        cx.deliver(
            &mut self.layer,
            &spec,
            &mut self.outbox,
            Room::default(),
            item,
        );
    }

    /// What the layer handed down next.
    pub(crate) fn sent(&mut self) -> Pdu {
        let (direction, pdu) = self.pop().expect("the layer should have sent something");
        assert_eq!(direction, Direction::Down);
        pdu
    }

    /// What the layer handed up next.
    pub(crate) fn received(&mut self) -> Pdu {
        let (direction, pdu) = self
            .pop()
            .expect("the layer should have received something");
        assert_eq!(direction, Direction::Up);
        pdu
    }
}
