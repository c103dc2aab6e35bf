//! The command line: traceroute's flags, then those that it shares with `rping`.

use std::net::IpAddr;
use std::num::NonZeroU16;
use std::time::Duration;

use clap::Parser;
use layercake_host::Family;
use layercake_kit::common::Common;
use layercake_probe::trace::{Method, Plan, Waits};

/// Trace the path to a host, real or emulated.
///
/// Sends probes with a small time to live and lists the routers that say it ran out. A TARGET that
/// ends in .lab is a host of the built-in emulated network and needs no privilege and no network.
#[derive(Debug, Parser)]
#[command(name = "rtrace", version, after_help = AFTER)]
pub struct Cli {
    /// Host to trace the path to: a name or an address
    #[arg(value_name = "TARGET")]
    pub target: String,

    /// Length of a probe packet in octets, IP header included [default: the IP header plus 40]
    #[arg(value_name = "PACKET_LENGTH")]
    pub length: Option<usize>,

    /// Use IPv4
    #[arg(short = '4', conflicts_with = "v6")]
    pub v4: bool,

    /// Use IPv6
    #[arg(short = '6')]
    pub v6: bool,

    /// Send ICMP echo requests
    #[arg(short = 'I', long, conflicts_with = "udp")]
    pub icmp: bool,

    /// Send UDP to one port, 53 by default, instead of a higher port for each probe
    #[arg(short = 'U', long)]
    pub udp: bool,

    /// Probes for each hop, 10 at most
    #[arg(short, long, value_name = "N", default_value_t = 3)]
    pub queries: u8,

    /// Time to live of the first probe
    #[arg(short, long = "first", value_name = "TTL", default_value_t = 1)]
    pub first: u8,

    /// Time to live of the last probes
    #[arg(short, long = "max-hops", value_name = "TTL", default_value_t = 30)]
    pub max: u8,

    /// Probes in flight at a time [default: those of 16 hops]
    #[arg(short = 'N', long = "sim-queries", value_name = "N")]
    pub parallel: Option<NonZeroU16>,

    /// Seconds to wait for an answer: at most MAX, at most HERE times as long as the same hop
    /// took, NEAR times as long as one further away [default: 5,3,3, at least 50 ms]
    #[arg(short, long = "wait", value_name = "MAX[,HERE,NEAR]", value_parser = waits)]
    pub wait: Option<Waits>,

    /// Shortest time between two probes, in seconds; above 10, in milliseconds
    /// [default: 0; in an emulated network 10 ms, so that no probe queues behind another]
    #[arg(short = 'z', long = "sendwait", value_name = "TIME", value_parser = interval)]
    pub interval: Option<Duration>,

    /// Print addresses only, without looking up their names
    #[arg(short = 'n')]
    pub numeric: bool,

    /// Destination port (with -I the sequence number) of the first probe
    /// [default: 33434, with -U 53, with -I 1]
    #[arg(short, long, value_name = "PORT")]
    pub port: Option<u16>,

    /// Source port of all UDP probes; with -U only one probe is then in flight
    #[arg(long = "sport", value_name = "PORT", conflicts_with = "icmp")]
    pub source_port: Option<u16>,

    /// Type of Service (IPv4) or Traffic Class (IPv6) of the probes
    #[arg(short = 't', long, value_name = "TOS", default_value_t = 0)]
    pub tos: u8,

    /// Forbid routers to cut the probes into fragments
    #[arg(short = 'F', long)]
    pub dont_fragment: bool,

    /// Source address of the probes
    #[arg(short, long, value_name = "ADDRESS")]
    pub source: Option<IpAddr>,

    /// Network interface to send from
    #[arg(short, long, value_name = "NAME")]
    pub interface: Option<String>,

    /// What `rping` and `rtrace` share.
    #[command(flatten)]
    pub common: Common,
}

const AFTER: &str = "\
Exit status: 0 when the trace ran, whether or not it reached the target; 1 when it could not run; \
2 when the command line or the target is wrong.

Without privilege, UDP always works; -I where net.ipv4.ping_group_range contains your group.";

