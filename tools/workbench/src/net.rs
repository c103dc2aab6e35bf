//! `layercake net`: a whole emulated network behind a TAP device or an interface, in real time.
//!
//! ```text
//!   kernel's ping, traceroute, mtr
//!        |
//!     lc0 (TAP) == wan -- one.lab -- two.lab -- … -- far.lab
//!                       1 ms      2 ms
//! ```

pub(crate) mod far;
mod place;

use std::fmt::Display;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::str::FromStr;

use clap::Args;
use layercake_kit::cable::{Kernel, Plug};
use layercake_tower::{Network, NodeId, topology};

use crate::Failure;
use crate::account::Account;
use crate::run::{Run, Running};

/// Put an emulated network behind a TAP device or an interface, in real time
///
/// The kernel's own ping, traceroute and mtr walk through it, with the delays and losses that its
/// wires have. A new TAP device needs CAP_NET_ADMIN; one that root has prepared (`ip tuntap add
/// dev lc0 mode tap user NAME`) needs nothing.
#[derive(Debug, Args)]
#[command(
    after_help = "Example, as root: layercake net tools/workbench/examples/six-routers.toml \
                  --attach wan=tap:lc0 --kernel-addr 10.9.0.2/24 --kernel-route \
                  10.0.0.0/8=10.9.0.1, and from another shell: traceroute -n -I 10.9.6.2\n\n\
                  Exit codes: 0 ended; 2 bad usage or bad file, or the device cannot be had."
)]
pub(crate) struct Net {
    /// Topology, or `lab` for the built-in network
    #[arg(value_name = "FILE")]
    file: String,

    /// Attach a device to an outside node of the topology, or to a further port of a bridge
    #[arg(
        long,
        value_name = "NODE=tap:DEVICE|link:INTERFACE",
        required = true,
        num_args = 1
    )]
    attach: Vec<Attach>,

    /// Seed of chance on the wires
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    #[command(flatten)]
    kernel: Kernel,

    #[command(flatten)]
    run: Run,
}

/// `NODE=tap:DEVICE` or `NODE=link:INTERFACE`
#[derive(Clone, Debug, PartialEq, Eq)]
struct Attach {
    node: String,
    plug: Plug,
}

impl FromStr for Attach {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = "a node and a device expected: wan=tap:lc0";
        let (node, plug) = text.split_once('=').ok_or(expected)?;
        let (node, plug) = (node.to_owned(), plug.parse()?);
        Ok(Attach { node, plug })
    }
}

/// Runs the network until it shall stop.
pub(crate) fn run(arguments: &Net) -> Result<bool, Failure> {
    let (network, places) = read(arguments)?;
    let story = story(&network, arguments);
    let outside = places.first().and_then(|place| network.outside(place));
    let target = outside.map(|outside| far::host(&network, outside.node()));
    let mut hosts = Hosts::of(&network);
    let plugs = arguments.attach.iter().map(|own| own.plug.clone());
    let wanted: Vec<_> = places.into_iter().zip(plugs).collect();
    let (kernel, run) = (&arguments.kernel, &arguments.run);
    let running = Running::begin(network, &wanted, kernel, run)?;
    let mut out = io::stdout().lock();
    write!(out, "{story}")?;
    for (cable, attach) in running.cables().iter().zip(&arguments.attach) {
        writeln!(out, "{} at {}, {}", cable.plug, attach.node, cable.kernel)?;
        writeln!(out, "{}", cable.plug.needs())?;
    }
    if let Some(target) = target.flatten() {
        write!(out, "from another shell: traceroute -n -I {target}; ")?;
    }
    writeln!(out, "Ctrl-C here ends the network")?;
    out.flush()?;
    drop(out);
    let more = |account: &Account| format!("errors told: {}\n", account.errors());
    running.go(run, |network| hosts.turn(network), more)?;
    Ok(true)
}

/// The network, and the outside nodes where the devices belong.
fn read(arguments: &Net) -> Result<(Network, Vec<String>), Failure> {
    let Net {
        file, attach, seed, ..
    } = arguments;
    let bad = |error: &dyn Display| Failure::Asked(format!("{file}: {error}"));
    let text = text(file)?;
    let network =
        |text: &str| Network::from_toml(text, *seed).map_err(|error| bad(&error));
    let nodes: Vec<_> = attach.iter().map(|own| own.node.as_str()).collect();
    let places = place::places(&network(&text)?, &text, &nodes);
    let (text, places) = places.map_err(|error| bad(&error))?;
    Ok((network(&text)?, places))
}

/// The topology.
pub(crate) fn text(file: &str) -> Result<String, Failure> {
    match file {
        "lab" => Ok(topology::LAB.to_owned()),
        path => {
            fs::read_to_string(path).map_err(|error| Failure::at(Path::new(path), error))
        }
    }
}

/// What network it is.
fn story(network: &Network, arguments: &Net) -> String {
    let all = network.nodes().count();
    let routers = network
        .nodes()
        .filter(|(node, _)| network.config(*node).is_some_and(|config| config.forward));
    format!(
        "{}: {all} nodes, {} of them routers; seed {}\n",
        layercake_probe::escape::Escaped(&arguments.file),
        routers.count(),
        arguments.seed
    )
}

/// The hosts and routers of the network, which nobody runs: what comes out of their towers is
/// dropped, at one of them in each turn, so that it does not pile up.
struct Hosts {
    all: Vec<NodeId>,
    next: usize,
}

impl Hosts {
    fn of(network: &Network) -> Self {
        let nodes = network.nodes().map(|(node, _)| node);
        let all = nodes
            .filter(|node| network.config(*node).is_some())
            .collect();
        Hosts { all, next: 0 }
    }

    fn turn(&mut self, network: &mut Network) {
        let Some(node) = self.all.get(self.next) else {
            self.next = 0;
            return;
        };
        while network.receive(*node).is_some() {}
        self.next += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attachment_has_a_node_and_a_device() {
        let attach: Attach = "wan=tap:lc0".parse().unwrap();
        assert_eq!((attach.node.as_str(), attach.plug.name()), ("wan", "lc0"));
        for bad in ["wan", "wan=lc0", "tap:lc0"] {
            assert!(bad.parse::<Attach>().is_err(), "{bad}");
        }
    }
}
