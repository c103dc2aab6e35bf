//! What it costs to carry a PDU through layers: each layer alone, static and boxed, observed
//! and not; what a crossing costs when the layer does nothing; and five layers at once.
//!
//! Each figure includes a fresh PDU with its 64 octets ("the PDU alone").
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot start may stop")]

use core::net::{IpAddr, Ipv4Addr};
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use layercake_base::{
    Context, Direction, Event, Ici, Item, Layer, Mac, Observer, Outbox, Pdu, Reason,
    Room, Spec, World,
};
use layercake_datalink::{Ethernet, FrameCheck, Hdlc, Ppp};
use layercake_network::Ipv4;
use layercake_network::ipv4::{Config, Interface};
use layercake_physical::Manchester;
use layercake_tower::{Stack, Tower};
use layercake_transport::Udp;

const BODY: &[u8] = &[0x5a; 64];
const ONE: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
const TWO: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);

/// Adds up, so that telling is not optimized away.
struct Sum(u64);

impl Observer for Sum {
    fn on(&mut self, event: &Event<'_>) {
        self.0 = self.0.wrapping_add(black_box(event.octets.len() as u64));
    }
}

struct Rig {
    world: World,
    outer: Outbox,
    out: Outbox,
}

impl Rig {
    fn new(observed: bool) -> Self {
        let mut world = World::new(1, 8);
        if observed {
            world.observer = Some(Box::new(Sum(0)));
        }
        let (outer, out) = (Outbox::default(), Outbox::default());
        Rig { world, outer, out }
    }

    fn pdu(&mut self, octets: &[u8], room: Room, ici: &Ici) -> Pdu {
        let mut pdu = self.world.pool.allocate(room, octets.len()).unwrap();
        pdu.octets_mut().copy_from_slice(octets);
        pdu.arrive();
        pdu.set_ici(|own| *own = *ici);
        pdu
    }

    fn carry<L: Layer>(&mut self, layer: &mut L, spec: &Spec, item: Item) -> Option<Pdu> {
        let mut cx = Context::new(&mut self.world, &mut self.outer);
        cx.deliver(layer, spec, &mut self.out, Room::default(), item);
        match self.out.pop() {
            Some(Item::Pdu(_, pdu)) => Some(pdu),
            _ => None,
        }
    }
}

fn ici() -> Ici {
    Ici {
        source: Some(IpAddr::V4(ONE)),
        destination: Some(IpAddr::V4(TWO)),
        next_hop: Some(IpAddr::V4(TWO)),
        link_destination: Some(Mac::local(2)),
        next: 0x0800,
        source_port: 7,
        destination_port: 9,
        ..Ici::NONE
    }
}

/// Wraps with `from` and strips with `to`, each as it is and in a box.
fn wrap_and_strip<L: Layer + 'static>(
    c: &mut Criterion,
    next: u16,
    make: impl Fn(Ipv4Addr, Mac) -> L,
) {
    let (from, to) = (|| make(ONE, Mac::local(1)), || make(TWO, Mac::local(2)));
    let ici = Ici { next, ..ici() };
    for observed in [false, true] {
        both_ways(c, "static", observed, &ici, from(), to());
        let boxed = |layer: L| -> Box<dyn Layer> { Box::new(layer) };
        both_ways(c, "boxed", observed, &ici, boxed(from()), boxed(to()));
    }
}

fn both_ways<L: Layer>(
    c: &mut Criterion,
    how: &str,
    observed: bool,
    ici: &Ici,
    mut from: L,
    mut to: L,
) {
    let seen = if observed { "observed" } else { "not observed" };
    let spec = from.spec();
    let mut rig = Rig::new(observed);
    let sdu = rig.pdu(BODY, spec.room, ici);
    let whole = rig.carry(&mut from, &spec, Item::Pdu(Direction::Down, sdu));
    let whole = whole.unwrap().octets().to_vec();
    let mut group = c.benchmark_group(spec.name);
    group.bench_function(format!("wrap, {how}, {seen}"), |b| {
        b.iter(|| {
            let sdu = rig.pdu(BODY, spec.room, ici);
            rig.carry(&mut from, &spec, Item::Pdu(Direction::Down, sdu))
        });
    });
    group.bench_function(format!("strip, {how}, {seen}"), |b| {
        b.iter(|| {
            let pdu = rig.pdu(&whole, Room::default(), &Ici::NONE);
            rig.carry(&mut to, &spec, Item::Pdu(Direction::Up, pdu))
        });
    });
}

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

