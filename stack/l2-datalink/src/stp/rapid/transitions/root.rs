//! The part for the root port. Figure 17-21.
//!
//! It may forward as soon as no former root port still does; and it agrees to a proposal as
//! soon as the bridge has cut behind itself.

use crate::stp::Role;
use crate::stp::ports::Nr;
use crate::stp::rapid::Rapid;
use crate::stp::timer::Timer;

const ROLE: Role = Role::Root;

/// To ROOT_PORT: takes the role on; while it lasts, `rr_while` does not count.
pub(super) fn root_port(own: &mut Rapid, p: Nr) -> bool {
    let full = own.after(own.fwd_delay(p));
    let port = &mut own.ports[p];
    let selected = port.is_settled() && port.selected_role == ROLE;
    if !selected || (port.role == ROLE && port.rr_while == full) {
        return false;
    }
    port.role = ROLE;
    port.rr_while = full;
    true
}

/// To ROOT_PROPOSED: asks all ports to settle.
pub(super) fn root_proposed(own: &mut Rapid, p: Nr) -> bool {
    let port = &own.ports[p];
    if !port.has_role(ROLE) || !port.proposed || port.agree {
        return false;
    }
    own.set_sync_tree();
    own.ports[p].proposed = false;
    true
}

/// To ROOT_AGREED: they have, so the neighbour may forward.
pub(super) fn root_agreed(own: &mut Rapid, p: Nr) -> bool {
    let all_synced = own.all_synced();
    let port = &mut own.ports[p];
    let agrees = all_synced && !port.agree || port.proposed && port.agree;
    if !port.has_role(ROLE) || !agrees {
        return false;
    }
    (port.proposed, port.sync) = (false, false);
    (port.agree, port.new_info) = (true, true);
    true
}

/// To REROOT: whoever was the root port lately has to stop.
pub(super) fn reroot(own: &mut Rapid, p: Nr) -> bool {
    let port = &own.ports[p];
    if !port.has_role(ROLE) || port.forward || port.re_root {
        return false;
    }
    own.set_re_root_tree();
    true
}

/// To REROOTED.
pub(super) fn rerooted(own: &mut Rapid, p: Nr) -> bool {
    let port = &mut own.ports[p];
    if !port.has_role(ROLE) || !port.re_root || !port.forward {
        return false;
    }
    port.re_root = false;
    true
}

/// Nothing old can be in the way, or enough time has passed.
fn is_safe(own: &Rapid, p: Nr) -> bool {
    let port = &own.ports[p];
    let waited = !port.fd_while.is_running();
    waited || own.re_rooted(p) && !port.rb_while.is_running()
}

/// To ROOT_LEARN.
pub(super) fn root_learn(own: &mut Rapid, p: Nr) -> bool {
    let (safe, delay) = (is_safe(own, p), own.after(own.forward_delay(p)));
    let port = &mut own.ports[p];
    if !port.has_role(ROLE) || !safe || port.learn {
        return false;
    }
    port.fd_while = delay;
    port.learn = true;
    true
}

/// To ROOT_FORWARD.
pub(super) fn root_forward(own: &mut Rapid, p: Nr) -> bool {
    let safe = is_safe(own, p);
    let port = &mut own.ports[p];
    if !port.has_role(ROLE) || !safe || !port.learn || port.forward {
        return false;
    }
    port.fd_while = Timer::STOPPED;
    port.forward = true;
    true
}
