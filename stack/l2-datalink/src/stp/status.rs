//! What a bridge in a spanning tree has come to: for tests, tools and whoever looks on.

use core::cell::RefCell;
use core::fmt;
use std::rc::Rc;

use layercake_base::Instant;

use super::{BridgeId, PortId, Vector};

/// What a port lets through.
///
/// IEEE 802.1D-2004 §17.5 has three states; discarding is what the edition of 1998 calls
/// blocking or listening.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PortState {
    /// Nothing: its link is down.
    #[default]
    Disabled,
    /// STP: nothing but BPDUs, since another way is better.
    Blocking,
    /// STP: nothing but BPDUs, until all bridges may have heard of the change.
    Listening,
    /// RSTP: nothing but BPDUs.
    Discarding,
    /// Nothing but BPDUs, but it learns where stations are.
    Learning,
    /// Everything.
    Forwarding,
}

impl PortState {
    /// The bridge learns from frames that come in here.
    pub const fn learns(self) -> bool {
        matches!(self, PortState::Learning | PortState::Forwarding)
    }

    /// Frames come in and go out here.
    pub const fn forwards(self) -> bool {
        matches!(self, PortState::Forwarding)
    }
}

/// As `bridge link` of iproute2 shows it.
impl fmt::Display for PortState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            PortState::Disabled => "disabled",
            PortState::Blocking => "blocking",
            PortState::Listening => "listening",
            PortState::Discarding => "discarding",
            PortState::Learning => "learning",
            PortState::Forwarding => "forwarding",
        })
    }
}

/// What a port is in the tree. IEEE 802.1D-2004 §17.3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Role {
    /// Its link is down.
    #[default]
    Disabled,
    /// The way to the root.
    Root,
    /// The way to the root for all others on its LAN.
    Designated,
    /// Another way to the root, held back.
    Alternate,
    /// Another way to a LAN for which this bridge is designated already, held back.
    Backup,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Role::Disabled => "disabled",
            Role::Root => "root",
            Role::Designated => "designated",
            Role::Alternate => "alternate",
            Role::Backup => "backup",
        })
    }
}

/// One port.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PortStatus {
    /// Its identifier.
    pub id: PortId,
    /// What it is in the tree.
    pub role: Role,
    /// What it lets through.
    pub state: PortState,
    /// The best that is said on its LAN, and who says it.
    pub designated: Vector,
}

/// A bridge and its ports.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Its identifier.
    pub bridge: BridgeId,
    /// Who it takes to be the root.
    pub root: BridgeId,
    /// What the path to it costs.
    pub root_path_cost: u32,
    /// The port that leads to it; `None` at the root itself.
    pub root_port: Option<u16>,
    /// When anything above, or the role or state of a port, changed last.
    pub changed: Instant,
    /// Topology changes that this bridge saw itself or was told of.
    pub topology_changes: u64,
    /// By number, from 0.
    pub ports: Vec<PortStatus>,
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (bridge, root, cost) = (self.bridge, self.root, self.root_path_cost);
        writeln!(f, "bridge {bridge} root {root} cost {cost}")?;
        for port in &self.ports {
            let PortStatus {
                id, role, state, ..
            } = port;
            let Vector {
                bridge, port: by, ..
            } = port.designated;
            writeln!(
                f,
                "  port {id} {role:10} {state:10} designated {bridge} {by}"
            )?;
        }
        Ok(())
    }
}

/// A look at a bridge that runs in a tower: it is kept up to date by the bridge.
#[derive(Clone, Debug, Default)]
pub struct Watch(Rc<RefCell<Status>>);

impl Watch {
    /// What the bridge has come to by now.
    pub fn status(&self) -> Status {
        self.0.borrow().clone()
    }

    /// Lets `report` write, and notes when that has changed something.
    pub(crate) fn update(&self, now: Instant, report: impl FnOnce(&mut Status)) {
        if let Ok(mut status) = self.0.try_borrow_mut() {
            let before = status.summary();
            report(&mut status);
            if status.summary() != before {
                status.changed = now;
            }
        }
    }
}

impl Status {
    /// What `changed` is about, as one number: a hash that costs no memory.
    fn summary(&self) -> u64 {
        use core::hash::{Hash as _, Hasher as _};
        let mut hasher = std::hash::DefaultHasher::new();
        (self.root, self.root_path_cost, self.root_port).hash(&mut hasher);
        for port in &self.ports {
            (port.role, port.state).hash(&mut hasher);
        }
        hasher.finish()
    }
}
