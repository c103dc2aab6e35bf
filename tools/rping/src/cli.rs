//! The command line: the flags of iputils ping, then those that all tools of Layercake share.

use std::time::Duration;

use clap::Parser;
use layercake_host::{Family, Fragmentation};
use layercake_kit::common::Common;
use layercake_probe::ping::{Plan, Target};

/// Ask hosts, real or emulated, for an echo.
///
/// A TARGET that ends in .lab is a host of the built-in emulated network and needs no privilege
/// and no network.
#[derive(Debug, Parser)]
#[command(name = "rping", version, disable_version_flag = true, after_help = AFTER)]
pub struct Cli {
    /// Hosts to ping: names or addresses
    #[arg(value_name = "TARGET", required = true)]
    pub targets: Vec<String>,

    /// Send this many probes to each target; with -w, until this many answers have come
    #[arg(short, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    pub count: Option<u64>,

    /// Seconds between two probes to the same target
    #[arg(short, value_name = "SECONDS", default_value = "1", value_parser = seconds)]
    pub interval: Duration,

    /// Seconds to wait for the first answer; 0 waits for ever. Once there was one, the wait is
    /// twice the longest round trip
    #[arg(short = 'W', value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub timeout: Duration,

    /// Stop after this many seconds, however many probes were sent or answered
    #[arg(short = 'w', value_name = "SECONDS", value_parser = seconds)]
    pub deadline: Option<Duration>,

    /// Octets of data in each probe
    #[arg(
        short, value_name = "OCTETS", default_value_t = 56,
        value_parser = clap::value_parser!(u32).range(..=65_507)
    )]
    pub size: u32,

    /// Time to live (IPv4) or hop limit (IPv6) of the probes
    #[arg(short, value_name = "TTL", value_parser = clap::value_parser!(u8).range(1..))]
    pub ttl: Option<u8>,

    /// Print addresses only, without looking up their names
    #[arg(short)]
    pub numeric: bool,

    /// Print the first line and the summary only
    #[arg(short)]
    pub quiet: bool,

    /// Print the time before each line, in seconds since 1970 (emulated: since the start)
    #[arg(short = 'D')]
    pub stamps: bool,

    /// Tell when a probe is unanswered as the next one leaves
    #[arg(short = 'O')]
    pub outstanding: bool,

    /// Probes that may be sent without waiting for an answer
    #[arg(
        short = 'l', value_name = "COUNT", default_value_t = 1,
        value_parser = clap::value_parser!(u64).range(1..=65_536)
    )]
    pub preload: u64,

    /// Up to 16 octets, in hexadecimal, that the data repeats
    #[arg(short, value_name = "HEX", value_parser = pattern)]
    pub pattern: Option<Octets>,

    /// Type of Service (IPv4) or Traffic Class (IPv6): decimal, or hexadecimal with 0x
    #[arg(short = 'Q', value_name = "TOS", default_value = "0", value_parser = tos)]
    pub tos: u8,

    /// Path MTU discovery: how to treat probes that are too long for a link. In the emulated
    /// network `do` and `probe` forbid to cut them, and `probe` ignores what was told of the path
    #[arg(short = 'M', value_name = "HINT")]
    pub fragmentation: Option<Hint>,

    /// Find the path MTU: echoes of many sizes that must not be cut, whether or not routers say
    /// which is too large (RFC 8899). One target; -W is at most 10 s, and after the first answer
    /// three round trips, at least a second
    #[arg(long, conflicts_with_all = [
        "count", "size", "pattern", "preload", "adaptive", "flood", "outstanding",
        "fragmentation", "stamps", "verbose",
    ])]
    pub mtu: bool,

    /// Source address, or network interface to send from; not on the emulated network
    #[arg(short = 'I', value_name = "ADDRESS|NAME")]
    pub interface: Option<String>,

    /// Adapt the interval to the round-trip time
    #[arg(short = 'A')]
    pub adaptive: bool,

    /// Send as fast as answers come; a dot for each probe, taken back by each answer
    #[arg(short)]
    pub flood: bool,

    /// Use IPv4
    #[arg(short = '4', conflicts_with = "v6")]
    pub v4: bool,

    /// Use IPv6
    #[arg(short = '6')]
    pub v6: bool,

    /// Print the identifier of the probes with each answer
    #[arg(short)]
    pub verbose: bool,

    /// Print version
    #[arg(short = 'V', long, action = clap::ArgAction::Version)]
    version: Option<bool>,

    /// What `rping` and `rtrace` share.
    #[command(flatten)]
    pub common: Common,
}

const AFTER: &str = "\
Exit status: 0 when every target answered; 1 when one did not, or with -w and -c fewer times than \
asked; 2 for anything else. With --mtu: 0 when the path MTU was found, 1 when not, 2 for anything \
else.

