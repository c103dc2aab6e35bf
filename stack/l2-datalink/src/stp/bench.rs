//! Machines on the bench, for the tests of this module: time passes, BPDUs come and go.

use core::time::Duration;

use layercake_base::{Instant, Mac};

use super::bpdu::{Configuration, PortRole, Rapid};
use super::*;

pub(super) struct Bench {
    pub(super) machine: Box<dyn Protocol>,
    pub(super) now: Instant,
}

/// The identifier of a bridge whose number is its priority too: the lower, the better.
pub(super) const fn bridge(number: u16) -> BridgeId {
    let address = Mac::local(number);
    BridgeId {
        priority: number * 0x1000,
        address,
    }
}

impl Bench {
    /// Bridge 8 with two ports of path cost 100 and 1.
    pub(super) fn new(version: Version) -> Self {
        let mut settings = Settings::new(version, Mac::local(8), 2);
        settings.ports[0].path_cost = 100;
        settings.ports[1].path_cost = 1;
        let mut bench = Bench {
            machine: machine(&settings),
            now: Instant::ZERO,
        };
        bench.wait(0);
        bench
    }

    /// Time passes; deadlines fire as they come.
    pub(super) fn wait(&mut self, millis: u64) {
        let end = self.now + Duration::from_millis(millis);
        while let Some(next) = self.machine.deadline().filter(|next| *next <= end) {
            self.now = self.now.max(next);
            self.machine.tick(self.now);
        }
        self.now = end;
    }

    pub(super) fn hear(&mut self, port: u16, bpdu: Bpdu) {
        self.machine.receive(port, &bpdu, self.now);
    }

    pub(super) fn link(&mut self, port: u16, up: bool) {
        self.machine.link(port, up, self.now);
    }

    pub(super) fn status(&self) -> Status {
        let mut status = Status::default();
        self.machine.report(&mut status);
        status
    }

    pub(super) fn state(&self, port: usize) -> PortState {
        self.status().ports[port].state
    }

    pub(super) fn role(&self, port: usize) -> Role {
        self.status().ports[port].role
    }

    pub(super) fn orders(&mut self) -> Vec<Order> {
        core::iter::from_fn(|| self.machine.order()).collect()
    }

    /// What it said at a port since it was asked last, or since another order was taken.
    pub(super) fn said(&mut self, port: u16) -> Vec<Bpdu> {
        let orders = self.orders().into_iter();
        let said = orders.filter_map(|order| match order {
            Order::Transmit(own, bpdu) if own == port => Some(bpdu),
            _ => None,
        });
        said.collect()
    }
}

/// What bridge `from` says by its port 1, fresh, with usual times.
pub(super) fn configuration(root: u16, cost: u32, from: u16) -> Configuration {
    let vector = Vector {
        root: bridge(root),
        cost,
        bridge: bridge(from),
        port: PortId::new(128, 1),
    };
    Configuration {
        vector,
        max_age: Times::USUAL.max_age.into(),
        hello_time: Times::USUAL.hello.into(),
        forward_delay: Times::USUAL.forward_delay.into(),
        ..Configuration::default()
    }
}

/// The same in a rapid BPDU.
pub(super) fn rapid(root: u16, cost: u32, from: u16, role: PortRole) -> Rapid {
    Rapid {
        configuration: configuration(root, cost, from),
        role,
        ..Rapid::default()
    }
}
