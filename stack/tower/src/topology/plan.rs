//! What a topology file says, checked and in numbers.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use layercake_base::Mac;
use layercake_datalink::stp::{Times, Version};
use layercake_network::filter::Rule;
use layercake_network::link_state::Metric;
use layercake_network::nat;
use layercake_network::ndp::link_local;
use layercake_network::rip::Horizon;
use layercake_network::route::{Prefix, Route};

use super::file::{Balance, Kind, Link};
use super::station::with_link_local;
use crate::Recipe;
use crate::wire::Medium;

/// A network on paper.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) nodes: Vec<Node>,
    pub(super) wires: Vec<Wire>,
    /// Names that no node has.
    pub(super) names: Vec<Name>,
    pub(super) local: usize,
}

#[derive(Debug)]
pub(super) struct Name {
    pub(super) name: String,
    pub(super) address: IpAddr,
    /// Where the file gives the address.
    pub(super) at: usize,
}

#[derive(Debug)]
pub(super) struct Node {
    pub(super) name: String,
    /// Where the file speaks of it.
    pub(super) at: usize,
    pub(super) kind: Kind,
    pub(super) silent: bool,
    /// Messages per second, and at once.
    pub(super) icmp_rate: Option<(u32, u32)>,
    /// A router tells hosts of itself.
    pub(super) advertises: bool,
    /// ICMP errors say where the packet came in.
    pub(super) interface_information: bool,
    /// MPLS labels that its ICMP errors tell of.
    pub(super) labels: Vec<u32>,
    pub(super) balance: Balance,
    pub(super) time_to_live: u8,
    /// The protocol that finds its routes; else they are computed.
    pub(super) routing: Option<Routing>,
    pub(super) spanning_tree: Option<SpanningTree>,
    /// Frames that a bridge floods, per second and at once.
    pub(super) flood_limit: Option<(u32, u32)>,
    /// What passes at its attachments.
    pub(super) filter: Vec<Rule>,
    /// How a router translates addresses.
    pub(super) nat: Option<nat::Config>,
    pub(super) ports: Vec<Port>,
    /// `None` until they are computed.
    pub(super) routes: Option<Vec<Route>>,
}

/// How a router finds its routes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Routing {
    Rip { horizon: Horizon, triggered: bool },
    LinkState { metric: Metric },
}

/// How a bridge takes part in a spanning tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct SpanningTree {
    pub(super) version: Version,
    pub(super) priority: u16,
    pub(super) times: Times,
}

/// An attachment of a node: the end of a wire, or a tap of a bus.
#[derive(Debug)]
pub(super) struct Port {
    pub(super) wire: usize,
    pub(super) at: usize,
    /// What the file says about it.
    pub(super) text: String,
    /// None at a bridge and outside; else at most one of IPv4, in front.
    pub(super) addresses: Vec<Interface>,
    /// It makes itself IPv6 addresses from what routers say.
    pub(super) autoconfigured: bool,
    pub(super) mac: Mac,
}

impl Port {
    /// Its address of IPv4.
    pub(super) fn v4(&self) -> Option<(Ipv4Addr, Prefix)> {
        self.addresses.iter().find_map(|own| match own.address {
            IpAddr::V4(address) => Some((address, own.prefix)),
            IpAddr::V6(_) => None,
        })
    }

    /// Its addresses of IPv6.
    pub(super) fn v6(&self) -> impl Iterator<Item = (Ipv6Addr, Prefix)> + '_ {
        self.addresses.iter().filter_map(|own| match own.address {
            IpAddr::V6(address) => Some((address, own.prefix)),
            IpAddr::V4(_) => None,
        })
    }

    /// The same with the link-local one, which every station has that has others.
    pub(super) fn all_v6(&self) -> Vec<(Ipv6Addr, u8)> {
        let given = self
            .v6()
            .map(|(address, prefix)| (address, prefix.length()));
        let mut all = with_link_local(self.mac, given);
        if all.is_empty() && self.autoconfigured {
            all.push((link_local(self.mac), 64));
        }
        all
    }
}

/// An address of a node on a wire.
#[derive(Clone, Copy, Debug)]
pub(super) struct Interface {
    pub(super) address: IpAddr,
    pub(super) prefix: Prefix,
}

#[derive(Debug)]
pub(super) struct Wire {
    pub(super) name: String,
    pub(super) medium: Medium,
    pub(super) link: Link,
    pub(super) recipe: Recipe,
    /// Node and port at each end, or at each tap of a bus in the order in which they lie.
    pub(super) ends: Vec<(usize, usize)>,
    /// It is a bus that many share; its delay is from the first tap to the last.
    pub(super) shared: bool,
    pub(super) mtu: u16,
    pub(super) cost: u32,
}

impl Plan {
    /// For each wire a number that it shares with the wires of the same link: those that
    /// bridges join to it.
    pub(super) fn links(&self) -> Vec<usize> {
        let mut link: Vec<usize> = (0..self.wires.len()).collect();
        let of = |link: &[usize], port: &Port| link.get(port.wire).copied();
        let mut changed = true;
        while changed {
            changed = false;
            for node in self.nodes.iter().filter(|node| node.kind == Kind::Bridge) {
                let least = node.ports.iter().filter_map(|port| of(&link, port)).min();
                for port in &node.ports {
                    if let (Some(least), Some(own)) = (least, link.get_mut(port.wire))
                        && *own != least
                    {
                        (*own, changed) = (least, true);
                    }
                }
            }
        }
        link
    }

    /// All addresses: node, port, the port itself, and the address.
    pub(super) fn interfaces(
        &self,
    ) -> impl Iterator<Item = (usize, usize, &Port, Interface)> + '_ {
        self.nodes.iter().enumerate().flat_map(|(n, node)| {
            let ports = node.ports.iter().enumerate();
            ports.flat_map(move |(p, port)| {
                port.addresses.iter().map(move |own| (n, p, port, *own))
            })
        })
    }
}
