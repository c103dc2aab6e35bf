//! From the command line to the end of the trace.

use std::fmt::Display;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use layercake_host::{Family, OpenOptions, privilege};
use layercake_kit::emulated::Emulated;
use layercake_kit::kernel::{IcmpProbes, UdpProbes};
use layercake_kit::names::{LabNames, SystemNames};
use layercake_kit::place::Place;
use layercake_kit::seen::Tapped;
use layercake_kit::watch::Watch;
use layercake_probe::net::{Packets, Time};
use layercake_probe::trace::{Method, Names, Plan, Record, Text, Trace};
use layercake_probe::{engine, json};
use layercake_tower::Network;

use crate::Cli;

/// Distance of probes in an emulated network, where waiting costs nothing.
const APART: Duration = Duration::from_millis(10);

/// Echo identifier in an emulated network, where nobody else asks.
const IDENTIFIER: u16 = 0x4c43;

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
    let place = Place::of(&cli.target, &cli.common).map_err(usage)?;
    let target = place.address(&cli.target, cli.family()).map_err(usage)?;
    let plan = cli.plan(target);
    plan.check().map_err(usage)?;
    let watch = Watch::open(&cli.common, "rtrace").map_err(failed)?;
    match place {
        Place::Emulated(network) => in_lab(cli, plan, *network, watch),
        Place::Kernel => in_kernel(cli, plan, watch),
    }
}

fn in_lab(
    cli: &Cli,
    mut plan: Plan,
    network: Network,
    watch: Option<Watch>,
) -> Result<(), Trouble> {
    plan.interval = cli.interval.unwrap_or(APART);
    plan.identifier = IDENTIFIER;
    let mut names = LabNames::of(&network);
    let mut net = Emulated::new(network, cli.common.real_time, None);
    trace(cli, plan, &mut net, &mut names, watch)
}

fn in_kernel(cli: &Cli, mut plan: Plan, watch: Option<Watch>) -> Result<(), Trouble> {
    let family = Family::of(&plan.target);
    let options = open_options(cli, family);
    if plan.method == Method::Icmp {
        let mut net = IcmpProbes::open(family, &options, None).map_err(failed)?;
        let mut names = harmless_names()?;
        plan.identifier = net.identifier();
        return trace(cli, plan, &mut net, &mut names, watch);
    }
    let mut net = UdpProbes::open(family, options, None).map_err(failed)?;
    let mut names = harmless_names()?;
    trace(cli, plan, &mut net, &mut names, watch)
}

/// Gives all rights away, now that the socket and the file are open; then asks for names on threads without rights.
fn harmless_names() -> Result<SystemNames, Trouble> {
    privilege::drop_all().map_err(failed)?;
    SystemNames::start().map_err(failed)
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

fn trace<N: Packets + Time + Tapped>(
    cli: &Cli,
    plan: Plan,
    net: &mut N,
    names: &mut dyn Names,
    mut watch: Option<Watch>,
) -> Result<(), Trouble> {
    if let Some(watch) = &mut watch {
        watch.attach(net.tap());
    }
    let mut trace = Trace::new(plan, &cli.target, net.epoch()).map_err(usage)?;
    let mut output = io::stdout().lock();
    let names: Option<&mut dyn Names> = if cli.numeric { None } else { Some(names) };
    let mut report = match cli.common.json {
        true => Report::Json(&mut output),
        false => Report::Text(Text::new(&mut output, names)),
    };
    let (mut error, mut explained) = (None, String::new());
    let run = engine::run(&mut trace, net, |record| {
        if let Record::Failed { error: why } = record {
            error = Some(why.clone());
        }
        let looked = watch.as_mut().map_or(Ok(String::new()), Watch::look);
        match looked {
            Ok(text) => explained.push_str(&text),
            Err(why) => error = Some(why.to_string()),
        }
        report.on(record).is_ok() && error.is_none()
    });
    run.map_err(failed)?;
    let rest = watch
        .map_or(Ok(String::new()), Watch::finish)
        .map_err(failed)?;
    if cli.common.explain {
        write!(output, "\n{explained}{rest}").map_err(failed)?;
    }
    error.map_or(Ok(()), |error| Err(Trouble::Run(error)))
}

/// What the user wants to read.
enum Report<'a> {
    Text(Text<'a>),
    Json(&'a mut dyn Write),
}

impl Report<'_> {
    fn on(&mut self, record: &Record) -> io::Result<()> {
        match self {
            Report::Text(text) => text.on(record),
            Report::Json(output) => json::write_line(*output, record),
        }
    }
}
