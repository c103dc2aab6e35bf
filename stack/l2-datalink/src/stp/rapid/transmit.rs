//! Port Transmit machine (§17.26): says what is new, and every Hello Time that all is well, but
//! not too often.

use core::time::Duration;

use super::{Nr, Rapid};
use crate::stp::bpdu::{self, Bpdu, Configuration, PortRole};
use crate::stp::{Order, Role};

impl Rapid {
    /// Takes the arrows of this machine. Called when all others have come to rest, so that one
    /// BPDU tells all that they did.
    pub(super) fn transmit(&mut self, p: Nr) {
        if !self.ports[p].is_settled() {
            return;
        }
        self.transmit_periodic(p);
        let port = &self.ports[p];
        if !port.new_info || port.tx_count >= self.transmit_hold_count {
            return;
        }
        let bpdu = match (port.send_rstp, port.role) {
            (true, role) => self.rapid(p, role),
            (false, Role::Designated) => Bpdu::Configuration(self.configuration(p, true)),
            (false, Role::Root) => Bpdu::TopologyChange,
            // Nothing is said in STP from a port that is held back.
            (false, _) => return,
        };
        self.say(p, bpdu);
    }

    /// To TRANSMIT_PERIODIC: the Hello Time has passed.
    fn transmit_periodic(&mut self, p: Nr) {
        let hello_when = self.after(self.ports[p].designated_times.times.hello);
        let port = &mut self.ports[p];
        if port.hello_when.is_running() {
            return;
        }
        let root = port.role == Role::Root;
        port.new_info |= port.role == Role::Designated;
        port.new_info |= root && port.tc_while.is_running();
        port.hello_when = hello_when;
    }

    /// TRANSMIT_CONFIG, TRANSMIT_TCN or TRANSMIT_RSTP, and back to IDLE.
    fn say(&mut self, p: Nr, bpdu: Bpdu) {
        let hello_when = self.after(self.ports[p].designated_times.times.hello);
        let second = self.after(Duration::from_secs(1));
        let port = &mut self.ports[p];
        (port.new_info, port.tc_ack) = (false, false);
        port.hello_when = hello_when;
        port.tx_count += 1;
        if !port.tx_count_down.is_running() {
            port.tx_count_down = second;
        }
        // A port without a link has nobody to talk to.
        if port.port_enabled {
            self.orders.push_back(Order::Transmit(p.get(), bpdu));
        }
    }

    /// txConfig(), §17.21.19; an acknowledgment is only for STP.
    fn configuration(&self, p: Nr, stp: bool) -> Configuration {
        let port = &self.ports[p];
        let times = port.designated_times.times;
        Configuration {
            vector: port.designated_priority,
            message_age: port.designated_times.message_age.into(),
            max_age: times.max_age.into(),
            hello_time: times.hello.into(),
            forward_delay: times.forward_delay.into(),
            topology_change: port.tc_while.is_running(),
            acknowledgment: stp && port.tc_ack,
        }
    }

    /// txRstp(), §17.21.20.
    fn rapid(&self, p: Nr, role: Role) -> Bpdu {
        let port = &self.ports[p];
        Bpdu::Rapid(bpdu::Rapid {
            configuration: self.configuration(p, false),
            role: match role {
                Role::Root => PortRole::Root,
                Role::Designated => PortRole::Designated,
                Role::Alternate | Role::Backup => PortRole::AlternateOrBackup,
                Role::Disabled => PortRole::Unknown,
            },
            proposal: port.proposing,
            agreement: port.agree,
            learning: port.learning,
            forwarding: port.forwarding,
        })
    }
}
