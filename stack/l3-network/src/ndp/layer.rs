//! The neighbour discovery layer of one station on one link.

use core::net::{IpAddr, Ipv6Addr};

use layercake_base::{
    Context, Direction, Instant, Kind, Layer, Mac, Notice, Outbox, Pdu, Reason, Service,
    Spec,
};

use super::advertise::{Advertiser, Advertising};
use super::arrival;
use super::cache::{Cache, Question};
use super::claim::Claim;
use super::group::{ALL_NODES, ALL_ROUTERS, link_address};
use super::host::Host;
use super::identifier::Identifiers;
use super::option::Opt;
use super::own::Addresses;
use super::say::{self, deliver};
use super::solicit::Solicit;
use super::timers::ReachableTime;
use crate::ipv6::ETHER_TYPE;
use crate::octets::chunk;

/// Delivers packets to neighbours by their IPv6 address: fills in `link_destination` from
/// `next_hop`, and asks the link when it does not know.
///
/// Messages of neighbour discovery go no further up. What nobody answers goes back up with
/// [`NoNeighbour`](layercake_base::Bounce::NoNeighbour), so that the network layer can tell who sent it. A group is never
/// asked for; its link address follows from its own.
///
/// Every address is told to the layers above ([`Notice::Address`]) when it may be used: at once
/// ([`Ndp::new`]), or when it was asked for and nobody else has it ([`Ndp::probing`]). From above
/// comes the news that a neighbour has answered ([`Notice::Reachable`]).
#[derive(Debug)]
pub struct Ndp {
    pub(super) mac: Mac,
    pub(super) router: bool,
    pub(super) own: Addresses,
    pub(super) cache: Cache,
    pub(super) reachable_time: ReachableTime,
    /// It listens to routers.
    pub(super) host: Option<Host>,
    /// It is a router that says so.
    pub(super) advertiser: Option<Advertiser>,
}

impl Ndp {
    /// The layer of the station with these addresses and the lengths of their prefixes, which
    /// are its own beyond doubt; sixteen at most. Without a link-local address among them it
    /// has the one that follows from its link address. What else is on the link they do not say
    /// (RFC 5942 §4): that is for the network layer's own routes, or for routers.
    pub fn new(mac: Mac, addresses: Vec<(Ipv6Addr, u8)>) -> Self {
        Ndp {
            mac,
            router: false,
            own: Addresses::new(mac, addresses),
            cache: Cache::default(),
            reachable_time: ReachableTime::default(),
            host: None,
            advertiser: None,
        }
    }

    /// The same, but an address becomes its own only when nobody else on the link has it, which
    /// takes one to two seconds: RFC 4862 §5.4. Until then nothing is sent from it. An address
    /// that somebody else has is given up ([`Notice::AddressConflict`]). Begins again after a
    /// [`Notice::LinkUp`].
    #[must_use]
    pub fn probing(mut self) -> Self {
        self.own.probe();
        self
    }

    /// The same, and it asks for routers and listens to them: makes addresses in their prefixes
    /// and asks for each before it uses it (RFC 4862), tells the layers above which routers
    /// there are ([`Notice::Router`]), what is on the link ([`Notice::OnLink`]) and how the link
    /// is ([`Notice::LinkParameters`]). A link-local address that was not given is made like the
    /// others.
    #[must_use]
    pub fn autoconfiguring(mut self, identifiers: Identifiers) -> Self {
        self.own.make_near(identifiers, self.mac);
        self.host = Some(Host::new(identifiers));
        self
    }

    /// The same of a router that advertises: from time to time, and when a host asks. Its link is
    /// never idle.
    #[must_use]
    pub fn advertising(mut self, what: Advertising) -> Self {
        self.router = true;
        self.advertiser = Some(Advertiser::new(what));
        self
    }

    /// Up to `most` packets wait for one neighbour and not 8: for a host that sends many at once
    /// to whom it does not know yet, as a trace does. At least one, at most 63: with an answer
    /// to the neighbour they leave together, and an [`Outbox`] takes 64.
    #[must_use]
    pub fn holding(mut self, most: usize) -> Self {
        self.cache.most = most.clamp(1, Outbox::USUAL - 1);
        self
    }

    /// Says to neighbours that this station is a router, or is none, as it begins.
    #[must_use]
    pub const fn router(mut self, router: bool) -> Self {
        self.router = router;
        self
    }
}

impl Layer for Ndp {
    fn spec(&self) -> Spec {
        Spec::new("ndp", 3)
            .between(Service::Link, Service::Stations)
            .kind(Kind::Queue)
    }

    fn send(&mut self, sdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        let neighbour = neighbour(&sdu)?;
        self.check_source(source(&sdu))?;
        if neighbour.is_multicast() {
            deliver(sdu, link_address(neighbour), cx);
            return Ok(());
        }
        self.forward(neighbour, sdu, cx)
    }

    fn receive(&mut self, pdu: Pdu, cx: &mut Context<'_>) -> Result<(), Reason> {
        if pdu.ici().next != ETHER_TYPE {
            cx.send_up(pdu);
            return Ok(());
        }
        match arrival::find(pdu.octets()) {
            Some((header, message)) if self.is_meant(header.destination) => {
                let (message, options) = arrival::check(&header, message)?;
                self.hear(&header, &message, &options, pdu.ici(), cx)
            }
            _ => {
                cx.send_up(pdu);
                Ok(())
            }
        }
    }

