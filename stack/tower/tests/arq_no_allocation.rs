//! ARQ allocates nothing once its link is up and every slot has grown to its size: with frames
//! that get lost, both ways, by each scheme.
//!
//! One test only: the allocator counts what every thread does.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a panic is a failed test"
)]

use core::time::Duration;
use std::alloc::System;

use layercake_base::{Context, Direction, Item, Layer, Outbox, Pdu, Room, World};
use layercake_datalink::Arq;
use layercake_datalink::arq::{Config, Scheme};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// Two ends; a frame crosses in no time, and every seventh is lost.
struct Run {
    ends: [Arq; 2],
    world: World,
    outer: Outbox,
    out: Outbox,
    flying: [Outbox; 2],
    frames: usize,
    arrived: usize,
}

impl Run {
    fn new(scheme: Scheme) -> Self {
        let config = Config {
            scheme,
            window: scheme.largest_window(3),
            sequence_bits: 3,
            ..Config::default()
        };
        let end = || Arq::new(config).unwrap();
        Run {
            ends: [end(), end()],
            world: World::new(1, 64),
            outer: Outbox::default(),
            out: Outbox::default(),
            flying: [Outbox::default(), Outbox::default()],
            frames: 0,
            arrived: 0,
        }
    }

    /// Calls an end with a PDU, or because of its deadline.
    fn call(&mut self, end: usize, item: Option<(Direction, Pdu)>) {
        let arq = &mut self.ends[end];
        let (spec, room) = (arq.spec(), Room::default());
        self.world.room = spec.room;
        let mut cx = Context::new(&mut self.world, &mut self.outer);
        match item {
            Some((way, pdu)) => {
                cx.deliver_pdu(arq, &spec, &mut self.out, room, way, pdu);
            }
            None => cx.fire(arq, &spec, &mut self.out, room),
        }
        while let Some(item) = self.out.pop() {
            match item {
                Item::Pdu(Direction::Down, pdu) => {
                    self.frames += 1;
                    if !self.frames.is_multiple_of(7) {
                        let item = Item::Pdu(Direction::Down, pdu);
                        self.flying[1 - end].push(item).unwrap();
                    }
                }
                Item::Pdu(Direction::Up, _) => self.arrived += 1,
                Item::Notice(..) => {}
            }
        }
    }

    /// Eight SDUs each way, until all are acknowledged.
    fn exchange(&mut self) {
        for end in core::iter::repeat_n([0, 1], 8).flatten() {
            let pdu = self.world.pool.allocate(self.ends[end].spec().room, 1000);
            self.call(end, Some((Direction::Down, pdu.unwrap())));
        }
        while self.ends.iter().any(|end| end.pending() > 0) {
            for end in [0, 1] {
                while let Some(Item::Pdu(_, mut pdu)) = self.flying[end].pop() {
                    pdu.arrive();
                    self.call(end, Some((Direction::Up, pdu)));
                }
                if self.ends[end]
                    .deadline()
                    .is_some_and(|due| due <= self.world.now)
                {
                    self.call(end, None);
                }
            }
            self.world.now = self.world.now + Duration::from_micros(100);
        }
    }
}

/// The least of five times: the allocator also counts what the test harness does meanwhile.
fn allocations(scheme: Scheme) -> usize {
    let mut run = Run::new(scheme);
    for _ in 0..50 {
        run.exchange(); // warm up
    }
    let once = |run: &mut Run| {
        let (arrived, region) = (run.arrived, Region::new(COUNTED));
        for _ in 0..50 {
            run.exchange();
        }
        let change = region.change();
        assert_eq!(run.arrived - arrived, 50 * 16);
        change.allocations + change.reallocations
    };
    (0..5).map(|_| once(&mut run)).min().unwrap()
}

#[test]
fn arq_repeats_without_allocating() {
    let region = Region::new(COUNTED);
    drop(core::hint::black_box(Box::new(1)));
    assert!(region.change().allocations >= 1, "the allocator counts");
    for scheme in [
        Scheme::StopAndWait,
        Scheme::GoBackN,
        Scheme::SelectiveRepeat,
    ] {
        assert_eq!(allocations(scheme), 0, "{scheme:?}");
    }
}
