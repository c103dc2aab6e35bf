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

use clap::{ArgGroup, Args};
use layercake_base::Mac;
use layercake_kit::cable::station::{self, Setup, Station};
use layercake_kit::cable::{Interface, Kernel, Plug};
use layercake_transport::Udp;

use crate::Failure;
use crate::output::thousands;
use crate::run::{Cable, Run, Running};
use echo::Service;

/// Run one of our hosts beside the kernel, in real time
///
/// The host answers ARP, neighbour discovery, ICMP echo of both families and UDP echo (port 7, RFC 862), tells with an ICMP error why
/// nobody wants the rest, and counts what it discards. A new TAP device needs CAP_NET_ADMIN; one
/// that root has prepared (`ip tuntap add dev lc0 mode tap user NAME`) needs nothing.
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("device").args(["tap", "link"]).required(true),
    after_help = "Example, as root: layercake host --tap lc0 --addr 10.0.0.2/24,fd00::2/64 \
                  --kernel-addr 10.0.0.1/24,fd00::1/64, and from another shell: ping 10.0.0.2\n\n\
                  Exit codes: 0 ended; 2 bad usage or bad file, or the device cannot be had."
)]
pub(crate) struct Host {
    /// TAP device, made if need be
    #[arg(long, value_name = "DEVICE")]
    tap: Option<String>,

    /// Existing interface, such as one end of a veth pair (needs CAP_NET_RAW)
    #[arg(long, value_name = "INTERFACE")]
    link: Option<String>,

    /// The host's addresses: each of IPv4 has a link address of its own, and the first of these
    /// stands for all of IPv6 too
    #[arg(
        long,
        value_name = "ADDRESS/LENGTH",
        required = true,
        value_delimiter = ',',
        num_args = 1
    )]
    addr: Vec<Interface>,

    /// The host's link address; else 02:00 and the IPv4 address, or one that follows from that of
    /// IPv6
    #[arg(long, value_name = "MAC", value_parser = mac)]
    mac: Option<Mac>,

    #[command(flatten)]
    kernel: Kernel,

    #[command(flatten)]
    run: Run,
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
    check(&arguments.addr)?;
    let stations = station::stations(&arguments.addr, arguments.mac);
    let (network, host) = station::network(&stations, setup()).map_err(Failure::asked)?;
    let wanted = [(station::OUTSIDE.to_owned(), plug(arguments))];
    let (kernel, run) = (&arguments.kernel, &arguments.run);
    let running = Running::begin(network, &wanted, kernel, run)?;
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

/// No address stands there twice.
fn check(all: &[Interface]) -> Result<(), Failure> {
    let twice = all.iter().enumerate().find(|(n, own)| {
        let before = all.iter().take(*n);
        before.clone().any(|other| other.address == own.address)
    });
    match twice {
        None => Ok(()),
        Some((_, own)) => {
            Err(Failure::Asked(format!("--addr: {own} stands there twice")))
        }
    }
}

/// Says what was set up, what is missing, and what to try.
fn begin(running: &Running, stations: &[Station]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    let all = stations.iter().map(|Station { mac, interfaces }| {
        let own = interfaces.iter().map(Interface::to_string);
        format!("{} at {mac}", own.collect::<Vec<_>>().join(" and "))
    });
    let all = all.collect::<Vec<_>>().join(", ");
    let answers = answers(stations);
    let port = echo::PORT;
    for Cable { plug, kernel, .. } in running.cables() {
        writeln!(
            out,
            "host {all} on {plug}, {kernel}: answers {answers}, UDP echo on port {port}"
        )?;
        writeln!(out, "{}", plug.needs())?;
        let first = stations
            .first()
            .and_then(|station| station.interfaces.first());
        if let Some(own) = first {
            writeln!(out, "{}; Ctrl-C here ends the host", hint(plug, *own))?;
        }
    }
    Ok(out.flush()?)
}

/// What the host answers, by what it speaks.
fn answers(stations: &[Station]) -> String {
    let own = || stations.iter().flat_map(|station| &station.interfaces);
    let v4 = own().any(|own| own.address.is_ipv4());
    let v6 = own().any(|own| own.address.is_ipv6());
    let both = [
        v4.then_some("ARP, ICMP echo"),
        v6.then_some("neighbour discovery, ICMPv6 echo"),
    ];
    both.into_iter().flatten().collect::<Vec<_>>().join(", ")
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

    fn own(texts: &[&str]) -> Vec<Interface> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn no_address_stands_there_twice() {
        assert!(check(&own(&["10.0.0.2/24", "fd00::2/64"])).is_ok());
        assert!(check(&own(&["10.0.0.2/24", "10.0.0.2/16"])).is_err());
        assert!(check(&own(&["fd00::2/64", "10.0.0.2/24", "fd00::2/48"])).is_err());
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
