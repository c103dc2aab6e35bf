//! From the command line to the last line.

use std::fmt::Display;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use layercake_host::signal::Signals;
use layercake_host::{Family, HostError, OpenOptions, errno_text, privilege, route};
use layercake_kit::emulated::Emulated;
use layercake_kit::kernel::IcmpProbes;
use layercake_kit::look::Look;
use layercake_kit::names::{LabNames, SystemNames};
use layercake_kit::place::{Place, is_lab_name};
use layercake_kit::seen::Tapped;
use layercake_kit::story::Story;
use layercake_kit::watch::{Explain, Watch};
use layercake_probe::engine;
use layercake_probe::net::{Packets, Time};
use layercake_probe::ping::text::{Style, Text};
use layercake_probe::ping::{Key, Ping, Plan, Target};
use layercake_probe::trace::Names;
use layercake_tower::Network;

use crate::Cli;
use crate::cli::Hint;
use crate::report::{Form, Report};
use crate::{device, mtu};

/// Echo identifier of a host of ours, where nobody else asks.
pub(crate) const IDENTIFIER: u16 = 0x4c43;

/// Why a ping did not run. All of it is exit status 2 of ping(8).
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Trouble(String);

pub(crate) fn trouble(error: impl Display) -> Trouble {
    Trouble(error.to_string())
}

/// Pings as the command line says; whether everybody answered as often as asked.
///
/// # Errors
/// [`Trouble`] when it could not run.
pub fn run(cli: &Cli) -> Result<bool, Trouble> {
    let first = cli.targets.first().map_or("", String::as_str);
    let place = Place::of(first, &cli.common).map_err(trouble)?;
    let mut targets = Vec::new();
    for name in &cli.targets {
        let told = cli.common.net.is_some() || matches!(place, Place::Via(_));
        if !told && is_emulated(&place) != is_lab_name(name) {
            let text = "hosts of the emulated network and others cannot be mixed";
            return Err(trouble(text));
        }
        let family = cli.family().or_else(|| cli.common.via.family(name));
        let address = place.address(name, family).map_err(trouble)?;
        targets.push(Target {
            name: name.clone(),
            address,
        });
    }
    if cli.mtu {
        let target = mtu::only(&targets)?;
        return match place {
            Place::Emulated(network) => mtu::in_lab(cli, target, *network),
            Place::Kernel => mtu::in_kernel(cli, target),
            Place::Via(plug) => mtu::by_device(cli, target, &plug),
        };
    }
    let plan = cli.plan(targets);
    match place {
        Place::Emulated(network) => in_lab(cli, plan, *network),
        Place::Kernel => in_kernel(cli, plan),
        Place::Via(plug) => device::ping(cli, plan, &plug),
    }
}

fn is_emulated(place: &Place) -> bool {
    matches!(place, Place::Emulated(_))
}

fn in_lab(cli: &Cli, mut plan: Plan, mut network: Network) -> Result<bool, Trouble> {
    local(cli, &network)?;
    let story = story(cli).map(|story| story.following(&mut network));
    let watch = watch(cli, story)?;
    plan.identifier = IDENTIFIER;
    plan.key = Key(cli.common.seed, u64::from(IDENTIFIER));
    let mut names = LabNames::of(&network);
    let signals = Signals::watch().map_err(trouble)?;
    let mut net = Emulated::new(network, cli.common.real_time, Some(signals));
    if cli.fragmentation == Some(Hint::Probe) {
        net.look_for_mtu();
    }
    ping(cli, plan, &mut net, &mut names, String::new(), watch)
}

/// In an emulated network probes leave from one place only.
pub(crate) fn local(cli: &Cli, network: &Network) -> Result<(), Trouble> {
    if cli.interface.is_none() {
        return Ok(());
    }
    let local = network.address(network.local());
    let text = format!("cannot choose -I here: probes leave from {local}");
    Err(trouble(text))
}

/// What tells of the first packets, where it is wanted.
pub(crate) fn story(cli: &Cli) -> Option<Story> {
    let explain = cli.common.explain;
    explain.then(|| Story::new(Look::of(&cli.common)))
}

pub(crate) fn watch(cli: &Cli, story: Option<Story>) -> Result<Option<Watch>, Trouble> {
    let story = story.map(|story| Box::new(story) as Box<dyn Explain>);
    Watch::open(&cli.common, "rping", story).map_err(trouble)
}

