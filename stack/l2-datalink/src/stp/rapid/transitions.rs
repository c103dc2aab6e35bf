//! Port Role Transitions machine (§17.29): what a port does to come into its role safely.
//!
//! The machine of the standard has four parts, one for each kind of role; so has this module.

mod alternate;
mod designated;
mod disabled;
mod root;

use core::time::Duration;

use super::{Nr, Rapid, Rule};
use crate::stp::Role;

pub(super) const RULES: &[Rule] = &[
    disabled::disable_port,
    disabled::disabled_port,
    root::root_port,
    root::root_proposed,
    root::root_agreed,
    root::reroot,
    root::rerooted,
    root::root_learn,
    root::root_forward,
    designated::designated_port,
    designated::designated_propose,
    designated::designated_synced,
    designated::designated_retired,
    designated::designated_discard,
    designated::designated_learn,
    designated::designated_forward,
    alternate::block_port,
    alternate::alternate_port,
    alternate::alternate_proposed,
    alternate::alternate_agreed,
    alternate::backup_port,
];

/// Procedures that several parts use. §17.20 and §17.21.
impl Rapid {
    /// FwdDelay: the root's.
    fn fwd_delay(&self, p: Nr) -> Duration {
        self.ports[p].designated_times.times.forward_delay
    }

    /// forwardDelay, §17.20.5: a neighbour that speaks RSTP needs less patience.
    fn forward_delay(&self, p: Nr) -> Duration {
        let port = &self.ports[p];
        let times = port.designated_times.times;
        match port.send_rstp {
            true => times.hello,
            false => times.forward_delay,
        }
    }

    /// allSynced, §17.20.3: nothing behind this bridge can be part of a loop.
    fn all_synced(&self) -> bool {
        self.ports.iter().all(|port| {
            let has_role = port.selected && port.role == port.selected_role;
            has_role && (port.synced || port.role == Role::Root)
        })
    }

    /// reRooted, §17.20.10: no other port still acts as if it were the root port.
    fn re_rooted(&self, p: Nr) -> bool {
        let mut others = self.ports.numbers().filter(|other| *other != p);
        others.all(|other| !self.ports[other].rr_while.is_running())
    }

    /// setSyncTree(), §17.21.15.
    fn set_sync_tree(&mut self) {
        for port in self.ports.iter_mut() {
            port.sync = true;
        }
    }

    /// setReRootTree(), §17.21.14.
    fn set_re_root_tree(&mut self) {
        for port in self.ports.iter_mut() {
            port.re_root = true;
        }
    }
}
