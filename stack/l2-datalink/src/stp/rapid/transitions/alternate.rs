//! The part for ports that are held back. Figure 17-23.
//!
//! They agree at once to any proposal: nothing passes here, so nothing can loop.

use crate::stp::Role;
use crate::stp::ports::Nr;
use crate::stp::rapid::Rapid;
use crate::stp::rapid::port::Port;
use crate::stp::timer::Timer;

/// Settled in one of the two roles, and blocked.
fn is_blocked(port: &Port) -> bool {
    let held_back = port.has_role(Role::Alternate) || port.has_role(Role::Backup);
    held_back && !port.learning && !port.forwarding
}

/// To BLOCK_PORT: takes the role on.
pub(super) fn block_port(own: &mut Rapid, p: Nr) -> bool {
    let port = &mut own.ports[p];
    let held_back = matches!(port.selected_role, Role::Alternate | Role::Backup);
    if !port.is_settled() || !held_back || port.role == port.selected_role {
        return false;
    }
    port.role = port.selected_role;
    (port.learn, port.forward) = (false, false);
    true
}

/// To ALTERNATE_PORT, again and again: the Forward Delay begins when the role ends.
pub(super) fn alternate_port(own: &mut Rapid, p: Nr) -> bool {
    let full = own.after(own.forward_delay(p));
    let port = &mut own.ports[p];
    let open = port.sync || port.re_root || !port.synced || port.rr_while.is_running();
    if !is_blocked(port) || !(open || port.fd_while != full) {
        return false;
    }
    port.fd_while = full;
    port.synced = true;
    port.rr_while = Timer::STOPPED;
    (port.sync, port.re_root) = (false, false);
    true
}

/// To ALTERNATE_PROPOSED.
pub(super) fn alternate_proposed(own: &mut Rapid, p: Nr) -> bool {
    let port = &own.ports[p];
    if !is_blocked(port) || !port.proposed || port.agree {
        return false;
    }
    own.set_sync_tree();
    own.ports[p].proposed = false;
    true
}

/// To ALTERNATE_AGREED.
pub(super) fn alternate_agreed(own: &mut Rapid, p: Nr) -> bool {
    let all_synced = own.all_synced();
    let port = &mut own.ports[p];
    let agrees = all_synced && !port.agree || port.proposed && port.agree;
    if !is_blocked(port) || !agrees {
        return false;
    }
    port.proposed = false;
    (port.agree, port.new_info) = (true, true);
    true
}

/// To BACKUP_PORT, again and again: twice the Hello Time begins when the role ends.
pub(super) fn backup_port(own: &mut Rapid, p: Nr) -> bool {
    let hello = own.ports[p].designated_times.times.hello;
    let full = own.after(2 * hello);
    let port = &mut own.ports[p];
    if !is_blocked(port) || port.role != Role::Backup || port.rb_while == full {
        return false;
    }
    port.rb_while = full;
    true
}
