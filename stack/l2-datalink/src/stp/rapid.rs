//! RSTP: the Rapid Spanning Tree Protocol of 2004, ten small machines that share variables.
//!
//! ```text
//!   BPDU                                                              BPDU
//!     |   +---------+    +-------------+    +-------------+             ^
//!     +-->| receive |--->| information |--->|  selection  |             |
//!         +----+----+    +-------------+    |  of roles   |        +----+-----+
//!              |         what is known of   | (per bridge)|        | transmit |
//!         +----v----+    the LAN: received, +------+------+        +----^-----+
//!         |migration|    mine, aged                |                    |
//!         +---------+                       +------v------+    +--------+--------+
//!         STP or RSTP?   +------+           | transitions |--->| state | changes |
//!                        | edge |---------->|   of roles  |    +-----------------+
//!                        +------+           +-------------+    learn, forward; flush
//! ```
//! Every rule is one function: it looks whether its arrow of the figure can be taken, and takes
//! it. Rules are tried, port by port, until none of them can; then what is to be said is sent.
//! The heart is the agreement between neighbours, in `transitions`:
//!
//! ```text
//!     bridge nearer the root                    bridge farther away
//!     designated port, discarding  --proposal-->  root port
//!                                                 sync: all other ports that are not
//!                                                 settled discard
//!     forwards at once             <-agreement--  forwards at once
//! ```
//! Spec: IEEE 802.1D-2004 clause 17; each file and rule names its own. Variables keep the names
//! of the standard, with underscores.
//! Units: nanoseconds inside. "While" timers of the standard count seconds down; here they run
//! until an instant, and "not zero" is `is_running`.
//! Not here: the "force version" of §17.13.4 (for STP alone there is `classic`) and a manager's
//! order to check migration again.

mod changes;
mod edge;
mod information;
mod migration;
mod port;
mod receive;
mod selection;
mod state;
#[cfg(test)]
mod tests;
mod transitions;
mod transmit;

use core::time::Duration;
use std::collections::VecDeque;

use layercake_base::Instant;

use super::ports::{Nr, Ports};
use super::settings::{Settings, Times};
use super::timer::Timer;
use super::{Bpdu, BridgeId, Order, PortStatus, Protocol, Status, Vector};

use port::{News, Port};

/// How long a port believes in a version of the protocol before it looks again, and waits for
/// BPDUs before it takes itself for an edge. IEEE 802.1D-2004 table 17-1.
const MIGRATE_TIME: Duration = Duration::from_secs(3);

/// More rounds than any chain of rules can take: none undoes what another has done without
/// news from outside. It is here so that a mistake in a rule cannot hang a bridge.
const MOST_ROUNDS: usize = 1000;

/// The bridge. §17.18.
#[derive(Debug)]
pub(super) struct Rapid {
    id: BridgeId,
    bridge_times: Times,
    transmit_hold_count: u8,
    root_priority: Vector,
    root_times: News,
    root_port: Option<Nr>,
    changes: u64,
    ports: Ports<Port>,
    orders: VecDeque<Order>,
    now: Instant,
    begun: bool,
}

/// Takes an arrow of a port's machine if it can be taken, and says whether it was.
type Rule = fn(&mut Rapid, Nr) -> bool;

/// All machines of a port but the one that transmits.
const MACHINES: &[&[Rule]] = &[
    receive::RULES,
    migration::RULES,
    edge::RULES,
    information::RULES,
    transitions::RULES,
    state::RULES,
    changes::RULES,
];

impl Rapid {
    pub(super) fn new(settings: &Settings) -> Self {
        let ports = settings.ports.iter().enumerate();
        let ports = ports.map(|(number, own)| Port::new(number, own)).collect();
        let id = settings.id();
        Rapid {
            id,
            bridge_times: settings.times,
            transmit_hold_count: settings.transmit_hold_count,
            root_priority: bridge_priority(id),
            root_times: News::from(settings.times),
            root_port: None,
            changes: 0,
            ports: Ports::new(ports),
            orders: VecDeque::with_capacity(4 * settings.ports.len()),
            now: Instant::ZERO,
            begun: false,
        }
    }

    /// A timer that runs for this long from now.
    fn after(&self, span: Duration) -> Timer {
        Timer::after(self.now, span)
    }

    /// It is `now`, and whatever had to happen until then does.
    fn advance(&mut self, now: Instant) {
        self.now = self.now.max(now);
        if !self.begun {
            self.begun = true;
            self.begin();
        }
        let now = self.now;
        for port in self.ports.iter_mut() {
            port.count_down(now);
        }
        self.settle();
    }

    /// §9.3.4: a Configuration BPDU of this very port, which came back to it, does not count.
    fn is_own(&self, p: Nr, bpdu: &Bpdu) -> bool {
        let sender = (self.id, self.ports[p].port_id);
        match bpdu {
            Bpdu::Configuration(own) => (own.vector.bridge, own.vector.port) == sender,
            Bpdu::TopologyChange | Bpdu::Rapid(_) => false,
        }
    }

    /// Takes arrows until there is none to take.
    fn settle(&mut self) {
        for _ in 0..MOST_ROUNDS {
            let mut moved = false;
            for p in self.ports.numbers() {
                for rule in MACHINES.iter().copied().flatten() {
                    moved |= rule(self, p);
                }
            }
            moved |= self.select_roles();
            if !moved {
                break;
            }
        }
        for p in self.ports.numbers() {
            self.transmit(p);
        }
    }

    /// BEGIN: every machine enters its first state.
    fn begin(&mut self) {
        for p in self.ports.numbers() {
            self.ports[p].edge_delay_while = self.after(MIGRATE_TIME);
            self.enter_checking_rstp(p);
            self.ports[p].oper_edge = self.ports[p].admin_edge;
            self.enter_disabled_information(p);
            self.enter_init_port(p);
            self.ports[p].new_info = true;
        }
    }
}

/// §17.18.3: what a bridge says that takes itself for the root.
fn bridge_priority(id: BridgeId) -> Vector {
    Vector {
        root: id,
        bridge: id,
        ..Vector::default()
    }
}

impl Protocol for Rapid {
    fn receive(&mut self, port: u16, bpdu: &Bpdu, now: Instant) {
        self.advance(now);
        let Some(p) = self.ports.number(port) else {
            return;
        };
        if !self.is_own(p, bpdu) {
            self.ports[p].received = Some(*bpdu);
            self.settle();
        }
    }

    fn link(&mut self, port: u16, up: bool, now: Instant) {
        if let Some(p) = self.ports.number(port) {
            if self.begun {
                self.advance(now);
            }
            self.ports[p].port_enabled = up;
            self.advance(now);
        }
    }

    fn tick(&mut self, now: Instant) {
        self.advance(now);
    }

    fn deadline(&self) -> Option<Instant> {
        if !self.begun {
            return Some(Instant::ZERO);
        }
        self.ports.iter().filter_map(Port::deadline).min()
    }

    fn order(&mut self) -> Option<Order> {
        self.orders.pop_front()
    }

    fn report(&self, status: &mut Status) {
        let root = self.root_priority;
        status.bridge = self.id;
        (status.root, status.root_path_cost) = (root.root, root.cost);
        status.root_port = self.root_port.map(Nr::get);
        status.topology_changes = self.changes;
        status.ports.clear();
        status
            .ports
            .extend(self.ports.iter().map(|port| PortStatus {
                id: port.port_id,
                role: port.role,
                state: port.state(),
                designated: port.port_priority,
            }));
    }
}
