//! Each layer of this crate down and up, beside carrying the same octets without a layer.
//!
//! `carry` allocates a PDU, copies the octets in and drops it; what a layer takes beyond that is
//! its own.

use std::hint::black_box;
use std::net::Ipv4Addr;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use layercake_base::{
    Context, Direction, Ici, Item, Layer, Mac, Outbox, Pdu, Room, World,
};
use layercake_datalink::{
    Arp, Bridge, Burst, Ethernet, FrameCheck, Hdlc, Ppp, arp, ether_type, ethernet,
    frame_check,
};

const HERE: Mac = Mac::local(1);
const THERE: Mac = Mac::local(2);
const NEIGHBOUR: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);
const ROOM: Room = Room { head: 64, tail: 64 };

/// What travels beside the octets in these benches.
fn ici() -> Ici {
    Ici {
        next_hop: Some(NEIGHBOUR.into()),
        link_destination: Some(THERE),
        next: ether_type::IPV4.0,
        ..Ici::NONE
    }
}

/// A world with one layer in it.
struct Bench<L> {
    layer: L,
    world: World,
    outbox: Outbox,
}

impl<L: Layer> Bench<L> {
    fn new(layer: L) -> Self {
        let (world, outbox) = (World::new(1, 8), Outbox::default());
        Bench {
            layer,
            world,
            outbox,
        }
    }

    fn pdu(&mut self, octets: &[u8], ici: Ici) -> Option<Pdu> {
        let mut pdu = self.world.pool.allocate(ROOM, octets.len())?;
        pdu.octets_mut().copy_from_slice(octets);
        pdu.set_ici(|to| *to = ici);
        Some(pdu)
    }

    /// The PDU that comes out when one with these octets goes in.
    fn cross(&mut self, direction: Direction, octets: &[u8], ici: Ici) -> Option<Pdu> {
        let item = Item::Pdu(direction, self.pdu(octets, ici)?);
        let (spec, mut inner) = (self.layer.spec(), Outbox::new(0));
        let (layer, world) = (&mut self.layer, &mut self.world);
        Context::new(world, &mut inner).deliver(
            layer,
            &spec,
            &mut self.outbox,
            ROOM,
            item,
        );
        let mut out = None;
        while let Some(item) = self.outbox.pop() {
            if let Item::Pdu(to, pdu) = item {
                out = Some(pdu).filter(|_| to == direction).or(out);
            }
        }
        out
    }
}

type Group<'a> = BenchmarkGroup<'a, WallTime>;

/// Measures a layer down with `body`, and up with what that gave.
fn both_ways<L: Layer>(group: &mut Group<'_>, layer: L, body: &[u8]) {
    let (mut bench, mut up) = (Bench::new(layer), Ici::NONE);
    let name = bench.layer.spec().name;
    let Some(frame) = bench.cross(Direction::Down, body, ici()) else {
        return;
    };
    up.next = ether_type::IPV4.0;
    group.bench_function(format!("{name}/down"), |b| {
        b.iter(|| bench.cross(Direction::Down, black_box(body), ici()));
    });
    group.bench_function(format!("{name}/up"), |b| {
        b.iter(|| bench.cross(Direction::Up, black_box(frame.octets()), up));
    });
}

/// ARP with the neighbour already known, as for all but the first packet.
fn resolved() -> Arp {
    let sender = arp::Station {
        hardware: THERE,
        protocol: NEIGHBOUR,
    };
    let target = arp::Station {
        hardware: HERE,
        protocol: Ipv4Addr::new(10, 0, 0, 1),
    };
    let opcode = arp::Opcode::Request; // a reply that nobody asked for would be no reason
    let packet = arp::Packet {
        opcode,
        sender,
        target,
    };
    let mut bench = Bench::new(Arp::new(HERE, target.protocol));
    let mut heard = Ici::NONE;
    heard.next = ether_type::ARP.0;
    bench.cross(Direction::Up, &packet.encode(), heard);
    bench.layer
}

/// A bridge that knows both ends; the frame goes up to it and comes down elsewhere.
fn bridge(group: &mut Group<'_>, body: &[u8]) {
    let frame = |source, destination| {
        let header = ethernet::Header {
            destination,
            source,
            ether_type: ether_type::IPV4,
        };
        [&header.encode()[..], body].concat()
    };
    let mut bench = Bench::new(Bridge::new(4));
    let mut at = Ici::NONE;
    bench.cross(Direction::Up, &frame(HERE, THERE), at);
    at.port = 1;
    let known = frame(THERE, HERE);
    group.bench_function("bridge/known", |b| {
        b.iter(|| bench.cross(Direction::Up, black_box(&known), at));
    });
    let unknown = frame(THERE, Mac::BROADCAST);
    group.bench_function("bridge/flood to 3", |b| {
        b.iter(|| bench.cross(Direction::Up, black_box(&unknown), at));
    });
}

fn layers(criterion: &mut Criterion) {
    for len in [46, 1500] {
        let body: Vec<u8> = (0..=u8::MAX).cycle().take(len).collect();
        let mut group = criterion.benchmark_group(format!("{len} octets"));
        group.throughput(Throughput::Bytes(len.try_into().unwrap_or(0)));
        let mut carry = Bench::new(Burst);
        group.bench_function("carry", |b| b.iter(|| carry.pdu(black_box(&body), ici())));
        both_ways(&mut group, Burst, &body);
        both_ways(&mut group, FrameCheck::default(), &body);
        both_ways(&mut group, Hdlc::default(), &body);
        both_ways(&mut group, Ppp::new(), &body);
        both_ways(&mut group, Ethernet::new(THERE), &body);
        both_ways(&mut group, resolved(), &body);
        bridge(&mut group, &body);
        group.bench_function("crc-32 alone", |b| {
            b.iter(|| frame_check::checksum(black_box(&body)));
        });
        group.finish();
    }
}

criterion_group!(benches, layers);
criterion_main!(benches);
