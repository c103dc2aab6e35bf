//! What a router that speaks RIP is told.

use core::net::IpAddr;
use core::time::Duration;

use super::Version;
use crate::route::Prefix;

/// What a router that speaks RIP is told.
#[derive(Clone, Debug)]
pub struct Settings {
    /// RIPv2 or RIPng.
    pub version: Version,
    /// Where it speaks.
    pub interfaces: Vec<Interface>,
    /// What a neighbour hears about its own routes.
    pub horizon: Horizon,
    /// Tell changes at once. RFC 2453 §3.10.1.
    pub triggered: bool,
    /// From one update to the next; each time up to a sixth more or less, so that routers do
    /// not fall into step. RFC 2453 §3.8.
    pub update: Duration,
    /// After which a route that nobody confirms is dead.
    pub timeout: Duration,
    /// For which a dead route is still told.
    pub garbage: Duration,
}

/// What a neighbour hears about routes that go over itself. RFC 2453 §3.4.3.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Horizon {
    /// All of them: two routers can then believe each other for ever.
    Open,
    /// None.
    Split,
    /// That they cannot be reached.
    #[default]
    Poisoned,
}

/// An attachment on which RIP is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interface {
    /// The attachment's number, as in `Ici::port`.
    pub port: u16,
    /// The address that its messages come from: of RIPng a link-local one.
    pub address: IpAddr,
    /// The network there, which it tells to others.
    pub network: Prefix,
    /// Hops that this link counts for: 1 to 15.
    pub cost: u8,
}

impl Settings {
    /// Poisoned reverse, triggered updates, and the times of RFC 2453 §3.8.
    pub fn new(version: Version, interfaces: Vec<Interface>) -> Self {
        Settings {
            version,
            interfaces,
            horizon: Horizon::Poisoned,
            triggered: true,
            update: Duration::from_secs(30),
            timeout: Duration::from_secs(180),
            garbage: Duration::from_secs(120),
        }
    }
}
