//! What neighbour discovery costs for each packet, with one neighbour and with a full cache, and
//! when somebody floods it (RFC 6583).
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot start may stop")]

use core::net::Ipv6Addr;

use criterion::{Criterion, criterion_group, criterion_main};
use layercake_base::{
    Context, Direction, Ici, Item, Layer, Mac, Outbox, Pdu, Room, World,
};
use layercake_network::ndp::message::NeighborSolicitation;
use layercake_network::ndp::option::Opt;
use layercake_network::{Ndp, Protocol, ipv6};

/// The EtherType of IPv6.
const IPV6: u16 = 0x86dd;
/// Neighbours of a full cache.
const FULL: u16 = 512;

fn here() -> Ipv6Addr {
    neighbour(0)
}

fn neighbour(number: u16) -> Ipv6Addr {
    Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, number + 1)
}

fn packets(c: &mut Criterion) {
    let mut group = c.benchmark_group("neighbour discovery, with a fresh PDU each time");
    let packet = packet(here(), neighbour(1), Protocol::UDP, &[0; 64]);
    let mut bench = Bench::new();
    group.bench_function("the fresh PDU alone", |b| b.iter(|| bench.pdu(&packet)));
    for (what, neighbours) in [("one neighbour", 1), ("512 neighbours", FULL)] {
        let mut ndp = knowing(&mut bench, neighbours);
        group.bench_function(format!("send, {what}"), |b| {
            b.iter(|| bench.send(&mut ndp, &packet, neighbour(1)));
        });
        group.bench_function(format!("hand up, {what}"), |b| {
            b.iter(|| bench.receive(&mut ndp, &packet));
        });
        let question = question(1);
        group.bench_function(format!("answer a question, {what}"), |b| {
            b.iter(|| bench.receive(&mut ndp, &question));
        });
    }
}

fn floods(c: &mut Criterion) {
    let mut group = c.benchmark_group("neighbour discovery in a flood, for each packet");
    let packet = packet(here(), neighbour(1), Protocol::UDP, &[0; 64]);
    let mut bench = Bench::new();
    let mut ndp = knowing(&mut bench, FULL - 64);
    let mut number: u128 = 1 << 64;
    group.bench_function("to neighbours that are not there", |b| {
        b.iter(|| {
            number += 1;
            bench.send(&mut ndp, &packet, Ipv6Addr::from_bits(number));
        });
    });
    let mut ndp = knowing(&mut bench, FULL);
    let questions: Vec<_> = (FULL..8 * FULL).map(question).collect();
    let mut questions = questions.iter().cycle();
    group.bench_function("of questions from strangers", |b| {
        b.iter(|| bench.receive(&mut ndp, questions.next().unwrap()));
    });
}

/// A layer with so many neighbours, who have asked for it.
fn knowing(bench: &mut Bench, neighbours: u16) -> Ndp {
    let mut ndp = Ndp::new(Mac::local(1), vec![(here(), 64)]);
    for number in 1..=neighbours {
        bench.receive(&mut ndp, &question(number));
    }
    ndp
}

/// A neighbour's question for us.
fn question(number: u16) -> Vec<u8> {
    let message = NeighborSolicitation {
        target_address: here(),
    };
    let options = [Opt::SourceLinkLayerAddress(Mac::local(number + 1))];
    let mut octets = [0; 32];
    let ends = (neighbour(number), here());
    message.encode(&options, &mut octets, ends).unwrap();
    packet(ends.0, ends.1, Protocol::ICMPV6, &octets)
}

fn packet(
    source: Ipv6Addr,
    destination: Ipv6Addr,
    next_header: Protocol,
    data: &[u8],
) -> Vec<u8> {
    let header = ipv6::Header {
        traffic_class: 0,
        flow_label: 0,
        payload_length: u16::try_from(data.len()).unwrap(),
        next_header,
        hop_limit: 255,
        source,
        destination,
    };
    [&header.encode()[..], data].concat()
}

struct Bench {
    world: World,
    inside: Outbox,
    outside: Outbox,
}

impl Bench {
    fn new() -> Self {
        Bench {
            world: World::new(1, 1024),
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

    fn receive(&mut self, ndp: &mut Ndp, octets: &[u8]) {
        let mut pdu = self.pdu(octets);
        pdu.set_ici(|own| own.next = IPV6);
        self.deliver(ndp, Item::Pdu(Direction::Up, pdu));
    }

    fn send(&mut self, ndp: &mut Ndp, octets: &[u8], to: Ipv6Addr) {
        let mut pdu = self.pdu(octets);
        pdu.set_ici(|own| {
            *own = Ici {
                next_hop: Some(to.into()),
                next: IPV6,
                ..Ici::NONE
            }
        });
        self.deliver(ndp, Item::Pdu(Direction::Down, pdu));
    }

    fn deliver(&mut self, ndp: &mut Ndp, item: Item) {
        let spec = ndp.spec();
        let room = Room { head: 14, tail: 4 };
        let mut cx = Context::new(&mut self.world, &mut self.outside);
        cx.deliver(ndp, &spec, &mut self.inside, room, item);
        while self.inside.pop().is_some() {}
    }
}

criterion_group!(benches, packets, floods);
criterion_main!(benches);
