//! One run: the clock goes, wires are cut, bursts go out, and somebody looks.

use std::collections::{BTreeMap, VecDeque};
use std::net::IpAddr;
use std::time::Duration;

use layercake_base::Instant;
use layercake_tower::{Network, NodeId};

use super::cut::Cut;
use super::load::{self, Load, Source};
use super::variant::Variant;
use super::ways::{self, Known};
use super::{Routes, failure};
use crate::Failure;

/// From one look at the routes to the next: link state says news once a second at most.
const LOOK: Duration = Duration::from_millis(250);
/// Looks in a second.
const LOOKS: u32 = 4;
/// After the end, until everything that is under way has arrived.
const REST: Duration = Duration::from_secs(10);
/// Routers that are watched when nobody says which.
const WATCHED: usize = 8;

/// What is watched in every run.
pub(super) struct Scene {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) at: Vec<String>,
    pub(super) load: Option<Load>,
    pub(super) seconds: u32,
    /// Place, second, and whether it is joined then.
    cuts: Vec<(NodeId, u16, u32, bool)>,
    ends: (NodeId, NodeId),
    routers: Vec<NodeId>,
    seed: u64,
}

/// What was seen in one run.
pub(super) struct Series {
    pub(super) variant: Variant,
    /// One for each second, from 0 on.
    pub(super) ticks: Vec<Tick>,
    pub(super) sent: u64,
    /// In milliseconds, rising.
    pub(super) delays: Vec<f64>,
}

/// What was seen in one second.
#[derive(Clone, Debug, Default)]
pub(super) struct Tick {
    /// At each router that is watched, at the end of the second.
    pub(super) routes: Vec<Known>,
    /// At the first of them, what each way costs.
    pub(super) costs: Vec<(String, u32)>,
    /// Of the datagrams that arrived, in milliseconds.
    pub(super) delays: Vec<f64>,
    /// Times that the first router took another way since the traffic began.
    pub(super) changes: u32,
}

impl Scene {
    pub(super) fn of(
        net: &Network,
        asked: &Routes,
        load: Option<Load>,
    ) -> Result<Self, Failure> {
        let from = match &asked.from {
            Some(name) => node(net, name, false)?,
            None => net.local(),
        };
        let to = match &asked.to {
            Some(name) => node(net, name, false)?,
            None => far(net, from)?,
        };
        let routers: Vec<_> = match (asked.at.as_slice(), load) {
            ([], Some(_)) => nearest(net, from).into_iter().collect(),
            ([], None) => all_routers(net).take(WATCHED).collect(),
            (names, _) => {
                let node = |name: &String| node(net, name, true);
                names.iter().map(node).collect::<Result<_, _>>()?
            }
        };
        if routers.is_empty() {
            return Err(failure(asked, "no router is on the way"));
        }
        let place = |cut: &Cut, up: bool| {
            let (node, port) = cut.place(net).map_err(Failure::Asked)?;
            Ok((node, port, cut.second, up))
        };
        let cuts = asked.cut.iter().map(|cut| place(cut, false));
        let joins = asked.join.iter().map(|cut| place(cut, true));
        let name = |node: NodeId| name(net, node);
        Ok(Scene {
            from: name(from),
            to: name(to),
            at: routers.iter().map(|router| name(*router)).collect(),
            load,
            seconds: asked.seconds,
            cuts: cuts.chain(joins).collect::<Result<_, Failure>>()?,
            ends: (from, to),
            routers,
            seed: asked.seed,
        })
    }

    /// The second of the first cut, or the beginning.
    pub(super) fn first_cut(&self) -> usize {
        let first = self.cuts.iter().map(|cut| cut.2).min();
        usize::try_from(first.unwrap_or(0)).unwrap_or(0)
    }

