//! What happens, and which procedures it calls for: BPDUs, timers, links. §8.7 and §8.8.

use super::Classic;
use crate::stp::bpdu::Configuration;
use crate::stp::ports::Nr;
use crate::stp::timer::Timer;
use crate::stp::{Order, PortState};

/// BPDUs.
impl Classic {
    /// §8.7.1: better news is kept and passed on, worse news at a designated port is answered.
    pub(super) fn received_configuration(&mut self, p: Nr, own: &Configuration) {
        if !self.supersedes(p, &own.vector) {
            if self.is_designated(p) {
                self.transmit_configuration(p); // §8.6.5
            }
            return;
        }
        let was_root = self.is_root();
        self.record(p, own);
        self.update_configuration();
        self.select_states();
        if was_root && !self.is_root() {
            self.resign();
        }
        if self.root_port == Some(p) {
            self.record_timeouts(own);
            self.generate_configurations();
            if own.acknowledgment {
                self.topology_change_acknowledged();
            }
        }
    }

    /// Another bridge is the root: what this one was about to tell all, it tells the root.
    fn resign(&mut self) {
        self.hello_timer = Timer::STOPPED;
        if self.change_detected {
            self.topology_change_timer = Timer::STOPPED;
            self.transmit_topology_change();
        }
    }

    /// §8.7.2.
    pub(super) fn received_topology_change(&mut self, p: Nr) {
        if self.is_designated(p) {
            self.detect_topology_change();
            self.acknowledge_topology_change(p);
        }
    }
}

/// Timers.
impl Classic {
    pub(super) fn expire(&mut self) {
        let now = self.now;
        for p in self.ports.numbers() {
            if self.ports[p].message_age_timer.expires(now) {
                self.message_age_expired(p);
            }
            if self.ports[p].forward_delay_timer.expires(now) {
                self.forward_delay_expired(p);
            }
        }
        if self.hello_timer.expires(now) {
            self.generate_configurations(); // §8.7.3
            self.hello_timer = self.after(self.own_times.hello);
        }
        if self.change_notification_timer.expires(now) {
            self.transmit_topology_change(); // §8.7.6
        }
        if self.topology_change_timer.expires(now) {
            self.change_detected = false; // §8.7.7
            self.set_topology_change(false);
        }
        for p in self.ports.numbers() {
            let expired = self.ports[p].hold_timer.expires(now);
            if expired && self.ports[p].configuration_pending {
                self.transmit_configuration(p); // §8.7.8
            }
        }
    }

    /// §8.7.4: nobody has confirmed what the port holds, so this bridge takes over.
    fn message_age_expired(&mut self, p: Nr) {
        let was_root = self.is_root();
        self.become_designated(p);
        self.update_configuration();
        self.select_states();
        if self.is_root() && !was_root {
            self.take_over();
        }
    }

    /// This bridge is the root now.
    fn take_over(&mut self) {
        self.times = self.own_times;
        self.detect_topology_change();
        self.change_notification_timer = Timer::STOPPED;
        self.generate_configurations();
        self.hello_timer = self.after(self.own_times.hello);
    }

    /// §8.7.5: one state further on the way to forwarding.
    fn forward_delay_expired(&mut self, p: Nr) {
        match self.ports[p].state {
            PortState::Listening => {
                self.ports[p].state = PortState::Learning;
                self.ports[p].forward_delay_timer = self.after(self.times.forward_delay);
            }
            PortState::Learning => {
                self.ports[p].state = PortState::Forwarding;
                if self.ports.numbers().any(|p| self.is_designated(p)) {
                    self.detect_topology_change();
                }
            }
            _ => {}
        }
    }
}

/// Management.
impl Classic {
    /// §8.8.1: until it hears better, every bridge is the root.
    pub(super) fn initialize(&mut self) {
        for p in self.ports.numbers() {
            if self.ports[p].link_up {
                self.initialize_port(p);
            } else {
                self.become_designated(p);
            }
        }
        self.select_states();
        self.generate_configurations();
        self.hello_timer = self.after(self.own_times.hello);
    }

    fn initialize_port(&mut self, p: Nr) {
        self.become_designated(p);
        self.stop(p);
        self.ports[p].state = PortState::Blocking;
    }

    fn stop(&mut self, p: Nr) {
        let port = &mut self.ports[p];
        (port.acknowledge, port.configuration_pending) = (false, false);
        port.message_age_timer = Timer::STOPPED;
        port.forward_delay_timer = Timer::STOPPED;
        port.hold_timer = Timer::STOPPED;
    }

    /// §8.8.2.
    pub(super) fn enable(&mut self, p: Nr) {
        self.initialize_port(p);
        self.select_states();
    }

    /// §8.8.3; no frame can reach what was learnt here any more.
    pub(super) fn disable(&mut self, p: Nr) {
        let was_root = self.is_root();
        self.become_designated(p);
        self.stop(p);
        self.ports[p].state = PortState::Disabled;
        self.orders.push_back(Order::Flush(p.get()));
        self.update_configuration();
        self.select_states();
        if self.is_root() && !was_root {
            self.take_over();
        }
    }
}
