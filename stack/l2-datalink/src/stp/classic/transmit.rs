//! What this bridge says. §8.6.1 and §8.6.4 to §8.6.6.

use core::time::Duration;

use super::{AGE_STEP, Classic, HOLD_TIME};
use crate::stp::bpdu::Configuration;
use crate::stp::ports::Nr;
use crate::stp::{Bpdu, Order, Vector};

impl Classic {
    /// §8.6.1: at most one each Hold Time; what comes sooner waits. News that would be too old
    /// is not told.
    pub(super) fn transmit_configuration(&mut self, p: Nr) {
        if self.ports[p].hold_timer.is_running() {
            self.ports[p].configuration_pending = true;
            return;
        }
        let message_age = self.message_age();
        if message_age >= self.times.max_age {
            return;
        }
        let bpdu = Configuration {
            vector: Vector {
                root: self.root,
                cost: self.root_path_cost,
                bridge: self.id,
                port: self.ports[p].id,
            },
            message_age: message_age.into(),
            max_age: self.times.max_age.into(),
            hello_time: self.times.hello.into(),
            forward_delay: self.times.forward_delay.into(),
            topology_change: self.topology_change,
            acknowledgment: self.ports[p].acknowledge,
        };
        let bpdu = Bpdu::Configuration(bpdu);
        self.orders.push_back(Order::Transmit(p.get(), bpdu));
        let hold_timer = self.after(HOLD_TIME);
        let port = &mut self.ports[p];
        (port.acknowledge, port.configuration_pending) = (false, false);
        port.hold_timer = hold_timer;
    }

    /// How old the news of the root is here, and a little more.
    fn message_age(&self) -> Duration {
        self.root_port.map_or(Duration::ZERO, |p| {
            let port = &self.ports[p];
            port.message_age + self.now.since(port.heard) + AGE_STEP
        })
    }

    /// §8.6.4: passes the root's news on, to every LAN that relies on this bridge.
    pub(super) fn generate_configurations(&mut self) {
        for p in self.ports.numbers() {
            if self.ports[p].is_enabled() && self.is_designated(p) {
                self.transmit_configuration(p);
            }
        }
    }

    /// §8.6.6: towards the root.
    pub(super) fn transmit_topology_change(&mut self) {
        if let Some(p) = self.root_port {
            let order = Order::Transmit(p.get(), Bpdu::TopologyChange);
            self.orders.push_back(order);
        }
        self.change_notification_timer = self.after(self.own_times.hello);
    }
}
