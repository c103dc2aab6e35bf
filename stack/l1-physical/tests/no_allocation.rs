//! Carrying a PDU allocates nothing, once scratch memory and slots have grown: every line code,
//! down and up, also what is refused, and behind noise.
//!
//! One test only: the allocator counts what every thread does.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a panic is a failed test"
)]

use std::alloc::System;

use layercake_base::{Context, Direction, Item, Layer, Outbox, Reason, Room, World};
use layercake_physical::{Coded, LineCode, Preamble, code};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static COUNTED: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

struct Run {
    world: World,
    outbox: Outbox,
    /// What came out last.
    line: Vec<u8>,
}

impl Run {
    fn pass(
        &mut self,
        layer: &mut impl Layer,
        way: Direction,
        octets: &[u8],
    ) -> Result<(), Reason> {
        let room = Room { head: 8, tail: 0 };
        let mut pdu = self.world.pool.allocate(room, octets.len()).unwrap();
        pdu.octets_mut().copy_from_slice(octets);
        let mut cx = Context::new(&mut self.world, &mut self.outbox);
        match way {
            Direction::Down => layer.send(pdu, &mut cx)?,
            Direction::Up => layer.receive(pdu, &mut cx)?,
        }
        let Some(Item::Pdu(_, pdu)) = self.outbox.pop() else {
            panic!("nothing came out");
        };
        self.line.clear();
        self.line.extend_from_slice(pdu.octets());
        Ok(())
    }

    /// There and back, and once more with one octet of symbols damaged and with noise in front.
    fn mixture(&mut self, layer: &mut impl Layer, heard: &mut Vec<u8>) {
        for len in [0, 1, 64, 1500] {
            let octets = &[0x5a; 1500][..len];
            self.pass(layer, Direction::Down, octets).unwrap();
            heard.clear();
            heard.extend_from_slice(&self.line);
            self.pass(layer, Direction::Up, heard).unwrap();
            assert_eq!(self.line, octets);
            if let Some(octet) = heard.get_mut(20) {
                *octet ^= 0b0000_0100;
            }
            let _ = self.pass(layer, Direction::Up, heard);
            if let Some(octet) = heard.get_mut(20) {
                *octet ^= 0b0000_0100;
            }
            heard.splice(0..0, [0b0110_0001, 0x33, 0x99, 0x0f]);
            let _ = self.pass(layer, Direction::Up, heard);
        }
    }
}

#[test]
fn carrying_a_pdu_over_any_line_code_allocates_nothing() {
    let mut run = Run {
        world: World::new(1, 4),
        outbox: Outbox::new(4),
        line: Vec::with_capacity(16_384),
    };
    let mut heard = Vec::with_capacity(16_384);
    let codes = code::NAMES.iter().map(|name| code::named(name).unwrap());
    let mut layers: Vec<_> = codes.map(Coded::new).collect();
    let mut preamble = Preamble::new();
    for warm in [false, true] {
        for layer in &mut layers {
            let region = Region::new(COUNTED);
            run.mixture(layer, &mut heard);
            let count = region.change().allocations + region.change().reallocations;
            assert!(!warm || count == 0, "{}: {count}", layer.code().name());
        }
        let region = Region::new(COUNTED);
        run.mixture(&mut preamble, &mut heard);
        let count = region.change().allocations + region.change().reallocations;
        assert!(!warm || count == 0, "preamble: {count}");
    }
}