impl Cli {
    /// The family that was asked for.
    pub fn family(&self) -> Option<Family> {
        let v6 = self.v6.then_some(Family::V6);
        self.v4.then_some(Family::V4).or(v6)
    }

    /// The chosen kind of probes.
    pub fn method(&self) -> Method {
        match (self.icmp, self.udp) {
            (true, _) => Method::Icmp,
            (false, true) => Method::Udp,
            (false, false) => Method::Default,
        }
    }

    /// The plan that these flags describe.
    pub fn plan(&self, target: IpAddr) -> Plan {
        let plan = Plan::new(target).with_method(self.method());
        let one = NonZeroU16::MIN;
        let alone = self.udp && self.source_port.is_some();
        Plan {
            queries: self.queries,
            first: self.first,
            max: self.max,
            waits: self.wait.unwrap_or(Waits::DEFAULT),
            parallel: if alone { Some(one) } else { self.parallel },
            interval: self.interval.unwrap_or(Duration::ZERO),
            length: self.length.unwrap_or(plan.length),
            port: self.port.unwrap_or(plan.port),
            source_port: self.source_port,
            tos: self.tos,
            dont_fragment: self.dont_fragment,
            ..plan
        }
    }
}

/// `max`, or `max,here,near`; a slash separates as well. As in traceroute, `max` alone switches
/// the other two off.
fn waits(text: &str) -> Result<Waits, String> {
    let number = |part: &str| {
        let value = part.parse::<f64>().ok();
        let value = value.filter(|v| v.is_finite() && *v >= 0.0);
        value.ok_or_else(|| format!("{part:?} is no number of at least 0"))
    };
    let parts = text
        .split([',', '/'])
        .map(number)
        .collect::<Result<Vec<_>, _>>()?;
    let (max, here, near) = match *parts.as_slice() {
        [max] => (max, 0.0, 0.0),
        [max, here] => (max, here, 0.0),
        [max, here, near] => (max, here, near),
        _ => return Err(format!("{} numbers, at most 3 expected", parts.len())),
    };
    let max = Duration::try_from_secs_f64(max).map_err(|error| error.to_string())?;
    Ok(Waits {
        max,
        here,
        near,
        least: Duration::ZERO,
    })
}

/// Seconds, or above ten milliseconds.
fn interval(text: &str) -> Result<Duration, String> {
    let value: f64 = text.parse().map_err(|_| format!("{text:?} is no number"))?;
    let seconds = if value > 10.0 { value / 1000.0 } else { value };
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Cli {
        Cli::parse_from(["rtrace"].iter().chain(arguments))
    }

    #[test]
    fn the_definition_is_consistent() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn without_flags_the_plan_is_traceroute_s() {
        let target = [192, 0, 2, 1].into();
        let plan = parse(&["192.0.2.1"]).plan(target);
        assert_eq!(plan, Plan::new(target));
        assert_eq!((plan.packet(), plan.port), (60, 33_434));
    }

    #[test]
    fn the_methods_bring_their_ports() {
        let target = "2001:db8::1".parse().unwrap();
        assert_eq!(parse(&["-U", "h"]).plan(target).port, 53);
        assert_eq!(parse(&["-I", "h"]).plan(target).port, 1);
        assert_eq!(parse(&["-I", "-p", "9", "h", "100"]).plan(target).port, 9);
        assert_eq!(parse(&["h"]).plan(target).packet(), 80);
    }

    /// traceroute(8), -w: here and near are zero when only max is given.
    #[test]
    fn waits_read_as_in_traceroute() {
        let one = waits("0.5").unwrap();
        assert_eq!(
            (one.max, one.here, one.near),
            (Duration::from_millis(500), 0.0, 0.0)
        );
        let three = waits("5/3,10").unwrap();
        assert_eq!((three.here, three.near), (3.0, 10.0));
        assert!(waits("x").is_err() && waits("1,2,3,4").is_err() && waits("-1").is_err());
    }

    #[test]
    fn intervals_above_ten_are_milliseconds() {
        assert_eq!(interval("0.5"), Ok(Duration::from_millis(500)));
        assert_eq!(interval("500"), Ok(Duration::from_millis(500)));
        assert!(interval("-1").is_err());
    }
}