fn in_kernel(cli: &Cli, mut plan: Plan) -> Result<bool, Trouble> {
    let watch = watch(cli, story(cli))?;
    let family = one_family(&plan)?;
    let options = open_options(cli);
    way(cli, &plan.targets)?;
    let signals = Signals::watch().map_err(trouble)?;
    let mut net = IcmpProbes::open(family, &options, Some(signals)).map_err(trouble)?;
    let held = privilege::drop_all().map_err(trouble)?;
    plan.shortest_interval = shortest_interval(held.user, plan.interval)?;
    let mut names = SystemNames::start().map_err(trouble)?;
    // As ping does, and as the kernel does by itself: no cutting on the way.
    let hint = cli.fragmentation.unwrap_or(Hint::Want);
    net.set_fragmentation(hint.fragmentation());
    plan.dont_fragment = hint != Hint::Dont;
    plan.identifier = net.identifier();
    plan.key = random_key();
    let from = source_text(cli, &options, &plan)?;
    ping(cli, plan, &mut net, &mut names, from, watch)
}

/// Without a way to a single target ping(8) ends before its first line. Among several the others may be reached, and
/// with -I the source is given: there a probe that cannot leave tells why.
pub(crate) fn way(cli: &Cli, targets: &[Target]) -> Result<(), Trouble> {
    match targets {
        [target] if cli.interface.is_none() => {
            let source = route::source_toward(target.address, None);
            let why = |error: HostError| {
                trouble(format!("connect: {}", errno_text(error.errno)))
            };
            source.map(|_| ()).map_err(why)
        }
        _ => Ok(()),
    }
}

/// Only root may send faster than once in 2 ms, as in ping(8).
pub(crate) fn shortest_interval(
    user: u32,
    wanted: Duration,
) -> Result<Duration, Trouble> {
    let least = if user == 0 {
        Duration::ZERO
    } else {
        Duration::from_millis(2)
    };
    match wanted < least {
        true => Err(trouble(
            "cannot flood; minimal interval allowed for user is 2ms",
        )),
        false => Ok(least),
    }
}

/// One socket serves one family.
fn one_family(plan: &Plan) -> Result<Family, Trouble> {
    let mut families = plan
        .targets
        .iter()
        .map(|target| Family::of(&target.address));
    let first = families.next().unwrap_or(Family::V4);
    match families.all(|family| family == first) {
        true => Ok(first),
        false => Err(trouble("targets of both families; choose with -4 or -6")),
    }
}

/// A secret that nobody else knows: the standard library draws it from the system.
pub(crate) fn random_key() -> Key {
    let draw = || RandomState::new().build_hasher().finish();
    Key(draw(), draw())
}

pub(crate) fn open_options(cli: &Cli) -> OpenOptions {
    let source = cli
        .interface
        .as_ref()
        .and_then(|text| text.parse::<IpAddr>().ok());
    OpenOptions {
        source: source.map(|address| SocketAddr::new(address, 0)),
        interface: cli.interface.clone().filter(|_| source.is_none()),
        transmit_stamps: true,
        ..OpenOptions::default()
    }
}

/// What the first line says about -I: ` from SOURCE INTERFACE:`.
fn source_text(cli: &Cli, options: &OpenOptions, plan: &Plan) -> Result<String, Trouble> {
    let (Some(_), Some(target)) = (&cli.interface, plan.targets.first()) else {
        return Ok(String::new());
    };
    let interface = options.interface.as_deref();
    let source = match options.source {
        Some(source) => source.ip(),
        None => route::source_toward(target.address, interface).map_err(trouble)?,
    };
    Ok(format!(" from {source} {}:", interface.unwrap_or_default()))
}

pub(crate) fn ping<N: Packets + Time + Tapped>(
    cli: &Cli,
    mut plan: Plan,
    net: &mut N,
    names: &mut dyn Names,
    from: String,
    mut watch: Option<Watch>,
) -> Result<bool, Trouble> {
    plan.epoch = net.epoch();
    if let Some(watch) = &mut watch {
        watch.attach(net.tap());
    }
    let written = |target: &Target| target.name.parse::<IpAddr>().is_ok();
    let numeric = cli.numeric || plan.targets.iter().all(written);
    let style = Style {
        quiet: cli.quiet,
        stamps: cli.stamps,
        flood: cli.flood,
        pattern: plan.pattern.clone(),
        from,
        identifier: cli.verbose.then_some(plan.identifier),
        program: "rping",
    };
    let (mut output, mut errors) = (io::stdout().lock(), io::stderr().lock());
    let names: Option<&mut dyn Names> = if numeric { None } else { Some(names) };
    let mut report = Report::new(match cli.common.json {
        true => Form::Json(&mut output),
        false => Form::Text(Box::new(Text::new(&mut output, &mut errors, names, style))),
    });
    let mut ping = Ping::new(plan);
    let ran = engine::run(&mut ping, net, |record| {
        watch
            .as_mut()
            .is_none_or(|watch| report.watched(watch, record))
            && report.on(record)
    });
    ran.map_err(trouble)?;
    let rest = watch.map(Watch::finish).transpose().map_err(trouble)?;
    report.insert(&rest.unwrap_or_default());
    match report.failure() {
        Some(told) => Err(told),
        None => Ok(ping.is_success()),
    }
}
