//! Spanning tree: bridges that choose among all their links those that make a tree.
//!
//! A loop of bridges carries a broadcast round and round, and doubles it at every fork. So the
//! bridges agree on one of them as the root, each finds its best way there, and what is left
//! over is held back until it is needed.
//!
//! ```text
//!              root                    D  designated: the way to the root for its LAN
//!             D    D                   R  root port: the own way to the root
//!            /      \                  A  alternate: another way there, held back
//!           R        R
//!        bridge     bridge             Everybody tells his neighbours the vector
//!           D --------- A              (root, cost, bridge, port); the lowest one wins.
//! ```
//! Two protocols do that, and understand each other:
//!
//! - [`Version::Stp`] (module `classic`): what the root says travels outward once each Hello
//!   Time. A link that has to open waits twice the Forward Delay, until nobody can still act on
//!   old news: 30 s, or 50 s when a failure has to be noticed by silence.
//! - [`Version::Rstp`] (module `rapid`): a bridge proposes to its neighbour to open their link;
//!   that one blocks all others of its own and agrees. The cut travels outward at the speed of
//!   BPDUs, and leaves the tree behind it open.
//!
//! Spec: IEEE 802.1D-2004 clause 17 (RSTP) and 9 (BPDUs), IEEE 802.1D-1998 clause 8 (STP).
//! Units: seconds on the manager's side, 1/256 s on the wire, nanoseconds inside.
//! Checks: [`Settings`] by the constructor of the bridge, BPDUs by their codec.
//! Not here: the bridge itself, which learns and forwards ([`bridge`](crate::bridge)); one tree
//! for each VLAN (MSTP).
//!
//! Reading order: [`id`], [`bpdu`], [`settings`], then `classic` (procedures, as the standard
//! has them) and `rapid` (ten small machines); [`frame`] and [`status`] as needed.

#[cfg(test)]
mod bench;
pub mod bpdu;
mod classic;
pub mod frame;
#[cfg(test)]
mod hostile;
pub mod id;
mod ports;
mod rapid;
pub mod settings;
pub mod status;
mod timer;

use core::fmt;

use layercake_base::Instant;

pub use bpdu::Bpdu;
pub use id::{BridgeId, PortId, Vector};
pub use settings::{PortSettings, Settings, Times, Version};
pub use status::{PortState, PortStatus, Role, Status, Watch};

use classic::Classic;
use rapid::Rapid;

/// What a machine wants its bridge to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Send a BPDU out of a port.
    Transmit(u16, Bpdu),
    /// Forget all stations behind a port.
    Flush(u16),
    /// Forget stations sooner than usual: after this time; `None` ends it.
    AgeSoon(Option<core::time::Duration>),
}

/// One of the two protocols, without frames, tables and clocks.
pub(crate) trait Protocol: fmt::Debug {
    /// A BPDU came in at a port.
    fn receive(&mut self, port: u16, bpdu: &Bpdu, now: Instant);
    /// The link of a port went up or down.
    fn link(&mut self, port: u16, up: bool, now: Instant);
    /// Time has passed. The first time this or one of the above is called the machine begins.
    fn tick(&mut self, now: Instant);
    /// When it next wants the time.
    fn deadline(&self) -> Option<Instant>;
    /// What it wants done, one after the other; there are as many as it has ports, and few more.
    fn order(&mut self) -> Option<Order>;
    /// Tells what it has come to.
    fn report(&self, status: &mut Status);
}

/// The machine for these settings, which have been checked.
pub(crate) fn machine(settings: &Settings) -> Box<dyn Protocol> {
    match settings.version {
        Version::Stp => Box::new(Classic::new(settings)),
        Version::Rstp => Box::new(Rapid::new(settings)),
    }
}