Without privilege it works where net.ipv4.ping_group_range contains your group, and always on the \
emulated network.";

/// What -M hints; see `IP_MTU_DISCOVER` in ip(7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Hint {
    /// Never cut them; longer than the known path MTU is an error.
    Do,
    /// Cut them here or on the way.
    Dont,
    /// Cut them here where the path MTU is known, never on the way.
    Want,
    /// Never cut them, and ignore the known path MTU.
    Probe,
}

impl Hint {
    /// In the words of the kernel.
    pub fn fragmentation(self) -> Fragmentation {
        match self {
            Hint::Do => Fragmentation::Forbid,
            Hint::Dont => Fragmentation::Allow,
            Hint::Want => Fragmentation::Want,
            Hint::Probe => Fragmentation::Probe,
        }
    }
}

/// Octets written in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Octets(pub Vec<u8>);

impl Cli {
    /// The family that was asked for.
    pub fn family(&self) -> Option<Family> {
        match (self.v4, self.v6) {
            (true, _) => Some(Family::V4),
            (_, true) => Some(Family::V6),
            _ => None,
        }
    }

    /// The plan that these flags describe.
    pub fn plan(&self, targets: Vec<Target>) -> Plan {
        let plan = Plan::new(targets);
        let unpaced = self.flood && self.interval == Duration::from_secs(1);
        Plan {
            count: self.count,
            interval: if unpaced {
                Duration::ZERO
            } else {
                self.interval
            },
            timeout: self.timeout,
            deadline: self.deadline.filter(|deadline| !deadline.is_zero()),
            size: usize::try_from(self.size).unwrap_or(usize::MAX),
            pattern: self
                .pattern
                .clone()
                .map_or_else(Vec::new, |octets| octets.0),
            ttl: self.ttl,
            tos: self.tos,
            dont_fragment: matches!(self.fragmentation, Some(Hint::Do | Hint::Probe)),
            preload: self.preload,
            adaptive: self.adaptive,
            outstanding: self.outstanding,
            ..plan
        }
    }
}

/// Seconds with a fraction.
fn seconds(text: &str) -> Result<Duration, String> {
    let value: f64 = text.parse().map_err(|_| format!("{text:?} is no number"))?;
    Duration::try_from_secs_f64(value).map_err(|error| error.to_string())
}

fn tos(text: &str) -> Result<u8, String> {
    let value = match text.strip_prefix("0x") {
        Some(hex) => u8::from_str_radix(hex, 16),
        None => text.parse(),
    };
    value.map_err(|error| format!("{error}, 0 to 255 expected"))
}

fn pattern(text: &str) -> Result<Octets, String> {
    let digits: Option<Vec<u32>> = text.chars().map(|c| c.to_digit(16)).collect();
    let digits = digits.filter(|digits| !digits.is_empty());
    let digits = digits
        .ok_or_else(|| format!("patterns must be specified as hex digits: {text}"))?;
    // As sscanf("%2x…") reads them: a digit that is left over makes an octet of its own.
    let octet = |pair: &[u32]| pair.iter().fold(0, |sum, digit| sum * 16 + digit);
    let octets = digits
        .chunks(2)
        .take(16)
        .map(|pair| u8::try_from(octet(pair)));
    octets
        .collect::<Result<_, _>>()
        .map(Octets)
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Cli {
        Cli::parse_from(["rping"].iter().chain(arguments))
    }

    #[test]
    fn the_definition_is_consistent() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn without_flags_the_plan_is_that_of_ping() {
        let plan = parse(&["h"]).plan(Vec::new());
        let usual = Plan::new(Vec::new());
        assert_eq!(format!("{plan:?}"), format!("{usual:?}"));
    }

    #[test]
    fn a_flood_has_no_interval_unless_it_is_given_one() {
        assert_eq!(
            parse(&["-f", "h"]).plan(Vec::new()).interval,
            Duration::ZERO
        );
        let paced = parse(&["-f", "-i", "0.5", "h"]).plan(Vec::new());
        assert_eq!(paced.interval, Duration::from_millis(500));
    }

    #[test]
    fn patterns_read_as_in_ping() {
        assert_eq!(pattern("ff0a"), Ok(Octets(vec![0xff, 0x0a])));
        assert_eq!(pattern("abc"), Ok(Octets(vec![0xab, 0x0c])));
        assert_eq!(pattern(&"11".repeat(20)).unwrap().0.len(), 16);
        assert!(pattern("zz").is_err() && pattern("").is_err());
    }

    #[test]
    fn values_out_of_range_are_refused() {
        for bad in [
            ["-c", "0"],
            ["-s", "65508"],
            ["-t", "0"],
            ["-i", "-1"],
            ["-Q", "256"],
        ] {
            let line = ["rping", bad[0], bad[1], "h"];
            assert!(Cli::try_parse_from(line).is_err(), "{bad:?}");
        }
    }
}
