//! `--via`: from a host of ours on a device.

use layercake_host::privilege;
use layercake_host::signal::Signals;
use layercake_kit::cable::Plug;
use layercake_kit::names::SystemNames;
use layercake_kit::via::Via;
use layercake_kit::watch::Watch;
use layercake_probe::ping::{Plan, Target};

use crate::Cli;
use crate::run::{self, watch};
use crate::run::{IDENTIFIER, Trouble, random_key, shortest_interval, story, trouble};

/// Opens the device, and the file that watches it; whoever calls gives the rights away then.
pub(crate) fn open(
    cli: &Cli,
    targets: &[Target],
    plug: &Plug,
) -> Result<(Via, Option<Watch>), Trouble> {
    if cli.interface.is_some() {
        let text = "cannot choose -I here: --via and --via-addr say whence";
        return Err(trouble(text));
    }
    let mut net = Via::open(plug, &cli.common.via, []).map_err(trouble)?;
    if let [target] = targets {
        net.way(target.address).map_err(trouble)?;
    }
    let story = story(cli).map(|story| story.following(net.network()));
    let watch = watch(cli, story)?;
    let signals = Signals::watch().map_err(trouble)?;
    Ok((net.watching(signals), watch))
}

/// Pings from there; whether everybody answered as often as asked.
pub(crate) fn ping(cli: &Cli, mut plan: Plan, plug: &Plug) -> Result<bool, Trouble> {
    let (mut net, watch) = open(cli, &plan.targets, plug)?;
    let held = privilege::drop_all().map_err(trouble)?;
    plan.shortest_interval = shortest_interval(held.user, plan.interval)?;
    let mut names = SystemNames::start().map_err(trouble)?;
    plan.identifier = IDENTIFIER;
    plan.key = random_key();
    run::ping(cli, plan, &mut net, &mut names, String::new(), watch)
}
