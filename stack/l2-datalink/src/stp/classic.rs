//! STP: the Spanning Tree Protocol of 1998, a set of procedures on what each port has heard.
//!
//! ```text
//!                    link up                   best way, or        Forward Delay
//!  disabled ------------------> blocking <---> designated: listening ----------> learning
//!      ^                            ^                                                |
//!      | link down, from anywhere   | a better bridge is on this LAN   Forward Delay |
//!      +--                          +----------------- forwarding <------------------+
//! ```
//! Each port keeps the best Configuration BPDU of its LAN, its own included. From them follow
//! the root port, the designated ports, and with these the states. The root sends a BPDU each
//! Hello Time, and the others pass on what comes in at their root port; who hears nothing for
//! Max Age takes the place of who was silent.
//!
//! Spec: IEEE 802.1D-1998 §8.6 (procedures), §8.7 (operation), §8.8 (management); each function
//! names its own. Linux does the same in `net/bridge/br_stp.c`.
//! Units: nanoseconds inside.
//! Not here: BPDUs that contradict themselves, which their codec refuses; a port that is set
//! apart from change detection (§8.5.5.10).

mod change;
mod election;
mod operation;
#[cfg(test)]
mod tests;
mod transmit;

use core::time::Duration;
use std::collections::VecDeque;

use layercake_base::Instant;

use super::ports::{Nr, Ports};
use super::settings::{PortSettings, Settings, Times};
use super::timer::Timer;
use super::{
    Bpdu, BridgeId, Order, PortId, PortState, PortStatus, Protocol, Role, Status, Vector,
};

/// The least time between two BPDUs of a port. IEEE 802.1D-1998 table 8-3.
const HOLD_TIME: Duration = Duration::from_secs(1);
/// What each bridge adds to the age of a message, at least what it kept it: table 8-2.
const AGE_STEP: Duration = Duration::from_secs(1);

/// The bridge. §8.5.3.
#[derive(Debug)]
pub(super) struct Classic {
    id: BridgeId,
    own_times: Times,
    root: BridgeId,
    root_path_cost: u32,
    root_port: Option<Nr>,
    /// What the root says.
    times: Times,
    /// This bridge has seen or heard of a change that the root has not acknowledged.
    change_detected: bool,
    /// The root says that the topology changes.
    topology_change: bool,
    changes: u64,
    hello_timer: Timer,
    change_notification_timer: Timer,
    topology_change_timer: Timer,
    ports: Ports<Port>,
    orders: VecDeque<Order>,
    now: Instant,
    begun: bool,
}

/// A port. §8.5.5.
#[derive(Debug)]
struct Port {
    id: PortId,
    path_cost: u32,
    link_up: bool,
    state: PortState,
    /// The best that is said on this LAN.
    designated: Vector,
    /// How old that was when it came.
    message_age: Duration,
    heard: Instant,
    acknowledge: bool,
    configuration_pending: bool,
    message_age_timer: Timer,
    forward_delay_timer: Timer,
    hold_timer: Timer,
}

impl Port {
    fn new(number: usize, settings: &PortSettings) -> Self {
        let number = u16::try_from(number + 1).unwrap_or(u16::MAX);
        Port {
            id: PortId::new(settings.priority, number),
            path_cost: settings.path_cost,
            link_up: true,
            state: PortState::Disabled,
            designated: Vector::default(),
            message_age: Duration::ZERO,
            heard: Instant::ZERO,
            acknowledge: false,
            configuration_pending: false,
            message_age_timer: Timer::STOPPED,
            forward_delay_timer: Timer::STOPPED,
            hold_timer: Timer::STOPPED,
        }
    }

    fn is_enabled(&self) -> bool {
        self.state != PortState::Disabled
    }

    fn timers(&self) -> [Timer; 3] {
        [
            self.message_age_timer,
            self.forward_delay_timer,
            self.hold_timer,
        ]
    }
}

impl Classic {
    pub(super) fn new(settings: &Settings) -> Self {
        let ports = settings.ports.iter().enumerate();
        let ports = ports.map(|(number, own)| Port::new(number, own)).collect();
        Classic {
            id: settings.id(),
            own_times: settings.times,
            root: settings.id(),
            root_path_cost: 0,
            root_port: None,
            times: settings.times,
            change_detected: false,
            topology_change: false,
            changes: 0,
            hello_timer: Timer::STOPPED,
            change_notification_timer: Timer::STOPPED,
            topology_change_timer: Timer::STOPPED,
            ports: Ports::new(ports),
            orders: VecDeque::with_capacity(4 * settings.ports.len()),
            now: Instant::ZERO,
            begun: false,
        }
    }

    fn is_root(&self) -> bool {
        self.root == self.id
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
            self.initialize();
        }
        self.expire();
    }

    fn role(&self, p: Nr) -> Role {
        let port = &self.ports[p];
        if !port.is_enabled() {
            Role::Disabled
        } else if self.root_port == Some(p) {
            Role::Root
        } else if self.is_designated(p) {
            Role::Designated
        } else if port.designated.bridge == self.id {
            Role::Backup
        } else {
            Role::Alternate
        }
    }
}

impl Protocol for Classic {
    fn receive(&mut self, port: u16, bpdu: &Bpdu, now: Instant) {
        self.advance(now);
        let Some(port) = self.ports.number(port) else {
            return;
        };
        if !self.ports[port].is_enabled() {
            return;
        }
        match bpdu {
            Bpdu::Configuration(own) => self.received_configuration(port, own),
            Bpdu::TopologyChange => self.received_topology_change(port),
            // A bridge of 1998 knows no such type, §9.3.4, and the other side falls back.
            Bpdu::Rapid(_) => {}
        }
    }

    fn link(&mut self, port: u16, up: bool, now: Instant) {
        if let Some(port) = self.ports.number(port) {
            self.ports[port].link_up = up;
            self.advance(now);
            match (up, self.ports[port].is_enabled()) {
                (true, false) => self.enable(port),
                (false, true) => self.disable(port),
                _ => {}
            }
        }
    }

    fn tick(&mut self, now: Instant) {
        self.advance(now);
    }

    fn deadline(&self) -> Option<Instant> {
        if !self.begun {
            return Some(Instant::ZERO);
        }
        let own = [
            self.hello_timer,
            self.change_notification_timer,
            self.topology_change_timer,
        ];
        let ports = self.ports.iter().flat_map(Port::timers);
        own.into_iter().chain(ports).filter_map(Timer::end).min()
    }

    fn order(&mut self) -> Option<Order> {
        self.orders.pop_front()
    }

    fn report(&self, status: &mut Status) {
        status.bridge = self.id;
        (status.root, status.root_path_cost) = (self.root, self.root_path_cost);
        status.root_port = self.root_port.map(Nr::get);
        status.topology_changes = self.changes;
        status.ports.clear();
        status
            .ports
            .extend(self.ports.numbers().map(|p| PortStatus {
                id: self.ports[p].id,
                role: self.role(p),
                state: self.ports[p].state,
                designated: self.ports[p].designated,
            }));
    }
}
