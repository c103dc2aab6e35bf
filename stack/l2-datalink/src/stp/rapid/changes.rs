//! Topology Change machine (§17.31): when a port begins to forward, stations may have moved, so
//! the bridges forget at once what they learnt at all other ports of the tree.
//!
//! ```text
//!  INACTIVE --learns--> LEARNING --forwards: DETECTED--> ACTIVE --heard or told--> ACTIVE
//!      ^                    |                               |    tell the others, flush
//!      +--- not any more ---+<------- other role -----------+
//! ```

use core::time::Duration;

use super::port::{Changes, Port};
use super::{Nr, Rapid, Rule, Timer};
use crate::stp::{Order, Role};

pub(super) const RULES: &[Rule] = &[
    learn,
    forget,
    inactive,
    detected,
    leave_active,
    notified_tcn,
    notified_tc,
    propagating,
    acknowledged,
];

/// Part of the tree.
fn has_active_role(port: &Port) -> bool {
    matches!(port.role, Role::Root | Role::Designated)
}

impl Port {
    fn is_told_of_change(&self) -> bool {
        self.rcvd_tc || self.rcvd_tcn || self.rcvd_tc_ack || self.tc_prop
    }
}

impl Rapid {
    /// newTcWhile(), §17.21.7: how long this port tells of it. To a neighbour that speaks STP,
    /// as long as the root would.
    fn new_tc_while(&mut self, p: Nr) {
        let port = &self.ports[p];
        if port.tc_while.is_running() {
            return;
        }
        let (root, hello) = (self.root_times.times, port.designated_times.times.hello);
        let rapid = port.send_rstp;
        let span = match rapid {
            true => hello + Duration::from_secs(1),
            false => root.max_age + root.forward_delay,
        };
        let tc_while = self.after(span);
        let port = &mut self.ports[p];
        port.tc_while = tc_while;
        port.new_info |= rapid;
    }

    /// setTcPropTree(), §17.21.18: all ports but the one where it comes from.
    fn set_tc_prop_tree(&mut self, p: Nr) {
        self.changes += 1;
        for other in self.ports.numbers().filter(|other| *other != p) {
            self.ports[other].tc_prop = true;
        }
    }

    fn flush(&mut self, p: Nr) {
        self.orders.push_back(Order::Flush(p.get()));
    }
}

/// INACTIVE to LEARNING.
fn learn(own: &mut Rapid, p: Nr) -> bool {
    let port = &mut own.ports[p];
    if port.changes != Changes::Inactive || !port.learn {
        return false;
    }
    port.changes = Changes::Learning;
    true
}

/// LEARNING to LEARNING: what is heard before the port forwards concerns nobody.
fn forget(own: &mut Rapid, p: Nr) -> bool {
    let port = &mut own.ports[p];
    if port.changes != Changes::Learning || !port.is_told_of_change() {
        return false;
    }
    (port.rcvd_tc, port.rcvd_tcn, port.rcvd_tc_ack) = (false, false, false);
    port.tc_prop = false;
    true
}

/// LEARNING to INACTIVE: the port leaves the tree, and what was learnt there is void.
fn inactive(own: &mut Rapid, p: Nr) -> bool {
    let port = &mut own.ports[p];
    let quiet = !port.learn && !port.learning && !port.is_told_of_change();
    if port.changes != Changes::Learning || has_active_role(port) || !quiet {
        return false;
    }
    port.changes = Changes::Inactive;
    port.tc_while = Timer::STOPPED;
    port.tc_ack = false;
    own.flush(p);
    true
}

/// LEARNING by way of DETECTED to ACTIVE: the tree has a new branch.
fn detected(own: &mut Rapid, p: Nr) -> bool {
    let port = &own.ports[p];
    let joins = has_active_role(port) && port.forward && !port.oper_edge;
    if port.changes != Changes::Learning || port.is_told_of_change() || !joins {
        return false;
    }
    own.new_tc_while(p);
    own.set_tc_prop_tree(p);
    own.ports[p].new_info = true;
    own.ports[p].changes = Changes::Active;
    true
}

/// ACTIVE to LEARNING.
fn leave_active(own: &mut Rapid, p: Nr) -> bool {
    let port = &mut own.ports[p];
    let leaves = !has_active_role(port) || port.oper_edge;
    if port.changes != Changes::Active || !leaves {
        return false;
    }
    port.changes = Changes::Learning;
    true
}

/// By way of NOTIFIED_TCN: a neighbour that speaks STP has seen a change.
fn notified_tcn(own: &mut Rapid, p: Nr) -> bool {
    let port = &mut own.ports[p];
    if port.changes != Changes::Active || !port.rcvd_tcn {
        return false;
    }
    port.rcvd_tcn = false;
    port.rcvd_tc = true; // NOTIFIED_TC follows
    own.new_tc_while(p);
    true
}

/// By way of NOTIFIED_TC: a neighbour tells of a change, so all others shall know.
fn notified_tc(own: &mut Rapid, p: Nr) -> bool {
    let port = &mut own.ports[p];
    if port.changes != Changes::Active || !port.rcvd_tc {
        return false;
    }
    (port.rcvd_tc, port.rcvd_tcn) = (false, false);
    port.tc_ack |= port.role == Role::Designated;
    own.set_tc_prop_tree(p);
    true
}

/// By way of PROPAGATING: another port has heard of a change, so this one tells it, and what was
/// learnt here is void.
fn propagating(own: &mut Rapid, p: Nr) -> bool {
    let port = &mut own.ports[p];
    if port.changes != Changes::Active || !port.tc_prop || port.oper_edge {
        return false;
    }
    port.tc_prop = false;
    own.new_tc_while(p);
    own.flush(p);
    true
}

/// By way of ACKNOWLEDGED: a neighbour that speaks STP has taken it on.
fn acknowledged(own: &mut Rapid, p: Nr) -> bool {
    let port = &mut own.ports[p];
    if port.changes != Changes::Active || !port.rcvd_tc_ack {
        return false;
    }
    port.tc_while = Timer::STOPPED;
    port.rcvd_tc_ack = false;
    true
}