    fn deadline(&self) -> Option<Instant> {
        self.next()
    }

    fn on_deadline(&mut self, cx: &mut Context<'_>) {
        self.tick(cx);
    }

    fn notice(&mut self, notice: Notice, cx: &mut Context<'_>) {
        match (&notice, cx.flow()) {
            (Notice::Reachable { neighbour, .. }, Direction::Down) => {
                self.confirm(*neighbour, cx);
                return;
            }
            (Notice::LinkUp { .. }, Direction::Up) => self.begin(),
            _ => {}
        }
        cx.pass(notice);
    }
}

impl Ndp {
    /// Sends a packet to a neighbour, or keeps it until it is known where that is.
    pub(super) fn forward(
        &mut self,
        neighbour: Ipv6Addr,
        pdu: Pdu,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        let (now, source) = (cx.now(), source(&pdu));
        if let Some(link) = self.cache.way(neighbour, source, now) {
            deliver(pdu, link, cx);
            return Ok(());
        }
        let waits = self.cache.wait(neighbour, source, pdu, now)?;
        for displaced in waits.displaced {
            let (queue, limit) = ("ndp waiting", self.cache.most);
            cx.discard(displaced, Reason::Full { queue, limit });
        }
        if waits.ask {
            let to = None;
            self.ask(
                Question {
                    neighbour,
                    to,
                    source,
                },
                cx,
            );
        }
        Ok(())
    }

    /// The link is there again, perhaps another one.
    fn begin(&mut self) {
        self.own.begin();
        if let Some(host) = self.host.as_mut() {
            host.solicit = Solicit::Begin;
        }
    }

    /// Asks who has an address, or whether the one that had it is still there. Without a free
    /// PDU the question is left out; the next one comes in a second.
    pub(super) fn ask(&self, question: Question, cx: &mut Context<'_>) {
        let Question {
            neighbour,
            to,
            source,
        } = question;
        let Some(asker) = self.own.asker(source) else {
            return;
        };
        let group = super::solicited_node(neighbour);
        let destination = to.map_or(group, |_| neighbour);
        let option = Opt::SourceLinkLayerAddress(self.mac);
        let asked = say::solicitation(neighbour, (asker, destination), option, cx);
        if let Ok(pdu) = asked {
            deliver(pdu, to.unwrap_or(link_address(group)), cx);
        }
    }

    /// Asks from nobody's address whether anybody has one of ours. RFC 4862 §5.4.2.
    pub(super) fn probe(&self, address: Ipv6Addr, nonce: &[u8], cx: &mut Context<'_>) {
        let ends = (Ipv6Addr::UNSPECIFIED, super::solicited_node(address));
        let asked = say::solicitation(address, ends, Opt::Nonce(nonce), cx);
        if let Ok(pdu) = asked {
            deliver(pdu, link_address(ends.1), cx);
        }
    }

    /// Says above what has become of our addresses.
    pub(super) fn tell(&mut self, cx: &mut Context<'_>) {
        while let Some((address, prefix_len, state)) = self.own.untold(cx.now()) {
            cx.notify_up(Notice::Address {
                port: 0,
                address: address.into(),
                prefix_len,
                state,
            });
        }
    }

    /// RFC 4862 §5.4: an address that is not ours yet is in no packet that we send.
    fn check_source(&self, source: Ipv6Addr) -> Result<(), Reason> {
        let tentative = self.own.claim(source).is_some_and(Claim::is_tentative);
        let why = match (tentative, self.own.is_lost(source)) {
            (true, _) => "is not ours yet, we ask for it",
            (_, true) => "is another station's",
            _ => return Ok(()),
        };
        Err(Reason::dead_end("Source Address", source, why))
    }

    /// RFC 4861 §7.3.1: a layer above has had an answer.
    fn confirm(&mut self, neighbour: IpAddr, cx: &mut Context<'_>) {
        if let IpAddr::V6(neighbour) = neighbour {
            let now = cx.now();
            let until = self.reachable_time.until(now, cx.rng());
            self.cache.confirmed(neighbour, now, until);
        }
    }

    /// A message to one who is not here, or to a group that is none of ours, is left to the
    /// network layer.
    fn is_meant(&self, destination: Ipv6Addr) -> bool {
        match destination {
            ALL_NODES => true,
            ALL_ROUTERS => self.router,
            one => self.own.claim(one).is_some() || self.own.hears(one),
        }
    }
}

/// The IPv6 address of the next station on the way.
fn neighbour(sdu: &Pdu) -> Result<Ipv6Addr, Reason> {
    match sdu.ici().next_hop {
        Some(IpAddr::V6(neighbour)) => Ok(neighbour),
        Some(IpAddr::V4(_)) => Err(Reason::Unhandled {
            field: "version of the next hop",
            value: 4_u8.into(),
        }),
        None => Err(Reason::NoWay("no next hop")),
    }
}

/// The Source Address of a packet.
fn source(packet: &Pdu) -> Ipv6Addr {
    chunk::<16>(packet.octets(), 8).into()
}

#[cfg(test)]
mod tests;
