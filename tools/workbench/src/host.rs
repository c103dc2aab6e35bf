//! `layercake host`: one of our hosts beside the kernel, on a TAP device or an interface, in real
//! time.
//!
//! ```text
//!   kernel's ping                     +------------------+
//!        |                            | UDP echo, port 7 |
//!     lc0 (TAP) == outside -- wire -- | ICMP      UDP    |
//!                                     | IPv4             |
//!                                     | ARP, Ethernet, … |
//!                                     +------------------+
//! ```

mod echo;

use std::cell::RefCell;
use std::io::{self, Write as _};
use std::net::Ipv6Addr;
use std::str::FromStr;

use clap::{ArgGroup, Args};
use layercake_base::Mac;
use layercake_kit::cable::station::{self, Setup};
use layercake_kit::cable::{Interface, Kernel, Plug};
use layercake_transport::Udp;

use crate::output::thousands;
use crate::run::{Cable, Run, Running};
use crate::{Failure, output};
use echo::Service;

/// Run one of our hosts beside the kernel, in real time
///
/// The host answers ARP, ICMP echo and UDP echo (port 7, RFC 862), tells with an ICMP error why
/// nobody wants the rest, and counts what it discards. A new TAP device needs CAP_NET_ADMIN; one
/// that root has prepared (`ip tuntap add dev lc0 mode tap user NAME`) needs nothing.
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("device").args(["tap", "link"]).required(true),
    after_help = "Example, as root: layercake host --tap lc0 --addr 10.0.0.2/24 \
                  --kernel-addr 10.0.0.1/24, and from another shell: ping 10.0.0.2\n\n\
                  Exit codes: 0 ended; 2 bad usage or bad file, or the device cannot be had."
)]
pub(crate) struct Host {
    /// TAP device, made if need be
    #[arg(long, value_name = "DEVICE")]
    tap: Option<String>,

    /// Existing interface, such as one end of a veth pair (needs CAP_NET_RAW)
    #[arg(long, value_name = "INTERFACE")]
    link: Option<String>,

    /// The host's addresses; each has a link address of its own
    #[arg(
        long,
        value_name = "ADDRESS/LENGTH",
        required = true,
        value_delimiter = ',',
        num_args = 1
    )]
    addr: Vec<Own>,

    /// The host's link address; else 02:00 and the IPv4 address
    #[arg(long, value_name = "MAC", value_parser = mac)]
    mac: Option<Mac>,

    #[command(flatten)]
    kernel: Kernel,

    #[command(flatten)]
    run: Run,
}

/// An address for the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Own {
    V4(Interface),
    V6(Ipv6Addr),
}

impl FromStr for Own {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let v6 = text.split_once('/').and_then(|(address, length)| {
            let length: u8 = length.parse().ok()?;
            Some((address.parse().ok()?, (1..=128).contains(&length)))
        });
        match v6 {
            Some((address, true)) => Ok(Own::V6(address)),
            _ => text.parse().map(Own::V4),
        }
    }
}

/// A link address of one station.
fn mac(text: &str) -> Result<Mac, String> {
    let mac: Mac = text.parse().map_err(|error| format!("{error}"))?;
    match mac.is_group() || mac == Mac::default() {
        true => Err(format!(
            "{mac} is no station's: the lowest bit of the first octet must be 0"
        )),
        false => Ok(mac),
    }
}

/// Runs the host until it shall stop.
pub(crate) fn run(arguments: &Host) -> Result<bool, Failure> {
    let (addresses, left) = addresses(&arguments.addr)?;
    let stations = station::stations(&addresses, arguments.mac);
    let (network, host) = station::network(&stations, setup()).map_err(Failure::asked)?;
    let wanted = [(station::OUTSIDE.to_owned(), plug(arguments))];
    let (kernel, run) = (&arguments.kernel, &arguments.run);
    let running = Running::begin(network, &wanted, kernel, run)?;
    for address in left {
        output::tell(format_args!(
            "layercake: {address} is left out: there is no IPv6 in our hosts yet"
        ));
    }
    begin(&running, &stations)?;
    let service = RefCell::new(Service::new(host, running.account()));
    let turn = |network: &mut _| service.borrow_mut().serve(network);
    running.go(run, turn, |account| {
        format!(
            "echo requests answered: {}; datagrams echoed: {}; errors told: {}\n",
            thousands(account.echoes()),
            thousands(service.borrow().answered()),
            account.errors()
        )
    })?;
    Ok(true)
}

