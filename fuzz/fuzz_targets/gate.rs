//! Any packets at a gate: a NAT with a filter above it, from both sides, while time passes.
//!
//! ```text
//! +---------+------------------+---------- - - ----+
//! | control | length, 2 octets |  packet           |  and so on, at most PACKETS
//! +---------+------------------+---------- - - ----+
//! ```
//! Control, from the least significant bit: 2 bits where it comes from and goes to; whether to aim
//! it at the outside address; to repair the checksum of the IPv4 header; to repair that of ICMP;
//! whether the link sends it back; 2 bits how much time passes then.
//!
//! Whatever they are: one packet sets free no more than those that waited for it; what leaves
//! outside has the outside source and a right header checksum; all timers end. What is a rule as
//! text is the same rule when it is written and read again.
#![no_main]

use core::time::Duration;

use layercake_base::{
    Bounce, Context, Direction, Ici, Instant, Item, Layer, Outbox, Room, World, checksum,
};
use layercake_network::filter::Rule;
use layercake_network::nat::{Config, Endpoint, Forward, Outside, Transport};
use layercake_network::{Filter, Nat};

/// Packets of one input.
const PACKETS: usize = 64;
/// A packet and the fragments that may have waited for it.
const AT_ONCE: usize = 17;
const OUTSIDE: u16 = 1;
const ADDRESS: [u8; 4] = [203, 0, 113, 1];
const RULES: [&str; 5] = [
    "drop in on 1 from 10.0.0.0/8",
    "accept tcp established",
    "reject out udp to any port 137-139",
    "accept fragments",
    "drop in icmpv6 type 137 code 0",
];
const PAUSES: [u64; 4] = [0, 1, 61, 8000];

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    if let Ok(text) = core::str::from_utf8(input)
        && let Ok(rule) = text.parse::<Rule>()
    {
        assert_eq!(rule.to_string().parse(), Ok(rule));
    }
    let mut gate = Gate::new();
    let mut rest = input;
    for _ in 0..PACKETS {
        let Some(([control, high, low], behind)) = rest.split_first_chunk::<3>() else {
            break;
        };
        let length = usize::from(u16::from_be_bytes([*high, *low]));
        let (packet, behind) = behind.split_at(length.min(behind.len()).min(2000));
        gate.packet(*control, packet.to_vec());
        rest = behind;
    }
    gate.pass(3 * 3600);
    assert_eq!(gate.nat.deadline(), None, "everything is given up");
});

struct Gate {
    nat: Nat,
    filter: Filter,
    world: World,
    outside: Outbox,
}

impl Gate {
    fn new() -> Self {
        let outside = Outside {
            port: OUTSIDE,
            address: ADDRESS.into(),
        };
        let forward = Forward {
            transport: Transport::Tcp,
            outside: Endpoint::new(outside.address, 80),
            inside: Endpoint::new([10, 0, 0, 2].into(), 80),
        };
        let rule = |text: &str| text.parse::<Rule>().expect("it is a rule");
        Gate {
            nat: Nat::new(Config {
                outside: vec![outside],
                forwards: vec![forward],
                mappings: 8,
                connections: 8,
            }),
            filter: Filter::new(RULES.map(rule).to_vec()),
            world: World::new(1, 64),
            outside: Outbox::default(),
        }
    }

    fn packet(&mut self, control: u8, mut octets: Vec<u8>) {
        if control & 0b100 != 0 && octets.len() >= 20 {
            octets[16..20].copy_from_slice(&ADDRESS);
        }
        let header = 4 * usize::from(octets.first().copied().unwrap_or_default() & 0xf);
        if control & 0b1_0000 != 0 {
            repair(octets.get_mut(header..), 2);
        }
        if control & 0b1000 != 0 {
            repair(octets.get_mut(..header), 10);
        }
        let way = match control & 0b10 {
            0 => Direction::Down,
            _ => Direction::Up,
        };
        let port = u16::from(control & 1);
        let bounce = control & 0b10_0000 != 0 && way == Direction::Up;
        let ici = Ici {
            port,
            bounce: bounce.then_some(Bounce::NoNeighbour),
            ..Ici::NONE
        };
        let room = Room { head: 64, tail: 16 };
        let Some(mut pdu) = self.world.pool.allocate(room, octets.len()) else {
            return; // those that wait for their first fragments have it
        };
        pdu.octets_mut().copy_from_slice(&octets);
        pdu.arrive();
        pdu.set_ici(|own| *own = ici);
        self.carry(way, pdu);
        self.pass(PAUSES[usize::from(control >> 6)]);
    }

    /// Down through the filter and the NAT, or up.
    fn carry(&mut self, way: Direction, pdu: layercake_base::Pdu) {
        let item = Item::Pdu(way, pdu);
        match way {
            Direction::Down => {
                for item in call(
                    &mut self.filter,
                    &mut self.world,
                    &mut self.outside,
                    Some(item),
                ) {
                    if let Item::Pdu(Direction::Down, _) = item {
                        let out = call(
                            &mut self.nat,
                            &mut self.world,
                            &mut self.outside,
                            Some(item),
                        );
                        judge(&out);
                    }
                }
            }
            Direction::Up => {
                let up = call(
                    &mut self.nat,
                    &mut self.world,
                    &mut self.outside,
                    Some(item),
                );
                assert!(up.len() <= AT_ONCE);
                for item in up {
                    call(
                        &mut self.filter,
                        &mut self.world,
                        &mut self.outside,
                        Some(item),
                    );
                }
            }
        }
    }

    /// Seconds pass, and timers with them.
    fn pass(&mut self, seconds: u64) {
        let end = self.world.now + Duration::from_secs(seconds);
        while let Some(at) = self.nat.deadline().filter(|at| *at <= end) {
            self.world.now = self.world.now.max(at);
            call(&mut self.nat, &mut self.world, &mut self.outside, None);
            assert!(
                self.nat.deadline().is_none_or(|next| next > at),
                "it moves on"
            );
        }
        self.world.now = Instant::max(self.world.now, end);
    }
}

/// What a layer hands out.
fn call(
    layer: &mut impl Layer,
    world: &mut World,
    outside: &mut Outbox,
    item: Option<Item>,
) -> Vec<Item> {
    let (spec, room) = (layer.spec(), Room { head: 14, tail: 4 });
    let mut out = Outbox::new(64);
    let mut cx = Context::new(world, outside);
    match item {
        Some(item) => cx.deliver(layer, &spec, &mut out, room, item),
        None => cx.fire(layer, &spec, &mut out, room),
    }
    core::iter::from_fn(|| out.pop()).collect()
}

/// What goes down outside: nobody's inside address, and a right header.
fn judge(out: &[Item]) {
    assert!(out.len() <= AT_ONCE);
    for item in out {
        let Item::Pdu(Direction::Down, pdu) = item else {
            continue;
        };
        let octets = pdu.octets();
        let one = octets.len() >= 20 && octets[0] >> 4 == 4 && octets[16] < 224;
        if one && pdu.ici().port == OUTSIDE {
            assert_eq!(octets[12..16], ADDRESS);
            let header = 4 * usize::from(octets[0] & 0xf);
            assert_eq!(checksum::internet(&octets[..header]), 0);
        }
    }
}

fn repair(part: Option<&mut [u8]>, at: usize) {
    if let Some(part) = part
        && part.len() >= at + 2
    {
        part[at..at + 2].fill(0);
        let sum = checksum::internet(part).to_be_bytes();
        part[at..at + 2].copy_from_slice(&sum);
    }
}
