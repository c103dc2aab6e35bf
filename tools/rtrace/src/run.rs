//! From the command line to the end of the trace.

use std::fmt::Display;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use layercake_host::resolve::{Reverse, addresses};
use layercake_host::{Family, OpenOptions};
use layercake_kit::trace_icmp::IcmpProbes;
use layercake_kit::trace_udp::UdpProbes;
use layercake_probe::engine;
use layercake_probe::net::{Packets, Time};
use layercake_probe::trace::{Method, Names, Plan, Record, Text, Trace};

use crate::Cli;
use crate::names::SystemNames;

/// Why a trace did not run.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The command line or the target is wrong.
    #[error("{0}")]
    Usage(String),
    /// Everything else.
    #[error("{0}")]
    Run(String),
}

fn usage(error: impl Display) -> Trouble {
    Trouble::Usage(error.to_string())
}

fn failed(error: impl Display) -> Trouble {
    Trouble::Run(error.to_string())
}

/// Traces as the command line says.
///
/// # Errors
/// [`Trouble`] says which exit status it means.
pub fn run(cli: &Cli) -> Result<(), Trouble> {
    let target = resolve(cli)?;
    let mut plan = cli.plan(target);
    plan.check().map_err(usage)?;
    let family = Family::of(&target);
    let options = open_options(cli, family);
    match plan.method {
        Method::Icmp => {
            let mut net = IcmpProbes::open(family, &options, None).map_err(failed)?;
            plan.identifier = net.identifier();
            trace(cli, plan, &mut net)
        }
        Method::Default | Method::Udp => {
            let mut net = UdpProbes::open(family, options, None).map_err(failed)?;
            trace(cli, plan, &mut net)
        }
    }
}

fn open_options(cli: &Cli, family: Family) -> OpenOptions {
    let any: IpAddr = match family {
        Family::V4 => Ipv4Addr::UNSPECIFIED.into(),
        Family::V6 => Ipv6Addr::UNSPECIFIED.into(),
    };
    let (address, port) = (cli.source.unwrap_or(any), cli.source_port.unwrap_or(0));
    OpenOptions {
        source: Some(SocketAddr::new(address, port)),
        interface: cli.interface.clone(),
        transmit_stamps: true,
        ..OpenOptions::default()
    }
}

fn trace<N: Packets + Time>(cli: &Cli, plan: Plan, net: &mut N) -> Result<(), Trouble> {
    let mut trace = Trace::new(plan, &cli.target, net.epoch()).map_err(usage)?;
    let mut names = match cli.numeric {
        true => None,
        false => Some(SystemNames::new(Reverse::start().map_err(failed)?)),
    };
    let names = names.as_mut().map(|names| names as &mut dyn Names);
    let mut output = io::stdout().lock();
    let mut text = Text::new(&mut output, names);
    let mut error = None;
    engine::run(&mut trace, net, |record| {
        if let Record::Failed { error: why } = record {
            error = Some(why.clone());
        }
        text.on(record).is_ok()
    })
    .map_err(failed)?;
    error.map_or(Ok(()), |error| Err(Trouble::Run(error)))
}

fn resolve(cli: &Cli) -> Result<IpAddr, Trouble> {
    let family = match (cli.v4, cli.v6) {
        (true, _) => Some(Family::V4),
        (_, true) => Some(Family::V6),
        _ => None,
    };
    let found = addresses(&cli.target, family).map_err(usage)?;
    let v4 = found.addresses.iter().find(|address| address.is_ipv4());
    let best = v4.or(found.addresses.first());
    best.map(|address| address.ip())
        .ok_or_else(|| usage("no address"))
}
