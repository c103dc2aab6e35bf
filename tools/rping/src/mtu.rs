//! `--mtu`: how large a packet gets through.

use std::io::{self, ErrorKind, Write};

use layercake_host::Fragmentation;
use layercake_host::signal::Signals;
use layercake_host::{Family, privilege};
use layercake_kit::cable::Plug;
use layercake_kit::emulated::Emulated;
use layercake_kit::kernel::IcmpProbes;
use layercake_kit::seen::Tapped;
use layercake_kit::watch::Watch;
use layercake_probe::mtu::{Plan, Record, Search, Text};
use layercake_probe::net::{Packets, Time};
use layercake_probe::ping::{Key, Target};
use layercake_probe::{engine, json};
use layercake_tower::Network;

use crate::Cli;
use crate::device;
use crate::run::{IDENTIFIER, Trouble, local, open_options, random_key, story, trouble};
use crate::run::{watch, way};

/// The only target of a search.
pub(crate) fn only(targets: &[Target]) -> Result<&Target, Trouble> {
    match targets {
        [target] => Ok(target),
        _ => Err(trouble("--mtu takes one target")),
    }
}

fn plan(cli: &Cli, target: &Target, identifier: u16, key: Key) -> Plan {
    Plan {
        target: target.clone(),
        timeout: cli.timeout,
        deadline: cli.deadline.filter(|deadline| !deadline.is_zero()),
        ttl: cli.ttl,
        tos: cli.tos,
        identifier,
        key,
        epoch: 0,
    }
}

/// In an emulated network; whether the path MTU was found.
pub(crate) fn in_lab(
    cli: &Cli,
    target: &Target,
    mut network: Network,
) -> Result<bool, Trouble> {
    local(cli, &network)?;
    let story = story(cli).map(|story| story.following(&mut network));
    let watch = watch(cli, story)?;
    let key = Key(cli.common.seed, u64::from(IDENTIFIER));
    let signals = Signals::watch().map_err(trouble)?;
    let mut net = Emulated::new(network, cli.common.real_time, Some(signals));
    net.look_for_mtu();
    search(cli, plan(cli, target, IDENTIFIER, key), &mut net, watch)
}

/// Through the machine's sockets; whether the path MTU was found.
pub(crate) fn in_kernel(cli: &Cli, target: &Target) -> Result<bool, Trouble> {
    let watch = watch(cli, story(cli))?;
    way(cli, core::slice::from_ref(target))?;
    let (family, options) = (Family::of(&target.address), open_options(cli));
    let signals = Signals::watch().map_err(trouble)?;
    let mut net = IcmpProbes::open(family, &options, Some(signals)).map_err(trouble)?;
    privilege::drop_all().map_err(trouble)?;
    net.set_fragmentation(Fragmentation::Probe);
    let identifier = net.identifier();
    search(
        cli,
        plan(cli, target, identifier, random_key()),
        &mut net,
        watch,
    )
}

/// From a host of ours on a device; whether the path MTU was found.
pub(crate) fn by_device(
    cli: &Cli,
    target: &Target,
    plug: &Plug,
) -> Result<bool, Trouble> {
    let (mut net, watch) = device::open(cli, core::slice::from_ref(target), plug)?;
    privilege::drop_all().map_err(trouble)?;
    net.look_for_mtu();
    let plan = plan(cli, target, IDENTIFIER, random_key());
    search(cli, plan, &mut net, watch)
}

fn search<N: Packets + Time + Tapped>(
    cli: &Cli,
    mut plan: Plan,
    net: &mut N,
    mut watch: Option<Watch>,
) -> Result<bool, Trouble> {
    plan.epoch = net.epoch();
    if let Some(watch) = &mut watch {
        watch.attach(net.tap());
    }
    let (mut search, mut output) = (Search::new(plan), io::stdout().lock());
    let mut failed = Ok(());
    let ran = engine::run(&mut search, net, |record| {
        let told = watch.as_mut().map_or(Ok(String::new()), Watch::look);
        failed = told.map_err(trouble).and_then(|told| {
            let told = show(cli, &mut output, &told, record);
            told.map_err(|error| trouble(format!("cannot write: {error}")))
        });
        failed.is_ok()
    });
    ran.map_err(trouble)?;
    failed?;
    let rest = watch.map(Watch::finish).transpose().map_err(trouble)?;
    if !cli.common.json {
        let told = Text::new(&mut output, cli.quiet).insert(&rest.unwrap_or_default());
        gone(told).map_err(trouble)?;
    }
    Ok(search.is_success())
}

/// Shows what there is to explain, and a record.
fn show(
    cli: &Cli,
    output: &mut dyn Write,
    told: &str,
    record: &Record,
) -> io::Result<()> {
    if cli.common.json {
        let written = json::write_line(output, record);
        return gone(written.and_then(|()| output.flush()));
    }
    let mut text = Text::new(output, cli.quiet);
    gone(text.insert(told).and_then(|()| text.on(record)))
}

/// A reader that went away has seen enough.
fn gone(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}
