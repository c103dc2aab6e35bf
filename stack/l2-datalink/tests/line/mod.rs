//! Two ARQ layers on a line in virtual time: the smallest world that has delay and loss.
//!
//! ```text
//!            SDUs in                       SDUs out
//!          +----v----+                   +----^----+
//!          |  Arq 0  |                   |  Arq 1  |     one frame at a time on each way;
//!          +----|----+                   +----|----+     frames stay in order, unless `late`
//!               +---- way 0: rate, delay ---->+
//!               +<--- way 1: rate, delay -----+
//! ```
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "shared by a bench and tests; each uses some, and a panic is a failure"
)]

use core::cmp::Reverse;
use core::time::Duration;
use std::collections::BinaryHeap;

use layercake_base::{
    Context, Direction, Instant, Item, Layer, Notice, Outbox, Pdu, Rng, Room, World,
};
use layercake_datalink::Arq;
use layercake_datalink::arq::Config;

/// What one way of the line does. Probabilities are for each frame.
#[derive(Clone, Copy, Debug, Default)]
pub struct Way {
    /// Time on the line for each octet.
    pub octet: Duration,
    pub delay: Duration,
    pub loss: f64,
    pub duplication: f64,
    /// A frame is this much later than those behind it.
    pub late: Option<(f64, Duration)>,
}

/// What is to happen; at the same instant in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Arrival,
    Deadline,
    Room,
}

type Entry = Reverse<(Instant, What, u64, usize, Vec<u8>)>;

/// One end: its layer, and what it has to send and has got.
pub struct End {
    pub arq: Arq,
    /// SDUs that the layer has not taken yet, by number; each has `octets` octets.
    pub to_send: core::ops::Range<u64>,
    pub got: Vec<u64>,
    /// What the layer told.
    pub notices: Vec<Notice>,
    line_free: Instant,
    armed: Option<Instant>,
    awaits_room: bool,
}

pub struct Line {
    pub world: World,
    pub ends: [End; 2],
    pub ways: [Way; 2],
    /// Octets of an SDU; the first eight are its number.
    pub octets: usize,
    /// Frames that went on each way.
    pub frames: [u64; 2],
    /// The epoch in the last of them.
    pub last_epoch: u8,
    luck: [Rng; 2],
    agenda: BinaryHeap<Entry>,
    entries: u64,
    out: Outbox,
}

impl Line {
    pub fn new(config: Config, ways: [Way; 2], octets: usize, seed: u64) -> Self {
        let end = || End {
            arq: Arq::new(config).unwrap(),
            to_send: 0..0,
            got: Vec::new(),
            notices: Vec::new(),
            line_free: Instant::ZERO,
            armed: None,
            awaits_room: false,
        };
        Line {
            world: World::new(seed, 4096),
            ends: [end(), end()],
            ways,
            octets,
            frames: [0; 2],
            last_epoch: 0,
            luck: [seed.wrapping_mul(2), seed.wrapping_mul(2) + 1].map(Rng::seeded),
            agenda: BinaryHeap::new(),
            entries: 0,
            out: Outbox::default(),
        }
    }

    /// Gives an end SDUs to send: so many more.
    pub fn offer(&mut self, end: usize, sdus: u64) {
        self.ends[end].to_send.end += sdus;
        self.fill(end);
    }

    /// Hands the layer SDUs until it refuses one.
    fn fill(&mut self, end: usize) {
        while let Some(number) = self.ends[end].to_send.clone().next() {
            let mut body = vec![0; self.octets.max(8)];
            body[..8].copy_from_slice(&number.to_be_bytes());
            let before = self.world.discards.total();
            self.call(end, Some((Direction::Down, &body)));
            if self.world.discards.total() > before {
                return;
            }
            self.ends[end].to_send.next();
        }
    }

    /// A frame from nowhere arrives at an end.
    pub fn inject(&mut self, end: usize, frame: &[u8]) {
        self.call(end, Some((Direction::Up, frame)));
    }

    /// The layer above an end says something.
    pub fn tell(&mut self, end: usize, way: Direction, notice: Notice) {
        self.item(end, Some(Item::Notice(way, Box::new(notice))));
    }

    fn call(&mut self, end: usize, pdu: Option<(Direction, &[u8])>) {
        let item = pdu.map(|(way, octets)| {
            let room = self.ends[end].arq.spec().room;
            let mut pdu = self.world.pool.allocate(room, octets.len()).unwrap();
            pdu.octets_mut().copy_from_slice(octets);
            pdu.arrive();
            Item::Pdu(way, pdu)
        });
        self.item(end, item);
    }

