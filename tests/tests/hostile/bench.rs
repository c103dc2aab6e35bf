//! A node of the built-in network alone, with a wire that the test holds in its hand.

use core::cell::RefCell;
use core::time::Duration;
use std::rc::Rc;

use layercake_base::{Context, Direction, Item, Layer, Outbox, Room, Spec, World};
use layercake_tower::topology::{Attachment, host};
use layercake_tower::{Network, Tower};

use crate::ledger::{Fate, Ledger};

/// PDUs at a time. Far more frames than that come, so that a lost one is missed soon.
const PDUS: usize = 256;

/// Layers that may be the goal of a PDU: line code and framing replace it by another, ARP and
/// neighbour discovery take their own packets, IPv4 and IPv6 fragments that go on in a whole packet.
/// All others hand on, answer with the same PDU, or discard.
const GOALS: [&str; 6] = ["manchester", "hdlc", "arp", "ndp", "ipv4", "ipv6"];

pub(crate) struct Bench {
    tower: Tower,
    spec: Spec,
    pub(crate) world: World,
    pub(crate) attachments: Vec<Attachment>,
    pub(crate) ledger: Rc<RefCell<Ledger>>,
    /// Transmissions.
    pub(crate) sent: usize,
    /// Messages that came out of the top.
    pub(crate) received: usize,
}

impl Bench {
    /// A node of a network, without the rest of it.
    pub(crate) fn of(network: &Network, name: &str) -> Self {
        let node = network.node(name).unwrap();
        let attachments = network.attachments(node).to_vec();
        let column = |(port, at): (u16, &Attachment)| {
            let recipe = network.recipe(node, port).unwrap();
            Box::new(recipe.column(at).unwrap()) as Box<dyn Layer>
        };
        let columns = (0..).zip(&attachments).map(column).collect();
        let tower = host(network.configs(node).unwrap().clone(), columns).unwrap();
        let (mut world, ledger) = (
            World::new(1, PDUS),
            Rc::new(RefCell::new(Ledger::default())),
        );
        let spec = tower.spec();
        world.room = spec.room;
        world.observer = Some(Box::new(Rc::clone(&ledger)));
        Bench {
            tower,
            spec,
            world,
            attachments,
            ledger,
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
        self.ledger.borrow_mut().arrive(pdu.id());
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

    /// Every slot is free again, and of every frame it is told what became of it.
    pub(crate) fn nothing_is_lost(&self, frames: u64) {
        let ledger = self.ledger.borrow();
        assert_eq!(self.world.pool.in_use(), 0, "a PDU did not go home");
        let (shown, counted) = (ledger.discarded(), self.world.discards.total());
        assert_eq!(shown, counted, "discards shown and counted differ");
        assert_eq!(ledger.pending(), (0, 0), "frames and PDUs without an end");
        let fates = &ledger.fates;
        assert_eq!(fates.values().sum::<u64>(), frames, "{fates:?}");
        assert!(!fates.contains_key(&Fate::Lost), "{fates:?}");
        for (layer, count) in &ledger.goals {
            assert!(
                GOALS.contains(layer),
                "{count} PDUs ended in {layer}, uncounted"
            );
        }
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
            self.ledger.borrow_mut().leave(pdu.id(), direction);
            match direction {
                Direction::Down => self.sent += 1,
                Direction::Up => self.received += 1,
            }
        }
        self.ledger.borrow_mut().close();
    }
}
