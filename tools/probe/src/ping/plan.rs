//! What to ping, how often, and how long to wait: the choices of a run.

use core::net::IpAddr;
use core::time::Duration;

use super::Key;

/// The choices of a run. [`Plan::new`] has the defaults of iputils.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Whom to ping.
    pub targets: Vec<Target>,
    /// End after this many answers and errors for each target.
    pub count: Option<u64>,
    /// Time between two probes to one target; zero sends as fast as answers come.
    pub interval: Duration,
    /// How long to wait after the last probe while nothing has come back at all; zero is for
    /// ever. Once something has, the wait is twice the longest round trip.
    pub timeout: Duration,
    /// End after this time whatever happens; until then send on, beyond `count` too.
    pub deadline: Option<Duration>,
    /// Octets of data in each probe.
    pub size: usize,
    /// What the data repeats; empty counts up.
    pub pattern: Vec<u8>,
    /// Time to live; `None` is the host's default.
    pub ttl: Option<u8>,
    /// Type of Service or Traffic Class.
    pub tos: u8,
    /// Forbid fragmentation on the way.
    pub dont_fragment: bool,
    /// Probes that may be sent without waiting for an answer.
    pub preload: u64,
    /// Follow the round-trip time with the interval, so that about one probe is under way.
    pub adaptive: bool,
    /// An adaptive interval goes no lower; others are the caller's business.
    pub shortest_interval: Duration,
    /// Tell when the one before is unanswered as the next is due.
    pub outstanding: bool,
    /// Echo identifier.
    pub identifier: u16,
    /// The secret of the seals.
    pub key: Key,
    /// Nanoseconds from 1970 to time zero, see [`Time::epoch`](crate::net::Time::epoch).
    pub epoch: u64,
}

/// One host to ping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// What the user asked for.
    pub name: String,
    /// Its address.
    pub address: IpAddr,
}

impl Plan {
    /// Ping `targets` for ever, once a second, with 56 octets.
    pub fn new(targets: Vec<Target>) -> Self {
        Plan {
            targets,
            count: None,
            interval: Duration::from_secs(1),
            timeout: Duration::from_secs(10),
            deadline: None,
            size: 56,
            pattern: Vec::new(),
            ttl: None,
            tos: 0,
            dont_fragment: false,
            preload: 1,
            adaptive: false,
            shortest_interval: Duration::from_millis(2),
            outstanding: false,
            identifier: 0,
            key: Key::default(),
            epoch: 0,
        }
    }
}
