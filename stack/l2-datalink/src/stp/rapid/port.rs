//! What a bridge knows about a port: §17.19, in alphabetical order as there.

use core::time::Duration;

use layercake_base::Instant;

use crate::stp::bpdu::{Bpdu, Configuration};
use crate::stp::settings::{PortSettings, Times};
use crate::stp::timer::Timer;
use crate::stp::{PortId, PortState, Role, Vector};

/// The times that travel with a priority vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct News {
    pub(super) message_age: Duration,
    pub(super) times: Times,
}

impl From<Times> for News {
    /// Fresh from the root.
    fn from(times: Times) -> Self {
        let message_age = Duration::ZERO;
        News { message_age, times }
    }
}

impl From<&Configuration> for News {
    fn from(own: &Configuration) -> Self {
        News {
            message_age: own.message_age.duration(),
            times: Times {
                hello: own.hello_time.duration(),
                max_age: own.max_age.duration(),
                forward_delay: own.forward_delay.duration(),
            },
        }
    }
}

/// Where the port's priority vector comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum InfoIs {
    Disabled,
    /// Nobody has confirmed it in time.
    Aged,
    /// This bridge is designated.
    Mine,
    /// Another bridge is.
    Received,
}

/// The states of the machine in `migration`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Migration {
    CheckingRstp,
    SelectingStp,
    Sensing,
}

/// The states of the machine in `changes` that last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Changes {
    Inactive,
    Learning,
    Active,
}

/// The variables by which the machines of a port talk to each other.
#[derive(Debug)]
pub(super) struct Port {
    pub(super) admin_edge: bool,
    pub(super) agree: bool,
    pub(super) agreed: bool,
    pub(super) auto_edge: bool,
    pub(super) changes: Changes,
    pub(super) designated_priority: Vector,
    pub(super) designated_times: News,
    pub(super) disputed: bool,
    pub(super) edge_delay_while: Timer,
    pub(super) fd_while: Timer,
    pub(super) forward: bool,
    pub(super) forwarding: bool,
    pub(super) hello_when: Timer,
    pub(super) info_is: InfoIs,
    pub(super) learn: bool,
    pub(super) learning: bool,
    pub(super) mdelay_while: Timer,
    pub(super) migration: Migration,
    pub(super) new_info: bool,
    pub(super) oper_edge: bool,
    pub(super) point_to_point: bool,
    pub(super) port_enabled: bool,
    pub(super) port_id: PortId,
    pub(super) port_path_cost: u32,
    pub(super) port_priority: Vector,
    pub(super) port_times: News,
    pub(super) proposed: bool,
    pub(super) proposing: bool,
    pub(super) rb_while: Timer,
    /// rcvdBPDU with the BPDU itself.
    pub(super) received: Option<Bpdu>,
    pub(super) rcvd_info_while: Timer,
    /// rcvdMsg with the BPDU itself.
    pub(super) rcvd_msg: Option<Bpdu>,
    pub(super) rcvd_rstp: bool,
    pub(super) rcvd_stp: bool,
    pub(super) rcvd_tc: bool,
    pub(super) rcvd_tc_ack: bool,
    pub(super) rcvd_tcn: bool,
    pub(super) re_root: bool,
    pub(super) reselect: bool,
    pub(super) role: Role,
    pub(super) rr_while: Timer,
    pub(super) selected: bool,
    pub(super) selected_role: Role,
    pub(super) send_rstp: bool,
    pub(super) sync: bool,
    pub(super) synced: bool,
    pub(super) tc_ack: bool,
    pub(super) tc_prop: bool,
    pub(super) tc_while: Timer,
    pub(super) tx_count: u8,
    /// Runs for a second while `tx_count` is not zero.
    pub(super) tx_count_down: Timer,
    pub(super) updt_info: bool,
}

