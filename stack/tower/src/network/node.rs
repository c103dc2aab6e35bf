//! A node: a tower with attachments, and what came out at its top.

use std::collections::VecDeque;
use std::rc::Rc;

use layercake_base::{
    Context, Direction, Ici, Instant, Item, Layer, Notice, Outbox, Pdu, Reason, Rng,
    Room, Signal, Spec, World,
};

/// A message that came out of the top of a node's tower.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// When.
    pub at: Instant,
    /// The message.
    pub octets: Vec<u8>,
    /// What the layers said about it.
    pub ici: Ici,
}

/// What a tower wants of an attachment.
pub(super) enum Wish {
    /// These symbols on it.
    Transmit(Pdu),
    /// This said to the medium there.
    Tell(u16, Signal),
}

pub(super) struct Node {
    pub(super) name: Rc<str>,
    tower: Box<dyn Layer>,
    spec: Spec,
    rng: Rng,
    out: Outbox,
    /// Always empty: a context has one, and nothing is outside a node.
    outside: Outbox,
    /// The time for which a deadline of this node is on the agenda.
    pub(super) armed: Option<Instant>,
    /// A notice of room is on the agenda.
    pub(super) awaits_room: bool,
    arrived: VecDeque<Arrival>,
}

impl Node {
    /// Messages that wait at a node for whoever runs it; later ones are discarded.
    const ARRIVALS: usize = 4096;
    /// What one call of a tower may bring forth: a neighbour that never answers brings an error
    /// message and two notices for each of up to 63 packets that waited.
    const OUTPUT: usize = 256;

    pub(super) fn new(name: &str, tower: Box<dyn Layer>, rng: &Rng) -> Self {
        Node {
            name: Rc::from(name),
            spec: tower.spec(),
            tower,
            rng: rng.split(name),
            out: Outbox::new(Self::OUTPUT),
            outside: Outbox::default(),
            armed: None,
            awaits_room: false,
            arrived: VecDeque::new(),
        }
    }

    pub(super) fn install(&mut self, tower: Box<dyn Layer>) {
        self.spec = tower.spec();
        self.tower = tower;
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.tower.deadline()
    }

    /// What the tower wants of its attachments next; messages for the user are kept.
    pub(super) fn wish(&mut self, world: &mut World) -> Option<Wish> {
        while let Some(item) = self.out.pop() {
            match item {
                Item::Pdu(Direction::Down, pdu) => return Some(Wish::Transmit(pdu)),
                Item::Pdu(Direction::Up, pdu) => self.keep(pdu, world),
                Item::Notice(Direction::Down, notice) => {
                    if let Notice::Medium { port, signal } = *notice {
                        return Some(Wish::Tell(port, signal));
                    }
                }
                // Nobody is above; what matters to a user comes as a message.
                Item::Notice(Direction::Up, _) => {}
            }
        }
        None
    }

    fn keep(&mut self, pdu: Pdu, world: &mut World) {
        if self.arrived.len() == Self::ARRIVALS {
            let (queue, limit) = ("messages at the node", Self::ARRIVALS);
            world.discard("user", pdu, &Reason::Full { queue, limit });
            return;
        }
        self.arrived.push_back(Arrival {
            at: world.now,
            octets: pdu.octets().to_vec(),
            ici: *pdu.ici(),
        });
    }

    pub(super) fn arrival(&mut self) -> Option<Arrival> {
        self.arrived.pop_front()
    }
}

/// A call of a node's tower.
pub(super) struct Visit<'a> {
    pub(super) node: &'a mut Node,
    pub(super) world: &'a mut World,
    /// PDUs that the fullest of the node's wires still takes.
    pub(super) room: usize,
}

impl Visit<'_> {
    /// What whoever runs the node puts in at the top.
    pub(super) fn send(&mut self, body: &[u8], ici: Ici) -> Result<(), Reason> {
        let (have, most) = (body.len(), self.node.spec.largest_body);
        if have > most {
            let field = "message";
            return Err(Reason::TooLong { field, have, most });
        }
        let (queue, limit) = ("pool", self.world.pool.limit());
        let pdu = self.world.pool.allocate(self.node.spec.room, have);
        let mut pdu = pdu.ok_or(Reason::Full { queue, limit })?;
        pdu.octets_mut().copy_from_slice(body);
        pdu.arrive(); // the body is there from the start, no layer wrote it
        pdu.set_ici(|own| *own = ici);
        self.call(Some(Item::Pdu(Direction::Down, pdu)));
        Ok(())
    }

    /// Symbols that came over a wire.
    pub(super) fn receive(&mut self, port: u16, mut pdu: Pdu) {
        pdu.arrive();
        pdu.set_ici(|ici| ici.port = port);
        self.call(Some(Item::Pdu(Direction::Up, pdu)));
    }

    /// A deadline has passed.
    pub(super) fn fire(&mut self) {
        self.call(None);
    }

    /// A layer has asked for room below, and there is some.
    pub(super) fn tell_room(&mut self) {
        self.node.awaits_room = false;
        self.tell(Item::Notice(Direction::Up, Box::new(Notice::Room)));
    }

    /// What a layer hears from outside the tower.
    pub(super) fn tell(&mut self, item: Item) {
        self.call(Some(item));
    }

    fn call(&mut self, item: Option<Item>) {
        let Visit { node, world, room } = self;
        world.node = Rc::clone(&node.name);
        world.room = node.spec.room;
        core::mem::swap(&mut world.rng, &mut node.rng);
        let mut cx = Context::new(world, &mut node.outside).with_room_below(*room);
        let (tower, out) = (&mut *node.tower, &mut node.out);
        match item {
            Some(item) => cx.deliver(tower, &node.spec, out, Room::default(), item),
            None => cx.fire(tower, &node.spec, out, Room::default()),
        }
        core::mem::swap(&mut world.rng, &mut node.rng);
    }
}
