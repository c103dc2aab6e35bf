//! The layer that speaks RIP: a user of UDP in a router, with a hand on its table of routes.
//!
//! | event | what happens |
//! |---|---|
//! | the first deadline | our own networks are known, all neighbours are asked for everything |
//! | from below: a request | answered to whoever asked |
//! | from below: a response of a neighbour | each entry into the table, if it is better |
//! | from below: to another port | up |
//! | from above | down: other users stand on UDP above this layer |
//! | 30 s | the whole table to all neighbours |
//! | a change | told to all neighbours, 1 to 5 s after the last such message at the earliest |
//! | `LinkDown`, `LinkUp` | routes over that attachment die; our own network is back |
//!
//! Spec: RFC 2453 §3.8 to §3.10, RFC 2080 §2.3 to §2.5.
//! Bounds: of [`Routes::MOST`] prefixes; a table that needs many messages goes out a few at a
//! time, so that queues below do not overflow; one answer at a time for each attachment.
//! Not here: UDP itself, which must listen at the port of this version.

mod speak;

use core::net::IpAddr;
use core::time::Duration;

use layercake_base::{Context, Ici, Instant, Layer, Notice, Pdu, Reason, Service, Spec};

use super::routes::Routes;
use super::{Command, Entry, INFINITY, Interface, Message, Route, Settings, Version};
use crate::route::SharedTable;
use speak::{Port, Round};

/// Speaks RIPv2 or RIPng with neighbours.
#[derive(Debug)]
pub struct Rip {
    settings: Settings,
    pub(super) routes: Routes,
    ports: Vec<Port>,
    /// When the whole table is told next; `None` before the beginning.
    update: Option<Instant>,
    /// When changes are told next.
    trigger: Option<Instant>,
    /// Changes are not told before.
    hold: Instant,
    /// When the rest of what is to be said is said.
    pace: Option<Instant>,
    /// A message that is being made.
    entries: Vec<Entry>,
}

impl Rip {
    /// A router that puts what it learns into `table`.
    pub fn new(settings: Settings, table: SharedTable) -> Self {
        let (timeout, garbage) = (settings.timeout, settings.garbage);
        Rip {
            routes: Routes::new(table, timeout, garbage),
            ports: settings.interfaces.iter().copied().map(Port::new).collect(),
            settings,
            update: None,
            trigger: None,
            hold: Instant::ZERO,
            pace: None,
            entries: Vec::new(),
        }
    }

    fn start(&mut self, cx: &mut Context<'_>) {
        for port in self.ports.iter_mut().filter(|port| port.up) {
            let own = port.own;
            self.routes.connect(own.network, own.port, own.cost);
            port.ask = true;
        }
        self.hold = cx.now() + upto(Duration::from_secs(1), cx);
        self.update = Some(self.next_update(cx));
    }

    fn next_update(&self, cx: &mut Context<'_>) -> Instant {
        let (least, spread) = (self.settings.update * 5 / 6, self.settings.update / 3);
        cx.now() + least + upto(spread, cx)
    }

    /// The whole table to all neighbours. RFC 2453 §3.8.
    fn tell_all(&mut self, cx: &mut Context<'_>) {
        self.update = Some(self.next_update(cx));
        let to = self.everyone();
        for port in self.ports.iter_mut().filter(|port| port.up) {
            port.round = Some(Round::whole(to));
            port.told = self.routes.changes;
        }
    }

    /// What has changed to all neighbours. RFC 2453 §3.10.1.
    fn tell_changes(&mut self, cx: &mut Context<'_>) {
        self.trigger = None;
        self.hold = cx.now() + Duration::from_secs(1) + upto(Duration::from_secs(4), cx);
        let (to, changes) = (self.everyone(), self.routes.changes);
        for port in self.ports.iter_mut() {
            if port.has_to_tell(changes) && port.round.is_none() {
                port.round = Some(Round::changes(to, port.told));
                port.told = changes;
            }
        }
    }

    /// After anything may have changed.
    fn plan(&mut self, now: Instant) {
        let changes = self.routes.changes;
        let news = self.ports.iter().any(|port| port.has_to_tell(changes));
        if news && self.settings.triggered && self.trigger.is_none() {
            self.trigger = Some(self.hold.max(now));
        }
    }

    fn everyone(&self) -> (IpAddr, u16) {
        let version = self.settings.version;
        (version.group(), version.port())
    }

