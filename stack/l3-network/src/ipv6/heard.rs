//! What neighbour discovery below says of the links, and what the layers above have heard.
//!
//! | from | what | what happens |
//! |---|---|---|
//! | below | an address, a network, a router, a link's parameters | remembered |
//! | below | a router is one no longer | no redirect to it counts any more |
//! | below | a redirect | followed, if a host hears it from the present first hop |
//! | above | a packet was too large | the path MTU falls, if the packet may be ours; all above hear it |
//! | above | a packet did not arrive | all above hear it |
//! | above | a host answers | the neighbour on the way to it does |
//!
//! Spec: RFC 4861 §6.3.4, §6.3.5, §7.2.5, §7.3.1, §8.1, §8.3; RFC 4862 §5.5; RFC 5942 §4 (an address says nothing
//! about who is on the link; that is said by itself); RFC 8201 §4.
//! Bound: [`MOST_LEARNT`] networks; what is beyond is not heard.
//! Not here: what a redirect must be like by itself (`ndp`).

use core::net::{IpAddr, Ipv6Addr};

use layercake_base::{Context, Instant, Notice};

use super::Ipv6;
use super::scope::{has_zone, is_link_local, is_one_host};
use super::sent::Flow;
use crate::route::{Prefix, Route};

/// Networks that neighbour discovery may bring.
const MOST_LEARNT: usize = 256;

impl Ipv6 {
    /// Remembers what is said from below.
    pub(super) fn hear(&mut self, notice: &Notice, now: Instant) {
        match *notice {
            Notice::Address {
                port,
                address: IpAddr::V6(address),
                prefix_len,
                state,
            } => self
                .addresses
                .set(port, address, prefix_len.min(128), state),
            Notice::OnLink {
                port,
                network: IpAddr::V6(network),
                prefix_len,
                present,
            } if !is_link_local(network) => {
                self.on_link(port, Prefix::clamped(network.into(), prefix_len), present);
            }
            Notice::Router {
                port,
                address: IpAddr::V6(address),
                preference,
            } => {
                self.routers.set(port, address, preference);
                if preference.is_none() {
                    self.destinations.forget_gateway(address, port);
                }
            }
            Notice::LinkParameters {
                port,
                mtu,
                hop_limit,
            } => {
                let mut links = self.links.iter_mut();
                if let Some(link) = links.find(|link| link.port == port) {
                    link.hear(mtu, hop_limit);
                }
            }
            Notice::Redirect {
                destination: IpAddr::V6(destination),
                gateway: IpAddr::V6(gateway),
                reporter: IpAddr::V6(reporter),
                port,
            } if self.is_believed(destination, gateway, (port, reporter)) => {
                self.destinations
                    .redirect(destination, (gateway, port), now);
            }
            _ => (),
        }
    }

    /// RFC 4861 §8.1: a host hears it from the neighbour that its packets to there go to now.
    fn is_believed(
        &self,
        destination: Ipv6Addr,
        gateway: Ipv6Addr,
        reporter: (u16, Ipv6Addr),
    ) -> bool {
        let other = is_one_host(gateway) && !self.addresses.has(gateway, reporter.0);
        let present = self.first_hop(destination, || 0);
        other && !self.forward && present == Some(reporter)
    }

    /// What the layers above have heard: this layer takes it to heart, and tells the transports.
    pub(super) fn heard(&mut self, notice: Notice, cx: &mut Context<'_>) {
        match notice {
            Notice::Undelivered { .. } => cx.notify_up(notice),
            Notice::TooLarge { .. } => {
                if let Some((flow, length, mtu)) = Flow::quoted(&notice) {
                    self.too_large(&flow, length, mtu, cx);
                }
            }
            Notice::Reachable {
                neighbour: IpAddr::V6(host),
                ..
            } if !has_zone(host) => {
                if let Some((port, neighbour)) = self.first_hop(host, || 0) {
                    let neighbour = neighbour.into();
                    cx.pass(Notice::Reachable { port, neighbour });
                }
            }
            _ => cx.pass(notice),
        }
    }

    /// A router says that a packet was too large: the path MTU to its destination becomes
    /// smaller, if it may be one of ours.
    fn too_large(
        &mut self,
        flow: &Flow,
        length: usize,
        mtu: usize,
        cx: &mut Context<'_>,
    ) {
        let (now, destination) = (cx.now(), flow.destination);
        let Ok(told) = u16::try_from(mtu) else { return };
        let ours = mtu < length && self.sent.may_be(flow, length, now);
        if ours && self.destinations.lower(destination, told, now) {
            let destination = destination.into();
            cx.notify_up(Notice::PathMtu { destination, mtu });
        }
    }

    /// The hosts of a network are neighbours, or no longer. What the configuration says of a
    /// network stays, whatever routers say.
    fn on_link(&mut self, port: u16, prefix: Prefix, present: bool) {
        let route = Route {
            prefix,
            next_hop: None,
            port,
            metric: 0,
        };
        let place = self.learnt.iter().position(|own| *own == route);
        match (present, place) {
            (true, None) => {
                let room = self.learnt.len() < MOST_LEARNT;
                let news = room && self.table.insert(route);
                self.learnt.extend(news.then_some(route));
            }
            (false, Some(place)) => {
                self.learnt.swap_remove(place);
                self.table.remove(&route);
            }
            _ => (),
        }
    }
}

#[cfg(test)]
mod tests;