    /// Lets the network run, and looks at it.
    pub(super) fn run(
        &self,
        mut net: Network,
        variant: Variant,
    ) -> Result<Series, Failure> {
        let to = net.address(self.ends.1);
        load::listen(&mut net, self.ends.1).map_err(Failure::Asked)?;
        let seed = self.seed;
        let source = self
            .load
            .map(|load| Source::new(load, self.ends, &net, seed));
        let mut run = Run {
            net,
            source,
            ends: self.ends,
            delays: Vec::new(),
        };
        let mut ticks = vec![self.look(&run.net, to)];
        for second in 0..self.seconds {
            for (node, port, _, up) in self.cuts.iter().filter(|cut| cut.2 == second) {
                let done = run.net.set_link(*node, *port, *up);
                done.map_err(Failure::asked)?;
            }
            let before = ticks.last().cloned().unwrap_or_default();
            let (mut way, mut changes) = (before.routes, before.changes);
            for look in 1..=LOOKS {
                run.until(
                    Instant::ZERO + Duration::from_secs(second.into()) + LOOK * look,
                );
                let new = self.routes(&run.net, to);
                let other = new.first().map(|known| &known.over)
                    != way.first().map(|known| &known.over);
                changes += u32::from(other && second >= load::BEGIN);
                way = new;
            }
            let delays = core::mem::take(&mut run.delays);
            let tick = self.look(&run.net, to);
            ticks.push(Tick {
                delays,
                changes,
                ..tick
            });
        }
        let sent = run.source.take().map_or(0, |source| source.sent);
        run.until(run.net.now() + REST);
        let all = ticks.iter().flat_map(|tick| &tick.delays);
        let mut delays: Vec<f64> = all.chain(&run.delays).copied().collect();
        delays.sort_by(f64::total_cmp);
        Ok(Series {
            variant,
            ticks,
            sent,
            delays,
        })
    }

    fn look(&self, net: &Network, to: IpAddr) -> Tick {
        let first = self.routers.first();
        Tick {
            routes: self.routes(net, to),
            costs: first.map_or(Vec::new(), |router| ways::costs(net, *router, to)),
            ..Tick::default()
        }
    }

    fn routes(&self, net: &Network, to: IpAddr) -> Vec<Known> {
        let known = |router: &NodeId| ways::known(net, *router, to);
        self.routers.iter().map(known).collect()
    }
}

/// A network that runs, and what has arrived lately.
struct Run {
    net: Network,
    source: Option<Source>,
    ends: (NodeId, NodeId),
    delays: Vec<f64>,
}

impl Run {
    fn until(&mut self, end: Instant) {
        while let Some(source) = self.source.as_mut().filter(|source| source.next <= end)
        {
            self.net.run_until(source.next);
            source.send(&mut self.net);
            self.drain();
        }
        self.net.run_until(end);
        self.drain();
    }

    /// What came out of the towers of both hosts. The sender only hears of errors.
    fn drain(&mut self) {
        self.delays
            .extend(load::arrived(&mut self.net, self.ends.1));
        while self.net.receive(self.ends.0).is_some() {}
    }
}

fn name(net: &Network, node: NodeId) -> String {
    let mut all = net.nodes();
    let found = all.find(|(own, _)| *own == node);
    found.map_or(String::new(), |(_, name)| name.to_owned())
}

/// The host or router with this name.
fn node(net: &Network, name: &str, router: bool) -> Result<NodeId, Failure> {
    let is = |node: &NodeId| net.config(*node).is_some_and(|own| own.forward == router);
    let what = if router { "router" } else { "host" };
    let found = net.node(name).filter(is);
    found.ok_or_else(|| Failure::Asked(format!("no {what} is named {name}")))
}

/// The host that is farthest away.
fn far(net: &Network, from: NodeId) -> Result<NodeId, Failure> {
    let address = crate::net::far::host(net, from);
    let name = address.and_then(|address| net.name_of(address));
    let other = name
        .and_then(|name| net.node(name))
        .filter(|node| *node != from);
    other.ok_or_else(|| Failure::asked("no other host is in the topology"))
}

fn all_routers(net: &Network) -> impl Iterator<Item = NodeId> + '_ {
    let nodes = net.nodes().map(|(node, _)| node);
    nodes.filter(|node| net.config(*node).is_some_and(|own| own.forward))
}

/// The router with the fewest wires between it and a host.
fn nearest(net: &Network, from: NodeId) -> Option<NodeId> {
    let routers: Vec<_> = all_routers(net).collect();
    let mut edge = VecDeque::from([from]);
    let mut seen = BTreeMap::from([(from, ())]);
    while let Some(node) = edge.pop_front() {
        if routers.contains(&node) {
            return Some(node);
        }
        for (_, next, _) in (0..).map_while(|port| net.wire(node, port)) {
            if seen.insert(next, ()).is_none() {
                edge.push_back(next);
            }
        }
    }
    None
}