impl Port {
    pub(super) fn new(number: usize, settings: &PortSettings) -> Self {
        let number = u16::try_from(number + 1).unwrap_or(u16::MAX);
        let (nobody, no_news) = (Vector::default(), News::from(Times::USUAL));
        Port {
            admin_edge: settings.admin_edge,
            agree: false,
            agreed: false,
            auto_edge: settings.auto_edge,
            changes: Changes::Inactive,
            designated_priority: nobody,
            designated_times: no_news,
            disputed: false,
            edge_delay_while: Timer::STOPPED,
            fd_while: Timer::STOPPED,
            forward: false,
            forwarding: false,
            hello_when: Timer::STOPPED,
            info_is: InfoIs::Disabled,
            learn: false,
            learning: false,
            mdelay_while: Timer::STOPPED,
            migration: Migration::CheckingRstp,
            new_info: false,
            oper_edge: false,
            point_to_point: settings.point_to_point,
            port_enabled: true,
            port_id: PortId::new(settings.priority, number),
            port_path_cost: settings.path_cost,
            port_priority: nobody,
            port_times: no_news,
            proposed: false,
            proposing: false,
            rb_while: Timer::STOPPED,
            received: None,
            rcvd_info_while: Timer::STOPPED,
            rcvd_msg: None,
            rcvd_rstp: false,
            rcvd_stp: false,
            rcvd_tc: false,
            rcvd_tc_ack: false,
            rcvd_tcn: false,
            re_root: false,
            reselect: false,
            role: Role::Disabled,
            rr_while: Timer::STOPPED,
            selected: false,
            selected_role: Role::Disabled,
            send_rstp: true,
            sync: false,
            synced: false,
            tc_ack: false,
            tc_prop: false,
            tc_while: Timer::STOPPED,
            tx_count: 0,
            tx_count_down: Timer::STOPPED,
            updt_info: false,
        }
    }

    /// The roles of the bridge are selected, and the port's information follows them: most rules
    /// ask for that.
    pub(super) fn is_settled(&self) -> bool {
        self.selected && !self.updt_info
    }

    /// It is settled in this role.
    pub(super) fn has_role(&self, role: Role) -> bool {
        self.is_settled() && self.role == role && self.selected_role == role
    }

    pub(super) fn state(&self) -> PortState {
        match (self.port_enabled, self.learning, self.forwarding) {
            (false, ..) => PortState::Disabled,
            (true, false, _) => PortState::Discarding,
            (true, true, false) => PortState::Learning,
            (true, true, true) => PortState::Forwarding,
        }
    }

    /// §17.22, the Port Timers machine: those whose time has come stop.
    pub(super) fn count_down(&mut self, now: Instant) {
        for timer in [
            &mut self.edge_delay_while,
            &mut self.fd_while,
            &mut self.hello_when,
            &mut self.mdelay_while,
            &mut self.rb_while,
            &mut self.rcvd_info_while,
            &mut self.rr_while,
            &mut self.tc_while,
        ] {
            timer.expires(now);
        }
        if self.tx_count_down.expires(now) {
            self.tx_count = self.tx_count.saturating_sub(1);
            if self.tx_count > 0 {
                self.tx_count_down = Timer::after(now, Duration::from_secs(1));
            }
        }
    }

    /// When the next timer expires, but for those that are set anew all the time while the
    /// port has its role, or no link.
    pub(super) fn deadline(&self) -> Option<Instant> {
        let up = self.port_enabled;
        let in_tree = matches!(self.role, Role::Root | Role::Designated);
        let timers = [
            (self.edge_delay_while, up),
            (self.fd_while, in_tree),
            (self.hello_when, true),
            (self.mdelay_while, up),
            (self.rb_while, self.role != Role::Backup),
            (self.rcvd_info_while, true),
            (self.rr_while, self.role != Role::Root),
            (self.tc_while, true),
            (self.tx_count_down, true),
        ];
        let counting = timers.into_iter().filter(|(_, counts)| *counts);
        counting.filter_map(|(timer, _)| timer.end()).min()
    }
}
