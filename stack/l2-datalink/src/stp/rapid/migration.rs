//! Port Protocol Migration machine (§17.24): speaks STP to a neighbour that does.
//!
//! ```text
//!            after 3 s             STP heard, RSTP spoken
//!  CHECKING_RSTP ---> SENSING ------------------------------> SELECTING_STP
//!        ^             |   ^                                       |
//!        +-------------+   +---------------------------------------+
//!     RSTP heard, STP spoken            after 3 s, or link down
//! ```

use super::port::Migration;
use super::{MIGRATE_TIME, Nr, Rapid, Rule};

pub(super) const RULES: &[Rule] = &[hold, sense, check, select_stp];

impl Rapid {
    /// CHECKING_RSTP: speaks RSTP for a while, whatever it hears.
    pub(super) fn enter_checking_rstp(&mut self, p: Nr) {
        let delay = self.after(MIGRATE_TIME);
        let port = &mut self.ports[p];
        port.migration = Migration::CheckingRstp;
        port.send_rstp = true;
        port.mdelay_while = delay;
    }
}

/// CHECKING_RSTP does not begin to count before the link is up.
fn hold(own: &mut Rapid, p: Nr) -> bool {
    let full = own.after(MIGRATE_TIME);
    let port = &own.ports[p];
    let waits = port.migration == Migration::CheckingRstp && port.mdelay_while != full;
    if port.port_enabled || !waits {
        return false;
    }
    own.enter_checking_rstp(p);
    true
}

/// To SENSING: from now on, what is heard counts.
fn sense(own: &mut Rapid, p: Nr) -> bool {
    let port = &mut own.ports[p];
    let over = !port.mdelay_while.is_running();
    let leaves = match port.migration {
        Migration::CheckingRstp => over,
        Migration::SelectingStp => over || !port.port_enabled,
        Migration::Sensing => false,
    };
    if leaves {
        port.migration = Migration::Sensing;
        (port.rcvd_rstp, port.rcvd_stp) = (false, false);
    }
    leaves
}

/// Back to CHECKING_RSTP: the neighbour speaks RSTP after all, or may be another one.
fn check(own: &mut Rapid, p: Nr) -> bool {
    let port = &own.ports[p];
    let again = !port.port_enabled || !port.send_rstp && port.rcvd_rstp;
    if port.migration != Migration::Sensing || !again {
        return false;
    }
    own.enter_checking_rstp(p);
    true
}

/// To SELECTING_STP: the neighbour does not understand RSTP.
fn select_stp(own: &mut Rapid, p: Nr) -> bool {
    let delay = own.after(MIGRATE_TIME);
    let port = &mut own.ports[p];
    let stp = port.send_rstp && port.rcvd_stp;
    if port.migration != Migration::Sensing || !stp {
        return false;
    }
    port.migration = Migration::SelectingStp;
    port.send_rstp = false;
    port.mdelay_while = delay;
    true
}