    /// Calls a layer with an item, or because of its deadline, and does what follows.
    fn item(&mut self, end: usize, item: Option<Item>) {
        let free = self.ends[end].line_free <= self.world.now;
        let room = match self.ways[end].octet {
            Duration::ZERO => Outbox::USUAL,
            _ => usize::from(free),
        };
        let (arq, mut outer) = (&mut self.ends[end].arq, Outbox::default());
        let spec = arq.spec();
        self.world.room = spec.room;
        let mut cx = Context::new(&mut self.world, &mut outer).with_room_below(room);
        match item {
            Some(item) => cx.deliver(arq, &spec, &mut self.out, Room::default(), item),
            None => cx.fire(arq, &spec, &mut self.out, Room::default()),
        }
        let mut has_room = false;
        while let Some(item) = self.out.pop() {
            match item {
                Item::Pdu(Direction::Down, pdu) => self.transmit(end, &pdu),
                Item::Pdu(Direction::Up, pdu) => {
                    let number = pdu.octets().first_chunk().copied();
                    let number = number.map_or(u64::MAX, u64::from_be_bytes);
                    self.ends[end].got.push(number);
                }
                Item::Notice(_, notice) if *notice == Notice::Room => has_room = true,
                Item::Notice(_, notice) => self.ends[end].notices.push(*notice),
            }
        }
        self.settle(end);
        if has_room {
            self.fill(end);
        }
    }

    fn settle(&mut self, end: usize) {
        let wanted = core::mem::take(&mut self.world.room_wanted);
        if wanted && !core::mem::replace(&mut self.ends[end].awaits_room, true) {
            let when = self.ends[end].line_free.max(self.world.now);
            self.enter(when, What::Room, end, Vec::new());
        }
        let due = self.ends[end]
            .arq
            .deadline()
            .map(|at| at.max(self.world.now));
        if let Some(due) = due
            && self.ends[end].armed.is_none_or(|armed| due < armed)
        {
            self.ends[end].armed = Some(due);
            self.enter(due, What::Deadline, end, Vec::new());
        }
    }

    fn enter(&mut self, at: Instant, what: What, end: usize, frame: Vec<u8>) {
        self.entries += 1;
        self.agenda
            .push(Reverse((at, what, self.entries, end, frame)));
    }

    fn transmit(&mut self, end: usize, pdu: &Pdu) {
        let (way, luck) = (self.ways[end], &mut self.luck[end]);
        let octets = u32::try_from(pdu.len()).unwrap();
        let free = &mut self.ends[end].line_free;
        *free = (*free).max(self.world.now) + way.octet * octets;
        let mut arrival = *free + way.delay;
        self.frames[end] += 1;
        self.last_epoch = pdu.octets()[1];
        let mut happens = |p: f64| p > 0.0 && luck.chance(p);
        if happens(way.loss) {
            return;
        }
        if let Some((chance, by)) = way.late
            && happens(chance)
        {
            arrival = arrival + by;
        }
        let copies = 1 + usize::from(happens(way.duplication));
        for _ in 0..copies {
            self.enter(arrival, What::Arrival, 1 - end, pdu.octets().to_vec());
        }
    }

    /// Lets the next thing happen; false when nothing will.
    pub fn step(&mut self) -> bool {
        let Some(Reverse((at, what, _, end, frame))) = self.agenda.pop() else {
            return false;
        };
        self.world.now = self.world.now.max(at);
        match what {
            What::Arrival => self.call(end, Some((Direction::Up, &frame))),
            What::Room => {
                self.ends[end].awaits_room = false;
                let notice = Box::new(Notice::Room);
                self.item(end, Some(Item::Notice(Direction::Up, notice)));
            }
            What::Deadline if self.ends[end].armed == Some(at) => {
                self.ends[end].armed = None;
                if self.ends[end].arq.deadline().is_some_and(|due| due <= at) {
                    self.item(end, None);
                }
                self.settle(end);
            }
            What::Deadline => {} // an earlier one has replaced it
        }
        true
    }

    /// Runs until both ends have got so many SDUs, or `most` later. True when they have.
    pub fn run(&mut self, got: [usize; 2], most: Duration) -> bool {
        let end = self.world.now + most;
        let done = |line: &Line| (0..2).all(|end| line.ends[end].got.len() >= got[end]);
        while !done(self) {
            let next = self.agenda.peek().map(|Reverse((at, ..))| *at);
            if next.is_none_or(|at| at > end) || !self.step() {
                return false;
            }
        }
        true
    }

    /// Lets time pass.
    pub fn pass(&mut self, span: Duration) {
        let end = self.world.now + span;
        while self
            .agenda
            .peek()
            .is_some_and(|Reverse((at, ..))| *at <= end)
        {
            self.step();
        }
        self.world.now = end;
    }
}
