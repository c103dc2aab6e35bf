//! What a trace is asked to do, and what of it cannot be done.

use core::net::IpAddr;
use core::num::NonZeroU16;
use core::time::Duration;

/// How the probes look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// UDP to ports that nobody is likely to use, one higher for each probe: traceroute's default.
    Default,
    /// UDP to one port, each probe from a port of its own (`-U`).
    Udp,
    /// ICMP echo requests, one sequence number higher for each probe (`-I`).
    Icmp,
}

impl Method {
    /// The destination port, or for ICMP the sequence number, of the first probe.
    pub const fn first_port(self) -> u16 {
        match self {
            Method::Default => 33_434,
            Method::Udp => 53,
            Method::Icmp => 1,
        }
    }

    /// Octets of the header between the IP header and the payload: 8 in each method.
    pub const fn header(self) -> usize {
        8
    }
}

/// How long to wait for an answer, after `traceroute -w max,here,near`.
///
/// Nobody knows how long an answer takes, but other answers are a hint: one from the same hop (`here`), else one
/// from a hop further away (`near`). A factor of zero takes no hint. One millisecond is added to the hint, so that
/// a factor works on a fast path too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Waits {
    /// Never longer than this.
    pub max: Duration,
    /// Factor on the longest round trip to the same hop.
    pub here: f64,
    /// Factor on the longest round trip to a hop further away.
    pub near: f64,
    /// Never shorter than this for the sake of a hint.
    pub least: Duration,
}

impl Waits {
    /// Up to 5 s, or three times the hint, at least 50 ms.
    ///
    /// traceroute waits ten times the hint of a further hop; on a path of 100 ms that is a second for each silent
    /// router, while on a path of 1 ms it is 20 ms, too short for a router that answers at leisure.
    pub const DEFAULT: Waits = Waits {
        max: Duration::from_secs(5),
        here: 3.0,
        near: 3.0,
        least: Duration::from_millis(50),
    };

    /// How long to wait when the hints are the longest round trips to the same hop and to hops further away.
    pub fn patience(&self, here: Option<Duration>, near: Option<Duration>) -> Duration {
        let hint = [(here, self.here), (near, self.near)];
        let hint = hint.into_iter().find_map(|(round_trip, factor)| {
            let base = round_trip.filter(|_| factor > 0.0)? + Duration::from_millis(1);
            Some(scaled(base, factor).max(self.least))
        });
        hint.map_or(self.max, |hint| hint.min(self.max))
    }
}

/// `time` × `factor`; for ever when that cannot be said.
pub(super) fn scaled(time: Duration, factor: f64) -> Duration {
    Duration::try_from_secs_f64(time.as_secs_f64() * factor).unwrap_or(Duration::MAX)
}

/// What to trace and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The far end of the path.
    pub target: IpAddr,
    /// How the probes look.
    pub method: Method,
    /// Probes for each hop, 1 to 10.
    pub queries: u8,
    /// Time to live of the first probe, from 1.
    pub first: u8,
    /// Time to live of the last probes.
    pub max: u8,
    /// How long to wait for answers.
    pub waits: Waits,
    /// Most probes in flight at a time; `None` for as many as 16 hops take.
    pub parallel: Option<NonZeroU16>,
    /// Shortest time between two probes.
    pub interval: Duration,
    /// Octets of a whole probe packet, IP header included.
    pub length: usize,
    /// Destination port, or for ICMP the sequence number, of the first probe.
    pub port: u16,
    /// Source port of all UDP probes; `None` lets the back end choose.
    pub source_port: Option<u16>,
    /// ICMP identifier of all probes.
    pub identifier: u16,
    /// Type of Service (IPv4) or Traffic Class (IPv6).
    pub tos: u8,
    /// Forbid routers to cut the probes.
    pub dont_fragment: bool,
}

/// A plan that cannot be carried out, in traceroute's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// No probes at all.
    #[error("at least one probe per hop is needed")]
    NoQueries,
    /// More than 10 probes for each hop.
    #[error("no more than 10 probes per hop")]
    Queries,
    /// The first hop is zero or beyond the last.
    #[error("first hop out of range")]
    First,
    /// Longer than an IP packet or than traceroute's limit of 65000 octets.
    #[error("too big packetlen {0} specified")]
    Length(usize),
}

