//! Topology changes: stations may have moved, so everybody forgets soon where they were.
//! §8.6.14 to §8.6.16.
//!
//! ```text
//!   bridge that sees it ----TCN----> designated bridge ----TCN----> … root
//!                       <---TCA-----                   <---TCA-----
//!   all  <-------------- Topology Change, for Max Age + Forward Delay --- root
//! ```

use super::Classic;
use crate::stp::Order;
use crate::stp::ports::Nr;
use crate::stp::timer::Timer;

impl Classic {
    /// §8.6.14: tells the root, or all when this is the root.
    pub(super) fn detect_topology_change(&mut self) {
        self.changes += 1;
        if self.is_root() {
            self.set_topology_change(true);
            let own = self.own_times;
            self.topology_change_timer = self.after(own.max_age + own.forward_delay);
        } else if !self.change_detected {
            self.transmit_topology_change();
        }
        self.change_detected = true;
    }

    /// §8.6.15: the designated bridge has taken the notification on.
    pub(super) fn topology_change_acknowledged(&mut self) {
        self.change_detected = false;
        self.change_notification_timer = Timer::STOPPED;
    }

    /// §8.6.16: says so to the bridge that notified.
    pub(super) fn acknowledge_topology_change(&mut self, p: Nr) {
        self.ports[p].acknowledge = true;
        self.transmit_configuration(p);
    }

    /// §7.9.2: while the root says so, stations are forgotten after the Forward Delay.
    pub(super) fn set_topology_change(&mut self, changes: bool) {
        if self.topology_change != changes {
            self.topology_change = changes;
            let soon = changes.then_some(self.times.forward_delay);
            self.orders.push_back(Order::AgeSoon(soon));
        }
    }
}
