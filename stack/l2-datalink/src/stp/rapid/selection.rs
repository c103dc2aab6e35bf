//! Port Role Selection machine (§17.28), one for the bridge: from what each port holds to the
//! root, and to a role for each port.

use super::information::aged;
use super::port::{InfoIs, News};
use super::{Nr, Rapid, bridge_priority};
use crate::stp::{Role, Vector};

impl Rapid {
    /// ROLE_SELECTION, when a port asks for it: clearReselectTree(), updtRolesTree() and
    /// setSelectedTree() of §17.21.
    pub(super) fn select_roles(&mut self) -> bool {
        if !self.ports.iter().any(|port| port.reselect) {
            return false;
        }
        for port in self.ports.iter_mut() {
            port.reselect = false;
        }
        self.select_root();
        for p in self.ports.numbers() {
            self.update_designated(p);
            self.select_role(p);
            self.ports[p].selected = true;
        }
        true
    }

    /// §17.21.25 a) to c): the best of this bridge and the ways that its ports know.
    fn select_root(&mut self) {
        let own = bridge_priority(self.id);
        let ways = self.ports.numbers().filter_map(|p| {
            let port = &self.ports[p];
            let says = port.port_priority;
            let other = says.bridge.address != self.id.address;
            let heard = port.info_is == InfoIs::Received && other;
            let way = says.over(port.port_path_cost);
            (heard && way < own).then_some((way, port.port_id, p))
        });
        let best = ways.min();
        self.root_port = best.map(|(.., p)| p);
        self.root_priority = best.map_or(own, |(way, ..)| way);
        self.root_times = match self.root_port {
            None => News::from(self.bridge_times),
            Some(p) => {
                let News { message_age, times } = self.ports[p].port_times;
                let message_age = aged(message_age);
                News { message_age, times }
            }
        };
    }

    /// §17.21.25 d) and e): what this bridge would say at a port.
    fn update_designated(&mut self, p: Nr) {
        let (id, root, mut news) = (self.id, self.root_priority, self.root_times);
        news.times.hello = self.bridge_times.hello;
        let port = &mut self.ports[p];
        port.designated_priority = Vector {
            bridge: id,
            port: port.port_id,
            ..root
        };
        port.designated_times = news;
    }

    /// §17.21.25 f) to l).
    fn select_role(&mut self, p: Nr) {
        let is_root_port = self.root_port == Some(p);
        let id = self.id;
        let port = &mut self.ports[p];
        let (held, own) = (port.port_priority, port.designated_priority);
        (port.selected_role, port.updt_info) = match port.info_is {
            InfoIs::Disabled => (Role::Disabled, false),
            InfoIs::Aged => (Role::Designated, true),
            InfoIs::Mine => {
                let differs = held != own || port.port_times != port.designated_times;
                (Role::Designated, differs)
            }
            InfoIs::Received if is_root_port => (Role::Root, false),
            InfoIs::Received if own < held => (Role::Designated, true),
            InfoIs::Received if held.bridge.address == id.address => {
                (Role::Backup, false)
            }
            InfoIs::Received => (Role::Alternate, false),
        };
    }
}
