//! What a station does when it hears a message of neighbour discovery.

mod routers;

use core::net::Ipv6Addr;

use std::collections::VecDeque;

use layercake_base::{Context, Ici, Mac, Notice, Pdu, Reason};

use super::Ndp;
use super::claim::Claim;
use super::group::ALL_NODES;
use super::message::{Message, NeighborAdvertisement, NeighborSolicitation};
use super::option::Options;
use super::own::Outcome;
use super::say::{self, deliver};
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
            Message::RouterAdvertisement(said) => {
                self.hear_router(header, said, options, cx)
            }
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
            if let Some(host) = self.host.as_mut() {
                host.forget(target);
            }
            cx.notify_up(Notice::Router {
                port: ici.port,
                address: target.into(),
                preference: None,
            });
        }
        Ok(())
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
        let outcome = self.own.conflict(address, self.mac, cx.now());
        if let (Outcome::GiveUp, Some(host)) = (outcome, self.host.as_ref()) {
            self.own.make_another(address, host.identifiers, self.mac);
        }
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
