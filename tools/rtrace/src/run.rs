//! From the command line to the end of the trace.

use std::fmt::Display;
use std::io::{self, BufWriter, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use layercake_host::signal::Signals;
use layercake_host::{Family, OpenOptions, privilege};
use layercake_kit::cable::{CableError, Plug};
use layercake_kit::emulated::Emulated;
use layercake_kit::explain::Explainer;
use layercake_kit::kernel::{IcmpProbes, UdpProbes};
use layercake_kit::names::{LabNames, SystemNames};
use layercake_kit::place::Place;
use layercake_kit::seen::Tapped;
use layercake_kit::via::Via;
use layercake_kit::watch::Watch;
use layercake_probe::engine;
use layercake_probe::net::{Packets, Time};
use layercake_probe::trace::{Method, Names, Plan, Text, Trace};
use layercake_tower::Network;

use crate::Cli;
use crate::report::{Form, Report};

/// Distance of probes in an emulated network, where waiting costs nothing.
const APART: Duration = Duration::from_millis(10);

/// Echo identifier of a host of ours, where nobody else asks.
const IDENTIFIER: u16 = 0x4c43;

/// Why a trace did not run.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The command line or the target is wrong.
    #[error("{0}")]
    Usage(String),
    /// Everything else that went wrong.
    #[error("{0}")]
    Run(String),
    /// The user ended it (SIGINT).
    #[error("interrupted")]
    Interrupted,
}

fn usage(error: impl Display) -> Trouble {
    Trouble::Usage(error.to_string())
}

pub(crate) fn failed(error: impl Display) -> Trouble {
    Trouble::Run(error.to_string())
}

/// Traces as the command line says.
///
/// # Errors
/// [`Trouble`] says which exit status it means.
pub fn run(cli: &Cli) -> Result<(), Trouble> {
    let place = Place::of(&cli.target, &cli.common).map_err(usage)?;
    let spoken = || cli.common.via.family(&cli.target);
    let family = cli.family().or_else(spoken);
    let target = place.address(&cli.target, family).map_err(usage)?;
    let plan = cli.plan(target);
    plan.check().map_err(usage)?;
    let watch = Watch::open(&cli.common, "rtrace", Explainer::wanted(&cli.common));
    let watch = watch.map_err(failed)?;
    match place {
        Place::Emulated(network) => in_lab(cli, plan, *network, watch),
        Place::Kernel => in_kernel(cli, plan, watch),
        Place::Via(plug) => by_device(cli, plan, &plug, watch),
    }
}

fn in_lab(
    cli: &Cli,
    mut plan: Plan,
    network: Network,
    watch: Option<Watch>,
) -> Result<(), Trouble> {
    if cli.source.is_some() || cli.interface.is_some() {
        let local = network.address(network.local());
        return Err(usage(format!(
            "cannot choose -s or -i here: probes leave from {local}"
        )));
    }
    plan.interval = cli.interval.unwrap_or(APART);
    plan.identifier = IDENTIFIER;
    let mut names = LabNames::of(&network);
    let signals = Signals::watch().map_err(failed)?;
    let mut net = Emulated::new(network, cli.common.real_time, Some(signals));
    let names: Option<&mut dyn Names> = if cli.numeric { None } else { Some(&mut names) };
    trace(cli, plan, &mut net, names, watch)
}

fn in_kernel(cli: &Cli, mut plan: Plan, watch: Option<Watch>) -> Result<(), Trouble> {
    let family = Family::of(&plan.target);
    let options = open_options(cli, family);
    let signals = Some(Signals::watch().map_err(failed)?);
    if plan.method == Method::Icmp {
        let mut net = IcmpProbes::open(family, &options, signals).map_err(failed)?;
        plan.identifier = net.identifier();
        return harmless(cli, plan, &mut net, watch);
    }
    let mut net = UdpProbes::open(family, options, signals).map_err(failed)?;
    harmless(cli, plan, &mut net, watch)
}

fn by_device(
    cli: &Cli,
    mut plan: Plan,
    plug: &Plug,
    watch: Option<Watch>,
) -> Result<(), Trouble> {
    if cli.source.is_some() || cli.interface.is_some() {
        let text = "cannot choose -s or -i here: --via and --via-addr say whence";
        return Err(usage(text));
    }
    let opened = Via::open(plug, &cli.common.via, plan.source_ports());
    let net = opened.map_err(|error| match error {
        CableError::Asked(text) => Trouble::Usage(text),
        other => failed(other),
    })?;
    net.way(plan.target).map_err(usage)?;
    plan.identifier = IDENTIFIER;
    let mut net = net.watching(Signals::watch().map_err(failed)?);
    harmless(cli, plan, &mut net, watch)
}

/// Gives all rights away, now that socket and file are open, before threads start that ask for names; then traces.
fn harmless<N: Packets + Time + Tapped>(
    cli: &Cli,
    plan: Plan,
    net: &mut N,
    watch: Option<Watch>,
) -> Result<(), Trouble> {
    privilege::drop_all().map_err(failed)?;
    if cli.numeric {
        return trace(cli, plan, net, None, watch);
    }
    let mut names = SystemNames::start().map_err(failed)?;
    trace(cli, plan, net, Some(&mut names), watch)
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
    names: Option<&mut dyn Names>,
    mut watch: Option<Watch>,
) -> Result<(), Trouble> {
    if let Some(watch) = &mut watch {
        watch.attach(net.tap());
    }
    let mut trace = Trace::new(plan, &cli.target, net.epoch()).map_err(usage)?;
    // Its subscribers flush it: one system call for each line.
    let mut output = BufWriter::new(io::stdout().lock());
    // Shortens the life of the trait object to that of `output`.
    let names = names.map(|names| names as &mut dyn Names);
    let form = match cli.common.json {
        true => Form::Json(&mut output),
        false => Form::Text(Text::new(&mut output, names)),
    };
    let mut report = Report::new(form, watch);
    engine::run(&mut trace, net, |record| report.on(record)).map_err(failed)?;
    let mut explained = report.finish()?;
    if cli.common.json {
        explained.clear();
    }
    let written = output.write_all(explained.as_bytes());
    match written.and_then(|()| output.flush()) {
        // The reader has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(failed),
    }
}
