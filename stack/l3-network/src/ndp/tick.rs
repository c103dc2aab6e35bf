//! What time brings to a station: questions to repeat, addresses that become its own, lifetimes
//! that end.

use core::net::Ipv6Addr;

use layercake_base::{Bounce, Context, Instant, Outbox, Pdu};

use super::Ndp;
use super::advertise::Advertiser;
use super::cache::Due;
use super::group::{ALL_NODES, ALL_ROUTERS, link_address};
use super::message::{RouterAdvertisement, RouterSolicitation};
use super::option::Opt;
use super::say::{self, deliver};

/// Steps about neighbours in one call, each of which hands out one packet at most: half of what
/// an outbox takes, so that the news about addresses and routers goes in too.
const STEPS: usize = Outbox::USUAL / 2;

impl Ndp {
    /// When time next brings something. Routers and hosts speak to each other from link-local
    /// addresses, so not before there is one.
    pub(super) fn next(&self) -> Option<Instant> {
        let host = self.host.as_ref();
        let near = self.own.near();
        let advertiser = self.advertiser.as_ref();
        let all = [
            self.own.deadline(),
            self.cache.deadline(),
            host.and_then(|host| host.deadline()),
            near.and_then(|_| host?.solicit.deadline()),
            near.and(advertiser).map(Advertiser::deadline),
        ];
        all.into_iter().flatten().min()
    }

    /// Does all that is due.
    pub(super) fn tick(&mut self, cx: &mut Context<'_>) {
        let (now, retrans_timer) = (cx.now(), self.cache.retrans_timer);
        while let Some((address, nonce)) = self.own.due(now, retrans_timer, cx.rng()) {
            self.probe(address, &nonce, cx);
        }
        self.tell(cx);
        self.ask_routers(cx);
        self.advertise(cx);
        if let Some(host) = self.host.as_mut() {
            while let Some(news) = host.ended(now) {
                cx.notify_up(news);
            }
        }
        self.doubt(cx);
    }

    /// Asks for neighbours, and gives up those that do not answer: so many steps at a time, and
    /// the rest without delay after them.
    fn doubt(&mut self, cx: &mut Context<'_>) {
        for _ in 0..STEPS {
            match self.cache.due(cx.now()) {
                Some(Due::Ask(question)) => self.ask(question, cx),
                Some(Due::Bounce(pdu)) => bounce(pdu, cx),
                Some(Due::Absent(neighbour)) => self.pass_over(neighbour, cx),
                None => return,
            }
        }
    }

    /// Who does not answer is the last default router to be taken, if it is one. Nothing may
    /// have waited for it, so nothing else tells so above. RFC 4861 §6.3.6.
    fn pass_over(&self, neighbour: Ipv6Addr, cx: &mut Context<'_>) {
        if let Some(host) = self.host.as_ref()
            && let Some(news) = host.silent(neighbour)
        {
            cx.notify_up(news);
        }
    }

    /// Tells all hosts about the link, when it is time. RFC 4861 §6.2.4.
    fn advertise(&mut self, cx: &mut Context<'_>) {
        let (Some(router), Some(near)) = (self.advertiser.as_mut(), self.own.near())
        else {
            return;
        };
        if !router.due(cx.now(), cx.rng()) {
            return;
        }
        let (message, options) = (router.message(), router.options(self.mac));
        let len = RouterAdvertisement::OCTETS + Opt::octets_of(&options);
        let said = say::packet((near, ALL_NODES), len, cx, |place, ends| {
            message.encode(&options, place, ends)
        });
        if let Ok(pdu) = said {
            deliver(pdu, link_address(ALL_NODES), cx);
        }
    }

    /// Asks all routers, when it is time. RFC 4861 §6.3.7.
    fn ask_routers(&mut self, cx: &mut Context<'_>) {
        let (Some(host), Some(near)) = (self.host.as_mut(), self.own.near()) else {
            return;
        };
        if !host.solicit.due(cx.now(), cx.rng()) {
            return;
        }
        let options = [Opt::SourceLinkLayerAddress(self.mac)];
        let len = RouterSolicitation::OCTETS + Opt::octets_of(&options);
        let asked = say::packet((near, ALL_ROUTERS), len, cx, |place, ends| {
            RouterSolicitation.encode(&options, place, ends)
        });
        if let Ok(pdu) = asked {
            deliver(pdu, link_address(ALL_ROUTERS), cx);
        }
    }
}

/// Sends a packet back up: nobody is there to take it.
fn bounce(mut pdu: Pdu, cx: &mut Context<'_>) {
    pdu.set_ici(|ici| ici.bounce = Some(Bounce::NoNeighbour));
    cx.send_up(pdu);
}
