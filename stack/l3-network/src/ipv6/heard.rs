//! What neighbour discovery below says of the links.
//!
//! Spec: RFC 4861 §6.3.4; RFC 4862 §5.5; RFC 5942 §4 (an address says nothing about who is on
//! the link; that is said by itself).

use core::net::IpAddr;

use layercake_base::Notice;

use super::Ipv6;
use super::scope::is_link_local;
use crate::route::{Prefix, Route};

impl Ipv6 {
    /// Remembers what is said.
    pub(super) fn hear(&mut self, notice: &Notice) {
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
            } => self.routers.set(port, address, preference),
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
            _ => (),
        }
    }

    /// The hosts of a network are neighbours, or no longer.
    fn on_link(&self, port: u16, prefix: Prefix, present: bool) {
        let route = Route {
            prefix,
            next_hop: None,
            port,
            metric: 0,
        };
        match present {
            true => self.table.insert(route),
            false => {
                self.table.remove(&route);
            }
        }
    }
}
