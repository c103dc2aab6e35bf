//! What the network layers cost for each packet, beside etherparse where it does the same.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot start may stop")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use layercake_base::{Context, Direction, Ici, Item, Layer, Outbox, Pdu, Room, World};
use layercake_network::{Icmp, Icmpv6, Ipv4, Ipv6, Protocol, icmp, icmpv6, ipv4, ipv6};

fn codec(c: &mut Criterion) {
    let octets = echo_to([10, 9, 2, 2]);
    let mut group = c.benchmark_group("IPv4 header, decode and verify");
    group.bench_function("ours", |b| {
        b.iter(|| ipv4::Header::decode(black_box(&octets)));
    });
    group.bench_function("etherparse", |b| {
        b.iter(|| {
            let (header, _) =
                etherparse::Ipv4Header::from_slice(black_box(&octets)).unwrap();
            header.calc_header_checksum() == header.header_checksum
        });
    });
}

fn layers(c: &mut Criterion) {
    let mut group = c.benchmark_group("layer, with a fresh PDU each time");
    let mut bench = Bench::new();
    let (through, here) = (echo_to([10, 9, 2, 2]), echo_to([10, 9, 1, 1]));
    let nowhere = echo_to([192, 0, 2, 1]);
    let (_, message) = here.split_at(20);
    group.bench_function("the fresh PDU alone", |b| b.iter(|| bench.pdu(&through)));
    let mut router = router();
    for (what, octets) in [
        ("forward", &through),
        ("deliver", &here),
        ("report no route", &nowhere),
    ] {
        group.bench_function(what, |b| b.iter(|| bench.receive(&mut router, octets)));
    }
    for (what, dont_fragment) in [("send", false), ("send, not to be cut", true)] {
        let ici = Ici {
            destination: Some([10, 9, 2, 2].into()),
            next: 17,
            dont_fragment,
            ..Ici::NONE
        };
        group.bench_function(what, |b| b.iter(|| bench.send(&mut router, message, ici)));
    }
    let mut icmp = Icmp::new();
    group.bench_function("answer an echo", |b| {
        b.iter(|| bench.receive(&mut icmp, message));
    });
}

fn layers_v6(c: &mut Criterion) {
    let mut group = c.benchmark_group("layer for IPv6, with a fresh PDU each time");
    let mut bench = Bench::new();
    let (through, here) = (echo_v6_to("fd09:2::2"), echo_v6_to("fd09:1::1"));
    let nowhere = echo_v6_to("2001:db8::1");
    let (_, message) = here.split_at(40);
    group.bench_function("the fresh PDU alone", |b| b.iter(|| bench.pdu(&through)));
    let mut router = router_v6();
    for (what, octets) in [
        ("forward", &through),
        ("deliver", &here),
        ("report no route", &nowhere),
    ] {
        group.bench_function(what, |b| b.iter(|| bench.receive(&mut router, octets)));
    }
    let ici = Ici {
        destination: Some("fd09:2::2".parse().unwrap()),
        next: 17,
        ..Ici::NONE
    };
    group.bench_function("send", |b| b.iter(|| bench.send(&mut router, message, ici)));
    let mut icmp = Icmpv6::new();
    let asked = Ici {
        source: Some("fd09:1::2".parse().unwrap()),
        destination: Some("fd09:1::1".parse().unwrap()),
        ..Ici::NONE
    };
    group.bench_function("answer an echo", |b| {
        b.iter(|| {
            let mut pdu = bench.pdu(message);
            pdu.set_ici(|own| *own = asked);
            bench.deliver(&mut icmp, Item::Pdu(Direction::Up, pdu));
        });
    });
}

/// An echo of 56 octets, as ping sends it.
fn echo_v6_to(destination: &str) -> Vec<u8> {
    let ends = ("fd09:1::2".parse().unwrap(), destination.parse().unwrap());
    let echo = icmpv6::Echo {
        reply: false,
        identifier: 7,
        sequence_number: 1,
    };
    let mut message = [0; 64];
    echo.encode(&mut message, ends).unwrap();
    let header = ipv6::Header {
        traffic_class: 0,
        flow_label: 0x12345,
        payload_length: 64,
        next_header: Protocol::ICMPV6,
        hop_limit: 64,
        source: ends.0,
        destination: ends.1,
    };
    [&header.encode()[..], &message].concat()
}

fn router_v6() -> Ipv6 {
    let interface = |port, address: &str| ipv6::Interface {
        port,
        addresses: vec![(address.parse().unwrap(), 64)],
        mtu: 1500,
        point_to_point: false,
    };
    Ipv6::new(ipv6::Config {
        interfaces: vec![interface(0, "fd09:1::1"), interface(1, "fd09:2::1")],
        forward: true,
        ..ipv6::Config::default()
    })
}

/// An echo of 56 octets, as ping sends it.
fn echo_to(destination: [u8; 4]) -> Vec<u8> {
    let echo = icmp::Echo {
        reply: false,
        identifier: 7,
        sequence_number: 1,
    };
    let mut message = [0; 64];
    echo.encode(&mut message).unwrap();
    let source = [10, 9, 1, 2].into();
    let header = ipv4::Header::new(source, destination.into(), Protocol::ICMP, 64);
    let mut front = [0; 20];
    header.encode(&mut front).unwrap();
    [&front[..], &message].concat()
}

fn router() -> Ipv4 {
    let interface = |port, address: [u8; 4]| ipv4::Interface {
        port,
        address: address.into(),
        prefix_len: 24,
        mtu: 1500,
    };
    Ipv4::new(ipv4::Config {
        interfaces: vec![interface(0, [10, 9, 1, 1]), interface(1, [10, 9, 2, 1])],
        forward: true,
        ..ipv4::Config::default()
    })
}

struct Bench {
    world: World,
    inside: Outbox,
    outside: Outbox,
}

impl Bench {
    fn new() -> Self {
        Bench {
            world: World::new(1, 8),
            inside: Outbox::default(),
            outside: Outbox::default(),
        }
    }

    fn pdu(&mut self, octets: &[u8]) -> Pdu {
        let room = Room { head: 64, tail: 16 };
        let mut pdu = self.world.pool.allocate(room, octets.len()).unwrap();
        pdu.octets_mut().copy_from_slice(octets);
        pdu
    }

    fn receive(&mut self, layer: &mut impl Layer, octets: &[u8]) {
        let pdu = self.pdu(octets);
        self.deliver(layer, Item::Pdu(Direction::Up, pdu));
    }

    fn send(&mut self, layer: &mut impl Layer, octets: &[u8], ici: Ici) {
        let mut pdu = self.pdu(octets);
        pdu.set_ici(|own| *own = ici);
        self.deliver(layer, Item::Pdu(Direction::Down, pdu));
    }

    fn deliver(&mut self, layer: &mut impl Layer, item: Item) {
        let (spec, room) = (layer.spec(), Room { head: 14, tail: 4 });
        Context::new(&mut self.world, &mut self.outside).deliver(
            layer,
            &spec,
            &mut self.inside,
            room,
            item,
        );
        while let Some(item) = self.inside.pop() {
            black_box(item);
        }
    }
}

criterion_group!(benches, codec, layers, layers_v6);
criterion_main!(benches);
