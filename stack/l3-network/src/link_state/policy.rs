//! What a router that speaks link state is told.

use core::net::Ipv4Addr;

use crate::route::Prefix;

/// What a router that speaks link state is told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Its ID: one of its addresses.
    pub router: Ipv4Addr,
    /// Where it speaks.
    pub interfaces: Vec<Interface>,
    /// What makes a way short.
    pub metric: Metric,
}

/// What makes a way short: how a router finds the costs of its links. `link_state/gauge.rs` says
/// how delays become costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Metric {
    /// The links on it: each costs 1.
    Hops,
    /// The costs that somebody has written down.
    #[default]
    Cost,
    /// The delay measured of late, with what waits for the line.
    Delay,
    /// The average of the delay over a long time, within limits.
    AverageDelay,
}

impl Metric {
    /// It wants probes on every link.
    pub(super) const fn is_measured(self) -> bool {
        matches!(self, Metric::Delay | Metric::AverageDelay)
    }

    /// What the network of a link costs: only ways between routers are measured.
    pub(super) const fn network(self, own: &Interface) -> u16 {
        match self {
            Metric::Cost => own.cost,
            Metric::Hops | Metric::Delay | Metric::AverageDelay => 1,
        }
    }
}

/// An attachment on which link state is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interface {
    /// The attachment's number, as in `Ici::port`.
    pub port: u16,
    /// The router's address there.
    pub address: Ipv4Addr,
    /// The network there.
    pub network: Prefix,
    /// What it costs to go there; 0 counts as 1.
    pub cost: u16,
}
