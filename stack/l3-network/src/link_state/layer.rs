//! The layer that speaks link state: beside ICMP on IPv4, with a hand on its table of routes.
//!
//! | event | what happens |
//! |---|---|
//! | 10 s | hello on every link |
//! | a hello that names us | the sender is a neighbour: it gets all that we know |
//! | 40 s without a hello, `LinkDown` | it is none any more |
//! | our neighbours or networks change | we say so, once a second at most |
//! | an update: newer than what we know | kept, acknowledged, handed on to all other neighbours |
//! | the same as we know | acknowledged |
//! | older | the sender gets what we know |
//! | something new is known | the ways are worked out, soon, or once a second (`patience.rs`) |
//! | 5 s without an acknowledgement | said again |
//! | a quarter of a second, when delays are measured | a probe to each neighbour, who echoes it |
//! | 10 s, when delays are measured | what has become dearer or cheaper is said |
//! | half an hour | we say again what we have said |
//!
//! Spec: our own, after RFC 2328 §9.5 and §10.5 (hellos), §12.4 (what a router says), §13
//! (flooding), §16 (ways). Times: RFC 2328 appendix C.3 (hello, dead, retransmission), appendix
//! B (refresh).
//! Bounds: [`Database::MOST`] routers, [`Port::MOST`] neighbours on a link, 64 in all to begin a
//! way with, [`Neighbour::MOST_OWED`] acknowledgements owed to each; updates go out a few at a
//! time.

mod hear;
mod measure;
mod neighbour;
mod search;
mod speak;
mod watch;

use core::cell::RefCell;
use core::net::Ipv4Addr;
use core::time::Duration;
use std::rc::Rc;

use layercake_base::{Context, Instant, Layer, Notice, Pdu, Reason, Service, Spec};

use super::database::{Database, Verdict};
use super::gauge::{PERIOD, PROBE};
use super::patience::Patience;
use super::{Advertisement, Interface, Link, Metric, Settings};
use crate::route::{Route, SharedTable};
use neighbour::{Neighbour, Port};
use search::Installed;
pub use watch::Watch;

/// From one hello to the next, and up to a tenth less.
const HELLO: Duration = Duration::from_secs(10);
/// Without a hello for so long a neighbour is gone.
const DEAD: Duration = Duration::from_secs(40);
/// The least time between two advertisements of ours.
const HOLD: Duration = Duration::from_secs(1);
/// Until the first advertisement: the hellos of near neighbours come before, so that it has them in
/// it.
const FIRST: Duration = Duration::from_millis(100);
/// After which we repeat ourselves.
const REFRESH: Duration = Duration::from_secs(1800);

/// Speaks link state with neighbours.
#[derive(Debug)]
pub struct LinkState {
    router: Ipv4Addr,
    metric: Metric,
    table: SharedTable,
    database: Rc<RefCell<Database>>,
    ports: Vec<Port>,
    /// The ways whose routes we have put into the table.
    installed: Installed,
    sequence: u32,
    /// When each of these is due; `None` for never.
    hello: Option<Instant>,
    originate: Option<Instant>,
    patience: Patience,
    speak: Option<Instant>,
    probe: Option<Instant>,
    look: Option<Instant>,
    /// Not before.
    originated: Instant,
    /// A body that is being made.
    body: Vec<u8>,
}

impl LinkState {
    /// A router that puts what it finds into `table`.
    pub fn new(settings: Settings, table: SharedTable) -> Self {
        let port = |mut own: Interface| {
            own.cost = own.cost.max(1);
            Port {
                own,
                up: true,
                neighbours: Vec::new(),
            }
        };
        LinkState {
            router: settings.router,
            metric: settings.metric,
            table,
            database: Rc::default(),
            ports: settings.interfaces.into_iter().map(port).collect(),
            installed: Installed::default(),
            sequence: 0,
            hello: Some(Instant::ZERO),
            originate: Some(Instant::ZERO + FIRST),
            patience: Patience::default(),
            speak: None,
            probe: settings.metric.is_measured().then_some(Instant::ZERO),
            look: None,
            originated: Instant::ZERO + FIRST,
            body: Vec::new(),
        }
    }

    /// How many routers it has heard of, itself included.
    pub fn routers(&self) -> usize {
        self.database.borrow().routers().count()
    }

    #[cfg(test)]
    pub(super) fn database_sequence(&self, router: Ipv4Addr) -> u32 {
        self.database.borrow().sequence(router).unwrap_or(0)
    }

    #[cfg(test)]
    pub(super) fn leads_to(&self, prefix: crate::route::Prefix) -> bool {
        self.installed.ways.iter().any(|(own, _)| *own == prefix)
    }

    /// What hangs on us has changed.
    fn links_changed(&mut self, now: Instant) {
        let soon = self.originated.max(now);
        self.originate = Some(self.originate.map_or(soon, |at| at.min(soon)));
    }

