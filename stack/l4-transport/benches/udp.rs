//! What UDP costs for each datagram, beside etherparse where it does the same.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot start may stop")]

use std::hint::black_box;
use std::net::IpAddr;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use layercake_base::{Context, Direction, Ici, Item, Layer, Outbox, Room, World};
use layercake_transport::{Udp, udp};

const SOURCE: [u8; 4] = [10, 9, 1, 2];
const DESTINATION: [u8; 4] = [10, 9, 2, 2];

fn sum(c: &mut Criterion) {
    for length in [16_u16, 512, 1472] {
        let data: Vec<u8> = (0..=255).cycle().take(length.into()).collect();
        let mut group = c.benchmark_group(format!("UDP checksum of {length} octets"));
        group.throughput(Throughput::Bytes(length.into()));
        let header = header(length + 8);
        let datagram = [&header.encode()[..], &data].concat();
        group.bench_function("ours", |b| {
            let (source, destination) = (SOURCE.into(), DESTINATION.into());
            b.iter(|| udp::checksum(source, destination, black_box(&datagram)));
        });
        let theirs = etherparse::UdpHeader::from_bytes(header.encode());
        group.bench_function("etherparse", |b| {
            b.iter(|| {
                theirs.calc_checksum_ipv4_raw(SOURCE, DESTINATION, black_box(&data))
            });
        });
    }
}

fn layer(c: &mut Criterion) {
    let mut group = c.benchmark_group("layer, 64 octets, with a fresh PDU each time");
    let (mut world, mut outside) = (World::new(1, 4), Outbox::default());
    let mut inside = Outbox::default();
    let sent = Ici {
        source: Some(IpAddr::from(SOURCE)),
        destination: Some(IpAddr::from(DESTINATION)),
        destination_port: 9,
        ..Ici::NONE
    };
    let datagram = [&header(72).encode()[..], &[7; 64]].concat();
    let mut udp = Udp::new();
    udp.bind(9);
    let spec = udp.spec();
    let (down, up) = (("send", Direction::Down), ("receive", Direction::Up));
    for ((what, direction), octets) in [(down, &[7; 64][..]), (up, &datagram)] {
        group.bench_function(what, |b| {
            b.iter(|| {
                let room = Room { head: 64, tail: 0 };
                let mut pdu = world.pool.allocate(room, octets.len()).unwrap();
                pdu.octets_mut().copy_from_slice(octets);
                pdu.set_ici(|ici| *ici = sent);
                let item = Item::Pdu(direction, pdu);
                Context::new(&mut world, &mut outside).deliver(
                    &mut udp,
                    &spec,
                    &mut inside,
                    room,
                    item,
                );
                black_box(inside.pop()).unwrap()
            });
        });
    }
}

/// A header whose checksum is right for so many octets of 7 behind it.
fn header(length: u16) -> udp::Header {
    let header = udp::Header {
        source_port: 7,
        destination_port: 9,
        length,
        checksum: 0,
    };
    let mut datagram = header.encode().to_vec();
    datagram.resize(length.into(), 7);
    let checksum = udp::checksum(SOURCE.into(), DESTINATION.into(), &datagram);
    udp::Header { checksum, ..header }
}

criterion_group!(benches, sum, layer);
criterion_main!(benches);
