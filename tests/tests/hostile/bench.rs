//! A node of the built-in network alone, with a wire that the test holds in its hand.

use core::cell::RefCell;
use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use layercake_base::{
    Context, Direction, Event, Item, Layer, Observer, Outbox, Room, Spec, What, World,
};
use layercake_tower::topology::{Attachment, host};
use layercake_tower::{Network, Tower};

/// PDUs at a time. Far more frames than that come, so that a lost one is missed soon.
const PDUS: usize = 256;

pub(crate) struct Bench {
    tower: Tower,
    spec: Spec,
    pub(crate) world: World,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) witness: Rc<RefCell<Witness>>,
    /// Transmissions.
    pub(crate) sent: usize,
    /// Messages that came out of the top.
    pub(crate) received: usize,
}

/// Remembers every PDU until somebody says what became of it.
#[derive(Debug, Default)]
pub(crate) struct Witness {
    pub(crate) open: BTreeSet<u64>,
    pub(crate) discards: u64,
    /// PDUs that reached their goal, by layer.
    pub(crate) goals: BTreeMap<&'static str, u64>,
}

impl Observer for Witness {
    fn on(&mut self, event: &Event<'_>) {
        match event.what {
            What::TimerFired => {}
            What::Discarded { .. } => {
                self.open.remove(&event.pdu);
                self.discards += 1;
            }
            What::Consumed => {
                self.open.remove(&event.pdu);
                *self.goals.entry(event.layer).or_default() += 1;
            }
            _ => {
                self.open.insert(event.pdu);
            }
        }
    }
}

impl Bench {
    pub(crate) fn of_the_lab(name: &str) -> Self {
        let lab = Network::builtin(1).unwrap();
        let node = lab.node(name).unwrap();
        let attachments = lab.attachments(node).to_vec();
        let column = |(port, at): (u16, &Attachment)| {
            let recipe = lab.recipe(node, port).unwrap();
            Box::new(recipe.column(at).unwrap()) as Box<dyn Layer>
        };
        let columns = (0..).zip(&attachments).map(column).collect();
        let tower = host(lab.config(node).unwrap().clone(), columns).unwrap();
        let (mut world, witness) = (
            World::new(1, PDUS),
            Rc::new(RefCell::new(Witness::default())),
        );
        let spec = tower.spec();
        world.room = spec.room;
        world.observer = Some(Box::new(Rc::clone(&witness)));
        Bench {
            tower,
            spec,
            world,
            attachments,
            witness,
            sent: 0,
            received: 0,
        }
    }

    /// Symbols come in at an attachment.
    pub(crate) fn arrive(&mut self, port: u16, symbols: &[u8]) {
        let pdu = self.world.pool.allocate(Room::default(), symbols.len());
        let mut pdu = pdu.expect("a PDU is free, or some were lost");
        pdu.octets_mut().copy_from_slice(symbols);
        pdu.arrive();
        pdu.set_ici(|ici| ici.port = port);
        self.call(Some(Item::Pdu(Direction::Up, pdu)));
    }

    /// Time passes, and the deadlines in it.
    pub(crate) fn wait(&mut self, span: Duration) {
        let end = self.world.now + span;
        while let Some(due) = self.tower.deadline().filter(|due| *due <= end) {
            self.world.now = self.world.now.max(due);
            self.call(None);
        }
        self.world.now = end;
    }

    fn call(&mut self, item: Option<Item>) {
        let (mut out, mut outside) = (Outbox::default(), Outbox::default());
        let mut cx = Context::new(&mut self.world, &mut outside);
        match item {
            Some(item) => {
                cx.deliver(&mut self.tower, &self.spec, &mut out, Room::default(), item)
            }
            None => cx.fire(&mut self.tower, &self.spec, &mut out, Room::default()),
        }
        while let Some(item) = out.pop() {
            let Item::Pdu(direction, pdu) = item else {
                continue;
            };
            self.witness.borrow_mut().open.remove(&pdu.id());
            match direction {
                Direction::Down => self.sent += 1,
                Direction::Up => self.received += 1,
            }
        }
    }
}