    fn hear(&mut self, pdu: &Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let message = Message::decode(self.settings.version, pdu.octets())?;
        let ici = *pdu.ici();
        let Some(source) = ici.source else {
            return Err(Reason::NoWay("no source address"));
        };
        let here = self.ports.iter().position(|port| port.own.port == ici.port);
        let here = here.filter(|at| self.ports.get(*at).is_some_and(|port| port.up));
        let silent = Reason::NoWay("RIP is not spoken at this attachment");
        let Some(port) = here.and_then(|at| self.ports.get_mut(at)) else {
            return Err(silent);
        };
        match message.command {
            Command::Request if message.asks_for_all() => {
                let round = Round::whole((source, ici.source_port));
                port.round.get_or_insert(round);
                Ok(())
            }
            Command::Request => self.answer(&message, &ici, cx),
            Command::Response => {
                let own = port.own;
                self.is_from_neighbour(source, &ici, &own)?;
                self.learn(&message, source, &own, cx);
                Ok(())
            }
        }
    }

    /// RFC 2453 §3.9.2, RFC 2080 §2.4.2.
    fn is_from_neighbour(
        &self,
        source: IpAddr,
        ici: &Ici,
        own: &Interface,
    ) -> Result<(), Reason> {
        let (version, from) = (self.settings.version, ici.source_port);
        let rule = "is not that of a routing process";
        Reason::require(from == version.port(), "Source Port", from, rule)?;
        let neighbour = source != own.address
            && match source {
                IpAddr::V4(_) => own.network.contains(source),
                IpAddr::V6(address) => address.is_unicast_link_local(),
            };
        Reason::require(neighbour, "Source Address", source, "is no neighbour's")?;
        let hops = ici.hops.unwrap_or(u8::MAX);
        let direct = version == Version::V2 || hops == u8::MAX;
        Reason::require(direct, "Hop Limit", hops, "must be 255")
    }

    /// Takes the entries of a neighbour's response. A bad one is counted, and the others count.
    fn learn(
        &mut self,
        message: &Message<'_>,
        source: IpAddr,
        own: &Interface,
        cx: &mut Context<'_>,
    ) {
        let mut behind = None;
        for entry in message.entries() {
            let result = match entry {
                Ok(Entry::Route(route)) => {
                    let usable = |hop: &IpAddr| is_usable(*hop, own);
                    let next_hop = route.next_hop.filter(usable).or(behind);
                    let metric = route.metric.saturating_add(own.cost).min(INFINITY);
                    let route = Route {
                        next_hop,
                        metric,
                        ..route
                    };
                    self.routes.hear(&route, (own.port, source), cx.now())
                }
                Ok(Entry::NextHop(hop)) => {
                    behind = hop.map(IpAddr::V6);
                    Ok(())
                }
                Ok(Entry::Whole) => Err(Reason::NoWay("a question in a response")),
                Err(reason) => Err(reason),
            };
            if let Err(reason) = result {
                cx.world().discards.count("rip", &reason);
            }
        }
    }
}

/// A next hop other than the sender must be a neighbour too. RFC 2453 §4.4.
fn is_usable(hop: IpAddr, own: &Interface) -> bool {
    own.network.contains(hop) && hop != own.address
}

/// Any time up to `most`.
fn upto(most: Duration, cx: &mut Context<'_>) -> Duration {
    let nanos = u64::try_from(most.as_nanos()).unwrap_or(u64::MAX);
    Duration::from_nanos(cx.rng().below(nanos))
}

impl Layer for Rip {
    fn spec(&self) -> Spec {
        Spec::new("rip", 7).between(Service::Transport, Service::Transport)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        cx.send_down(sdu);
        Ok(())
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        if pdu.ici().destination_port != self.settings.version.port() {
            cx.send_up(pdu);
            return Ok(());
        }
        self.hear(&pdu, cx)?;
        self.plan(cx.now());
        self.speak(cx);
        Ok(())
    }

    fn deadline(&self) -> Option<Instant> {
        let update = self.update.or(Some(Instant::ZERO));
        let all = [update, self.trigger, self.pace, self.routes.deadline()];
        all.into_iter().flatten().min()
    }

    fn on_deadline(&mut self, cx: &mut Context<'_>) {
        let now = cx.now();
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        self.routes.sweep(now);
        match self.update {
            None => self.start(cx),
            Some(at) if at <= now => self.tell_all(cx),
            Some(_) => {}
        }
        if due(self.trigger) {
            self.tell_changes(cx);
        }
        self.plan(now);
        self.speak(cx);
    }

    fn notice(&mut self, notice: Notice, cx: &mut Context<'_>) {
        let (number, up) = match notice {
            Notice::LinkUp { port } => (port, true),
            Notice::LinkDown { port } => (port, false),
            _ => return cx.pass(notice),
        };
        let ports = self.ports.iter_mut();
        for port in ports.filter(|port| port.own.port == number && port.up != up) {
            (port.up, port.ask, port.round) = (up, up, None);
            match up {
                true => {
                    let own = port.own;
                    self.routes.connect(own.network, own.port, own.cost);
                    self.pace = Some(cx.now());
                }
                false => self.routes.cut(number, cx.now()),
            }
        }
        self.plan(cx.now());
        cx.pass(notice);
    }
}
