//! Packets per second through one router: IPv4 over PPP, in by the line and out by it again.
//!
//! Beside it, in the same run, what no router can do without: the same octets taken in, their
//! header checked, the address looked up among the same routes, time to live and checksum
//! changed in place; no layers, no rules, no errors ("by hand"). And a copy of the octets alone.
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot start may stop")]

use core::net::Ipv4Addr;
use std::hint::black_box;
use std::time::Instant as Clock;

use layercake_base::{
    Context, Direction, Ici, Item, Layer, Outbox, Pdu, Room, Spec, World, checksum,
};
use layercake_datalink::Ppp;
use layercake_network::ipv4::{Config, Header, Interface};
use layercake_network::route::{Prefix, Route, Table};
use layercake_network::{Ipv4, Protocol};
use layercake_tower::{Ports, Stack, Tower};

/// Packets in a batch, and batches.
const BATCH: u32 = 200;
const BATCHES: usize = 3000;

const NEXT: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);

/// A thousand networks beyond the neighbour.
fn routes() -> Vec<Route> {
    let network = |n: u32| Ipv4Addr::from_bits(0xc612_0000 + (n << 8)); // from 198.18.0.0
    let route = |n| Route {
        prefix: Prefix::new(network(n).into(), 24).unwrap(),
        next_hop: Some(NEXT.into()),
        port: 0,
        metric: 1,
    };
    (0..1000).map(route).collect()
}

fn ipv4() -> Ipv4 {
    Ipv4::new(Config {
        interfaces: vec![Interface {
            port: 0,
            address: Ipv4Addr::new(10, 0, 0, 1),
            prefix_len: 30,
            mtu: 1500,
        }],
        routes: routes(),
        forward: true,
        redirects: false, // it goes back where it came from
        ..Config::default()
    })
}

fn packet(octets: usize) -> Vec<u8> {
    let source = Ipv4Addr::new(192, 0, 2, 1);
    let destination = Ipv4Addr::new(198, 18, 77, 5);
    let data = u16::try_from(octets - Header::SHORTEST).unwrap();
    let header = Header::new(source, destination, Protocol::UDP, data);
    let mut packet = vec![0x5a; octets];
    header.encode(&mut packet).unwrap();
    packet
}

/// The packet as it comes by the line.
fn frame(packet: &[u8]) -> Vec<u8> {
    [&[0xff, 0x03, 0x00, 0x21], packet].concat()
}

struct Rig {
    world: World,
    outer: Outbox,
    out: Outbox,
}

impl Rig {
    fn new() -> Self {
        let (world, outer, out) =
            (World::new(1, 8), Outbox::default(), Outbox::default());
        Rig { world, outer, out }
    }

    fn pdu(&mut self, octets: &[u8]) -> Pdu {
        let room = Room { head: 16, tail: 16 };
        let mut pdu = self.world.pool.allocate(room, octets.len()).unwrap();
        pdu.octets_mut().copy_from_slice(octets);
        pdu.arrive();
        pdu.set_ici(|own| *own = Ici::NONE);
        pdu
    }

    fn through<L: Layer>(&mut self, router: &mut L, spec: &Spec, frame: &[u8]) -> Pdu {
        let pdu = self.pdu(frame);
        let mut cx = Context::new(&mut self.world, &mut self.outer);
        let item = Item::Pdu(Direction::Up, pdu);
        cx.deliver(router, spec, &mut self.out, Room::default(), item);
        match self.out.pop() {
            Some(Item::Pdu(Direction::Down, pdu)) => pdu,
            other => unreachable!("{other:?}"),
        }
    }

    /// What a packet takes through a router.
    fn routing(&mut self, mut router: impl Layer, frame: &[u8]) -> f64 {
        let spec = router.spec();
        fastest(|| drop(black_box(self.through(&mut router, &spec, frame))))
    }
}

/// What no router can do without.
fn by_hand(table: &Table, octets: &mut [u8]) -> Option<u16> {
    let header = Header::decode(octets).ok()?;
    let route = table.choose(header.destination.into(), || 0)?;
    let (left, port) = (header.time_to_live.checked_sub(1)?, route.port);
    let header: &mut [u8; 20] = octets.first_chunk_mut()?;
    (header[8], header[10], header[11]) = (left, 0, 0);
    [header[10], header[11]] = checksum::internet(header).to_be_bytes();
    Some(port)
}

/// The fastest of many batches, in nanoseconds for one: what else runs on the machine makes a
/// batch slower, and never faster.
fn fastest(mut once: impl FnMut()) -> f64 {
    let batch = || {
        let start = Clock::now();
        (0..BATCH).for_each(|_| once());
        start.elapsed().as_secs_f64()
    };
    let times = core::iter::repeat_with(batch).take(BATCHES);
    times.fold(f64::INFINITY, f64::min) * 1e9 / f64::from(BATCH)
}

fn print(octets: usize, what: &str, nanos: f64) {
    let rate = 1000.0 / nanos;
    println!("{octets:5} octets  {what:<24} {nanos:7.1} ns  {rate:6.2} million a second");
}

fn forward(octets: usize) {
    let packet = packet(octets);
    let frame = frame(&packet);
    let mut rig = Rig::new();
    let copy = fastest(|| drop(black_box(rig.pdu(&packet))));
    print(octets, "a copy alone", copy);
    let table = Table::new(routes());
    let hand = fastest(|| {
        let mut pdu = rig.pdu(&packet);
        black_box(by_hand(&table, black_box(pdu.octets_mut())).unwrap());
    });
    print(octets, "by hand", hand);
    let fixed = Stack::new(ipv4(), Ppp::new()).unwrap();
    let boxed = Tower::builder().layer(ipv4()).layer(Ppp::new());
    let ports = Ports::new(vec![Box::new(Ppp::new()), Box::new(Ppp::new())]).unwrap();
    let wide = Tower::builder().layer(ipv4()).layer(ports);
    let routed = |what, nanos| print(octets, what, nanos);
    routed("static", rig.routing(fixed, &frame));
    routed("boxed", rig.routing(boxed.build().unwrap(), &frame));
    routed(
        "boxed, above two ports",
        rig.routing(wide.build().unwrap(), &frame),
    );
}

fn main() {
    [64, 1500].into_iter().for_each(forward);
}
