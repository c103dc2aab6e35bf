//! The part for ports whose link is down. Figure 17-20.

use crate::stp::Role;
use crate::stp::ports::Nr;
use crate::stp::rapid::Rapid;
use crate::stp::timer::Timer;

impl Rapid {
    /// INIT_PORT, and by way of DISABLE_PORT on.
    pub(in crate::stp::rapid) fn enter_init_port(&mut self, p: Nr) {
        let times = self.bridge_times;
        let (recent, delay) =
            (self.after(times.forward_delay), self.after(times.max_age));
        let port = &mut self.ports[p];
        (port.role, port.selected_role) = (Role::Disabled, Role::Disabled);
        (port.learn, port.forward) = (false, false);
        port.synced = false;
        (port.sync, port.re_root) = (true, true);
        (port.rr_while, port.fd_while) = (recent, delay);
        port.rb_while = Timer::STOPPED;
    }
}

/// To DISABLE_PORT.
pub(super) fn disable_port(own: &mut Rapid, p: Nr) -> bool {
    let port = &mut own.ports[p];
    let selected = port.is_settled() && port.selected_role == Role::Disabled;
    if !selected || port.role == Role::Disabled {
        return false;
    }
    port.role = Role::Disabled;
    (port.learn, port.forward) = (false, false);
    true
}

/// To DISABLED_PORT, again and again: Max Age begins when the link comes up.
pub(super) fn disabled_port(own: &mut Rapid, p: Nr) -> bool {
    let full = own.after(own.ports[p].designated_times.times.max_age);
    let port = &mut own.ports[p];
    let quiet = !port.learning && !port.forwarding;
    let open = port.sync || port.re_root || !port.synced || port.rr_while.is_running();
    if !port.has_role(Role::Disabled) || !quiet || !(open || port.fd_while != full) {
        return false;
    }
    port.fd_while = full;
    port.synced = true;
    port.rr_while = Timer::STOPPED;
    (port.sync, port.re_root) = (false, false);
    true
}
