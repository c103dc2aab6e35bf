//! What NAT costs for each packet, and the memory of its tables when they are full.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot start may stop")]

use std::alloc::System;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use etherparse::PacketBuilder;
use layercake_base::{Context, Direction, Ici, Item, Layer, Outbox, Room, World};
use layercake_network::Nat;
use layercake_network::nat::{Config, Outside};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const PEER: [u8; 4] = [192, 0, 2, 9];

struct Bench {
    nat: Nat,
    world: World,
    inside: Outbox,
    outside: Outbox,
}

impl Bench {
    fn new() -> Self {
        let address = [203, 0, 113, 1].into();
        let outside = vec![Outside { port: 1, address }];
        Bench {
            nat: Nat::new(Config {
                outside,
                ..Config::default()
            }),
            world: World::new(1, 8),
            inside: Outbox::default(),
            outside: Outbox::default(),
        }
    }

    fn carry(&mut self, way: Direction, octets: &[u8]) {
        let room = Room { head: 64, tail: 16 };
        let mut pdu = self.world.pool.allocate(room, octets.len()).unwrap();
        pdu.octets_mut().copy_from_slice(octets);
        pdu.set_ici(|ici| *ici = Ici { port: 1, ..*ici });
        let spec = self.nat.spec();
        let room = Room { head: 14, tail: 4 };
        let mut cx = Context::new(&mut self.world, &mut self.outside);
        let item = Item::Pdu(way, pdu);
        cx.deliver(&mut self.nat, &spec, &mut self.inside, room, item);
        while let Some(item) = self.inside.pop() {
            black_box(item);
        }
    }
}

fn udp(from: [u8; 4], to: [u8; 4], ports: (u16, u16)) -> Vec<u8> {
    let mut octets = Vec::new();
    let builder = PacketBuilder::ipv4(from, to, 64).udp(ports.0, ports.1);
    builder.write(&mut octets, &[7; 64]).unwrap();
    octets
}

fn syn(from: [u8; 4], ports: (u16, u16)) -> Vec<u8> {
    let mut octets = Vec::new();
    let builder = PacketBuilder::ipv4(from, PEER, 64);
    let builder = builder.tcp(ports.0, ports.1, 1, 1024).syn();
    builder.write(&mut octets, &[]).unwrap();
    octets
}

/// So many hosts inside with a mapping each.
fn filled(mappings: u16) -> Bench {
    let mut bench = Bench::new();
    for n in 0..mappings {
        let [high, low] = n.to_be_bytes();
        let packet = udp([10, 0, high, low], PEER, (40_000, 53));
        bench.carry(Direction::Down, &packet);
    }
    bench
}

fn packets(c: &mut Criterion) {
    let mut group = c.benchmark_group("nat, a datagram with a fresh PDU each time");
    for mappings in [1, 4096] {
        let mut bench = filled(mappings);
        let out = udp([10, 0, 0, 0], PEER, (40_000, 53));
        let back = udp(PEER, [203, 0, 113, 1], (53, 40_000));
        group.bench_function(format!("out, {mappings} mappings"), |b| {
            b.iter(|| bench.carry(Direction::Down, &out));
        });
        group.bench_function(format!("in, {mappings} mappings"), |b| {
            b.iter(|| bench.carry(Direction::Up, &back));
        });
    }
}

fn memory(_: &mut Criterion) {
    let held = |region: &Region<'_, System>| {
        let change = region.change();
        change.bytes_allocated - change.bytes_deallocated
    };
    let region = Region::new(ALLOCATOR);
    let bench = filled(4096);
    let mappings = held(&region);
    println!(
        "4096 mappings of UDP: {mappings} octets, {} each",
        mappings / 4096
    );
    drop(bench);
    let region = Region::new(ALLOCATOR);
    let mut bench = Bench::new();
    for n in 0..8192_u16 {
        let [high, low] = (n / 2).to_be_bytes();
        bench.carry(
            Direction::Down,
            &syn([10, 0, high, low], (40_000, 80 + n % 2)),
        );
    }
    let all = held(&region);
    println!("4096 mappings and 8192 connections of TCP: {all} octets");
}

criterion_group!(benches, packets, memory);
criterion_main!(benches);