fn layers(c: &mut Criterion) {
    let mut rig = Rig::new(false);
    let room = Room { head: 64, tail: 64 };
    c.bench_function("the PDU alone", |b| b.iter(|| rig.pdu(BODY, room, &ici())));
    wrap_and_strip(c, 0x0800, |_, _| Manchester::new());
    wrap_and_strip(c, 0x0800, |_, _| Hdlc::default());
    wrap_and_strip(c, 0x0800, |_, _| FrameCheck::default());
    wrap_and_strip(c, 0x0800, |_, _| Ppp::new());
    wrap_and_strip(c, 0x0800, |_, mac| Ethernet::new(mac));
    wrap_and_strip(c, 253, |address, _| ipv4(address));
    wrap_and_strip(c, 17, |_, _| {
        let mut udp = Udp::new();
        udp.bind(9);
        udp
    });
}

/// Does nothing, so that only the crossing costs.
struct Pass;

impl Layer for Pass {
    fn spec(&self) -> Spec {
        Spec::new("pass", 3)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        cx.send_down(sdu);
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        cx.send_up(pdu);
        Ok(())
    }
}

fn crossing(c: &mut Criterion) {
    let stack = || {
        let two = || Stack::new(Pass, Pass).unwrap();
        Stack::new(Stack::new(Pass, two()).unwrap(), two()).unwrap()
    };
    let tower = |count: usize| {
        let builder = (0..count).fold(Tower::builder(), |b, _| b.layer(Pass));
        builder.build().unwrap()
    };
    for observed in [false, true] {
        let seen = if observed { "observed" } else { "not observed" };
        let mut group = c.benchmark_group(format!("layers that do nothing, {seen}"));
        let mut one = Pass;
        let mut rig = Rig::new(observed);
        let mut add = |name: &str, layer: &mut dyn Layer| {
            let mut layer = Borrowed(layer);
            let spec = layer.spec();
            group.bench_function(name, |b| {
                b.iter(|| {
                    let sdu = rig.pdu(BODY, Room::default(), &Ici::NONE);
                    rig.carry(&mut layer, &spec, Item::Pdu(Direction::Down, sdu))
                });
            });
        };
        add("1", &mut one);
        add("5, static", &mut stack());
        add("5, boxed", &mut tower(5));
        add("10, boxed", &mut tower(10));
    }
}

struct Borrowed<'a>(&'a mut dyn Layer);

impl Layer for Borrowed<'_> {
    fn spec(&self) -> Spec {
        self.0.spec()
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        self.0.send(sdu, cx)
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        self.0.receive(pdu, cx)
    }
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

/// A packet of 64 octets of data down five layers to symbols, and up five others.
fn five_layers(c: &mut Criterion) {
    let mut group = c.benchmark_group("ipv4 to symbols and back, five layers each way");
    group.throughput(Throughput::Elements(1));
    for observed in [false, true] {
        let seen = if observed { "observed" } else { "not observed" };
        let mut bench = |how: &str, from: &mut dyn Layer, to: &mut dyn Layer| {
            let (mut from, mut to) = (Borrowed(from), Borrowed(to));
            let spec = from.spec();
            let mut rig = Rig::new(observed);
            let ici = Ici { next: 253, ..ici() };
            group.bench_function(format!("{how}, {seen}"), |b| {
                b.iter(|| {
                    let sdu = rig.pdu(BODY, spec.room, &ici);
                    let down = Item::Pdu(Direction::Down, sdu);
                    let mut symbols = rig.carry(&mut from, &spec, down).unwrap();
                    symbols.arrive();
                    let up = Item::Pdu(Direction::Up, symbols);
                    rig.carry(&mut to, &spec, up).unwrap()
                });
            });
        };
        bench("static", &mut fixed(ONE), &mut fixed(TWO));
        bench("boxed", &mut boxed(ONE), &mut boxed(TWO));
    }
}

criterion_group!(benches, layers, crossing, five_layers);
criterion_main!(benches);
