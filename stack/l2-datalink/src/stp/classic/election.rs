//! Who is the root, which way leads there, and which ports may open. §8.6.2 and §8.6.7 to
//! §8.6.13.

use core::time::Duration;

use super::Classic;
use crate::stp::bpdu::Configuration;
use crate::stp::ports::Nr;
use crate::stp::settings::Times;
use crate::stp::timer::Timer;
use crate::stp::{Order, PortState, Vector};

/// The standard lets no root have less than 4 s, Linux none less than 2 s.
const LEAST_FORWARD_DELAY: Duration = Duration::from_secs(1);

impl Classic {
    /// §8.6.2.2: the message is better than what the port holds, or comes from the same place
    /// with the same news.
    pub(super) fn supersedes(&self, p: Nr, found: &Vector) -> bool {
        let held = &self.ports[p].designated;
        let by_bridge = |own: &Vector| (own.root, own.cost, own.bridge);
        let better = by_bridge(found) < by_bridge(held);
        let same = by_bridge(found) == by_bridge(held);
        better || same && (found.bridge != self.id || found.port <= held.port)
    }

    /// §8.6.2: keeps what a better message says.
    pub(super) fn record(&mut self, p: Nr, own: &Configuration) {
        let now = self.now;
        let port = &mut self.ports[p];
        port.designated = own.vector;
        port.message_age = own.message_age.duration();
        port.heard = now;
        let left = own.max_age.duration().saturating_sub(port.message_age);
        port.message_age_timer = Timer::after(now, left);
    }

    /// §8.6.3: the root's times are everybody's. A Forward Delay below a second is not believed:
    /// with none at all a port would listen for ever.
    pub(super) fn record_timeouts(&mut self, own: &Configuration) {
        let forward_delay = own.forward_delay.duration();
        self.times = Times {
            hello: own.hello_time.duration(),
            max_age: own.max_age.duration(),
            forward_delay: forward_delay.max(LEAST_FORWARD_DELAY),
        };
        self.set_topology_change(own.topology_change);
    }

    /// §8.6.7.
    pub(super) fn update_configuration(&mut self) {
        self.select_root();
        self.select_designated_ports();
    }

    /// §8.6.8: the best way to a root better than this bridge, from what others say.
    fn select_root(&mut self) {
        let ways = self.ports.numbers().filter_map(|p| {
            let port = &self.ports[p];
            let says = port.designated;
            let other = port.is_enabled() && !self.is_designated(p);
            let better = other && says.root < self.id;
            better.then_some((says.over(port.path_cost), port.id, p))
        });
        let best = ways.min();
        self.root_port = best.map(|(.., p)| p);
        (self.root, self.root_path_cost) =
            best.map_or((self.id, 0), |(way, ..)| (way.root, way.cost));
    }

    /// What this bridge would say at a port.
    fn own_vector(&self, p: Nr) -> Vector {
        Vector {
            root: self.root,
            cost: self.root_path_cost,
            bridge: self.id,
            port: self.ports[p].id,
        }
    }

    /// §8.5.5.5 with §8.5.5.6: nobody on its LAN is better than this port.
    pub(super) fn is_designated(&self, p: Nr) -> bool {
        let port = &self.ports[p];
        (port.designated.bridge, port.designated.port) == (self.id, port.id)
    }

    /// §8.6.9: the ports at which this bridge is better than what it heard there, or heard of
    /// another root.
    fn select_designated_ports(&mut self) {
        for p in self.ports.numbers() {
            let held = self.ports[p].designated;
            let takes_over = self.is_designated(p)
                || held.root != self.root
                || self.own_vector(p) <= held;
            if self.ports[p].is_enabled() && takes_over {
                self.become_designated(p);
            }
        }
    }

    /// §8.6.10.
    pub(super) fn become_designated(&mut self, p: Nr) {
        self.ports[p].designated = self.own_vector(p);
    }

    /// §8.6.11: opens the root port and the designated ones, closes all others.
    pub(super) fn select_states(&mut self) {
        for p in self.ports.numbers() {
            if self.root_port == Some(p) {
                self.clear_pending(p);
                self.make_forwarding(p);
            } else if self.is_designated(p) {
                self.ports[p].message_age_timer = Timer::STOPPED;
                self.make_forwarding(p);
            } else {
                self.clear_pending(p);
                self.make_blocking(p);
            }
        }
    }

    fn clear_pending(&mut self, p: Nr) {
        let port = &mut self.ports[p];
        (port.configuration_pending, port.acknowledge) = (false, false);
    }

    /// §8.6.12: the way to forwarding begins.
    fn make_forwarding(&mut self, p: Nr) {
        if self.ports[p].state == PortState::Blocking {
            self.ports[p].state = PortState::Listening;
            self.ports[p].forward_delay_timer = self.after(self.times.forward_delay);
        }
    }

    /// §8.6.13; no frame can reach what was learnt here any more.
    fn make_blocking(&mut self, p: Nr) {
        let state = self.ports[p].state;
        if matches!(state, PortState::Disabled | PortState::Blocking) {
            return;
        }
        if state.learns() {
            self.detect_topology_change();
            self.orders.push_back(Order::Flush(p.get()));
        }
        self.ports[p].state = PortState::Blocking;
        self.ports[p].forward_delay_timer = Timer::STOPPED;
    }
}