impl Plan {
    /// traceroute's defaults: three UDP probes for each of up to 30 hops, 40 octets behind the IP header.
    pub fn new(target: IpAddr) -> Self {
        let mut plan = Plan {
            target,
            method: Method::Default,
            queries: 3,
            first: 1,
            max: 30,
            waits: Waits::DEFAULT,
            parallel: None,
            interval: Duration::ZERO,
            length: 0,
            port: Method::Default.first_port(),
            source_port: None,
            identifier: 0,
            tos: 0,
            dont_fragment: false,
        };
        plan.length = plan.ip_header() + 40;
        plan
    }

    /// Chooses a method, and its first port.
    #[must_use]
    pub fn with_method(mut self, method: Method) -> Self {
        self.method = method;
        self.port = method.first_port();
        self
    }

    /// Octets of the IP header without options: 20 (RFC 791) or 40 (RFC 8200).
    pub const fn ip_header(&self) -> usize {
        match self.target {
            IpAddr::V4(_) => 20,
            IpAddr::V6(_) => 40,
        }
    }

    /// Octets behind the probe's own header; a length that leaves no room for the headers means none.
    pub const fn payload(&self) -> usize {
        self.length
            .saturating_sub(self.ip_header() + self.method.header())
    }

    /// Octets of a whole probe packet as it is sent.
    pub const fn packet(&self) -> usize {
        self.ip_header() + self.method.header() + self.payload()
    }

    /// Whether it can be carried out.
    ///
    /// # Errors
    /// The first thing that cannot.
    pub fn check(&self) -> Result<(), PlanError> {
        if self.queries == 0 {
            return Err(PlanError::NoQueries);
        }
        if self.queries > 10 {
            return Err(PlanError::Queries);
        }
        if self.first == 0 || self.first > self.max {
            return Err(PlanError::First);
        }
        if self.length > 65_000 {
            return Err(PlanError::Length(self.length));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn without_a_hint_the_wait_is_the_longest() {
        assert_eq!(Waits::DEFAULT.patience(None, None), Duration::from_secs(5));
        let deaf = Waits {
            here: 0.0,
            near: 0.0,
            ..Waits::DEFAULT
        };
        assert_eq!(deaf.patience(Some(MS), Some(MS)), Duration::from_secs(5));
    }

    /// traceroute(8): the same hop first, then some further one, each with 1 ms added.
    #[test]
    fn hints_are_taken_in_the_order_of_the_manual() {
        let as_traceroute = Waits {
            near: 10.0,
            least: Duration::ZERO,
            ..Waits::DEFAULT
        };
        assert_eq!(as_traceroute.patience(Some(19 * MS), Some(MS)), 60 * MS);
        assert_eq!(as_traceroute.patience(None, Some(19 * MS)), 200 * MS);
        assert_eq!(as_traceroute.patience(Some(9_999 * MS), None), 5_000 * MS);
        assert_eq!(Waits::DEFAULT.patience(Some(MS), None), 50 * MS);
    }

    #[test]
    fn a_plan_that_cannot_be_carried_out_is_refused_in_traceroute_s_words() {
        let plan = Plan::new([192, 0, 2, 1].into());
        assert_eq!(plan.check(), Ok(()));
        let said = |plan: Plan| plan.check().unwrap_err().to_string();
        let eleven = Plan {
            queries: 11,
            ..plan.clone()
        };
        assert_eq!(said(eleven), "no more than 10 probes per hop");
        assert_eq!(
            said(Plan {
                first: 31,
                ..plan.clone()
            }),
            "first hop out of range"
        );
        let long = Plan {
            length: 70_000,
            ..plan
        };
        assert_eq!(said(long), "too big packetlen 70000 specified");
    }

    #[test]
    fn a_length_below_the_headers_is_raised_to_them() {
        let plan = Plan {
            length: 20,
            ..Plan::new([192, 0, 2, 1].into())
        };
        assert_eq!((plan.packet(), plan.payload()), (28, 0));
    }
}
