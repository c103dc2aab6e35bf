//! The part for designated ports. Figure 17-22.
//!
//! Such a port asks its neighbour, and forwards when that one agrees, when nobody is there, or
//! when enough time has passed; it stops when the bridge has to cut behind its root port.

use crate::stp::Role;
use crate::stp::ports::Nr;
use crate::stp::rapid::port::Port;
use crate::stp::rapid::{MIGRATE_TIME, Rapid};
use crate::stp::timer::Timer;

const ROLE: Role = Role::Designated;

/// To DESIGNATED_PORT: takes the role on.
pub(super) fn designated_port(own: &mut Rapid, p: Nr) -> bool {
    let port = &mut own.ports[p];
    let selected = port.is_settled() && port.selected_role == ROLE;
    if !selected || port.role == ROLE {
        return false;
    }
    port.role = ROLE;
    true
}

/// To DESIGNATED_PROPOSE: asks, and begins to wait for an answer: EdgeDelay, §17.20.4.
pub(super) fn designated_propose(own: &mut Rapid, p: Nr) -> bool {
    let port = &own.ports[p];
    let asks = !port.forward && !port.agreed && !port.proposing && !port.oper_edge;
    if !port.has_role(ROLE) || !asks {
        return false;
    }
    let edge_delay = match port.point_to_point {
        true => MIGRATE_TIME,
        false => port.designated_times.times.max_age,
    };
    let edge_delay_while = own.after(edge_delay);
    let port = &mut own.ports[p];
    (port.proposing, port.new_info) = (true, true);
    port.edge_delay_while = edge_delay_while;
    true
}

/// To DESIGNATED_SYNCED: nothing behind this port can be part of a loop.
pub(super) fn designated_synced(own: &mut Rapid, p: Nr) -> bool {
    let port = &mut own.ports[p];
    let quiet = !port.learning && !port.forwarding;
    let settles = (quiet || port.agreed || port.oper_edge) && !port.synced;
    if !port.has_role(ROLE) || !(settles || port.sync && port.synced) {
        return false;
    }
    port.rr_while = Timer::STOPPED;
    port.synced = true;
    port.sync = false;
    true
}

/// To DESIGNATED_RETIRED: long enough ago that it was the root port.
pub(super) fn designated_retired(own: &mut Rapid, p: Nr) -> bool {
    let port = &mut own.ports[p];
    if !port.has_role(ROLE) || port.rr_while.is_running() || !port.re_root {
        return false;
    }
    port.re_root = false;
    true
}

/// To DESIGNATED_DISCARD: the bridge cuts here, or the neighbour disputes the role.
pub(super) fn designated_discard(own: &mut Rapid, p: Nr) -> bool {
    let delay = own.after(own.forward_delay(p));
    let port = &mut own.ports[p];
    let syncs = port.sync && !port.synced;
    let retires = port.re_root && port.rr_while.is_running();
    let must = (syncs || retires || port.disputed) && !port.oper_edge;
    if !port.has_role(ROLE) || !must || !(port.learn || port.forward) {
        return false;
    }
    (port.learn, port.forward, port.disputed) = (false, false, false);
    port.fd_while = delay;
    true
}

/// The neighbour agrees, there is none, or enough time has passed; and nothing is in the way.
fn is_safe(port: &Port) -> bool {
    let allowed = !port.fd_while.is_running() || port.agreed || port.oper_edge;
    let retired = !port.rr_while.is_running() || !port.re_root;
    allowed && retired && !port.sync
}

/// To DESIGNATED_LEARN.
pub(super) fn designated_learn(own: &mut Rapid, p: Nr) -> bool {
    let delay = own.after(own.forward_delay(p));
    let port = &mut own.ports[p];
    if !port.has_role(ROLE) || !is_safe(port) || port.learn {
        return false;
    }
    port.learn = true;
    port.fd_while = delay;
    true
}

/// To DESIGNATED_FORWARD.
pub(super) fn designated_forward(own: &mut Rapid, p: Nr) -> bool {
    let port = &mut own.ports[p];
    if !port.has_role(ROLE) || !is_safe(port) || !port.learn || port.forward {
        return false;
    }
    port.forward = true;
    port.fd_while = Timer::STOPPED;
    port.agreed = port.send_rstp;
    true
}
