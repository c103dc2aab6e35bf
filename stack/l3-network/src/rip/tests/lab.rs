//! Routers on wires that take no time, without any layer below RIP.

use core::net::IpAddr;
use core::time::Duration;

use layercake_base::{
    Context, Direction, Ici, Instant, Item, Layer, Notice, Outbox, Pdu, Room, World,
};

use crate::rip::{Horizon, Interface, Rip, Settings, Version};
use crate::route::{Prefix, SharedTable};

pub(super) struct Lab {
    version: Version,
    pub(super) worlds: Vec<World>,
    pub(super) routers: Vec<Rip>,
    pub(super) tables: Vec<SharedTable>,
    /// Router and port at each end, and whether it carries anything.
    wires: Vec<([(usize, u16); 2], bool)>,
    pub(super) now: Instant,
    /// Messages so far.
    pub(super) messages: usize,
}

/// How a router speaks.
#[derive(Clone, Copy)]
pub(super) struct Manners {
    pub(super) version: Version,
    pub(super) horizon: Horizon,
    pub(super) triggered: bool,
}

pub(super) const USUAL: Manners = Manners {
    version: Version::V2,
    horizon: Horizon::Poisoned,
    triggered: true,
};

impl Lab {
    /// Routers joined by these wires; the network of wire n is 10.n.0.0/16 or fd00:n::/32. A
    /// wire that begins and ends at the same router is a network without other routers.
    pub(super) fn new(
        manners: Manners,
        routers: usize,
        wires: &[(usize, usize)],
    ) -> Self {
        let mut own: Vec<Vec<Interface>> = vec![Vec::new(); routers];
        let mut ends = Vec::new();
        for (number, (a, b)) in (0..).zip(wires) {
            let mut attach = |router: usize, host: u8| {
                let port = u16::try_from(own[router].len()).unwrap();
                let (address, network) = addresses(manners.version, number, host);
                own[router].push(Interface {
                    port,
                    address,
                    network,
                    cost: 1,
                });
                (router, port)
            };
            let first = attach(*a, 1);
            let second = if a == b { first } else { attach(*b, 2) };
            ends.push(([first, second], true));
        }
        let tables: Vec<_> = own.iter().map(|_| SharedTable::default()).collect();
        let routers = own.into_iter().zip(&tables).map(|(interfaces, table)| {
            let mut settings = Settings::new(manners.version, interfaces);
            (settings.horizon, settings.triggered) = (manners.horizon, manners.triggered);
            Rip::new(settings, table.clone())
        });
        Lab {
            version: manners.version,
            worlds: (0..)
                .zip(&tables)
                .map(|(n, _)| World::new(n, 512))
                .collect(),
            routers: routers.collect(),
            tables,
            wires: ends,
            now: Instant::ZERO,
            messages: 0,
        }
    }

    pub(super) fn run(&mut self, seconds: u64) {
        let end = self.now + Duration::from_secs(seconds);
        loop {
            let deadlines = self.routers.iter().map(|r| r.deadline().unwrap());
            let (at, router) = deadlines.zip(0..).min().unwrap();
            if at > end {
                break;
            }
            self.now = self.now.max(at);
            self.call(router, |rip, cx| rip.on_deadline(cx));
        }
        self.now = end;
    }

    /// Both ends hear that the wire is cut or joined.
    pub(super) fn set_link(&mut self, wire: usize, up: bool) {
        self.wires[wire].1 = up;
        for (router, port) in self.wires[wire].0 {
            let notice = if up {
                Notice::LinkUp { port }
            } else {
                Notice::LinkDown { port }
            };
            self.call(router, |rip, cx| rip.notice(notice, cx));
        }
    }

    /// Nobody hears that the wire carries nothing any more.
    pub(super) fn cut_silently(&mut self, wire: usize) {
        self.wires[wire].1 = false;
    }

    /// One router is called, and everybody who hears of it.
    pub(super) fn call(
        &mut self,
        router: usize,
        call: impl FnOnce(&mut Rip, &mut Context<'_>),
    ) -> usize {
        let (mut out, mut outside) = (Outbox::new(64), Outbox::new(64));
        let (rip, world) = (&mut self.routers[router], &mut self.worlds[router]);
        world.now = self.now;
        let mut cx = Context::new(world, &mut out);
        call(rip, &mut cx);
        let mut passed = 0;
        while let Some(item) = out.pop() {
            match item {
                Item::Pdu(Direction::Down, pdu) => self.transmit(router, &pdu),
                _ => passed += 1,
            }
        }
        assert!(outside.pop().is_none());
        passed
    }

    fn transmit(&mut self, router: usize, pdu: &Pdu) {
        self.messages += 1;
        let here = (router, pdu.ici().port);
        let ends = self.wires.iter().find(|(ends, _)| ends.contains(&here));
        let (ends, up) = *ends.unwrap();
        let Some((there, port)) = ends.into_iter().find(|end| *end != here) else {
            return;
        };
        if up {
            let ici = Ici { port, ..*pdu.ici() };
            self.hear(there, pdu.octets(), ici);
        }
    }

    /// A router gets a datagram.
    pub(super) fn hear(&mut self, router: usize, octets: &[u8], ici: Ici) -> usize {
        let (mut inside, mut outside) = (Outbox::new(64), Outbox::new(64));
        let room = Room { head: 28, tail: 0 };
        let (rip, world) = (&mut self.routers[router], &mut self.worlds[router]);
        world.now = self.now;
        let mut pdu = world.pool.allocate(room, octets.len()).unwrap();
        pdu.octets_mut().copy_from_slice(octets);
        pdu.arrive();
        pdu.set_ici(|own| *own = ici);
        let (spec, item) = (rip.spec(), Item::Pdu(Direction::Up, pdu));
        let mut cx = Context::new(world, &mut outside);
        cx.deliver(rip, &spec, &mut inside, room, item);
        let mut up = 0;
        while let Some(item) = inside.pop() {
            match item {
                Item::Pdu(Direction::Down, pdu) => self.transmit(router, &pdu),
                _ => up += 1,
            }
        }
        up
    }

    /// How far a wire's network is from a router; 16 when there is no route.
    pub(super) fn metric(&self, router: usize, wire: u8) -> u8 {
        let (_, network) = addresses(self.version, wire, 1);
        self.routers[router].routes.metric(&network)
    }

    /// Network and next hop of each route in a router's table that it has learned.
    pub(super) fn learned(&self, router: usize) -> Vec<String> {
        let routes = self.tables[router].routes().into_iter();
        let learned = routes.filter_map(|route| {
            let hop = route.next_hop?;
            Some(format!(
                "{} via {hop} metric {}",
                route.prefix, route.metric
            ))
        });
        learned.collect()
    }
}

/// A router's address on a wire, and the network there.
pub(super) fn addresses(version: Version, wire: u8, host: u8) -> (IpAddr, Prefix) {
    match version {
        Version::V2 => {
            let address = [10, wire, 0, host].into();
            (address, Prefix::new(address, 16).unwrap())
        }
        Version::Ng => {
            let link_local = format!("fe80::{wire:x}:{host:x}").parse().unwrap();
            (link_local, format!("fd00:{wire:x}::/32").parse().unwrap())
        }
    }
}
