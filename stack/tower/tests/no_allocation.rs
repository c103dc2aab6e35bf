//! Carrying a PDU allocates nothing, once every slot has grown to its size: five layers, down
//! and up, static and boxed, and when layers refuse.
//!
//! One test only: the allocator counts what every thread does.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a panic is a failed test"
)]

use core::net::{IpAddr, Ipv4Addr};
use std::alloc::System;

use layercake_base::{
    Context, Direction, Event, Ici, Item, Layer, Observer, Outbox, Pdu, Room, World,
};
use layercake_datalink::{FrameCheck, Hdlc, Ppp};
use layercake_network::Ipv4;
use layercake_network::ipv4::{Config, Interface};
use layercake_physical::Manchester;
use layercake_tower::{Stack, Tower};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const ONE: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
const TWO: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);

fn ipv4(address: Ipv4Addr) -> Ipv4 {
    Ipv4::new(Config {
        interfaces: vec![Interface {
            port: 0,
            address,
            prefix_len: 30,
            mtu: 1500,
        }],
        ..Config::default()
    })
}

fn boxed(address: Ipv4Addr) -> Tower {
    Tower::builder()
        .layer(ipv4(address))
        .layer(Ppp::new())
        .layer(FrameCheck::default())
        .layer(Hdlc::default())
        .layer(Manchester::new())
        .build()
        .unwrap()
}

fn fixed(address: Ipv4Addr) -> impl Layer {
    let line = Stack::new(Hdlc::default(), Manchester::new()).unwrap();
    let frames = Stack::new(FrameCheck::default(), line).unwrap();
    Stack::new(ipv4(address), Stack::new(Ppp::new(), frames).unwrap()).unwrap()
}

struct Run {
    world: World,
    outer: Outbox,
    out: Outbox,
    message: Vec<u8>,
    arrived: usize,
}

impl Run {
    fn deliver(
        &mut self,
        layer: &mut impl Layer,
        way: Direction,
        pdu: Pdu,
    ) -> Option<Pdu> {
        let spec = layer.spec();
        self.world.room = spec.room;
        let mut cx = Context::new(&mut self.world, &mut self.outer);
        let (item, room) = (Item::Pdu(way, pdu), Room::default());
        cx.deliver(layer, &spec, &mut self.out, room, item);
        self.next()
    }

    /// What came out of a tower next.
    fn next(&mut self) -> Option<Pdu> {
        match self.out.pop() {
            Some(Item::Pdu(_, pdu)) => Some(pdu),
            _ => None,
        }
    }

    /// A message down one tower and up the other; `damage` may change its symbols.
    fn message(
        &mut self,
        (from, to): (&mut impl Layer, &mut impl Layer),
        body: usize,
        damage: impl Fn(&mut [u8]),
    ) {
        let pdu = self.world.pool.allocate(from.spec().room, body);
        let mut pdu = pdu.unwrap();
        pdu.octets_mut().copy_from_slice(&self.message[..body]);
        pdu.arrive();
        pdu.set_ici(|ici| {
            *ici = Ici {
                destination: Some(IpAddr::V4(TWO)),
                next: 253, // RFC 3692: for experiments
                ..Ici::NONE
            }
        });
        let first = self.deliver(from, Direction::Down, pdu);
        let fragments = [first, self.next()];
        for mut symbols in fragments.into_iter().flatten() {
            damage(symbols.octets_mut());
            symbols.arrive();
            let up = self.deliver(to, Direction::Up, symbols);
            self.arrived += usize::from(up.is_some_and(|pdu| pdu.len() == body));
        }
    }

    /// What goes well, and what each of the layers refuses.
    fn mixture(&mut self, from: &mut impl Layer, to: &mut impl Layer) {
        let whole = |_: &mut [u8]| ();
        for body in [1, 64, 1480] {
            self.message((from, to), body, whole);
        }
        self.message((from, to), 1481, whole); // in two fragments
        // No code word; a bit of the body inverted, so that the frame check finds it; no end of
        // a frame.
        self.message((from, to), 64, |symbols| symbols[20] = 0);
        self.message((from, to), 64, |symbols| {
            symbols[100] ^= 0b11;
            symbols[101] ^= 0b11;
        });
        self.message((from, to), 64, |symbols| symbols.fill(0b1010_1010));
    }
}

struct Deaf(u64);

impl Observer for Deaf {
    fn on(&mut self, event: &Event<'_>) {
        self.0 += event.pdu;
    }
}

/// Allocations while a hundred mixtures cross, the least of five times: the allocator also
/// counts what the test harness does meanwhile in its own thread, but a layer that allocates
/// does so every time.
fn allocations(from: &mut impl Layer, to: &mut impl Layer, observed: bool) -> usize {
    (0..5)
        .map(|_| allocations_once(from, to, observed))
        .min()
        .unwrap()
}

fn allocations_once(from: &mut impl Layer, to: &mut impl Layer, observed: bool) -> usize {
    let mut run = Run {
        world: World::new(1, 8),
        outer: Outbox::default(),
        out: Outbox::default(),
        message: (0..1500_u32).map(|n| n.to_le_bytes()[0]).collect(),
        arrived: 0,
    };
    if observed {
        run.world.observer = Some(Box::new(Deaf(0)));
    }
    for _ in 0..8 {
        run.mixture(from, to); // warm up: every slot of the pool has carried the largest
    }
    let (before, counted) = (run.world.discards.total(), run.arrived);
    let region = Region::new(COUNTED);
    for _ in 0..100 {
        run.mixture(from, to);
    }
    let change = region.change();
    assert_eq!(run.arrived - counted, 400, "four of seven arrive");
    assert_eq!(
        run.world.discards.total() - before,
        300,
        "three of seven do not"
    );
    assert_eq!(run.world.pool.in_use(), 0);
    change.allocations + change.reallocations
}

#[test]
fn five_layers_carry_without_allocating_also_when_they_refuse() {
    let region = Region::new(COUNTED);
    drop(core::hint::black_box(Box::new(1)));
    assert!(region.change().allocations >= 1, "the allocator counts");
    for observed in [false, true] {
        assert_eq!(allocations(&mut boxed(ONE), &mut boxed(TWO), observed), 0);
        assert_eq!(allocations(&mut fixed(ONE), &mut fixed(TWO), observed), 0);
    }
}
