//! Any octets come in from below to the layers next to the medium, and go out from above.
#![no_main]

use layercake_base::{Context, Direction, Item, Layer, Outbox, Reason, Room, World};
use layercake_datalink::{Burst, FrameCheck};
use layercake_physical::{Manchester, manchester};

libfuzzer_sys::fuzz_target!(|octets: &[u8]| {
    let mut world = World::new(1, 8);
    comes_back(&mut world, &mut Manchester::new(), octets);
    comes_back(&mut world, &mut FrameCheck::default(), octets);
    comes_back(&mut world, &mut Burst, octets);
    cells(octets);
    assert_eq!(world.pool.in_use(), 0);
});

/// As a line these octets are refused or give a frame; as a frame they cross and come back whole.
fn comes_back(world: &mut World, layer: &mut impl Layer, octets: &[u8]) {
    let _ = pass(world, layer, Direction::Up, octets);
    let name = layer.spec().name;
    // Silence is no transmission.
    if octets.is_empty() && name == "burst" {
        return;
    }
    let line =
        pass(world, layer, Direction::Down, octets).expect("any frame can be sent");
    let frame =
        pass(world, layer, Direction::Up, &line).expect("what was sent is received");
    assert_eq!(frame, octets, "{name}");
}

/// The octets that a layer hands on for the ones that it is given.
fn pass(
    world: &mut World,
    layer: &mut impl Layer,
    direction: Direction,
    octets: &[u8],
) -> Result<Vec<u8>, Reason> {
    let room = Room { head: 64, tail: 64 };
    let mut pdu = world
        .pool
        .allocate(room, octets.len())
        .expect("a PDU is free");
    pdu.octets_mut().copy_from_slice(octets);
    let mut outbox = Outbox::default();
    let mut cx = Context::new(world, &mut outbox);
    match direction {
        Direction::Down => layer.send(pdu, &mut cx)?,
        Direction::Up => layer.receive(pdu, &mut cx)?,
    }
    match outbox.pop() {
        Some(Item::Pdu(way, pdu)) if way == direction => Ok(pdu.octets().to_vec()),
        other => panic!("{} handed on {other:?}", layer.spec().name),
    }
}

/// Symbols that decode are exactly those that the octets encode to.
fn cells(symbols: &[u8]) {
    let mut octets = vec![0; symbols.len() / 2];
    if manchester::decode(symbols, &mut octets).is_ok() {
        let mut again = vec![0; symbols.len()];
        manchester::encode(&octets, &mut again);
        assert_eq!(again, symbols);
    }
}