    /// Says what hangs on us. RFC 2328 §12.4.1.
    fn originate(&mut self, cx: &mut Context<'_>) {
        let now = cx.now();
        let known = self.database.borrow().sequence(self.router).unwrap_or(0);
        self.sequence = self.sequence.max(known).saturating_add(1);
        let mut links = self.links();
        if links.len() > Advertisement::MOST_LINKS {
            let (queue, limit) = ("links of a router", Advertisement::MOST_LINKS);
            let full = Reason::Full { queue, limit };
            cx.world().discards.count("link-state", &full);
            links.truncate(limit);
        }
        let said = Advertisement {
            origin: self.router,
            sequence: self.sequence,
            age: 0,
            links,
        };
        let heard = self.database.borrow_mut().hear(said, now);
        if matches!(heard, Ok(Verdict::Newer | Verdict::Renewed)) {
            self.flood(self.router, None, now);
        }
        if heard != Ok(Verdict::Renewed) {
            self.patience.news(now);
        }
        self.originated = now + HOLD;
        self.originate = Some(now + REFRESH);
    }

    /// What hangs on us: the networks, and the neighbours whose links have a cost.
    fn links(&self) -> Vec<Link> {
        let mut links: Vec<Link> = Vec::new();
        for port in self.ports.iter().filter(|port| port.up) {
            let (prefix, cost) = (port.own.network, self.metric.network(&port.own));
            links.push(Link::Network { prefix, cost });
            let router = |there: &Neighbour| {
                let (id, cost) = (there.id, there.cost(self.metric, &port.own)?);
                Some(Link::Router { id, cost })
            };
            links.extend(port.neighbours.iter().filter_map(router));
        }
        links
    }

    /// Neighbours that say nothing any more are none. RFC 2328 §9.5, RouterDeadInterval.
    fn forget_the_dead(&mut self, now: Instant) {
        let mut gone = false;
        for port in &mut self.ports {
            let before = port.neighbours.len();
            port.neighbours.retain(|there| there.until > now);
            gone |= port.neighbours.len() < before;
        }
        if gone {
            self.links_changed(now);
        }
    }

    /// The network of a link that comes or goes is or is not a neighbour's.
    fn connect(&self, own: &Interface, up: bool) {
        let route = Route {
            prefix: own.network,
            next_hop: None,
            port: own.port,
            metric: 0,
        };
        if up {
            self.table.insert(route);
        } else {
            self.table.remove(&route);
        }
    }
}

/// A span, or up to a tenth less, so that routers do not fall into step.
fn a_little_less(span: Duration, cx: &mut Context<'_>) -> Duration {
    span.saturating_sub(any_part(span / 10, cx))
}

/// Any time up to `most`.
fn any_part(most: Duration, cx: &mut Context<'_>) -> Duration {
    let nanos = u64::try_from(most.as_nanos()).unwrap_or(u64::MAX);
    Duration::from_nanos(cx.rng().below(nanos))
}

impl Layer for LinkState {
    fn spec(&self) -> Spec {
        Spec::new("link-state", 3).between(Service::User, Service::Network)
    }

    fn send(&mut self, _sdu: Pdu, _cx: &mut Context<'_>) -> Result<(), Reason> {
        Err(Reason::NoWay("nobody sends by way of link state"))
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        self.hear(&pdu, cx)
    }

    fn deadline(&self) -> Option<Instant> {
        let timers = [self.hello, self.originate, self.patience.due, self.speak];
        let measures = [self.probe, self.look];
        let neighbours = self.ports.iter().flat_map(|port| &port.neighbours);
        let dead = neighbours.map(|there| there.until).min();
        let rest = [dead, self.database.borrow().deadline()];
        let all = timers.into_iter().chain(measures).chain(rest);
        all.flatten().min()
    }

    fn on_deadline(&mut self, cx: &mut Context<'_>) {
        let now = cx.now();
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        self.forget_the_dead(now);
        if self.database.borrow_mut().sweep(now) {
            self.patience.news(now);
        }
        if due(self.hello) {
            self.hello = Some(now + a_little_less(HELLO, cx));
            (0..self.ports.len()).for_each(|at| self.greet(at, cx));
        }
        if due(self.look) {
            self.look(now);
        }
        if due(self.probe) {
            self.probe(cx);
        }
        if due(self.originate) {
            self.originate(cx);
        }
        if due(self.patience.due) {
            self.search();
        }
        if due(self.speak) {
            self.speak(cx);
        }
    }

    fn notice(&mut self, notice: Notice, cx: &mut Context<'_>) {
        let (number, up) = match notice {
            Notice::LinkUp { port } => (port, true),
            Notice::LinkDown { port } => (port, false),
            _ => return cx.pass(notice),
        };
        let there = self.ports.iter().position(|port| port.own.port == number);
        if let Some(port) = there.and_then(|at| self.ports.get_mut(at))
            && port.up != up
        {
            port.up = up;
            port.neighbours.clear();
            let own = port.own;
            self.connect(&own, up);
            self.links_changed(cx.now());
            self.hello = Some(cx.now());
        }
        cx.pass(notice);
    }
}
