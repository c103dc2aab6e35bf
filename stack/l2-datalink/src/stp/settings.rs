//! What a manager decides about a bridge in a spanning tree.
//!
//! Spec: IEEE 802.1D-2004 §17.13 and §17.14 (variables, and the ranges of table 17-1 to 17-3),
//! IEEE 802.1D-1998 §8.10.2 (the same for STP, with its 16-bit path costs of table 8-5).
//! Units: seconds; a path cost counts nothing, it only compares.
//! Checks: every range, and the two relations between the three times.

use core::time::Duration;

use layercake_base::{Mac, Reason};

use super::{BridgeId, PortId};

/// Which protocol a bridge speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// The Spanning Tree Protocol of IEEE 802.1D-1998: waits out every doubt.
    Stp,
    /// The Rapid Spanning Tree Protocol of IEEE 802.1D-2004: neighbours agree. Speaks STP at a
    /// port where it hears STP.
    Rstp,
}

impl Version {
    /// The path cost that the standard recommends for a link of `rate` bits per second; a rate
    /// of zero is one that nobody knows.
    ///
    /// STP: IEEE 802.1D-1998 table 8-5, continued to 10 Gbit/s as Linux does; 100 when unknown,
    /// as there. RSTP: IEEE 802.1D-2004 table 17-3, where the cost is 20 Tbit/s by the rate;
    /// 20 000, as for 1 Gbit/s, when unknown.
    pub fn path_cost(self, rate: u64) -> u32 {
        const M: u64 = 1_000_000;
        match (self, rate) {
            (Version::Stp, 0) => 100,
            (Version::Stp, rate) if rate >= 10_000 * M => 2,
            (Version::Stp, rate) if rate >= 1000 * M => 4,
            (Version::Stp, rate) if rate >= 100 * M => 19,
            (Version::Stp, rate) if rate >= 16 * M => 62,
            (Version::Stp, rate) if rate >= 10 * M => 100,
            (Version::Stp, _) => 250,
            (Version::Rstp, 0) => 20_000,
            (Version::Rstp, rate) => {
                let cost = (20_000_000 * M / rate).clamp(1, u64::from(MOST_COST));
                u32::try_from(cost).unwrap_or(MOST_COST)
            }
        }
    }
}

/// The greatest path cost of one port. IEEE 802.1D-2004 table 17-3.
const MOST_COST: u32 = 200_000_000;

/// The three times that the root sets for all bridges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times {
    pub(super) hello: Duration,
    pub(super) max_age: Duration,
    pub(super) forward_delay: Duration,
}

impl Times {
    /// 2 s, 20 s and 15 s: IEEE 802.1D-2004 table 17-1.
    pub const USUAL: Times = Times {
        hello: Duration::from_secs(2),
        max_age: Duration::from_secs(20),
        forward_delay: Duration::from_secs(15),
    };

    /// Whole seconds: `hello` from one BPDU of the root to the next, 1 to 10; `max_age` after
    /// which its news is void, 6 to 40; `forward_delay` in each state on the way to
    /// forwarding, 4 to 30.
    ///
    /// # Errors
    /// [`Reason::Illegal`] when one is out of its range, or unless
    /// 2 × (`forward_delay` − 1) ≥ `max_age` ≥ 2 × (`hello` + 1): IEEE 802.1D-2004 §17.14.
    pub fn seconds(hello: u8, max_age: u8, forward_delay: u8) -> Result<Times, Reason> {
        let range = |field, value, range: core::ops::RangeInclusive<u8>, rule| {
            Reason::require(range.contains(&value), field, value, rule)
        };
        range("Hello Time", hello, 1..=10, "must be 1 to 10 s")?;
        range("Max Age", max_age, 6..=40, "must be 6 to 40 s")?;
        range("Forward Delay", forward_delay, 4..=30, "must be 4 to 30 s")?;
        let rule = "must be at least twice (Hello Time + 1 s)";
        Reason::require(max_age >= 2 * (hello + 1), "Max Age", max_age, rule)?;
        let rule = "must be at most twice (Forward Delay - 1 s)";
        Reason::require(max_age <= 2 * (forward_delay - 1), "Max Age", max_age, rule)?;
        let seconds = |number: u8| Duration::from_secs(number.into());
        Ok(Times {
            hello: seconds(hello),
            max_age: seconds(max_age),
            forward_delay: seconds(forward_delay),
        })
    }

    /// From one BPDU of the root to the next.
    pub fn hello(&self) -> Duration {
        self.hello
    }

    /// How long news of the root is good.
    pub fn max_age(&self) -> Duration {
        self.max_age
    }

    /// How long each state on the way to forwarding lasts.
    pub fn forward_delay(&self) -> Duration {
        self.forward_delay
    }
}

/// What is decided about one port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortSettings {
    /// 0 to 240 in steps of 16; 128 unless said otherwise.
    pub priority: u8,
    /// What it costs to go out here, 1 to 200 000 000: [`Version::path_cost`] of its rate.
    pub path_cost: u32,
    /// RSTP: no bridge is behind this port, so that it may forward at once.
    pub admin_edge: bool,
    /// RSTP: it may find that out by itself, from hearing no BPDU for a while.
    pub auto_edge: bool,
    /// RSTP: exactly one bridge is at the other end, so that an agreement is one of all.
    pub point_to_point: bool,
}