/// A host that listens at the port of UDP echo.
fn setup() -> Setup {
    let mut udp = Udp::new();
    udp.bind(echo::PORT);
    Setup {
        udp,
        ..Setup::default()
    }
}

fn plug(arguments: &Host) -> Plug {
    match (&arguments.tap, &arguments.link) {
        (_, Some(name)) => Plug::Link(name.clone()),
        (Some(name), None) => Plug::Tap(name.clone()),
        (None, None) => Plug::Tap("lc%d".into()), // the command line requires one of them
    }
}

/// The IPv4 addresses, of which there must be one; and those that are left out.
fn addresses(all: &[Own]) -> Result<(Vec<Interface>, Vec<Ipv6Addr>), Failure> {
    let (mut usable, mut left) = (Vec::new(), Vec::new());
    for own in all {
        match own {
            Own::V4(own) => usable.push(*own),
            Own::V6(address) => left.push(*address),
        }
    }
    let twice = (1..usable.len()).find(|n| {
        let (before, from) = usable.split_at(*n);
        from.first()
            .is_some_and(|own| before.iter().any(|other| other.address == own.address))
    });
    match (usable.first(), twice.and_then(|n| usable.get(n))) {
        (None, _) => Err(Failure::Asked(
            "--addr: an IPv4 address is needed, there is no IPv6 in our hosts yet".into(),
        )),
        (_, Some(own)) => {
            Err(Failure::Asked(format!("--addr: {own} stands there twice")))
        }
        _ => Ok((usable, left)),
    }
}

/// Says what was set up, what is missing, and what to try.
fn begin(running: &Running, stations: &[(Mac, Interface)]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let all = stations.iter().map(|(mac, own)| format!("{own} at {mac}"));
    let all = all.collect::<Vec<_>>().join(", ");
    let port = echo::PORT;
    for Cable { plug, kernel, .. } in running.cables() {
        writeln!(
            out,
            "host {all} on {plug}, {kernel}: answers ARP, ICMP echo, UDP echo on port {port}"
        )?;
        writeln!(out, "{}", plug.needs())?;
        if let Some((_, own)) = stations.first() {
            writeln!(out, "{}; Ctrl-C here ends the host", hint(plug, *own))?;
        }
    }
    Ok(out.flush()?)
}

/// What to do from another shell.
fn hint(plug: &Plug, own: Interface) -> String {
    let prepare = match own.neighbour().filter(|_| plug.is_idle()) {
        Some(neighbour) => {
            let device = plug.name();
            format!("ip addr add {neighbour} dev {device}; ip link set {device} up; ")
        }
        None => String::new(),
    };
    format!("from another shell: {prepare}ping {}", own.address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own(texts: &[&str]) -> Vec<Own> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn ipv6_addresses_are_left_out_and_one_of_ipv4_is_needed() {
        let (usable, left) = addresses(&own(&["10.0.0.2/24", "fd00::2/64"])).unwrap();
        assert_eq!((usable.len(), left.len()), (1, 1));
        assert!(addresses(&own(&["fd00::2/64"])).is_err());
        assert!(addresses(&own(&["10.0.0.2/24", "10.0.0.2/16"])).is_err());
        for bad in ["fd00::2", "fd00::2/129", "10.0.0.255/24"] {
            assert!(bad.parse::<Own>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_station_has_no_group_address() {
        assert_eq!(mac("02:00:00:00:00:07"), Ok(Mac::local(7)));
        for bad in [
            "01:00:5e:00:00:01",
            "ff:ff:ff:ff:ff:ff",
            "00:00:00:00:00:00",
            "x",
        ] {
            assert!(mac(bad).is_err(), "{bad}");
        }
    }
}
