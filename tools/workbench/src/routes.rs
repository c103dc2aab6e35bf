//! `layercake routes`: which ways routers choose as time goes by, and what the traffic feels of it.
//!
//! ```text
//!                  +--- direct: one hop, slow ---+
//!   FROM -- router |                             | router -- TO
//!                  +--- hill: two hops, fast ----+
//!   bursts of datagrams            their delay, and what is lost
//! ```
//! A network of a topology file runs in virtual time, once for each metric or each set of cures,
//! so that they can be compared. With traffic the way in use, the costs that the router believes
//! in and the delays are told; without it how each router's route to TO changes.

mod cut;
mod load;
mod picture;
mod report;
mod scene;
mod variant;
mod ways;

use std::fs;
use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::Args;
use layercake_tower::Network;

use crate::Failure;
use cut::Cut;
use load::Load;
use scene::Scene;
use variant::{Cures, Metric, Variant};

/// Watch which ways routers choose, and what traffic feels of it, in virtual time
///
/// The network of FILE runs once for each metric or each set of cures. With --load bursts of
/// datagrams go from one host to another, from 30 s on, at random times that the seed decides.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  layercake routes tools/workbench/examples/two-ways.toml --load 1500k \\\n      \
                  --metric hops,cost,delay,average-delay --svg ways.svg\n  \
                  layercake routes tools/workbench/examples/three-in-a-row.toml --cures none,all \\\n      \
                  --cut c.lab,far.lab@100\n\n\
                  Exit codes: 0 done; 2 bad usage or bad file."
)]
pub(crate) struct Routes {
    /// Topology, or `lab` for the built-in network
    #[arg(value_name = "FILE")]
    file: String,

    /// Host that traffic comes from [default: the one that the tools run on]
    #[arg(long, value_name = "HOST")]
    from: Option<String>,

    /// Host that the routes lead to [default: the farthest one]
    #[arg(long, value_name = "HOST")]
    to: Option<String>,

    /// Routers to watch [default: with traffic the first one on its way, else the first eight]
    #[arg(long, value_name = "ROUTER", value_delimiter = ',')]
    at: Vec<String>,

    /// Run once for each metric of link state [default: as FILE says]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    metric: Vec<Metric>,

    /// Run once for each set of what helps RIP against counting to infinity: `none`, `split`
    /// horizon, with `poison`, or `all`, triggered updates too [default: as FILE says]
    #[arg(
        long,
        value_name = "NAME",
        value_delimiter = ',',
        conflicts_with = "metric"
    )]
    cures: Vec<Cures>,

    /// Mean rate of the traffic in bits per second, its IP headers included
    #[arg(long, value_name = "RATE", value_parser = crate::copy::rate)]
    load: Option<u64>,

    /// Datagrams in each burst
    #[arg(
        long, value_name = "N", default_value_t = 25, requires = "load",
        value_parser = clap::value_parser!(u32).range(1..=200)
    )]
    burst: u32,

    /// Octets of data in each datagram
    #[arg(
        long, value_name = "OCTETS", default_value_t = 472, requires = "load",
        value_parser = clap::value_parser!(u16).range(8..=1400)
    )]
    size: u16,

    /// Cut the wire between two nodes at this second
    #[arg(long, value_name = "NODE,NODE@SECOND")]
    cut: Vec<Cut>,

    /// Join it again
    #[arg(long, value_name = "NODE,NODE@SECOND")]
    join: Vec<Cut>,

    /// Virtual seconds to run
    #[arg(
        long, value_name = "N", default_value_t = 300,
        value_parser = clap::value_parser!(u32).range(1..=3600)
    )]
    seconds: u32,

    /// Seconds from one line of the table to the next
    #[arg(
        long, value_name = "N", default_value_t = 10,
        value_parser = clap::value_parser!(u32).range(1..=3600)
    )]
    every: u32,

    /// Draw everything over time into this file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,

    /// Seed of all chance
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

pub(crate) fn run(asked: &Routes) -> Result<bool, Failure> {
    let (text, network) = read(asked)?;
    let load = asked.load.map(|rate| Load {
        rate,
        burst: asked.burst,
        size: asked.size,
    });
    if let Some(load) = load {
        load.check(asked.seconds)?;
    }
    let scene = Scene::of(&network, asked, load)?;
    let mut out = io::stdout().lock();
    let mut all = Vec::new();
    for variant in variants(asked) {
        let text = variant.apply(&text).map_err(Failure::Asked)?;
        let network = Network::from_toml(&text, asked.seed);
        let network = network.map_err(|error| failure(asked, error))?;
        let series = scene.run(network, variant)?;
        write!(out, "{}", report::table(&scene, &series, asked.every))?;
        out.flush()?;
        all.push(series);
    }
    write!(out, "{}", report::summary(&scene, &all))?;
    match &asked.svg {
        None => Ok(true),
        Some(path) => {
            let picture = picture::draw(&scene, &all);
            let picture = picture
                .map_err(|error| Failure::Asked(format!("no picture: {error}")))?;
            fs::write(path, picture).map_err(|error| Failure::at(path, error))?;
            Ok(true)
        }
    }
}

/// The topology, and its network: a faulty file is told with its lines.
fn read(asked: &Routes) -> Result<(String, Network), Failure> {
    let text = crate::net::text(&asked.file)?;
    let network = Network::from_toml(&text, asked.seed);
    let network = network.map_err(|error| failure(asked, error))?;
    Ok((text, network))
}

fn failure(asked: &Routes, error: impl std::fmt::Display) -> Failure {
    Failure::Asked(format!("{}: {error}", asked.file))
}

/// One run for each; one as the file says, when nothing was asked for.
fn variants(asked: &Routes) -> Vec<Variant> {
    let metrics = asked.metric.iter().copied().map(Variant::Metric);
    let cures = asked.cures.iter().copied().map(Variant::Cures);
    let all: Vec<_> = metrics.chain(cures).collect();
    match all.is_empty() {
        true => vec![Variant::AsWritten],
        false => all,
    }
}