/// What is decided about a bridge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The protocol that it speaks.
    pub version: Version,
    /// 0 to 61 440 in steps of 4096; 32 768 unless said otherwise.
    pub priority: u16,
    /// Its address: the source of its BPDUs, and part of its identifier.
    pub address: Mac,
    /// What it tells all others while it is the root.
    pub times: Times,
    /// RSTP: BPDUs per port before it has to wait for a second, 1 to 10. STP sends at most
    /// one each second.
    pub transmit_hold_count: u8,
    /// Its ports, by number from 0. On the wire they are numbered from 1.
    pub ports: Vec<PortSettings>,
}

impl Settings {
    /// What the standard recommends, for a bridge of so many ports of unknown rate.
    pub fn new(version: Version, address: Mac, ports: u16) -> Self {
        let port = PortSettings {
            priority: 128,
            path_cost: version.path_cost(0),
            admin_edge: false,
            auto_edge: true,
            point_to_point: true,
        };
        Settings {
            version,
            priority: 0x8000,
            address,
            times: Times::USUAL,
            transmit_hold_count: 6,
            ports: vec![port; usize::from(ports)],
        }
    }

    /// The bridge's identifier.
    pub fn id(&self) -> BridgeId {
        BridgeId {
            priority: self.priority,
            address: self.address,
        }
    }

    /// All that the constructor of [`Times`] has not yet checked.
    pub(crate) fn check(&self) -> Result<(), Reason> {
        let field = "Bridge Priority";
        let rule = "must be a multiple of 4096";
        let multiple = self.priority.is_multiple_of(4096);
        Reason::require(multiple, field, self.priority, rule)?;
        let rule = "must be that of one station";
        let (single, field) = (!self.address.is_group(), "Bridge Address");
        Reason::require(single, field, self.address, rule)?;
        let (count, field) = (self.transmit_hold_count, "Transmit Hold Count");
        Reason::require((1..=10).contains(&count), field, count, "must be 1 to 10")?;
        let (count, rule) = (self.ports.len(), "must be at most 4095");
        let few = count <= usize::from(PortId::MOST);
        Reason::require(few, "number of ports", count as u64, rule)?;
        self.ports.iter().try_for_each(PortSettings::check)
    }
}

impl PortSettings {
    fn check(&self) -> Result<(), Reason> {
        let (priority, cost) = (self.priority, self.path_cost);
        let (multiple, rule) = (priority.is_multiple_of(16), "must be a multiple of 16");
        Reason::require(multiple, "Port Priority", priority, rule)?;
        let rule = "must be 1 to 200000000";
        Reason::require(
            (1..=MOST_COST).contains(&cost),
            "Port Path Cost",
            cost,
            rule,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// IEEE 802.1D-1998 table 8-5 and IEEE 802.1D-2004 table 17-3.
    #[test]
    fn path_costs_are_those_of_the_tables() {
        let rates = [
            4_000_000,
            10_000_000,
            16_000_000,
            100_000_000,
            1_000_000_000,
        ];
        let costs = |version: Version| rates.map(|rate| version.path_cost(rate));
        assert_eq!(costs(Version::Stp), [250, 100, 62, 19, 4]);
        let rapid = [5_000_000, 2_000_000, 1_250_000, 200_000, 20_000];
        assert_eq!(costs(Version::Rstp), rapid);
        assert_eq!(Version::Rstp.path_cost(1), 200_000_000);
        assert_eq!(Version::Rstp.path_cost(u64::MAX), 1);
        assert_eq!(Version::Stp.path_cost(0), 100);
    }

    #[test]
    fn the_times_must_fit_each_other() {
        assert_eq!(Times::seconds(2, 20, 15), Ok(Times::USUAL));
        let says = |hello, max_age, forward_delay| {
            let refused = Times::seconds(hello, max_age, forward_delay);
            refused.unwrap_err().to_string()
        };
        assert_eq!(says(0, 20, 15), "Hello Time = 0 must be 1 to 10 s");
        assert_eq!(says(2, 41, 15), "Max Age = 41 must be 6 to 40 s");
        assert_eq!(says(2, 20, 3), "Forward Delay = 3 must be 4 to 30 s");
        let text = "Max Age = 20 must be at least twice (Hello Time + 1 s)";
        assert_eq!(says(10, 20, 15), text);
        let text = "Max Age = 20 must be at most twice (Forward Delay - 1 s)";
        assert_eq!(says(2, 20, 10), text);
    }

    #[test]
    fn a_setting_out_of_range_is_named() {
        let good = Settings::new(Version::Rstp, Mac::local(1), 2);
        assert_eq!(good.check(), Ok(()));
        let says = |change: &dyn Fn(&mut Settings)| {
            let mut settings = good.clone();
            change(&mut settings);
            settings.check().unwrap_err().to_string()
        };
        let text = "Bridge Priority = 4097 (0x1001) must be a multiple of 4096";
        assert_eq!(says(&|own| own.priority = 4097), text);
        let text = "Port Priority = 8 must be a multiple of 16";
        assert_eq!(says(&|own| own.ports[1].priority = 8), text);
        let text = "Port Path Cost = 0 must be 1 to 200000000";
        assert_eq!(says(&|own| own.ports[0].path_cost = 0), text);
        let text = "Transmit Hold Count = 0 must be 1 to 10";
        assert_eq!(says(&|own| own.transmit_hold_count = 0), text);
        let text = "Bridge Address = ff:ff:ff:ff:ff:ff must be that of one station";
        assert_eq!(says(&|own| own.address = Mac::BROADCAST), text);
        let many = |own: &mut Settings| own.ports = vec![own.ports[0]; 4096];
        let text = "number of ports = 4096 (0x1000) must be at most 4095";
        assert_eq!(says(&many), text);
    }
}
