//! The constants of a search, by the names of RFC 8899 §5.1.

use core::time::Duration;

/// What a search is told before it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// MIN_PLPMTU: what every path takes.
    pub least: u16,
    /// BASE_PLPMTU: what most paths take; within the other two.
    pub base: u16,
    /// MAX_PLPMTU: what the first link takes, or the peer if that is less.
    pub most: u16,
    /// MAX_PROBES: so many lost probes of a size, one after the other, say that it does not get
    /// through; at least one.
    pub max_probes: u8,
    /// PROBE_TIMER: a probe not acknowledged by then is lost; at least a second (§5.1.1).
    pub probe_timer: Duration,
    /// PMTU_RAISE_TIMER: after this time larger sizes are tried again.
    pub raise_timer: Duration,
    /// CONFIRMATION_TIMER: after this time the size found is tried again. `None` for a protocol
    /// whose data is acknowledged, which sees a black hole by itself.
    pub confirmation_timer: Option<Duration>,
}

impl Settings {
    /// For IPv4 and a first link that takes `most` octets: from 68 octets (RFC 791 §3.2), by way
    /// of 1200, with 3 probes of 15 s, 600 s until larger ones are tried; a confirmation
    /// each minute.
    pub const fn ipv4(most: u16) -> Self {
        Settings {
            least: 68,
            base: 1200,
            most,
            max_probes: 3,
            probe_timer: Duration::from_secs(15),
            raise_timer: Duration::from_secs(600),
            confirmation_timer: Some(Duration::from_secs(60)),
        }
    }

    /// For IPv6, likewise: every link takes 1280 octets (RFC 8200 §5), so nothing less is tried.
    pub const fn ipv6(most: u16) -> Self {
        Settings {
            least: 1280,
            base: 1280,
            ..Settings::ipv4(most)
        }
    }

    /// The same within the limits of each field.
    pub(super) fn clamped(self) -> Self {
        let least = self.least.max(1);
        let most = self.most.max(least);
        Settings {
            least,
            base: self.base.clamp(least, most),
            most,
            max_probes: self.max_probes.max(1),
            probe_timer: self.probe_timer.max(Duration::from_secs(1)),
            ..self
        }
    }
}
