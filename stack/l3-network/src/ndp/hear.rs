//! What a station does when it hears a message of neighbour discovery.

use core::net::Ipv6Addr;

use std::collections::VecDeque;

use layercake_base::{Context, Ici, Mac, Notice, Pdu, Reason};

use super::claim::Claim;
use super::group::ALL_NODES;
use super::message::{Message, NeighborAdvertisement, NeighborSolicitation, Redirect};
use super::option::Options;
use super::own::Outcome;
use super::say::{self, deliver};
use super::{Ndp, identifier};
use crate::ipv6::Header;

impl Ndp {
    /// A message that breaks no rule.
    pub(super) fn hear(
        &mut self,
        header: &Header,
        message: &Message,
        options: &Options<'_>,
        ici: &Ici,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        match message {
            Message::NeighborSolicitation(question) => {
                self.hear_solicitation(header, question, options, ici, cx)
            }
            Message::NeighborAdvertisement(answer) => {
                self.hear_advertisement(answer, options, ici, cx)
            }
            Message::RouterSolicitation(_) => self.hear_host(header, options, cx),
            Message::RouterAdvertisement(_) => self.hear_router(header, options, cx),
            Message::Redirect(redirect) => {
                self.hear_redirect(header, redirect, options, ici, cx)
            }
        }
    }

    /// RFC 4861 §7.2.3, §7.2.4: who asks for us is taken down, and answered.
    fn hear_solicitation(
        &mut self,
        header: &Header,
        question: &NeighborSolicitation,
        options: &Options<'_>,
        ici: &Ici,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        let target_address = question.target_address;
        let nobody = header.source.is_unspecified();
        match self.own.claim(target_address) {
            Some(Claim::Held) => {}
            // RFC 4862 §5.4.3: who asks from nobody's address wants ours too, unless it is we
            // who asked.
            Some(claim) if nobody && !claim.is_echo(options.nonce()) => {
                return self.conflict(target_address, ici.link_source, cx);
            }
            _ => return Ok(()),
        }
        let answer = NeighborAdvertisement {
            router: self.router,
            solicited: !nobody,
            overrides: true,
            target_address,
        };
        if nobody {
            let pdu = say::advertisement(answer, ALL_NODES, self.mac, cx)?;
            deliver(pdu, super::group::link_address(ALL_NODES), cx);
            return Ok(());
        }
        let learnt = self.learn(header.source, options.source_link_layer_address(), cx);
        let pdu = say::advertisement(answer, header.source, self.mac, cx)?;
        match (&learnt, options.source_link_layer_address()) {
            // No room to remember it, but it is answered.
            (Err(_), Some(link)) => deliver(pdu, link, cx),
            _ => self.forward(header.source, pdu, cx)?,
        }
        learnt
    }

    /// RFC 4861 §7.2.5.
    fn hear_advertisement(
        &mut self,
        answer: &NeighborAdvertisement,
        options: &Options<'_>,
        ici: &Ici,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        let said = options.target_link_layer_address();
        let target = answer.target_address;
        if self.own.claim(target).is_some() {
            return self.conflict(target, said.or(ici.link_source), cx);
        }
        if let Some(said) = said {
            self.check_link(said)?;
        }
        let now = cx.now();
        let until = self.reachable_time.until(now, cx.rng());
        let heard = self.cache.advertised(answer, said, now, until);
        send_all(heard.waiting, said, cx);
        if heard.left_routing {
            cx.notify_up(Notice::Router {
                port: ici.port,
                address: target.into(),
                preference: None,
            });
        }
        Ok(())
    }

    /// RFC 4861 §6.2.6: who asks for routers is none.
    fn hear_host(
        &mut self,
        header: &Header,
        options: &Options<'_>,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        if !self.router {
            return Ok(());
        }
        let learnt = self.learn(header.source, options.source_link_layer_address(), cx);
        self.cache.set_router(header.source, false);
        learnt
    }

    /// RFC 4861 §6.3.4: who advertises is a router.
    fn hear_router(
        &mut self,
        header: &Header,
        options: &Options<'_>,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        let learnt = self.learn(header.source, options.source_link_layer_address(), cx);
        self.cache.set_router(header.source, true);
        learnt
    }

    /// RFC 4861 §8.3. Whether the router is the present first hop is seen above, where the
    /// routes are. A router finds its routes by itself.
    fn hear_redirect(
        &mut self,
        header: &Header,
        redirect: &Redirect,
        options: &Options<'_>,
        ici: &Ici,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        if self.router {
            return Ok(());
        }
        let Redirect {
            target_address: gateway,
            destination_address: destination,
        } = *redirect;
        let learnt = self.learn(gateway, options.target_link_layer_address(), cx);
        if gateway != destination {
            self.cache.set_router(gateway, true);
        }
        cx.notify_up(Notice::Redirect {
            destination: destination.into(),
            gateway: gateway.into(),
            reporter: header.source.into(),
            port: ici.port,
        });
        learnt
    }

    /// Somebody else has one of our addresses, or wants it: what is not ours yet is given up
    /// (RFC 4862 §5.4.5). What is ours stays ours, and the layers above hear of the conflict at
    /// most every ten seconds; RFC 4862 §5.4.4 leaves open what else to do.
    fn conflict(
        &mut self,
        address: Ipv6Addr,
        holder: Option<Mac>,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        let eui_64 = identifier::link_local(self.mac);
        let outcome = self.own.conflict(address, eui_64, cx.now());
        if outcome != Outcome::Stay {
            cx.notify_up(Notice::AddressConflict {
                address: address.into(),
                holder: holder.unwrap_or_default(),
                lost: outcome == Outcome::GiveUp,
            });
            self.tell(cx);
        }
        let rule = "must not be our own address";
        Reason::require(false, "Target Address", address, rule)
    }

    /// Nobody has a group's link address, and nobody else has ours.
    fn check_link(&self, said: Mac) -> Result<(), Reason> {
        let field = "Link-Layer Address";
        Reason::require(!said.is_group(), field, said, "must not be a group")?;
        let other = said != self.mac;
        Reason::require(other, field, said, "must not be our own address")
    }

    /// Takes down where a station is, if it says so, and sends what waited to know that.
    pub(super) fn learn(
        &mut self,
        station: Ipv6Addr,
        link: Option<Mac>,
        cx: &mut Context<'_>,
    ) -> Result<(), Reason> {
        let Some(said) = link.filter(|_| !station.is_unspecified()) else {
            return Ok(());
        };
        self.check_link(said)?;
        let waiting = self.cache.told(station, link, cx.now())?;
        send_all(waiting, link, cx);
        Ok(())
    }
}

/// Sends what waited to know that a neighbour is there.
fn send_all(waiting: VecDeque<Pdu>, link: Option<Mac>, cx: &mut Context<'_>) {
    if let Some(link) = link {
        for pdu in waiting {
            deliver(pdu, link, cx);
        }
    }
}
